"""Whether two recipes are one and the same in other words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.nutrition.foods import words
from lib.recipes.draft import RecipeDraft
from lib.tables import ingredients, recipe_ingredients, recipes

_TITLE_ALIKE = 88.0
_FOODS_ALIKE, _STEPS_ALIKE = 0.8, 82.0
_SAME_TITLE, _LIKE_TITLE = 96.0, 75.0
_SAME_FOODS, _LIKE_FOODS = 0.9, 0.7
_STAPLES = frozenset("salt water pepper oil sugar".split())


def is_copy(draft: RecipeDraft, others: Iterable[RecipeDraft]) -> RecipeDraft | None:
    """The one of the others that the draft nearly repeats; None where it is like none."""
    return next((other for other in others if _alike(draft, other)), None)


def _alike(one: RecipeDraft, other: RecipeDraft) -> bool:
    title = fuzz.token_sort_ratio(one.title.lower(), other.title.lower())
    share = _share(_foods(one), _foods(other))
    if title >= _TITLE_ALIKE and share >= 0.4:
        return True
    if share < _FOODS_ALIKE:
        return False
    return fuzz.token_set_ratio(_steps(one), _steps(other)) >= _STEPS_ALIKE


def similarity(one: RecipeDraft, other: RecipeDraft) -> float:
    """Share of foods that both have, 0 to 1."""
    return _share(_foods(one), _foods(other))


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _foods(draft: RecipeDraft) -> frozenset[str]:
    return _named(line.name for line in draft.ingredients)


def _named(names: Iterable[str]) -> frozenset[str]:
    said = [words(name) for name in names]
    return frozenset(" ".join(each) for each in said if not set(each) <= _STAPLES)


def _steps(draft: RecipeDraft) -> str:
    said: Sequence[str] = draft.cooking_instructions or draft.prep_instructions
    return " ".join(said).lower()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is there already: each recipe's title and foods."""

    title: str
    foods: frozenset[str]


def kept(session: Session) -> list[Kept]:
    """Every stored recipe, private ones too: a copy of one of these is no new recipe either."""
    query = (
        select(recipes.c.title, func.array_agg(ingredients.c.name).label("names"))
        .join(recipe_ingredients, recipe_ingredients.c.recipe_id == recipes.c.id)
        .join(ingredients, ingredients.c.id == recipe_ingredients.c.ingredient_id)
        .group_by(recipes.c.id, recipes.c.title)
    )
    return [Kept(row.title, _named(row.names)) for row in session.execute(query)]


def as_kept(draft: RecipeDraft) -> Kept:
    """A draft as one of those that are there."""
    return Kept(draft.title, _foods(draft))


def repeats(draft: RecipeDraft, there: Iterable[Kept]) -> Kept | None:
    """The one that the draft nearly repeats: under its title, or of its foods under one like it."""
    foods = _foods(draft)
    for other in there:
        title = fuzz.token_sort_ratio(draft.title.lower(), other.title.lower())
        share = _share(foods, other.foods)
        if (
            title >= _SAME_TITLE
            or (title >= _LIKE_TITLE and share >= _LIKE_FOODS)
            or share >= _SAME_FOODS
        ):
            return other
    return None
