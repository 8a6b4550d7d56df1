"""Answers of models, given again to the same request while what they follow from is the same.

A request for recipes also has the answer to one that demands the very same and names the dish in other
words, where the words' vectors are as near as the setting says.
"""

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from lib import db
from lib.ai import prompts
from lib.ai.alike import Wording, meant, tidy
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


def recipes(request: RecipeRequest, wording: Wording | None = None) -> NewRecipesAnswer | None:
    """The answer that this request had before, or one in other words; its notes then say so."""
    found = _get(_by(_key("recipes", request)), NewRecipesAnswer)
    if found is None and wording is not None:
        found = _get(_near(wording), NewRecipesAnswer)
        if found is not None:
            found.notes.append("An earlier answer to a request for the same in nearly the same words.")
    return found


def blog(request: BlogRequest) -> BlogPost | None:
    """The article that this request had before."""
    return _get(_by(_key("blog", request)), BlogPost)


def suggestions(request: SuggestionsRequest) -> Suggestions | None:
    """The ideas that this request had before."""
    return _get(_by(_key("suggestions", request)), Suggestions)


def picture(subject: Dish, request: PictureRequest) -> Picture | None:
    """The picture that the same dish had before, as it is now."""
    return _get(_by(_picture_key(subject, request)), Picture)


def keep_picture(subject: Dish, request: PictureRequest, answer: Picture) -> None:
    """Remember the picture; without a database it is forgotten."""
    _keep(_picture_key(subject, request), answer)


def keep(
    request: RecipeRequest | BlogRequest | SuggestionsRequest,
    answer: BaseModel,
    wording: Wording | None = None,
) -> None:
    """Remember the answer, for others' wording too where one is given; not without a database."""
    kind = {RecipeRequest: "recipes", BlogRequest: "blog", SuggestionsRequest: "suggestions"}[
        type(request)
    ]
    _keep(_key(kind, request), answer, wording)


def _keep(key: str, answer: BaseModel, wording: Wording | None = None) -> None:
    row = {
        "key": key,
        "answer": answer.model_dump(mode="json"),
        "created_at": datetime.now(UTC),
        "demands": _sha256(wording.demands) if wording else None,
        "model": wording.model if wording else None,
        "embedding": wording.vector if wording else None,
    }
    statement = insert(ai_answers).values(row)
    try:
        with db.transaction() as session:
            changed = {name: statement.excluded[name] for name in row if name != "key"}
            session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed))
    except SQLAlchemyError as error:
        logger.warning("An answer isn't remembered", extra={"error": repr(error)})


def _by(key: str) -> Select[tuple[object]]:
    return select(ai_answers.c.answer).where(ai_answers.c.key == key)


def _near(wording: Wording) -> Select[tuple[object]]:
    """The nearest answer to a request with the same demands, unless none is near enough."""
    away = ai_answers.c.embedding.cosine_distance(wording.vector)
    return (
        select(ai_answers.c.answer)
        .where(
            ai_answers.c.demands == _sha256(wording.demands),
            ai_answers.c.model == wording.model,
            away <= 1 - settings().ai_nearness,
        )
        .order_by(away)
    )


def _get(query: Select[tuple[object]], kind: type[A]) -> A | None:
    since = datetime.now(UTC) - timedelta(seconds=settings().ai_cache_ttl_s)
    try:
        with db.transaction() as session:
            found = session.scalar(query.where(ai_answers.c.created_at > since).limit(1))
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
    return _sha256([kind, meant(request)])


def _picture_key(subject: Dish, request: PictureRequest) -> str:
    said = request.model_dump(mode="json", include={"style", "format"}) | subject.model_dump(mode="json")
    return _sha256(["picture", tidy(said) | {"size": "{}x{}".format(*request.box)}])


def _sha256(said: object) -> str:
    """Hash of what is asked, and of all else that an answer follows from."""
    asked = [f"{each.base_url}/{each.model}" for each in (*choices(), *image_choices())]
    told = json.dumps([said, asked, prompts.sha256(), rules_sha256()], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
