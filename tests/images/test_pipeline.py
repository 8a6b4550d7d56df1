"""Pictures through the whole pipeline: odd files, orientations, sizes, alpha and depth."""

import io
import re
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lib.errors import Invalid
from lib.images.answers import VARIANTS
from lib.images.formats import TARGETS
from lib.images.limits import Limits
from lib.images.models import Order, Size
from lib.images.pipeline import render
from tests.images import foreign_files
from tests.images.formats import chunk, filtered, header, photo, png, saved, segment, with_segments
from tests.images.odd import PAYLOAD
from tests.images.odd_files import FILES
from tests.images.odd_jpegs import jpeg
from tests.images.orientations import STORED, orientations, turned_png, turned_webp, upright

LIMITS = Limits()
METADATA = (PAYLOAD, b"Exif\0\0", b"xmpmeta", b"PK\x03\x04", b"eXIf", b"EXIF", b"XMP ")
SAYS_HOW_LARGE = re.compile(r"^The image has .*(pixels|frames|bytes)")
REASON = re.compile(r"damaged, cut off|pixels|scans|MB|is empty|not accepted")


def opened(content):
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def made(data, **order):
    report, pictures = render(data, Order(**order), LIMITS)
    return report, [opened(content) for content in pictures]


def only(data, target="png", **size):
    """The one picture of that size, or as large as it is."""
    _, (image,) = made(data, format=target, sizes=[Size(**size)] if size else [])
    return image


def far(one, other):
    """Mean and largest difference of two pictures in levels."""
    assert one.size == other.size
    pair = [np.asarray(image.convert("RGB"), np.int16) for image in (one, other)]
    apart = np.abs(pair[0] - pair[1])
    return apart.mean(), apart.max()


def check_is_bare(content):
    assert not any(held in content for held in METADATA)
    image = opened(content)
    assert not image.getexif()
    assert not {"exif", "xmp", "comment", "photoshop", "XML:com.adobe.xmp"} & set(image.info)
    assert not getattr(image, "text", {})


def outcome(data):
    """The report and pictures, or why there are none."""
    try:
        return render(data, Order(sizes=VARIANTS, placeholder=True), LIMITS)
    except Invalid as problem:
        return problem.detail


def check_pictures(data, report, pictures):
    for content, rendered, size in zip(pictures, report.rendered, VARIANTS, strict=True):
        check_is_bare(content)
        assert opened(content).size == (rendered.width, rendered.height)
        assert max(rendered.width, rendered.height) <= size.width
        assert len(content) == rendered.bytes
    if report.original.width * report.original.height < 1_000_000:
        # As large as it is, in its own format and of high quality, what came may be the smaller one.
        kind = report.original.format
        same = Order(format=kind if kind in TARGETS else "jpeg", quality=95)
        check_is_bare(render(data, same, LIMITS)[1][0])


@pytest.mark.parametrize("name", sorted(FILES))
def test_odd_files_become_bare_pictures_or_are_refused_for_a_reason_that_fits(name):
    data, expect = FILES[name].make(), FILES[name].expect
    found = outcome(data)
    if not isinstance(found, str):
        assert expect != "refused"
        check_pictures(data, *found)
        return
    assert expect != "ok", found
    if name in {**foreign_files.PICTURES, **foreign_files.OTHERS}:
        assert "not accepted; send JPEG" in found
    elif re.match(r"just-too|claims-|canvas-of|rgba-400|1-bit-900|5000-frames|flat-256", name):
        assert SAYS_HOW_LARGE.search(found)
    else:
        assert REASON.search(found)


@pytest.mark.parametrize("size", [{}, {"width": 60}, {"width": 48, "height": 64, "fit": "cover"}])
def test_all_orientations_give_the_same_upright_picture(size):
    pictures = {value: only(data, **size) for value, data in orientations().items()}
    for value, image in pictures.items():
        mean, most = far(image, pictures[1])
        assert mean < 1, value
        assert most < 48, value
    if not size:
        assert far(pictures[1], upright())[0] < 2


def test_all_orientations_are_padded_as_upright_pictures():
    pictures = [
        only(data, width=90, height=90, fit="contain").convert("RGBA")
        for data in orientations().values()
    ]
    for image in pictures:
        assert image.size == (90, 90)
        assert image.getpixel((45, 2))[3] == 0
        assert image.getpixel((45, 87))[3] == 0
        assert far(image, pictures[0])[0] < 1


@pytest.mark.parametrize("kind", [turned_png, turned_webp])
@pytest.mark.parametrize("value", STORED)
def test_lossless_formats_are_turned_exactly(kind, value):
    assert far(only(kind(value)), upright()) == (0, 0)


@pytest.mark.parametrize(
    "name", ["orientation-3.avif", "orientation-6.avif", "orientation-7.avif", "orientation-6.heic"]
)
def test_containers_that_turn_their_pictures_are_not_turned_twice(name):
    assert far(only(FILES[name].make()), upright())[0] < 8


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ({"width": 100}, (100, 75)),
        ({"height": 150}, (200, 150)),
        ({"width": 100, "height": 100}, (100, 75)),
        ({"width": 399}, (399, 299)),
        ({"width": 1000, "height": 2000}, (400, 300)),
        ({"width": 1, "height": 1}, (1, 1)),
        ({"width": 100, "fit": "cover"}, (100, 75)),
        ({"width": 100, "height": 100, "fit": "cover"}, (100, 100)),
        ({"width": 100, "height": 299, "fit": "cover"}, (100, 299)),
        ({"width": 1000, "height": 100, "fit": "cover"}, (400, 100)),
        ({"width": 1000, "height": 1000, "fit": "cover"}, (400, 300)),
        ({"height": 75, "fit": "contain"}, (100, 75)),
        ({"width": 100, "height": 100, "fit": "contain"}, (100, 100)),
        ({"width": 33, "height": 200, "fit": "contain"}, (33, 200)),
        ({"width": 1000, "height": 400, "fit": "contain"}, (1000, 400)),
    ],
)
def test_sizes_are_exact(size, expected):
    for kind in ("jpeg", "png"):
        order = Order(format=kind, sizes=[Size(**size)], quality=60)
        report, (content,) = render(saved(photo(400, 300), kind), order, LIMITS)
        assert opened(content).size == expected
        assert (report.rendered[0].width, report.rendered[0].height) == expected


def test_a_picture_is_not_enlarged_but_padded():
    image = only(saved(photo(40, 30), "PNG"), width=60, height=50, fit="contain").convert("RGBA")
    assert far(image.crop((10, 10, 50, 40)), photo(40, 30)) == (0, 0)
    alpha = np.asarray(image)[..., 3]
    assert (alpha == 255).sum() == 40 * 30
    assert alpha[:10].max() == alpha[40:].max() == 0


def test_padding_is_white_where_there_is_no_alpha():
    data = saved(Image.new("RGB", (40, 40), "green"), "PNG")
    image = only(data, "jpeg", width=80, height=40, fit="contain").convert("RGB")
    assert image.size == (80, 40)
    assert min(image.getpixel((4, 20))) > 250
    assert image.getpixel((40, 20)) == pytest.approx((0, 128, 0), abs=4)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ((2000, 1500), [(1024, 768), (640, 480), (300, 225)]),
        ((1500, 2000), [(768, 1024), (480, 640), (225, 300)]),
        ((500, 400), [(500, 400), (500, 400), (300, 240)]),
        ((7, 5), [(7, 5)] * 3),
        ((30_000, 1), [(1024, 1), (640, 1), (300, 1)]),
        ((1, 30_000), [(1, 1024), (1, 640), (1, 300)]),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_three_variants_have_their_sizes(shown, expected, kind):
    data = saved(Image.linear_gradient("L").resize(shown), kind)
    report, pictures = made(data, sizes=VARIANTS, quality=60)
    assert [image.size for image in pictures] == expected
    assert (report.original.width, report.original.height) == shown


@pytest.mark.parametrize("extension", ["jpg", "png"])
def test_what_is_too_long_for_a_format_becomes_another_by_itself(extension):
    assert only(FILES[f"30000x1.{extension}"].make(), "auto").size == (30_000, 1)


def waves(width=1000, height=750):
    """Soft colors without noise, so that only mistakes make a difference."""
    y, x = np.mgrid[:height, :width]
    channels = [np.sin(x / 60), np.sin(y / 45), np.sin((x + y) / 80)]
    return Image.fromarray((np.stack(channels, -1) * 100 + 128).astype(np.uint8))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("width", [500, 333, 100])
def test_pictures_are_scaled_without_shift_or_change_of_color(kind, width):
    source = waves()
    data = saved(source, kind, **({"quality": 95} if kind == "JPEG" else {}))
    expected = source.resize((width, width * 3 // 4), Image.Resampling.BOX)
    mean, most = far(only(data, width=width, height=width * 3 // 4, fit="cover"), expected)
    assert mean < 1.5
    assert most < 16


def test_sizes_do_not_depend_on_what_else_was_ordered():
    data = saved(waves(400, 300), "PNG")
    sizes = [Size(width=200), Size(width=100, height=100, fit="cover"), Size(width=50)]
    _, together = made(data, format="png", sizes=sizes)
    for size, image in zip(sizes, together, strict=True):
        _, (alone,) = made(data, format="png", sizes=[size])
        assert far(image, alone)[0] < 1


def logo(color, around):
    """A disc of one color on clear pixels that hide another."""
    image = Image.new("RGBA", (330, 330), (*around, 0))
    ImageDraw.Draw(image).ellipse((40, 40, 290, 290), fill=(*color, 255))
    return saved(image, "PNG")


@pytest.mark.parametrize("width", [330, 301, 165, 110, 50])
@pytest.mark.parametrize(
    ("color", "around"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((0, 0, 0), (255, 255, 255)),
        ((190, 60, 60), (0, 0, 0)),
        ((190, 60, 60), (255, 255, 255)),
    ],
)
def test_clear_pixels_leave_no_fringe(color, around, width):
    pixels = np.asarray(only(logo(color, around), width=width).convert("RGBA")).astype(int)
    visible = pixels[pixels[..., 3] > 15]
    assert np.abs(visible[:, :3] - color).max() <= 4
    assert (pixels[..., 3] == 255).any()


@pytest.mark.parametrize("target", ["webp", "avif", "png"])
def test_what_is_clear_stays_clear_and_half_stays_half(target):
    image = Image.new("RGBA", (120, 120), (200, 30, 30, 0))
    image.paste((30, 30, 200, 128), (30, 0, 60, 120))
    image.paste((30, 200, 30, 255), (60, 0, 120, 120))
    alpha = np.asarray(only(saved(image, "PNG"), target, width=60).convert("RGBA"))[..., 3]
    assert alpha[:, :13].max() <= 3
    assert alpha[10:50, 18:27] == pytest.approx(128, abs=4)
    assert alpha[:, 33:].min() >= 252


def test_jpeg_shows_white_behind_what_is_clear():
    image = only(logo((20, 20, 20), (0, 0, 0)), "jpeg", width=110)
    assert image.mode in ("RGB", "L")
    assert min(image.convert("RGB").getpixel((3, 3))) > 250
    assert max(image.convert("RGB").getpixel((55, 55))) < 30


@pytest.mark.parametrize(
    ("name", "clear"),
    [
        ("gray-8-bit-with-transparent-color", (0, b"\0\x64", 8, 100)),
        ("gray-16-bit-with-transparent-color", (0, b"\x64\0", 16, 100 << 8)),
        ("rgb-with-transparent-color", (2, b"\0\x64\0\x64\0\x64", 8, 100)),
        ("palette-with-transparent-color", (3, b"\x80\0", 8, 1)),
    ],
)
def test_a_transparent_color_is_clear(name, clear):
    color, transparent, depth, level = clear
    samples = np.full((8, 8, 3 if color == 2 else 1), level, np.uint16)
    samples[4:] = 0
    palette = (chunk(b"PLTE", b"\x0a\x0a\x0a\xc8\0\0"),) if color == 3 else ()
    data = png(
        header(8, 8, depth, color),
        zlib.compress(filtered(samples, depth)),
        *palette,
        chunk(b"tRNS", transparent),
    )
    image = only(data).convert("RGBA")
    assert image.getpixel((2, 1))[3] == 0, name
    assert image.getpixel((2, 6))[3] == (128 if color == 3 else 255)


@pytest.mark.parametrize("color", [0, 2, 4, 6], ids=["gray", "rgb", "gray and alpha", "rgba"])
@pytest.mark.parametrize("target", ["png", "webp", "jpeg"])
def test_sixteen_bits_keep_their_middle_gray(color, target):
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    samples = np.full((16, 16, channels), 0x8080, np.uint16)
    if color >= 4:
        samples[..., -1] = 0xFFFF
    data = png(header(16, 16, 16, color), zlib.compress(filtered(samples, 16)))
    image = only(data, target, width=8).convert("RGBA")
    assert image.getpixel((4, 4)) == pytest.approx((128, 128, 128, 255), abs=1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("target", TARGETS)
def test_gray_stays_gray(kind, target):
    image = only(saved(photo(64, 48).convert("L"), kind), target, width=32)
    assert target not in ("jpeg", "png") or image.mode == "L"
    pixels = np.asarray(image.convert("RGB")).astype(int)
    assert np.abs(pixels - pixels.mean(axis=2, keepdims=True)).max() <= 1


def test_pngs_with_damaged_rows_are_refused():
    data = saved(photo(256, 192), "PNG")
    middle = len(data) // 2
    damaged = (
        data[:middle] + bytes(byte ^ 0x55 for byte in data[middle : middle + 64]) + data[middle + 64 :]
    )
    with pytest.raises(Invalid, match="damaged"):
        only(damaged)


def test_jpegs_with_a_film_behind_them_are_pictures():
    data = jpeg() + b"\0\0\0\x18ftypmp42" + bytes(64) + b"\xff\xda" + bytes(64)
    assert far(only(data), opened(jpeg()))[0] < 2


def test_jpegs_that_break_off_are_refused_whatever_their_thumbnail_ends_with():
    whole = with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + saved(photo(16, 16), "JPEG")))
    with pytest.raises(Invalid, match="cut off"):
        only(whole[: len(whole) * 3 // 4])


@pytest.mark.parametrize("target", TARGETS)
def test_the_same_picture_gives_the_same_bytes(target):
    data = saved(photo(200, 150), "PNG")
    order = Order(format=target, sizes=[Size(width=150), Size(width=64, height=64, fit="cover")])
    assert render(data, order, LIMITS) == render(data, order, LIMITS)
