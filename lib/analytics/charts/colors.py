"""Colors between others, and how well they are told apart."""

from functools import lru_cache

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex
from numpy.typing import NDArray

from lib.analytics.charts.style import Style


@lru_cache
def shades(style: Style, many: int) -> list[str]:
    """Colors of shares, from nothing to the largest one."""
    between = LinearSegmentedColormap.from_list("heat", style.heat)
    return [to_hex(between(place / (many - 1))) for place in range(many)]


@lru_cache
def paler(color: str, style: Style) -> str:
    """Between a color and the paper."""
    return to_hex(LinearSegmentedColormap.from_list("", (color, style.paper))(0.5))


@lru_cache
def readable(on: str) -> str:
    """Black or white, whichever can be read better on a color."""
    return max("#000000", "#ffffff", key=lambda color: contrast(color, on))


def contrast(one: str, other: str) -> float:
    """Of two colors, 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels: NDArray[np.float64] = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
