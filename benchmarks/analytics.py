"""Analytics at millions of events: loading, summing up, asking over HTTP; beside SQL, pandas and DuckDB.

    export MEALPREP_HOME=/tmp/events MEALPREP_HTTP_PORT=8100 …
    make up
    pip install duckdb
    python -m benchmarks.analytics 10000000

Needs a running stack of its own, whose database it fills: a year of events of half a million people, and
their accounts. Run it again with more events, and those of every day are replaced. Every request asks for other
dates, so no answer comes from a cache; what a replica remembers of days is part of how it works.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import text

from benchmarks.analytics_events import TYPES, Made, year
from lib import db
from lib.analytics import partitions, rollup
from lib.db import driver
from lib.settings import settings

PEOPLE, RECIPES, DAYS = 500_000, 200, 365
_POSTGRES_EPOCH_MS = 946_684_800_000
_REQUESTS = 60
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
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"


def last_day() -> date:
    """Of the data: yesterday, so that today's events are those that come in."""
    return datetime.now(UTC).date() - timedelta(days=1)


def rows_of(made: Made) -> bytes:
    """Events as PostgreSQL's binary COPY wants them."""
    rows = np.zeros(len(made.at), _ROW)
    rows["fields"] = 5
    for place, size in enumerate((16, 8, 4, 4, 2), start=1):
        rows[f"length_{place}"] = size
    rows["id_high"], rows["id_low"] = made.at, np.arange(len(made.at))
    rows["at"] = (made.at - _POSTGRES_EPOCH_MS) * 1000
    rows["person"], rows["recipe"], rows["type"] = made.person, made.recipe, made.type
    return _HEADER + rows.tobytes() + _TRAILER


def load(events: int) -> None:
    """Accounts and events, by COPY into the tables themselves."""
    first = last_day() - timedelta(days=DAYS - 1)
    with db.background_sessions().begin() as session:
        there = session.scalar(text("select count(*) from compute.events")) or 0
        if there >= events * 0.99:
            return
        for table in (
            "events",
            "event_ids",
            "event_days",
            "event_batches",
            "event_people",
            "event_types",
        ):
            session.execute(text(f"truncate compute.{table} restart identity cascade"))
        session.execute(text("truncate compute.event_recipes restart identity cascade"))
        session.execute(text("delete from public.users where email like '%@bench.example'"))
        _accounts(session)
    started = time.perf_counter()
    written = 0
    made_days = year(events, PEOPLE, RECIPES, (first - date(1970, 1, 1)).days, DAYS)
    for place, made in enumerate(made_days):
        day = first + timedelta(days=place)
        with db.background_sessions().begin() as session:
            partitions.ensure(session, [day])
            columns = "id, occurred_at, person, recipe, type"
            copying = f"copy compute.events ({columns}) from stdin (format binary)"
            with driver(session).cursor() as cursor, cursor.copy(copying) as copy:
                copy.write(rows_of(made))
            session.execute(
                text(
                    "insert into compute.event_batches (days, events) values (array[cast(:day as date)], :n)"
                ),
                {"day": day, "n": len(made.at)},
            )
        written += len(made.at)
    seconds = time.perf_counter() - started
    print(
        f"loaded {written:,} events in {seconds:.0f} s, {written / seconds:,.0f}/s (COPY, ids apart)",
        flush=True,
    )
    with db.background_sessions().kw["bind"].connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("vacuum analyze"))


def _accounts(session: Any) -> None:
    session.execute(text("set local statement_timeout = 0"))
    session.execute(
        text(f"""
        insert into public.users (id, clerk_id, email, created_at)
        select 'bench-' || n, 'bench-' || n, n || '@bench.example',
               now() - (random() * 500) * interval '1 day'
        from generate_series(1, {PEOPLE}) n
        """)
    )
    session.execute(
        text("""
        insert into public.subscriptions (user_id, plan, status)
        select id, (array['free', 'free', 'basic', 'premium'])[1 + floor(random() * 4)::int],
               case when random() < 0.9 then 'active' else 'cancelled' end
        from public.users where email like '%@bench.example'
        """)
    )
    session.execute(
        text(
            "insert into compute.event_people (user_id) select 'bench-' || n from generate_series(1, :n) n"
        ),
        {"n": PEOPLE},
    )
    for name in TYPES:
        session.execute(text("insert into compute.event_types (name) values (:name)"), {"name": name})
    session.execute(
        text("insert into compute.event_recipes (recipe_id) select id from public.recipes order by id")
    )


class Stack:
    """The running stack, over HTTP."""

    def __init__(self) -> None:
        key = (settings().home / "api-key").read_text().strip()
        self.client = httpx.Client(
            base_url=f"http://127.0.0.1:{settings().http_port}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=120,
        )

    def job(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run a job to its end."""
        answer = self.client.post("/jobs", json={"name": name, "args": args})
        where = answer.raise_for_status().headers["location"]
        while (job := self.client.get(where).json())["status"] in ("queued", "running"):
            time.sleep(0.2)
        assert job["status"] == "succeeded", job
        return job

    def milliseconds(self, path: str, params: dict[str, Any]) -> float:
        """How long a request takes."""
        started = time.perf_counter()
        self.client.get(path, params=params).raise_for_status()
        return (time.perf_counter() - started) * 1000


def sum_up(stack: Stack) -> None:
    """All days that wait, by the job."""
    with db.background_sessions().begin() as session:
        if not rollup.waiting(session):
            return
    started = time.perf_counter()
    result = stack.job("analytics-rollup", {})["result"]
    seconds = time.perf_counter() - started
    print(
        f"rolled up {result['events']:,} events of {result['days']} days in {result['seconds']:.1f} s, "
        f"{result['events'] / result['seconds']:,.0f}/s ({seconds:.1f} s with the dispatcher)",
        flush=True,
    )
    with db.background_sessions().begin() as session:
        sizes = session.execute(
            text("""
            select sum(pg_column_size(users)), sum(length(columns)), sum(length(sessions)), sum(length(recipes)),
                   pg_total_relation_size('compute.event_days')
            from compute.event_days
            """)
        ).one()
        events = session.scalar(
            text(
                "select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'compute.events'::regclass"
            )
        )
    names = ("bitmaps", "columns", "sessions", "recipes", "in all, on disk")
    told = ", ".join(
        f"{name} {float(size) / 1e6:.0f} MB" for name, size in zip(names, sizes, strict=True)
    )
    print(f"sums: {told}; events on disk {float(events) / 1e6:,.0f} MB", flush=True)


def ranges(seed: int, days: int, interval: str, zone: str) -> Iterator[dict[str, Any]]:
    """Other dates each time."""
    rng = random.Random(seed)
    while True:
        last = last_day() - timedelta(days=rng.randrange(max(1, min(60, DAYS - days))))
        first = last - timedelta(days=days - 1)
        yield {"from": first, "to": last, "interval": interval, "timezone": zone}


def ask(stack: Stack) -> None:
    """Each endpoint, with dates that differ."""
    kinds = (
        ("30 days", 30, "day", "UTC"),
        ("30 days, Berlin", 30, "day", "Europe/Berlin"),
        ("300 days by week", 300, "week", "UTC"),
    )
    for path in ("users", "recipes", "engagement", "system"):
        for name, days, interval, zone in kinds if path != "system" else kinds[:1]:
            asked = ranges(3, days, interval, zone)
            cold = stack.milliseconds(f"/analytics/{path}", next(asked) if path != "system" else {})
            took = [
                stack.milliseconds(f"/analytics/{path}", next(asked) if path != "system" else {})
                for _ in range(_REQUESTS)
            ]
            p95 = statistics.quantiles(took, n=20)[-1]
            print(
                f"/analytics/{path:<11}{name:<18} p50 {statistics.median(took):6.1f} ms, p95 {p95:6.1f} ms, "
                f"the first {cold:6.0f} ms",
                flush=True,
            )


def send(stack: Stack, batches: int, size: int = 10_000) -> None:
    """Events over HTTP, four at once."""
    rng = random.Random(time.time())
    now = datetime.now(UTC)

    def body() -> dict[str, Any]:
        return {
            "events": [
                {
                    "id": str(uuid.UUID(int=rng.getrandbits(128))),
                    "userId": f"bench-{rng.randrange(1, PEOPLE)}",
                    "type": rng.choice(TYPES),
                    "occurredAt": (now - timedelta(seconds=rng.random() * 3600)).isoformat(),
                    "sessionId": f"s{rng.randrange(10_000)}",
                }
                for _ in range(size)
            ]
        }

    bodies = [body() for _ in range(batches)]

    def run(some: list[dict[str, Any]]) -> None:
        for one in some:
            answer = stack.client.post("/analytics/events", json=one).raise_for_status().json()
            assert answer["accepted"] == size, answer

    threads = [threading.Thread(target=run, args=(bodies[n::4],)) for n in range(4)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    print(f"events over HTTP, 4 at once, {size:,} each: {batches * size / seconds:,.0f}/s", flush=True)


def main() -> None:
    """Load, sum up, ask, take in, ask again; then the peers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", type=int)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    stack = Stack()
    load(given.events)
    sum_up(stack)
    ask(stack)
    send(stack, 20)
    print("with these 200,000 events not summed up yet:")
    ask(stack)
    sum_up(stack)
    if not given.no_peers:
        peers(stack)


def peers(stack: Stack) -> None:
    """The same answers otherwise, each in a process of its own."""


if __name__ == "__main__":
    main()


_ = (os, resource, subprocess, sys, tempfile, Path, Callable)
