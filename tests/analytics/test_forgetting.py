"""Who is forgotten leaves nothing behind, and doesn't come back."""

import random
from datetime import date

import pytest
from pyroaring import BitMap
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from lib.analytics import columns, engagement, forgetting, ingest, people
from lib.analytics import sessions as sessionizing
from lib.analytics.periods import Range, start_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.errors import NotFound
from lib.tables import event_days
from tests.analytics.brute_force import Brute
from tests.analytics.test_exactness import NOW, random_events, roll_up, sent, take

RANGE = Range(date(2026, 3, 1), date(2026, 4, 20), "Europe/Berlin", "week")


def test_no_sum_holds_the_number_and_all_answers_are_those_without_the_person(
    sessions: sessionmaker[Session],
) -> None:
    rng = random.Random(11)
    seen = random_events(rng, 1500, 12, 50)
    take(sessions, seen[:1200])
    roll_up(sessions)
    take(sessions, seen[1200:], 1200)
    with sessions.begin() as session:  # what a process remembers must not outlive the person
        view = View(Snapshot(session), RANGE)
        people.series(view)
        engagement.funnel(view)
        number = session.scalars(
            text("select number from compute.event_people where user_id = 'u1'")
        ).one()
    with sessions.begin() as session:
        receipt = forgetting.forget(session, "u1")
    assert receipt.events == sum(event.user == "u1" for event in seen)
    left = [event for event in seen if event.user != "u1"]
    brute = Brute(left, RANGE.first, RANGE.last, RANGE.zone, RANGE.interval, RANGE.week_start)
    with sessions.begin() as session:
        view = View(Snapshot(session), RANGE)
        assert people.series(view) == brute.lifecycle()
        assert engagement.events(view) == len(brute.inside)
        assert [step["users"] for step in engagement.funnel(view)] == [
            len(some) for some in brute.funnel(view.funnel, view.window_days)
        ]
        assert engagement.sessions(view)["count"] == len(brute.sessions())
    _nowhere(sessions, number)
    roll_up(sessions)
    _nowhere(sessions, number)


def _nowhere(made: sessionmaker[Session], number: int) -> None:
    with made.begin() as session:
        for row in session.execute(select(event_days)):
            start = start_of(row.day)
            assert all(number not in BitMap.deserialize(some) for some in row.users)
            assert number not in columns.unpacked(row.columns, start).person
            assert number not in sessionizing.unpacked(row.sessions, start).person
        assert not session.scalar(
            text("select count(*) from compute.events where person = :number"), {"number": number}
        )


def test_what_still_comes_of_a_forgotten_person_is_rejected(sessions: sessionmaker[Session]) -> None:
    seen = random_events(random.Random(1), 50, 3, 5)
    take(sessions, seen)
    with sessions.begin() as session:
        first = forgetting.forget(session, "u0")
    with sessions.begin() as session:
        again = ingest.take(session, sent(seen, 1000), NOW)
        assert forgetting.forget(session, "u0") == first
    theirs = sum(event.user == "u0" for event in seen)
    assert theirs
    assert len(again.rejected) == theirs
    assert again.accepted == len(seen) - theirs


def test_nobody_is_forgotten_whom_nobody_knows(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session, pytest.raises(NotFound):
        forgetting.forget(session, "nobody")
