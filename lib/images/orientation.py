"""Turns a picture as EXIF's orientation tag says it is to be seen."""

import numpy as np

from lib.images.decoding import Pixels


def upright(pixels: Pixels, orientation: int) -> Pixels:
    """The picture as it is meant to be seen.

    Args:
        orientation: 1 to 8, what the stored first row and column show (Exif 2.32, tag 0x0112).
    """
    if orientation >= 5:
        pixels = np.swapaxes(pixels, 0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
