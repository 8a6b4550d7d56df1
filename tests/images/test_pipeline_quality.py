"""How good and how small pictures become, and what cutting keeps of them."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from lib.images import focus, quality
from lib.images.answers import VARIANTS
from lib.images.formats import TARGETS
from lib.images.limits import Limits
from lib.images.models import Order, Size
from lib.images.pipeline import render
from tests.images.formats import photo, saved, wide_gamut
from tests.images.odd_files import FILES


def scene(seed, width=384, height=256):
    """Something like a photo: soft areas of color, edges, and a texture of some strength."""
    rng = np.random.default_rng(seed)
    soft = cv2.resize(rng.uniform(30, 225, (6, 9, 3)), (width, height), interpolation=cv2.INTER_CUBIC)
    image = Image.fromarray(soft.clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, size = rng.integers(0, width), rng.integers(0, height), rng.integers(10, 60)
        draw.ellipse((x, y, x + size, y + size), fill=tuple(rng.integers(0, 256, 3).tolist()))
    grain = cv2.GaussianBlur(rng.normal(0, 12 * seed, (height, width, 1)), (0, 0), 1.0)
    textured = np.asarray(image, np.float64) + grain.reshape(height, width, 1)
    return Image.fromarray(textured.clip(0, 255).astype(np.uint8))


def drawing():
    """Flat shapes."""
    image = Image.new("RGB", (240, 160), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 110, 130), fill="#24527a")
    draw.ellipse((100, 40, 220, 140), fill="#e8b13a")
    draw.line((0, 0, 239, 159), fill="black", width=3)
    return image


def made(data, **order):
    report, pictures = render(data, Order(**order), Limits())
    image = Image.open(io.BytesIO(pictures[0]))
    image.load()
    return report.rendered[0], image


@pytest.mark.parametrize("target", ["jpeg", "webp", "avif"])
@pytest.mark.parametrize("seed", [1, 2, 4])
def test_automatic_quality_comes_near_its_target(target, seed):
    source = scene(seed)
    rendered, image = made(saved(source, "PNG"), format=target)
    assert rendered.quality is not None
    seen = quality.ssim(np.asarray(source), np.asarray(image.convert("RGB")))
    assert rendered.ssim == pytest.approx(seen, abs=0.003)
    assert seen >= quality.TARGET - 0.015
    assert seen <= quality.TARGET + 0.015 or rendered.quality <= 45


def test_more_detail_takes_more_bytes_not_less_likeness():
    calm, busy = (made(saved(scene(seed), "PNG"), format="jpeg")[0] for seed in (1, 4))
    assert busy.bytes > calm.bytes
    assert abs(busy.ssim - calm.ssim) < 0.03


@pytest.mark.parametrize("level", [30, 60, 95])
@pytest.mark.parametrize("target", ["jpeg", "webp", "avif"])
def test_a_stated_quality_is_used(target, level):
    rendered, _ = made(saved(scene(2, 96, 64), "PNG"), format=target, quality=level)
    assert (rendered.quality, rendered.ssim) == (level, None)


def test_drawings_lose_nothing():
    rendered, image = made(saved(drawing(), "PNG"))
    assert (rendered.format, rendered.lossless, rendered.quality) == ("webp", True, None)
    assert np.array_equal(image.convert("RGB"), drawing())


def test_png_loses_nothing():
    rendered, image = made(saved(scene(4, 96, 64), "WEBP", lossless=True), format="png")
    assert rendered.lossless
    assert np.array_equal(image.convert("RGB"), scene(4, 96, 64))


def srgb():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


OPTIMISED = {
    "jpeg": lambda **more: saved(scene(4), "JPEG", quality=25, optimize=True, progressive=True, **more),
    "webp": lambda **more: saved(scene(4), "WEBP", quality=20, method=6, **more),
    "png": lambda **more: saved(scene(1).quantize(32), "PNG", optimize=True, **more),
}


@pytest.mark.parametrize("profile", [None, srgb(), wide_gamut()], ids=["bare", "srgb", "wide"])
@pytest.mark.parametrize("kind", OPTIMISED)
def test_nobody_gets_more_bytes_than_were_sent(kind, profile):
    more = {"icc_profile": profile} if profile else {}
    data = OPTIMISED[kind](**more)
    rendered, image = made(data, format=kind)
    assert rendered.bytes <= len(data)
    sent = Image.open(io.BytesIO(data)).convert("RGB")
    assert np.abs(np.asarray(image.convert("RGB"), int) - np.asarray(sent)).mean() < 12


def test_what_is_kept_is_the_very_picture():
    for kind, make in OPTIMISED.items():
        data = make()
        rendered, image = made(data, format=kind, quality=95)
        assert rendered.bytes <= len(data)
        assert np.array_equal(image.convert("RGB"), Image.open(io.BytesIO(data)).convert("RGB"))


def test_what_is_not_as_large_as_it_came_is_not_kept():
    rendered, image = made(OPTIMISED["jpeg"](), format="jpeg", sizes=[Size(width=100)])
    assert image.size == (100, 67)
    assert rendered.quality is not None


BARELY_COMPRESSIBLE = {
    "coarse.jpg": lambda: saved(scene(4), "JPEG", quality=5, optimize=True, progressive=True),
    "small.webp": OPTIMISED["webp"],
    "indexed.png": lambda: saved(photo(200, 150).quantize(8), "PNG", optimize=True),
    "black-and-white.png": lambda: saved(photo(200, 150).convert("1"), "PNG", optimize=True),
    "drawing.png": lambda: saved(drawing().quantize(8), "PNG", optimize=True),
    "scene.png": lambda: saved(scene(2), "PNG"),
    "gray.jpg": FILES["gray.jpg"].make,
    "small.jpg": lambda: saved(scene(1, 40, 30), "JPEG", quality=30, optimize=True),
}


@pytest.mark.parametrize("name", BARELY_COMPRESSIBLE)
def test_optimising_never_makes_a_picture_larger(name):
    data = BARELY_COMPRESSIBLE[name]()
    report, _ = render(data, Order(sizes=VARIANTS), Limits())
    main = report.rendered[0]
    assert 100 * (1 - main.bytes / report.original.bytes) >= 0


def with_subject(width, height, x, y):
    """A bright disc somewhere on a dull, softly textured ground."""
    rng = np.random.default_rng(5)
    ground = cv2.GaussianBlur(rng.normal(0, 30, (height, width)), (0, 0), 4) + 110
    image = Image.fromarray(ground.clip(0, 255).astype(np.uint8)).convert("RGB")
    ImageDraw.Draw(image).ellipse((x - 30, y - 30, x + 30, y + 30), fill=(235, 60, 30))
    return saved(image, "PNG")


def share_kept(image):
    """How much of the disc is there."""
    red, green, _ = np.moveaxis(np.asarray(image.convert("RGB"), int), 2, 0)
    return float((red - green > 100).sum() / (np.pi * 30**2))


CUTS = [
    ((600, 200, 540, 100), (200, 200)),
    ((600, 200, 60, 100), (200, 200)),
    ((600, 200, 480, 60), (110, 200)),
    ((600, 200, 100, 140), (250, 200)),
    ((200, 600, 100, 540), (200, 200)),
    ((200, 600, 60, 80), (200, 120)),
    ((400, 400, 330, 330), (400, 120)),
    ((400, 400, 70, 300), (120, 400)),
]


@pytest.mark.parametrize(("subject", "cut"), CUTS)
def test_cutting_keeps_the_subject_where_asked_to(subject, cut):
    box = {"width": cut[0], "height": cut[1], "fit": "cover"}
    data = with_subject(*subject)
    _, smart = made(data, format="png", sizes=[Size(**box, focus="smart")])
    _, middle = made(data, format="png", sizes=[Size(**box)])
    assert smart.size == middle.size == cut
    assert share_kept(smart) > 0.9
    assert share_kept(middle) < 0.7


def test_cutting_keeps_the_middle_unless_asked():
    data = saved(photo(300, 100), "PNG")
    _, image = made(data, format="png", sizes=[Size(width=100, height=100, fit="cover")])
    assert np.array_equal(image.convert("RGB"), photo(300, 100).crop((100, 0, 200, 100)))


@pytest.mark.parametrize("color", [(0, 0, 0), (255, 255, 255), (200, 30, 30)])
def test_flat_pictures_are_cut_in_the_middle(color):
    flat = np.full((200, 300, 3), color, np.uint8)
    assert focus.smart(flat) == pytest.approx((0.5, 0.5), abs=0.02)
    assert focus.smart(flat[..., 0]) == pytest.approx((0.5, 0.5), abs=0.02)


def test_an_invisible_picture_is_cut_in_the_middle():
    assert focus.smart(np.zeros((50, 80, 4), np.uint8)) == pytest.approx((0.5, 0.5), abs=0.02)


def test_a_subject_that_is_seen_through_counts_for_nothing():
    pixels = np.full((100, 300, 4), (110, 110, 110, 255), np.uint8)
    pixels[30:70, 20:60] = (255, 0, 0, 0)
    pixels[30:70, 230:270, :3] = (40, 160, 220)
    assert focus.smart(pixels)[0] > 0.6


@pytest.mark.parametrize("target", TARGETS)
def test_the_focus_is_found_again(target):
    data = with_subject(300, 100, 250, 50)
    order = Order(format=target, sizes=[Size(width=90, height=90, fit="cover", focus="smart")])
    assert render(data, order, Limits()) == render(data, order, Limits())
