"""Two columns side by side that go on over pages, and a box that finds room in one of them."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

GAP = 20.0
_ENDLESS = 1e6


class _Part:
    """Something in a column of that width, measured once."""

    def __init__(self, flowable: Flowable, width: float) -> None:
        self.flowable, self.width = flowable, width
        self.height = flowable.wrap(width, _ENDLESS)[1]

    def split(self, height: float) -> list["_Part"]:
        parts = self.flowable.split(self.width, height)
        if not parts:  # a paragraph that can't be split has forgotten its lines
            self.flowable.wrap(self.width, _ENDLESS)
        return [_Part(part, self.width) for part in parts]

    @property
    def leads(self) -> bool:
        """Whether it must not be the last of a page."""
        return bool(self.flowable.getKeepWithNext())  # type: ignore[no-untyped-call]


class Columns(Flowable):
    """A narrow column on the left and a wide one on the right.

    Args:
        left, right: what is in them, from the top.
        tail: ends the right one; where the box has no room beside all of it, both begin the next page.
        boxes: something that can't be split, from its best size to its smallest: the first that fits
            below a column is taken.
        narrow: width of the left column, in points.
        width: of both with the white between them.
    """

    def __init__(
        self,
        left: Sequence[Flowable],
        right: Sequence[Flowable],
        tail: Sequence[Flowable],
        boxes: Sequence[Flowable],
        narrow: float,
        width: float,
    ) -> None:
        super().__init__()
        self.spaceBefore = 7
        self._narrow, self.width = narrow, width
        self._left = [_Part(part, narrow) for part in left]
        self._right = [_Part(part, width - narrow - GAP) for part in right]
        self._tail = [_Part(part, width - narrow - GAP) for part in tail]
        self._boxes = [_Part(box, narrow) for box in boxes]

    def wrap(self, _width: float, height: float) -> tuple[float, float]:
        """As high as the longer one; too high for the page where the box has no room."""
        self._place(height)
        self.height = max(_height(self._left), _height([*self._right, *self._tail]))
        if self._boxes:
            self.height = max(self.height, height + 1)
        return self.width, self.height

    def split(self, _width: float, height: float) -> list[Flowable]:
        """What fits into that height, and the rest; nothing where none fits."""
        self._place(height)
        right = [*self._right, *self._tail]
        alone = self._boxes and max(_height(self._left), _height(right)) <= height
        head, more = _fitting(self._right if alone else right, height)
        left, more_left = _fitting(self._left, height)
        if not left and not head:
            return []
        rest = self._with(more_left, more)
        rest._tail = self._tail if alone else []
        rest._boxes = self._boxes
        return [self._with(left, head), rest]

    def draw(self) -> None:
        """From the top, each column for itself."""
        _draw(self._left, self.canv, 0.0, self.height)
        _draw([*self._right, *self._tail], self.canv, self._narrow + GAP, self.height)

    def _with(self, left: list[_Part], right: list[_Part]) -> "Columns":
        made = Columns([], [], [], [], self._narrow, self.width)
        made._left, made._right = left, right
        return made

    def _place(self, height: float) -> None:
        """Put the box where the page has room for it."""
        right = [*self._right, *self._tail]
        for box in self._boxes:
            for column, used in ((self._left, _height(self._left)), (self._tail, _height(right))):
                if used + box.height <= height:
                    column.append(box)
                    self._boxes = []
                    return


def _space(before: _Part | None, after: _Part) -> float:
    """White between two; none at a column's top."""
    if before is None:
        return 0.0
    return max(before.flowable.getSpaceAfter(), after.flowable.getSpaceBefore())


def _height(column: Sequence[_Part]) -> float:
    pairs = zip([None, *column], column, strict=False)
    return sum(_space(last, part) + part.height for last, part in pairs)


def _fitting(column: Sequence[_Part], height: float) -> tuple[list[_Part], list[_Part]]:
    """What of a column has room, and the rest; no heading stays behind without what follows it."""
    taken: list[_Part] = []
    used = 0.0
    for place, part in enumerate(column):
        gap = _space(taken[-1] if taken else None, part)
        if used + gap + part.height <= height:
            taken.append(part)
            used += gap + part.height
            continue
        parts = part.split(height - used - gap)
        rest = [*(parts[1:] if parts else [part]), *column[place + 1 :]]
        while taken and not parts and taken[-1].leads:
            rest.insert(0, taken.pop())
        return [*taken, *parts[:1]], rest
    return taken, []


def _draw(column: Sequence[_Part], canvas: Canvas, x: float, top: float) -> None:
    last = None
    for part in column:
        top -= _space(last, part) + part.height
        part.flowable.drawOn(canvas, x, top)
        last = part
