"""`/`: the page for people, the documentation of every service, health and readiness."""

import asyncio
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from string import Template
from time import monotonic
from typing import Annotated, Literal, TypeVar

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse
from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.schema import ApplicationStatus, ApplicationStatusOverview
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from deployments import recipes, recommendations
from deployments.web import Replica, application, create_app
from lib import db
from lib.errors import MealPrepError
from lib.settings import ROOT, settings
from lib.wire import Wire

routes = APIRouter(tags=["Home"])

T = TypeVar("T")

_PUBLIC = frozenset({"/", "/docs", "/docs/", "/openapi.json", "/health", "/ready"})
_CHECK_TIMEOUT_S = 3.0
_REMEMBER_S = 1.0
_ASSETS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


class Health(Wire):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(Wire):
    """Whether everything works; each part is "ok" or says what is the matter."""

    status: Literal["ready", "not ready"]
    services: dict[str, str]
    database: str


class Probe:
    """Finds out how things stand, at most once a second, whoever asks."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._known: Ready | None = None
        self._until = 0.0

    async def __call__(self) -> Ready:
        """The state of every service and of the database."""
        async with self._lock:
            if self._known is None or monotonic() > self._until:
                found, postgres = await asyncio.gather(
                    _in_time(services, {"serve": "no answer"}), _in_time(database, "no answer")
                )
                well = bool(found) and {*found.values(), postgres} == {"ok"}
                status: Literal["ready", "not ready"] = "ready" if well else "not ready"
                self._known = Ready(status=status, services=found, database=postgres)
                self._until = monotonic() + _REMEMBER_S
            return self._known


async def _in_time(check: Callable[[], T], otherwise: T) -> T:
    try:
        async with asyncio.timeout(_CHECK_TIMEOUT_S):
            return await run_sync(check, abandon_on_cancel=True)
    except TimeoutError:
        return otherwise


def services() -> dict[str, str]:
    """Every Serve application by name: "ok", or what is the matter."""
    try:
        found = serve.status().applications
    except (RayError, RayServeException) as error:
        return {"serve": f"no answer: {type(error).__name__}"}
    return {name: _state(application) for name, application in found.items()}


def _state(found: ApplicationStatusOverview) -> str:
    if found.status not in (ApplicationStatus.RUNNING, ApplicationStatus.DEPLOYING):
        return str(found.status.value).lower().replace("_", " ")
    if not found.deployments:
        return "deploying"
    waiting = [
        name
        for name, deployment in found.deployments.items()
        if not deployment.replica_states.get("RUNNING")
    ]
    return f"waiting for {', '.join(waiting)}" if waiting else "ok"


def database() -> str:
    """Whether PostgreSQL answers and has been migrated."""
    try:
        with db.transaction() as session:
            session.execute(text("select 1 from compute.recipe_index limit 1"))
    except (SQLAlchemyError, MealPrepError):
        return "not answering"
    return "ok"


@lru_cache
def probe() -> Probe:
    """The process's probe."""
    return Probe()


@routes.get("/health")
async def health() -> Health:
    """Answers while this process lives."""
    return Health()


@routes.get("/ready", responses={503: {"model": Ready, "description": "Something isn't"}})
async def ready(probe: Annotated[Probe, Depends(probe)], response: Response) -> Ready:
    """Whether everything works, and what doesn't."""
    state = await probe()
    if state.status != "ready":
        response.status_code = 503
        response.headers["Retry-After"] = "2"
    return state


@routes.get("/openapi.json", include_in_schema=False)
async def document() -> Response:
    """Every service's API in one document."""
    return FileResponse(ROOT / "docs" / "openapi.json", media_type="application/json")


@routes.get("/docs", include_in_schema=False)
async def docs() -> HTMLResponse:
    """Swagger UI, served from here: it works without the internet."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="MealPrep360 Compute",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="data:,",
        swagger_ui_parameters={"persistAuthorization": True, "tryItOutEnabled": True},
    )


@routes.get("/docs/{asset}", include_in_schema=False)
async def docs_asset(asset: Literal["swagger-ui.css", "swagger-ui-bundle.js"]) -> Response:
    """Swagger UI's own files."""
    headers = {"Cache-Control": "public, max-age=86400"}
    return FileResponse(_static() / asset, media_type=_ASSETS[asset], headers=headers)


@routes.get("/", include_in_schema=False)
async def home() -> HTMLResponse:
    """What runs here, for people."""
    page = Template((ROOT / "deployments" / "home.html").read_text(encoding="utf-8"))
    return HTMLResponse(page.substitute(dashboard=settings().dashboard_url))


def _static() -> Path:
    return Path(str(files("fastapi_offline"))) / "static"


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(
        routes,
        recipes.routes,
        recommendations.routes,
        public=_PUBLIC,
        exempt=frozenset({"/health", "/ready"}),
    )


class Home(Replica):
    """A replica of this service."""


app = application(api, Home)
