"""Hundreds of short numbers in one artist."""

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.path import Path
from matplotlib.textpath import text_to_path

from lib.analytics.charts import text


class Number(NamedTuple):
    """Where a number stands, centered, and its color."""

    x: float
    y: float
    words: str
    color: str


class Numbers(Artist):
    """Numbers of one size.

    They are text wherever text stays text. In pixels, those of one color are one shape, which takes a
    fraction of the time that as many texts take.

    Args:
        size: of the text, in units of the artist's transform.
        points: the same in points.
    """

    def __init__(self, numbers: Sequence[Number], size: float, points: float) -> None:
        super().__init__()
        self._numbers = numbers
        self._size = size
        self._font = text.font().copy()
        self._font.set_size(points)

    def draw(self, renderer: RendererBase) -> None:
        """As matplotlib asks for it."""
        if isinstance(renderer, RendererAgg):
            self._draw_shapes(renderer)
        else:
            self._draw_text(renderer)

    def _draw_shapes(self, renderer: RendererBase) -> None:
        by_color: dict[str, list[Number]] = defaultdict(list)
        for number in self._numbers:
            by_color[number.color].append(number)
        for color, some in by_color.items():
            paths = [_shape(number.words) for number in some]
            places = [
                np.asarray(path.vertices) * (self._size, -self._size) + (number.x, number.y)
                for number, path in zip(some, paths, strict=True)
            ]
            whole = Path(np.concatenate(places), np.concatenate([path.codes for path in paths]))
            context = renderer.new_gc()
            context.set_linewidth(0)
            renderer.draw_path(context, whole, self.get_transform(), to_rgba(color))

    def _draw_text(self, renderer: RendererBase) -> None:
        height = renderer.get_canvas_width_height()[1]
        for number in self._numbers:
            left = number.x - text.width(number.words, self._size) / 2
            x, y = self.get_transform().transform((left, number.y))
            context = renderer.new_gc()
            context.set_foreground(number.color)
            renderer.draw_text(
                context, x, height - y if renderer.flipy() else y, number.words, self._font, 0
            )


@lru_cache(512)
def _shape(words: str) -> Path:
    """Its outline at size 1, centered."""
    points, codes = text_to_path.get_text_path(text.font(), words)
    scaled = np.array(points) / text_to_path.FONT_SCALE
    return Path(scaled - (text.width(words, 1) / 2, 0), codes)
