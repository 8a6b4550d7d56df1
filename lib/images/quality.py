"""The lowest quality that looks like the picture it was made from."""

from collections.abc import Callable

import cv2
import numpy as np

from lib.images.decoding import Pixels

TARGET = 0.965
"""Structural similarity at which a difference is hardly seen; what JPEG reaches at about 80."""
_ENCODES = 4
_TILE = 128
_LOWEST, _HIGHEST = 40, 95
_WINDOW, _SIGMA = (11, 11), 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Encode = Callable[[Pixels, int], Pixels]
"""A picture and a quality to the picture as it looks after encoding and decoding."""


def ssim(one: Pixels, other: Pixels) -> float:
    """Mean structural similarity of lightness, with the window and constants of Wang et al. (2004)."""
    a, b = _light(one), _light(other)
    mean_a, mean_b = _blurred(a), _blurred(b)
    variance_a = _blurred(a * a) - mean_a * mean_a
    variance_b = _blurred(b * b) - mean_b * mean_b
    together = _blurred(a * b) - mean_a * mean_b
    like = (2 * mean_a * mean_b + _C1) * (2 * together + _C2)
    unlike = (mean_a**2 + mean_b**2 + _C1) * (variance_a + variance_b + _C2)
    return float((like / unlike).mean())


def lowest(pixels: Pixels, encode: Encode) -> int:
    """The lowest quality at which the picture reaches the target, by at most four encodes of a sample.

    Each halves what is left of 40 to 95; the answer is within 4 of the sample's exact one.
    """
    sample = _sample(pixels)
    low, high = _LOWEST, _HIGHEST
    for _ in range(_ENCODES):
        middle = (low + high) // 2
        if ssim(sample, encode(sample, middle)) >= TARGET:
            high = middle
        else:
            low = middle + 1
    return high


def _sample(pixels: Pixels) -> Pixels:
    """Four tiles side by side, of little to much detail, that stand for a large picture."""
    down, across = (side // _TILE for side in pixels.shape[:2])
    if down * across <= 4:
        return pixels
    detail = np.abs(cv2.Laplacian(_light(pixels), cv2.CV_32F))[: down * _TILE, : across * _TILE]
    order = np.argsort(detail.reshape(down, _TILE, across, _TILE).mean(axis=(1, 3)), axis=None)
    chosen = [order[len(order) * part // 8] for part in (1, 3, 5, 7)]
    tiles = []
    for place in chosen:
        top, left = (int(place) // across * _TILE, int(place) % across * _TILE)
        tiles.append(pixels[top : top + _TILE, left : left + _TILE])
    rows = [np.concatenate(tiles[:2], axis=1), np.concatenate(tiles[2:], axis=1)]
    return np.concatenate(rows)


def _light(pixels: Pixels) -> np.ndarray:
    if pixels.ndim == 3:
        code = cv2.COLOR_RGBA2GRAY if pixels.shape[2] == 4 else cv2.COLOR_RGB2GRAY
        pixels = cv2.cvtColor(pixels, code).astype(np.uint8, copy=False)
    return pixels.astype(np.float32)


def _blurred(values: np.ndarray) -> np.ndarray:
    return cv2.GaussianBlur(values, _WINDOW, _SIGMA)
