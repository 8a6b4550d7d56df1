"""What exports hold: as many rows as the answers count, each as going through all events gives it."""

import hashlib
import io
import random
import resource
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import psutil
import pyarrow as pa
import pytest
from pyarrow import parquet
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session, sessionmaker

from lib.analytics import engagement, exporting, ingest, metrics, people
from lib.analytics.answers import ClusterFigures, ServiceFigures
from lib.analytics.exporting import Exported
from lib.analytics.exports import EXPORTS, Order
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.errors import Conflict, Invalid, Unavailable
from lib.tables import event_days, recipe_index, recipes, subscriptions, users
from lib.tabular.files import FORMATS
from tests.analytics.brute_force import Brute, Seen, date_of
from tests.analytics.test_exactness import NOW, mixed, random_events, ranges, roll_up, sent, take

__all__ = ["mixed"]

Mixed = tuple[sessionmaker[Session], list[Seen]]

APRIL = Range(date(2026, 4, 1), date(2026, 4, 20), "Europe/Berlin", "week")
SERVICES = [
    ServiceFigures(name="search", requests=7, error_rate=0.25, p50_ms=3.5, p95_ms=9, replicas=2),
    ServiceFigures(name="jobs", requests=0, error_rate=0, replicas=1),
]
CLUSTER = ClusterFigures(
    nodes=1, cpus=2, cpus_used=1.5, gpus=0, gpus_used=0, memory_bytes=8, memory_used_bytes=4,
    object_store_bytes=1,
)  # fmt: skip


def export(
    name: str,
    asked: Range = APRIL,
    form: str = "parquet",
    *,
    private: bool = True,
    check: Any = lambda: None,
) -> Exported:
    """An export."""
    order = Order(name, form, asked, private)  # type: ignore[arg-type]
    return exporting.export(order, lambda: (SERVICES, CLUSTER, NOW), check)


def content(exported: Exported) -> bytes:
    """Its file's content."""
    with exported.written.file as file:
        return file.read()


def table(*given: Any, **options: Any) -> pa.Table:
    """An export as Parquet has it."""
    found = export(*given, **options)
    read = parquet.read_table(io.BytesIO(content(found)))
    assert read.num_rows == found.written.whole.rows == found.facts["rows"]
    return read


def add_accounts(made: sessionmaker[Session], count: int) -> None:
    """Accounts with the ids that events have; those of even number with a subscription."""
    with made.begin() as session:
        rows = [
            {
                "id": f"u{n}",
                "clerk_id": f"c{n}",
                "email": f"{n}@example.com",
                "name": f"=Person {n}",
                "created_at": NOW - timedelta(days=100, minutes=n),
            }
            for n in range(count)
        ]
        session.execute(insert(users), rows)
        plans = [{"user_id": f"u{n}", "plan": "basic"} for n in range(0, count, 2)]
        session.execute(insert(subscriptions), plans)


def add_recipes(made: sessionmaker[Session]) -> None:
    """Four recipes by one author, the last of which is private."""
    with made.begin() as session:
        rows = [
            {
                "id": f"r{n}",
                "user_id": "u0",
                "title": f"Dish {n}",
                "prep_time": 10 * n,
                "is_public": n < 4,
                "created_at": NOW - timedelta(days=90 - n),
            }
            for n in range(1, 5)
        ]
        session.execute(insert(recipes), rows)
        session.execute(
            insert(recipe_index).values(
                recipe_id="r1", title="Soup", row_versions=1, words="", steps="", is_public=True,
                cuisine="thai", diets=["vegan", "keto"], allergens=[], all_known=True, energy_kcal=99.5,
            )
        )  # fmt: skip


def test_events_are_those_of_the_range_in_their_order(mixed: Mixed) -> None:
    _, seen = mixed
    for asked in ranges(random.Random(5), 12):
        inside = Brute(
            seen, asked.first, asked.last, asked.zone, asked.interval, asked.week_start
        ).inside
        rows = table("events", asked).to_pylist()
        assert [row["occurredAt"] for row in rows] == [event.at for event in inside]
        assert Counter(
            (row["userId"], row["type"], row["occurredAt"], row["recipeId"]) for row in rows
        ) == Counter((event.user, event.type, event.at, event.recipe) for event in inside)
        assert all(date_of(Seen("", "", row["occurredAt"]), asked.zone) >= asked.first for row in rows)


def test_events_have_all_that_was_told_of_them(sessions: sessionmaker[Session]) -> None:
    told = sent(random_events(random.Random(1), 3, 2, 2))
    told[0] |= {"properties": {"a": [1, "x", None], "ü": True}, "sessionId": "=s"}
    told[1] |= {"id": "11111111-2222-3333-4444-555555555555", "properties": {}}
    with sessions.begin() as session:
        ingest.take(session, told, NOW)
    rows = {row["occurredAt"]: row for row in table("events").to_pylist()}
    at = [datetime.fromisoformat(str(one["occurredAt"])) for one in told]
    first = rows[at[0]]
    assert (first["properties"], first["sessionId"]) == ('{"a": [1, "x", null], "ü": true}', "=s")
    assert rows[at[1]]["id"] == told[1]["id"]
    assert rows[at[1]]["properties"] == "{}"
    assert rows[at[2]]["properties"] is None


def test_periods_equal_the_answer_and_types_add_up(mixed: Mixed) -> None:
    made, _ = mixed
    for interval in ("day", "week", "month"):
        asked = APRIL.by(interval)  # type: ignore[arg-type]
        found = table("engagement", asked)
        rows = found.to_pylist()
        with made.begin() as session:
            view = View(Snapshot(session), asked)
            assert [
                {name: row[name] for name in ("date", "events", "users", "sessions")} for row in rows
            ] == (engagement.series(view))
            by_type = engagement.by_type(view)
        names = [name for name in found.column_names if name.startswith("byType.")]
        assert names == [f"byType.{name}" for name in sorted(by_type)]
        assert {name: sum(row[f"byType.{name}"] for row in rows) for name in by_type} == by_type
        assert all(row["events"] == sum(row[name] for name in names) for row in rows)


def test_accounts_have_their_activity(mixed: Mixed) -> None:
    made, seen = mixed
    add_accounts(made, 60)
    brute = Brute(seen, APRIL.first, APRIL.last, APRIL.zone, APRIL.interval, APRIL.week_start)
    until = [event for event in seen if date_of(event, APRIL.zone) <= APRIL.last]
    inside = Counter(event.user for event in brute.inside)
    rows = table("users").to_pylist()
    with made.begin() as session:
        view = View(Snapshot(session), APRIL)
        assert len(rows) == people.total(view) == 60
        assert sum(row["events"] for row in rows) == view.events
        assert sum(row["sessions"] for row in rows) == engagement.sessions(view)["count"]
    for row in rows:
        times = [event.at for event in until if event.user == row["id"]]
        assert (row["firstEventAt"], row["lastEventAt"]) == (
            min(times, default=None),
            max(times, default=None),
        )
        assert row["events"] == inside[row["id"]]
    assert {row["id"]: row["plan"] for row in rows} == {
        f"u{n}": None if n % 2 else "basic" for n in range(60)
    }
    assert any(row["events"] == 0 for row in rows)
    assert [row["createdAt"] for row in rows] == sorted(row["createdAt"] for row in rows)


def test_accounts_of_after_the_range_are_not_in_it(sessions: sessionmaker[Session]) -> None:
    add_accounts(sessions, 5)
    before = Range(date(2025, 1, 1), date(2025, 1, 31))
    assert table("users", before).num_rows == 0


def test_recipes_have_what_people_did_with_them(mixed: Mixed) -> None:
    made, seen = mixed
    add_accounts(made, 1)
    add_recipes(made)
    brute = Brute(seen, APRIL.first, APRIL.last, APRIL.zone, APRIL.interval, APRIL.week_start)
    done = Counter((event.recipe, event.type) for event in brute.inside)
    rows = table("recipes").to_pylist()
    assert [row["id"] for row in rows] == ["r1", "r2", "r3", "r4"]
    for row in rows:
        for column, kind in (("views", "view"), ("saves", "save"), ("plans", "plan"), ("cooks", "cook")):
            assert row[column] == done[row["id"], kind]
        assert row["score"] == pytest.approx(brute.scores()[row["id"]], abs=0.006)
    assert (rows[0]["cuisine"], rows[0]["diets"], rows[0]["allergens"]) == ("thai", "vegan, keto", "")
    assert (rows[0]["caloriesPerServing"], rows[1]["caloriesPerServing"]) == (99.5, None)
    assert rows[1]["diets"] is None  # not indexed yet, so nobody knows
    with made.begin() as session:
        popular = {
            one.recipe.id: one for one in metrics.recipe_figures(View(Snapshot(session), APRIL)).popular
        }
    assert popular.keys() == {"r1", "r2", "r3"}
    for row in rows[:3]:
        told = popular[row["id"]]
        assert (told.views, told.saves, told.plans, told.cooks, told.score) == tuple(
            row[name] for name in ("views", "saves", "plans", "cooks", "score")
        )


def test_the_system_is_told_figure_by_figure(sessions: sessionmaker[Session]) -> None:
    take(sessions, random_events(random.Random(1), 20, 3, 3))
    roll_up(sessions)
    rows = {row["name"]: row for row in table("system").to_pylist()}
    assert rows["services.search.requests"]["value"] == 7
    assert (rows["services.search.errorRate"]["value"], rows["services.search.errorRate"]["unit"]) == (
        0.25,
        "share",
    )
    assert rows["services.search.p95Ms"]["unit"] == "milliseconds"
    assert "services.jobs.p95Ms" not in rows
    assert rows["jobs.dead"]["value"] == 0
    assert (rows["cluster.memoryBytes"]["value"], rows["cluster.memoryBytes"]["unit"]) == (8, "bytes")
    assert rows["database.sizeBytes"]["value"] > 1_000_000
    last = rows["events.rolledUpAt"]
    with sessions.begin() as session:
        assert last["time"] == session.scalar(select(func.max(event_days.c.rolled_up_at)))
    assert last["value"] is None
    assert all((row["value"] is None) != (row["time"] is None) for row in rows.values())
    assert all(row["definition"].endswith(".") and row["unit"] and row["title"] for row in rows.values())


@pytest.mark.parametrize("name", EXPORTS)
def test_who_may_not_see_them_gets_no_personal_columns(mixed: Mixed, name: str) -> None:
    made, _ = mixed
    add_accounts(made, 3)
    add_recipes(made)
    found = export(name, private=False)
    told = parquet.read_table(io.BytesIO(content(found)))
    personal = {"users": ["id", "email", "name"], "recipes": ["userId"], "engagement": [], "system": [],
                "events": ["userId", "sessionId", "properties"]}[name]  # fmt: skip
    assert not set(told.column_names) & set(personal)
    assert found.facts.get("omittedColumns", "") == ", ".join(personal)
    whole = table(name)
    assert set(whole.column_names) - set(told.column_names) == set(personal)
    if name == "recipes":
        assert told["id"].to_pylist() == ["r1", "r2", "r3"]
        assert found.facts["omittedRows"] == "recipes that aren't public"
    elif name != "system":
        assert told.num_rows == whole.num_rows
        assert told.to_pylist() == whole.select(told.column_names).to_pylist()


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", EXPORTS)
def test_a_range_without_anything_has_columns_and_zeros(
    sessions: sessionmaker[Session], name: str, form: str
) -> None:
    asked = Range(date(2020, 1, 1), date(2020, 1, 3))
    found = export(name, asked, form)
    read = {
        "csv": lambda raw: pd.read_csv(io.BytesIO(raw)),
        "xlsx": lambda raw: pd.read_excel(io.BytesIO(raw)),
        "parquet": lambda raw: pd.read_parquet(io.BytesIO(raw)),
    }[form](content(found))
    assert len(read) == found.written.whole.rows
    assert len(read.columns) == len(EXPORTS[name].columns)  # type: ignore[index]
    if name == "engagement":
        assert read["events"].tolist() == [0, 0, 0]
    elif name != "system":
        assert len(read) == 0


@pytest.mark.parametrize("form", FORMATS)
def test_pandas_reads_the_same_from_every_format(mixed: Mixed, form: str) -> None:
    raw = io.BytesIO(content(export("events", form=form)))
    whole = table("events").to_pandas()
    if form == "csv":
        read = pd.read_csv(raw)
        times = pd.to_datetime(read["occurredAt"], utc=True)
    elif form == "xlsx":
        read = pd.read_excel(raw).rename(columns={"occurredAt (Europe/Berlin)": "occurredAt"})
        times = read["occurredAt"].dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    else:
        read = pd.read_parquet(raw)
        times = read["occurredAt"]
    assert times.dt.round("ms").tolist() == whole["occurredAt"].tolist()
    for name in ("id", "userId", "type", "recipeId"):
        assert read[name].fillna("").tolist() == whole[name].fillna("").tolist()


def test_an_export_is_as_of_one_moment(mixed: Mixed) -> None:
    made, _ = mixed
    add_accounts(made, 3)
    rng = random.Random(9)

    def meanwhile() -> None:
        number = rng.randrange(10**9)
        take(made, random_events(rng, 50, 5, 10), number)
        with made.begin() as session:
            session.execute(
                insert(users).values(
                    id=f"new{number}", clerk_id=f"n{number}", email=f"n{number}", created_at=NOW
                )
            )

    before = table("events").num_rows
    assert table("events", check=meanwhile).num_rows == before
    assert table("events").num_rows > before
    assert table("users", check=meanwhile).num_rows == 4
    assert table("users").num_rows == 5


def test_the_file_is_named_by_what_is_in_it(sessions: sessionmaker[Session]) -> None:
    found = {name: export(name, form="csv") for name in EXPORTS}
    assert found["events"].filename == "analytics-events-2026-04-01-to-2026-04-20.csv"
    assert found["system"].filename == f"analytics-system-{datetime.now(UTC):%Y-%m-%d}.csv"
    for one in found.values():
        one.written.file.close()


@pytest.fixture
def many(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """More events than are written in this process."""
    rng = random.Random(2)
    for start in range(0, 2 * exporting.SMALL, 10_000):
        take(sessions, random_events(rng, 6000, 50, 15), start)
    return sessions


@pytest.mark.parametrize("form", FORMATS)
def test_a_large_export_is_the_same_from_a_process_of_its_own(
    many: sessionmaker[Session], form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apart = export("events", form=form)
    monkeypatch.setattr(exporting, "SMALL", 10**9)
    here = export("events", form=form)
    assert apart.written.whole.rows == here.written.whole.rows > 10_000
    assert apart.filename == here.filename
    assert apart.facts | {"asOf": ""} == here.facts | {"asOf": ""}
    raw = content(apart)
    assert hashlib.sha256(raw).hexdigest() == apart.written.whole.sha256
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[form]
    assert read(io.BytesIO(raw)).equals(read(io.BytesIO(content(here))))  # type: ignore[operator]


def test_a_large_export_ends_with_its_caller(many: sessionmaker[Session], tmp_path: Path) -> None:
    def check() -> None:
        assert psutil.Process().children()
        raise Conflict("gone")

    with pytest.raises(Conflict):
        export("events", check=check)
    assert not psutil.Process().children(recursive=True)


def test_an_export_that_takes_too_long_is_given_up(
    many: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_SECONDS", 0)
    with pytest.raises(Invalid, match="fewer days"):
        export("events")
    assert not psutil.Process().children(recursive=True)


def test_what_a_process_says_of_its_failure_is_said_here(
    many: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # the process inherits it
    try:
        with pytest.raises(Unavailable, match="room"):
            export("events", form="csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    monkeypatch.setattr(exporting.sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="ended with 1"):
        export("events", form="csv")


def test_every_column_says_what_it_is() -> None:
    for one in EXPORTS.values():
        assert len({column.name for column in one.columns}) == len(one.columns)
        for column in one.columns:
            assert column.definition.endswith(".")
            assert column.unit or column.type not in ("integer", "number") or one.title == "System"
