"""Color profiles and inks through the pipeline, compared with ImageCms's own conversion."""

import io
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps

from lib.images.formats import TARGETS
from lib.images.limits import Limits
from lib.images.models import Order, Size
from lib.images.pipeline import render
from tests.images.formats import (
    chunk,
    cmyk_profile,
    filtered,
    gamma,
    header,
    icc,
    photo,
    png,
    saved,
    wide_gamut,
    xyz,
)
from tests.images.odd_files import FILES
from tests.images.odd_jpegs import cmyk, jpeg, ycck

SRGB = ImageCms.createProfile("sRGB")
RED, GREEN, BLUE = (0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)
"""X, Y and Z of sRGB's primaries, adapted to D50."""
ADOBE = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


def profile(red, green, blue, tone):
    """A matrix profile with one tone curve."""
    primaries = {b"rXYZ": xyz(*red), b"gXYZ": xyz(*green), b"bXYZ": xyz(*blue)}
    curves = {name: gamma(tone) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return icc(b"RGB ", {**primaries, **curves})


OTHERS = {
    "linear": profile(RED, GREEN, BLUE, 1.0),
    "gamma 1.8": profile(RED, GREEN, BLUE, 1.8),
    "red and green swapped": profile(GREEN, RED, BLUE, 2.2),
    "narrow": profile(*(np.array(RED + GREEN + BLUE).reshape(3, 3) * 0.6 + 0.13), 2.2),
}
WIDE = {"display p3": wide_gamut(), "adobe rgb": profile(*ADOBE, 2.2)}


def srgb():
    return ImageCms.ImageCmsProfile(SRGB).tobytes()


def smooth(width=96, height=64):
    """All hues, from dark to light, without noise."""
    y, x = np.mgrid[:height, :width]
    hues = [np.sin(x / width * 6.3 + turn) * 0.5 + 0.5 for turn in (0, 2.1, 4.2)]
    return Image.fromarray((np.stack(hues, -1) * (y / height)[..., None] * 255).astype(np.uint8))


def made(data, target="png", **order):
    _, (content,) = render(data, Order(format=target, **order), Limits())
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def shown(image, data, mode="RGB"):
    """A picture as ImageCms shows it in sRGB."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(data))
    return ImageCms.profileToProfile(image, source, SRGB, outputMode=mode)


def apart(one, other):
    """Mean and largest difference in levels."""
    assert one.size == other.size
    pair = [np.asarray(image.convert("RGB"), np.int16) for image in (one, other)]
    difference = np.abs(pair[0] - pair[1])
    return difference.mean(), difference.max()


@pytest.mark.parametrize("target", TARGETS)
def test_srgbs_own_profile_is_dropped(target):
    assert "icc_profile" not in made(saved(smooth(), "PNG", icc_profile=srgb()), target).info


def test_srgbs_own_profile_changes_no_pixel():
    assert apart(made(saved(smooth(), "PNG", icc_profile=srgb())), smooth()) == (0, 0)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", WIDE)
def test_wide_gamuts_keep_their_profile_in_every_format(name, target):
    data = saved(smooth(), "PNG", icc_profile=WIDE[name])
    for order in ({}, {"sizes": [Size(width=48)]}):
        assert made(data, target, **order).info["icc_profile"] == WIDE[name]


@pytest.mark.parametrize("name", WIDE)
def test_wide_gamuts_keep_their_pixels(name):
    assert apart(made(saved(smooth(), "PNG", icc_profile=WIDE[name])), smooth()) == (0, 0)


@pytest.mark.parametrize("extension", ["jpg", "png", "webp", "avif", "heic"])
def test_wide_gamuts_are_kept_from_every_format(extension):
    assert made(FILES[f"wide-gamut.{extension}"].make(), "webp").info["icc_profile"] == wide_gamut()


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_other_profiles_are_converted(name, kind):
    options = {"PNG": {}, "JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}[kind]
    data = saved(smooth(), kind, icc_profile=OTHERS[name], **options)
    image = made(data)
    assert "icc_profile" not in image.info
    stored = Image.open(io.BytesIO(data)).convert("RGB")
    mean, most = apart(image, shown(stored, OTHERS[name]))
    assert mean < 1
    assert most <= (3 if kind != "JPEG" else 12)
    assert apart(image, stored)[0] > 3


def test_other_profiles_are_converted_before_scaling_and_for_palettes_and_alpha():
    linear = OTHERS["linear"]
    image = smooth()
    image.putalpha(77)
    found = made(saved(image, "PNG", icc_profile=linear))
    assert apart(found, shown(smooth(), linear))[1] <= 3
    assert found.getchannel("A").getextrema() == (77, 77)
    few = smooth().quantize(16)
    found = made(saved(few, "PNG", icc_profile=linear))
    assert apart(found, shown(few.convert("RGB"), linear))[1] <= 3


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_gray_profiles_are_converted(mode):
    linear = icc(b"GRAY", {b"kTRC": gamma(1.0)})
    ramp = Image.linear_gradient("L")
    image = ramp.copy()
    if mode == "LA":
        image.putalpha(255)
    expected = shown(ramp, linear)
    assert apart(expected, ramp)[0] > 20
    assert apart(made(saved(image, "PNG", icc_profile=linear)), expected)[1] <= 3


def test_a_large_wide_profile_does_not_outweigh_a_thumbnail():
    large = wide_gamut() + bytes(100_000)
    large = len(large).to_bytes(4, "big") + large[4:]
    image = made(saved(smooth(), "PNG", icc_profile=large))
    assert "icc_profile" not in image.info
    assert apart(image, shown(smooth(), large))[1] <= 3


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("quality", [40, 95])
@pytest.mark.parametrize("make", [cmyk, lambda: cmyk(cmyk_profile())], ids=["bare", "with profile"])
def test_inks_become_light(make, quality, target):
    data = make()
    inks = Image.open(io.BytesIO(data))
    expected = inks.convert("RGB") if not inks.info.get("icc_profile") else shown(inks, cmyk_profile())
    image = made(data, target, quality=quality)
    assert image.mode != "CMYK"
    assert "icc_profile" not in image.info
    if target == "png":
        assert apart(image, expected)[1] <= 3


def test_inks_that_are_already_small_become_light_as_well():
    data = saved(photo().convert("CMYK"), "JPEG", quality=5, optimize=True)
    assert made(data, "jpeg", quality=95).mode == "RGB"


def test_adobes_inks_are_not_turned_over():
    assert apart(made(ycck()), photo())[0] < 12
    assert apart(made(ycck()), ImageOps.invert(photo()))[0] > 60


@pytest.mark.parametrize(
    "name",
    [
        "profile-of-garbage.png",
        "gray-profile-on-rgb.png",
        "profile-of-garbage.webp",
        "gray-profile-on-rgb.webp",
        "profile-of-garbage.jpg",
        "profile-of-4-gb.jpg",
        "profile-cut.jpg",
        "profile-without-its-first-part.jpg",
        "gray-profile-on-rgb.jpg",
    ],
)
def test_profiles_that_cannot_be_used_are_ignored(name):
    data = FILES[name].make()
    image = made(data)
    assert "icc_profile" not in image.info
    assert apart(image, Image.open(io.BytesIO(data)))[0] < 1


def test_a_profile_of_garbage_in_gray_or_inks_is_ignored():
    gray = Image.linear_gradient("L")
    assert apart(made(saved(gray, "PNG", icc_profile=b"\xa5" * 3000)), gray) == (0, 0)
    with_garbage = cmyk(b"\xa5" * 3000)
    assert apart(made(with_garbage), made(cmyk()))[0] == 0


def test_sixteen_bits_with_a_profile_are_converted():
    samples = np.asarray(smooth()).astype(np.uint16) * 257
    data = png(
        header(96, 64, 16, 2),
        zlib.compress(filtered(samples, 16)),
        chunk(b"iCCP", b"odd\0\0" + zlib.compress(OTHERS["linear"])),
    )
    assert apart(made(data), shown(smooth(), OTHERS["linear"]))[1] <= 3


def test_jpegs_without_a_profile_keep_their_colors():
    assert apart(made(jpeg()), Image.open(io.BytesIO(jpeg())))[1] <= 4
