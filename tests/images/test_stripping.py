"""Taking metadata out of files without touching their pixels."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image

from lib.images.stripping import stripped
from tests.images.formats import (
    XMP,
    chunk,
    exif,
    photo,
    riff,
    riff_chunk,
    saved,
    segment,
    short,
    text,
    vp8x,
    wide_gamut,
    with_segments,
)
from tests.images.odd import PAYLOAD
from tests.images.odd_files import FILES
from tests.images.odd_jpegs import jpeg
from tests.images.odd_pngs import plain


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


SECRET = b"taken at home"


def with_metadata(kind):
    if kind == "jpeg":
        extra = (
            exif(short(0x0112, 1), text(0x010E, SECRET)),
            segment(0xE1, XMP + SECRET),
            segment(0xED, b"Photoshop 3.0\0" + SECRET),
            segment(0xFE, SECRET),
            segment(0xE2, b"ICC_PROFILE\0\1\1" + wide_gamut()),
        )
        return with_segments(jpeg(), *extra) + SECRET
    if kind == "png":
        named = (chunk(b"tEXt", b"Comment\0" + SECRET), chunk(b"eXIf", SECRET), chunk(b"seCr", SECRET))
        profile = chunk(b"iCCP", b"icc\0\0" + zlib.compress(wide_gamut()))
        return plain(profile, *named, after=chunk(b"tEXt", b"Title\0" + SECRET)) + SECRET
    picture = saved(photo(), "WEBP", method=0)[12:]
    named = (riff_chunk(b"EXIF", SECRET), riff_chunk(b"XMP ", SECRET))
    return riff(vp8x(96, 64, 0x2C), riff_chunk(b"ICCP", wide_gamut()), picture, *named) + SECRET


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_stripping_takes_metadata_and_leaves_pixels_and_profile(kind):
    data = with_metadata(kind)
    bare = stripped(data, kind)
    assert SECRET in data
    assert SECRET not in bare
    image = opened(bare)
    assert np.array_equal(image, opened(data))
    assert image.info["icc_profile"] == wide_gamut()
    assert not image.getexif()
    assert stripped(bare, kind) == bare


def progressive_with(comment):
    """A progressive JPEG with a comment between its scans."""
    data = jpeg(progressive=True)
    second = data.index(b"\xff\xda", data.index(b"\xff\xda") + 2)
    return data[:second] + segment(0xFE, comment) + data[second:]


def second_picture():
    """A JPEG behind which another one follows, with metadata of its own."""
    return jpeg() + with_segments(jpeg(), segment(0xE1, PAYLOAD))


HIDDEN = {
    "jpeg, in APP0": ("jpeg", lambda: with_segments(jpeg(), segment(0xE0, PAYLOAD))),
    "jpeg, behind a second end": ("jpeg", lambda: jpeg() + PAYLOAD + b"\xff\xd9"),
    "jpeg, in a second picture": (
        "jpeg",
        lambda: jpeg() + with_segments(jpeg(), segment(0xE1, PAYLOAD)),
    ),
    "jpeg, between scans": ("jpeg", lambda: progressive_with(PAYLOAD)),
    "png, in a private chunk": ("png", lambda: plain(chunk(b"ruSt", PAYLOAD))),
    "png, behind the end": ("png", lambda: plain() + chunk(b"IDAT", PAYLOAD)),
    "webp, in an unknown chunk": (
        "webp",
        lambda: riff(vp8x(96, 64), saved(photo(), "WEBP")[12:], riff_chunk(b"RUST", PAYLOAD)),
    ),
    "webp, behind the end": ("webp", lambda: saved(photo(), "WEBP") + PAYLOAD),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_stripping_leaves_nothing_hidden(name):
    kind, make = HIDDEN[name]
    data = make()
    bare = stripped(data, kind)
    assert PAYLOAD in data
    assert bare is None or PAYLOAD not in bare
    if bare is not None:
        assert np.array_equal(opened(bare), opened(data))


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_what_is_cut_off_is_not_stripped_but_encoded(kind):
    data = saved(photo(), kind)
    for share in (0.1, 0.5, 0.9):
        assert stripped(data[: int(len(data) * share)], kind) is None


def test_animations_are_stripped_whole():
    for name, kind in (("animated.png", "png"), ("animated.webp", "webp")):
        assert opened(stripped(FILES[name].make(), kind)).n_frames == 2


@pytest.mark.parametrize(
    ("name", "kind"), [("still.gif", "gif"), ("lossy.avif", "avif"), ("lossy.heic", "heic")]
)
def test_other_formats_are_not_stripped(name, kind):
    assert stripped(FILES[name].make(), kind) is None
