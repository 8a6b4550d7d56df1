"""`/recipes`: recipes by id and page by page; the application `home` serves these routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from pydantic import Field

from deployments.web import Db, Who, as_reader, needs
from lib.recipes import store
from lib.recipes.models import Recipe, RecipePage
from lib.search.filters import Limits, conditions
from lib.wire import Text

routes = APIRouter(prefix="/recipes", tags=["Recipes"], dependencies=[Depends(needs("read"))])


class RecipeQuery(Limits):
    """Which recipes, and which page of them."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[Text, Field(max_length=8000, description="nextCursor of the page before")] = ""


@routes.get("", response_model_exclude_none=True)
def list_recipes(db: Db, query: Annotated[RecipeQuery, Query()]) -> RecipePage:
    """Public recipes by title. Without `nextCursor` the page is the last one."""
    return store.page(db, conditions(query), query.limit, query.cursor)


@routes.get("/{id}", response_model_exclude_none=True)
def get_recipe(
    db: Db,
    id: Annotated[Text, Path(max_length=200)],  # noqa: A002
    who: Who,
) -> Recipe:
    """A whole recipe; one that isn't public only with a key of scope admin or its author's own."""
    return store.get(db, id, as_reader(who))
