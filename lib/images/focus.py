"""Where a picture's subject is, so that cutting keeps it."""

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.images.decoding import Pixels
from lib.images.scaling import CENTER, Point, shrunk

_SIDE = 64
_EDGE = 4
_NEAR, _REACH = 2.5, 7.0
_FLAT = 4.0

Map = NDArray[np.float32]


def smart(pixels: Pixels) -> Point:
    """x and y of what stands out, as shares of width and height.

    The subject differs in color from the picture's edges and has detail, which the sky and a table have
    not. The focus is where most of both comes together.
    """
    color, seen = _visible(shrunk(pixels, (_SIDE, _SIDE)))
    lab = np.asarray(cv2.cvtColor(color.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    edges = (lab[:_EDGE], lab[-_EDGE:], lab[:, :_EDGE], lab[:, -_EDGE:])
    ground = np.median(np.concatenate([edge.reshape(-1, 3) for edge in edges]), axis=0)
    far = np.linalg.norm(lab - ground, axis=2).astype(np.float32) * seen
    if float(far.max()) < _FLAT:
        return CENTER
    strength = _share(far) * _share(_detail(lab))
    # Beyond the picture there is nothing, which draws the focus inwards.
    gathered = cv2.GaussianBlur(strength, (0, 0), _REACH, borderType=cv2.BORDER_CONSTANT)
    y, x = np.unravel_index(int(gathered.argmax()), gathered.shape)
    return (round((float(x) + 0.5) / _SIDE, 3), round((float(y) + 0.5) / _SIDE, 3))


def _visible(small: Pixels) -> tuple[Pixels, Map]:
    """Colors, the mean where nothing can be seen, and how much can be."""
    if small.ndim == 2:
        return np.dstack([small] * 3), np.ones(small.shape, np.float32)
    if small.shape[2] == 3:
        return small, np.ones(small.shape[:2], np.float32)
    seen = np.asarray(small[..., 3], np.float32) / 255
    total = max(float(seen.sum()), 1e-3)
    mean = (small[..., :3] * seen[..., None]).sum(axis=(0, 1)) / total
    color = np.where(seen[..., None] > 0, small[..., :3], mean)
    return color.astype(np.uint8), seen.astype(np.float32)


def _detail(lab: Map) -> Map:
    """How much color changes around each place."""
    across, down = cv2.Sobel(lab, cv2.CV_32F, 1, 0), cv2.Sobel(lab, cv2.CV_32F, 0, 1)
    change = np.sqrt((across**2 + down**2).sum(axis=2))
    return np.asarray(cv2.GaussianBlur(change, (0, 0), _NEAR), np.float32)


def _share(values: Map) -> Map:
    most = float(values.max())
    return values / most if most > 0 else values
