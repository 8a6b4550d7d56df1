"""Recipes as reports get them."""

from typing import Any

from lib.nutrition import labels
from lib.nutrition.calculation import calculate
from lib.nutrition.lines import from_parts
from lib.nutrition.plans import Cooked
from lib.recipes.amounts import line
from lib.recipes.draft import STEPS
from lib.recipes.models import RecipeIngredient, WholeRecipe


def whole_recipe(ingredients: list[tuple[float | None, str | None, str]], **said: Any) -> WholeRecipe:
    """A recipe of these ingredients."""
    known = labels.evidence((name, None) for _, _, name in ingredients)
    lists: dict[str, Any] = {name: [] for name in ("instructions", "tags", *STEPS)}
    fields = {
        "id": "r1",
        "title": "Soup",
        "servings": 4,
        "ingredients": [
            RecipeIngredient(text=line(amount, unit, name, None), name=name, amount=amount, unit=unit)
            for amount, unit, name in ingredients
        ],
        "dietary_info": (diets := labels.diets(known, None, None)),
        "allergen_info": (allergens := labels.allergens(known)),
        "diets": labels.fits(diets),
        "allergens": labels.present(allergens),
    }
    return WholeRecipe(**lists | fields | said)


def cooked(recipe: WholeRecipe) -> Cooked:
    """Its nutrients."""
    lines = [from_parts(entry.name, entry.amount, entry.unit) for entry in recipe.ingredients]
    servings = float(recipe.servings or 1)
    return Cooked(recipe.title, calculate(lines, servings), servings)
