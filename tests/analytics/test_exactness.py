"""Sums by day and what came since, together, equal going through all events one by one."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from benchmarks import scratch
from lib.analytics import (
    engagement,
    forgetting,
    ingest,
    memory,
    metrics,
    people,
    recipes,
    rollup,
    session_days,
)
from lib.analytics import sessions as sessionizing
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from tests.analytics.brute_force import Brute, Seen, floor

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


def random_events(
    rng: random.Random, count: int, users: int, days: int, now: datetime = NOW
) -> list[Seen]:
    """Bursts of events, so that there are sessions, also over midnight."""
    found: list[Seen] = []
    while len(found) < count:
        user = f"u{min(rng.randrange(users), rng.randrange(users))}"
        at = now - timedelta(seconds=rng.randrange(days * 86_400))
        for _ in range(rng.choice((1, 1, 2, 5, 40))):
            at += timedelta(milliseconds=rng.choice((0, 1, 60_000, 1_800_000, 1_800_001, 1_700_000)))
            if at < now:
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


def take(sessions: sessionmaker[Session], seen: list[Seen], start: int = 0, now: datetime = NOW) -> None:
    """Write them down."""
    with sessions.begin() as session:
        taken = ingest.take(session, sent(seen, start), now)
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


def agree(view: View, seen: list[Seen]) -> None:
    """The answers and those of going through all events are the same."""
    asked, steps, window = view.range, view.funnel, view.window_days
    brute = Brute(seen, asked.first, asked.last, asked.zone, asked.interval, asked.week_start)
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
    sessions_agree(view, brute)
    assert [step["users"] for step in engagement.funnel(view)] == [
        len(some) for some in brute.funnel(steps, window)
    ], (asked, steps, window)
    tally = recipes.tallied(view, asked.first, asked.last)
    np.testing.assert_allclose(sorted(tally.score[tally.score > 0]), sorted(brute.scores().values()))
    assert view.whole.total == sum(point["events"] for point in engagement.series(view))


def sessions_agree(view: View, brute: Brute) -> None:
    """The sessions one by one, and what is told of all of them."""
    asked = view.range
    begun = sessionizing.joined(session_days.sessions(view.snapshot, asked.start, asked.end))
    expected = sorted((start.timestamp(), length, count) for start, length, count in brute.sessions())
    columns = (begun.start / 1000, (begun.end - begun.start) / 1000, begun.events)
    assert sorted(zip(*(each.tolist() for each in columns), strict=True)) == expected, asked
    told = engagement.sessions(view)
    assert told["count"] == len(expected)
    if expected:
        median, p90 = np.percentile([length for _, length, _ in expected], (50, 90))
        assert told["medianSeconds"] == pytest.approx(median, abs=0.051)
        assert told["p90Seconds"] == pytest.approx(p90, abs=0.051)
        per_session = sum(count for *_, count in expected) / len(expected)
        assert told["eventsPerSession"] == pytest.approx(per_session, abs=0.0051)
    by_period = Counter(
        floor(
            datetime.fromtimestamp(start, ZoneInfo(asked.zone)).date(), asked.interval, asked.week_start
        )
        for start, _, _ in expected
    )
    counts = {point["date"]: point["sessions"] for point in engagement.series(view)}
    assert {date: count for date, count in counts.items() if count} == by_period


def asked_of(session: Session, asked: Range, rng: random.Random) -> View:
    """A range, with some funnel."""
    steps = rng.choice((("view", "save", "plan", "cook"), ("login", "view"), ("view", "view")))
    return View(Snapshot(session), asked, funnel=steps, window_days=rng.choice((1, 3, 14)))


def test_everything_equals_brute_force(mixed: tuple[sessionmaker[Session], list[Seen]]) -> None:
    sessions, seen = mixed
    rng = random.Random(3)
    for asked in ranges(rng, 40):
        with sessions.begin() as session:
            agree(asked_of(session, asked, rng), seen)


def test_what_is_remembered_changes_with_the_events(sessions: sessionmaker[Session]) -> None:
    """Events, late ones too, rollups and forgotten people in any order, and questions all the while."""
    rng = random.Random(12)
    seen: list[Seen] = []
    sent_so_far = 0
    for asked in ranges(rng, 40):
        what = rng.choice(("some", "some", "many", "one", "roll up", "some days", "forget", "nothing"))
        if what in ("some", "many", "one"):
            count = {"some": 30, "many": 300, "one": 1}[what]
            new = random_events(rng, count, 15, rng.choice((1, 3, 80)))
            take(sessions, new, sent_so_far)
            sent_so_far += count
            seen += new
        elif what == "roll up":
            roll_up(sessions)
        elif what == "some days":
            with sessions.begin() as session:
                waiting = rollup.waiting(session)
            roll_up(sessions, waiting[::2])
        elif what == "forget" and seen:
            gone = rng.choice(seen).user
            with sessions.begin() as session:
                forgetting.take_out(session, [gone])
            seen = [event for event in seen if event.user != gone]
        with sessions.begin() as session:
            agree(asked_of(session, asked, rng), seen)


def test_a_process_that_can_keep_nothing_answers_the_same(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "EVENTS_BYTES", 1000)
    monkeypatch.setattr(memory, "SUMS_BYTES", 1000)
    scratch.forget()
    rng = random.Random(4)
    seen = random_events(rng, 600, 20, 70)
    take(sessions, seen[:500])
    roll_up(sessions)
    take(sessions, seen[500:], 500)
    for asked in ranges(rng, 5):
        with sessions.begin() as session:
            agree(asked_of(session, asked, rng), seen)


def test_dates_that_do_not_begin_at_a_quarter_of_an_hour(sessions: sessionmaker[Session]) -> None:
    now = datetime(1978, 5, 20, tzinfo=UTC)
    rng = random.Random(5)
    seen = random_events(rng, 1200, 20, 50, now)
    take(sessions, seen[:1000], now=now)
    roll_up(sessions)
    take(sessions, seen[1000:], 1000, now)
    for days in (0, 2, 44):
        asked = Range(date(1978, 5, 18) - timedelta(days=days), date(1978, 5, 18), "Pacific/Kiritimati")
        assert asked.start % (15 * 60 * 1000)
        with sessions.begin() as session:
            agree(asked_of(session, asked, rng), seen)


def test_a_session_may_last_for_days(sessions: sessionmaker[Session]) -> None:
    start = NOW - timedelta(days=5, hours=1)
    seen = [Seen("u", "view", start + timedelta(minutes=29 * n)) for n in range(210)]
    seen += [Seen("v", "view", start + timedelta(hours=n)) for n in range(100)]
    asked = Range(start.date(), NOW.date(), "Asia/Kolkata")
    rng = random.Random(1)
    # First with a hole in it, which something late fills.
    holes = seen[100:102]
    kept = [event for event in seen if event not in holes]
    take(sessions, kept)
    for rolled in (False, True):
        if rolled:
            roll_up(sessions)
        with sessions.begin() as session:
            agree(asked_of(session, asked, rng), kept)
    take(sessions, holes, 1000)
    with sessions.begin() as session:
        view = asked_of(session, asked, rng)
        agree(view, seen)
        assert engagement.sessions(view)["count"] == 101


def test_a_session_may_last_for_months(sessions: sessionmaker[Session]) -> None:
    """Longer than 2^32 milliseconds, and others that begin and go on meanwhile."""
    start = NOW - timedelta(days=60)
    seen = [Seen("u", "view", start + timedelta(minutes=30 * n)) for n in range(2 * 24 * 55)]
    seen += [
        Seen(f"v{n % 3}", "save", start + timedelta(hours=n % 7, minutes=20 * n)) for n in range(900)
    ]
    seen.sort(key=lambda event: event.at)
    asked = Range(start.date(), NOW.date(), "Asia/Kolkata")
    take(sessions, seen[::2])
    roll_up(sessions)
    take(sessions, seen[1::2], len(seen))
    for rolled in (False, True):
        if rolled:
            roll_up(sessions)
        with sessions.begin() as session:
            view = View(Snapshot(session), asked)
            sessions_agree(view, Brute(seen, asked.first, asked.last, asked.zone, "day", "monday"))
            lengths = np.concatenate([day.lengths.ordered for day in view.sessions])
            assert lengths.max() == (2 * 24 * 55 - 1) * 30 * 60 * 1000 > 2**32


def test_a_step_on_the_last_day_of_the_window_counts(sessions: sessionmaker[Session]) -> None:
    evening = datetime(2026, 4, 10, 23, tzinfo=UTC)
    first = Seen("u", "view", evening)
    second = Seen("u", "save", evening + timedelta(days=3, hours=-1))
    asked = Range(evening.date(), evening.date())
    take(sessions, [first, Seen("v", "view", NOW)])

    def came() -> list[int]:
        with sessions.begin() as session:
            view = View(Snapshot(session), asked, funnel=("view", "save"), window_days=3)
            return [step["users"] for step in engagement.funnel(view)]

    roll_up(sessions)
    assert came() == [1, 0]
    take(sessions, [second], 10)
    assert came() == [1, 1]
    roll_up(sessions)
    assert came() == [1, 1]
    with sessions.begin() as session:
        forgetting.take_out(session, ["u"])
    assert came() == [0, 0]


def test_batches_of_one_transaction_are_counted_once(sessions: sessionmaker[Session]) -> None:
    seen = random_events(random.Random(2), 200, 10, 3)
    with sessions.begin() as session:
        ingest.take(session, sent(seen[:120]), NOW)
        ingest.take(session, sent(seen[120:], 120), NOW)
    with sessions.begin() as session:
        asked = Range(date(2026, 4, 1), date(2026, 4, 20))
        agree(asked_of(session, asked, random.Random(1)), seen)


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
