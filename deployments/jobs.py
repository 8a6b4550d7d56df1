"""`/jobs`: work that takes longer than a request, and work at set times.

What a job is at any moment stands in the ledger. The dispatcher, which starts what is due, is a
deployment of its own.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Annotated

import psycopg
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, FastAPI, Path, Query, Response
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from ray import serve
from ray.exceptions import RayError
from ray.serve import metrics
from ray.serve.handle import DeploymentHandle
from sqlalchemy.exc import SQLAlchemyError

from deployments.job_shapes import AnyJob, JobList, JobRequest
from deployments.web import (
    ADMIN,
    UNBOUND,
    WRITE,
    Db,
    Key,
    Replica,
    Who,
    accepted_job,
    application,
    create_app,
    needs,
    replica,
)
from jobs import registry
from jobs.dispatcher import Dispatcher as Dispatching
from jobs.drivers import Drivers
from lib import db, idempotency, logs
from lib.errors import MealPrepError
from lib.keys import Caller
from lib.ledger import jobs, schedules, stats
from lib.ledger.jobs import ENDED, Attempt, ItemPage, ItemStatus, Job, Status
from lib.ledger.schedules import ScheduleInfo
from lib.ledger.wakeups import WakeUps
from lib.settings import settings
from lib.wire import Text, Wire

logger = logging.getLogger("mealprep.jobs")

routes = APIRouter(prefix="/jobs", tags=["Jobs"], dependencies=[Depends(needs("read"))])

_LOOK_EVERY_S = 1.0
_ALL_BUSY_S = 0.2
_MEASURE_EVERY_S = 15.0
_STUCK_S = 120
_FOLLOW_EVERY_S = 0.5
_KEEP_ALIVE_S = 10.0


def service() -> "Jobs":
    """What belongs to this replica; tests put their own here."""
    found: Jobs = replica()
    return found


Service = Annotated["Jobs", Depends(service)]


def _visible(db: Db, who: Who, job_id: Annotated[Text, Path(alias="id", max_length=100)]) -> str:
    """The id of a job; one that the caller may not see is as one that isn't there."""
    if who.user_id is not None and not who.may_see(jobs.get(db, job_id).user_id):
        raise jobs.unknown(job_id)
    return job_id


JobId = Annotated[str, Depends(_visible)]
ScheduleName = Annotated[Text, Path(max_length=100)]
Limit = Annotated[int, Field(ge=1, le=1000)]
Cursor = Annotated[Text, Field(max_length=8000, description="nextCursor of the page before")]


_EVENTS = {"description": "The job at each change", "content": {"text/event-stream": {}}}


class JobQuery(Wire):
    """Which jobs, and which page of them."""

    status: Status | SkipJsonSchema[None] = None
    name: Annotated[Text, Field(max_length=100)] = ""
    limit: Limit = 50
    cursor: Cursor = ""


class ItemQuery(Wire):
    """Which items, and which page of them."""

    status: ItemStatus | SkipJsonSchema[None] = None
    limit: Limit = 100
    cursor: Cursor = ""


class AttemptList(Wire):
    """Every attempt at a job, the first one first."""

    attempts: list[Attempt]


class ScheduleList(Wire):
    """Every schedule."""

    schedules: list[ScheduleInfo]


class ScheduleChange(Wire):
    """What is to be changed of a schedule."""

    enabled: bool | SkipJsonSchema[None] = None
    cron: Annotated[
        Text | SkipJsonSchema[None],
        Field(max_length=100, description="Minute, hour, day, month, weekday", examples=["0 3 * * 0"]),
    ] = None
    timezone: Annotated[
        Text | SkipJsonSchema[None], Field(max_length=100, examples=["Europe/Berlin"])
    ] = None


@routes.post("", status_code=202, dependencies=[*WRITE, *UNBOUND], responses={202: {"model": AnyJob}})
def submit_job(db: Db, who: Who, body: JobRequest, key: Key = None) -> Response:
    """Ask for a job; where it is stands in `Location`."""

    def answer() -> Job:
        args = body.args.model_dump(mode="json")
        kind = registry.kind(body.name)
        new = jobs.enqueue(db, kind, args, priority=body.priority, run_after=body.run_after)
        return jobs.get(db, new)

    return accepted_job(_once(db, who, key, ["submit", body.model_dump(mode="json")], answer))


@routes.get("", responses={200: {"model": JobList}})
def list_jobs(db: Db, who: Who, query: Annotated[JobQuery, Query()]) -> Response:
    """Jobs, newest first. Without `nextCursor` the page is the last one."""
    wanted, name, owner = query.status, query.name, who.user_id
    return _json(jobs.page(db, query.limit, query.cursor, status=wanted, name=name, user_id=owner))


@routes.get("/schedules", response_model_exclude_none=True, dependencies=UNBOUND)
def list_schedules(db: Db) -> ScheduleList:
    """What runs by itself, and when."""
    now = datetime.now(UTC)
    found = [schedules.info(db, schedule, now) for schedule in registry.schedules()]
    return ScheduleList(schedules=found)


@routes.patch("/schedules/{name}", response_model_exclude_none=True, dependencies=ADMIN)
def change_schedule(db: Db, name: ScheduleName, body: ScheduleChange) -> ScheduleInfo:
    """Pause or change a schedule; ticks before now are not made up for."""
    schedule = schedules.find(registry.schedules(), name)
    return schedules.change(db, schedule, datetime.now(UTC), **body.model_dump(by_alias=False))


@routes.post(
    "/schedules/{name}/run", status_code=202, dependencies=ADMIN, responses={202: {"model": AnyJob}}
)
def run_schedule(db: Db, who: Who, name: ScheduleName, key: Key = None) -> Response:
    """Run a schedule's job now, whatever its ticks."""
    schedule = schedules.find(registry.schedules(), name)

    def answer() -> Job:
        return jobs.get(db, jobs.enqueue(db, schedule.kind, schedule.args))

    return accepted_job(_once(db, who, key, ["run", name], answer))


@routes.get("/{id}", responses={200: {"model": AnyJob}})
def get_job(db: Db, job_id: JobId) -> Response:
    """A job as it is now."""
    return _json(jobs.get(db, job_id))


@routes.get("/{id}/items", response_model_exclude_none=True)
def list_items(db: Db, job_id: JobId, query: Annotated[ItemQuery, Query()]) -> ItemPage:
    """What became of the items that are done or failed; the others are still left."""
    return jobs.items(db, job_id, query.limit, query.cursor, query.status)


@routes.get("/{id}/attempts", response_model_exclude_none=True)
def list_attempts(db: Db, job_id: JobId) -> AttemptList:
    """Every attempt at a job, and how it ended."""
    return AttemptList(attempts=jobs.attempts(db, job_id))


@routes.get("/{id}/logs", response_class=PlainTextResponse)
def get_logs(db: Db, job_id: JobId, service: Service) -> PlainTextResponse:
    """All that its last driver wrote, while Ray has it; else the last lines of each attempt."""
    ray_job_id = jobs.get(db, job_id).ray_job_id
    found = service.log(ray_job_id) if ray_job_id else None
    return PlainTextResponse(jobs.log(db, job_id) if found is None else found)


@routes.get("/{id}/events", response_class=StreamingResponse, responses={200: _EVENTS})
async def follow_job(job_id: JobId) -> StreamingResponse:
    """The job at every change, as server-sent events `progress`, and at its end as `end`."""
    first = await run_sync(_look_up, job_id)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_events(first), media_type="text/event-stream", headers=headers)


@routes.post("/{id}/cancel", status_code=202, dependencies=WRITE, responses={202: {"model": AnyJob}})
def cancel_job(db: Db, job_id: JobId) -> Response:
    """Cancel a job: at once if it waits, within seconds if it runs; 409 if it has ended."""
    return accepted_job(jobs.cancel(db, job_id))


@routes.post("/{id}/retry", status_code=202, dependencies=WRITE, responses={202: {"model": AnyJob}})
def retry_job(db: Db, who: Who, job_id: JobId, key: Key = None) -> Response:
    """Try a failed or dead job again: only the items that are left; 409 in any other state."""

    def answer() -> Job:
        kind = registry.kind(jobs.get(db, job_id).name)
        return jobs.retry(db, kind, job_id)

    return accepted_job(_once(db, who, key, ["retry", job_id], answer))


def _once(db: Db, who: Caller, key: str | None, request: object, answer: Callable[[], Job]) -> Job:
    return idempotency.once(db, who.key_id, key, request, Job, answer)


def _json(content: Wire, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    body = content.model_dump_json(exclude_none=True)
    return Response(body, status, headers, media_type="application/json")


def _look_up(job_id: str) -> Job:
    with db.transaction() as session:
        return jobs.get(session, job_id)


async def _events(job: Job) -> AsyncIterator[str]:
    """The job at every change. A database that is gone for a while makes a pause, no end."""
    yield _event(job)
    said_at = monotonic()
    while job.status not in ENDED:
        await asyncio.sleep(_FOLLOW_EVERY_S)
        try:
            now = await run_sync(_look_up, job.id)
        except SQLAlchemyError:
            now = job
        if now != job:
            job = now
            yield _event(job)
            said_at = monotonic()
        elif monotonic() - said_at > _KEEP_ALIVE_S:
            yield ": still there\n\n"
            said_at = monotonic()


def _event(job: Job) -> str:
    kind = "end" if job.status in ENDED else "progress"
    return f"event: {kind}\ndata: {job.model_dump_json(exclude_none=True)}\n\n"


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Jobs(Replica):
    """A replica of this service.

    Args:
        dispatcher: starts what is due; nothing is asked of it here.
    """

    def __init__(self, dispatcher: DeploymentHandle) -> None:
        self._drivers = Drivers()
        self._dispatcher = dispatcher

    def log(self, ray_job_id: str) -> str | None:
        """What a driver wrote; None where Ray doesn't know or doesn't answer."""
        try:
            return self._drivers.log(ray_job_id)
        except (RuntimeError, ConnectionError) as error:
            logger.warning("Ray has no log", extra={"error": str(error)})
            return None


class Dispatcher:
    """Starts what is due and looks after what runs; any number of these may."""

    def __init__(self) -> None:
        logs.configure(settings().log_level)
        self._dispatching = Dispatching()
        self._wake_ups = WakeUps()
        self._measured = _Measured()
        self._stop = threading.Event()
        self._last_round = monotonic()
        self._thread = threading.Thread(target=self._follow, name="dispatcher", daemon=True)
        self._thread.start()

    def _follow(self) -> None:
        look_at = 0.0
        while not self._stop.is_set():
            try:
                if monotonic() >= look_at:
                    look_at = monotonic() + _LOOK_EVERY_S
                    self._dispatching.look_after()
                    self._measured.measure()
                waiting = self._dispatching.start_due()
                longest = _ALL_BUSY_S if waiting else _LOOK_EVERY_S
                self._wake_ups.wait(max(min(longest, look_at - monotonic()), 0.01))
            except (
                SQLAlchemyError,
                psycopg.Error,
                MealPrepError,
                RayError,
                RuntimeError,
                ConnectionError,
            ) as error:
                logger.warning("Dispatching failed; trying again", extra={"error": repr(error)})
                self._stop.wait(_LOOK_EVERY_S)
            self._last_round = monotonic()

    async def check_health(self) -> None:
        """Raise when the thread has died or has been stuck for minutes."""
        silent_s = monotonic() - self._last_round
        if not self._thread.is_alive() or silent_s > _STUCK_S:
            raise RuntimeError(f"no progress for {silent_s:.0f} s")

    def __del__(self) -> None:
        self._stop.set()


class _Measured:
    """The ledger's numbers as metrics; every dispatcher tells the same."""

    def __init__(self) -> None:
        by_outcome = ("job", "outcome")
        self._jobs = metrics.Gauge("mealprep_jobs", "Jobs, ended ones of a day.", tag_keys=("status",))
        self._due = metrics.Gauge("mealprep_jobs_due", "Jobs that could start now.")
        self._oldest = metrics.Gauge("mealprep_jobs_oldest_due_s", "Since when the oldest could.")
        self._ended = metrics.Gauge(
            "mealprep_job_attempts", "Ended within an hour.", tag_keys=by_outcome
        )
        self._median = metrics.Gauge("mealprep_job_p50_s", "Half took less.", tag_keys=by_outcome)
        self._p95 = metrics.Gauge("mealprep_job_p95_s", "19 of 20 took less.", tag_keys=by_outcome)
        self._next = 0.0

    def measure(self) -> None:
        """Read the numbers and set the metrics, now and then."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + _MEASURE_EVERY_S
        with db.ledger_sessions().begin() as session:
            counts, ended = stats.counts(session), stats.ended(session)
        for status in ("queued", "running", *ENDED):
            self._jobs.set(getattr(counts, status), tags={"status": status})
        self._due.set(counts.due)
        self._oldest.set(counts.oldest_due_s or 0)
        for one in ended:
            tags = {"job": one.name, "outcome": one.outcome}
            self._ended.set(one.count, tags=tags)
            self._median.set(one.median_s, tags=tags)
            self._p95.set(one.p95_s, tags=tags)


app = application(api, Jobs, serve.deployment(Dispatcher).bind())
