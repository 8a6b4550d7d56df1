"""Schedules: which ticks are due by the clock of a place, and one run for each, whoever looks."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.errors import Invalid, NotFound
from lib.ledger import jobs
from lib.ledger.kinds import Kind
from lib.tables import jobs as table
from lib.tables import schedules as changes
from lib.wire import Wire

CatchUp = Literal["skip", "one", "all"]
"""After a downtime: no run for what was missed, one for all of it, or one each."""

Overlap = Literal["skip", "queue"]
"""While the run before isn't over: leave the tick out, or queue it behind that."""

LATE_S = 60
"""Seconds after which a tick counts as missed."""

_MOST_AT_ONCE = 1000
_YEARS = timedelta(days=366 * 5)


@dataclass(frozen=True)
class Schedule:
    """When a job runs by itself, unless somebody has changed it.

    Args:
        name: of the schedule; often that of the job.
        kind: of the job.
        cron: five fields; hours and minutes are those of the place's clock. Where the clock jumps over
            a tick it runs right after, where the clock shows an hour twice it runs once, unless its
            hours are `*`.
        args: for the job, as JSON.
        catch_up: see there.
        overlap: see there.
        jitter_s: each run waits a random time of up to so many seconds.
        wanted: asked at each tick, and the tick is left out when there is nothing to do.
    """

    name: str
    kind: Kind
    cron: str
    timezone: str = "UTC"
    enabled: bool = True
    args: Mapping[str, Any] = field(default_factory=dict)
    catch_up: CatchUp = "one"
    overlap: Overlap = "skip"
    jitter_s: int = 0
    wanted: Callable[[Session], bool] | None = None


class ScheduleInfo(Wire):
    """A schedule as it is in force."""

    name: str
    job: str
    cron: str
    timezone: str
    enabled: bool
    catch_up: CatchUp
    overlap: Overlap
    jitter_s: int
    next_tick: datetime | SkipJsonSchema[None] = None
    last_job_id: str | SkipJsonSchema[None] = None
    last_status: jobs.Status | SkipJsonSchema[None] = None


@dataclass(frozen=True)
class _InForce:
    cron: str
    timezone: str
    enabled: bool
    seen_until: datetime

    def ticks(self, after: datetime) -> Iterator[datetime]:
        """Every tick after that moment, in UTC."""
        place = ZoneInfo(self.timezone)
        return (tick.astimezone(UTC) for tick in CronSim(self.cron, after.astimezone(place)))


def run_due(session: Session, schedules: list[Schedule], now: datetime) -> list[str]:
    """Write a job for every tick that is due, and remember in the same transaction that it was.

    Whoever else looks at the same schedule meanwhile passes it by.

    Returns:
        The ids of the jobs.
    """
    started = []
    for schedule in schedules:
        in_force = _lock(session, schedule, now)
        if in_force is None or not in_force.enabled:
            continue
        due = list(takewhile(lambda tick: tick <= now, in_force.ticks(in_force.seen_until)))
        if not due:
            continue
        for tick in _to_run(schedule, due, now):
            if job_id := _run(session, schedule, tick):
                started.append(job_id)
        _seen(session, schedule, due[-1])
    return started


def _to_run(schedule: Schedule, due: list[datetime], now: datetime) -> list[datetime]:
    """Which of the due ticks have a run, by the catch-up rule."""
    if schedule.catch_up == "all":
        return due[-_MOST_AT_ONCE:]
    if schedule.catch_up == "skip" and now - due[-1] > timedelta(seconds=LATE_S):
        return []
    return due[-1:]


def _run(session: Session, schedule: Schedule, tick: datetime) -> str | None:
    if schedule.overlap == "skip" and _goes_on(session, schedule):
        return None
    if schedule.wanted and not schedule.wanted(session):
        return None
    waits = timedelta(seconds=random.uniform(0, schedule.jitter_s))  # noqa: S311
    return jobs.enqueue_tick(
        session, schedule.kind, schedule.args, schedule.name, tick, run_after=tick + waits
    )


def _goes_on(session: Session, schedule: Schedule) -> bool:
    unfinished = table.c.status.in_(("queued", "running"))
    return bool(session.scalar(select(exists().where(table.c.schedule == schedule.name, unfinished))))


def change(
    session: Session,
    schedule: Schedule,
    now: datetime,
    *,
    enabled: bool | None = None,
    cron: str | None = None,
    timezone: str | None = None,
) -> ScheduleInfo:
    """Change what is given; from now on only later ticks count.

    Raises:
        Invalid: that is no cron line with a tick within years, or no time zone.
    """
    given = {"enabled": enabled, "cron": cron, "timezone": timezone}
    new = {name: value for name, value in given.items() if value is not None}
    before = _in_force(schedule, _row(session, schedule), now)
    _check(
        before.cron if cron is None else cron,
        before.timezone if timezone is None else timezone,
        now,
    )
    statement = insert(changes).values(name=schedule.name, seen_until=now, **new)
    values = {"seen_until": now, **new}
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
    return info(session, schedule, now)


def info(session: Session, schedule: Schedule, now: datetime) -> ScheduleInfo:
    """A schedule as it is in force, and its last run."""
    in_force = _in_force(schedule, _row(session, schedule), now)
    last = session.execute(
        select(table.c.id, table.c.status)
        .where(table.c.schedule == schedule.name)
        .order_by(table.c.tick.desc())
        .limit(1)
    ).first()
    upcoming = next(in_force.ticks(max(now, in_force.seen_until)), None) if in_force.enabled else None
    return ScheduleInfo(
        name=schedule.name,
        job=schedule.kind.name,
        cron=in_force.cron,
        timezone=in_force.timezone,
        enabled=in_force.enabled,
        catch_up=schedule.catch_up,
        overlap=schedule.overlap,
        jitter_s=schedule.jitter_s,
        next_tick=upcoming,
        last_job_id=last.id if last else None,
        last_status=last.status if last else None,
    )


def find(schedules: list[Schedule], name: str) -> Schedule:
    """The schedule of that name.

    Raises:
        NotFound: there is none.
    """
    for schedule in schedules:
        if schedule.name == name:
            return schedule
    raise NotFound(f"There is no schedule {name!r}.", [schedule.name for schedule in schedules])


def _check(cron: str, timezone: str, now: datetime) -> None:
    if timezone not in available_timezones():
        field_error = (("body", "timezone"), "a name such as Europe/Berlin")
        raise Invalid(f"There is no time zone {timezone!r}.", [field_error])
    try:
        if len(cron.split()) != 5:
            raise CronSimError("It must have five fields")
        first = next(CronSim(cron, now.astimezone(ZoneInfo(timezone))), None)
    except CronSimError as error:
        raise Invalid(f"This is no cron line: {error}.", [(("body", "cron"), str(error))]) from None
    if first is None or first - now > _YEARS:
        raise Invalid("This never happens.", [(("body", "cron"), "it has no tick within years")])


def _row(session: Session, schedule: Schedule) -> Any:
    return session.execute(select(changes).where(changes.c.name == schedule.name)).first()


def _in_force(schedule: Schedule, row: Any, now: datetime) -> _InForce:
    if row is None:
        return _InForce(schedule.cron, schedule.timezone, schedule.enabled, now)
    return _InForce(
        row.cron or schedule.cron,
        row.timezone or schedule.timezone,
        schedule.enabled if row.enabled is None else row.enabled,
        row.seen_until,
    )


def _lock(session: Session, schedule: Schedule, now: datetime) -> _InForce | None:
    """The schedule, which is this transaction's until it ends; None if it is another's."""
    first = insert(changes).values(name=schedule.name, seen_until=now).on_conflict_do_nothing()
    mine = select(changes).where(changes.c.name == schedule.name).with_for_update(skip_locked=True)
    row = session.execute(mine).first()
    if row is None:
        session.execute(first)
        row = session.execute(mine).first()
    return _in_force(schedule, row, now) if row else None


def _seen(session: Session, schedule: Schedule, tick: datetime) -> None:
    session.execute(update(changes).where(changes.c.name == schedule.name).values(seen_until=tick))
