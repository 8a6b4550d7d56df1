"""Names beside what they name; where that is too narrow, in a row above."""

from collections.abc import Sequence
from typing import NamedTuple

from lib.analytics.charts import text
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import LABEL, SMALL
from lib.boxes import Box

# From this width of the sheet on names stand beside the plot.
_BESIDE_FROM = 520.0
_DOT = 14.0
_APART = 42.0


class Named(NamedTuple):
    """Something in the plot: its name, its last value, its color."""

    name: str
    value: str
    color: str


class Places(NamedTuple):
    """Where names go, and where the plot.

    Args:
        x: left end of names beside the plot; None: they are above it.
        caption: what the values are of.
    """

    plot: Box
    x: float | None
    caption: str
    top: float


def places(sheet: Sheet, room: Box, named: Sequence[Named], caption: str) -> Places:
    """Divide the room between the names and the plot."""
    if sheet.width < _BESIDE_FROM:
        lines = len(_rows(room.width, caption, named))
        plot = room.inside(top=lines * (LABEL + 8) + 4)
        return Places(plot, None, caption, room.top)
    widths = [_DOT + text.width(each.name, LABEL) for each in named]
    widths += [_DOT + text.width(each.value, LABEL) for each in named]
    wide = max(*widths, text.width(caption, SMALL))
    plot = room.inside(right=wide + 20, top=SMALL + 4)
    return Places(plot, plot.right + 20, caption, room.top)


def draw(sheet: Sheet, where: Places, named: Sequence[Named], middles: Sequence[float]) -> None:
    """Write names and last values.

    Args:
        middles: where each would best stand.
    """
    if where.x is None:
        _draw_rows(sheet, where, named)
        return
    sheet.text(where.x, where.top + SMALL - 4, where.caption, SMALL, color=sheet.style.muted)
    ordered = sorted(zip(middles, named, strict=True), key=lambda each: each[0])
    low, high = where.plot.top + 14, where.plot.bottom - 8
    for (_, each), y in zip(ordered, spread([middle for middle, _ in ordered], low, high), strict=True):
        sheet.dot(where.x + 4, y - 6, each.color)
        sheet.text(where.x + _DOT, y - 2, each.name, LABEL)
        sheet.text(where.x + _DOT, y + LABEL + 1, each.value, LABEL, color=sheet.style.muted)


def spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Places near the wanted ones, in their order, that are apart as far as there is room.

    Args:
        wanted: ascending.
    """
    apart = min(_APART, (high - low) / max(1, len(wanted) - 1))
    found: list[float] = []
    for place, each in enumerate(wanted):
        least = found[-1] + apart if found else low
        most = high - (len(wanted) - 1 - place) * apart
        found.append(min(max(each, least), most))
    return found


def _rows(width: float, caption: str, named: Sequence[Named]) -> list[list[Named]]:
    rows: list[list[Named]] = [[]]
    x = 0.0
    for each in (Named(caption, "", ""), *named):
        wide = _wide(each)
        if rows[-1] and x + wide > width:
            rows.append([])
            x = 0.0
        rows[-1].append(each)
        x += wide
    return rows


def _wide(each: Named) -> float:
    dot = _DOT if each.color else 0.0
    return dot + text.width(f"{each.name} {each.value}".strip(), LABEL) + 16


def _draw_rows(sheet: Sheet, where: Places, named: Sequence[Named]) -> None:
    y = where.top + LABEL - 2
    for row in _rows(where.plot.width, where.caption, named):
        x = where.plot.left
        for each in row:
            if not each.color:  # the caption
                sheet.text(x, y, each.name, SMALL, color=sheet.style.muted)
            else:
                sheet.dot(x + 4, y - 4, each.color)
                sheet.text(x + _DOT, y, each.name, LABEL)
                beside = x + _DOT + text.width(f"{each.name} ", LABEL)
                sheet.text(beside, y, each.value, LABEL, color=sheet.style.muted)
            x += _wide(each)
        y += LABEL + 8
