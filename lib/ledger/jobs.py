"""Jobs: asked for, looked at, cancelled, asked for again."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, get_args

from pydantic import Field, JsonValue
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import Row, Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.errors import Conflict, Invalid, NotFound
from lib.ledger.kinds import Kind
from lib.settings import settings
from lib.tables import job_attempts, job_items, jobs
from lib.wire import Wire

Status = Literal["queued", "running", "succeeded", "failed", "cancelled", "dead"]
ENDED: tuple[Status, ...] = get_args(Status)[2:]
Verdict = Literal["succeeded", "failed", "cancelled"]
Setback = Literal["raised", "crashed", "timed_out"]
Outcome = Verdict | Setback
"""How an attempt ended: with a verdict on the job, or so that another attempt makes sense."""

ItemStatus = Literal["done", "failed"]

WAKE_UP = "mealprep_jobs"
"""The PostgreSQL channel on which is said that there is something to do."""


class Progress(Wire):
    """How far a job is, in items; all 0 for a job without items."""

    done: int
    total: int
    failed: int


class Ledgered(Wire):
    """What every job has, whatever its kind."""

    id: str
    status: Status = Field(description="`dead`: no attempt is left; `failed`: it ended without success")
    progress: Progress
    attempts: int
    max_attempts: int
    priority: int
    created_at: datetime
    run_after: datetime
    started_at: datetime | SkipJsonSchema[None] = None
    finished_at: datetime | SkipJsonSchema[None] = None
    cancel_requested: bool
    error: str | SkipJsonSchema[None] = Field(None, description="Why the last attempt got nowhere")
    ray_job_id: str | SkipJsonSchema[None] = Field(None, description="Of the last attempt's driver")
    schedule: str | SkipJsonSchema[None] = Field(None, description="Whose tick it runs for")
    user_id: str | SkipJsonSchema[None] = Field(
        None, description="For whom it was asked by a key that is bound to this user"
    )
    dashboard_url: str


class Job(Ledgered):
    """A job of any kind."""

    name: str
    args: dict[str, JsonValue]
    result: dict[str, JsonValue] | SkipJsonSchema[None] = None


class JobPage(Wire):
    """Jobs, newest first."""

    jobs: list[Job]
    next_cursor: str | SkipJsonSchema[None] = None


class JobItem(Wire):
    """What became of an item; those left have none yet."""

    key: str
    status: ItemStatus
    attempts: int
    finished_at: datetime
    result: JsonValue | SkipJsonSchema[None] = None
    error: str | SkipJsonSchema[None] = None


class ItemPage(Wire):
    """Items in the job's order."""

    items: list[JobItem]
    next_cursor: str | SkipJsonSchema[None] = None


class Attempt(Wire):
    """One attempt at a job."""

    number: int
    started_at: datetime
    finished_at: datetime | SkipJsonSchema[None] = None
    outcome: Outcome | SkipJsonSchema[None] = Field(None, description="Absent while it runs")
    error: str | SkipJsonSchema[None] = None
    ray_job_id: str | SkipJsonSchema[None] = None


def enqueue(
    session: Session,
    kind: Kind,
    args: Mapping[str, Any],
    *,
    priority: int = 0,
    run_after: datetime | None = None,
    user_id: str | None = None,
) -> str:
    """Write a job into the caller's transaction, which makes it due when it commits; returns its id.

    Args:
        args: as JSON, checked against the job's `Args` by the caller.
        priority: higher is earlier.
        run_after: not before then.
        user_id: of the key that asks for it, if it is bound to one.
    """
    values = _new(kind, args) | {"priority": priority, "user_id": user_id}
    if run_after:
        values["run_after"] = run_after
    session.execute(insert(jobs).values(values))
    wake_up(session)
    return str(values["id"])


def enqueue_tick(
    session: Session,
    kind: Kind,
    args: Mapping[str, Any],
    schedule: str,
    tick: datetime,
    run_after: datetime,
) -> str | None:
    """Write the run of a schedule's tick; None if it is there already."""
    values = _new(kind, args) | {"schedule": schedule, "tick": tick, "run_after": run_after}
    statement = insert(jobs).values(values).on_conflict_do_nothing(constraint="jobs_schedule_tick")
    wake_up(session)
    job_id: str | None = session.scalar(statement.returning(jobs.c.id))
    return job_id


def _new(kind: Kind, args: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "name": kind.name,
        "args": dict(args),
        "weight": kind.weight,
        "memory_mb": kind.memory_mb,
        "timeout_s": kind.timeout_s,
        "max_attempts": kind.max_attempts,
    }


def wake_up(session: Session) -> None:
    """Tell the dispatchers, when this transaction commits, that there may be something to do."""
    session.execute(select(func.pg_notify(WAKE_UP, "")))


def get(session: Session, job_id: str) -> Job:
    """A job.

    Raises:
        NotFound: there is none of that id.
    """
    return _job(_row(session, select(jobs).where(jobs.c.id == job_id), job_id))


def beginning_with(session: Session, beginning: str) -> list[Job]:
    """The jobs whose ids begin so, two at most."""
    query = select(jobs).where(jobs.c.id.startswith(beginning, autoescape=True)).limit(2)
    return [_job(row) for row in session.execute(query)]


def page(
    session: Session,
    limit: int,
    cursor: str = "",
    *,
    status: Status | None = None,
    name: str = "",
    user_id: str | None = None,
) -> JobPage:
    """Jobs, newest first; those of a status, a name or a user only, where one is given."""
    query = select(jobs).order_by(jobs.c.number.desc()).limit(limit + 1)
    if cursor:
        query = query.where(jobs.c.number < _number(cursor))
    if status:
        query = query.where(jobs.c.status == status)
    if name:
        query = query.where(jobs.c.name == name)
    if user_id is not None:
        query = query.where(jobs.c.user_id == user_id)
    rows = session.execute(query).all()
    after = str(rows[limit - 1].number) if len(rows) > limit else None
    return JobPage(jobs=[_job(row) for row in rows[:limit]], next_cursor=after)


def items(
    session: Session, job_id: str, limit: int, cursor: str = "", status: ItemStatus | None = None
) -> ItemPage:
    """What became of a job's items, those of a status only where one is given.

    Raises:
        NotFound: there is no such job.
    """
    get(session, job_id)
    table = job_items.c
    query = select(job_items).where(table.job_id == job_id).order_by(table.position, table.key)
    if cursor:
        position, _, key = cursor.partition(".")
        place = text("(position, key) > (:position, :key)")
        query = query.where(place.bindparams(position=_number(position), key=key))
    if status:
        query = query.where(table.status == status)
    rows = session.execute(query.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    after = f"{last.position}.{last.key}" if last else None
    found = [JobItem(**{name: getattr(row, name) for name in JobItem.model_fields}) for row in rows]
    return ItemPage(items=found[:limit], next_cursor=after)


def attempts(session: Session, job_id: str) -> list[Attempt]:
    """Every attempt at a job, the first one first.

    Raises:
        NotFound: there is no such job.
    """
    get(session, job_id)
    query = select(job_attempts).where(job_attempts.c.job_id == job_id).order_by(job_attempts.c.number)
    fields = Attempt.model_fields
    return [Attempt(**{name: getattr(row, name) for name in fields}) for row in session.execute(query)]


def log(session: Session, job_id: str) -> str:
    """The last lines that each attempt at a job wrote, as far as the ledger keeps them.

    Raises:
        NotFound: there is no such job.
    """
    get(session, job_id)
    query = select(job_attempts.c.log).where(job_attempts.c.job_id == job_id)
    return "".join(session.scalars(query.order_by(job_attempts.c.number)))


def cancel(session: Session, job_id: str) -> Job:
    """Cancel a job: at once if it waits, within seconds if it runs. Again makes no difference.

    Raises:
        NotFound: there is no such job.
        Conflict: it has ended otherwise.
    """
    row = _row(session, select(jobs).where(jobs.c.id == job_id).with_for_update(), job_id)
    if row.status == "queued":
        change: dict[str, Any] = {"status": "cancelled", "finished_at": func.now()}
    elif row.status == "running":
        change = {}
    elif row.status == "cancelled":
        return _job(row)
    else:
        raise Conflict(f"The job has ended already: it is {row.status}.")
    return _changed(session, job_id, cancel_requested=True, **change)


def retry(session: Session, kind: Kind, job_id: str) -> Job:
    """Queue a failed or dead job again, with new attempts; it does only the items that are left.

    Raises:
        NotFound: there is no such job.
        Conflict: it is neither failed nor dead.
    """
    row = _row(session, select(jobs).where(jobs.c.id == job_id).with_for_update(), job_id)
    if row.status not in ("failed", "dead"):
        raise Conflict(f"Only a failed or dead job can be tried again; this one is {row.status}.")
    wake_up(session)
    return _changed(
        session,
        job_id,
        status="queued",
        run_after=func.now(),
        finished_at=None,
        cancel_requested=False,
        max_attempts=row.attempts + kind.max_attempts,
    )


def _changed(session: Session, job_id: str, **values: Any) -> Job:
    statement = update(jobs).where(jobs.c.id == job_id).values(values).returning(jobs)
    return _job(session.execute(statement).one())


def _row(session: Session, query: Select[Any], job_id: str) -> Row[Any]:
    row = session.execute(query).first()
    if row is None:
        raise unknown(job_id)
    return row


def unknown(job_id: str) -> NotFound:
    """What says that there is no such job."""
    return NotFound(f"There is no job {job_id!r}.")


def _number(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 18:
        raise Invalid("This is no cursor.", [(("query", "cursor"), "take nextCursor of a page before")])
    return int(cursor)


def _job(row: Row[Any]) -> Job:
    own = {name: getattr(row, name) for name in Job.model_fields if hasattr(row, name)}
    page = f"/jobs/{row.ray_job_id}" if row.ray_job_id else "/jobs"
    return Job(
        **own,
        progress=Progress(done=row.done, total=row.total, failed=row.failed),
        dashboard_url=f"{settings().dashboard_url}/#{page}",
    )
