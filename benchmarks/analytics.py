"""Analytics at millions of events: loading, summing up, asking over HTTP; beside SQL, pandas and DuckDB.

    export MEALPREP_HOME=/tmp/events MEALPREP_HTTP_PORT=8100 …
    make up
    pip install duckdb
    python -m benchmarks.analytics 10000000

Needs a running stack of its own, whose database it fills: a year of events of half a million people, and
their accounts. Run again with another number of events, it replaces those that are there;
`benchmarks.analytics_growth` says what more of them cost. Each request has other dates, so no answer
comes from a cache; what a replica remembers of days is part of how it works. Rollups rest meanwhile, so
that what isn't summed up stays so.
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
from itertools import cycle, repeat
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from benchmarks.analytics_events import TYPES
from benchmarks.analytics_load import DAYS, PEOPLE, first_day, last_day, load
from lib import db
from lib.analytics.periods import Interval
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
KINDS: tuple[tuple[str, int, Interval, str], ...] = (
    ("30 days", 30, "day", "UTC"),
    ("30 days, Berlin", 30, "day", "Europe/Berlin"),
    ("300 days by week", 300, "week", "UTC"),
    ("300 days by week, Berlin", 300, "week", "Europe/Berlin"),
    ("300 days by day, Berlin", 300, "day", "Europe/Berlin"),
)
_READ_AHEAD_MS, _READ_AHEAD_AT_MOST_S = 100, 300


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
        self.client.get(f"/analytics/{path}", params=params).raise_for_status()
        return (time.perf_counter() - started) * 1000

    def schedule(self, *, enabled: bool) -> None:
        """Let rollups run by themselves, or not."""
        for name in ("analytics-rollup", "analytics-rollup-busy"):
            answer = self.client.patch(f"/jobs/schedules/{name}", json={"enabled": enabled})
            answer.raise_for_status()


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


def ranges(days: int, interval: str, zone: str, *, until_today: bool) -> Iterator[dict[str, Any]]:
    """Other dates each time, in the year of data; or all until today, when events come in."""
    most = min(_REQUESTS + 1, DAYS - days)
    for more in cycle(random.Random(3).sample(range(most), most)):
        last, first = last_day(), timedelta(days=days - 1)
        if until_today:
            last += timedelta(days=1)
            first += timedelta(days=more)
        else:
            last -= timedelta(days=more)
        yield {"from": last - first, "to": last, "interval": interval, "timezone": zone}


def ask(stack: Stack, *, until_today: bool = False) -> None:
    """Each endpoint: the first time, with dates that differ, and the same again."""
    for path in ("users", "recipes", "engagement", "system"):
        for name, days, interval, zone in KINDS if path != "system" else (("", 1, "day", "UTC"),):
            asked: Iterator[dict[str, Any]] = ranges(days, interval, zone, until_today=until_today)
            if path == "system":
                asked = repeat({})
            first = stack.milliseconds(path, one := next(asked))
            took = [stack.milliseconds(path, next(asked)) for _ in range(_REQUESTS)]
            again = statistics.median(stack.milliseconds(path, one) for _ in range(10))
            p50, p95 = statistics.median(took), statistics.quantiles(took, n=20)[-1]
            print(
                f"/analytics/{path:<11}{name:<26} p50 {p50:6.1f} ms, p95 {p95:6.1f} ms, "
                f"the first {first:6.0f} ms, the same again {again:6.1f} ms",
                flush=True,
            )


def ask_while_events_come(stack: Stack) -> None:
    """With a hundred new events before each request."""
    for path in ("users", "recipes", "engagement"):
        took = []
        asked = ranges(30, "day", "Europe/Berlin", until_today=True)
        for _ in range(_REQUESTS // 2):
            send(stack, 1, 100, quiet=True)
            took.append(stack.milliseconds(path, next(asked)))
        p95 = statistics.quantiles(took, n=20)[-1]
        print(
            f"/analytics/{path:<11}{'30 days, new events each time':<26} "
            f"p50 {statistics.median(took):6.1f} ms, p95 {p95:6.1f} ms",
            flush=True,
        )


def settle(stack: Stack) -> None:
    """What it takes until a replica has read ahead; by ranges that aren't asked for later."""
    started = time.perf_counter()
    cold = [
        stack.milliseconds(path, next(ranges(29, "day", "UTC", until_today=False)))
        for path in ("users", "recipes", "engagement")
    ]
    print("the very first:", ", ".join(f"{took:,.0f} ms" for took in cold), flush=True)
    asked = ranges(299, "week", "UTC", until_today=False)
    while max(stack.milliseconds("engagement", next(asked)) for _ in range(10)) > _READ_AHEAD_MS:
        assert time.perf_counter() - started < _READ_AHEAD_AT_MOST_S, "answers don't become fast"
        time.sleep(1)
    print(f"read ahead within {time.perf_counter() - started:.0f} s", flush=True)


def send(stack: Stack, batches: int, size: int = _BATCH, *, quiet: bool = False) -> None:
    """Events over HTTP, four connections at once."""
    rng = random.Random(time.time())
    bodies = [{"events": [_event(rng) for _ in range(size)]} for _ in range(batches)]

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
    rate = batches * size / (time.perf_counter() - started)
    if not quiet:
        print(f"events over HTTP, 4 at once, {size:,} each: {rate:,.0f}/s", flush=True)


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


def measure(stack: Stack) -> None:
    """With everything summed up, and with little and much that isn't."""
    settle(stack)
    ask(stack)
    send(stack, 4, 500)
    print("with 2,000 events not summed up yet:")
    ask(stack, until_today=True)
    ask_while_events_come(stack)
    send(stack, 20)
    print("with 200,000 events not summed up yet:")
    ask(stack, until_today=True)


def main() -> None:
    """Load, sum up, ask, take in, ask again; then the peers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", type=int)
    parser.add_argument("--no-peers", action="store_true")
    given = parser.parse_args()
    stack = Stack()
    load(given.events)
    sum_up(stack)
    stack.schedule(enabled=False)
    try:
        measure(stack)
    finally:
        stack.schedule(enabled=True)
    stack.job("analytics-rollup", {})
    if not given.no_peers:
        peers()


if __name__ == "__main__":
    main()
