"""The odd files are what their names say."""

import io
import re
import time
import zlib

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image, ImageCms, ImageColor, ImageOps

from tests.images.formats import cmyk_profile, gray_profile, photo, wide_gamut
from tests.images.hostile_files import BOMB_BYTES
from tests.images.odd_files import (
    ACCEPTED,
    FILES,
    MOST_BYTES,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SCANS,
    MOST_SIDE,
    PAYLOAD,
    TABLES,
    mutations,
    orientations,
)
from tests.images.orientations import CORNERS, HEIGHT, WIDTH

pillow_heif.register_heif_opener()

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")

OK = [name for name, odd in FILES.items() if odd.expect == "ok"]
REFUSED = [name for name, odd in FILES.items() if odd.expect == "refused"]
FORMATS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "avif": "AVIF", "heic": "HEIF"}
FAILURES = (OSError, EOFError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError)
MOST_BYTES_OF_MOST = 5_000_000
LARGE = {"just-too-many-bytes.jpg"}
GPS, ORIENTATION = 0x8825, 0x0112

MODES = {
    "gray.jpg": "L",
    "cmyk.jpg": "CMYK",
    "cmyk-with-profile.jpg": "CMYK",
    "ycck.jpg": "CMYK",
    "gray-1-bit.png": "1",
    "gray-16-bit.png": "I;16",
    "rgba-8-bit.png": "RGBA",
    "gray-alpha-8-bit.png": "LA",
    "palette-1-bit.png": "P",
    "palette-4-bit.png": "P",
    "palette-8-bit.png": "P",
    "alpha.webp": "RGBA",
    "lossless-alpha.webp": "RGBA",
    "alpha.avif": "RGBA",
    "gray.avif": "L",
    "alpha.heic": "RGBA",
    "gray.heic": "L",
}

FRAMES = {
    "two-pictures.jpg": 2,
    "animated.png": 2,
    "disposal-clear.gif": 4,
    "local-palettes.gif": 2,
    "1000-frames.gif": MOST_FRAMES,
    "animated.webp": 2,
    "animated-lossless.webp": 2,
    "animated.avif": 2,
    "two-pictures.heic": 2,
}

HELD = {
    "progressive.jpg": b"\xff\xc2",
    "extended.jpg": b"\xff\xc1",
    "arithmetic.jpg": b"\xff\xc9",
    "12-bit.jpg": b"\xff\xc1\x00\x0b\x0c",
    "restart-markers.jpg": b"\xff\xdd\x00\x04\x00\x03",
    "height-after-the-scan.jpg": b"\xff\xdc\x00\x04\x00\x40\xff\xd9",
    "gif-87a.gif": b"GIF87a",
    "lossy.webp": b"VP8 ",
    "lossless.webp": b"VP8L",
    "animated.avif": b"avis",
    "grid.avif": b"grid",
    "orientation-6.avif": b"irot",
    "orientation-6.heic": b"irot",
    "jpeg-and-zip.jpg": b"PK\x03\x04",
    "plain.svg": b"<svg",
    "postscript-called.jpg": b"%!PS",
}

SAMPLING = {
    "subsampled-4-4-4.jpg": (1, 1),
    "subsampled-4-2-2.jpg": (2, 1),
    "subsampled-4-2-0.jpg": (2, 2),
    "subsampled-4-1-1.jpg": (4, 1),
    "subsampled-4-4-0.jpg": (1, 2),
}

LOSSLESS = (
    "rgb-16-bit.png adam7.png wide-gamut.png unknown-chunk.png pieces-of-1-byte.png "
    "bad-checksum-of-data.png text-with-html.png text-of-256-mb.png lossless.webp"
).split()

TURNED = (
    "orientation-6.png orientation-7.png orientation-5.webp orientation-8.webp "
    "orientation-3.avif orientation-6.avif orientation-7.avif orientation-6.heic"
).split()

WITH_PAYLOAD = (
    "xmp.jpg jpeg-with-php.jpg jpeg-and-script.jpg jpeg-and-zip.jpg jpeg-with-zip-in-comment.jpg "
    "png-with-html.png png-and-html.png text-with-html.png comment.gif gif-and-script.gif "
    "xmp.webp xmp.avif"
).split()


def opened(data):
    return Image.open(io.BytesIO(data))


def within_limits(image):
    width, height = image.size
    return (
        max(width, height) <= MOST_SIDE
        and width * height <= MOST_PIXELS
        and getattr(image, "n_frames", 1) <= MOST_FRAMES
    )


def acceptable(data):
    """Whether Pillow makes a picture of it that is of an accepted format and within the limits."""
    if len(data) > MOST_BYTES or data.count(b"\xff\xda") > MOST_SCANS:
        return False
    try:
        with opened(data) as image:
            if image.format not in (*ACCEPTED, "MPO") or not within_limits(image):
                return False
            image.load()
    except FAILURES:
        return False
    return True


def corners(image):
    image = image.convert("RGB")
    places = {"top left": (20, 20), "top right": (WIDTH - 20, 20)}
    places |= {"bottom left": (20, HEIGHT - 20), "bottom right": (WIDTH - 20, HEIGHT - 20)}
    return {place: image.getpixel(at) for place, at in places.items()}


def test_names_are_unique():
    assert len(FILES) == sum(len(table) for table in TABLES) > 75
    assert {odd.expect for odd in FILES.values()} == {"ok", "refused", "either"}


def test_files_are_made_quickly_are_small_and_the_same_again():
    start = time.process_time()
    first = {name: zlib.crc32(odd.make()) for name, odd in FILES.items()}
    assert time.process_time() - start < 10
    for name, odd in FILES.items():
        data = odd.make()
        assert zlib.crc32(data) == first[name], name
        assert len(data) <= MOST_BYTES_OF_MOST or name in LARGE, name


@pytest.mark.parametrize("name", OK)
def test_ok_files_are_pictures_within_the_limits(name):
    data = FILES[name].make()
    assert acceptable(data)
    if "-called." not in name:
        kind = FORMATS[name.rpartition(".")[2]]
        assert opened(data).format == ("MPO" if name == "two-pictures.jpg" else kind)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_files_are_unreadable_or_beyond_a_limit_or_not_accepted(name):
    assert not acceptable(FILES[name].make())


@pytest.mark.parametrize("name", [name for name in OK if re.match(r"\d+x\d+\.", name)])
def test_sizes_are_as_named(name):
    width, height = map(int, name.partition(".")[0].split("x"))
    assert opened(FILES[name].make()).size == (width, height)


@pytest.mark.parametrize(("name", "mode"), MODES.items())
def test_modes_are_as_named(name, mode):
    assert opened(FILES[name].make()).mode == mode


@pytest.mark.parametrize(("name", "frames"), FRAMES.items())
def test_frames_are_as_named(name, frames):
    assert opened(FILES[name].make()).n_frames == frames


@pytest.mark.parametrize(("name", "held"), HELD.items())
def test_files_hold_what_makes_them_odd(name, held):
    assert held in FILES[name].make()


@pytest.mark.parametrize(("name", "factors"), SAMPLING.items())
def test_chroma_is_sampled_as_named(name, factors):
    luma, *chroma = opened(FILES[name].make()).layer
    assert luma[1:3] == factors
    assert all(component[1:3] == (1, 1) for component in chroma)


@pytest.mark.parametrize("name", LOSSLESS)
def test_lossless_oddities_leave_the_picture_alone(name, monkeypatch):
    monkeypatch.setattr("PIL.PngImagePlugin.MAX_TEXT_CHUNK", BOMB_BYTES)
    monkeypatch.setattr("PIL.PngImagePlugin.MAX_TEXT_MEMORY", BOMB_BYTES)
    assert np.array_equal(opened(FILES[name].make()).convert("RGB"), photo())


@pytest.mark.parametrize("name", ["cmyk.jpg", "ycck.jpg", "stored-as-rgb.jpg", "subsampled-4-4-4.jpg"])
def test_colors_of_unusual_jpegs_are_the_photos(name):
    image = np.asarray(opened(FILES[name].make()).convert("RGB"), dtype=int)
    assert np.abs(image - np.asarray(photo(), dtype=int)).mean() < 12


@pytest.mark.parametrize("disposal", ["keep", "clear", "restore"])
def test_disposal_shows_in_the_last_frame(disposal):
    image = opened(FILES[f"disposal-{disposal}.gif"].make())
    image.seek(3)
    box, under = (200, 0, 0), (photo().getpixel((31, 9))[0], 0, 0)
    frame = image.convert("RGB")
    assert frame.getpixel((61, 9)) == box
    earlier = frame.getpixel((31, 9))
    assert (earlier == box) == (disposal == "keep")
    assert (earlier == under) == (disposal == "restore")


@pytest.mark.parametrize("name", WITH_PAYLOAD)
def test_payloads_are_in_the_file(name):
    assert PAYLOAD in FILES[name].make()


def test_exif_is_as_named():
    assert opened(FILES["place.jpg"].make()).getexif().get_ifd(GPS)[2] == (52, 31, 12)
    assert len(opened(FILES["huge-exif.jpg"].make()).info["exif"]) > 65_000
    with opened(FILES["thumbnail.jpg"].make()) as image:
        first, length = (image.getexif().get_ifd(ExifTags.IFD.IFD1)[tag] for tag in (0x0201, 0x0202))
        small = image.info["exif"][6 + first : 6 + first + length]
    assert opened(small).size == (24, 16)
    for value in (0, 9, 255):
        assert opened(FILES[f"orientation-{value}.jpg"].make()).getexif()[ORIENTATION] == value
    assert opened(FILES["orientation-text.jpg"].make()).getexif()[ORIENTATION] == "Rotate 90 CW"


@pytest.mark.parametrize(
    ("profile", "mode"), [(wide_gamut, "RGB"), (gray_profile, "L"), (cmyk_profile, "CMYK")]
)
def test_profiles_convert_colors(profile, mode):
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile()))
    image = photo().convert(mode)
    converted = ImageCms.profileToProfile(
        image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert np.asarray(converted).std() > 10


def test_wide_gamut_is_wider_than_srgb():
    source = ImageCms.ImageCmsProfile(io.BytesIO(wide_gamut()))
    muted = Image.new("RGB", (1, 1), (200, 100, 100))
    converted = ImageCms.profileToProfile(muted, source, ImageCms.createProfile("sRGB"))
    red, green, blue = converted.getpixel((0, 0))
    assert red > 205
    assert max(green, blue) < 100


@pytest.mark.parametrize(
    "name", ["wide-gamut.jpg", "wide-gamut.png", "wide-gamut.webp", "wide-gamut.avif", "wide-gamut.heic"]
)
def test_profiles_are_in_the_files(name):
    assert opened(FILES[name].make()).info["icc_profile"] == wide_gamut()


@pytest.mark.parametrize(
    "name", ["text-of-256-mb.png", "international-text-of-256-mb.png", "profile-of-256-mb.png"]
)
def test_bombs_are_small_and_grow(name):
    data = FILES[name].make()
    assert len(data) < BOMB_BYTES / 800
    unpacker = zlib.decompressobj()
    piece, size = data[data.index(b"\x78\xda") :], 0
    while not unpacker.eof:
        size += len(unpacker.decompress(piece, 1 << 22))
        piece = unpacker.unconsumed_tail
    assert size == BOMB_BYTES


def test_scans_are_as_many_as_named():
    assert FILES["2000-scans.jpg"].make().count(b"\xff\xda") == 2000
    assert FILES["50-scans.jpg"].make().count(b"\xff\xda") == 50


@pytest.mark.parametrize("name", TURNED)
def test_turned_pictures_of_every_format_are_upright_when_turned_back(name):
    image = ImageOps.exif_transpose(opened(FILES[name].make()))
    assert image.size == (WIDTH, HEIGHT)
    for place, color in corners(image).items():
        assert color == pytest.approx(ImageColor.getrgb(CORNERS[place]), abs=40)


def test_orientations_are_upright_when_turned_back_and_differ_as_stored():
    stored = {}
    for orientation, data in orientations().items():
        image = opened(data)
        assert image.getexif()[ORIENTATION] == orientation
        assert image.size == ((WIDTH, HEIGHT) if orientation < 5 else (HEIGHT, WIDTH))
        stored[image.convert("RGB").tobytes()] = orientation
        for place, color in corners(ImageOps.exif_transpose(image)).items():
            assert color == pytest.approx(
                Image.new("RGB", (1, 1), CORNERS[place]).getpixel((0, 0)), abs=12
            )
    assert sorted(stored.values()) == list(range(1, 9))


def test_mutations_are_reproducible_many_and_quick():
    start = time.process_time()
    first = list(mutations(7, 10_000))
    assert time.process_time() - start < 5
    assert first[:1000] == list(mutations(7, 1000))
    assert first[:1000] != list(mutations(8, 1000))
    assert len(set(first)) > 9_000


def test_mutations_are_neither_all_readable_nor_all_broken():
    readable = sum(acceptable(data) for data in mutations(7, 300))
    assert 30 < readable < 270
