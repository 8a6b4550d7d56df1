"""The demo's world, loaded into PostgreSQL."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session, sessionmaker

from lib import db
from lib.analytics import engagement, ingest, people, rollup
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.demo import loading, menu
from lib.demo.cultures import CULTURES, ZONES
from lib.demo.loading import Asked
from lib.demo.rows import Pantry, Told
from lib.demo.visits import COOK
from lib.demo.world import World
from lib.demo.writing import COLUMNS
from lib.errors import Unavailable
from lib.recipes.store import BOOK_AUTHOR
from lib.recommendations import behaviour
from lib.tables import (
    meal_plan_items,
    meal_plans,
    recipe_index,
    shopping_list_items,
    user_preferences,
    users,
)

UNTIL = date(2026, 3, 15)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SMALL = Asked(seed=5, users=40, days=45, until=UNTIL)
APP = tuple(COLUMNS)


@pytest.fixture
def made(book_database: str) -> sessionmaker[Session]:
    """Makes sessions on a database with the book."""
    return db.background_sessions()


@pytest.fixture
def without_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    """Days aren't summed up, which would take the most of a test's time; answers are the same."""
    monkeypatch.setattr(rollup, "waiting", lambda _: [])


def load(made: sessionmaker[Session], asked: Asked = SMALL) -> loading.Loaded:
    return loading.load(made, asked, lambda *_: None, NOW)


def contents(made: sessionmaker[Session]) -> dict[str, set[tuple[object, ...]]]:
    """All rows of the app's tables and all events, but for numbers and when they were written."""
    found = {}
    with made.begin() as session:
        for table in APP:
            rows = session.execute(text(f"select to_jsonb(t)::text from public.{table} as t"))
            found[table] = {tuple(row) for row in rows}
        found["events"] = {
            tuple(row)
            for row in session.execute(
                text("""
                    select events.id::text, occurred_at, user_id, types.name, recipe_id, session_id,
                           properties::text
                    from compute.events
                    join compute.event_people people on people.number = person
                    join compute.event_types types on types.number = type
                    left join compute.event_recipes recipes on recipes.number = recipe
                """)
            )
        }
    return found


def test_the_same_again_adds_nothing_and_an_empty_database_gets_the_same(
    made: sessionmaker[Session],
) -> None:
    loaded = load(made)
    before = contents(made)
    assert loaded.new["users"] == 40
    assert loaded.new["events"] == len(before["events"]) > 300
    for table in APP:
        assert loaded.new[table] > 0, table
    with made.begin() as session:
        assert rollup.waiting(session) == []
    again = load(made)
    assert not any(again.new.values())
    assert contents(made) == before
    loading.remove(made)
    load(made)
    assert contents(made) == before


def test_more_people_more_days_and_later_days_leave_what_is_there(
    made: sessionmaker[Session], without_sums: None
) -> None:
    load(made, Asked(5, 25, 20, UNTIL))
    first = contents(made)
    load(made, Asked(5, 40, 20, UNTIL))
    more_people = contents(made)
    load(made, Asked(5, 40, 45, UNTIL))
    more_days = contents(made)
    load(made, Asked(5, 40, 45, UNTIL + timedelta(days=10)))
    later = contents(made)
    for less, more in ((first, more_people), (more_people, more_days), (more_days, later)):
        assert less["events"] < more["events"]
        for table in set(APP) - {"subscriptions", "shopping_list_items"}:  # these are as of the last day
            assert less[table] <= more[table], table
    loading.remove(made)
    load(made)
    assert contents(made) == more_days


def test_who_is_killed_in_the_middle_is_gone_on_from(
    made: sessionmaker[Session], without_sums: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "EVENTS_AT_ONCE", 100)
    write, written = ingest.write, Counter[str]()

    def dying(session: Session, rows: list[ingest.Row]) -> tuple[int, dict[int, str]]:
        written["batches"] += 1
        result = write(session, rows)
        if written["batches"] == 3:
            raise KeyboardInterrupt  # within the transaction
        return result

    monkeypatch.setattr(ingest, "write", dying)
    with pytest.raises(KeyboardInterrupt):
        load(made)
    part = contents(made)
    assert len(part["events"]) == 200
    monkeypatch.setattr(ingest, "write", write)
    load(made)
    whole = contents(made)
    assert part["events"] < whole["events"]
    loading.remove(made)
    load(made)
    assert contents(made) == whole


def test_removing_leaves_everything_else(made: sessionmaker[Session]) -> None:
    with made.begin() as session:
        for number, clerk in enumerate(("clerk_1", "demo:5:2026-03-15:1")):
            row = {"id": f"real{number}", "clerk_id": clerk, "email": f"{number}@example.com"}
            session.execute(insert(users).values(row))
        plan = {"id": "real", "user_id": "real0", "name": "Mine", "start_date": UNTIL, "end_date": UNTIL}
        session.execute(insert(meal_plans).values(plan))
        event = {"id": "e", "userId": "real0", "type": "view", "occurredAt": "2026-03-01T12:00:00Z"}
        ingest.take(session, [event], NOW)
    list(loading.roll_up(made))
    before = contents(made)
    sums = "select day, types, counts, users, columns, sessions from compute.event_days"
    with made.begin() as session:
        days = session.execute(text(sums)).all()
    clash = load(made, Asked(6, 40, 45, UNTIL))
    gone = loading.remove(made)
    assert {name: count for name, count in gone.items() if count} == dict(clash.new)
    assert contents(made) == before
    with made.begin() as session:
        assert [row.counts for row in session.execute(text(sums))] == [row.counts for row in days]
        assert rollup.waiting(session) == []


def test_the_book_must_be_there_and_indexed(made: sessionmaker[Session]) -> None:
    with made.begin() as session:
        session.execute(update(recipe_index).values(removed=True))
    with pytest.raises(Unavailable, match="not indexed"):
        load(made)


def test_people_plan_cook_and_save_only_what_is_proven_to_suit_them(
    made: sessionmaker[Session], without_sums: None
) -> None:
    load(made, Asked(7, 400, 30, UNTIL))
    with made.begin() as session:
        chosen = session.execute(
            select(
                user_preferences.c.dietary_restrictions,
                user_preferences.c.allergens,
                recipe_index.c.diets,
                recipe_index.c.clear_allergens,
            )
            .join(meal_plans, meal_plans.c.user_id == user_preferences.c.user_id)
            .join(meal_plan_items, meal_plan_items.c.meal_plan_id == meal_plans.c.id)
            .join(recipe_index, recipe_index.c.recipe_id == meal_plan_items.c.recipe_id)
        ).all()
        done = session.execute(
            text("""
                select dietary_restrictions, wants.allergens, diets, clear_allergens
                from compute.events
                join compute.event_types types on types.number = type
                join compute.event_people people on people.number = person
                join compute.event_recipes recipes on recipes.number = recipe
                join compute.recipe_index using (recipe_id)
                join public.user_preferences wants using (user_id)
                where types.name in ('save', 'plan', 'cook', 'like')
            """)
        ).all()
    for rows in (chosen, done):
        limited = [row for row in rows if row.dietary_restrictions or row.allergens]
        assert len(limited) > 50
        assert any(row.dietary_restrictions == ["vegan"] for row in rows)
        for row in limited:
            assert set(row.dietary_restrictions) <= set(row.diets)
            assert set(row.allergens) <= set(row.clear_allergens)


def test_plans_are_weeks_and_their_items_are_cooked_on_their_days(
    made: sessionmaker[Session], without_sums: None
) -> None:
    load(made)
    with made.begin() as session:
        for plan in session.execute(select(meal_plans)):
            assert plan.end_date - plan.start_date == timedelta(days=6)
            assert plan.start_date.weekday() in (6, 0)
            assert plan.created_at.date() <= plan.start_date + timedelta(days=1)
        per_plan = Counter(session.scalars(select(meal_plan_items.c.meal_plan_id)))
        items = session.execute(select(meal_plan_items)).all()
        assert len({(row.meal_plan_id, row.recipe_id) for row in items}) == len(items)
        assert len({(row.meal_plan_id, row.day_of_week, row.meal_type) for row in items}) == len(items)
        assert 3 <= sum(per_plan.values()) / len(per_plan) <= 9
        checked = Counter(session.scalars(select(shopping_list_items.c.checked)))
        assert checked[True] > checked[False]
        # What is cooked was planned, or looked at, by the same person before.
        assert not session.scalar(
            text("""
                select count(*) from compute.events cook
                where type = (select number from compute.event_types where name = 'cook')
                and not exists (
                    select from compute.events before
                    where before.person = cook.person and before.recipe = cook.recipe
                    and before.occurred_at < cook.occurred_at)
            """)
        )
        assert behaviour.of_all(session).people >= 10


def test_subscriptions_tell_what_the_events_say(made: sessionmaker[Session]) -> None:
    with made.begin() as session:
        world = World(8, menu.read(session), 400, UNTIL.toordinal())
    window = Asked(8, 400, 2000, UNTIL).window(NOW)
    told = Told(world, UNTIL, window, Pantry([], []))
    found = [
        dict(zip(COLUMNS["subscriptions"], row, strict=True)) for row in told.people()["subscriptions"]
    ]
    upgraded = {}
    for week in world.weeks(UNTIL.toordinal()):
        for event in told.events(week):
            if event.type == "upgrade":
                upgraded[event.user_id] = json.loads(event.properties or "")["plan"]
    paying = [row for row in found if row["plan"] != "free"]
    assert len(paying) > 10
    assert {row["user_id"]: row["plan"] for row in paying} == upgraded
    assert {row["status"] for row in found} == {"active", "cancelled", "expired"}
    for row in paying:
        assert row["created_at"] < row["current_period_start"] <= row["updated_at"]
        assert (row["current_period_end"] < NOW) or row["status"] != "expired"


def test_a_product_manager_sees_a_living_product(
    made: sessionmaker[Session], without_sums: None
) -> None:
    load(made, Asked(1, 500, 210, UNTIL))
    with made.begin() as session:
        snapshot = Snapshot(session)
        year = View(snapshot, Range(UNTIL - timedelta(days=209), UNTIL, "UTC", "week"))
        cohorts = [cohort for cohort in people.retention(year)["cohorts"] if cohort["size"]]
        after = [_after(cohorts, weeks) for weeks in (1, 4, 12)]
        assert 0.6 > after[0] > after[1] > after[2] > 0.08
        month = View(snapshot, Range(UNTIL - timedelta(days=29), UNTIL))
        steps = [step["users"] for step in engagement.funnel(month)]
        assert steps[0] > steps[1] > steps[2] > steps[3] > 0
        assert 0.1 < people.stickiness(month) < 0.5
        assert people.total(year) == 500
        assert (people.growth_rate(View(snapshot, Range(UNTIL - timedelta(days=180), UNTIL))) or 0) > 0.3
        figures = engagement.sessions(month)
        assert 2 < figures["eventsPerSession"] < 12
        assert 30 < figures["medianSeconds"] < 900
        counts = np.sort(
            session.scalars(text("select count(*) from compute.events group by person")).all()
        )
        assert counts[-len(counts) // 10 :].sum() > 0.4 * counts.sum()
        assert np.median(counts) < counts.mean() / 2


def _after(cohorts: list[dict[str, object]], weeks: int) -> float:
    """Share of all who have had the time that is back after so many weeks."""
    old = [cohort for cohort in cohorts if len(cohort["retained"]) > weeks]  # type: ignore[arg-type]
    back = sum(cohort["size"] * cohort["retained"][weeks] for cohort in old)  # type: ignore[index, operator]
    return float(back / sum(cohort["size"] for cohort in old))  # type: ignore[misc]


def test_soups_are_of_winter_and_supper_is_in_the_evening(made: sessionmaker[Session]) -> None:
    with made.begin() as session:
        book = menu.read(session)
    world = World(3, book, 1500, UNTIL.toordinal())
    warming, views, hours = (Counter[int]() for _ in range(3))
    berlin = np.array([zone == "Europe/Berlin" for zone in ZONES])[world.people.zone]
    north = np.array([not culture.south for culture in CULTURES])[world.people.culture]
    for week in world.weeks(UNTIL.toordinal()):
        events = week.events
        some = events.part((events.recipe >= 0) & north[events.person])
        moments = some.at.astype("datetime64[ms]").astype("datetime64[M]").astype(int) % 12 + 1
        for month in np.unique(moments).tolist():
            views[month] += int((moments == month).sum())
            warming[month] += int(book.warming[some.recipe[moments == month]].sum())
        cooked = events.part((events.type == COOK) & berlin[events.person])
        for at in cooked.at.tolist():
            hours[datetime.fromtimestamp(at / 1000, ZoneInfo("Europe/Berlin")).hour] += 1
    winter, summer = ([warming[m] / views[m] for m in months] for months in ((12, 1, 2), (6, 7, 8)))
    assert min(winter) > 1.5 * max(summer)
    assert sum(hours[hour] for hour in (17, 18, 19, 20)) > 0.6 * sum(hours.values())
    assert sum(hours[hour] for hour in range(1, 6)) < 0.02 * sum(hours.values())


def test_somebody_to_look_at_is_named(made: sessionmaker[Session], without_sums: None) -> None:
    with made.begin() as session:
        assert loading.somebody(session, 5) is None
    load(made)
    with made.begin() as session:
        found = loading.somebody(session, 5)
        assert found
        user_id, plan_id = found
        owner = session.scalar(select(meal_plans.c.user_id).where(meal_plans.c.id == plan_id))
        assert owner == user_id != BOOK_AUTHOR["id"]
        assert session.scalar(select(func.count()).where(users.c.id == user_id)) == 1
