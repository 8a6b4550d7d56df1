"""The job that sums events up: what waits, or what is asked for, and the same again changes nothing."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from jobs import analytics_rollup, registry
from jobs.analytics_rollup import Args
from jobs.command_line import args_of
from lib import db
from lib.analytics import rollup
from lib.ledger.items import Items
from lib.tables import event_days
from tests.analytics.test_exactness import NOW, random_events, take
from tests.ledger import leased


def new_items():
    """The items of a new job under a lease."""
    kind = registry.kind("analytics-rollup")
    return Items(db.sessions(), leased(kind, kinds=registry.kinds()), lambda: None)


@pytest.fixture
def seen(sessions):
    """Six hundred events of three weeks, not summed up yet."""
    found = random_events(random.Random(1), 600, 20, 21)
    take(sessions, found)
    return found


def sums(sessions):
    """Everything that is kept of days, but versions and times."""
    kept = [c for c in event_days.c if c.name not in ("version", "rolled_to", "rolled_up_at")]
    with sessions.begin() as session:
        return [tuple(row) for row in session.execute(select(*kept).order_by(event_days.c.day))]


def test_it_sums_up_what_waits_and_then_nothing(sessions, seen):
    result = analytics_rollup.run(Args(), new_items())
    assert result.events == 600
    assert result.days == len({event.at.date() for event in seen})
    assert analytics_rollup.run(Args(), new_items()).days == 0


def test_doing_it_again_changes_nothing(sessions, seen):
    analytics_rollup.run(Args(), new_items())
    before = sums(sessions)
    first = (NOW - timedelta(days=30)).date()
    again = analytics_rollup.run(Args.model_validate({"from": first}), new_items())
    assert again.events == 600
    assert sums(sessions) == before


def test_it_goes_on_where_an_attempt_was_killed(sessions, seen):
    items = new_items()
    with sessions.begin() as session:
        days = rollup.waiting(session)
    for day in days[:5]:
        items.done({analytics_rollup._rolled(day.isoformat())[0]: None})
    result = analytics_rollup.run(Args(), items)
    assert result.days == len(days) - 5


def test_only_the_days_asked_for_are_done(sessions, seen):
    day = NOW.date() - timedelta(days=3)
    result = analytics_rollup.run(Args.model_validate({"from": day, "to": day}), new_items())
    assert result.days == 1
    assert result.events == sum(event.at.date() == day for event in seen)


def test_flags_become_arguments(database):
    given = args_of(registry.kind("analytics-rollup"), ["--from", "2026-01-01", "--to", "2026-01-31"])
    assert (given["from"], given["to"]) == ("2026-01-01", "2026-01-31")


def test_the_schedule_wants_it_only_when_something_waits(sessions):
    (schedule,) = [one for one in registry.schedules() if one.name == "analytics-rollup"]
    with sessions.begin() as session:
        assert not schedule.wanted(session)
    take(sessions, random_events(random.Random(2), 10, 3, 3))
    with sessions.begin() as session:
        assert schedule.wanted(session)
        assert session.scalar(text("select count(*) from compute.event_batches")) == 1
