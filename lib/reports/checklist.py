"""Lines to tick off on paper: a box that prints, what it is, and small print below."""

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable

from lib.reports.style import COLORS

_BOX = 8.5
INDENT = 15.0
"""Of the text, in points."""
_BOX_LINE = 0.9
_LINE = 12.5
"""Height of the line that the box stands in, in points."""
_GAP = 3.5
"""Below each line, in points."""


class CheckLine(Flowable):
    """A line with a box before it.

    Args:
        main: what is ticked off; None for what is left of a line's small print at a column's head.
        detail: small print; None without.
    """

    def __init__(self, main: Flowable | None, detail: Flowable | None) -> None:
        super().__init__()
        self.parts = [part for part in (main, detail) if part is not None]
        self.main, self.detail = main, detail
        self._heights: list[float] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Its size within a column."""
        self._heights = [part.wrap(width - INDENT, height)[1] for part in self.parts]
        self.width, self.height = width, sum(self._heights) + _GAP
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """Only where its small print is longer than a column: other lines go to the next as a whole."""
        if self.detail is None or self.height < self._column():
            return []
        above = self._heights[0] if self.main else 0.0
        parts = self.detail.split(width - INDENT, height - above - _GAP)
        if len(parts) < 2:
            return []
        first, *others = parts
        return [CheckLine(self.main, first), *(CheckLine(None, part) for part in others)]

    def _column(self) -> float:
        frame = getattr(self, "_frame", None)
        return float(frame._height) * 0.9 if frame is not None else 0.0

    def draw(self) -> None:
        """Box and texts; the box stands in the middle of the first line."""
        canvas = self.canv
        y = self.height
        if self.main is not None:
            canvas.saveState()
            canvas.setStrokeColor(HexColor(COLORS.ink))
            canvas.setLineWidth(_BOX_LINE)
            canvas.rect(0.5, y - (_LINE + _BOX) / 2, _BOX, _BOX, stroke=1, fill=0)
            canvas.restoreState()
        for part, height in zip(self.parts, self._heights, strict=True):
            y -= height
            part.drawOn(canvas, INDENT, y)
