"""What every Serve module builds on: the app factory, the dependencies, the replica."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import lru_cache
from importlib.metadata import version
from typing import Annotated, Any

from anyio._backends._asyncio import _root_task
from anyio.to_thread import run_sync
from cachetools import TTLCache
from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response, Security
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic.json_schema import SkipJsonSchema
from ray import serve
from ray.serve import metrics
from ray.serve.exceptions import RayServeException
from sqlalchemy.orm import Session
from starlette.middleware import Middleware

from deployments import problems
from deployments.middleware import BodyLimit, InFlightLimit, KeyFirst, RequestContext
from lib import db, keys, logs
from lib.cache import Cache, cache
from lib.errors import Forbidden, Unauthenticated
from lib.keys import Caller, Scope
from lib.ledger.jobs import Job
from lib.recipes.readers import Reader
from lib.settings import settings
from lib.wire import Text

VERSION = version("mealprep360-compute")
KEY_CACHE_S = 10
"""Seconds for which a key that was checked isn't checked again: so long a revoked one may live on."""

_HEALTH_TIMEOUT_S = 10

_NO_KEY = "Send an API key as `Authorization: Bearer …`."
_bearer = HTTPBearer(
    scheme_name="apiKey",
    description="An API key: `make up` prints the first one, `mealprep keys create` makes more.",
    auto_error=False,
)
_checked: TTLCache[bytes, Caller] = TTLCache(10_000, KEY_CACHE_S)


def session() -> Iterator[Session]:
    """A transaction that commits before the response leaves."""
    with db.transaction() as current:
        yield current


async def shared_cache() -> Cache:
    """The process's cache; asynchronous, since a thread would take longer to be had."""
    return cache()


Db = Annotated[Session, Depends(session, scope="function")]
SharedCache = Annotated[Cache, Depends(shared_cache)]


async def caller(
    request: Request,
    _documented: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    """Who is calling; `KeyFirst` has checked the key."""
    known: Caller | None = getattr(request.state, "caller", None)
    if known is None:
        raise Unauthenticated(_NO_KEY)
    return known


async def authenticate(header: str) -> Caller:
    """Who holds the key in an `Authorization` header.

    Raises:
        Unauthenticated: nobody.
    """
    scheme, _, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated(_NO_KEY)
    digest = hashlib.sha256(token.encode(errors="replace")).digest()
    known = _checked.get(digest)
    if known is None:
        known = await run_sync(_verify, token)
        _checked[digest] = known
    return known


def _verify(token: str) -> Caller:
    with db.transaction() as current:
        return keys.verify(current, token)


def needs(scope: Scope) -> Callable[[Caller], Caller]:
    """A dependency: the caller, whose key must have that scope."""

    async def checked(who: Annotated[Caller, Depends(caller)]) -> Caller:
        if not who.may(scope):
            raise Forbidden(f"This needs a key with scope {scope}; yours has {who.scope}.")
        return who

    return checked  # type: ignore[return-value]


async def unbound(who: Annotated[Caller, Depends(caller)]) -> None:
    """A dependency that refuses keys that are bound to a user: what it guards is about everybody."""
    if who.user_id is not None:
        raise Forbidden("This is about everybody; your key may see one user's own rows alone.")


def as_reader(who: Caller) -> Reader:
    """As whom the caller reads recipes: an admin all of them."""
    return Reader(who.user_id, private=who.may("admin"))


Who = Annotated[Caller, Depends(caller)]
WRITE, ADMIN = [Depends(needs("write"))], [Depends(needs("admin"))]
UNBOUND = [Depends(unbound)]
"""What a route wants of keys beside what its router does."""

Key = Annotated[
    Text | SkipJsonSchema[None],
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="Names this request: sent again, it has its first answer again and no other effect",
    ),
]


def accepted_job(job: Job) -> Response:
    """202 with a job that was asked for, and where it is."""
    body = job.model_dump_json(exclude_none=True)
    where = {"Location": f"/jobs/{job.id}"}
    return Response(body, 202, where, media_type="application/json")


@asynccontextmanager
async def _threads_kept(_app: FastAPI) -> AsyncIterator[None]:
    """Have threads outlive the requests that they were started for.

    anyio ends a thread with the task that it takes for the loop's main one. In a replica nothing tells
    it which that is, so it takes the request's, and each would start and end a thread of its own.
    """
    _root_task.set(asyncio.current_task())
    yield


def create_app(
    *routers: APIRouter,
    public: frozenset[str] = frozenset(),
    exempt: frozenset[str] = frozenset(),
    max_body_bytes: int | None = None,
) -> FastAPI:
    """A FastAPI app with those routes and everything that all our apps share.

    Args:
        routers: routes with whole paths, which lie under the application's route prefix, each router
            with `dependencies=[Depends(needs(...))]` unless its paths are public.
        public: paths that need no key; one that ends in "/" stands for all below it.
        exempt: paths that are answered even when too much else is going on.
        max_body_bytes: largest body, instead of the setting for JSON.
    """
    served = _in_replica()
    config = settings()
    logs.configure(config.log_level)
    app = FastAPI(
        title="MealPrep360 Compute",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        lifespan=_threads_kept,
        middleware=[
            Middleware(RequestContext, observe=_observe if served else _ignore, send_id=not served),
            Middleware(KeyFirst, authenticate=authenticate, public=public),
            Middleware(InFlightLimit, limit=config.max_in_flight, exempt=exempt),
            Middleware(BodyLimit, limit=max_body_bytes or config.max_body_bytes),
        ],
    )
    problems.install(app)
    for router in routers:
        app.include_router(router)
    return app


def openapi(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document, in which every operation may answer with a problem."""
    document = get_openapi(title=app.title, version=app.version, routes=app.routes)
    problem = {
        "description": "A problem",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = problem
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= problems.openapi_components()
    return document


@lru_cache
def _instruments() -> tuple[metrics.Counter, metrics.Histogram]:
    tags = ("path", "method", "status")
    return (
        metrics.Counter("mealprep_http_requests", "HTTP requests by route.", tag_keys=tags),
        metrics.Histogram(
            "mealprep_http_request_ms",
            "Milliseconds from the first byte of a request to the last of its answer.",
            boundaries=[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000],
            tag_keys=("path", "method"),
        ),
    )


def _observe(path: str, method: str, status: int, seconds: float) -> None:
    requests, duration = _instruments()
    requests.inc(tags={"path": path, "method": method, "status": str(status)})
    duration.observe(max(seconds * 1000, 0.001), tags={"path": path, "method": method})


def _ignore(_path: str, _method: str, _status: int, _seconds: float) -> None:
    """Without Serve there is nobody to give metrics to."""


def _in_replica() -> bool:
    try:
        serve.get_replica_context()
    except RayServeException:
        return False
    return True


class Replica:
    """One process of a service.

    Its health says whether a restart would help: it fails when the event loop or the threads are stuck.
    A database that is down is no reason to restart; `/ready` tells of it.
    """

    async def check_health(self) -> None:
        """Raise unless a thread of the pool, which every blocking route needs, can be had."""
        async with asyncio.timeout(_HEALTH_TIMEOUT_S):
            await run_sync(int)


def application(
    api: Callable[[], FastAPI], service: type[Replica], *parts: serve.Application
) -> serve.Application:
    """The Serve application of that API.

    Args:
        api: builds the app in each replica.
        service: what belongs to a replica; its name is the deployment's.
        parts: other deployments, whose handles the service's constructor gets.
    """
    return serve.deployment(serve.ingress(api)(service)).bind(*parts)


def replica() -> Any:
    """The service object of the replica that this runs in."""
    return serve.get_replica_context().servable_object
