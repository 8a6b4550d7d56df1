"""Ideas for what somebody feels like: recipes that search finds, and adaptations besides.

With a door to models, one chooses among them and says why; what the data says stays as it is.
"""

import logging
from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from lib import db
from lib.ai import composer, earlier, money, proposing
from lib.ai.cookbook import cookbook
from lib.ai.models import (
    BasedOn,
    RecipeRequest,
    RefusedDraft,
    Source,
    Suggestion,
    Suggestions,
    SuggestionsRequest,
    Usage,
)
from lib.ai.money import Spender
from lib.ai.needs import understand
from lib.ai.phrases import duration
from lib.ai.proposing import Proposal
from lib.ai.provider import Door
from lib.ai.verification import examine
from lib.errors import Invalid
from lib.nutrition.foods import words
from lib.nutrition.labels import Diet
from lib.recipes.models import RecipeCard
from lib.search.filters import Filters, conditions
from lib.search.semantic import SemanticHit
from lib.tables import recipe_index, recipes

logger = logging.getLogger("mealprep.ai")

_LONGEST_NAME = 200
_MOST_SHOWN = 24
"""Recipes that a model chooses among."""

_ADAPTED = "Adapted from {}; ask for it under this name."
_SHOWN_DIETS: tuple[Diet, ...] = ("vegan", "vegetarian", "gluten_free", "dairy_free")


def filters(request: SuggestionsRequest) -> Filters:
    """What every suggestion must meet."""
    return Filters(diets=request.dietary_restrictions, exclude_allergens=request.avoid_allergens)


def sought(request: SuggestionsRequest, door: Door | None) -> int:
    """How many recipes to search for: a model chooses among more than are asked for."""
    return request.max_results if door is None else min(_MOST_SHOWN, 3 * request.max_results)


def known(request: SuggestionsRequest, spender: Spender) -> Suggestions | None:
    """The answer that a model gave to this request before, if its recipes may still be suggested."""
    found = earlier.suggestions(request)
    if found is None or not _holds(found, request):
        return None
    money.note(spender, "cache", found.source.model)
    return found.model_copy(update={"usage": Usage(cached=True)})


def _holds(found: Suggestions, request: SuggestionsRequest) -> bool:
    """Whether each recipe is still there, public, under its title, and meets the request."""
    asked = {(each.recipe_id, each.title) for each in found.suggestions if each.recipe_id}
    columns = (recipe_index.c.recipe_id, recipes.c.title)
    query = select(*columns).join(recipes, recipes.c.id == recipe_index.c.recipe_id)
    named = recipe_index.c.recipe_id.in_([recipe_id for recipe_id, _ in asked])
    try:
        with db.transaction() as session:
            rows = session.execute(
                query.where(named, recipes.c.is_public, *conditions(filters(request)))
            )
            return asked <= {(row.recipe_id, row.title) for row in rows}
    except SQLAlchemyError as error:
        logger.warning("An answer can't be examined", extra={"error": repr(error)})
        return False


def answer(
    request: SuggestionsRequest, hits: Sequence[SemanticHit], spender: Spender, door: Door | None = None
) -> Suggestions:
    """The recipes that were found, filled up with adapted ones; with a door, as a model chooses.

    Raises:
        Invalid: there is neither.
        BudgetSpent: a model is asked for, and its budget is spent.
    """
    usage, refused = Usage(), list[RefusedDraft]()
    proposal = None
    if door is None:
        money.note(spender, composer.NAME, composer.MODEL)
    elif hits:
        cards = [hit.recipe for hit in hits]
        proposal = proposing.propose(request, cards, spender, door, usage, refused)
    found = list(_chosen(request, hits, proposal)) if proposal else list(_named(request, hits))
    titles = {each.title for each in found}
    found += [_found(hit, request) for hit in hits if hit.recipe.title not in titles]
    found = found[: request.max_results]
    if len(found) < request.max_results:
        taken = {each.title for each in found}
        found += _adapted(request, request.query, taken, request.max_results - len(found))
    if not found:
        raise _nothing(request)
    based_on = [BasedOn(id=each.recipe_id, title=each.title) for each in found if each.recipe_id]
    by = (proposal.by.provider, proposal.by.model) if proposal else (composer.NAME, "search")
    source = Source(provider=by[0], model=by[1], based_on=based_on, refused=refused)
    made = Suggestions(suggestions=found, source=source, usage=usage)
    if proposal:
        earlier.keep(request, made)
    return made


def _nothing(request: SuggestionsRequest) -> Invalid:
    limits = [*request.dietary_restrictions, *request.avoid_allergens]
    told = f" within {', '.join(limits).replace('_', ' ')}" if limits else ""
    fields: list[tuple[tuple[str | int, ...], str]] = [(("body", "query"), "nothing is known for it")]
    return Invalid(f"Nothing is known for {request.query!r}{told}.", fields)


def _chosen(
    request: SuggestionsRequest, hits: Sequence[SemanticHit], proposal: Proposal
) -> Iterator[Suggestion]:
    """What the model chose, in its words where they may be said; its ideas as the composer has them."""
    by_id = {hit.recipe.id: hit for hit in hits}
    taken = {hit.recipe.title for hit in hits}
    for each in proposal.chosen:
        found = _found(by_id[each.id], request)
        own = {"description": each.description, "reason": each.reason}
        yield found.model_copy(update={name: said for name, said in own.items() if said})
    for dish in proposal.ideas:
        yield from _adapted(request, dish, taken, 1)


def _named(request: SuggestionsRequest, hits: Sequence[SemanticHit]) -> Iterator[Suggestion]:
    """The dish that is asked for by its whole name, where it has to be changed first."""
    taken = {hit.recipe.title for hit in hits}
    first = next(_adapted(request, request.query, taken, 1), None)
    if first is not None and first.recipe_id is None:
        asked = set(words(request.query))
        named = (entry for entry in cookbook() if entry.title <= asked)
        if any(first.reason == _ADAPTED.format(entry.draft.title) for entry in named):
            yield first


def _found(hit: SemanticHit, request: SuggestionsRequest) -> Suggestion:
    card = hit.recipe
    return Suggestion(
        title=card.title,
        description=card.summary or card.title,
        total_minutes=card.total_minutes,
        difficulty=card.difficulty,
        recipe_id=card.id,
        reason=_reason(card, hit.why.matched, request.dietary_restrictions),
    )


def _reason(card: RecipeCard, matched: Sequence[str], asked: Sequence[Diet]) -> str:
    """Why the recipe is suggested, in a sentence of facts."""
    said = f"Matches {_listed(matched)}" if matched else "Close in meaning to what you asked for"
    facts = []
    if card.total_minutes is not None:
        facts.append(f"ready in {duration(card.total_minutes)}")
    diet = next((diet for diet in (*asked, *_SHOWN_DIETS) if diet in card.diets), None)
    if diet:
        facts.append(diet.replace("_", "-"))
    if card.calories_per_serving is not None:
        facts.append(f"{card.calories_per_serving:.0f} kcal a serving")
    return f"{said}; {', '.join(facts)}." if facts else f"{said}."


def _listed(names: Sequence[str]) -> str:
    *front, last = dict.fromkeys(names)
    return f"{', '.join(front)} and {last}" if front else last


def _adapted(request: SuggestionsRequest, dish: str, taken: set[str], most: int) -> Iterator[Suggestion]:
    """Recipes of the book by a dish's name, changed where they must be; nothing that isn't proven."""
    try:
        needs = understand(
            RecipeRequest(
                recipe_name=dish[:_LONGEST_NAME],
                dietary_restrictions=request.dietary_restrictions,
                avoid_allergens=request.avoid_allergens,
            )
        )
    except Invalid:
        return
    for adapted in composer.compose(needs):
        if most == 0:
            return
        whole = not adapted.changes or [each.kind for each in adapted.changes] == ["scaled"]
        if adapted.draft.title in taken:
            continue
        if not examine(adapted.draft, needs)[1].passed:
            continue
        most -= 1
        draft = adapted.draft
        taken.add(draft.title)
        yield Suggestion(
            title=draft.title,
            description=draft.summary or draft.title,
            total_minutes=(draft.prep_minutes or 0) + (draft.cook_minutes or 0),
            difficulty=draft.difficulty,
            recipe_id=adapted.based_on.id if whole else None,
            reason="The nearest by its name in the recipe book."
            if whole
            else _ADAPTED.format(adapted.based_on.title),
        )
