"""`/analytics`: what people do, who they are, which recipes they like, and how the system does."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from pydantic import AfterValidator, Field, SkipValidation
from pydantic.json_schema import SkipJsonSchema

from deployments import downloads
from deployments.downloads import Download
from deployments.figures import Figures
from deployments.web import (
    ADMIN,
    UNBOUND,
    WRITE,
    Db,
    Key,
    Replica,
    Who,
    application,
    create_app,
    needs,
    replica,
)
from lib import db, idempotency
from lib.analytics import charting, exporting, forgetting, ingest, metrics
from lib.analytics.answers import (
    EngagementAnswer,
    MetricsAnswer,
    Receipt,
    RecipesAnswer,
    SystemAnswer,
    UsersAnswer,
)
from lib.analytics.charting import Format, Look
from lib.analytics.export_rows import Looked
from lib.analytics.exporting import Exported
from lib.analytics.exports import ExportName, Order
from lib.analytics.funnels import MOST_STEPS, MOST_WINDOW_DAYS
from lib.analytics.ingest import Event, Taken
from lib.analytics.periods import Interval, Range, WeekStart, range_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import DEFAULT_FUNNEL, DEFAULT_WINDOW_DAYS, View
from lib.analytics.warming import Warming
from lib.errors import Overloaded
from lib.palette import Theme
from lib.tabular.files import FORMATS, FormatName
from lib.wire import Text, Wire

routes = APIRouter(
    prefix="/analytics", tags=["Analytics"], dependencies=[Depends(needs("read")), *UNBOUND]
)

MOST_EVENTS = 10_000
_CHARTS_LIVE_S = 60
_MOST_BODY_BYTES = 32 * 1024 * 1024
_EXPORTS_AT_ONCE = 2
_exporting = threading.BoundedSemaphore(_EXPORTS_AT_ONCE)

UserId = Annotated[Text, Path(alias="id", min_length=1, max_length=200)]


class EventsBody(Wire):
    """Events; each is taken or rejected for itself."""

    events: Annotated[list[SkipValidation[Event]], Field(max_length=MOST_EVENTS)]


Day = date | SkipJsonSchema[None]


def _dates(
    from_: Annotated[Day, Query(alias="from", description="First date; 29 days before `to`")] = None,
    to: Annotated[Day, Query(description="Last date, included; today")] = None,
    interval: Annotated[Interval, Query(description="What series are divided into")] = "day",
    timezone: Annotated[Text, Query(max_length=64, description="Where dates begin and end")] = "UTC",
    week_start: Annotated[WeekStart, Query(alias="weekStart")] = "monday",
) -> Range:
    return range_of(from_, to, interval, timezone, week_start)


Dates = Annotated[Range, Depends(_dates)]


def _steps(given: str) -> str:
    steps = given.split(",")
    if not 1 <= len(steps) <= MOST_STEPS or not all(0 < len(step) <= 64 for step in steps):
        raise ValueError(f"must be 1 to {MOST_STEPS} types of events, separated by commas")
    return given


Funnel = Annotated[Text, AfterValidator(_steps), Query(description="Types of events, step by step")]
Window = Annotated[
    int, Query(alias="windowDays", ge=1, le=MOST_WINDOW_DAYS, description="For the whole funnel")
]
Limit = Annotated[int, Query(ge=1, le=100, description="Recipes of a list")]
ChartName = Annotated[Text, Path(json_schema_extra={"enum": [kind.name for kind in charting.KINDS]})]
Width = Annotated[int, Field(ge=charting.LEAST_WIDTH, le=charting.MOST_SIDE)] | SkipJsonSchema[None]
Height = Annotated[int, Field(ge=charting.LEAST_HEIGHT, le=charting.MOST_SIDE)] | SkipJsonSchema[None]
Scale = Annotated[int, Query(ge=1, le=charting.MOST_SCALE, description="Pixels of a PNG to a CSS pixel")]
_AS_NEEDED = "In CSS pixels; without it, as much as the chart needs to be read"


def _look(
    theme: Theme = "light",
    width: Annotated[Width, Query(description=_AS_NEEDED)] = None,
    height: Annotated[Height, Query(description=_AS_NEEDED)] = None,
    scale: Scale = 1,
) -> Look:
    return Look(theme=theme, width=width, height=height, scale=scale)


ChartLook = Annotated[Look, Depends(_look)]


_FACTS = {"X-As-Of": "asOf", "X-Omitted-Columns": "omittedColumns", "X-Omitted-Rows": "omittedRows"}
_TOLD = {
    "X-Row-Count": "Rows of the table",
    "X-Content-SHA256": "Of the file, in hexadecimal",
    "Repr-Digest": "The same as RFC 9530 has it",
    "X-As-Of": "Everything committed until then is in it",
    "X-Omitted-Columns": "Personal columns that are left out for this key",
    "X-Omitted-Rows": "What is left out for this key",
}


def figures() -> Figures:
    """What looks at the cluster; tests put their own here."""
    service: Analytics = replica()
    return service.figures


@routes.post("/events", status_code=202, dependencies=WRITE)
def take_events(body: EventsBody, db: Db, who: Who, key: Key = None) -> Taken:
    """Take events in; one whose id is known is a duplicate, and changes nothing.

    An event that can't be used is rejected, with the reason; the others are taken.
    """

    def answer() -> Taken:
        return ingest.take(db, body.events)

    return idempotency.once(db, who.key_id, key, body.events if key else None, Taken, answer)


@routes.get("/users", response_model_exclude_none=True)
def get_user_analytics(db: Db, dates: Dates) -> UsersAnswer:
    """Users: accounts, who is active, who comes back, who doesn't."""
    return metrics.users(View(Snapshot(db), dates))


@routes.get("/recipes", response_model_exclude_none=True)
def get_recipe_analytics(db: Db, dates: Dates, limit: Limit = 10) -> RecipesAnswer:
    """Recipes: what there is, and what people look at, save, plan and cook."""
    return metrics.recipe_figures(View(Snapshot(db), dates, limit=limit))


@routes.get("/engagement", response_model_exclude_none=True)
def get_engagement_analytics(
    db: Db,
    dates: Dates,
    funnel: Funnel = ",".join(DEFAULT_FUNNEL),
    window_days: Window = DEFAULT_WINDOW_DAYS,
) -> EngagementAnswer:
    """Events, sessions, and how many get from one step to the next."""
    view = View(Snapshot(db), dates, funnel=tuple(funnel.split(",")), window_days=window_days)
    return metrics.engagement_figures(view)


@routes.get("/system", response_model_exclude_none=True)
def get_system_analytics(db: Db, figures: Annotated[Figures, Depends(figures)]) -> SystemAnswer:
    """Services, jobs, database and cluster."""
    found = figures.look()
    return metrics.system_figures(db, found.services, found.cluster, found.at)


@routes.get(
    "/charts/{name}.{format}",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in charting.MEDIA_TYPES.values()}}, 304: {}},
)
def get_chart(
    name: ChartName,
    format: Annotated[Format, Path()],  # noqa: A002
    dates: Dates,
    look: ChartLook,
    limit: Limit = 10,
    funnel: Funnel = ",".join(DEFAULT_FUNNEL),
    window_days: Window = DEFAULT_WINDOW_DAYS,
    if_none_match: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response:
    """A figure as a chart, with its definition; an image with a description for those who don't see it.

    `limit` is for popular recipes, `funnel` and `windowDays` are for the funnel.
    """
    kind = charting.kind(name)
    # Drawing takes longer than reading, and needs no connection.
    with db.transaction() as session:
        steps = tuple(funnel.split(","))
        answer = kind.answer(View(Snapshot(session), dates, steps, window_days, limit))
    picture = charting.picture(kind, answer, look._replace(format=format))
    headers = {
        "ETag": f'"{picture.sha256}"',
        "Cache-Control": f"private, max-age={_CHARTS_LIVE_S}",
        "X-Content-Type-Options": "nosniff",
    }
    if if_none_match.strip() == "*" or picture.sha256 in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(picture.content, headers=headers, media_type=charting.MEDIA_TYPES[format])


@routes.get("/metrics")
async def get_metric_definitions() -> MetricsAnswer:
    """What every figure means, and its unit."""
    return metrics.definitions()


@routes.get(
    "/export/{type}",
    response_class=Response,
    responses={
        200: {
            "description": "The file, whole",
            "content": {form.media_type.partition(";")[0]: {} for form in FORMATS.values()},
            "headers": {
                name: {"description": means, "schema": {"type": "string"}}
                for name, means in _TOLD.items()
            },
        }
    },
)
async def export_analytics(
    request: Request,
    who: Who,
    dates: Dates,
    figures: Annotated[Figures, Depends(figures)],
    name: Annotated[ExportName, Path(alias="type")],
    format: Annotated[FormatName, Query(description="Kind of file")] = "csv",  # noqa: A002
) -> Response:
    """Accounts, recipes, periods, events or the system's figures as a file: whole, or an error.

    Personal columns, and recipes that aren't public, are in it for keys of scope admin; what is left out
    is told in `X-Omitted-Columns` and `X-Omitted-Rows`.
    """

    def look() -> Looked:
        found = figures.look()
        return found.services, found.cluster, found.at

    def make(check: Callable[[], None]) -> Exported:
        if not _exporting.acquire(blocking=False):
            raise Overloaded(f"{_EXPORTS_AT_ONCE} exports are being written already.", 10)
        try:
            return exporting.export(Order(name, format, dates, who.may("admin")), look, check)
        finally:
            _exporting.release()

    made = await downloads.while_wanted(request, make)
    told = {header: str(made.facts[fact]) for header, fact in _FACTS.items() if fact in made.facts}
    return Download(made.written, FORMATS[format].media_type, made.filename, told)


@routes.delete("/users/{id}", dependencies=ADMIN)
def forget_user(db: Db, id: UserId) -> Receipt:  # noqa: A002
    """Delete all events of a person and clear the person out of all sums, for good.

    Events that still come in for this person are rejected.
    """
    return forgetting.forget(db, id)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes, max_body_bytes=_MOST_BODY_BYTES)


class Analytics(Replica):
    """A replica of this service."""

    def __init__(self) -> None:
        self.figures = Figures()
        Warming().start()


app = application(api, Analytics)
