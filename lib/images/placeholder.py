"""What to show until a picture is there: a ThumbHash and the dominant color."""

import base64

import cv2
import numpy as np
from numpy.typing import NDArray

from lib.images.decoding import Pixels
from lib.images.models import Placeholder
from lib.images.scaling import shrunk

_SIDE = 100
_COLOR_SIDE = 32
_CLUSTERS = 5
_ROUNDS = 8


def placeholder(pixels: Pixels) -> Placeholder:
    """Both, of a picture of any size."""
    small = _within(pixels, _SIDE)
    written = base64.b64encode(thumbhash(_rgba(small))).decode()
    return Placeholder(thumbhash=written, color=dominant(_rgba(_within(small, _COLOR_SIDE))))


def _within(pixels: Pixels, side: int) -> Pixels:
    height, width = pixels.shape[:2]
    share = min(1.0, side / max(width, height))
    return shrunk(pixels, (max(1, round(width * share)), max(1, round(height * share))))


def _rgba(pixels: Pixels) -> Pixels:
    if pixels.ndim == 2:
        pixels = np.dstack([pixels] * 3)
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def dominant(rgba: Pixels) -> str:
    """The color of the largest group of like pixels, as #rrggbb; white where nothing can be seen."""
    seen = rgba[rgba[..., 3] > 127][:, :3].astype(np.float32)
    if not len(seen):
        return "#ffffff"
    if len(seen) == 1:
        return _written(seen[0])
    many = min(_CLUSTERS, len(np.unique(seen, axis=0)))
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, _ROUNDS, 1.0)
    cv2.setRNGSeed(1)
    _, labels, centers = cv2.kmeans(seen, many, None, stop, 1, cv2.KMEANS_PP_CENTERS)  # type: ignore[call-overload]
    return _written(centers[np.bincount(labels.ravel(), minlength=many).argmax()])


def _written(color: NDArray[np.float32]) -> str:
    return "#" + "".join(f"{round(float(value)):02x}" for value in color)


def thumbhash(rgba: Pixels) -> bytes:
    """The picture's lowest frequencies in some 25 bytes (Evan Wallace's ThumbHash).

    Args:
        rgba: shape `(height, width, 4)`, at most 100 pixels a side.
    """
    height, width = rgba.shape[:2]
    shares = rgba.astype(np.float64) / 255
    alpha = shares[..., 3]
    total = float(alpha.sum())
    mean = (shares[..., :3] * alpha[..., None]).sum((0, 1)) / total if total else np.zeros(3)
    red, green, blue = np.moveaxis(
        mean * (1 - alpha[..., None]) + shares[..., :3] * alpha[..., None], 2, 0
    )
    has_alpha = total < width * height
    most = 5 if has_alpha else 7
    across = max(1, _round(most * width / max(width, height)))
    down = max(1, _round(most * height / max(width, height)))
    light = _encoded((red + green + blue) / 3, max(3, across), max(3, down))
    yellow = _encoded((red + green) / 2 - blue, 3, 3)
    pink = _encoded(red - green, 3, 3)
    landscape = width > height
    first = (
        _round(63 * light.mean)
        | _round(31.5 + 31.5 * yellow.mean) << 6
        | _round(31.5 + 31.5 * pink.mean) << 12
        | _round(31 * light.scale) << 18
        | has_alpha << 23
    )
    second = (
        (down if landscape else across)
        | _round(63 * yellow.scale) << 3
        | _round(63 * pink.scale) << 9
        | landscape << 15
    )
    written = bytearray(first.to_bytes(3, "little") + second.to_bytes(2, "little"))
    parts = [light, yellow, pink]
    if has_alpha:
        opaque = _encoded(alpha, 5, 5)
        written.append(_round(15 * opaque.mean) | _round(15 * opaque.scale) << 4)
        parts.append(opaque)
    nibbles = [_round(15 * value) for part in parts for value in part.waves]
    nibbles += [0] * (len(nibbles) % 2)
    written += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(written)


class _Channel:
    """A channel's mean, the strength of its strongest wave, and all waves as shares of it, 0 to 1."""

    def __init__(self, mean: float, waves: list[float]) -> None:
        self.mean = mean
        self.scale = max((abs(wave) for wave in waves), default=0.0)
        self.waves = [0.5 + 0.5 * wave / self.scale if self.scale else wave for wave in waves]


def _encoded(channel: NDArray[np.float64], across: int, down: int) -> _Channel:
    height, width = channel.shape
    # A cosine transform of which only the lowest frequencies are taken, in triangular order.
    x = np.cos(np.pi / width * np.outer(np.arange(across), np.arange(width) + 0.5))
    y = np.cos(np.pi / height * np.outer(np.arange(down), np.arange(height) + 0.5))
    waves = y @ channel @ x.T / (width * height)
    wanted = [(cy, cx) for cy in range(down) for cx in range(across) if cx * down < across * (down - cy)]
    return _Channel(float(waves[0, 0]), [float(waves[place]) for place in wanted[1:]])


def _round(value: float) -> int:
    """Half up, as the reference rounds."""
    return int(np.floor(value + 0.5))
