"""From a picture to each of its sizes: scaled, cut or filled up, and sharpened."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from lib.images.decoding import Pixels
from lib.images.models import Size

SHARPENING = 0.3
"""Share of an unsharp mask of radius 1; so much does taking means soften, compared to Lanczos."""
_RADIUS = 1.0

Point = tuple[float, float]
CENTER: Point = (0.5, 0.5)


@dataclass(frozen=True, slots=True)
class Plan:
    """A size for a given picture: its scale, width and height at that scale, and those of its box."""

    size: Size
    scale: float
    scaled: tuple[int, int]
    box: tuple[int, int]

    @property
    def look(self) -> Hashable:
        """The same for sizes that a picture looks the same in, as a small one does in large boxes."""
        cut = None if self.box == self.scaled else (self.size.fit, self.size.focus)
        return (self.scaled, self.box, cut)


def plan(size: Size, shown: tuple[int, int]) -> Plan:
    """How a picture of that width and height is fitted into the size."""
    width, height = shown
    shares = [
        side / own
        for side, own in zip((size.width, size.height), shown, strict=True)
        if side is not None
    ]
    scale = min(1.0, max(shares) if size.fit == "cover" else min(shares))
    scaled = (max(1, round(width * scale)), max(1, round(height * scale)))
    across, down = size.width or scaled[0], size.height or scaled[1]
    if size.fit != "contain":
        across, down = min(across, scaled[0]), min(down, scaled[1])
    return Plan(size, scale, scaled, (across, down))


def whole(shown: tuple[int, int]) -> Plan:
    """The picture as large as it is."""
    return Plan(Size(width=1), 1.0, shown, shown)


def scaled(pixels: Pixels, plans: Sequence[Plan]) -> list[Pixels]:
    """The picture at the plans' scales, each made from the next larger one."""
    made: dict[tuple[int, int], Pixels] = {}
    larger = pixels
    for each in sorted({p.scaled for p in plans}, key=lambda wh: -wh[0] * wh[1]):
        larger = made[each] = shrunk(larger, each)
    return [made[p.scaled] for p in plans]


def shrunk(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """The picture at that width and height, each pixel the mean of those it stands for."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return _shrunk_with_alpha(pixels, size)
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _shrunk_with_alpha(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Colors count by how opaque they are: what can't be seen must not bleed into what can."""
    alpha = pixels[..., 3].astype(np.uint16)
    # 16 bits hold the product of two bytes exactly, in half the memory of floats.
    colors = cv2.resize(pixels[..., :3] * alpha[..., None], size, interpolation=cv2.INTER_AREA)
    opaque = cv2.resize(alpha * np.uint16(255), size, interpolation=cv2.INTER_AREA).astype(np.float32)
    shares = colors.astype(np.float32) * (255 / np.maximum(opaque, 1))[..., None]
    found = np.dstack([shares, opaque / 255])
    return np.asarray(np.clip(found + 0.5, 0, 255), np.uint8)


def sharpened(pixels: Pixels) -> Pixels:
    """The picture with a light unsharp mask over its colors."""
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        return _sharpened_with_alpha(pixels)
    soft = cv2.GaussianBlur(pixels, (0, 0), _RADIUS)
    return cv2.addWeighted(pixels, 1 + SHARPENING, soft, -SHARPENING, 0).astype(np.uint8, copy=False)


def _sharpened_with_alpha(pixels: Pixels) -> Pixels:
    """What can't be seen has no say in what its neighbors look like."""
    opaque = pixels[..., 3:].astype(np.float32) / 255
    colors = pixels[..., :3].astype(np.float32)
    around = cv2.GaussianBlur(opaque, (0, 0), _RADIUS)[..., None]
    soft = cv2.GaussianBlur(colors * opaque, (0, 0), _RADIUS) / np.maximum(around, 1e-3)
    crisp = np.where(opaque > 0, colors * (1 + SHARPENING) - soft * SHARPENING, colors)
    return np.dstack([np.clip(crisp + 0.5, 0, 255).astype(np.uint8), pixels[..., 3]])


def fitted(pixels: Pixels, plan: Plan, focus: Point) -> Pixels:
    """The scaled picture cut to its box around the focus, or with the box's rest filled up.

    Args:
        focus: x and y as shares of width and height.
    """
    (height, width), (across, down) = pixels.shape[:2], plan.box
    if (width, height) == (across, down):
        return pixels
    if plan.size.fit == "contain":
        return _padded(pixels, plan.box)
    left = min(max(round(focus[0] * width - across / 2), 0), width - across)
    top = min(max(round(focus[1] * height - down / 2), 0), height - down)
    return np.ascontiguousarray(pixels[top : top + down, left : left + across])


def _padded(pixels: Pixels, box: tuple[int, int]) -> Pixels:
    """In the middle of a transparent box; what is written as JPEG shows white there."""
    (height, width), (across, down) = pixels.shape[:2], box
    canvas = np.full((down, across, 4), (255, 255, 255, 0), np.uint8)
    left, top = (across - width) // 2, (down - height) // 2
    part = canvas[top : top + height, left : left + width]
    part[..., :3] = pixels[..., None] if pixels.ndim == 2 else pixels[..., :3]
    part[..., 3] = pixels[..., 3] if pixels.ndim == 3 and pixels.shape[2] == 4 else 255
    return canvas
