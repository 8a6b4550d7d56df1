"""What a caller may ask of a recipe, and the SQL that it becomes."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import ColumnElement, false, func, not_, or_

from lib.nutrition.foods import find
from lib.nutrition.labels import Allergen, Diet
from lib.recipes.draft import Difficulty, MealType, Season
from lib.tables import recipe_index
from lib.wire import Text, Wire

Name = Annotated[Text, Field(min_length=1, max_length=100)]
Names = Annotated[list[Name], Field(max_length=50)]
Nutrient = Literal["energyKcal", "proteinG", "carbohydrateG", "fatG", "fiberG", "sugarsG", "sodiumMg"]
Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]

_COLUMNS: dict[Nutrient, str] = {
    "energyKcal": "energy_kcal",
    "proteinG": "protein_g",
    "carbohydrateG": "carbohydrate_g",
    "fatG": "fat_g",
    "fiberG": "fiber_g",
    "sugarsG": "sugars_g",
    "sodiumMg": "sodium_mg",
}


class Range(Wire):
    """Bounds per serving, both inclusive."""

    min: Amount | SkipJsonSchema[None] = None
    max: Amount | SkipJsonSchema[None] = None

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min must not be above max")
        return self


class Limits(Wire):
    """Hard limits: a recipe that isn't known to meet one is left out.

    Of `cuisine`, `mealType`, `season` and `difficulty` any one value suffices; of the others all must
    hold. What has an ingredient that nobody knows is left out where anything is excluded.
    """

    diets: Annotated[list[Diet], Field(max_length=8)] = []
    exclude_allergens: Annotated[list[Allergen], Field(max_length=15)] = []
    exclude_ingredients: Names = []
    include_ingredients: Names = []
    cuisine: Names = []
    meal_type: Annotated[list[MealType], Field(max_length=4)] = []
    season: Annotated[list[Season], Field(max_length=4)] = []
    difficulty: Annotated[list[Difficulty], Field(max_length=3)] = []
    max_total_minutes: Annotated[int, Field(ge=1, le=100_000)] | SkipJsonSchema[None] = None


class Filters(Limits):
    """Hard limits, those on nutrients per serving included."""

    nutrients: dict[Nutrient, Range] = {}


def conditions(filters: Limits) -> list[ColumnElement[bool]]:
    """SQL conditions on `recipe_index`; always includes that the recipe is public."""
    index = recipe_index.c
    found: list[ColumnElement[bool]] = [index.is_public]
    if filters.diets:
        found.append(index.diets.contains(filters.diets))
    if filters.exclude_allergens:
        found.append(index.clear_allergens.contains(filters.exclude_allergens))
    for name in filters.include_ingredients:
        found.append(_has(name))
    for name in filters.exclude_ingredients:
        # A name of which no word is left for the search ("the") would exclude nothing.
        found += [index.all_known, not_(_has(name)), func.numnode(_phrase(name)) > 0]
    if filters.cuisine:
        found.append(index.cuisine.in_([name.lower() for name in filters.cuisine]))
    if filters.meal_type:
        found.append(index.meal_type.in_(filters.meal_type))
    if filters.season:
        found.append(index.season.in_(filters.season))
    if filters.difficulty:
        found.append(index.difficulty.in_(filters.difficulty))
    if filters.max_total_minutes is not None:
        found.append(index.total_minutes <= filters.max_total_minutes)
    nutrients = filters.nutrients if isinstance(filters, Filters) else {}
    for nutrient, bounds in nutrients.items():
        column = index[_COLUMNS[nutrient]]
        found.append(column.isnot(None))
        if bounds.min is not None:
            found.append(column >= bounds.min)
        if bounds.max is not None:
            found.append(column <= bounds.max)
    return found


def _has(name: str) -> ColumnElement[bool]:
    """Whether an ingredient goes by that name, or by another name of the same food.

    The index holds each ingredient's name as it is written and as the food table has it.
    """
    food = find(name)
    forms = {name, food.name} if food else {name}
    matches: list[Any] = [
        recipe_index.c.ingredient_words.op("@@")(_phrase(form)) for form in sorted(forms)
    ]
    return or_(false(), *matches)


def _phrase(name: str) -> ColumnElement[Any]:
    # The index holds no hyphens either: PostgreSQL would take "soy-sauce" for a word of its own.
    return func.phraseto_tsquery("english", name.replace("-", " "))
