"""A matplotlib figure to draw charts on."""

from collections.abc import Sequence

import numpy as np
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from numpy.typing import NDArray

from lib.analytics.charts import text
from lib.analytics.charts.numbers import Number, Numbers
from lib.analytics.charts.sheet import Align, Sheet
from lib.analytics.charts.style import INCH, Style
from lib.analytics.charts.text import Weight

_POINTS = 72 / INCH


class FigureSheet(Sheet):
    """A figure as a sheet.

    Args:
        figure: empty, of any size and resolution.
        style: its colors.
        others: names of typefaces for what the house's one lacks, in what isn't bold.
    """

    def __init__(self, figure: Figure, style: Style, others: tuple[str, ...] = ()) -> None:
        across, down = figure.get_size_inches()
        super().__init__(float(across) * INCH, float(down) * INCH, style)
        self._figure, self._others = figure, others
        pixels = Affine2D().scale(1 / self.width, -1 / self.height).translate(0, 1)
        self._transform = pixels + figure.transFigure
        figure.set_facecolor(style.paper)

    def text(
        self,
        x: float,
        y: float,
        content: str,
        size: float,
        *,
        color: str | None = None,
        align: Align = "left",
        weight: Weight = "normal",
    ) -> None:
        """A line that stands on `y`."""
        self._add(
            Text(
                round(x, 2),
                round(y, 2),
                content,
                color=color or self.style.ink,
                fontproperties=text.font(weight, self._others if weight == "normal" else ()),
                fontsize=size * _POINTS,
                horizontalalignment=align,
                verticalalignment="baseline",
                parse_math=False,
            )
        )

    def numbers(self, numbers: Sequence[Number], size: float) -> None:
        """Write many of them."""
        self._add(Numbers(numbers, size, size * _POINTS))

    def boxes(self, corners: NDArray[np.float64], color: str) -> None:
        """Rectangles as one shape."""
        left, top, right, bottom = np.round(corners, 2).T
        x = np.stack([left, right, right, left], axis=1)
        y = np.stack([top, top, bottom, bottom], axis=1)
        self._fill(Path.make_compound_path_from_polys(np.stack([x, y], axis=2)), color)

    def area(self, points: NDArray[np.float64], color: str) -> None:
        """What a closed line encloses."""
        self._fill(Path(np.round(points, 2), closed=False), color)

    def dot(self, x: float, y: float, color: str, radius: float = 4) -> None:
        """Draw a dot."""
        self._add(Circle((x, y), radius, color=color, linewidth=0))

    def line(self, points: Sequence[tuple[float, float]], color: str, thickness: float = 1) -> None:
        """Draw a line."""
        x, y = np.round(np.array(points), 2).T
        self._add(Line2D(x, y, color=color, linewidth=thickness * _POINTS))

    def _fill(self, path: Path, color: str) -> None:
        self._add(PathPatch(path, facecolor=color, linewidth=0))

    def _add(self, artist: Artist) -> None:
        artist.set_transform(self._transform)
        artist.set_zorder(1)
        self._figure.add_artist(artist)
