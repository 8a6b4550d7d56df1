"""`/search`: recipes by meaning. The embedder and the indexer are deployments of their own."""

import logging
import threading
from time import monotonic, perf_counter
from typing import Annotated

import numpy as np
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI
from pydantic import Field
from ray import serve
from ray.serve.handle import DeploymentHandle
from sqlalchemy.exc import SQLAlchemyError

from deployments import vectors
from deployments.vectors import EmbedderClient, Encode
from deployments.web import Db, Replica, SharedCache, application, create_app, needs, replica
from lib import db, logs
from lib.errors import Unavailable
from lib.nutrition import store
from lib.search import index, semantic
from lib.search.embedding import Embedder as Model
from lib.search.embedding import Vectors, model_name
from lib.search.filters import Filters
from lib.search.semantic import SemanticAnswer
from lib.settings import settings
from lib.wire import Text, Wire

logger = logging.getLogger("mealprep.search")

routes = APIRouter(prefix="/search", tags=["Search"], dependencies=[Depends(needs("read"))])

# Write counters get lost when PostgreSQL crashes, so now and then they are not relied on.
_FULL_SCAN_S = 600


def encode() -> Encode:
    """Turns a sentence into its vector; tests put their own here."""
    service: Search = replica()
    return service.encode


class SemanticQuery(Wire):
    """What to look for."""

    query: Annotated[
        Text,
        Field(min_length=1, max_length=500, pattern=r"\S", examples=["something warm with lentils"]),
    ]
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    offset: Annotated[int, Field(ge=0, le=10_000)] = 0
    filters: Filters = Filters()


@routes.post("/semantic", response_model_exclude_none=True)
async def search_semantic(
    body: SemanticQuery, db: Db, shared: SharedCache, encode: Annotated[Encode, Depends(encode)]
) -> SemanticAnswer:
    """The recipes that come closest in meaning to the query, among those that meet the filters."""
    started = perf_counter()
    vector = await vectors.vector(shared, encode, body.query)
    answer = await run_sync(
        semantic.search,
        db,
        body.query,
        np.asarray(vector, dtype=np.float32),
        body.filters,
        body.limit,
        body.offset,
    )
    return answer.model_copy(update={"took_ms": round((perf_counter() - started) * 1000, 2)})


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Search(Replica):
    """A replica of this service.

    Args:
        embedder: turns queries into vectors.
        indexer: keeps the index in step; nothing is asked of it here.
    """

    def __init__(self, embedder: DeploymentHandle, indexer: DeploymentHandle) -> None:
        model_name()  # hashes the weights once, before the first request
        self.encode = EmbedderClient(embedder).encode
        self._indexer = indexer


class Embedder:
    """Turns sentences into vectors, several callers' at once."""

    def __init__(self) -> None:
        logs.configure(settings().log_level)
        self._model = Model()
        self._model.encode(["warm up"])

    @serve.batch(max_batch_size=16, batch_wait_timeout_s=0.001)  # type: ignore[untyped-decorator]
    async def encode(self, sentences: list[str]) -> list[list[float]]:
        """One vector of 384 numbers per sentence."""
        vectors = await run_sync(self._model.encode, sentences)
        return vectors.tolist()  # type: ignore[no-any-return]

    async def check_health(self) -> None:
        """Raise unless the model makes a vector of length 1."""
        vectors = await run_sync(self._model.encode, ["are you well?"])
        if not abs(float(np.linalg.norm(vectors[0])) - 1) < 0.01:
            raise RuntimeError("the model makes no sensible vector")


class Indexer:
    """Seeks new and changed recipes, whoever wrote them, and indexes them."""

    def __init__(self) -> None:
        logs.configure(settings().log_level)
        self._model: Model | None = None
        self._stop = threading.Event()
        self._last_round = monotonic()
        self._thread = threading.Thread(target=self._follow, name="indexer", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        seen: int | None = None
        full_scan_at = 0.0
        while not self._stop.is_set():
            try:
                with db.transaction() as session:
                    writes = index.writes(session)
                if writes != seen or monotonic() >= full_scan_at:
                    self._refresh()
                    seen, full_scan_at = writes, monotonic() + _FULL_SCAN_S
            except (SQLAlchemyError, Unavailable) as error:
                logger.warning("Indexing failed; trying again", extra={"error": repr(error)})
            self._progressed(0)
            self._stop.wait(settings().index_poll_s)

    def _refresh(self) -> None:
        sessions = db.background_sessions()
        done = index.refresh(sessions, self._encode, model_name(), on_progress=self._progressed)
        if any(vars(done).values()):
            logger.info("indexed", extra=vars(done))
        if foods := store.embed_missing(sessions, self._encode, model_name()):
            logger.info("embedded", extra={"foods": foods})

    def _encode(self, sentences: list[str]) -> Vectors:
        # Loaded when there is something to embed, which most of the time there isn't.
        self._model = self._model or Model()
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


app = application(api, Search, serve.deployment(Embedder).bind(), serve.deployment(Indexer).bind())
