"""The ledger in numbers."""

from datetime import timedelta

from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.ledger.jobs import ENDED, Status
from lib.tables import job_attempts, jobs
from lib.wire import Wire

_LATELY = timedelta(hours=24)
_RECENTLY = timedelta(hours=1)


class Counts(Wire):
    """Jobs by state: those that wait or run, and those that ended within the last day."""

    queued: int = 0
    running: int = 0
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    dead: int = 0
    due: int = 0
    oldest_due_s: float | SkipJsonSchema[None] = None


class Ended(Wire):
    """The attempts at one kind of job that ended one way within the last hour."""

    name: str
    outcome: str
    count: int
    median_s: float
    p95_s: float


def counts(session: Session) -> Counts:
    """How many jobs there are in each state, how many could start, and since when the oldest could."""
    table = jobs.c
    by_status: dict[Status, int] = dict.fromkeys(("queued", "running", *ENDED), 0)
    going_on = table.status.in_(("queued", "running"))
    lately = table.finished_at > func.now() - _LATELY
    for condition in (going_on, lately):
        query = select(table.status, func.count()).where(condition).group_by(table.status)
        by_status |= dict(session.execute(query).tuples().all())
    due, oldest = session.execute(
        select(func.count(), func.extract("epoch", func.now() - func.min(table.run_after))).where(
            table.status == "queued", table.run_after <= func.now()
        )
    ).one()
    return Counts(**by_status, due=due, oldest_due_s=None if oldest is None else float(oldest))


def ended(session: Session) -> list[Ended]:
    """What ended within the last hour, how, and how long it took."""
    table = job_attempts.c
    took = func.extract("epoch", table.finished_at - table.started_at)
    query = (
        select(
            jobs.c.name,
            table.outcome,
            func.count(),
            func.percentile_cont(0.5).within_group(took),
            func.percentile_cont(0.95).within_group(took),
        )
        .join(jobs, jobs.c.id == table.job_id)
        .where(table.finished_at > func.now() - _RECENTLY)
        .group_by(jobs.c.name, table.outcome)
    )
    return [
        Ended(name=name, outcome=outcome, count=count, median_s=float(median), p95_s=float(p95))
        for name, outcome, count, median, p95 in session.execute(query)
    ]


def due_tasks(session: Session, most: int) -> int:
    """How many jobs of weight `task` could start now, counted up to a number."""
    table = jobs.c
    due = (table.status == "queued") & (table.weight == "task") & (table.run_after <= func.now())
    return (
        session.scalar(
            select(func.count()).select_from(select(table.id).where(due).limit(most).subquery())
        )
        or 0
    )
