"""Colors as a screen without a profile shows them: sRGB, or wide gamut with its profile."""

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

_SRGB = ImageCms.createProfile("sRGB")
_LARGEST_KEPT_PROFILE = 4096
"""Bytes; Display P3 and Adobe RGB take about 550. What is larger would outweigh a thumbnail."""
_WIDER = 1.05
_ALIKE = 0.01
_HARDLY_SEEN = 3
# Colorants of sRGB, adapted to D50 as ICC profiles have them: x and y of red, green, blue.
_SRGB_COLORANTS = ((0.6485, 0.3309), (0.3212, 0.5979), (0.1559, 0.0660))

Colorants = tuple[tuple[float, float], ...]


class Settled(NamedTuple):
    """Pixels, and the profile that has to go with them; empty means sRGB."""

    pixels: NDArray[np.uint8]
    profile: bytes


def settled(pixels: NDArray[np.uint8], icc: bytes) -> Settled:
    """Gray, RGB or RGBA in sRGB; what is of wider gamut stays as it is, with its profile.

    A profile that can't be read, or is for another kind of pixels, is ignored.
    """
    if not icc:
        return Settled(pixels, b"")
    image = Image.fromarray(pixels)
    profile = _profile(icc, image.mode)
    if profile is None and image.mode == "RGBA" and (pixels[..., :2] == pixels[..., 1:3]).all():
        # Gray with alpha, whose profile is one for gray.
        gray, _ = settled(np.ascontiguousarray(pixels[..., 0]), icc)
        return Settled(np.dstack([gray, gray, gray, pixels[..., 3]]), b"")
    if profile is None:
        return Settled(pixels, b"")
    colorants = _colorants(profile) if image.mode != "L" else None
    if colorants is not None:
        if _same(colorants, _SRGB_COLORANTS) and _has_srgb_curve(profile):
            return Settled(pixels, b"")
        if _area(colorants) > _WIDER * _area(_SRGB_COLORANTS) and len(icc) <= _LARGEST_KEPT_PROFILE:
            return Settled(pixels, icc)
    return Settled(np.asarray(_to_srgb(image, profile)), b"")


def from_cmyk(image: Image.Image, icc: bytes) -> Image.Image:
    """The picture in sRGB; without a usable profile, ink is the complement of light."""
    profile = _profile(icc, "CMYK")
    return image.convert("RGB") if profile is None else _to_srgb(image, profile)


def _profile(icc: bytes, mode: str) -> ImageCms.ImageCmsProfile | None:
    if not icc or int.from_bytes(icc[:4], "big") != len(icc):
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        space = profile.profile.xcolor_space.strip()
    except (OSError, ImageCms.PyCMSError, ValueError):
        return None
    wanted = {"CMYK": "CMYK", "L": "GRAY"}.get(mode, "RGB")
    return profile if space == wanted else None


def _colorants(profile: ImageCms.ImageCmsProfile) -> Colorants | None:
    """x and y of the primaries; None for a profile that is made of tables."""
    inner = profile.profile
    found = (inner.red_colorant, inner.green_colorant, inner.blue_colorant)
    if any(each is None for each in found):
        return None
    return tuple((each[1][0], each[1][1]) for each in found if each is not None)


def _same(some: Colorants, others: Colorants) -> bool:
    pairs = zip(some, others, strict=True)
    return all(abs(a - b) < _ALIKE for one, other in pairs for a, b in zip(one, other, strict=True))


def _has_srgb_curve(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether mid gray means the same in both."""
    ramp = Image.linear_gradient("L").convert("RGB")
    shown = _to_srgb(ramp, profile)
    far = np.asarray(ramp, np.int16) - np.asarray(shown, np.int16)
    return int(np.abs(far).max()) <= _HARDLY_SEEN


def _area(colorants: Colorants) -> float:
    (ax, ay), (bx, by), (cx, cy) = colorants
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2


def _to_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    """RGB, or RGBA or gray if it was; as it was where the profile turns out to be broken."""
    color = image.convert("RGB") if image.mode == "RGBA" else image
    try:
        shown = ImageCms.profileToProfile(color, profile, _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        shown = None
    if shown is None:
        return image.convert("RGB") if image.mode == "CMYK" else image
    if image.mode == "RGBA":
        shown.putalpha(image.getchannel("A"))
    return shown.convert("L") if image.mode == "L" else shown
