"""Photos as cameras make them, made up: detail at every scale, edges, sensor noise, 8 to 12 megapixels.

Noise of a 1/f spectrum has the statistics of natural scenes; shapes with soft shadows add edges; photon
noise, a lens blur and a quality of 92 with halved chroma are what phones add.
"""

import io

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIZES = ((4032, 3024), (3024, 4032), (3840, 2160), (4000, 3000), (3264, 2448))
_SHAPES = 250
_COARSE = 48
_QUALITY = 92

Pixels = NDArray[np.uint8]


def photo(seed: int) -> bytes:
    """One photo as JPEG with an EXIF orientation tag, the same for the same seed."""
    chance = np.random.default_rng(seed)
    width, height = SIZES[seed % len(SIZES)]
    picture = Image.fromarray(pixels(chance, width, height))
    exif = Image.Exif()
    exif[0x0112] = 1
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=_QUALITY, subsampling=2, exif=exif)
    return file.getvalue()


def pixels(chance: np.random.Generator, width: int, height: int) -> Pixels:
    """An array of shape `(height, width, 3)`."""
    base = np.array(chance.uniform(60, 190, 3), np.float32)
    scene = np.broadcast_to(base, (height, width, 3)).copy()
    _add_octaves(chance, scene, 3, _COARSE, 42.0)
    for _ in range(_SHAPES):
        _draw(chance, scene)
    _add_octaves(chance, scene, _COARSE, width, 16.0)
    scene = cv2.GaussianBlur(scene, (0, 0), 0.7)
    noise = chance.standard_normal((height, width, 3), np.float32)
    scene += noise * (1.0 + 0.3 * np.sqrt(np.clip(scene, 0, 255)))
    return np.clip(scene, 0, 255).astype(np.uint8)


def _add_octaves(
    chance: np.random.Generator, scene: NDArray[np.float32], first: int, last: int, strength: float
) -> None:
    """Noise, each octave of half the wavelength and two thirds of the strength of the one before.

    Args:
        first, last: waves across the picture's width.
        strength: of the first octave, in levels of 255.
    """
    height, width = scene.shape[:2]
    cells = first
    while cells < last:
        rows = max(2, cells * height // width)
        grid = chance.standard_normal((rows, cells, 1)).astype(np.float32) * strength
        grid = grid + chance.standard_normal((rows, cells, 3)).astype(np.float32) * strength * 0.3
        scene += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        cells, strength = cells * 2, strength * 0.68


def _draw(chance: np.random.Generator, scene: NDArray[np.float32]) -> None:
    """An ellipse, most of them small, half transparent to opaque."""
    height, width = scene.shape[:2]
    across, down = (int(width / 6 * chance.uniform(0.02, 1) ** 3) + 3 for _ in range(2))
    reach = max(across, down)
    left, top = int(chance.integers(width)), int(chance.integers(height))
    part = scene[top : top + 2 * reach, left : left + 2 * reach]
    mask = np.zeros(part.shape[:2], np.uint8)
    turned = float(chance.uniform(0, 180))
    cv2.ellipse(mask, (reach, reach), (across, down), turned, 0, 360, 255, -1, cv2.LINE_AA)
    share = mask[..., None].astype(np.float32) / 255 * chance.uniform(0.5, 1)
    part += share * (np.array(chance.uniform(20, 235, 3), np.float32) - part) * 0.8
