"""A figure to draw on in CSS pixels from its upper left corner, with title and footnote."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

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
from lib.analytics.charts.style import INCH, LINE, SMALL, SUBTITLE, TITLE, Style
from lib.analytics.charts.text import Weight

Align = Literal["left", "center", "right"]

MARGIN = 24.0
_POINTS = 72 / INCH
# So much of the height the footnote may take, and so much it must leave to the chart.
_FOOTNOTE_SHARE = 0.2
_LEAST_ROOM = 230.0


class Box(NamedTuple):
    """A part of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Of it."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Of it."""
        return self.bottom - self.top

    def inside(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> "Box":
        """What is left of it without its margins."""
        return Box(self.left + left, self.top + top, self.right - right, self.bottom - bottom)


class Sheet:
    """What charts are drawn on.

    Args:
        figure: empty, of any size and resolution.
        style: its colors.
    """

    def __init__(self, figure: Figure, style: Style) -> None:
        self.style = style
        self._figure = figure
        across, down = figure.get_size_inches()
        self.width, self.height = float(across) * INCH, float(down) * INCH
        pixels = Affine2D().scale(1 / self.width, -1 / self.height).translate(0, 1)
        self._transform = pixels + figure.transFigure
        figure.set_facecolor(style.paper)

    def frame(self, title: str, subtitle: Sequence[str], footnote: str) -> Box:
        """Write what stands around a chart; returns the room for it.

        Args:
            subtitle: parts of it, each of which stays on its line.
        """
        room = self.width - 2 * MARGIN
        top = MARGIN + TITLE
        self.text(MARGIN, top - 3, text.fitted(title, TITLE, room, "bold"), TITLE, weight="bold")
        for one in text.joined(subtitle, SUBTITLE, room):
            top += SUBTITLE * LINE + 2
            self.text(MARGIN, top, one, SUBTITLE, color=self.style.muted)
        distance = SMALL * LINE
        most = min(self.height * _FOOTNOTE_SHARE, self.height - top - MARGIN - _LEAST_ROOM)
        lines = text.wrapped(footnote, SMALL, room, max(0, int(most / distance)))
        bottom = self.height - MARGIN + SMALL / 2
        for place, one in enumerate(lines, start=1):
            y = bottom - (len(lines) - place) * distance
            self.text(MARGIN, y, one, SMALL, color=self.style.muted)
        return Box(
            MARGIN, top + 16, self.width - MARGIN, bottom - (len(lines) * distance + 12 if lines else 0)
        )

    def nothing(self, room: Box, sentence: str) -> None:
        """Say in place of a chart that there is nothing to show."""
        lines = text.wrapped(sentence, SUBTITLE + 2, room.width, 4)
        y = (room.top + room.bottom) / 2 - (len(lines) - 1) * (SUBTITLE + 2) * LINE / 2
        for place, one in enumerate(lines):
            where = y + place * (SUBTITLE + 2) * LINE
            self.text((room.left + room.right) / 2, where, one, SUBTITLE + 2, align="center")

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
        """Write a line that stands on `y`."""
        self._add(
            Text(
                round(x, 2),
                round(y, 2),
                content,
                color=color or self.style.ink,
                fontproperties=text.font(weight),
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
        """Fill rectangles.

        Args:
            corners: left, top, right and bottom of each, shape (n, 4).
        """
        left, top, right, bottom = np.round(corners, 2).T
        x = np.stack([left, right, right, left], axis=1)
        y = np.stack([top, top, bottom, bottom], axis=1)
        self._fill(Path.make_compound_path_from_polys(np.stack([x, y], axis=2)), color)

    def area(self, points: NDArray[np.float64], color: str) -> None:
        """Fill what a closed line encloses.

        Args:
            points: x and y of each, shape (n, 2).
        """
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
        """Later ones lie over earlier ones."""
        artist.set_transform(self._transform)
        artist.set_zorder(1)
        self._figure.add_artist(artist)
