"""Interactions for the benchmark of recommendations: from a file, or made up; and a split of them."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import select

from lib import db
from lib.recommendations.behaviour import Interactions
from lib.tables import recipe_index

SEED = 7
_HELD_OUT = 0.2
_USERS = 2000
_TASTES = 3
_TASTE = 1.5
_LEAST_RECIPES = 50


def read(path: Path) -> tuple[Interactions, bool]:
    """The file's interactions, each once; and whether they have times.

    Raises:
        ValueError: a line can't be understood; it says which.
    """
    found: dict[tuple[str, str], float] = {}
    timed = True
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if not row or (number == 1 and _is_header(row)):
                continue
            if len(row) not in (2, 3) or not row[0].strip() or not row[1].strip():
                raise ValueError(f"line {number}: expected user,item or user,item,timestamp: {row}")
            key = (row[0].strip(), row[1].strip())
            moment = 0.0
            if len(row) == 2:
                timed = False
            else:
                moment = _moment(row[2].strip(), number)
            found[key] = max(moment, found.get(key, moment))
    if not found:
        raise ValueError("no interactions in it")
    return _interactions(found), timed


def _is_header(row: list[str]) -> bool:
    return row[0].strip().lower().replace("_", "") in ("user", "userid", "u") and len(row) > 1


def _moment(said: str, number: int) -> float:
    try:
        return float(said)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise ValueError(f"line {number}: {said!r} is no date, time or number of seconds") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _interactions(found: dict[tuple[str, str], float]) -> Interactions:
    users = dict.fromkeys(user for user, _ in found)
    people = {user: place for place, user in enumerate(users)}
    # In no order that says anything: equal scores are ranked by place.
    names = np.random.default_rng(SEED).permutation(sorted({item for _, item in found}))
    items = {item: place for place, item in enumerate(names.tolist())}
    moments = np.array([*found.values()])
    return Interactions(
        people=len(people),
        recipe_ids=[*items],
        person=np.array([people[user] for user, _ in found], np.int32),
        recipe=np.array([items[item] for _, item in found], np.int32),
        weight=np.ones(len(found), np.float32),
        day=np.unique(moments, return_inverse=True)[1].astype(np.int32),
    )


def made_up(rng: np.random.Generator) -> Interactions:
    """Users with tastes in cuisines and kinds of food, recipes of unequal appeal.

    Raises:
        ValueError: there are too few recipes.
    """
    with db.transaction() as session:
        columns = (recipe_index.c.recipe_id, recipe_index.c.cuisine, recipe_index.c.kinds)
        query = select(*columns).where(recipe_index.c.is_public, ~recipe_index.c.removed)
        rows = session.execute(query.order_by(recipe_index.c.recipe_id)).all()
    if len(rows) < _LEAST_RECIPES:
        raise ValueError(f"less than {_LEAST_RECIPES} recipes in the database; `make up` brings some")
    traits = [{*row.kinds, row.cuisine} - {None} for row in rows]
    names = sorted(set().union(*traits))
    has = np.array([[name in each for name in names] for each in traits], np.float32)
    rarity = np.log(len(rows) / np.maximum(has.sum(axis=0), 1))
    appeal = -np.log(rng.permutation(len(rows)) + 10)
    found: dict[tuple[str, str], float] = {}
    for user in range(_USERS):
        tastes = rng.choice(len(names), min(_TASTES, len(names)), replace=False)
        liking = has[:, tastes] @ np.minimum(rarity[tastes], 3) / 3
        wish = appeal + _TASTE * liking + rng.gumbel(size=len(rows))
        count = int(np.clip(rng.lognormal(2.3, 1.0), 2, len(rows) / 3))
        for place in np.argsort(-wish)[:count]:
            found[f"user{user}", rows[place].recipe_id] = 0.0
    return _interactions(found)


def split(known: Interactions, timed: bool, rng: np.random.Generator) -> np.ndarray:
    """Marks what is shown; of each user with at least two a fifth, and at least one, isn't."""
    when = known.day if timed else np.zeros_like(known.day)
    order = np.lexsort((rng.random(len(when)), when, known.person))
    person = known.person[order]
    counts = np.bincount(person, minlength=known.people)
    first = np.append(0, np.cumsum(counts))[person]
    rank_from_end = counts[person] - 1 - (np.arange(len(person)) - first)
    held = np.where(counts > 1, np.maximum(1, np.round(_HELD_OUT * counts)), 0)
    marks = np.ones(len(person), dtype=bool)
    marks[order] = rank_from_end >= held[person]
    return marks
