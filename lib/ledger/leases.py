"""Who works on a job: a lease that has to be renewed, and a token that only its holder has.

Every write of a worker asks for its token. Whoever lost the lease, because it was silent for too long,
can write nothing more, however late it wakes up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from lib.ledger import backoff
from lib.ledger.jobs import Setback, Verdict, wake_up
from lib.ledger.kinds import Kinds, Weight
from lib.tables import job_attempts, jobs

LEASE_S = 30
"""Seconds of silence after which a job is taken away from its worker."""

START_S = 120
"""The same for a worker that is still starting; a driver takes seconds on an idle machine."""

_LATE_S = 10
_HANDED_BACK_S = 5
_LOCK = 360_360_100
_ERROR_LENGTH = 2000


class Stopped(Exception):
    """The job must not go on; raised where it reports its progress."""


class LeaseLost(Stopped):
    """Somebody else has the job now, or nobody."""


class Cancelled(Stopped):
    """Somebody wants the job to end."""


class TimedOut(Stopped):
    """The attempt takes too long."""


@dataclass(frozen=True)
class Lease:
    """The right to work on a job, for one attempt."""

    job_id: str
    name: str
    args: dict[str, Any]
    token: int
    attempt: int
    deadline: datetime


@dataclass(frozen=True)
class Room:
    """What the cluster has for jobs, all dispatchers and workers together.

    Args:
        at_once: jobs of one weight that may run at the same time.
        memory_mb: what all jobs may hold together; the only one of its weight may need more.
    """

    at_once: int
    memory_mb: int


_TAKE = text("""
    with due as (
        select id from compute.jobs
        where status = 'queued' and run_after <= now() and weight = :weight
          and name = any(:names) and (memory_mb <= :memory_mb or :alone)
          and (schedule is null or schedule <> all(:busy_schedules))
        order by priority desc, run_after, number
        limit 1
        for update skip locked
    ), taken as (
        update compute.jobs j set
            status = 'running',
            attempts = attempts + 1,
            token = token + 1,
            started_at = coalesce(started_at, now()),
            deadline = now() + make_interval(secs => timeout_s),
            lease_until = now() + make_interval(secs => :lease_s),
            worker = :worker,
            ray_job_id = case when :driver then 'job-' || j.id || '-' || token + 1 end
        from due where j.id = due.id
        returning j.*
    ), history as (
        insert into compute.job_attempts (job_id, number, ray_job_id, worker)
        select id, attempts, ray_job_id, worker from taken
    )
    select id, name, args, token, attempts, deadline, ray_job_id, memory_mb from taken
""")

_RUNNING = text("""
    select name, weight, schedule, memory_mb from compute.jobs where status = 'running'
""")

_CLOSE_ATTEMPT = """
    closed as (
        update compute.job_attempts a set
            finished_at = now(),
            outcome = case when ended.status = 'cancelled' then 'cancelled' else :outcome end,
            error = :error,
            log = coalesce(:log, a.log)
        from ended where a.job_id = ended.id and a.number = ended.attempts
    )
    select status from ended
"""

_CONCLUDE = text(f"""
    with ended as (
        update compute.jobs set
            status = :outcome, finished_at = now(), lease_until = null, deadline = null,
            error = :error, result = coalesce(:result, result)
        where id = :id and token = :token and status = 'running'
        returning id, attempts, status
    ), {_CLOSE_ATTEMPT}
""").bindparams(bindparam("result", type_=JSONB(none_as_null=True)))

_GIVE_UP = text(f"""
    with ended as (
        update compute.jobs set
            status = case when cancel_requested then 'cancelled'
                          when attempts < max_attempts then 'queued' else 'dead' end,
            run_after = now() + cast(:wait as interval),
            finished_at = case when cancel_requested or attempts >= max_attempts then now() end,
            lease_until = null, deadline = null, error = :error
        where id = :id and token = :token and status = 'running'
        returning id, attempts, status
    ), {_CLOSE_ATTEMPT}
""")


@dataclass(frozen=True)
class Taken:
    """A lease, and how its driver is named."""

    lease: Lease
    ray_job_id: str | None
    memory_mb: int


def take(
    session: Session, kinds: Kinds, weight: Weight, room: Room, worker: str | None = None
) -> Taken | None:
    """Lease the job that is to be done next, if there is one and room for it.

    Takers take turns, so that limits hold whatever their number.

    Args:
        kinds: the kinds that the taker knows, with their limits.
        worker: the Ray actor that will run it, for a task.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    running = session.execute(_RUNNING).all()
    same = [one for one in running if one.weight == weight]
    if len(same) >= room.at_once:
        return None
    counts: dict[str, int] = {}
    for one in running:
        counts[one.name] = counts.get(one.name, 0) + 1
    driver = weight == "driver"
    row = session.execute(
        _TAKE,
        {
            "weight": weight,
            "names": [name for name, kind in kinds.items() if counts.get(name, 0) < kind.at_once],
            "memory_mb": room.memory_mb - sum(one.memory_mb for one in running),
            "alone": not same,
            "busy_schedules": [one.schedule for one in running if one.schedule],
            "lease_s": START_S if driver else LEASE_S,
            "worker": worker,
            "driver": driver,
        },
    ).first()
    if row is None:
        return None
    lease = Lease(row.id, row.name, row.args, row.token, row.attempts, row.deadline)
    return Taken(lease, row.ray_job_id, row.memory_mb)


def take_this(session: Session, job_id: str, ray_job_id: str | None) -> Lease:
    """Lease a job that was written in the same transaction, whatever else runs."""
    statement = (
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status == "queued")
        .values(
            status="running",
            attempts=jobs.c.attempts + 1,
            token=jobs.c.token + 1,
            started_at=func.now(),
            deadline=func.now() + func.make_interval(0, 0, 0, 0, 0, 0, jobs.c.timeout_s),
            lease_until=_from_now(LEASE_S),
            ray_job_id=ray_job_id,
        )
        .returning(jobs)
    )
    row = session.execute(statement).one()
    session.execute(
        insert(job_attempts).values(job_id=job_id, number=row.attempts, ray_job_id=ray_job_id)
    )
    return Lease(row.id, row.name, row.args, row.token, row.attempts, row.deadline)


def held(session: Session, job_id: str, token: int) -> Lease:
    """The lease that somebody took for this process.

    Raises:
        LeaseLost: it isn't in force any more.
    """
    query = select(jobs).where(jobs.c.id == job_id, jobs.c.token == token, jobs.c.status == "running")
    row = session.execute(query).first()
    if row is None:
        raise LeaseLost
    return Lease(row.id, row.name, row.args, row.token, row.attempts, row.deadline)


def renew(session: Session, lease: Lease) -> bool:
    """Say that the worker lives; whether the job is to be cancelled.

    Past the attempt's deadline the lease grows no longer.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    latest = jobs.c.deadline + _interval(_LATE_S)
    return write(session, lease, lease_until=func.least(_from_now(LEASE_S), latest))


def cancel_requested(session: Session, lease: Lease) -> bool:
    """Whether the job is to be cancelled; cheaper than to renew.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    asked = session.scalar(select(jobs.c.cancel_requested).where(_in_force(lease)))
    if asked is None:
        raise LeaseLost
    return bool(asked)


def write(session: Session, lease: Lease, **values: Any) -> bool:
    """Change the job's row as the holder of its lease; whether the job is to be cancelled.

    Nobody else can take the lease until the transaction ends.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    statement = update(jobs).where(_in_force(lease)).values(values).returning(jobs.c.cancel_requested)
    asked = session.scalar(statement)
    if asked is None:
        raise LeaseLost
    return bool(asked)


def conclude(
    session: Session,
    lease: Lease,
    verdict: Verdict,
    *,
    result: Mapping[str, Any] | None = None,
    error: str | None = None,
    log: str | None = None,
) -> None:
    """End the job.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    parameters = {
        "id": lease.job_id,
        "token": lease.token,
        "outcome": verdict,
        "result": None if result is None else dict(result),
        "error": _short(error),
        "log": log,
    }
    if session.scalar(_CONCLUDE, parameters) is None:
        raise LeaseLost


def give_up(
    session: Session, job_id: str, token: int, setback: Setback, error: str, log: str | None = None
) -> str:
    """End an attempt that got nowhere; returns the job's new state.

    It is queued for another attempt after a while, or dead when none is left, or cancelled when that
    was wanted.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    attempts = session.scalar(select(jobs.c.attempts).where(jobs.c.id == job_id)) or 1
    parameters = {
        "id": job_id,
        "token": token,
        "outcome": setback,
        "wait": backoff.wait(attempts),
        "error": _short(error),
        "log": log,
    }
    status = session.scalar(_GIVE_UP, parameters)
    if status is None:
        raise LeaseLost
    wake_up(session)
    return str(status)


def hand_back(session: Session, lease: Lease) -> None:
    """Let the job be as if it had not been leased, for a moment nobody's; its token is used up.

    Raises:
        LeaseLost: the lease isn't in force any more.
    """
    write(
        session,
        lease,
        status="queued",
        attempts=jobs.c.attempts - 1,
        run_after=_from_now(_HANDED_BACK_S),
        lease_until=None,
        deadline=None,
    )
    table = job_attempts.c
    never_begun = (table.job_id == lease.job_id) & (table.number == lease.attempt)
    session.execute(delete(job_attempts).where(never_begun))


@dataclass(frozen=True)
class Running:
    """A job that runs, as those see it who watch over it."""

    job_id: str
    token: int
    ray_job_id: str | None
    worker: str | None
    cancel_requested: bool
    silent: bool
    overdue: bool
    age_s: float


def running(session: Session, worker: str | None = None) -> list[Running]:
    """Every running job; those of one worker only, where it is given."""
    table = jobs.c
    since = func.coalesce(job_attempts.c.started_at, table.started_at)
    query = (
        select(
            table.id,
            table.token,
            table.ray_job_id,
            table.worker,
            table.cancel_requested,
            (table.lease_until < func.now()).label("silent"),
            (table.deadline < func.now()).label("overdue"),
            func.extract("epoch", func.now() - since).label("age_s"),
        )
        .join(
            job_attempts, (job_attempts.c.job_id == table.id) & (job_attempts.c.number == table.attempts)
        )
        .where(table.status == "running")
    )
    if worker:
        query = query.where(table.worker == worker)
    return [Running(*row) for row in session.execute(query)]


def _in_force(lease: Lease) -> Any:
    return (jobs.c.id == lease.job_id) & (jobs.c.token == lease.token) & (jobs.c.status == "running")


def _interval(seconds: float) -> Any:
    return func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _from_now(seconds: float) -> Any:
    return func.now() + _interval(seconds)


def _short(error: str | None) -> str | None:
    return error[:_ERROR_LENGTH] if error else None
