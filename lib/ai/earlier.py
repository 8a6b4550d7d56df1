"""Answers of models, given again to the same request while what they follow from is the same."""

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from lib import db
from lib.ai import prompts
from lib.ai.catalogue import choices, image_choices
from lib.ai.models import (
    BlogPost,
    BlogRequest,
    NewRecipesAnswer,
    RecipeRequest,
    Suggestions,
    SuggestionsRequest,
)
from lib.ai.picturing import Dish, Picture, PictureRequest
from lib.ledger.pruning import Rows
from lib.nutrition.labels import rules_sha256
from lib.settings import settings
from lib.tables import ai_answers

logger = logging.getLogger("mealprep.ai")
A = TypeVar("A", bound=BaseModel)

OLD = (Rows("aiAnswers", ai_answers, "created_at"),)
"""What of it may be forgotten."""


def recipes(request: RecipeRequest) -> NewRecipesAnswer | None:
    """The answer that this request had before."""
    return _get(_key("recipes", request), NewRecipesAnswer)


def blog(request: BlogRequest) -> BlogPost | None:
    """The article that this request had before."""
    return _get(_key("blog", request), BlogPost)


def suggestions(request: SuggestionsRequest) -> Suggestions | None:
    """The ideas that this request had before."""
    return _get(_key("suggestions", request), Suggestions)


def picture(subject: Dish, request: PictureRequest) -> Picture | None:
    """The picture that the same dish had before, as it is now."""
    return _get(_picture_key(subject, request), Picture)


def keep_picture(subject: Dish, request: PictureRequest, answer: Picture) -> None:
    """Remember the picture; without a database it is forgotten."""
    _keep(_picture_key(subject, request), answer)


def keep(request: RecipeRequest | BlogRequest | SuggestionsRequest, answer: BaseModel) -> None:
    """Remember the answer; without a database it is forgotten."""
    kind = {RecipeRequest: "recipes", BlogRequest: "blog", SuggestionsRequest: "suggestions"}[
        type(request)
    ]
    _keep(_key(kind, request), answer)


def _keep(key: str, answer: BaseModel) -> None:
    row = {
        "key": key,
        "answer": answer.model_dump(mode="json"),
        "created_at": datetime.now(UTC),
    }
    statement = insert(ai_answers).values(row)
    try:
        with db.transaction() as session:
            changed = {"answer": statement.excluded.answer, "created_at": statement.excluded.created_at}
            session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed))
    except SQLAlchemyError as error:
        logger.warning("An answer isn't remembered", extra={"error": repr(error)})


def _get(key: str, kind: type[A]) -> A | None:
    since = datetime.now(UTC) - timedelta(seconds=settings().ai_cache_ttl_s)
    try:
        with db.transaction() as session:
            query = select(ai_answers.c.answer).where(
                ai_answers.c.key == key, ai_answers.c.created_at > since
            )
            found = session.scalar(query)
    except SQLAlchemyError as error:
        logger.warning("Earlier answers can't be read", extra={"error": repr(error)})
        return None
    if found is None:
        return None
    try:
        return kind.model_validate(found)
    except ValidationError:  # of an older version of ours
        return None


def _key(kind: str, request: BaseModel) -> str:
    """Hash of the request as it is meant, of the models, the prompts and the rules.

    What callers write in another order or case, or whether they keep the recipe, makes no difference.
    """
    return _hashed(kind, request.model_dump(mode="json", exclude={"save"}))


def _picture_key(subject: Dish, request: PictureRequest) -> str:
    said = request.model_dump(mode="json", include={"style", "format"}) | subject.model_dump(mode="json")
    return _hashed("picture", said | {"size": "{}x{}".format(*request.box)})


def _hashed(kind: str, said: dict[str, Any]) -> str:
    for name, value in said.items():
        if isinstance(value, list):
            said[name] = sorted(str(each).strip().lower() for each in value)
        elif isinstance(value, str):
            said[name] = " ".join(value.lower().split())
    asked = [f"{each.base_url}/{each.model}" for each in (*choices(), *image_choices())]
    told = json.dumps([kind, said, asked, prompts.sha256(), rules_sha256()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
