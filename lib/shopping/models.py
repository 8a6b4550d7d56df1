"""Shopping lists as callers ask for them and get them."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from lib.nutrition.entries import Entry
from lib.wire import Text, Wire

MOST_RECIPES = 200
MOST_ENTRIES = 500

Id = Annotated[Text, Field(min_length=1, max_length=100)]


class ShoppingFields(Wire):
    """What is said of a shopping list."""

    meal_plan_id: Id | SkipJsonSchema[None] = None
    recipe_ids: (
        Annotated[list[Id], Field(min_length=1, max_length=MOST_RECIPES)] | SkipJsonSchema[None]
    ) = None
    shopping_list_id: Id | SkipJsonSchema[None] = None
    items: (
        Annotated[
            list[Entry],
            Field(
                min_length=1,
                max_length=MOST_ENTRIES,
                examples=[["2 onions", "1/2 cup chopped onion"]],
            ),
        ]
        | SkipJsonSchema[None]
    ) = None
    servings: Annotated[
        Annotated[float, Field(gt=0, le=1000, allow_inf_nan=False)] | SkipJsonSchema[None],
        Field(description="Of each recipe, instead of what the plan or the recipe says"),
    ] = None
    pantry: (
        Annotated[
            list[Entry],
            Field(
                max_length=MOST_ENTRIES,
                description="What is at home; without an amount there is enough of it",
                examples=[["rice", "250 g butter"]],
            ),
        ]
        | SkipJsonSchema[None]
    ) = None
    assume_pantry: Annotated[
        bool | SkipJsonSchema[None],
        Field(description="Leave out salt, spices, oil and other staples of kitchens"),
    ] = None
    title: Annotated[Text, Field(max_length=300, pattern=r"\S")] | SkipJsonSchema[None] = None


class ShoppingOrder(ShoppingFields):
    """What to shop for: a plan, recipes, a stored list or items; and what is at home."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = (self.meal_plan_id, self.recipe_ids, self.shopping_list_id, self.items)
        if sum(each is not None for each in given) != 1:
            raise ValueError("give exactly one of mealPlanId, recipeIds, shoppingListId and items")
        return self


class Quantity(Wire):
    """An amount, for programs and for people."""

    amount: float
    unit: Annotated[str, Field(description="g wherever it can be weighed, else as in the recipe")]
    display: str


class RecipeUse(Wire):
    """How much of a food a recipe needs."""

    recipe_id: str
    title: str
    display: Annotated[str, Field(description="As the recipe has it, scaled: 2 cloves")]
    grams: Annotated[
        float | SkipJsonSchema[None], Field(description="As a shop weighs it; absent: nobody knows")
    ] = None
    optional: bool = False


class Balance(Wire):
    """Of each food, bought + pantry = needed + leftover."""

    bought: Quantity
    pantry: Quantity
    needed: Quantity
    leftover: Quantity


class ListItem(Balance):
    """Something to buy."""

    name: str
    text: Annotated[str, Field(description="The whole line: 1 can (400 g) tomatoes")]
    amount: Annotated[float, Field(description="To buy, in `unit`")]
    unit: Annotated[str, Field(description="piece, g, kg, oz, lb, can, bunch, …")]
    size: Annotated[str | SkipJsonSchema[None], Field(description="Of a package: 400 g")] = None
    display: Annotated[str, Field(description="To buy, in words: 1 can (400 g)")]
    grams: Annotated[
        float | SkipJsonSchema[None], Field(description="To buy; absent: nobody knows what it weighs")
    ] = None
    for_recipes: list[RecipeUse] = []
    notes: Annotated[list[str], Field(description="What else there is to know at the shelf")] = []
    optional: Annotated[bool, Field(description="No recipe insists on it")] = False


class Section(Wire):
    """An aisle of the shop."""

    aisle: str
    items: list[ListItem]


class LeftOut(Wire):
    """Something that isn't bought."""

    name: str
    reason: str
    needed: Quantity | SkipJsonSchema[None] = None
    pantry: Quantity | SkipJsonSchema[None] = None
    leftover: Quantity | SkipJsonSchema[None] = None
    for_recipes: list[RecipeUse] = []


class Unmerged(Wire):
    """A line of the list that may be the same as another, and why they weren't added up."""

    name: str
    reason: str


class CookedRecipe(Wire):
    """A recipe that the list is for."""

    id: str
    title: str
    servings: Annotated[
        float | SkipJsonSchema[None], Field(description="All that is planned; absent: as the recipe is")
    ] = None


class ShoppingList(Wire):
    """What to buy, by aisle in the order of a walk through the shop."""

    title: str
    units: Literal["metric", "us"]
    sections: list[Section]
    total_items: int
    recipes: list[CookedRecipe] = []
    left_out: list[LeftOut] = []
    unmerged: list[Unmerged] = []
    unused_pantry: Annotated[
        list[str], Field(description="What is at home and nothing on this list needs")
    ] = []
    remarks: list[str] = []
