"""The same questions answered by SQL on the events, by pandas and by DuckDB on Parquet."""

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import text

from lib import db
from lib.analytics import columns, engagement, people
from lib.analytics.periods import DAY_MS, Range, start_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View

_DAILY = """
    select cast({day} as date) as day, count(distinct person) from {events}
    where occurred_at >= '{first}' and occurred_at < '{after}' group by 1 order by 1
"""
# Cohorts by the week of the first event ever, and who was active in each week after it.
_RETENTION = """
    with weeks as (
        select distinct person, cast(date_trunc('week', {at}) as date) as week from {events}
    ), firsts as (
        select person, min(week) as cohort from weeks group by person
    )
    select cohort, week, count(*) from weeks join firsts using (person)
    where cohort >= '{first}' and week < '{after}' group by 1, 2 order by 1, 2
"""
_SESSIONS = """
    with gaps as (
        select person, occurred_at,
               occurred_at - lag(occurred_at) over (partition by person order by occurred_at) as gap
        from {events} where occurred_at >= '{first}' and occurred_at < '{after}'
    ), numbered as (
        select person, occurred_at,
               sum(case when gap <= interval '30 minutes' then 0 else 1 end)
                   over (partition by person order by occurred_at rows unbounded preceding) as number
        from gaps
    ), sessions as (
        select max(occurred_at) - min(occurred_at) as length from numbered group by person, number
    )
    select count(*) from sessions
"""


def parquet(folder: Path, days: list[date]) -> Path:
    """All events as one Parquet file in order of time."""
    path = folder / "events.parquet"
    schema = pa.schema(
        [("occurred_at", pa.timestamp("ms")), ("person", pa.uint32()), ("type", pa.uint16())]
    )
    with db.background_sessions().begin() as session, pq.ParquetWriter(path, schema) as writer:
        for day in days:
            start = start_of(day)
            found, _ = columns.read(session, start, start + DAY_MS)
            at = pa.array(found.at, pa.int64()).cast(pa.timestamp("ms"))
            writer.write_table(pa.table([at, found.person, found.type], schema=schema))
    return path


def seconds(work: Callable[[], Any], runs: int) -> tuple[float, Any]:
    """The best of some runs, and the answer."""
    best, answer = np.inf, None
    for _ in range(runs):
        started = time.perf_counter()
        answer = work()
        best = min(best, time.perf_counter() - started)
    return best, answer


def ours(first: date, last: date, what: str) -> Any:
    """Our answer, from a new look at everything."""
    with db.background_sessions().begin() as session:
        view = View(
            Snapshot(session), Range(first, last, interval="week" if what == "retention" else "day")
        )
        if what == "daily":
            return [len(summary.users) for summary in view.summaries]
        if what == "retention":
            found = people.retention(view)["cohorts"]
            return [[round(share * one["size"]) for share in one["retained"]] for one in found]
        return engagement.sessions(view)["count"]


def by_sql(query: str) -> list[tuple[Any, ...]]:
    """On the table of events."""
    with db.background_sessions().begin() as session:
        return [tuple(row) for row in session.execute(text(query))]


def by_pandas(path: Path, first: date, after: date, what: str) -> Any:
    """Everything read into a frame, and grouped."""
    if what == "retention":
        frame = pd.read_parquet(path, columns=["occurred_at", "person"])
        frame["week"] = frame.occurred_at.dt.to_period("W-SUN").dt.start_time
        weeks = frame[["person", "week"]].drop_duplicates()
        cohort = weeks.groupby("person").week.min().rename("cohort")
        joined = weeks.join(cohort, on="person")
        joined = joined[(joined.cohort >= pd.Timestamp(first)) & (joined.week < pd.Timestamp(after))]
        return joined.groupby(["cohort", "week"]).size().tolist()
    within = [("occurred_at", ">=", pd.Timestamp(first)), ("occurred_at", "<", pd.Timestamp(after))]
    frame = pd.read_parquet(path, filters=within)
    if what == "daily":
        return frame.groupby(frame.occurred_at.dt.date).person.nunique().tolist()
    frame = frame.sort_values(["person", "occurred_at"])
    gap = frame.occurred_at.diff() > pd.Timedelta(minutes=30)
    return int((gap | (frame.person != frame.person.shift())).sum())


def compare(folder: Path, first: date, last: date) -> None:
    """Print each question's times, and that all agree."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    path = parquet(folder, days)
    month = last - timedelta(days=29)
    monday = first + timedelta(days=-first.weekday() % 7)
    for what, query, start in (
        ("daily", _DAILY, month), ("retention", _RETENTION, monday), ("sessions", _SESSIONS, month)
    ):  # fmt: skip
        _compare(what, query, path, start, last)


def _compare(what: str, query: str, path: Path, first: date, last: date) -> None:
    after = last + timedelta(days=1)
    utc = "occurred_at at time zone 'UTC'"
    sql = query.format(events="compute.events", day=utc, at=utc, first=first, after=after)
    file = f"'{path}'"
    duck_sql = query.format(events=file, day="occurred_at", at="occurred_at", first=first, after=after)
    duck = duckdb.connect(config={"threads": 2})
    took = {
        "ours": seconds(lambda: ours(first, last, what), 5),
        "DuckDB": seconds(lambda: duck.sql(duck_sql).fetchall(), 3),
        "pandas": seconds(lambda: by_pandas(path, first, after, what), 1),
        "SQL": seconds(lambda: by_sql(sql), 1),
    }
    base = took["ours"][0]
    told = [f"{who} {best * 1e3:,.0f} ms ({best / base:.0f}×)" for who, (best, _) in took.items()]
    print(f"{what}, {first} to {last}: {', '.join(told)}", flush=True)
    _agree(what, {who: answer for who, (_, answer) in took.items()})


def _agree(what: str, answers: dict[str, Any]) -> None:
    flat = {}
    for who, answer in answers.items():
        if what == "sessions":
            # Sessions that began the day before are cut at the range's start by the others.
            flat[who] = answer if isinstance(answer, int) else answer[0][0]
        elif who == "ours":
            flat[who] = (
                answer if what == "daily" else [number for row in answer for number in row if number]
            )
        else:
            flat[who] = [row[-1] if isinstance(row, tuple) else row for row in answer]
    if what == "sessions":
        assert max(flat.values()) - min(flat.values()) <= 0.002 * flat["ours"], flat
    else:
        # Shares of a cohort are rounded to four places.
        rounded = 0.5 + 0.00005 * max(flat["DuckDB"])
        for who, numbers in flat.items():
            assert np.allclose(numbers, flat["DuckDB"], rtol=0, atol=rounded), (who, numbers[:20])
