"""Foods for what the bundled table doesn't know by name: added ones, FDC's, those near in meaning."""

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from lib.cache import Cache
from lib.nutrition import store
from lib.nutrition.calculation import Resolve
from lib.nutrition.fdc import LOOKED_UP, FoodDataCentral
from lib.nutrition.foods import Food, foods
from lib.nutrition.lines import Line
from lib.nutrition.matching import Match, match
from lib.settings import settings

logger = logging.getLogger("mealprep.nutrition")

# Cosine of all-MiniLM-L6-v2 between names: below the first, neighbours are as often wrong as right.
_COSINE_LEAST, _COSINE_SURE = 0.78, 0.95
CONFIDENCE_ADDED, _CONFIDENCE_FDC = 0.9, 0.7
_MOST_LOOKUPS = 5

Vectors = Mapping[str, Sequence[float]]


def unknown(lines: Sequence[Line]) -> list[str]:
    """The names of the lines whose food the bundled table doesn't know, each once."""
    return list(dict.fromkeys(line.name for line in lines if _asked(line) and match(line) is None))


def with_added(session: Session, lines: Sequence[Line]) -> Resolve:
    """How these lines' foods are found: in the bundled table, else among those added to the database."""
    names = unknown(lines)
    added = store.added(session, names) if names else {}

    def resolve(line: Line) -> Match | None:
        food = added.get(line.name)
        return match(line) or (as_match(food) if food else None)

    return resolve


def _asked(line: Line) -> bool:
    return bool(line.name) and not line.no_food and any(c.isalpha() for c in line.name)


@lru_cache
def _fdc() -> FoodDataCentral:
    return FoodDataCentral(settings())


def elsewhere(
    session: Session, cache: Cache, names: Sequence[str], vectors: Vectors
) -> dict[str, Match]:
    """Foods for these names: added to the database, else FoodData Central's, else near in meaning.

    A database or an FDC that doesn't answer leaves them unknown.

    Args:
        session: to look added foods up, and to keep what FoodData Central knows.
        cache: remembers what FoodData Central doesn't know.
        names: as `unknown` gives them.
        vectors: embeddings of names, for those that have one.
    """
    if not names:
        return {}
    try:
        with session.begin_nested():
            found = {name: as_match(food) for name, food in store.added(session, names).items()}
            for name, food in _looked_up(cache, [name for name in names if name not in found]).items():
                _keep(session, food)
                found[name] = as_match(food)
            for name, vector in vectors.items():
                if name not in found and (near := _near(session, vector)):
                    found[name] = near
    except SQLAlchemyError as error:
        logger.warning("Foods can't be looked up in the database", extra={"error": repr(error)})
        return {}
    return found


def as_match(food: Food) -> Match:
    """What an added food is worth: the same just looked up or kept from an earlier time."""
    if food.note == LOOKED_UP:
        return Match(food, _CONFIDENCE_FDC, "fdc")
    return Match(food, CONFIDENCE_ADDED, "imported")


def _keep(session: Session, food: Food) -> None:
    try:
        with session.begin_nested():
            store.save(session, [food], "fdc")
    except IntegrityError:
        logger.info("Another request has just kept this food", extra={"food": food.name})


def _looked_up(cache: Cache, names: Sequence[str]) -> dict[str, Food]:
    if not settings().fdc_api_key:
        return {}
    found: dict[str, Food] = {}
    for name in names[:_MOST_LOOKUPS]:
        key = f"fdc-unknown:{name}"
        if cache.get(key):
            continue
        if food := _fdc().find(name):
            found[name] = food
        else:
            cache.set(key, True)
    return found


def _near(session: Session, vector: Sequence[float]) -> Match | None:
    nearest = store.nearest(session, vector, limit=1)
    if not nearest or nearest[0][1] < _COSINE_LEAST:
        return None
    name, cosine = nearest[0]
    sure = min(1.0, (cosine - _COSINE_LEAST) / (_COSINE_SURE - _COSINE_LEAST))
    food = foods().get(name)
    return Match(food, round(0.45 + 0.2 * sure, 3), "meaning") if food else None
