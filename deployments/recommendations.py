"""`/recommendations`: what to cook next; the application `home` serves these routes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from deployments.web import Db, Who, needs
from lib.errors import NotFound
from lib.recommendations import personal, similar
from lib.recommendations.answers import SimilarAnswer, UserAnswer
from lib.wire import Text

routes = APIRouter(
    prefix="/recommendations", tags=["Recommendations"], dependencies=[Depends(needs("read"))]
)

Id = Annotated[Text, Path(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=50)]


@routes.get("/user/{id}", response_model_exclude_none=True)
def recommend_to_user(db: Db, who: Who, id: Id, limit: Limit = 10) -> UserAnswer:  # noqa: A002
    """Public recipes for a person, with the reason for each.

    Dietary restrictions and allergens of the person's preferences hold for every recipe; where no recipe
    is known to meet them, `results` is empty. Cuisines and skill level only weigh. What the person wrote
    or planned within two weeks isn't repeated.
    """
    if not who.may_see(id):
        raise NotFound(personal.NOBODY)
    return personal.for_user(db, id, limit)


@routes.get("/recipe/{id}", response_model_exclude_none=True)
def recommend_like_recipe(db: Db, id: Id, limit: Limit = 10) -> SimilarAnswer:  # noqa: A002
    """Public recipes like a public one in taste and make-up, no dish twice."""
    return similar.similar(db, id, limit)
