"""Analytics at millions of events: loading, summing up, asking over HTTP; beside SQL, pandas and DuckDB.

    export MEALPREP_HOME=/tmp/events MEALPREP_HTTP_PORT=8100 …
    make up
    pip install duckdb
    python -m benchmarks.analytics 10000000

Needs a running stack of its own, whose database it fills: a year of events of half a million people, and
their accounts. Run again with more events, it replaces those that are there. Each request has other
dates, so no answer comes from a cache; what a replica remembers of days is part of how it works.
"""

import argparse
import random
import statistics
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from benchmarks.analytics_events import TYPES
from benchmarks.analytics_load import DAYS, PEOPLE, first_day, last_day, load
from lib import db
from lib.settings import settings

_REQUESTS = 60
_BATCH = 10_000
_SIZES = text("""
    select sum(pg_column_size(users)), sum(length(columns)), sum(length(sessions)),
           sum(length(recipes)), pg_total_relation_size('compute.event_days')
    from compute.event_days
""")
_EVENTS_SIZE = text("""
    select sum(pg_total_relation_size(inhrelid)) from pg_inherits
    where inhparent = 'compute.events'::regclass
""")
_KINDS = (
    ("30 days", 30, "day", "UTC"),
    ("30 days, Berlin", 30, "day", "Europe/Berlin"),
    ("300 days by week", 300, "week", "UTC"),
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
        """Run a job to its end; its result."""
        answer = self.client.post("/jobs", json={"name": name, "args": args})
        where = answer.raise_for_status().headers["location"]
        while (job := self.client.get(where).json())["status"] in ("queued", "running"):
            time.sleep(0.2)
        assert job["status"] == "succeeded", job
        result: dict[str, Any] = job["result"]
        return result

    def milliseconds(self, path: str, params: dict[str, Any]) -> float:
        """How long a request takes."""
        started = time.perf_counter()
        self.client.get(path, params=params).raise_for_status()
        return (time.perf_counter() - started) * 1000


def sum_up(stack: Stack) -> None:
    """All days, by the job."""
    result = stack.job("analytics-rollup", {"from": str(first_day())})
    rate = result["events"] / result["seconds"]
    print(
        f"rolled up {result['events']:,} events of {result['days']} days in {result['seconds']:.1f} s, "
        f"{rate:,.0f}/s"
    )
    with db.background_sessions().begin() as session:
        sizes = session.execute(_SIZES).one()
        events = session.scalars(_EVENTS_SIZE).one()
    names = ("bitmaps", "columns", "sessions", "recipes", "in all, on disk")
    told = [f"{name} {float(size) / 1e6:.1f} MB" for name, size in zip(names, sizes, strict=True)]
    print(f"sums: {', '.join(told)}; events on disk {float(events) / 1e6:,.0f} MB", flush=True)


def ranges(days: int, interval: str, zone: str) -> Iterator[dict[str, Any]]:
    """Other dates each time."""
    rng = random.Random(3)
    while True:
        last = last_day() - timedelta(days=rng.randrange(max(1, min(60, DAYS - days))))
        yield {
            "from": last - timedelta(days=days - 1),
            "to": last,
            "interval": interval,
            "timezone": zone,
        }


def ask(stack: Stack) -> None:
    """Each endpoint, with dates that differ."""
    for path in ("users", "recipes", "engagement", "system"):
        for name, days, interval, zone in _KINDS if path != "system" else (("", 1, "day", "UTC"),):
            asked: Iterator[dict[str, Any]] = ranges(days, interval, zone)
            if path == "system":
                asked = repeat({})
            first = stack.milliseconds(f"/analytics/{path}", next(asked))
            took = [stack.milliseconds(f"/analytics/{path}", next(asked)) for _ in range(_REQUESTS)]
            p95 = statistics.quantiles(took, n=20)[-1]
            print(
                f"/analytics/{path:<11}{name:<18} p50 {statistics.median(took):6.1f} ms, "
                f"p95 {p95:6.1f} ms, the first {first:6.0f} ms",
                flush=True,
            )


def send(stack: Stack, batches: int) -> None:
    """Events over HTTP, four connections at once."""
    rng = random.Random(time.time())
    bodies = [{"events": [_event(rng) for _ in range(_BATCH)]} for _ in range(batches)]

    def run(some: list[dict[str, Any]]) -> None:
        for one in some:
            answer = stack.client.post("/analytics/events", json=one).raise_for_status().json()
            assert answer["accepted"] == _BATCH, answer

    threads = [threading.Thread(target=run, args=(bodies[n::4],)) for n in range(4)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = batches * _BATCH / (time.perf_counter() - started)
    print(f"events over HTTP, 4 at once, {_BATCH:,} each: {rate:,.0f}/s", flush=True)


def _event(rng: random.Random) -> dict[str, Any]:
    return {
        "id": str(uuid.UUID(int=rng.getrandbits(128))),
        "userId": f"bench-{rng.randrange(1, PEOPLE)}",
        "type": rng.choice(TYPES),
        "occurredAt": (datetime.now(UTC) - timedelta(seconds=rng.random() * 3600)).isoformat(),
        "sessionId": f"s{rng.randrange(10_000)}",
    }


def peers() -> None:
    """The same answers otherwise, in the same run."""
    from benchmarks import analytics_peers  # DuckDB is only here for this

    with tempfile.TemporaryDirectory() as folder:
        analytics_peers.compare(Path(folder), first_day(), last_day())


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
    print("with these events not summed up yet:")
    ask(stack)
    stack.job("analytics-rollup", {})
    if not given.no_peers:
        peers()


if __name__ == "__main__":
    main()
