"""The parts of the image library, each by itself."""

import base64
import io
import zlib

import numpy as np
import pytest
import thumbhash
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageOps
from pydantic import ValidationError

from lib.errors import Invalid
from lib.images import choosing, headers, placeholder, quality, scaling
from lib.images.formats import sniff
from lib.images.limits import Limits, check, predicted_bytes
from lib.images.models import Size
from lib.images.orientation import upright
from tests.images.formats import (
    PNG_MAGIC,
    chunk,
    deflated_zeros,
    filtered,
    header,
    photo,
    saved,
)
from tests.images.heif import box
from tests.images.odd_files import FILES
from tests.images.odd_pngs import plain
from tests.images.orientations import STORED, stored, turned

LEVELS = st.integers(1, 20_000)
SIDES = st.none() | st.integers(1, 16_383)


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def read(data):
    return headers.read(data, headers.open_image(data))


# Formats


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (PNG_MAGIC, "png"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (box(b"ftyp", b"avif\0\0\0\0mif1"), "avif"),
        (box(b"ftyp", b"avis\0\0\0\0msf1"), "avif"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1avif"), "avif"),
        (box(b"ftyp", b"heic\0\0\0\0mif1"), "heic"),
        (box(b"ftyp", b"mif1\0\0\0\0mif1heic"), "heic"),
    ],
)
def test_formats_are_told_by_their_first_bytes(start, expected):
    assert sniff(start) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\xff\xd8", "This kind of file"),
        (b"II*\0", "TIFF"),
        (b"BM1234", "BMP"),
        (b"%PDF-1.7", "PDF"),
        (b"\xef\xbb\xbf <svg>", "SVG"),
        (b"RIFF\x10\0\0\0WAVE", "This kind of file"),
        (box(b"ftyp", b"isom\0\0\0\0mp41"), "This kind of file"),
        (b"\0\0\0\x18ftyp", "This kind of file"),
        (b"\xff\xff\xff\xffftyp" + b"x" * 9, "This kind of file"),
    ],
)
def test_other_files_are_refused_by_name(data, said):
    with pytest.raises(Invalid, match=said):
        sniff(data)


# Choosing

CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
FIREFOX = "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"
OLD_FIREFOX = "image/webp,*/*"
SAFARI = (
    "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,*/*;q=0.5"
)
CHROME_PAGE = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (CHROME, ["avif", "webp", "jpeg", "png"]),
        (FIREFOX, ["avif", "webp", "jpeg", "png"]),
        (SAFARI, ["avif", "webp", "jpeg", "png"]),
        (CHROME_PAGE, ["avif", "webp", "jpeg", "png"]),
        (OLD_FIREFOX, ["webp", "jpeg", "png"]),
        ("*/*", ["webp", "jpeg", "png"]),
        ("", ["webp", "jpeg", "png"]),
        ("application/json", ["webp", "jpeg", "png"]),
        ("image/jpeg", ["jpeg"]),
        ("IMAGE/PNG ; q=0.3", ["png"]),
        ("image/jpeg, image/png;q=0.5", ["jpeg", "png"]),
        ("image/avif;q=0, image/webp", ["webp"]),
        ("image/avif; q=0.0, image/webp", ["webp"]),
        ("image/webp;q=0, */*", ["jpeg", "png"]),
        ("image/png, */*;q=0", ["png"]),
        ("image/png, image/*;q=0.0", ["png"]),
        (",;,image/png,", ["png"]),
    ],
)
def test_accept_headers_name_formats(accept, expected):
    assert choosing.accepted(accept) == expected


def test_drawings_are_told_from_photos():
    flat = np.full((50, 80, 3), 255, np.uint8)
    flat[10:30, 20:60] = (200, 10, 10)
    assert choosing.is_graphic(flat)
    assert choosing.is_graphic(flat[..., 0])
    assert choosing.is_graphic(np.zeros((40, 1, 3), np.uint8))
    assert not choosing.is_graphic(np.asarray(photo()))
    assert not choosing.is_graphic(np.asarray(photo().convert("L")))


def test_alpha_needs_something_clear():
    pixels = np.full((4, 4, 4), 255, np.uint8)
    assert not choosing.has_alpha(pixels)
    assert not choosing.has_alpha(pixels[..., :3])
    pixels[0, 0, 3] = 254
    assert choosing.has_alpha(pixels)


@pytest.mark.parametrize(
    ("accept", "what", "expected"),
    [
        (["avif", "webp", "jpeg", "png"], {}, "avif"),
        (["webp", "jpeg", "png"], {"graphic": True}, "webp"),
        (["jpeg", "png"], {}, "jpeg"),
        (["jpeg", "png"], {"graphic": True}, "png"),
        (["jpeg", "png"], {"alpha": True}, "png"),
        (["jpeg", "png"], {"moving": True}, "png"),
        (["jpeg"], {"alpha": True}, "jpeg"),
    ],
)
def test_the_format_suits_the_picture(accept, what, expected):
    found = choosing.chosen(
        accept, **{"graphic": False, "alpha": False, "moving": False, "longest": 100, **what}
    )
    assert found == expected


# Scaling


@pytest.mark.parametrize("absent", ["width", "height"])
def test_a_side_may_be_null(absent):
    sides = {"width": 5, "height": 5, absent: None}
    assert getattr(Size.model_validate(sides), absent) is None


@pytest.mark.parametrize(
    "size", [{}, {"width": 0}, {"height": -1}, {"width": 16_384}, {"width": "wide"}, {"width": None}]
)
def test_sizes_without_a_usable_side_are_refused(size):
    with pytest.raises(ValidationError):
        Size.model_validate(size)


@given(LEVELS, LEVELS, SIDES, SIDES, st.sampled_from(["inside", "cover", "contain"]))
def test_plans_stay_within_their_box_and_keep_the_aspect(width, height, across, down, fit):
    if across is None and down is None:
        across = 300
    sides = {"width": across, "height": down}
    size = Size(fit=fit, **{name: side for name, side in sides.items() if side})
    plan = scaling.plan(size, (width, height))
    assert 0 < plan.scale <= 1
    assert plan.scaled[0] <= width
    assert plan.scaled[1] <= height
    for found, own in zip(plan.scaled, (width, height), strict=True):
        assert found == max(1, found)
        assert abs(found - own * plan.scale) < 1
    for found, asked in zip(plan.box, (across, down), strict=True):
        assert found >= 1
        assert asked is None or found <= asked
    if fit == "contain":
        assert plan.box[0] >= plan.scaled[0]
        assert plan.box[1] >= plan.scaled[1]
        assert plan.box == (across or plan.scaled[0], down or plan.scaled[1])
    if fit == "inside":
        assert plan.box == plan.scaled
    if fit == "cover":
        full = [
            min(asked, own) for asked, own in zip((across, down), (width, height), strict=True) if asked
        ]
        cut = [found for found, asked in zip(plan.box, (across, down), strict=True) if asked]
        assert plan.scale < 1 or cut == full
        assert all(box <= inner for box, inner in zip(plan.box, plan.scaled, strict=True))


@pytest.mark.parametrize("shape", [(40, 60), (40, 60, 3), (40, 60, 4)])
@pytest.mark.parametrize("size", [(60, 40), (30, 20), (7, 5), (1, 40), (60, 1), (1, 1)])
def test_shrinking_keeps_the_mean(shape, size):
    pixels = np.random.default_rng(1).integers(0, 256, shape).astype(np.uint8)
    if pixels.ndim == 3:
        pixels[..., 3:] = 255
    found = scaling.shrunk(pixels, size)
    assert found.shape[:2] == size[::-1]
    assert found.dtype == np.uint8
    if pixels.ndim == 3:
        assert found.shape[2] == shape[2]
    assert found.mean() == pytest.approx(pixels.mean(), abs=1)


def test_sharpening_leaves_flat_areas_and_alpha_alone():
    pixels = np.full((30, 30, 4), (90, 120, 30, 200), np.uint8)
    pixels[:, 20:, 3] = 10
    assert np.array_equal(scaling.sharpened(pixels), pixels)


@pytest.mark.parametrize(
    ("focus", "left"), [((0.5, 0.5), 100), ((0.0, 0.5), 0), ((1.0, 0.5), 200), ((0.4, 0.5), 70)]
)
def test_cuts_stay_within_the_picture(focus, left):
    pixels = np.asarray(photo(300, 100))
    plan = scaling.plan(Size(width=100, height=100, fit="cover"), (300, 100))
    assert np.array_equal(scaling.fitted(pixels, plan, focus), pixels[:, left : left + 100])


# Orientation


@pytest.mark.parametrize("value", STORED)
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
def test_turning_is_what_pillow_does(value, mode):
    image = photo(7, 5).convert(mode)
    image.getexif()[0x0112] = value
    expected = np.asarray(ImageOps.exif_transpose(image))
    assert np.array_equal(upright(np.asarray(image), value), expected)


@pytest.mark.parametrize("value", STORED)
def test_headers_know_how_a_picture_is_shown(value):
    found = read(turned(value))
    assert found.orientation == value
    assert found.stored == stored(value).size
    assert found.shown == (160, 112)


# Headers and limits


@pytest.mark.parametrize(
    "size", [(60_000, 60_000), (40_000, 1), (20_000, 20_000), (2**31 - 1, 2**31 - 1)]
)
def test_headers_of_pictures_that_nobody_could_decode_are_read(size):
    data = PNG_MAGIC + header(*size) + chunk(b"IDAT", deflated_zeros(1 << 20)) + chunk(b"IEND")
    assert read(data).stored == size
    info = headers.info(data, headers.open_image(data), position=False)
    assert (info.width, info.height) == size


@pytest.mark.parametrize("name", ["progressive.jpg", "rgba-8-bit.png", "adam7.png", "still.gif"])
def test_headers_are_read_without_decoding_a_pixel(name):
    data = FILES[name].make()
    image = headers.open_image(data)
    headers.read(data, image)
    headers.info(data, image, position=True)
    assert image.tile  # Pillow's list of what is still to be decoded


@pytest.mark.parametrize(
    ("size", "limits", "said"),
    [
        ((300, 200), {"side": 299}, "300×200 pixels; a side may have 299"),
        ((200, 300), {"side": 299}, "200×300 pixels; a side may have 299"),
        ((2000, 501), {"megapixels": 1}, "2000×501 pixels; 1 megapixels are allowed"),
        ((2000, 501), {"memory_mb": 1}, r"would take \d+ MB; 1 are allowed"),
    ],
)
def test_limits_say_what_is_allowed(size, limits, said):
    data = saved(Image.new("RGB", size), "PNG")
    with pytest.raises(Invalid, match=said):
        check(data, read(data), Limits(**limits))


def test_limits_let_pass_what_is_just_within():
    data = saved(Image.new("RGB", (1000, 1000)), "PNG")
    found = read(data)
    check(data, found, Limits(megapixels=1, side=1000, memory_mb=predicted_bytes(found) // 2**20 + 1))


def test_where_a_picture_was_taken_is_told_only_if_asked():
    data = FILES["place.jpg"].make()
    quiet = headers.info(data, headers.open_image(data), position=False)
    told = headers.info(data, headers.open_image(data), position=True)
    assert not [name for name in quiet.exif if name.startswith("GPS")]
    assert {"GPSLatitude", "GPSLongitude"} <= set(told.exif)


def test_bits_of_png_are_read_from_its_header():
    sixteen = PNG_MAGIC + header(4, 4, 16, 2)
    sixteen += chunk(b"IDAT", zlib.compress(filtered(np.zeros((4, 4, 3)), 16))) + chunk(b"IEND")
    assert read(sixteen).bits == 16
    assert read(plain()).bits == 8


# Quality


def noisy(pixels, strength):
    noise = np.random.default_rng(3).normal(0, strength, pixels.shape)
    return (pixels + noise).clip(0, 255).astype(np.uint8)


def test_likeness_is_one_for_the_same_symmetric_and_falls_with_damage():
    for mode in ("L", "RGB", "RGBA"):
        pixels = np.asarray(Image.linear_gradient("L").convert(mode))
        worse = [noisy(pixels, strength) for strength in (2, 10, 40)]
        seen = [quality.ssim(pixels, other) for other in worse]
        assert quality.ssim(pixels, pixels) == pytest.approx(1, abs=1e-6)
        assert 1 > seen[0] > seen[1] > seen[2] > 0
        assert quality.ssim(worse[2], pixels) == pytest.approx(seen[2], abs=1e-6)


def test_likeness_sees_structure_more_than_brightness():
    pixels = np.asarray(photo(128, 128))
    brighter = (pixels.astype(int) * 0.95 + 12).clip(0, 255).astype(np.uint8)
    assert quality.ssim(pixels, brighter) > 0.95 > quality.ssim(pixels, pixels[::-1])


def test_the_lowest_quality_that_is_good_enough_is_found():
    pixels = np.asarray(photo(64, 64))
    for wanted in (41, 60, 77, 95):
        found = quality.lowest(
            pixels, lambda sample, level, at=wanted: sample if level >= at else 255 - sample
        )
        assert wanted <= found <= wanted + 4
    assert quality.lowest(pixels, lambda sample, _: 255 - sample) == 95


# Placeholder


@pytest.mark.parametrize("size", [(100, 75), (75, 100), (100, 100), (99, 14), (3, 90), (8, 8)])
def test_thumbhashes_of_opaque_pictures_are_the_references(size):
    rgba = np.random.default_rng(size).integers(0, 256, (size[1], size[0], 4)).astype(np.uint8)
    rgba[..., 3] = 255
    expected = bytes(thumbhash.rgba_to_thumb_hash(*size, rgba.ravel().tolist()))
    assert placeholder.thumbhash(rgba).hex() == expected.hex()


def test_the_placeholder_of_a_large_picture_is_that_of_a_small_one():
    soft = Image.linear_gradient("L").convert("RGB").resize((800, 400))
    found = placeholder.placeholder(np.asarray(soft))
    small = np.asarray(soft.resize((100, 50), Image.Resampling.BOX).convert("RGBA"))
    apart = np.array([*base64.b64decode(found.thumbhash)], int) - [*placeholder.thumbhash(small)]
    assert len(apart) <= 25
    assert (apart != 0).sum() <= 4


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGB", (50, 40), "#336699"), "#336699"),
        (Image.new("L", (50, 40), 77), "#4d4d4d"),
        (Image.new("RGBA", (50, 40), (9, 9, 9, 0)), "#ffffff"),
        (Image.new("RGB", (1, 1), "#010203"), "#010203"),
    ],
)
def test_the_dominant_color_of_flat_pictures_is_theirs(image, expected):
    assert placeholder.placeholder(np.asarray(image)).color == expected


def test_the_dominant_color_is_that_of_the_most_pixels_that_are_seen():
    image = Image.new("RGBA", (90, 60), (0, 200, 0, 0))
    image.paste((200, 30, 30, 255), (0, 0, 40, 60))
    image.paste((30, 30, 200, 255), (40, 0, 55, 60))
    red, green, blue = bytes.fromhex(placeholder.placeholder(np.asarray(image)).color[1:])
    assert (red, green, blue) == pytest.approx((200, 30, 30), abs=6)


def triangle(across, down):
    """The waves of a channel, of which the first is its mean."""
    return [(cy, cx) for cy in range(down) for cx in range(across) if cx * down < across * (down - cy)]


def decoded_alpha(found, side=32):
    """The alpha of a hash, 0 to 1, as ThumbHash's description says that it is to be decoded."""
    assert found[2] & 0x80
    across, down = (5, found[3] & 7) if found[4] & 0x80 else (found[3] & 7, 5)
    before = len(triangle(max(3, across), max(3, down))) - 1 + 2 * (len(triangle(3, 3)) - 1)
    nibbles = [nibble for byte in found[6:] for nibble in (byte & 15, byte >> 4)][before:]
    mean, strength = (found[5] & 15) / 15, (found[5] >> 4) / 15
    x = np.pi / side * (np.arange(side) + 0.5)
    alpha = np.full((side, side), mean)
    for (cy, cx), nibble in zip(triangle(5, 5)[1:], nibbles, strict=False):
        alpha += 2 * strength * (nibble / 7.5 - 1) * np.outer(np.cos(cy * x), np.cos(cx * x))
    return alpha


def test_thumbhashes_hold_alpha():
    for turned_by in (0, 90):
        ramp = Image.linear_gradient("L").rotate(turned_by).resize((60, 60))
        image = photo(60, 60).copy()
        image.putalpha(ramp)
        found = decoded_alpha(placeholder.thumbhash(np.asarray(image)))
        expected = np.asarray(ramp.resize((32, 32), Image.Resampling.BOX)) / 255
        assert np.abs(found - expected).mean() < 0.06


def test_thumbhashes_of_clear_pictures_know_no_color_but_that_they_are_clear():
    found = placeholder.thumbhash(np.zeros((20, 30, 4), np.uint8))
    assert decoded_alpha(found).max() < 0.04


def test_an_image_with_one_visible_pixel_has_its_color():
    pixels = np.zeros((9, 9, 4), np.uint8)
    pixels[4, 4] = (10, 200, 30, 255)
    assert placeholder.dominant(pixels) == "#0ac81e"
