"""A recipe as callers see it: the card that lists show, and the whole."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.nutrition.labels import Allergen, AllergenStatus, Diet, DietStatus
from lib.recipes.draft import Difficulty, MealType, Season
from lib.wire import Wire


class RecipeCard(Wire):
    """A recipe in a list. What isn't known is absent."""

    id: str
    title: str
    summary: str | SkipJsonSchema[None] = None
    image_url: str | SkipJsonSchema[None] = None
    cuisine: str | SkipJsonSchema[None] = None
    meal_type: MealType | SkipJsonSchema[None] = None
    season: Season | SkipJsonSchema[None] = None
    difficulty: Difficulty | SkipJsonSchema[None] = None
    total_minutes: int | SkipJsonSchema[None] = None
    servings: int | SkipJsonSchema[None] = None
    diets: Annotated[list[Diet], Field(description="Diets it is proven to fit")] = []
    allergens: Annotated[list[Allergen], Field(description="Allergens it contains or may contain")] = []
    calories_per_serving: float | SkipJsonSchema[None] = None


class RecipeIngredient(Wire):
    """One line of a recipe, as text and in parts."""

    text: str
    name: str
    amount: float | SkipJsonSchema[None] = None
    unit: str | SkipJsonSchema[None] = None
    notes: str | SkipJsonSchema[None] = None


class Nutrition(Wire):
    """Per serving; a nutrient nobody measured is absent."""

    energy_kcal: float | SkipJsonSchema[None] = None
    protein_g: float | SkipJsonSchema[None] = None
    carbohydrate_g: float | SkipJsonSchema[None] = None
    fat_g: float | SkipJsonSchema[None] = None
    fiber_g: float | SkipJsonSchema[None] = None
    sugars_g: float | SkipJsonSchema[None] = None
    sodium_mg: float | SkipJsonSchema[None] = None


class WholeRecipe(RecipeCard):
    """Everything about a dish, whether it is stored or not."""

    description: str | SkipJsonSchema[None] = None
    category: str | SkipJsonSchema[None] = None
    prep_time: Annotated[int | SkipJsonSchema[None], Field(description="Minutes")] = None
    cook_time: Annotated[int | SkipJsonSchema[None], Field(description="Minutes")] = None
    ingredients: list[RecipeIngredient]
    instructions: list[str]
    prep_instructions: list[str]
    cooking_instructions: list[str]
    serving_instructions: list[str]
    freezer_prep: list[str]
    defrost_instructions: list[str]
    container_suggestions: list[str]
    storage_time: Annotated[int | SkipJsonSchema[None], Field(description="Days")] = None
    tags: list[str]
    dietary_info: dict[Diet, DietStatus]
    allergen_info: dict[Allergen, AllergenStatus]
    nutrition: Annotated[Nutrition | SkipJsonSchema[None], Field(description="Per serving")] = None


class Recipe(WholeRecipe):
    """A stored recipe: the dish, whose it is, and since when."""

    is_public: bool
    source: str | SkipJsonSchema[None] = None
    user_id: str
    created_at: datetime
    updated_at: datetime


class RecipePage(Wire):
    """Some recipes of a list."""

    recipes: list[RecipeCard]
    next_cursor: Annotated[
        str | SkipJsonSchema[None], Field(description="Where the next page starts; absent on the last")
    ] = None
