"""What can be cooked with what is there: by how much is covered and how little missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

import numpy as np
from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.nutrition.foods import Food, find, foods, key
from lib.nutrition.staples import staples as kitchen_staples
from lib.nutrition.swaps import substitutes
from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.search.catalogue import Catalogue, as_array
from lib.search.filters import Filters
from lib.search.kinds import by_key as kind_by_key
from lib.search.kinds import kinds
from lib.search.terms import DISHES
from lib.tables import recipe_index
from lib.wire import Wire

_NEAR = 0.7
"""What a substitute counts for beside the food itself."""

_MADE_OF_MANY = DISHES | {"stock", "condiment"}


class Substitution(Wire):
    """Something at hand that stands in for what a recipe asks for."""

    needed: str
    use: str
    note: str = ""


class IngredientHit(Wire):
    """A recipe with what it would take."""

    recipe: RecipeCard
    used: Annotated[list[str], Field(description="Needed and at hand")]
    substituted: Annotated[list[Substitution], Field(description="Something like it is at hand")]
    missing: Annotated[list[str], Field(description="Needed and not at hand, pantry staples apart")]
    pantry: Annotated[list[str], Field(description="Needed, and taken to be in every kitchen")]
    coverage: Annotated[float, Field(description="Share of the needed that is at hand, 0 to 1")]


class IngredientAnswer(Wire):
    """A page of recipes: most covered first, then fewest missing."""

    unknown: Annotated[list[str], Field(description="Names of which no food is known")]
    results: list[IngredientHit]
    total: Annotated[int, Field(description="Recipes that use any of it and meet the filters")]
    took_ms: float = 0


@dataclass(frozen=True, slots=True)
class _Larder:
    """Needs by how they are met: by what is at hand, by something like it, by any kitchen."""

    used: frozenset[str]
    near: dict[str, Substitution]
    staples: frozenset[str]


def search(
    session: Session,
    catalogue: Catalogue,
    have: Sequence[str],
    filters: Filters,
    *,
    max_missing: int | None,
    pantry: bool,
    limit: int,
    offset: int,
) -> IngredientAnswer:
    """Recipes that use what is there.

    Args:
        have: names of foods, kinds ("cheese"), or any words.
        max_missing: leave out recipes that lack more; None for no limit.
        pantry: whether salt, oil, spices and the like are taken to be there.
    """
    catalogue.update(session)
    larder = _larder(have, pantry)
    among = catalogue.matching(filters)
    used, near, staples = (
        catalogue.covered(each, among) for each in (larder.used, larder.near, larder.staples)
    )
    numbers = as_array(among)
    needs = catalogue.needs(numbers)
    asked = needs - staples
    missing = asked - used - near
    coverage = (used + near) / np.maximum(asked, 1)
    rank = (used + _NEAR * near) / np.maximum(asked, 1)
    found = (used + near > 0) if max_missing is None else (used + near > 0) & (missing <= max_missing)
    order = np.lexsort((numbers, -(used + _NEAR * near), missing, -np.round(rank, 6)))
    page = order[found[order]][offset : offset + limit]
    shares = {int(numbers[place]): float(coverage[place]) for place in page}
    return IngredientAnswer(
        unknown=[name for name in have if find(name) is None and key(name) not in kind_by_key()],
        results=_hits(session, shares, larder),
        total=int(found.sum()),
    )


def _hits(session: Session, shares: dict[int, float], larder: _Larder) -> list[IngredientHit]:
    index = recipe_index.c
    rows = session.execute(
        select(index.number, index.recipe_id, index.needs).where(
            index.number == func.any(list(shares)), index.is_public
        )
    )
    by_number = {row.number: row for row in rows}
    cards = store.cards(session, [row.recipe_id for row in by_number.values()])
    return [
        _hit(cards[row.recipe_id], row.needs, share, larder)
        for number, share in shares.items()
        if (row := by_number.get(number)) and row.recipe_id in cards
    ]


def _hit(card: RecipeCard, needs: list[str], share: float, larder: _Larder) -> IngredientHit:
    used = [need for need in needs if need in larder.used]
    near = [larder.near[need] for need in needs if need in larder.near]
    pantry = [need for need in needs if need in larder.staples]
    met = {*used, *(each.needed for each in near), *pantry}
    return IngredientHit(
        recipe=card,
        used=used,
        substituted=near,
        missing=[need for need in needs if need not in met],
        pantry=pantry,
        coverage=round(share, 4),
    )


def _larder(have: Sequence[str], pantry: bool) -> _Larder:
    used: set[str] = set()
    near: dict[str, Substitution] = {}
    for name in have:
        used |= met_by(name)
        food = find(name)
        plain = food is None or food.name in kitchen_staples()  # water does for nothing but water
        for needed, note in () if food is None or plain else _replaced_by().get(food.name, ()):
            near.setdefault(needed, Substitution(needed=needed, use=name, note=note))
    staples = kitchen_staples() - used if pantry else frozenset[str]()
    for needed in [need for need in near if need in used or need in staples]:
        del near[needed]
    return _Larder(frozenset(used), near, frozenset(staples))


def met_by(name: str) -> set[str]:
    """The needs that a food, or kind, at hand meets: itself, and what it is a general name for.

    "Tomatoes" do for cherry tomatoes; milk doesn't for milk chocolate, which is another sort of food.
    What is at hand also meets a need for its kind in general: cheddar does for "cheese".
    """
    food, kind = find(name), kind_by_key().get(key(name))
    met = {key(name)} | ({food.name} if food else set())
    if kind:
        met |= {
            other.name
            for other in _members(kind.name)
            if food is None
            or (other.role, other.category) == (food.role, food.category)
            or {other.role, other.category} & kind.roles
        }
    if food:
        for other in kinds().values():
            general = find(other.name)
            if general and general.role == food.role and other.holds(food):
                met |= {other.name, general.name}
    return met


@lru_cache(1000)
def _members(kind: str) -> tuple[Food, ...]:
    """The foods that are of the kind; not those that only may be, or that just contain it."""
    wanted = kinds()[kind]
    return tuple(
        food
        for food in foods().values()
        if wanted.holds(food)
        and food.name not in wanted.foods
        and food.category not in _MADE_OF_MANY
        and not wanted.classes & food.may
    )


@lru_cache
def _replaced_by() -> dict[str, list[tuple[str, str]]]:
    """By food: the foods that it may stand in for, the closest first, with how."""
    found: dict[str, list[tuple[float, str, str]]] = {}
    for needed, choices in substitutes().items():
        for choice in choices:
            if choice.food.name != needed:
                found.setdefault(choice.food.name, []).append((-choice.closeness, needed, choice.note))
    return {food: [(needed, note) for _, needed, note in sorted(each)] for food, each in found.items()}
