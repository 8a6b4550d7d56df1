"""Who chose which recipe: read from the app's tables, nothing of it is declared by anybody."""

import datetime
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    bindparam,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from lib.tables import meal_plan_items, meal_plans, post_likes, posts, recipes

# A person's newest recipes; what lies before them says little about today.
MOST_OF_ONE = 500
_BATCH = 10_000
_HALF_LIFE_DAYS = 30
_EARLIEST, _LATEST = datetime.date(1970, 1, 1), datetime.date(2999, 1, 1)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recipe that a person has chosen before, by somebody else and public."""

    recipe_id: str
    title: str
    verb: str
    last: datetime.date
    weight: float


@dataclass(frozen=True, slots=True)
class Interactions:
    """Who chose what: the same place in each array belongs to one person and one recipe."""

    people: int
    recipe_ids: list[str]
    person: NDArray[np.int32]
    recipe: NDArray[np.int32]
    weight: NDArray[np.float32]
    day: NDArray[np.int32]

    def matrix(self, which: NDArray[Any] | slice = slice(None)) -> csr_matrix:
        """A row per person, a column per recipe; of all or some of the interactions."""
        places = (self.person[which], self.recipe[which])
        return csr_matrix((self.weight[which], places), (self.people, len(self.recipe_ids)))

    def part(self, which: NDArray[Any]) -> "Interactions":
        """Some of the interactions, of the same people and recipes."""
        arrays = (self.person, self.recipe, self.weight, self.day)
        return Interactions(self.people, self.recipe_ids, *(array[which] for array in arrays))

    def popularity(self, today: datetime.date) -> NDArray[np.float32]:
        """How many people chose each recipe; who did so 30 days ago counts half."""
        age = np.maximum(today.toordinal() - self.day, 0)
        counts = np.bincount(self.recipe, 0.5 ** (age / _HALF_LIFE_DAYS), len(self.recipe_ids))
        return counts.astype(np.float32)


def _planned() -> Select[Any]:
    """The day is the last of the plan that falls on the item's weekday."""
    start, end = meal_plans.c.start_date, meal_plans.c.end_date
    weekday = meal_plan_items.c.day_of_week % 7
    first = start + (weekday - _weekday(start) + 7) % 7
    last = end - (_weekday(end) - weekday + 7) % 7
    return (
        select(
            meal_plans.c.user_id,
            meal_plan_items.c.recipe_id,
            func.greatest(first, last).label("day"),
            literal("planned").label("verb"),
            literal(1.0).label("weight"),
        )
        .join(meal_plans, meal_plans.c.id == meal_plan_items.c.meal_plan_id)
        .where(start.between(_EARLIEST, _LATEST), end.between(_EARLIEST, _LATEST))
    )


def _posted() -> Select[Any]:
    return select(
        posts.c.user_id,
        posts.c.recipe_id,
        _day(posts.c.created_at).label("day"),
        literal("posted about").label("verb"),
        literal(1.0).label("weight"),
    ).where(posts.c.recipe_id.isnot(None))


def _liked() -> Select[Any]:
    return (
        select(
            post_likes.c.user_id,
            posts.c.recipe_id,
            _day(post_likes.c.created_at).label("day"),
            literal("liked").label("verb"),
            literal(0.5).label("weight"),
        )
        .join(posts, posts.c.id == post_likes.c.post_id)
        .where(posts.c.recipe_id.isnot(None))
    )


SOURCES: tuple[Callable[[], Select[Any]], ...] = (_planned, _posted, _liked)
"""Each selects `user_id, recipe_id, day, verb, weight`; one more is one more entry."""


def _weekday(day: Any) -> ColumnElement[int]:
    """0 is Sunday."""
    return cast(func.extract("dow", day), Integer)


def _day(moment: Any) -> ColumnElement[datetime.date]:
    return cast(func.timezone("UTC", moment), Date)


@lru_cache
def _pairs(*, of_one: bool) -> Subquery:
    """Everything that everybody, or the person `:user_id`, chose, summed up by person and recipe."""
    found = union_all(*(source() for source in SOURCES)).subquery("chosen")
    weight = func.ln(1 + func.sum(found.c.weight)) / func.ln(2)
    newest = aggregate_order_by(found.c.verb, found.c.day.desc(), found.c.verb)
    return (
        select(
            found.c.user_id,
            found.c.recipe_id,
            func.max(found.c.day).label("last"),
            weight.label("weight"),
            func.array_agg(newest)[1].label("verb"),
        )
        .where(
            found.c.user_id == bindparam("user_id") if of_one else true(),
            found.c.day.between(_EARLIEST, _LATEST),
        )
        .group_by(found.c.user_id, found.c.recipe_id)
        .subquery("pairs")
    )


def _others_public(pairs: Subquery) -> Any:
    """Recipes that are public and not the person's own."""
    mine = recipes.c.user_id == pairs.c.user_id
    return (recipes.c.id == pairs.c.recipe_id) & recipes.c.is_public & ~mine


@lru_cache
def _history() -> Select[Any]:
    # Built once: putting it together takes as long as PostgreSQL takes to answer it.
    pairs = _pairs(of_one=True)
    return (
        select(pairs.c.recipe_id, recipes.c.title, pairs.c.verb, pairs.c.last, pairs.c.weight)
        .join(recipes, _others_public(pairs))
        .order_by(pairs.c.last.desc(), pairs.c.recipe_id)
        .limit(MOST_OF_ONE)
    )


def of_one(session: Session, user_id: str) -> list[Chosen]:
    """What a person chose, newest first."""
    return [Chosen(*row) for row in session.execute(_history(), {"user_id": user_id})]


def of_all(session: Session) -> Interactions:
    """What everybody chose."""
    pairs = _pairs(of_one=False)
    query = select(pairs.c.user_id, pairs.c.recipe_id, pairs.c.weight, pairs.c.last).join(
        recipes, _others_public(pairs)
    )
    people: dict[str, int] = {}
    places: dict[str, int] = {}
    person, recipe, weight, day = array("i"), array("i"), array("f"), array("i")
    # Millions of rows: they come in batches, and stay as numbers.
    rows = session.execute(query.execution_options(yield_per=_BATCH))
    for user_id, recipe_id, value, last in rows:
        person.append(people.setdefault(user_id, len(people)))
        recipe.append(places.setdefault(recipe_id, len(places)))
        weight.append(value)
        day.append(last.toordinal())
    return Interactions(
        people=len(people),
        recipe_ids=list(places),
        person=np.array(person, np.int32),
        recipe=np.array(recipe, np.int32),
        weight=np.array(weight, np.float32),
        day=np.array(day, np.int32),
    )


def popular(session: Session, today: datetime.date, most: int) -> dict[str, float]:
    """The recipes that most people chose lately, by id, counted now: for when no model has."""
    pairs = _pairs(of_one=False)
    age = func.greatest(literal(today, Date) - pairs.c.last, 0)
    count = func.sum(func.power(0.5, age / float(_HALF_LIFE_DAYS)))
    rows = session.execute(
        select(pairs.c.recipe_id, count)
        .join(recipes, _others_public(pairs))
        .group_by(pairs.c.recipe_id)
        .order_by(count.desc(), pairs.c.recipe_id)
        .limit(most)
    )
    return {recipe_id: float(value) for recipe_id, value in rows}
