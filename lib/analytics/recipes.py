"""What recipes there are, and which of them people like.

Score: each event counts by what it takes (view 1, save 3, plan 4, cook 5), and half as much for every
seven days that lie between its date and the last one of the range.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from lib.analytics.periods import moment
from lib.analytics.view import View
from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.tables import event_recipes, recipe_index, recipes

WEIGHTS = {"view": 1.0, "save": 3.0, "plan": 4.0, "cook": 5.0}
HALF_LIFE_DAYS = 7
_TREND_DAYS = 7
# So much is added to both weeks: a recipe that went from one view to four doesn't trend.
_TREND_PRIOR = 20.0
_MOST_TRIED = 10
_DAY = timedelta(days=1)


class Tally(NamedTuple):
    """What people did with each recipe, the same place in each array.

    Args:
        recipe: numbers in event_recipes.
        events: a row for each type in `WEIGHTS`, in its order.
        score: as the module says.
    """

    recipe: NDArray[np.int64]
    events: NDArray[np.int64]
    score: NDArray[np.float64]


def total(view: View) -> int:
    """Made until the end of the range."""
    return _count(view, recipes.c.created_at < moment(view.range.end))


def new(view: View) -> int:
    """Made in the range."""
    made = recipes.c.created_at
    return _count(view, made >= moment(view.range.start), made < moment(view.range.end))


def public(view: View) -> int:
    """Made until the end of the range, and public."""
    return _count(view, recipes.c.created_at < moment(view.range.end), recipes.c.is_public)


def by(column: str) -> Any:
    """Counts recipes by a column of their index, the most frequent first."""

    def counted(view: View) -> dict[str, int]:
        value = recipe_index.c[column]
        query = (
            select(value, func.count())
            .join(recipes, recipes.c.id == recipe_index.c.recipe_id)
            .where(value.isnot(None), ~recipe_index.c.removed)
            .where(recipes.c.created_at < moment(view.range.end))
            .group_by(value)
            .order_by(func.count().desc(), value)
        )
        return dict(view.snapshot.session.execute(query).tuples().all())

    return counted


def average(column: str) -> Any:
    """Minutes on average, of the recipes that say them."""

    def averaged(view: View) -> float | None:
        value = recipes.c[column]
        query = select(func.avg(value)).where(recipes.c.created_at < moment(view.range.end))
        found = view.snapshot.session.scalar(query)
        return None if found is None else round(float(found), 1)

    return averaged


def _count(view: View, *conditions: ColumnElement[bool]) -> int:
    return (
        view.snapshot.session.scalar(select(func.count()).select_from(recipes).where(*conditions)) or 0
    )


def popular(view: View) -> list[dict[str, Any]]:
    """The recipes with the highest score."""
    tally = tallied(view, view.range.first, view.range.last)
    order = np.lexsort((tally.recipe, -tally.score))
    return [row for _, row in _listed(view, tally, order)]


def trending(view: View) -> list[dict[str, Any]]:
    """The recipes whose score rose most, from the range's last but one week to its last."""
    last = view.range.last
    week = timedelta(days=_TREND_DAYS)
    now, before = (
        tallied(view, last - week + _DAY, last),
        tallied(view, last - 2 * week + _DAY, last - week),
    )
    weights = np.array([*WEIGHTS.values()])
    earlier = dict(zip(before.recipe.tolist(), (weights @ before.events).tolist(), strict=True))
    had = np.array([earlier.get(number, 0.0) for number in now.recipe.tolist()])
    change = (weights @ now.events + _TREND_PRIOR) / (had + _TREND_PRIOR)
    order = np.lexsort((now.recipe, -change))
    found = _listed(view, now, order[change[order] > 1])
    return [row | {"change": round(float(change[place]), 2)} for place, row in found]


def tallied(view: View, first: date, last: date) -> Tally:
    """What people did with recipes from one date to another."""
    rows = np.full(2**16, -1)
    for row, name in enumerate(WEIGHTS):
        rows[view.snapshot.types.get(name, 0)] = row
    recipe, kind, events, age = _counted(view, first, last)
    row = rows[kind]
    which = row >= 0
    recipe, row, events, age = recipe[which].astype(np.int64), row[which], events[which], age[which]
    size = int(recipe.max(initial=-1)) + 1
    table = np.bincount(row * size + recipe, events, len(WEIGHTS) * size).reshape(len(WEIGHTS), size)
    worth = np.array([*WEIGHTS.values()])[row] * _decay(int(age.max(initial=0)))[age]
    score = np.bincount(recipe, worth * events, size).astype(np.float64, copy=False)
    some = np.flatnonzero(score)
    return Tally(some, table.astype(np.int64)[:, some], score[some])


def _decay(oldest: int) -> NDArray[np.float64]:
    """What an event counts by its age in days."""
    found: NDArray[np.float64] = 0.5 ** (np.arange(oldest + 1) / HALF_LIFE_DAYS)
    return found


def _counted(view: View, first: date, last: date) -> tuple[NDArray[Any], ...]:
    """Recipe, type, number of events, and days before the range's last date; no recipe is 0."""
    asked = view.range.by("day").part(first, last)
    parts: list[tuple[NDArray[Any], ...]] = []
    for period in asked.periods:
        age = (view.range.last - period.date).days
        for found in view.snapshot.recipe_counts(period.start, period.end):
            parts.append((*found, np.full(len(found.recipe), age)))
    late = view.snapshot.late_events(asked.start, asked.end)
    late = late.part(late.recipe > 0)
    starts = np.array([period.start for period in asked.periods])
    place = np.searchsorted(starts, late.at, side="right") - 1
    oldest = (view.range.last - first).days
    parts.append((late.recipe, late.type, np.ones(len(late.at), np.int64), oldest - place))
    return tuple(map(np.concatenate, zip(*parts, strict=True)))


def _listed(view: View, tally: Tally, order: NDArray[np.int64]) -> list[tuple[int, dict[str, Any]]]:
    """The first of these that still exist and are public, each with its place in the tally."""
    found: list[tuple[int, dict[str, Any]]] = []
    for some in _chunks(order, view.limit * 2):
        cards = _cards(view, tally.recipe[some].tolist())
        for place in some.tolist():
            card = cards.get(int(tally.recipe[place]))
            if card is None:
                continue
            views, saves, plans, cooks = tally.events[:, place].tolist()
            counts = {"views": views, "saves": saves, "plans": plans, "cooks": cooks}
            score = round(float(tally.score[place]), 2)
            found.append((place, {"recipe": card, **counts, "score": score}))
            if len(found) == view.limit:
                return found
    return found


def _chunks(order: NDArray[np.int64], size: int) -> Iterable[NDArray[np.int64]]:
    for place in range(0, min(len(order), size * _MOST_TRIED), size):
        yield order[place : place + size]


def _cards(view: View, numbers: Sequence[int]) -> dict[int, RecipeCard]:
    session: Session = view.snapshot.session
    columns = event_recipes.c
    query = select(columns.number, columns.recipe_id).where(columns.number.in_(numbers))
    ids = dict(session.execute(query).tuples().all())
    cards = store.cards(session, list(ids.values()))
    return {number: cards[recipe_id] for number, recipe_id in ids.items() if recipe_id in cards}
