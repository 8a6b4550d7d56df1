"""What three times as many events cost each answer: two databases, asked in turns.

    python -m benchmarks.analytics_growth [events]

The same year and the same people, once with 10 million events and once with three times as many, each
in a scratch database with a process of its own. Rounds alternate between both, so a machine that is
slower now than a minute ago is so for both.
"""

import argparse
import multiprocessing
import statistics
import time
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import NamedTuple

from benchmarks import scratch
from benchmarks.analytics import KINDS
from benchmarks.analytics_load import last_day, load, roll_up
from lib import db
from lib.analytics import metrics
from lib.analytics.periods import range_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.analytics.warming import Warming
from lib.recipes import book, store

_TIMES = 3
_ROUNDS, _REQUESTS = 5, 30
_FIGURES = {
    "users": metrics.users,
    "recipes": metrics.recipe_figures,
    "engagement": metrics.engagement_figures,
}


class Took(NamedTuple):
    """What a round of requests took, in milliseconds: processor time and elapsed time of each."""

    processor: float
    elapsed: list[float]


def serve(events: int, asked: Connection) -> None:
    """Fill a scratch database, say so, then answer rounds until there are no more."""
    with scratch.database():
        _fill(events)
        asked.send(True)
        while question := asked.recv():
            asked.send(_round(*question))


def _fill(events: int) -> None:
    with db.transaction() as session:
        for item in book.book():
            if item.draft:
                store.save(session, item.id, item.draft)
    load(events)
    roll_up()
    with db.background_sessions().begin() as session:
        Warming().warm(session)


def _round(path: str, kind: int) -> Took:
    _, days, interval, zone = KINDS[kind]
    elapsed = []
    began = time.process_time()
    for more in range(_REQUESTS):
        last = last_day() - timedelta(days=more)
        started = time.perf_counter()
        with db.transaction() as session:
            dates = range_of(last - timedelta(days=days - 1), last, interval, zone, "monday")
            _FIGURES[path](View(Snapshot(session), dates))
        elapsed.append((time.perf_counter() - started) * 1000)
    return Took((time.process_time() - began) * 1000 / _REQUESTS, elapsed)


def compare(few: Connection, many: Connection) -> None:
    """Each endpoint's kinds of ranges in turns, and how much longer they take with the many events."""
    for path in _FIGURES:
        for kind, (name, *_) in enumerate(KINDS):
            rounds: tuple[list[Took], list[Took]] = [], []
            for _ in range(_ROUNDS + 1):
                for asked, found in zip((few, many), rounds, strict=True):
                    asked.send((path, kind))
                    found.append(asked.recv())
            told = [
                f"{what} {one:5.1f} ms {other / one - 1:+5.0%}"
                for what, one, other in zip(("CPU", "p50", "p95"), *map(_told, rounds), strict=True)
            ]
            print(f"{path:<11}{name:<26} {', '.join(told)}", flush=True)


def _told(rounds: list[Took]) -> tuple[float, float, float]:
    """Processor time, median and 95th percentile of all rounds but the first, which only warms up."""
    _, *rounds = rounds
    elapsed = [took for one in rounds for took in one.elapsed]
    cpu = statistics.median(one.processor for one in rounds)
    return cpu, statistics.median(elapsed), statistics.quantiles(elapsed, n=20)[-1]


def main() -> None:
    """Fill both, one after the other, and compare."""
    parser = argparse.ArgumentParser()
    parser.add_argument("events", type=int, nargs="?", default=10_000_000)
    events = parser.parse_args().events
    spawning = multiprocessing.get_context("spawn")
    ends = []
    for size in (events, events * _TIMES):
        here, there = spawning.Pipe()
        spawning.Process(target=serve, args=(size, there)).start()
        assert here.recv()
        ends.append(here)
    compare(*ends)
    for end in ends:
        end.send(None)


if __name__ == "__main__":
    main()
