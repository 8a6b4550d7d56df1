"""`/search`: recipes by words and meaning, and by what is at hand.

The indexer is a deployment of its own.
"""

import logging
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from time import monotonic, perf_counter
from typing import Annotated

import numpy as np
from fastapi import APIRouter, Depends, FastAPI
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from ray import serve
from ray.serve.handle import DeploymentHandle
from sqlalchemy.exc import SQLAlchemyError

from deployments import vectors
from deployments.vectors import Encoder
from deployments.web import Replica, SharedCache, application, create_app, needs, replica
from lib import db, logs
from lib.errors import Unavailable
from lib.nutrition import store
from lib.search import by_ingredients, index, versions
from lib.search.by_ingredients import IngredientAnswer
from lib.search.embedding import Embedder, ModelUnusable, Vectors, model_name, processor_threads
from lib.search.filters import Filters, Name
from lib.search.semantic import Searcher, SemanticAnswer
from lib.search.versions import Writes
from lib.settings import settings
from lib.wire import Text, Wire

logger = logging.getLogger("mealprep.search")

routes = APIRouter(prefix="/search", tags=["Search"], dependencies=[Depends(needs("read"))])

# Write counters get lost when PostgreSQL crashes, so now and then they are not relied on.
_FULL_SCAN_S = 600
_LONGEST_EMBEDDING_S = 5


async def service() -> "Search":
    """What belongs to this replica; tests put their own here."""
    found: Search = replica()
    return found


Service = Annotated["Search", Depends(service)]
Limit = Annotated[int, Field(ge=1, le=100)]
Offset = Annotated[int, Field(ge=0, le=10_000)]


class SemanticQuery(Wire):
    """What to look for."""

    query: Annotated[
        Text,
        Field(
            min_length=1,
            max_length=500,
            pattern=r"\S",
            examples=["something warm with lentils, no dairy, under 45 minutes"],
        ),
    ]
    limit: Limit = 10
    offset: Offset = 0
    filters: Filters = Filters()


class IngredientsQuery(Wire):
    """What is at hand."""

    have: Annotated[list[Name], Field(min_length=1, max_length=50, examples=[["chickpeas", "spinach"]])]
    limit: Limit = 10
    offset: Offset = 0
    max_missing: Annotated[
        int | SkipJsonSchema[None], Field(ge=0, le=100, description="Leave out what lacks more")
    ] = None
    assume_pantry: Annotated[
        bool, Field(description="Whether salt, oil, flour, sugar and spices are there")
    ] = True
    filters: Filters = Filters()


@routes.post("/semantic", response_model_exclude_none=True)
def search_semantic(body: SemanticQuery, shared: SharedCache, here: Service) -> SemanticAnswer:
    """The recipes that fit the request best, by words and by meaning.

    What the request demands ("no nuts", "vegan", "under 30 minutes") is read out of it and holds for
    every result, as the filters do.
    """
    started = perf_counter()
    request = here.searcher.read(body.query)
    with db.reading() as reads:
        model = here.searcher.model(reads)
        embed = partial(vectors.vector, shared, here.encode, request.sentence, model)
        vector = here.threads.submit(copy_context().run, embed)
        found = here.searcher.look_up(reads, request, body.filters)  # meanwhile, on another core
        near = np.asarray(_in_time(vector), dtype=np.float32)
        answer = here.searcher.answer(reads, found, near, model, body.limit, body.offset)
    return answer.model_copy(update={"took_ms": _since(started)})


def _in_time(vector: Future[list[float]]) -> list[float]:
    try:
        return vector.result(_LONGEST_EMBEDDING_S)
    except TimeoutError:
        vector.cancel()
        raise Unavailable("The embedding model is not answering.", 2) from None


@routes.post("/by-ingredients", response_model_exclude_none=True)
def search_by_ingredients(body: IngredientsQuery, here: Service) -> IngredientAnswer:
    """What can be cooked with what is there; says what is used, what stands in, and what is missing."""
    started = perf_counter()
    with db.reading() as reads:
        answer = by_ingredients.search(
            reads,
            here.searcher.catalogue,
            body.have,
            body.filters,
            max_missing=body.max_missing,
            pantry=body.assume_pantry,
            limit=body.limit,
            offset=body.offset,
        )
    return answer.model_copy(update={"took_ms": _since(started)})


def _since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Search(Replica):
    """A replica of this service.

    Args:
        indexer: keeps the index in step; nothing is asked of it here.
    """

    def __init__(self, indexer: DeploymentHandle) -> None:
        self.encode = Encoder().encode
        self.threads = ThreadPoolExecutor(processor_threads(), "embedding")
        self.searcher = Searcher()
        self._indexer = indexer
        self._warm_up()

    def _warm_up(self) -> None:
        """Search once, so that no caller waits for what is read but once."""
        request = self.searcher.read("warmng soup without milk")  # the typo has the vocabulary read
        try:
            with db.reading() as session:
                model = self.searcher.model(session)
                vector = np.asarray(self.encode(request.sentence, model), dtype=np.float32)
                self.searcher.search(session, request, vector, model, Filters(), 1, 0)
        except (SQLAlchemyError, Unavailable) as error:
            logger.warning("Not warmed up", extra={"error": repr(error)})


class Indexer:
    """Seeks new and changed recipes, whoever wrote them, and indexes them."""

    def __init__(self) -> None:
        logs.configure(settings().log_level)
        self._model: Embedder | None = None
        self._stop = threading.Event()
        self._last_round = monotonic()
        self._thread = threading.Thread(target=self._follow, name="indexer", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        seen: Writes | None = None
        since = ""
        full_scan_at = 0.0
        while not self._stop.is_set():
            try:
                with db.transaction() as session:
                    writes, horizon = versions.writes(session), versions.horizon(session)
                # Deleted rows leave no trace but in the counter.
                everything = (
                    seen is None or writes.deletes != seen.deletes or monotonic() >= full_scan_at
                )
                if everything:
                    self._refresh(None)
                    full_scan_at = monotonic() + _FULL_SCAN_S
                elif seen is not None and writes.changes != seen.changes:
                    self._refresh(since)
                seen, since = writes, horizon
            except (SQLAlchemyError, Unavailable, ModelUnusable) as error:
                logger.warning("Indexing failed; trying again", extra={"error": repr(error)})
            self._progressed(0)
            self._stop.wait(settings().index_poll_s)

    def _refresh(self, since: str | None) -> None:
        sessions = db.background_sessions()
        ids = None
        if since is not None:
            with sessions.begin() as session:
                ids = versions.touched(session, since)
        done = index.refresh(sessions, self._encode, model_name(), ids=ids, on_progress=self._progressed)
        if any(vars(done).values()):
            logger.info("indexed", extra=vars(done))
        if foods := store.embed_missing(sessions, self._encode, model_name()):
            logger.info("embedded", extra={"foods": foods})

    def _encode(self, sentences: list[str]) -> Vectors:
        # Loaded when there is something to embed, which most of the time there isn't.
        self._model = self._model or Embedder()
        return self._model.encode(sentences)

    def _progressed(self, _recipes: int) -> None:
        self._last_round = monotonic()

    async def check_health(self) -> None:
        """Raise when the thread has died or has been stuck for minutes."""
        silent_s = monotonic() - self._last_round
        if not self._thread.is_alive() or silent_s > settings().index_poll_s + 120:
            raise RuntimeError(f"no progress for {silent_s:.0f} s")

    def __del__(self) -> None:
        self._stop.set()


app = application(api, Search, serve.deployment(Indexer).bind())
