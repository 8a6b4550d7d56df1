"""`/analytics`: what people do, who they are, which recipes they like, and how the system does."""

import threading
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Query
from pydantic import AfterValidator, Field, SkipValidation
from pydantic.json_schema import SkipJsonSchema

from deployments.figures import Figures
from deployments.jobs import ADMIN, WRITE, Key, Who
from deployments.web import Db, Replica, application, create_app, needs, replica
from lib import db, idempotency
from lib.analytics import forgetting, ingest, metrics, warming
from lib.analytics.answers import (
    EngagementAnswer,
    MetricsAnswer,
    Receipt,
    RecipesAnswer,
    SystemAnswer,
    UsersAnswer,
)
from lib.analytics.funnels import MOST_STEPS, MOST_WINDOW_DAYS
from lib.analytics.ingest import Event, Taken
from lib.analytics.periods import Interval, Range, WeekStart, range_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import DEFAULT_FUNNEL, DEFAULT_WINDOW_DAYS, View
from lib.wire import Text, Wire

routes = APIRouter(prefix="/analytics", tags=["Analytics"], dependencies=[Depends(needs("read"))])

MOST_EVENTS = 10_000
_MOST_BODY_BYTES = 32 * 1024 * 1024

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


@routes.get("/metrics")
async def get_metric_definitions() -> MetricsAnswer:
    """What every figure means, and its unit."""
    return metrics.definitions()


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
        threading.Thread(target=_warm, name="warming", daemon=True).start()


def _warm() -> None:
    with db.background_sessions().begin() as session:
        warming.warm(session)


app = application(api, Analytics)
