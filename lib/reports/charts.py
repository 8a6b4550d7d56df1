"""Charts of the analytics service on a page: the same as vectors, in its typefaces."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from lib.analytics.answers import Asked
from lib.analytics.charting import Kind
from lib.analytics.charts import drawing
from lib.analytics.charts.numbers import Number
from lib.analytics.charts.sheet import Align, Sheet
from lib.analytics.charts.text import Weight
from lib.boxes import Box
from lib.reports.fonts import Fonts
from lib.reports.layout import Layout
from lib.reports.style import COLORS

_POINTS = 0.7
"""To a CSS pixel: names are 8.4 points high, as cells of tables are."""


class Chart(Flowable):
    """A chart without title and definition, as wide as the page.

    Args:
        height: of it, in points.
    """

    def __init__(self, kind: Kind, answer: Asked, layout: Layout, height: float) -> None:
        super().__init__()
        self._kind, self._answer, self._fonts = kind, answer, layout.fonts
        self.height = height

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """All of the width."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """As ReportLab asks for it."""
        sheet = PageSheet(self.canv, self._fonts, self.width, self.height)
        drawing.plot(self._kind, sheet, Box(0, 0, sheet.width, sheet.height), self._answer)


class PageSheet(Sheet):
    """A part of a page as a sheet, from the canvas' origin on.

    Args:
        width, height: in points.
    """

    def __init__(self, canvas: Canvas, fonts: Fonts, width: float, height: float) -> None:
        super().__init__(width / _POINTS, height / _POINTS, COLORS)
        self._canvas, self._fonts = canvas, fonts

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
        canvas, points = self._canvas, size * _POINTS
        runs = self._fonts.runs(content, "sans", "bold" if weight == "bold" else "regular")
        widths = [canvas.stringWidth(part, name, points) for name, part in runs]
        at = self._x(x) - sum(widths) * {"left": 0.0, "center": 0.5, "right": 1.0}[align]
        canvas.setFillColor(HexColor(color or self.style.ink))
        for (name, part), width in zip(runs, widths, strict=True):
            canvas.setFont(name, points)
            canvas.drawString(at, self._y(y), part)
            at += width

    def numbers(self, numbers: Sequence[Number], size: float) -> None:
        """One by one."""
        for number in numbers:
            self.text(number.x, number.y, number.words, size, color=number.color, align="center")

    def boxes(self, corners: NDArray[np.float64], color: str) -> None:
        """Rectangles as one shape."""
        path = self._canvas.beginPath()
        for left, top, right, bottom in corners.tolist():
            path.rect(self._x(left), self._y(bottom), (right - left) * _POINTS, (bottom - top) * _POINTS)
        self._fill(path, color)

    def area(self, points: NDArray[np.float64], color: str) -> None:
        """What a closed line encloses."""
        path = self._canvas.beginPath()
        (x, y), *others = points.tolist()
        path.moveTo(self._x(x), self._y(y))
        for x, y in others:
            path.lineTo(self._x(x), self._y(y))
        path.close()
        self._fill(path, color)

    def dot(self, x: float, y: float, color: str, radius: float = 4) -> None:
        """A dot."""
        path = self._canvas.beginPath()
        path.circle(self._x(x), self._y(y), radius * _POINTS)
        self._fill(path, color)

    def line(self, points: Sequence[tuple[float, float]], color: str, thickness: float = 1) -> None:
        """A line."""
        path = self._canvas.beginPath()
        (x, y), *others = points
        path.moveTo(self._x(x), self._y(y))
        for x, y in others:
            path.lineTo(self._x(x), self._y(y))
        self._canvas.setStrokeColor(HexColor(color))
        self._canvas.setLineWidth(thickness * _POINTS)
        self._canvas.drawPath(path, stroke=1, fill=0)

    def _fill(self, path: object, color: str) -> None:
        self._canvas.setFillColor(HexColor(color))
        self._canvas.drawPath(path, stroke=0, fill=1)

    def _x(self, x: float) -> float:
        return round(x * _POINTS, 2)

    def _y(self, y: float) -> float:
        return round((self.height - y) * _POINTS, 2)
