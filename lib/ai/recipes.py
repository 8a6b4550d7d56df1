"""A request for recipes, answered: from an earlier answer or anew, and kept where that is asked."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.ai import alike, earlier, money
from lib.ai.models import GeneratedRecipe, NewRecipesAnswer, RecipeRequest, Usage
from lib.ai.money import Spender
from lib.ai.provider import Door
from lib.ai.writing import Finished, Progress, Writer
from lib.nutrition import labels
from lib.nutrition.nutrients import as_dict
from lib.recipes import store
from lib.recipes.amounts import line
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.recipes.models import Nutrition, RecipeIngredient

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://mealprep360.example/generated")


@dataclass(slots=True)
class Recipes:
    """The recipes of one request, one after the other, and then what they cost.

    Args:
        request: what is asked for.
        spender: on whose behalf.
        door: to the models; None: the composer answers.
        progress: is told how far it is.
        found: gets each recipe as soon as it may leave.
        vector: the meaning of the dish's words, by which an earlier answer may do.
    """

    request: RecipeRequest
    spender: Spender
    door: Door | None = None
    progress: Progress | None = None
    found: Callable[[GeneratedRecipe], None] | None = None
    vector: Sequence[float] | None = None
    usage: Usage | None = None
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[GeneratedRecipe]:
        wording = alike.wording(self.request, self.vector) if self.door else None
        known = earlier.recipes(self.request, wording) if self.door else None
        if known is not None:
            self.usage = Usage(cached=True)
            self.notes = tuple(known.notes)
            money.note(self.spender, "cache", known.recipes[0].source.model)
            yield from known.recipes
            return
        writer = Writer(self.request, self.spender, self.door, self.progress)
        made = []
        for finished in writer.recipes():
            made.append(recipe(finished))
            if self.found:
                self.found(made[-1])
            yield made[-1]
        self.usage, self.notes = writer.usage, tuple(writer.notes)
        if all(each.source.provider == "composer" for each in made):
            money.note(self.spender, made[0].source.provider, made[0].source.model)
        elif self.door:
            answer = NewRecipesAnswer(recipes=made, usage=writer.usage, notes=writer.notes)
            earlier.keep(self.request, answer, wording)

    def answer(self) -> NewRecipesAnswer:
        """All of them."""
        found = list(self)
        return NewRecipesAnswer(recipes=found, usage=self.usage or Usage(), notes=list(self.notes))


def recipe(finished: Finished) -> GeneratedRecipe:
    """A finished draft as callers see it; its id follows from what it says."""
    draft, seen = finished.draft, finished.seen
    each = as_dict(seen.sum.total / seen.servings)
    nutrition = {name: round(each[name], 2) for name in Nutrition.model_fields if name in each}
    energy = nutrition.get("energy_kcal")
    by = finished.source
    of_the_book = bool(by.based_on) and not by.changes
    return GeneratedRecipe(
        id=by.based_on[0].id if of_the_book else recipe_id(draft),
        title=draft.title,
        summary=draft.summary,
        cuisine=draft.cuisine,
        meal_type=draft.meal_type,
        season=draft.season,
        difficulty=draft.difficulty,
        total_minutes=(draft.prep_minutes or 0) + (draft.cook_minutes or 0),
        servings=draft.servings,
        diets=finished.certificate.diets,
        allergens=labels.present(seen.allergens),
        calories_per_serving=round(energy) if energy is not None else None,
        description=draft.description,
        category=draft.category,
        prep_time=draft.prep_minutes,
        cook_time=draft.cook_minutes,
        ingredients=[_line(each_line) for each_line in draft.ingredients],
        instructions=seen.steps,
        prep_instructions=draft.prep_instructions,
        cooking_instructions=draft.cooking_instructions,
        serving_instructions=draft.serving_instructions,
        freezer_prep=draft.freezer_prep,
        defrost_instructions=draft.defrost_instructions,
        container_suggestions=draft.container_suggestions,
        storage_time=draft.storage_days,
        tags=draft.tags,
        dietary_info=seen.diets,
        allergen_info=seen.allergens,
        nutrition=Nutrition(**nutrition),
        certificate=finished.certificate,
        source=by,
    )


def _line(entry: DraftIngredient) -> RecipeIngredient:
    text = line(entry.amount, entry.unit, entry.name, entry.notes)
    return RecipeIngredient(
        text=text, name=entry.name, amount=entry.amount, unit=entry.unit, notes=entry.notes
    )


def recipe_id(draft: RecipeDraft) -> str:
    """The id of a draft: the same draft, saved again, is the same recipe."""
    return str(uuid.uuid5(_NAMESPACE, draft.sha256()))


def save(session: Session, answer: NewRecipesAnswer) -> None:
    """Keep the recipes; those that are kept already, the book's own among them, stay as they are."""
    for each in answer.recipes:
        if each.id not in {source.id for source in each.source.based_on}:
            store.save(session, each.id, stored(each))


def stored(found: GeneratedRecipe) -> RecipeDraft:
    """A generated recipe as the store takes it."""
    by = found.source
    told = f"{by.provider}/{by.model}"
    if by.based_on:
        told += f", from {', '.join(each.title for each in by.based_on)}"
    return RecipeDraft(
        title=found.title,
        summary=found.summary,
        description=found.description,
        cuisine=found.cuisine,
        category=found.category,
        meal_type=found.meal_type,
        season=found.season,
        difficulty=found.difficulty,
        servings=found.servings,
        prep_minutes=found.prep_time,
        cook_minutes=found.cook_time,
        ingredients=[
            DraftIngredient(name=entry.name, amount=entry.amount, unit=entry.unit, notes=entry.notes)
            for entry in found.ingredients
        ],
        prep_instructions=found.prep_instructions,
        cooking_instructions=found.cooking_instructions,
        serving_instructions=found.serving_instructions,
        freezer_prep=found.freezer_prep,
        defrost_instructions=found.defrost_instructions,
        container_suggestions=found.container_suggestions,
        storage_days=found.storage_time,
        tags=found.tags,
        source=told[:2000],
    )
