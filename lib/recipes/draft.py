"""A recipe on its way in, and the stricter form that every recipe of the book has."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from lib.nutrition.foods import foods
from lib.wire import Text

MealType = Literal["breakfast", "lunch", "dinner", "snack"]
Season = Literal["spring", "summer", "autumn", "winter"]
Difficulty = Literal["easy", "medium", "hard"]
Category = Literal[
    "soup",
    "stew",
    "curry",
    "casserole",
    "pasta",
    "grains",
    "salad",
    "bake",
    "sheet-pan",
    "slow-cooker",
    "stir-fry",
    "bowl",
    "wrap",
    "patties",
    "sauce",
    "dough",
    "bread",
    "breakfast jar",
    "pancakes",
    "eggs",
    "energy bites",
    "dip",
    "braise",
    "dumplings",
    "dessert",
]
UNITS = frozenset(
    "g kg ml l tsp tbsp cup pinch piece clove slice can bunch sprig stalk leaf head handful".split()
)

STEPS = (
    "prep_instructions",
    "cooking_instructions",
    "serving_instructions",
    "freezer_prep",
    "defrost_instructions",
    "container_suggestions",
)
"""The fields that hold steps."""

LEAST = 0.01
"""The smallest amount; the app's tables keep two decimals."""

Words = Annotated[Text, Field(min_length=1, max_length=200)]
Step = Annotated[Text, Field(min_length=1, max_length=2000)]
Steps = Annotated[list[Step], Field(max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class DraftIngredient(_Strict):
    """One line of a recipe. No amount means "to taste"."""

    name: Words
    amount: float | None = Field(None, ge=LEAST, lt=100_000, allow_inf_nan=False)
    unit: Words | None = None
    notes: Annotated[Text, Field(max_length=500)] | None = None


class RecipeDraft(_Strict):
    """A recipe as it comes in from anywhere; what the source doesn't say is absent."""

    title: Words
    summary: Annotated[Text, Field(max_length=500)] | None = None
    description: Annotated[Text, Field(max_length=5000)] | None = None
    cuisine: Words | None = None
    category: Words | None = None
    meal_type: MealType | None = None
    season: Season | None = None
    difficulty: Difficulty | None = None
    servings: int | None = Field(None, ge=1, le=100)
    prep_minutes: int | None = Field(None, ge=0, le=10_000)
    cook_minutes: int | None = Field(None, ge=0, le=10_000)
    ingredients: list[DraftIngredient] = Field(min_length=1, max_length=100)
    prep_instructions: Steps = []
    cooking_instructions: Steps = []
    serving_instructions: Steps = []
    freezer_prep: Steps = []
    defrost_instructions: Steps = []
    container_suggestions: Steps = []
    storage_days: int | None = Field(None, ge=0, le=730)
    tags: list[Words] = Field([], max_length=30)
    image_url: Annotated[Text, Field(max_length=2000)] | None = None
    source: Annotated[Text, Field(max_length=2000)] | None = None

    @field_validator("ingredients")
    @classmethod
    def _each_once(cls, lines: list[DraftIngredient]) -> list[DraftIngredient]:
        names = [line.name.lower() for line in lines]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"each ingredient once; repeated: {', '.join(repeated)}")
        return lines

    def sha256(self) -> str:
        """Hash of everything the draft says."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class BookIngredient(DraftIngredient):
    """An ingredient of the book: a name of the food table, an amount and a unit a cook uses."""

    amount: float = Field(ge=LEAST, lt=100_000, allow_inf_nan=False)
    unit: Words

    @field_validator("name")
    @classmethod
    def _in_food_table(cls, name: str) -> str:
        if name not in foods():
            raise ValueError(f"{name!r} is not a name in data/foods")
        return name

    @field_validator("unit")
    @classmethod
    def _kitchen_unit(cls, unit: str) -> str:
        if unit not in UNITS:
            raise ValueError(f"unit {unit!r} is none of {', '.join(sorted(UNITS))}")
        return unit


class BookRecipe(RecipeDraft):
    """A recipe of the book: nothing may be missing but the season, where it means nothing."""

    summary: Annotated[Text, Field(min_length=20, max_length=200)]
    description: Annotated[Text, Field(min_length=60, max_length=2000)]
    cuisine: Annotated[str, Field(pattern=r"^[a-z][a-z -]+$")]
    category: Category
    meal_type: MealType
    difficulty: Difficulty
    servings: int = Field(ge=1, le=24)
    prep_minutes: int = Field(ge=0, le=10_000)
    cook_minutes: int = Field(ge=0, le=10_000)
    ingredients: list[BookIngredient] = Field(min_length=3, max_length=40)  # type: ignore[assignment]
    prep_instructions: Steps = Field(min_length=1)
    cooking_instructions: Steps
    serving_instructions: Steps = Field(min_length=1)
    freezer_prep: Steps = Field(min_length=1)
    defrost_instructions: Steps = Field(min_length=1)
    container_suggestions: Steps = Field(min_length=1)
    storage_days: int = Field(ge=1, le=365)
    tags: list[Words] = Field(min_length=2, max_length=12)
