"""Sums events up by day: each day anew from its events, so that doing it twice changes nothing.

A day says up to which transaction its events are in it. What was written since, the tail, is found by
its batches and merged by whoever asks, so answers are exact at any moment.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.analytics import columns, ingest, recipe_counts, sessions, summaries
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS, start_of
from lib.tables import event_batches, event_days

_HORIZON = text("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
# A number from the future was written in another database, of which this one is a copy.
ROLLED_TO = """case when event_days.rolled_to <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    then event_days.rolled_to else 0 end"""
_WAITING = text(f"""
    with waiting as (
        select day, batches.written_by from compute.event_batches as batches, unnest(days) as day
        union all
        select day, 0 from compute.event_days where {ROLLED_TO} = 0
    )
    select distinct day from waiting left join compute.event_days using (day)
    where event_days.day is null or waiting.written_by >= {ROLLED_TO}
    order by day
""")
_PRUNE = text(f"""
    delete from compute.event_batches as batches where not exists (
        select from unnest(batches.days) as day left join compute.event_days using (day)
        where event_days.day is null or batches.written_by >= {ROLLED_TO}
    )
""")


MANY = 20_000
ALL = 0
"""Stands for every type; a day's first."""


class Rolled(NamedTuple):
    """What became of a day."""

    events: int
    bytes: int


def waiting(session: Session) -> list[date]:
    """Days of which something isn't summed up yet, the oldest first."""
    return list(session.scalars(_WAITING))


def is_wanted(session: Session) -> bool:
    """Whether there is something to sum up."""
    return bool(waiting(session))


def is_urgent(session: Session) -> bool:
    """Whether so many events wait that merging them slows answers down."""
    return waiting_events(session) >= MANY


def waiting_events(session: Session) -> int:
    """About how many events aren't summed up yet."""
    return session.scalar(select(func.coalesce(func.sum(event_batches.c.events), 0))) or 0


def events_of(session: Session, days: Sequence[date]) -> int:
    """About how many events those days have, summed up or not."""
    known = select(func.coalesce(func.sum(event_days.c.counts[1]), 0)).where(event_days.c.day.in_(days))
    return (session.scalar(known) or 0) + waiting_events(session)


def known_days(session: Session, first: date | None, last: date | None) -> list[date]:
    """Days from one to another that have events, summed up or not, the oldest first."""
    found = {*session.scalars(select(event_days.c.day)), *waiting(session)}
    return sorted(day for day in found if (not first or day >= first) and (not last or day <= last))


def roll_up(session: Session, day: date) -> Rolled:
    """Sum a UTC day up, from all that was committed until now.

    Killed, it leaves the day as it was. Of two at once, the one that knows more remains.
    """
    ingest.lock(session)
    start = start_of(day)
    horizon = session.scalars(_HORIZON).one()
    found, _ = columns.read(session, start, start + DAY_MS, written_before=horizon)
    row = {"day": day, "rolled_to": horizon, **sums(found, start)}
    upsert = insert(event_days).values(row)
    replaced = {name: upsert.excluded[name] for name in row if name != "day"}
    next_version = func.nextval(func.pg_get_serial_sequence("compute.event_days", "version"))
    session.execute(
        upsert.on_conflict_do_update(
            index_elements=["day"],
            set_=replaced | {"version": next_version, "rolled_up_at": func.now()},
            where=text(f"{ROLLED_TO} < excluded.rolled_to"),
        )
    )
    size = sum(len(row[name]) for name in ("columns", "sessions", "recipes")) + sum(
        map(len, row["users"])
    )
    return Rolled(len(found.at), size)


def sums(found: Columns, start: int) -> dict[str, Any]:
    """What is kept of a day's events, by column of event_days.

    Args:
        start: millisecond at which the day begins.
    """
    kinds = np.unique(found.type)
    by_type = [found.person, *(found.person[found.type == kind] for kind in kinds)]
    return {
        "types": [ALL, *kinds.tolist()],
        "counts": [len(persons) for persons in by_type],
        "users": [summaries.bitmap(persons).serialize() for persons in by_type],
        "columns": columns.packed(found, start),
        "sessions": sessions.packed(sessions.runs(found, start), start),
        "recipes": recipe_counts.packed(recipe_counts.counts(found)),
    }


def prune(session: Session) -> int:
    """Forget batches whose events are all summed up; returns how many."""
    return session.execute(_PRUNE).rowcount  # type: ignore[attr-defined, no-any-return]
