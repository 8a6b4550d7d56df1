"""What charts are drawn on, in CSS pixels from its upper left corner, with title and footnote."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lib.analytics.charts import text
from lib.analytics.charts.numbers import Number
from lib.analytics.charts.style import LINE, SMALL, SUBTITLE, TITLE, Style
from lib.analytics.charts.text import Weight
from lib.boxes import Box

Align = Literal["left", "center", "right"]

MARGIN = 24.0
# So much of the height the footnote may take, and so much it must leave to the chart.
_FOOTNOTE_SHARE = 0.2
_LEAST_ROOM = 230.0


class Sheet(ABC):
    """What charts are drawn on. Later things lie over earlier ones.

    Args:
        width, height: of it.
        style: its colors.
    """

    def __init__(self, width: float, height: float, style: Style) -> None:
        self.width, self.height = width, height
        self.style = style

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

    @abstractmethod
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

    @abstractmethod
    def numbers(self, numbers: Sequence[Number], size: float) -> None:
        """Write many of them."""

    @abstractmethod
    def boxes(self, corners: NDArray[np.float64], color: str) -> None:
        """Fill rectangles.

        Args:
            corners: left, top, right and bottom of each, shape (n, 4).
        """

    @abstractmethod
    def area(self, points: NDArray[np.float64], color: str) -> None:
        """Fill what a closed line encloses.

        Args:
            points: x and y of each, shape (n, 2).
        """

    @abstractmethod
    def dot(self, x: float, y: float, color: str, radius: float = 4) -> None:
        """Draw a dot."""

    @abstractmethod
    def line(self, points: Sequence[tuple[float, float]], color: str, thickness: float = 1) -> None:
        """Draw a line."""
