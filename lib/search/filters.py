"""What a caller may ask of a recipe, and the SQL that it becomes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import ColumnElement, false, not_, or_

from lib.nutrition.claims import Claim
from lib.nutrition.foods import find, key
from lib.nutrition.labels import Allergen, Diet
from lib.recipes.draft import Difficulty, MealType, Season
from lib.search.documents import LONGEST_TERM
from lib.search.kinds import by_key
from lib.tables import recipe_index
from lib.wire import Text, Wire

Name = Annotated[Text, Field(min_length=1, max_length=100)]
Names = Annotated[list[Name], Field(max_length=50)]
Nutrient = Literal["energyKcal", "proteinG", "carbohydrateG", "fatG", "fiberG", "sugarsG", "sodiumMg"]
Amount = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]

COLUMNS: dict[Nutrient, str] = {
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
    min_servings: Annotated[int, Field(ge=1, le=1000)] | SkipJsonSchema[None] = None
    claims: Annotated[
        list[Claim],
        Field(max_length=8, description="By the law's criteria, see lib/nutrition/claims.py"),
    ] = []


class Filters(Limits):
    """Hard limits, those on nutrients per serving included."""

    nutrients: dict[Nutrient, Range] = {}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an ingredient's name stands for in the index: any of these terms, foods and kinds.

    `names_something` is False for a name of which no word is left, such as "!!!".
    """

    terms: tuple[str, ...]
    foods: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def names_something(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self.terms)


@lru_cache(10_000)
def meaning(name: str) -> Meaning:
    """What to look for: the name itself, the food of that name, and the kind of that name."""
    food = find(name)
    kind = by_key().get(key(name))
    names = dict.fromkeys([key(name), *([key(food.name)] if food else [])])
    terms = tuple(" ".join(each.split()[:LONGEST_TERM]) for each in names if each)
    return Meaning(terms, (food.name,) if food else (), (kind.name,) if kind else ())


def conditions(filters: Limits) -> list[ColumnElement[bool]]:
    """SQL conditions on `recipe_index`; always includes that the recipe is public.

    `lib.search.catalogue` decides the same in memory.
    """
    index = recipe_index.c
    found: list[ColumnElement[bool]] = [index.is_public, not_(index.removed)]
    if filters.diets:
        found.append(index.diets.contains(filters.diets))
    if filters.claims:
        found.append(index.claims.contains(filters.claims))
    if filters.exclude_allergens:
        found.append(index.clear_allergens.contains(filters.exclude_allergens))
    found += [_has(meaning(name)) for name in filters.include_ingredients]
    for name in filters.exclude_ingredients:
        # A name of which nothing is left ("!!!") can't be shown to be absent.
        meant = meaning(name)
        found.append(index.all_known & not_(_has(meant)) if meant.names_something else false())
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
    if filters.min_servings is not None:
        found.append(index.servings >= filters.min_servings)
    nutrients = filters.nutrients if isinstance(filters, Filters) else {}
    for nutrient, bounds in nutrients.items():
        column = index[COLUMNS[nutrient]]
        found.append(column.isnot(None))
        if bounds.min is not None:
            found.append(column >= bounds.min)
        if bounds.max is not None:
            found.append(column <= bounds.max)
    return found


def _has(meant: Meaning) -> ColumnElement[bool]:
    index = recipe_index.c
    columns = ((index.terms, meant.terms), (index.foods, meant.foods), (index.kinds, meant.kinds))
    return or_(false(), *(column.overlap(list(values)) for column, values in columns if values))
