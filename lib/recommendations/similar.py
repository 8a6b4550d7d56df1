"""Recipes like another one: by meaning and by what they are made of."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from sqlalchemy.orm import Session

from lib.nutrition.foods import foods
from lib.recommendations.answers import SimilarAnswer, listed, recommended
from lib.recommendations.candidates import Candidate, nearest, one
from lib.recommendations.models import Array
from lib.recommendations.variety import varied
from lib.search.filters import Limits, conditions
from lib.tables import recipe_index

_MOST_CANDIDATES = 80
_BY_FOODS = 0.4
_SAME_MEAL = 0.04
_SAME_CUISINE = 0.06
_NAMED = 3
# What is in most dishes says nothing of this one.
_PLAIN_ROLES = frozenset({"salt", "water", "cooking fat", "leavener"})
_PLAIN = frozenset({"black pepper", "sugar", "all-purpose flour", "butter", "unsalted butter"})


def similar(session: Session, recipe_id: str, limit: int) -> SimilarAnswer:
    """Public recipes that somebody who likes this one may like; none while it isn't indexed yet.

    Raises:
        NotFound: there is no public recipe with that id.
    """
    seed, model = one(session, recipe_id)
    if model is None or not seed.vector.any():
        return SimilarAnswer(recipe_id=recipe_id, results=[])
    others = [*conditions(Limits()), recipe_index.c.recipe_id != recipe_id]
    found = nearest(session, model, seed.vector, others, _MOST_CANDIDATES)
    rarity = _rarity(found)
    chosen = varied(found, _likeness(seed, found, rarity), limit, unlike=[seed])
    given = [(each, score, _reason(seed, each, rarity)) for each, score in chosen]
    return SimilarAnswer(recipe_id=recipe_id, results=recommended(session, given))


def _rarity(found: Sequence[Candidate]) -> dict[str, float]:
    """How much it says that a dish needs a food: more when few do, nothing for salt and water."""
    counts = Counter(need for candidate in found for need in set(candidate.needs))
    return {
        need: 0.0 if _is_plain(need) else 1 + math.log(len(found) / count)
        for need, count in counts.items()
    }


def _is_plain(need: str) -> bool:
    food = foods().get(need)
    return need in _PLAIN or (food is not None and food.role in _PLAIN_ROLES)


def _likeness(seed: Candidate, found: Sequence[Candidate], rarity: dict[str, float]) -> Array:
    """Meaning, shared foods, and a little for the same meal and cuisine."""
    own = set(seed.needs)

    def shared(candidate: Candidate) -> float:
        both, all_ = own & set(candidate.needs), own | set(candidate.needs)
        whole = sum(rarity.get(need, 0.0) for need in all_)
        return sum(rarity.get(need, 0.0) for need in both) / whole if whole else 0.0

    return np.array(
        [
            (1 - _BY_FOODS) * float(candidate.vector @ seed.vector)
            + _BY_FOODS * shared(candidate)
            + _SAME_MEAL * _same(seed.meal_type, candidate.meal_type)
            + _SAME_CUISINE * _same(seed.cuisine, candidate.cuisine)
            for candidate in found
        ],
        dtype=np.float32,
    )


def _same(one: str | None, other: str | None) -> bool:
    return one is not None and one == other


def _reason(seed: Candidate, candidate: Candidate, rarity: dict[str, float]) -> str:
    both = [need for need in dict.fromkeys(seed.needs) if need in set(candidate.needs)]
    telling = sorted((n for n in both if rarity.get(n, 0) > 0), key=lambda n: -rarity[n])[:_NAMED]
    if telling:
        return f"Also built on {listed([need for need in both if need in telling])}"
    meal = f" {candidate.meal_type}" if _same(seed.meal_type, candidate.meal_type) else " dish"
    if _same(seed.cuisine, candidate.cuisine):
        return f"Another {(candidate.cuisine or '').title()}{meal}"
    return "Close in taste and method"
