"""Recommendations as callers see them."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy.orm import Session

from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.recommendations.candidates import Candidate
from lib.wire import Wire

Strategy = Literal["new_user", "content", "hybrid"]


class Recommended(Wire):
    """A recipe, and why."""

    recipe: RecipeCard
    score: Annotated[
        float, Field(description="What the order follows; compare it within one answer only")
    ]
    reason: str


class SimilarAnswer(Wire):
    """Recipes like one, the most alike first, no two of them the same dish."""

    recipe_id: str
    results: list[Recommended]


class UserAnswer(Wire):
    """Recipes for a person, the best first."""

    user_id: str
    strategy: Annotated[
        Strategy,
        Field(
            description="new_user: preferences, season and what is popular; content: also recipes like "
            "those chosen before; hybrid: also what people with the same choices chose"
        ),
    ]
    results: list[Recommended]


def recommended(session: Session, chosen: Iterable[tuple[Candidate, float, str]]) -> list[Recommended]:
    """The answer's entries; a recipe that was deleted a moment ago has none."""
    entries = list(chosen)
    cards = store.cards(session, [candidate.recipe_id for candidate, _, _ in entries])
    return [
        Recommended(recipe=cards[candidate.recipe_id], score=round(score, 4), reason=reason)
        for candidate, score, reason in entries
        if candidate.recipe_id in cards
    ]


def listed(words: Sequence[str]) -> str:
    """The words as in a sentence: "leek, potato and cream"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""
