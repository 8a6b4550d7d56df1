"""Ideas for what somebody feels like: recipes that search finds, and adaptations besides."""

from collections.abc import Iterator, Sequence

from lib.ai import composer
from lib.ai.models import BasedOn, RecipeRequest, Source, Suggestion, Suggestions, SuggestionsRequest
from lib.ai.needs import understand
from lib.ai.verification import examine
from lib.errors import Invalid
from lib.recipes.models import RecipeCard
from lib.search.filters import Filters
from lib.search.semantic import SemanticHit

_LONGEST_NAME = 200
_SHOWN_DIETS = ("vegan", "vegetarian", "gluten_free", "dairy_free")


def filters(request: SuggestionsRequest) -> Filters:
    """What every suggestion must meet."""
    return Filters(diets=request.dietary_restrictions, exclude_allergens=request.avoid_allergens)


def answer(request: SuggestionsRequest, hits: Sequence[SemanticHit]) -> Suggestions:
    """The recipes that were found, filled up with adapted ones.

    Raises:
        Invalid: there is neither.
    """
    found = [_found(hit) for hit in hits[: request.max_results]]
    if len(found) < request.max_results:
        found += _adapted(request, {each.title for each in found}, request.max_results - len(found))
    if not found:
        limits = [*request.dietary_restrictions, *request.avoid_allergens]
        told = f" within {', '.join(limits).replace('_', ' ')}" if limits else ""
        fields: list[tuple[tuple[str | int, ...], str]] = [
            (("body", "query"), "nothing is known for it")
        ]
        raise Invalid(f"Nothing is known for {request.query!r}{told}.", fields)
    based_on = [BasedOn(id=each.recipe_id, title=each.title) for each in found if each.recipe_id]
    return Suggestions(
        suggestions=found, source=Source(provider=composer.NAME, model="search", based_on=based_on)
    )


def _found(hit: SemanticHit) -> Suggestion:
    card = hit.recipe
    return Suggestion(
        title=card.title,
        description=card.summary or card.title,
        total_minutes=card.total_minutes,
        difficulty=card.difficulty,
        recipe_id=card.id,
        reason=_reason(card, hit.why.matched),
    )


def _reason(card: RecipeCard, matched: Sequence[str]) -> str:
    """Why the recipe is suggested, in a sentence of facts."""
    said = f"Matches {_listed(matched)}" if matched else "Close in meaning to what you asked for"
    facts = []
    if card.total_minutes is not None:
        facts.append(f"ready in {card.total_minutes} minutes")
    diets = [diet.replace("_", "-") for diet in _SHOWN_DIETS if diet in card.diets]
    if diets:
        facts.append(diets[0])
    if card.calories_per_serving is not None:
        facts.append(f"{card.calories_per_serving:.0f} kcal a serving")
    return f"{said}; {', '.join(facts)}." if facts else f"{said}."


def _listed(names: Sequence[str]) -> str:
    *front, last = dict.fromkeys(names)
    return f"{', '.join(front)} and {last}" if front else last


def _adapted(request: SuggestionsRequest, taken: set[str], most: int) -> Iterator[Suggestion]:
    """Recipes of the book that have to be changed first; nothing that isn't proven."""
    try:
        needs = understand(
            RecipeRequest(
                recipe_name=request.query[:_LONGEST_NAME],
                dietary_restrictions=request.dietary_restrictions,
                avoid_allergens=request.avoid_allergens,
            )
        )
    except Invalid:
        return
    for adapted in composer.compose(needs):
        if most == 0:
            return
        if not adapted.changes or adapted.draft.title in taken:
            continue
        if not examine(adapted.draft, needs)[1].passed:
            continue
        most -= 1
        draft = adapted.draft
        yield Suggestion(
            title=draft.title,
            description=draft.summary or draft.title,
            total_minutes=(draft.prep_minutes or 0) + (draft.cook_minutes or 0),
            difficulty=draft.difficulty,
            reason=f"Adapted from {adapted.based_on.title}; ask for it under this name.",
        )
