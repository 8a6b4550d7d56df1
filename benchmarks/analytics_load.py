"""Fills a database with accounts and events, by COPY and SQL into the tables themselves."""

import time
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.analytics_events import TYPES, Made, year
from lib import db
from lib.analytics import partitions, rollup
from lib.db import driver

PEOPLE, RECIPES, DAYS = 500_000, 200, 365
_POSTGRES_EPOCH_MS = 946_684_800_000
_ROW = np.dtype(
    [
        ("fields", ">i2"),
        *(("length_1", ">i4"), ("id_high", ">u8"), ("id_low", ">u8")),
        *(("length_2", ">i4"), ("at", ">i8")),
        *(("length_3", ">i4"), ("person", ">i4")),
        *(("length_4", ">i4"), ("recipe", ">i4")),
        *(("length_5", ">i4"), ("type", ">i2")),
    ]
)
_HEADER, _TRAILER = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_COPY = "copy compute.events (id, occurred_at, person, recipe, type) from stdin (format binary)"
_IDS = text("""
    insert into compute.event_ids select id from compute.events
    where occurred_at >= cast(:first as date)::timestamp at time zone 'UTC'
        and occurred_at < cast(:after as date)::timestamp at time zone 'UTC'
""")
_BATCH = text("insert into compute.event_batches (days, events) values (array[cast(:day as date)], :n)")
_EMPTY = text("""
    truncate compute.events, compute.event_ids, compute.event_days, compute.event_batches,
        compute.event_people, compute.event_types, compute.event_recipes restart identity
""")
_ACCOUNTS = (
    text("delete from public.users where email like '%@bench.example'"),
    text("""
        insert into public.users (id, clerk_id, email, created_at)
        select 'bench-' || n, 'bench-' || n, n || '@bench.example',
               now() - (random() * 500) * interval '1 day'
        from generate_series(1, :people) as n
    """),
    text("""
        insert into public.subscriptions (user_id, plan, status)
        select id, (array['free', 'free', 'basic', 'premium'])[1 + floor(random() * 4)::int],
               case when random() < 0.9 then 'active' else 'cancelled' end
        from public.users where email like '%@bench.example'
    """),
    text("""
        insert into compute.event_people (user_id)
        select 'bench-' || n from generate_series(1, :people) as n
    """),
    text("insert into compute.event_types (name) select unnest(cast(:types as text[]))"),
    text("insert into compute.event_recipes (recipe_id) select id from public.recipes order by id"),
)


def last_day() -> date:
    """Of the data: yesterday, so that today's events are those that come in."""
    return datetime.now(UTC).date() - timedelta(days=1)


def first_day() -> date:
    """Of the data."""
    return last_day() - timedelta(days=DAYS - 1)


def load(events: int) -> None:
    """Accounts and so many events, unless they are there."""
    with db.background_sessions().begin() as session:
        session.execute(text("set local statement_timeout = 0"))
        there = session.scalar(text("select count(*) from compute.events")) or 0
        if events * 0.99 <= there <= events * 1.2:  # those that came in meanwhile are among them
            return
        session.execute(_EMPTY)
        for statement in _ACCOUNTS:
            given = {"people": PEOPLE, "types": list(TYPES)}
            session.execute(statement, {k: v for k, v in given.items() if f":{k}" in str(statement)})
    started = time.perf_counter()
    written = 0
    made_days = year(events, PEOPLE, RECIPES, (first_day() - date(1970, 1, 1)).days, DAYS)
    for place, made in enumerate(made_days):
        with db.background_sessions().begin() as session:
            _write(session, first_day() + timedelta(days=place), made)
        written += len(made.at)
    seconds = time.perf_counter() - started
    print(f"loaded {written:,} events in {seconds:.0f} s, {written / seconds:,.0f}/s", flush=True)
    with db.background_sessions().kw["bind"].connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))


def roll_up() -> None:
    """Sum up all days that aren't yet, in this process."""
    with db.background_sessions().begin() as session:
        days = rollup.waiting(session)
    for day in days:
        with db.background_sessions().begin() as session:
            rollup.roll_up(session, day)


def _write(session: Session, day: date, made: Made) -> None:
    partitions.ensure(session, [day])
    with driver(session) as connection, connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        copy.write(_rows(made))
    session.execute(_IDS, {"first": day, "after": day + timedelta(days=1)})
    session.execute(_BATCH, {"day": day, "n": len(made.at)})


def _rows(made: Made) -> bytes:
    """Events as PostgreSQL's binary COPY wants them."""
    rows = np.zeros(len(made.at), _ROW)
    rows["fields"] = 5
    for place, size in enumerate((16, 8, 4, 4, 2), start=1):
        rows[f"length_{place}"] = size
    rows["id_high"], rows["id_low"] = made.at, np.arange(len(made.at))
    rows["at"] = (made.at - _POSTGRES_EPOCH_MS) * 1000
    rows["person"], rows["recipe"], rows["type"] = made.person, made.recipe, made.type
    return _HEADER + rows.tobytes() + _TRAILER
