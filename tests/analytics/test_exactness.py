"""Sums by day and what came since, together, equal going through all events one by one."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from lib.analytics import engagement, ingest, metrics, people, recipes, rollup, session_days
from lib.analytics import sessions as sessionizing
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from tests.analytics.brute_force import Brute, Seen

NOW = datetime(2026, 4, 20, 12, tzinfo=UTC)
# Spring forward and fall back of both hemispheres, and offsets of half and three quarters of an hour.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Pacific/Apia",
)
TYPES = ("view", "save", "plan", "cook", "login")


def random_events(rng: random.Random, count: int, users: int, days: int) -> list[Seen]:
    """Bursts of events, so that there are sessions, also over midnight."""
    found: list[Seen] = []
    while len(found) < count:
        user = f"u{min(rng.randrange(users), rng.randrange(users))}"
        at = NOW - timedelta(seconds=rng.randrange(days * 86_400))
        for _ in range(rng.choice((1, 1, 2, 5, 40))):
            at += timedelta(milliseconds=rng.choice((0, 1, 60_000, 1_800_000, 1_800_001, 1_700_000)))
            if at < NOW:
                recipe = rng.choice((None, "r1", "r2", "r3", "r4"))
                found.append(Seen(user, rng.choice(TYPES), at, recipe))
    return found[:count]


def sent(seen: list[Seen], start: int = 0) -> list[dict[str, object]]:
    """Events as callers send them."""
    return [
        {
            "id": f"e{start + place}",
            "userId": event.user,
            "type": event.type,
            "occurredAt": event.at.isoformat(),
            **({"recipeId": event.recipe} if event.recipe else {}),
        }
        for place, event in enumerate(seen)
    ]


def take(sessions: sessionmaker[Session], seen: list[Seen], start: int = 0) -> None:
    """Write them down."""
    with sessions.begin() as session:
        taken = ingest.take(session, sent(seen, start), NOW)
        assert taken.accepted == len(seen)


def roll_up(sessions: sessionmaker[Session], days: list[date] | None = None) -> None:
    """Sum up what waits, or some days of it."""
    with sessions.begin() as session:
        waiting = rollup.waiting(session)
    for day in waiting if days is None else days:
        with sessions.begin() as session:
            rollup.roll_up(session, day)
    with sessions.begin() as session:
        rollup.prune(session)


@pytest.fixture
def mixed(sessions: sessionmaker[Session]) -> tuple[sessionmaker[Session], list[Seen]]:
    """Days that are summed up, days that are not, and days of which something came late."""
    rng = random.Random(7)
    first = random_events(rng, 3000, 40, 75)
    take(sessions, first)
    roll_up(sessions)
    second = random_events(rng, 400, 45, 75)
    take(sessions, second, 3000)
    with sessions.begin() as session:
        some = rollup.waiting(session)[::3]
    roll_up(sessions, some)
    third = random_events(rng, 100, 50, 10)
    take(sessions, third, 3400)
    return sessions, [*first, *second, *third]


def ranges(rng: random.Random, count: int) -> Iterator[Range]:
    """Random ranges of dates, zones, intervals and beginnings of weeks."""
    for _ in range(count):
        last = date(2026, 4, 20) - timedelta(days=rng.randrange(60))
        first = last - timedelta(days=rng.choice((0, 1, 6, 29, rng.randrange(60))))
        yield Range(
            first,
            last,
            rng.choice(ZONES),
            rng.choice(("day", "week", "month")),
            rng.choice(("monday", "sunday")),
        )


def test_everything_equals_brute_force(mixed: tuple[sessionmaker[Session], list[Seen]]) -> None:
    sessions, seen = mixed
    rng = random.Random(3)
    for asked in ranges(rng, 60):
        brute = Brute(seen, asked.first, asked.last, asked.zone, asked.interval, asked.week_start)
        steps = tuple(
            rng.choice((("view", "save", "plan", "cook"), ("login", "view"), ("view", "view")))
        )
        window = rng.choice((1, 3, 14))
        with sessions.begin() as session:
            view = View(Snapshot(session), asked, funnel=steps, window_days=window)
            assert people.series(view) == brute.lifecycle(), asked
            assert engagement.events(view) == len(brute.inside)
            assert engagement.by_type(view) == Counter(event.type for event in brute.inside)
            found = people.retention(view)["cohorts"]
            assert [(c["start"], c["size"], c["retained"]) for c in found] == brute.retention()
            last = asked.last
            for days, figure in ((1, people.daily), (7, people.weekly), (30, people.monthly)):
                assert figure(view) == len(brute.users_between(last - timedelta(days=days - 1), last))
            had = brute.users_between(asked.before.first, asked.before.last)
            assert people.churn(view)["lost"] == len(had - {event.user for event in brute.inside})
            begun = sessionizing.joined(session_days.sessions(view.snapshot, asked.start, asked.end))
            expected = sorted(
                (start.timestamp(), length, count) for start, length, count in brute.sessions()
            )
            lengths = (begun.end - begun.start) / 1000
            assert (
                sorted(
                    zip(
                        (begun.start / 1000).tolist(),
                        lengths.tolist(),
                        begun.events.tolist(),
                        strict=True,
                    )
                )
                == expected
            )
            assert [step["users"] for step in engagement.funnel(view)] == [
                len(some) for some in brute.funnel(steps, window)
            ], (asked, steps, window)
            tally = recipes.tallied(view, asked.first, asked.last)
            np.testing.assert_allclose(
                sorted(tally.score[tally.score > 0]), sorted(brute.scores().values())
            )
            assert view.whole.total == sum(point["events"] for point in engagement.series(view))


def test_definitions_cover_every_figure_of_the_answers() -> None:
    for name, model in (
        ("users", metrics.UsersAnswer),
        ("recipes", metrics.RecipesAnswer),
        ("engagement", metrics.EngagementAnswer),
        ("system", metrics.SystemAnswer),
    ):
        described = {metric.name.split(".")[0] for metric in metrics.of(name)}  # type: ignore[arg-type]
        told = {field.alias or key for key, field in model.model_fields.items()}
        assert described == told - {"asOf", "from", "to", "interval", "timezone", "weekStart"}
