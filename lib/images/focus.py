"""Where a picture's subject is, so that cutting keeps it."""

import cv2
import numpy as np

from lib.images.decoding import Pixels
from lib.images.scaling import CENTER, Point, shrunk

_SIDE = 64
_BLUR = 2.5
_KEPT = 0.25
_PULL = 0.15


def smart(pixels: Pixels) -> Point:
    """x and y of what stands out, as shares of width and height.

    The spectral residual of lightness (Hou and Zhang, 2007) tells what differs from the rest of the
    picture; saturation and a pull towards the middle, where photographers put their subject, are added.
    """
    small = shrunk(pixels, (_SIDE, _SIDE)).astype(np.float32)
    color = np.dstack([small] * 3) if small.ndim == 2 else small[..., :3]
    seen = small[..., 3] / 255 if small.ndim == 3 and small.shape[2] == 4 else np.ones((_SIDE, _SIDE))
    light = color.mean(axis=2)
    strength = _share(_residual(light)) + _share(color.max(axis=2) - color.min(axis=2)) * 0.5
    axis = np.linspace(-1, 1, _SIDE)
    middle = np.exp(-(axis[:, None] ** 2 + axis[None, :] ** 2))
    strength = strength * seen * (1 - _PULL + _PULL * middle)
    strongest = np.where(strength >= np.quantile(strength, 1 - _KEPT), strength, 0) ** 2
    total = float(strongest.sum())
    if total <= 0:
        return CENTER
    place = (np.arange(_SIDE) + 0.5) / _SIDE
    x, y = (float((strongest.sum(axis=side) * place).sum()) / total for side in (0, 1))
    return (round(x, 3), round(y, 3))


def _residual(light: np.ndarray) -> np.ndarray:
    spectrum = np.fft.fft2(light)
    strength = np.log(np.abs(spectrum) + 1e-6).astype(np.float32)
    residual = strength - cv2.blur(strength, (3, 3))
    back = np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))
    return cv2.GaussianBlur((np.abs(back) ** 2).astype(np.float32), (0, 0), _BLUR)


def _share(values: np.ndarray) -> np.ndarray:
    least, most = float(values.min()), float(values.max())
    return (values - least) / (most - least) if most > least else np.zeros_like(values)
