"""`/ai`: recipes, articles, ideas and pictures, made here or by a model, and checked either way."""

import asyncio
import json
import logging
import queue
from collections.abc import AsyncIterator, Callable
from datetime import date
from typing import Annotated, Any, TypeVar

import numpy as np
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.responses import Response

from deployments import problems, vectors
from deployments.vectors import Encoder
from deployments.web import (
    UNBOUND,
    WRITE,
    Db,
    Key,
    Replica,
    SharedCache,
    Who,
    application,
    as_reader,
    create_app,
    needs,
    replica,
)
from lib import db, idempotency
from lib.ai import alike, blog, composer, pictures, recipes, suggestions, usage
from lib.ai.catalogue import choices, image_choices
from lib.ai.models import (
    BlogPost,
    BlogRequest,
    NewRecipesAnswer,
    RecipeRequest,
    Suggestions,
    SuggestionsRequest,
)
from lib.ai.money import Spender
from lib.ai.painting import Painter
from lib.ai.pictures import Studio
from lib.ai.picturing import Picture, PictureRequest
from lib.ai.provider import Door
from lib.ai.recipes import Recipes
from lib.ai.usage import UsageReport
from lib.cache import Cache
from lib.errors import Forbidden, MealPrepError, Unavailable
from lib.images.store import store
from lib.images.workers import Workers
from lib.keys import Caller
from lib.search import embedding
from lib.search.semantic import Searcher, SemanticHit

logger = logging.getLogger("mealprep.ai")

routes = APIRouter(prefix="/ai", tags=["AI"])
_MAY_READ = [Depends(needs("read"))]

A = TypeVar("A", bound=BaseModel)

_AT_ONCE = 64
_KEEP_ALIVE_S = 10.0
_LOOK_EVERY_S = 0.05


def service() -> "Ai":
    """What belongs to this replica; tests put their own here."""
    found: Ai = replica()
    return found


Service = Annotated["Ai", Depends(service)]
Accept = Annotated[str, Header(include_in_schema=False)]
_EVENTS = {
    "description": "Recipes; as server-sent events `progress`, `recipe`, `end` or `error` if asked for",
    "content": {"text/event-stream": {}},
}


@routes.post(
    "/recipes",
    dependencies=_MAY_READ,
    response_model=NewRecipesAnswer,
    response_model_exclude_none=True,
    responses={200: _EVENTS},
)
async def generate_recipes(
    request: Request,
    here: Service,
    who: Who,
    shared: SharedCache,
    body: RecipeRequest,
    key: Key = None,
    accept: Accept = "",
) -> NewRecipesAnswer | Response:
    """Recipes for a request, each proven to meet it; 422 says what conflicts when nothing does.

    With `save` they are kept, which needs a key that may write.
    """
    if body.save and not who.may("write"):
        raise Forbidden(f"To keep recipes needs a key with scope write; yours has {who.scope}.")
    if body.save and who.user_id is not None:
        raise Forbidden("What is kept is everybody's; your key is bound to one user.")
    asked = Recipes(body, Spender(who.key_id, "recipes"), here.door)
    if here.door is not None:
        asked.vector = await run_sync(_meaning, body, shared, here)
    if "text/event-stream" in accept:
        return StreamingResponse(
            _events(asked, who, key, request.url.path, here),
            media_type="text/event-stream",
            headers=_LIVE,
        )
    answer: NewRecipesAnswer = await here.run(_answered, asked, who, key)
    return answer


def _meaning(body: RecipeRequest, shared: Cache, here: "Ai") -> list[float] | None:
    """The vector of the dish's words; None where there are none, or nothing to make it."""
    said = alike.sentence(body)
    if said is None:
        return None
    try:
        return vectors.vector(shared, here.encode, said, embedding.model_name())
    except Unavailable:
        return None


def _answered(asked: Recipes, who: Caller, key: str | None) -> NewRecipesAnswer:
    """The answer, with what is to be kept; the same key gives the first answer again."""
    said = ["ai-recipes", asked.request.model_dump(mode="json")]
    save = recipes.save if asked.request.save else None
    return _once(who, key, said, NewRecipesAnswer, asked.answer, save)


def _once(
    who: Caller,
    key: str | None,
    said: object,
    kind: type[A],
    make: Callable[[], A],
    keep: Callable[[Session, A], None] | None = None,
) -> A:
    """What is made; the same key gives the first one again, also to two that come at once.

    A model may take minutes, in which no transaction is held.
    """
    if key is None:
        made = make()
        if keep is not None:
            with db.transaction() as session:
                keep(session, made)
        return made
    if (before := _known(who, key, said, kind)) is not None:
        return before
    with idempotency.alone(who.key_id, key):
        if (before := _known(who, key, said, kind)) is not None:
            return before
        made = make()

        def kept() -> A:
            if keep is not None:
                keep(session, made)
            return made

        with db.transaction() as session:
            return idempotency.once(session, who.key_id, key, said, kind, kept)


def _known(who: Caller, key: str, said: object, kind: type[A]) -> A | None:
    with db.transaction() as session:
        return idempotency.known(session, who.key_id, key, said, kind)


_LIVE = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def _events(
    asked: Recipes, who: Caller, key: str | None, path: str, here: "Ai"
) -> AsyncIterator[str]:
    """Progress, each recipe as soon as it is proven, and the end; nothing leaves unexamined."""
    told: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    asked.progress = lambda stage, number: told.put(("progress", {"stage": stage, "number": number}))
    asked.found = lambda recipe: told.put(("recipe", recipe.model_dump(mode="json", exclude_none=True)))
    work = asyncio.ensure_future(here.run(_answered, asked, who, key))
    quiet, sent = 0.0, 0
    yield ": here\n\n"
    while not (work.done() and told.empty()):
        if told.empty():
            await asyncio.sleep(_LOOK_EVERY_S)
            quiet += _LOOK_EVERY_S
            if quiet >= _KEEP_ALIVE_S:
                quiet = 0.0
                yield ": still here\n\n"
            continue
        quiet = 0.0
        event, data = told.get()
        sent += event == "recipe"
        yield _event(event, data)
    try:
        answer = work.result()
    except MealPrepError as error:
        problem = problems.of(error, path)
        yield _event("error", problem.model_dump(mode="json", exclude_none=True))
        return
    except SQLAlchemyError as error:
        logger.warning("The database failed a stream", extra={"error": repr(error)})
        problem = problems.of(Unavailable("The database is not answering.", 2), path)
        yield _event("error", problem.model_dump(mode="json", exclude_none=True))
        return
    for each in answer.recipes[sent:]:  # of an answer given again
        yield _event("recipe", each.model_dump(mode="json", exclude_none=True))
    yield _event("end", answer.model_dump(mode="json", exclude_none=True, exclude={"recipes"}))


def _event(name: str, data: object) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


@routes.post("/blog", dependencies=_MAY_READ, response_model_exclude_none=True)
async def write_blog_post(here: Service, who: Who, body: BlogRequest) -> BlogPost:
    """An article from the book's own facts, with links to its recipes."""
    post: BlogPost = await here.run(blog.post, body, Spender(who.key_id, "blog"), here.door)
    return post


@routes.post("/suggestions", dependencies=_MAY_READ, response_model_exclude_none=True)
async def suggest(here: Service, who: Who, shared: SharedCache, body: SuggestionsRequest) -> Suggestions:
    """Ideas for what somebody feels like: recipes that search finds, or that can be made to fit.

    With a model it chooses among them and words why; titles, times and diets stay the data's.
    """
    spender = Spender(who.key_id, "suggestions")
    if here.door is not None:
        known: Suggestions | None = await here.run(suggestions.known, body, spender)
        if known is not None:
            return known
    hits = await run_sync(_hits, body, shared, here)
    found: Suggestions = await here.run(suggestions.answer, body, hits, spender, here.door)
    return found


def _hits(body: SuggestionsRequest, shared: Cache, here: "Ai") -> list[SemanticHit]:
    """What search finds for it; nothing where nothing can make the vector."""
    request = here.searcher.read(body.query)
    most = suggestions.sought(body, here.door)
    with db.reading() as session:
        model = here.searcher.model(session)
        try:
            vector = vectors.vector(shared, here.encode, request.sentence, model)
        except Unavailable:
            return []
        near = np.asarray(vector, dtype=np.float32)
        found = here.searcher.search(session, request, near, model, suggestions.filters(body), most, 0)
        return found.results


@routes.post("/images", dependencies=WRITE, response_model_exclude_none=True)
async def make_picture(here: Service, who: Who, body: PictureRequest, key: Key = None) -> Picture:
    """A picture of a dish, in three sizes: a model's where there is one, else a card that is drawn.

    Its alternative text comes with it; how it came to be is also written in its files, as IPTC has it.
    """
    made: Picture = await here.run(_pictured, here.studio, body, who, key)
    return made


def _pictured(studio: Studio, request: PictureRequest, who: Caller, key: str | None) -> Picture:
    """The picture; the same key gives the first one again."""

    def make() -> Picture:
        with db.transaction() as session:
            subject = pictures.dish(session, request, as_reader(who))
        return studio.picture(subject, request, Spender(who.key_id, "images"))

    return _once(who, key, ["ai-images", request.model_dump(mode="json")], Picture, make)


@routes.get("/usage", dependencies=[*_MAY_READ, *UNBOUND], response_model_exclude_none=True)
def get_usage(
    database: Db,
    first: Annotated[date | SkipJsonSchema[None], Query(alias="from")] = None,
    last: Annotated[date | SkipJsonSchema[None], Query(alias="to")] = None,
) -> UsageReport:
    """What was asked and what it cost, and this month's budget."""
    return usage.report(database, first, last)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Ai(Replica):
    """A replica of this service: the book in memory, and the door to models where there is one."""

    def __init__(self) -> None:
        self.searcher = Searcher()
        self.encode = Encoder().encode
        self.door = Door(choices()) if choices() else None
        painter = Painter(image_choices()) if image_choices() else None
        self.studio = Studio(Workers(1), store(), painter)
        self._threads: CapacityLimiter | None = None
        composer.warm_up()
        self._warm_up()

    def _warm_up(self) -> None:
        """Read the index, for which else the first who wants suggestions would wait."""
        try:
            with db.reading() as session:
                self.searcher.catalogue.update(session)
        except (SQLAlchemyError, Unavailable) as error:
            logger.warning("Not warmed up", extra={"error": repr(error)})

    async def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """Do it in a thread: of those for everybody, or, where it may wait for a model, of others."""
        if self.door is None and self.studio.painter is None:
            return await run_sync(work, *args)
        self._threads = self._threads or CapacityLimiter(_AT_ONCE)
        return await run_sync(work, *args, limiter=self._threads)

    def __del__(self) -> None:
        self.studio.workers.close()


app = application(api, Ai)
