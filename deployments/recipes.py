"""`/recipes`: recipes by id and page by page; the application `home` serves these routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic.json_schema import SkipJsonSchema

from deployments.web import Db, needs
from lib.nutrition.labels import Diet
from lib.recipes import store
from lib.recipes.draft import Difficulty, MealType, Season
from lib.recipes.models import Recipe, RecipePage
from lib.search.filters import Filters, Name, conditions
from lib.wire import Text

routes = APIRouter(prefix="/recipes", tags=["Recipes"], dependencies=[Depends(needs("read"))])


@routes.get("", response_model_exclude_none=True)
def list_recipes(
    db: Db,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Text, Query(max_length=200, description="nextCursor of the page before")] = "",
    cuisine: Annotated[list[Name], Query()] = [],
    meal_type: Annotated[list[MealType], Query(alias="mealType")] = [],
    season: Annotated[list[Season], Query()] = [],
    difficulty: Annotated[list[Difficulty], Query()] = [],
    diets: Annotated[list[Diet], Query()] = [],
    max_total_minutes: Annotated[
        int | SkipJsonSchema[None], Query(alias="maxTotalMinutes", ge=1, le=100_000)
    ] = None,
) -> RecipePage:
    """Public recipes by title. Without `nextCursor` the page is the last one."""
    filters = Filters(
        cuisine=cuisine,
        meal_type=meal_type,
        season=season,
        difficulty=difficulty,
        diets=diets,
        max_total_minutes=max_total_minutes,
    )
    return store.page(db, conditions(filters), limit, cursor)


@routes.get("/{id}", response_model_exclude_none=True)
def get_recipe(db: Db, id: Annotated[Text, Path(max_length=200)]) -> Recipe:  # noqa: A002
    """A whole recipe."""
    return store.get(db, id)
