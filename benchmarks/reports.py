"""Reports: time, pages a second and peak memory, beside WeasyPrint with the same words on its pages.

    python -m benchmarks.reports

In a database of its own with the recipe book and a demo: a meal plan of 7 days and 21 recipes, its
shopping list, analytics of a year, a book of 200 recipes. Reading and arranging are timed in this
process, drawing in one for each report, whose peak memory is that of Python, libraries and the report.
Needs WeasyPrint (`pip install -e ".[bench]"`, and Debian's `libpango-1.0-0 libpangoft2-1.0-0`).
"""

import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from benchmarks import report_peers, scratch
from lib import db
from lib.demo import loading
from lib.recipes import book, store
from lib.recipes.readers import Reader
from lib.reports.kinds import KINDS, Kind
from lib.search import embedding, index
from lib.tables import meal_plan_items, meal_plans, recipes, users

_DAYS, _RECIPES = 7, 21
_MEALS = ("breakfast", "lunch", "dinner")
_MONDAY = date(2026, 10, 19)
_PEERS_ROUNDS = 3
_FROM, _TO = date(2025, 11, 30), date(2026, 11, 29)


class Drawn(NamedTuple):
    """What drawing a report took.

    Args:
        first, times: seconds of the first drawing and of each later one.
        peak_mb: of the process.
    """

    first: float
    times: list[float]
    pages: int
    size: int
    peak_mb: float


class Case(NamedTuple):
    """A report to be measured.

    Args:
        order: what is asked for.
        rounds: drawings.
        bar_ms, bar_mb: most that reading and drawing may take; 0: no bar.
    """

    kind: str
    order: dict[str, Any]
    rounds: int
    bar_ms: float = 0
    bar_mb: float = 0


def fill() -> str:
    """The recipe book, a demo of 300 people and a year, and a plan; returns the plan's id."""
    for item in book.book():
        assert item.draft
        with db.sessions().begin() as session:
            store.save(session, item.id, item.draft)
    index.refresh(db.sessions(), embedding.Embedder(2).encode, embedding.model_name())
    asked = loading.Asked(seed=1, users=300, days=365, until=_TO)
    loading.load(db.background_sessions(), asked, lambda *_: None, datetime(2026, 12, 1, tzinfo=UTC))
    with db.transaction() as session:
        return _plan(session)


def _plan(session: Session) -> str:
    """Seven days of three meals, 21 recipes of the book."""
    row = {"name": "A week of three meals", "start_date": _MONDAY}
    row["end_date"] = _MONDAY + timedelta(days=_DAYS - 1)
    user_id = session.scalar(select(users.c.id).order_by(users.c.id).limit(1))
    new = insert(meal_plans).values(user_id=user_id, **row).returning(meal_plans.c.id)
    plan_id: str = session.scalars(new).one()
    chosen = session.scalars(select(recipes.c.id).order_by(recipes.c.id).limit(_RECIPES)).all()
    items = [
        {"meal_plan_id": plan_id, "recipe_id": recipe_id, "servings": 4}
        | {"day_of_week": place % _DAYS, "meal_type": _MEALS[place // _DAYS]}
        for place, recipe_id in enumerate(chosen)
    ]
    session.execute(insert(meal_plan_items), items)
    return plan_id


def measured(draw: Callable[[Any], tuple[int, int]], data: Any, rounds: int) -> Drawn:
    """Draw a report again and again in a process of its own.

    Args:
        draw: gives pages and bytes.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_drawn, draw, data, rounds).result()


def _drawn(draw: Callable[[Any], tuple[int, int]], data: Any, rounds: int) -> Drawn:
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        pages, size = draw(data)
        times.append(time.perf_counter() - started)
    return Drawn(times[0], times[1:], pages, size, _peak_mb())


def _peak_mb() -> float:
    """Of this process, which `getrusage` would mix with the one that started it."""
    status = Path("/proc/self/status").read_text()
    (kib,) = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(kib) / 1024


class Ours:
    """Draws as the service does."""

    def __init__(self, draw: Any) -> None:
        self._draw = draw

    def __call__(self, data: Any) -> tuple[int, int]:
        """Pages and bytes."""
        done = self._draw(data, "a4")
        return done.pages, len(done.content)


def read(kind: Kind, order: dict[str, Any], rounds: int) -> tuple[Any, list[float]]:
    """What is drawn, and the seconds that reading and arranging took each time after the first."""
    times, data = [], None
    for _ in range(rounds + 1):
        started = time.perf_counter()
        with db.transaction() as session:
            asked = kind.order.model_validate(order)
            data = kind.read(session, asked, Reader(), "metric", datetime.now(UTC))
        times.append(time.perf_counter() - started)
    return data, times[1:]


def p95(times: list[float]) -> float:
    """The 95th percentile; the longest of a few."""
    return sorted(times)[min(len(times) - 1, round(0.95 * len(times)))]


def line(name: str, reading: list[float], drawn: Drawn) -> str:
    """A row of the table."""
    whole = [one + two for one, two in zip(reading, drawn.times, strict=True)]
    middle = statistics.median(drawn.times)
    seconds = [drawn.first, statistics.median(reading), middle, p95(drawn.times)]
    seconds += [statistics.median(whole), p95(whole)]
    told = " ".join(f"{1000 * each:>7.0f}" for each in seconds)
    size = f"{drawn.pages:>5} {drawn.size / 1024:>7.0f}"
    return f"{name:<26} {size} {told} {drawn.pages / middle:>8.1f} {drawn.peak_mb:>6.0f}"


def main() -> None:
    """Measure every report, and those that WeasyPrint draws too."""
    with scratch.database():
        plan = {"mealPlanId": fill()}
        with db.transaction() as session:
            ids = list(session.scalars(select(recipes.c.id).order_by(recipes.c.id).limit(200)))
        cases = (
            Case("meal-plan", plan, 10, bar_ms=400),
            Case("shopping-list", plan, 10, bar_ms=100),
            Case("analytics", {"from": _FROM, "to": _TO}, 10),
            Case("recipe-book", {"recipeIds": ids}, 3, bar_ms=15_000, bar_mb=500),
        )
        columns = ("first", "read", "draw", "p95", "both", "p95")
        told = " ".join(f"{name:>7}" for name in columns)
        print(f"{'':<26} {'pages':>5} {'KiB':>7} {told} {'pages/s':>8} {'MB':>6}   times in ms")
        for case in cases:
            kind = KINDS[case.kind]  # type: ignore[index]
            data, reading = read(kind, case.order, case.rounds)
            drawn = measured(Ours(kind.draw), data, case.rounds)
            print(line(case.kind, reading, drawn), _verdict(case, reading, drawn))
            if peer := report_peers.PEERS.get(case.kind):
                theirs = measured(peer, data, _PEERS_ROUNDS)
                print(line(f"{case.kind}, WeasyPrint", reading[:_PEERS_ROUNDS], theirs))


def _verdict(case: Case, reading: list[float], drawn: Drawn) -> str:
    whole = 1000 * (statistics.median(reading) + statistics.median(drawn.times))
    kept = (not case.bar_ms or whole < case.bar_ms) and (not case.bar_mb or drawn.peak_mb < case.bar_mb)
    bars = [f"{case.bar_ms:g} ms"] * bool(case.bar_ms) + [f"{case.bar_mb:g} MB"] * bool(case.bar_mb)
    return f"bar {', '.join(bars)}: {'kept' if kept else 'MISSED'}" if bars else ""


if __name__ == "__main__":
    main()
