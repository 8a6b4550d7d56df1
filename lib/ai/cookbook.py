"""The bundled book in memory: each recipe with its foods, what is proven of it, what it is found by.

The book and not the whole database, since only its recipes have the strict form that adapting relies on:
every ingredient a food of the table, every note understood, every step written by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lib.nutrition import labels
from lib.nutrition.calculation import Sum, calculate
from lib.nutrition.foods import Food, foods, words
from lib.nutrition.labels import Allergen, Diet
from lib.nutrition.lines import Line, from_parts
from lib.nutrition.nutrients import as_dict
from lib.recipes import book
from lib.recipes.draft import STEPS, BookRecipe, DraftIngredient, RecipeDraft
from lib.search.kinds import kinds_of


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A recipe of the book.

    `foods` are its ingredients' foods, in their order; `title` and `body` the words of its title and of
    all else that tells what it is; `kinds` the kinds of foods in it.
    """

    id: str
    draft: BookRecipe
    foods: tuple[Food, ...]
    kinds: frozenset[str]
    title: frozenset[str]
    body: frozenset[str]
    diets: frozenset[Diet]
    clear: frozenset[Allergen]

    @property
    def minutes(self) -> int:
        """From start to end."""
        return self.draft.prep_minutes + self.draft.cook_minutes


@lru_cache
def cookbook() -> tuple[Entry, ...]:
    """Every recipe of the book, in order of its files."""
    return tuple(
        _entry(item.id, item.draft) for item in book.book() if isinstance(item.draft, BookRecipe)
    )


def _entry(recipe_id: str, draft: BookRecipe) -> Entry:
    known = [foods()[line.name] for line in draft.ingredients]
    proven = evidence(draft.ingredients)
    each = per_serving(calculate(lines(draft.ingredients), draft.servings), draft.servings)
    diets = labels.diets(proven, each.get("carbohydrate_g"), each.get("fiber_g"))
    allergens = labels.allergens(proven)
    traits = [draft.cuisine, draft.category, draft.meal_type, draft.season or "", *draft.tags]
    listed = [line.name for line in draft.ingredients]
    return Entry(
        id=recipe_id,
        draft=draft,
        foods=tuple(known),
        kinds=frozenset(kinds_of(known)),
        title=frozenset(words(draft.title)),
        body=frozenset(words(" ".join([draft.summary, *traits, *listed]))),
        diets=frozenset(labels.fits(diets)),
        clear=frozenset(name for name, status in allergens.items() if status == "clear"),
    )


def lines(ingredients: Sequence[DraftIngredient]) -> list[Line]:
    """Ingredients as the nutrition service reads them."""
    return [from_parts(line.name, line.amount, line.unit, line.notes) for line in ingredients]


def evidence(ingredients: Sequence[DraftIngredient]) -> labels.Evidence:
    """What diets and allergens follow from."""
    return labels.evidence((line.name, line.notes) for line in ingredients)


@lru_cache(20_000)
def evidence_of(name: str, notes: str | None) -> labels.Evidence:
    """What follows from one ingredient."""
    return labels.evidence([(name, notes)])


def per_serving(found: Sum, servings: float) -> dict[str, float]:
    """Known nutrients of one serving; carbohydrate only where every line is accounted for."""
    each = as_dict(found.total / servings)
    if found.coverage < 1:
        each.pop("carbohydrate_g", None)
    return each


def texts(draft: RecipeDraft) -> list[str]:
    """Everything a draft says in sentences."""
    said = [draft.title, draft.summary or "", draft.description or ""]
    return [*filter(None, said), *(text for name in STEPS for text in getattr(draft, name))]
