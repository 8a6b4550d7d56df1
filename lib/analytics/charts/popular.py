"""Popular recipes: a bar for each by its score, and what people did with it."""

from typing import NamedTuple

import numpy as np

from lib.analytics.answers import PopularRecipe, RecipesAnswer
from lib.analytics.charts import text, words
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import LABEL, LINE, SMALL
from lib.boxes import Box

_ROW, _AROUND = 38.0, 180.0
_LEAST_ROW = 18.0
_MOST_BAR = 20.0
_TITLES_SHARE = 0.4
_LEAST_BAR = 120.0
_COUNTS = ("Views", "Saves", "Plans", "Cooks")


class _Columns(NamedTuple):
    """Where the parts of a row lie.

    Args:
        titles: right end of titles.
        wide: how wide these may be.
        left, right: ends of the longest bar.
        counts: right end of each count; empty: there is no room for them.
    """

    titles: float
    wide: float
    left: float
    right: float
    counts: tuple[float, ...]


def size(answer: RecipesAnswer) -> tuple[float, float]:
    """Width and height at which every recipe has its row."""
    return 0, _AROUND + len(answer.popular) * _ROW


def draw(sheet: Sheet, room: Box, answer: RecipesAnswer) -> None:
    """A row for each recipe that there is room for."""
    if not answer.popular:
        sheet.nothing(room, "Nobody did anything with a public recipe on these dates.")
        return
    fit = max(1, int(room.inside(top=SMALL + 6, bottom=SMALL * LINE).height / _LEAST_ROW))
    shown = answer.popular[:fit]
    if len(shown) < len(answer.popular):
        rest = f"and {len(answer.popular) - len(shown)} more"
        sheet.text(room.left, room.bottom, rest, SMALL, color=sheet.style.muted)
        room = room.inside(bottom=SMALL * LINE + 4)
    scores = _scores(shown)
    columns = _columns(room, shown, scores)
    sheet.text(columns.left, room.top + SMALL - 4, "Score", SMALL, color=sheet.style.muted)
    for name, x in zip(_COUNTS, columns.counts, strict=False):
        sheet.text(x, room.top + SMALL - 4, name, SMALL, color=sheet.style.muted, align="right")
    room = room.inside(top=SMALL + 6)
    row = min(_ROW * 1.3, room.height / len(shown))
    for place, (each, score) in enumerate(zip(shown, scores, strict=True)):
        middle = room.top + (place + 0.5) * row
        share = each.score / shown[0].score if shown[0].score else 0.0
        _row(sheet, each, score, columns, middle, row, share)


def _columns(room: Box, shown: list[PopularRecipe], scores: list[str]) -> _Columns:
    """With counts, if these leave room for bars."""
    titles = [text.line(each.recipe.title) for each in shown]
    wide = min(text.widest(titles, LABEL), room.width * _TITLES_SHARE)
    left = room.left + wide + 12
    beside = text.widest(scores, LABEL) + 8
    ends: list[float] = []
    x = room.right
    for place, name in [*enumerate(_COUNTS)][::-1]:
        ends.insert(0, x)
        x -= text.widest([*(_counts(each)[place] for each in shown), name], SMALL) + 16
    if x - beside - left < _LEAST_BAR:
        return _Columns(left - 12, wide, left, room.right - beside, ())
    return _Columns(left - 12, wide, left, x - beside, tuple(ends))


def _row(
    sheet: Sheet,
    each: PopularRecipe,
    score: str,
    columns: _Columns,
    middle: float,
    row: float,
    share: float,
) -> None:
    most = 2 if row >= 2 * LABEL * LINE else 1
    lines = text.wrapped(each.recipe.title, LABEL, columns.wide, most)
    first = middle - (len(lines) - 1) * LABEL * LINE / 2 + LABEL * 0.36
    for place, one in enumerate(lines):
        sheet.text(columns.titles, first + place * LABEL * LINE, one, LABEL, align="right")
    half = min(_MOST_BAR, row * 0.62) / 2
    end = columns.left + max(1.0, share * (columns.right - columns.left))
    sheet.boxes(np.array([[columns.left, middle - half, end, middle + half]]), sheet.style.blue)
    sheet.text(end + 6, middle + LABEL * 0.36, score, LABEL)
    for x, count in zip(columns.counts, _counts(each), strict=False):
        sheet.text(x, middle + SMALL * 0.36, count, SMALL, color=sheet.style.muted, align="right")


def _counts(each: PopularRecipe) -> list[str]:
    return [words.number(count) for count in (each.views, each.saves, each.plans, each.cooks)]


def _scores(shown: list[PopularRecipe]) -> list[str]:
    """With as many decimals as make a difference."""
    most = max(each.score for each in shown)
    decimals = 0 if most >= 1000 else 1 if most >= 100 else 2
    return [words.number(each.score, decimals) for each in shown]


def told(answer: RecipesAnswer) -> str:
    """In words."""
    if not answer.popular:
        return "Nobody did anything with a public recipe."
    first = [
        f"{text.line(each.recipe.title)} ({score})"
        for each, score in zip(answer.popular[:3], _scores(answer.popular), strict=False)
    ]
    return f"{len(answer.popular)} recipes by score; first: {'; '.join(first)}."
