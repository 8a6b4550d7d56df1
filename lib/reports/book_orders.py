"""Which recipes a book is made of."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic.json_schema import SkipJsonSchema

from lib.reports.plan_orders import Id
from lib.wire import Text, Wire

MOST_RECIPES = 1000

Title = Annotated[Text, StringConstraints(max_length=300, pattern=r"\S")]


class BookFields(Wire):
    """What is said of a recipe book."""

    user_id: Id | SkipJsonSchema[None] = None
    recipe_ids: (
        Annotated[list[Id], Field(min_length=1, max_length=MOST_RECIPES)] | SkipJsonSchema[None]
    ) = None
    title: Title | SkipJsonSchema[None] = None


class BookOrder(BookFields):
    """A user's recipes, those in their plans included, or recipes by id."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.user_id is None) == (self.recipe_ids is None):
            raise ValueError("give userId or recipeIds")
        return self
