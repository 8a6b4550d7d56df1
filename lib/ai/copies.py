"""Whether two recipes are one and the same in other words."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from lib.nutrition.foods import words
from lib.recipes.draft import RecipeDraft

_TITLE_ALIKE = 88.0
_FOODS_ALIKE, _STEPS_ALIKE = 0.8, 82.0
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
    return frozenset(
        " ".join(words(line.name)) for line in draft.ingredients if not set(words(line.name)) <= _STAPLES
    )


def _steps(draft: RecipeDraft) -> str:
    said: Sequence[str] = draft.cooking_instructions or draft.prep_instructions
    return " ".join(said).lower()
