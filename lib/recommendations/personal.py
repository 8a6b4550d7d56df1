"""Recipes for a person: what is liked, what others like, and never what the person can't eat."""

import datetime
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from lib.cache import cache
from lib.errors import NotFound
from lib.recommendations import behaviour, candidates, preferences, store
from lib.recommendations.answers import Strategy, UserAnswer, recommended
from lib.recommendations.behaviour import Chosen
from lib.recommendations.candidates import Candidate
from lib.recommendations.scoring import Others, Person, Scores
from lib.recommendations.store import Model
from lib.recommendations.training import ENOUGH, of_best
from lib.recommendations.variety import room, varied
from lib.tables import embedding_models, recipe_index, recipes, user_preferences, users

REST_DAYS = 14
"""So long a recipe isn't recommended after it was chosen."""
NOBODY = "There is no user with this id."
_REMEMBERED = 40
_OF_EACH = 40
_POPULAR = 160
_WANDERING = 100
_NO_MODEL = "none"

_ACTIVE = select(embedding_models.c.model).where(embedding_models.c.active).scalar_subquery()

Limits = list[ColumnElement[bool]]


def for_user(
    session: Session, user_id: str, limit: int, today: datetime.date | None = None
) -> UserAnswer:
    """Recipes for a person, the same for the same data and day.

    Diets, allergens and disliked ingredients are limits that hold for every recipe, if need be down to
    an empty answer. What was chosen within the last two weeks, or is the person's own, isn't repeated;
    what was chosen before that comes when there is nothing else.

    Args:
        today: the day that counts as today, else today's in UTC.

    Raises:
        NotFound: there is no user with that id.
    """
    person, vectors, model = _person(
        session, user_id, today or datetime.datetime.now(datetime.UTC).date()
    )
    popular = {} if model else _popular(session, person.today)
    alike = model is not None and model.weight > 0 and len(person.history) >= ENOUGH
    others = Others(person, popular, model, alike=alike)
    limits = [*person.wants.limits(), recipes.c.user_id != user_id]
    pool = _pool(session, person, others, vectors, limits, limit)
    scores = Scores(person, others, pool)
    place = {candidate.recipe_id: number for number, candidate in enumerate(pool)}
    chosen = [
        (candidate, score, scores.reason(place[candidate.recipe_id]))
        for candidate, score in varied(
            pool, scores.total, limit, discovery=scores.discovery, mixed_cuisines=True
        )
    ]
    if len(chosen) < limit:
        chosen += _again(session, person, vectors, limits, chosen, limit - len(chosen))
    strategy: Strategy = "hybrid" if others.alike else "content" if person.history else "new_user"
    return UserAnswer(user_id=user_id, strategy=strategy, results=recommended(session, chosen))


def _person(session: Session, user_id: str, today: datetime.date) -> tuple[Person, str, Model | None]:
    """Somebody, the model whose vectors are compared now, and the one that knows what people chose."""
    row = session.execute(_asked(), {"user_id": user_id}).first()
    if row is None:
        raise NotFound(NOBODY)
    vectors = row.vectors or _NO_MODEL
    history = behaviour.of_one(session, user_id)
    newest = history[:_REMEMBERED]
    known = candidates.vectors(session, vectors, [c.recipe_id for c in newest]) if newest else {}
    tastes = [(c, known[c.recipe_id]) for c in newest if c.recipe_id in known]
    model = store.current(session, row.version, row.trained_at)
    return Person(user_id, today, preferences.read(row), history, tastes), vectors, model


@lru_cache
def _asked() -> Select[Any]:
    """All that one row can tell."""
    wants = user_preferences.c
    version, trained_at = store.newest()
    return (
        select(
            wants.dietary_restrictions,
            wants.allergens,
            wants.cuisine_preferences,
            wants.skill_level,
            _ACTIVE.label("vectors"),
            version.label("version"),
            trained_at.label("trained_at"),
        )
        .select_from(users)
        .outerjoin(user_preferences, wants.user_id == users.c.id)
        .where(users.c.id == bindparam("user_id"))
    )


def _popular(session: Session, today: datetime.date) -> dict[str, float]:
    """Counted now and then, while no model has the counts."""
    key = f"popular:{today}"
    known: dict[str, float] | None = cache().get(key)
    if known is None:
        known = behaviour.popular(session, today, _POPULAR)
        cache().set(key, known)
    return known


def _pool(
    session: Session, person: Person, others: Others, vectors: str, limits: Limits, limit: int
) -> list[Candidate]:
    """Recipes within the limits, not chosen yet: alike, popular, and some that are neither."""
    seen = [chosen.recipe_id for chosen in person.history]
    fresh = [*limits, ~candidates.one_of(recipe_index.c.recipe_id, seen)]
    most = max(_OF_EACH, 2 * limit)
    found = candidates.of_ids(session, vectors, others.best(_POPULAR), fresh, most)
    if person.tastes:
        found += candidates.nearest(session, vectors, person.profile(), fresh, most)
    place = f"{zlib.crc32(f'{person.user_id} {person.today}'.encode()):08x}"
    liked = recipe_index.c.cuisine.in_(sorted(person.wants.cuisines))
    season = recipe_index.c.season == person.season
    for preferred in ((liked, season), (~liked, season)):
        varied_enough = len(found) >= 2 * limit and room(found, limit) >= limit
        if varied_enough and (person.tastes or preferred[0] is not liked):
            break
        least = max(limit, 2 * limit - len(found))
        others_too = candidates.around(
            session, vectors, place, fresh, preferred, most=max(_WANDERING, least), least=least
        )
        found += others_too
        if len(others_too) < least:  # there are no more
            break
    return [*{candidate.recipe_id: candidate for candidate in found}.values()]


def _again(
    session: Session,
    person: Person,
    vectors: str,
    limits: Limits,
    before: Sequence[tuple[Candidate, float, str]],
    most: int,
) -> list[tuple[Candidate, float, str]]:
    """What was chosen more than two weeks ago, those first that were chosen most."""
    rested = {c.recipe_id: c for c in person.history if person.age(c) > REST_DAYS}
    pool = candidates.of_ids(session, vectors, [*rested], limits, len(rested))
    weights = np.array([rested[candidate.recipe_id].weight for candidate in pool], np.float32)
    chosen = varied(pool, of_best(weights), most, unlike=[candidate for candidate, _, _ in before])
    highest = min((score for _, score, _ in before), default=1.0)
    return [
        (candidate, min(score, highest), _ago(person, rested[candidate.recipe_id]))
        for candidate, score in chosen
    ]


def _ago(person: Person, chosen: Chosen) -> str:
    return f"You {chosen.verb} it {person.age(chosen) // 7} weeks ago"
