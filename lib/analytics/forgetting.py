"""Forgets a person: no event, no sum and no number of theirs remains, and none comes back."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Integer, Text, any_, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from lib.analytics import columns, ingest, rollup
from lib.analytics.answers import Receipt
from lib.analytics.periods import start_of
from lib.errors import NotFound
from lib.tables import event_batches, event_days, event_people, forgotten_people

_NEXT_VERSION = func.nextval(func.pg_get_serial_sequence("compute.event_days", "version"))
_NEXT_NUMBER = func.nextval(func.pg_get_serial_sequence("compute.event_batches", "number"))

_DELETE = text("""
    with gone as (
        delete from compute.events where person = any(:people) returning id, occurred_at
    ), ids as (
        delete from compute.event_ids using gone where event_ids.id = gone.id
    )
    select (occurred_at at time zone 'UTC')::date as day, count(*) from gone group by day order by day
""")


def forget(session: Session, user_id: str) -> Receipt:
    """Forget a person; asked again, the answer is the first receipt.

    Nobody writes events meanwhile. It takes about 10 ms for each day on which the person did something.

    Raises:
        NotFound: no event of that person ever came.
    """
    ingest.lock(session, alone=True)
    digest = hashlib.sha256(user_id.encode()).digest()
    number = session.scalar(select(event_people.c.number).where(event_people.c.user_id == user_id))
    if number is None:
        before = session.execute(
            select(forgotten_people).where(forgotten_people.c.user_sha256 == digest)
        ).one_or_none()
        if before is None:
            raise NotFound(f"Nothing is known of a user {user_id!r}.")
        return _receipt(user_id, before.events, before.days, before.forgotten_at)
    gone, cleared = _delete(session, [number])
    now = datetime.now(UTC)
    count = sum(gone.values())
    row = {"user_sha256": digest, "events": count, "days": cleared, "forgotten_at": now}
    session.execute(insert(forgotten_people).values(row))
    return _receipt(user_id, count, cleared, now)


def take_out(session: Session, user_ids: Sequence[str]) -> int:
    """Delete all events of some people, as if none had come; returns how many. New ones are taken."""
    ingest.lock(session, alone=True)
    people = literal(list(user_ids), ARRAY(Text))
    numbers = session.scalars(
        select(event_people.c.number).where(event_people.c.user_id == any_(people))
    )
    gone, _ = _delete(session, numbers.all())
    # A day without events says no more than no day.
    session.execute(delete(event_days).where(event_days.c.counts == [0]))
    return sum(gone.values())


def _receipt(user_id: str, gone: int, days: int, at: datetime) -> Receipt:
    return Receipt(user_id=user_id, events=gone, days=days, forgotten_at=at)


def _delete(session: Session, numbers: Sequence[int]) -> tuple[dict[date, int], int]:
    """Delete people: how many of their events on which day, and how many days had sums of theirs."""
    session.execute(text("set local statement_timeout = 0"))
    gone: dict[date, int] = dict(session.execute(_DELETE, {"people": list(numbers)}).tuples().all())
    cleared = sum(_clear(session, day, numbers) for day in gone)
    # What replicas remember of batches is kept by their numbers.
    session.execute(update(event_batches).values(number=_NEXT_NUMBER))
    people = literal(list(numbers), ARRAY(Integer))
    session.execute(delete(event_people).where(event_people.c.number == any_(people)))
    return gone, cleared


def _clear(session: Session, day: date, numbers: Sequence[int]) -> bool:
    """Take people out of a day's sums; says whether there are any."""
    query = select(event_days.c["columns"]).where(event_days.c.day == day)
    content = session.scalar(query.with_for_update())
    if content is None:  # not summed up yet
        return False
    start = start_of(day)
    kept = columns.unpacked(content, start)
    kept = kept.part(~np.isin(kept.person, np.array(numbers, np.uint32)))
    values: dict[str, Any] = rollup.sums(kept, start)
    session.execute(
        update(event_days).where(event_days.c.day == day).values(**values, version=_NEXT_VERSION)
    )
    return True
