"""Arranges a recipe for paper: amounts for the servings, in the reader's units."""

from collections.abc import Sequence
from pathlib import Path

from lib.ai.scaling import steps as scaled_steps
from lib.ai.scaling import storage
from lib.nutrition.calculation import Sum
from lib.nutrition.facts import Facts, facts
from lib.nutrition.nutrients import wire
from lib.nutrition.plans import Cooked
from lib.recipes.models import WholeRecipe
from lib.reports.measures import Units, shown
from lib.reports.sheets import Illustration, Ingredient, RecipeSheet, Section

_COUNTED_LEAST = 0.8
"""Share of the ingredients that must be accounted for: below it a label would mislead."""

_LONGEST_TITLE = 300
_UNSAID = "Doesn’t say how many it serves"


def arranged(
    recipe: WholeRecipe,
    cooked: Cooked | None,
    units: Units,
    *,
    key: str,
    servings: float | None = None,
    planned: Sequence[str] = (),
    picture: Path | None = None,
) -> RecipeSheet:
    """A recipe for that many servings.

    Args:
        cooked: its nutrients.
        key: names its place in the document.
        servings: how many to make; as many as the recipe says where it is None. Of one that doesn't say
            how many it serves: how often it is made.
        planned: when it is eaten.
    """
    usual = float(recipe.servings or 1)
    wanted = servings or usual
    factor = wanted / usual
    return RecipeSheet(
        key=key,
        title=cut_title(recipe.title) or "Untitled recipe",
        kind=recipe.meal_type or "",
        summary=recipe.summary or recipe.description or "",
        meta=_meta(recipe, wanted, usual),
        planned=list(planned),
        ingredients=_ingredients(recipe, units, factor),
        sections=_sections(recipe, factor),
        keeping=_keeping(recipe, factor),
        labels=_labels(recipe),
        facts=_facts(cooked.found, cooked.servings, wanted) if cooked else None,
        picture=picture,
        illustration=_illustration(recipe),
    )


def cut_title(text: str) -> str:
    """A title on one line, no longer than what a page has room for."""
    title = " ".join(text.split())
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE].rstrip()}…"


def _illustration(recipe: WholeRecipe) -> Illustration:
    return Illustration(
        title=recipe.title,
        cuisine=recipe.cuisine or "",
        season=recipe.season or "",
        meal_type=recipe.meal_type or "",
        category=recipe.category or "",
        ingredients=[line.name for line in recipe.ingredients],
    )


def _meta(recipe: WholeRecipe, wanted: float, usual: float) -> list[str]:
    serves = f"Serves {wanted:g}" if recipe.servings else _UNSAID
    if wanted != usual:
        serves += f" (recipe for {usual:g})" if recipe.servings else f", {wanted:g} times the recipe"
    return [
        part
        for part in (
            serves,
            _minutes(recipe.prep_time, "to prepare"),
            _minutes(recipe.cook_time, "to cook"),
            (recipe.difficulty or "").title(),
            (recipe.cuisine or "").title(),
        )
        if part
    ]


def _minutes(minutes: int | None, what: str) -> str:
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    said = " ".join(filter(None, [f"{hours} h" if hours else "", f"{rest} min" if rest else ""]))
    return f"{said} {what}"


def _ingredients(recipe: WholeRecipe, units: Units, factor: float) -> list[Ingredient]:
    lines = [
        shown(entry.amount, entry.unit, entry.name, entry.notes, units, factor)
        for entry in recipe.ingredients
    ]
    return [Ingredient(amount=line.amount, rest=line.rest) for line in lines]


def _sections(recipe: WholeRecipe, factor: float) -> list[Section]:
    parts = [
        ("Prepare", recipe.prep_instructions),
        ("Cook", recipe.cooking_instructions),
        ("Serve", recipe.serving_instructions),
    ]
    if not any(steps for _, steps in parts):
        parts = [("Method", recipe.instructions)]
    return [
        Section(title=title, steps=scaled_steps(_said(steps), factor), numbered=True)
        for title, steps in parts
        if _said(steps)
    ]


def _keeping(recipe: WholeRecipe, factor: float) -> list[Section]:
    keeps = f"Keeps in the freezer for {recipe.storage_time} days." if recipe.storage_time else ""
    parts = [
        ("Freeze", [*storage(recipe.freezer_prep, factor), *filter(None, [keeps])]),
        ("Defrost", storage(recipe.defrost_instructions, factor)),
        ("Containers", storage(recipe.container_suggestions, factor)),
    ]
    return [Section(title=title, steps=_said(steps)) for title, steps in parts if _said(steps)]


def _said(steps: Sequence[str]) -> list[str]:
    return [step for step in steps if step.strip()]


def _labels(recipe: WholeRecipe) -> list[str]:
    """What is proven, and what must be feared; never that something is free of anything."""
    said = []
    if recipe.diets:
        said.append(f"Fits: {', '.join(name.replace('_', ' ') for name in recipe.diets)}.")
    if recipe.allergens:
        names = ", ".join(name.replace("_", " ") for name in recipe.allergens)
        said.append(f"Contains or may contain: {names}.")
    if "unknown" in recipe.allergen_info.values():
        said.append("Not every ingredient is known, so it may contain other allergens.")
    return said


def _facts(found: Sum, usual: float, wanted: float) -> Facts | None:
    if not found.counted or found.coverage < _COUNTED_LEAST:
        return None
    grams = sum(item.grams for item in found.counted) / usual
    return facts(wire(found.total / usual), wanted, grams, incomplete=found.coverage < 1)
