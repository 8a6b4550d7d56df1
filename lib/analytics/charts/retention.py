"""Retention: a row for each cohort, a column for each period after its first one."""

from collections.abc import Sequence

import numpy as np

from lib.analytics.answers import Cohort, UsersAnswer
from lib.analytics.charting import MOST_SIDE
from lib.analytics.charts import text, words
from lib.analytics.charts.colors import readable, shades
from lib.analytics.charts.numbers import Number
from lib.analytics.charts.sheet import MARGIN, Sheet
from lib.analytics.charts.style import LABEL, SMALL
from lib.boxes import Box

# A cell with a number in it is at least so large; so much more the chart has.
_CELL_WIDTH, _CELL_HEIGHT = 27.0, 17.0
_AROUND_WIDTH, _AROUND_HEIGHT = 230.0, 190.0
_LARGEST_CELL = (110.0, 46.0)
_WITHOUT_NUMBERS = (1200.0, 900.0)
_SMALLEST_TEXT = 8.0
_SHADES = 64


def how(answer: UsersAnswer) -> str:
    """What is told of the dates."""
    return words.by(answer.retention.interval, answer.week_start)


def size(answer: UsersAnswer) -> tuple[float, float]:
    """Width and height at which every share can be read; too many of them are colors alone."""
    many = len(answer.retention.cohorts)
    width, height = _AROUND_WIDTH + many * _CELL_WIDTH, _AROUND_HEIGHT + many * _CELL_HEIGHT
    return (width, height) if max(width, height) <= MOST_SIDE else _WITHOUT_NUMBERS


def draw(sheet: Sheet, room: Box, answer: UsersAnswer) -> None:
    """The triangle of shares, or that nobody came."""
    cohorts = answer.retention.cohorts
    if not any(cohort.size for cohort in cohorts):
        sheet.nothing(room, "Nobody came for the first time on these dates.")
        return
    months = answer.retention.interval == "month"
    starts = [f"{c.start:%b} {c.start.year}" if months else _week(c) for c in cohorts]
    sizes = [words.number(cohort.size) for cohort in cohorts]
    dates_end = room.left + text.widest([*starts, "First active"], SMALL)
    sizes_end = dates_end + 16 + text.widest([*sizes, "Users"], SMALL)
    grid = room.inside(left=sizes_end - room.left + 14, top=2 * SMALL + 16)
    across = min(grid.width / len(cohorts), _LARGEST_CELL[0])
    down = min(grid.height / len(cohorts), _LARGEST_CELL[1])
    grid = Box(grid.left, grid.top, grid.left + across * len(cohorts), grid.top + down * len(cohorts))
    header = grid.top - 8
    muted = sheet.style.muted
    sheet.text(room.left, header, "First active", SMALL, color=muted)
    sheet.text(sizes_end, header, "Users", SMALL, color=muted, align="right")
    every = max(1, int(np.ceil((SMALL + 2) / down)))
    for place in range(0, len(cohorts), every):
        y = grid.top + (place + 0.5) * down + SMALL * 0.36
        sheet.text(room.left, y, starts[place], SMALL)
        sheet.text(sizes_end, y, sizes[place], SMALL, align="right")
    _columns(sheet, grid, across, len(cohorts), answer.retention.interval)
    _cells(sheet, room, grid, cohorts)


def _week(cohort: Cohort) -> str:
    return f"{words.day(cohort.start)} {cohort.start.year}"


def _columns(sheet: Sheet, grid: Box, across: float, many: int, interval: str) -> None:
    """Numbers of the columns, as many as can be read, and what they count."""
    caption = f"Share active, by {interval}s since then"
    caption = text.fitted(caption, SMALL, sheet.width - MARGIN - grid.left)
    sheet.text(grid.left, grid.top - SMALL - 16, caption, SMALL, color=sheet.style.muted)
    every = max(1, int(np.ceil((text.width(str(many), SMALL) + 6) / across)))
    for place in range(0, many, every):
        x = grid.left + (place + 0.5) * across
        sheet.text(x, grid.top - 8, str(place), SMALL, color=sheet.style.muted, align="center")


def _cells(sheet: Sheet, room: Box, grid: Box, cohorts: Sequence[Cohort]) -> None:
    """Colored by share; the first column, where everybody is, has no color."""
    across, down = grid.width / len(cohorts), grid.height / len(cohorts)
    shares = [
        (row, column, share) for row, c in enumerate(cohorts) for column, share in enumerate(c.retained)
    ]
    highest = max((share for _, column, share in shares if column), default=0.0) or 1.0
    colors = shades(sheet.style, _SHADES)
    gap = 1.0 if min(across, down) >= _SMALLEST_TEXT else 0.0
    by_color: dict[str, list[tuple[float, float, float, float]]] = {}
    placed = [
        (
            row,
            column,
            share,
            colors[round(share / highest * (_SHADES - 1))] if column else sheet.style.grid,
        )
        for row, column, share in shares
    ]
    for row, column, _, color in placed:
        x, y = grid.left + column * across, grid.top + row * down
        by_color.setdefault(color, []).append((x, y, x + across - gap, y + down - gap))
    for color, some in by_color.items():
        sheet.boxes(np.array(some), color)
    size = min(LABEL, down * 0.62, across / text.width("100%", 1.0) * 0.86)
    if size < _SMALLEST_TEXT:
        _legend(sheet, room, highest)
        return
    x, y = grid.left + (across - gap) / 2, grid.top + down / 2 + size * 0.36
    numbers = [
        Number(x + column * across, y + row * down, _whole_percent(share), readable(on))
        for row, column, share, on in placed
    ]
    sheet.numbers(numbers, size)


def _whole_percent(share: float) -> str:
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def _legend(sheet: Sheet, room: Box, highest: float) -> None:
    """What colors without numbers mean, in the corner that the triangle leaves."""
    width, height = 120.0, 10.0
    right = room.right
    left = right - width
    top = room.bottom - 2 * SMALL - height
    colors = shades(sheet.style, _SHADES)
    for shade in range(_SHADES):
        x = left + width * shade / _SHADES
        box = np.array([[x, top, x + width / _SHADES, top + height]])
        sheet.boxes(box, colors[shade])
    y = top + height + SMALL + 4
    sheet.text(left, y, "0%", SMALL, color=sheet.style.muted)
    sheet.text(right, y, words.percent(highest), SMALL, color=sheet.style.muted, align="right")


def told(answer: UsersAnswer) -> str:
    """In words."""
    cohorts = [cohort for cohort in answer.retention.cohorts if cohort.size]
    if not cohorts:
        return "Nobody came for the first time."
    first = cohorts[0]
    interval = answer.retention.interval
    return (
        f"{words.many(len(cohorts), 'cohort')}, "
        f"{words.many(sum(cohort.size for cohort in cohorts), 'user')}. "
        f"Of the first one, {words.many(first.size, 'user')} from the {interval} of {_week(first)} on, "
        f"{words.percent(first.retained[-1])} were active in the last {interval}."
    )
