"""Events come in once, whoever sends them, at the same moment too."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from benchmarks import scratch
from lib import db
from lib.analytics import engagement, forgetting, ingest, rollup
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.analytics.warming import Warming
from tests.analytics.test_exactness import NOW, random_events, roll_up, sent, take

RANGE = Range((NOW.date()).replace(month=1, day=1), NOW.date())


def counted(sessions):
    """How many events there are, as answers say it."""
    with sessions.begin() as session:
        return engagement.events(View(Snapshot(session), RANGE))


def test_many_who_send_the_same_at_once_are_counted_once(sessions):
    seen = random_events(random.Random(1), 400, 30, 40)
    rng = random.Random(2)

    def send(_):
        bodies = sent(seen)
        rng.shuffle(bodies)
        with sessions.begin() as session:
            return ingest.take(session, bodies, NOW)

    with ThreadPoolExecutor(6) as threads:
        taken = list(threads.map(send, range(12)))
    assert sum(one.accepted for one in taken) == 400
    assert sum(one.duplicates for one in taken) == 11 * 400
    assert counted(sessions) == 400
    with sessions.begin() as session:
        people = session.scalar(text("select count(*) from compute.event_people"))
        highest = session.scalar(text("select max(number) from compute.event_people"))
    assert people == len({event.user for event in seen})
    assert highest <= people + 12 * 30  # numbers stay dense: only those who race spend some for nothing


def test_a_batch_whose_connection_dies_leaves_nothing(sessions):
    seen = random_events(random.Random(3), 200, 10, 40)
    dying = sessions()
    ingest.take(dying, sent(seen), NOW)
    own = dying.scalars(text("select pg_backend_pid()")).one()
    with sessions.begin() as session:
        session.execute(text("select pg_terminate_backend(:pid)"), {"pid": own})
    with pytest.raises(OperationalError):
        dying.commit()
    dying.close()
    assert counted(sessions) == 0
    take(sessions, seen)
    assert counted(sessions) == 200


def test_what_is_not_committed_yet_is_not_lost_to_a_rollup(sessions):
    """A transaction that began before a rollup and ends after it stays in the tail."""
    seen = random_events(random.Random(4), 300, 10, 3)
    again = [event._replace(at=event.at - timedelta(minutes=1)) for event in seen]
    take(sessions, again, 1000)  # so that people, types and months are known
    slow = sessions()
    ingest.take(slow, sent(seen[:100]), NOW)
    take(sessions, seen[100:200], 100)
    roll_up(sessions)
    assert counted(sessions) == 400
    slow.commit()
    slow.close()
    take(sessions, seen[200:], 200)
    assert counted(sessions) == 600
    roll_up(sessions)
    assert counted(sessions) == 600
    with sessions.begin() as session:
        assert rollup.waiting(session) == []
        assert rollup.waiting_events(session) == 0


def test_rollups_and_senders_and_askers_at_once_agree(sessions):
    seen = random_events(random.Random(5), 3000, 40, 10)
    done = threading.Event()
    problems = []

    def roll():
        while not done.is_set():
            try:
                roll_up(sessions)
            except (OperationalError, psycopg.Error) as error:
                problems.append(error)

    def ask():
        last = 0
        while not done.is_set():
            found = counted(sessions)
            if found < last or found % 100:
                problems.append((last, found))
            last = found

    threads = [
        threading.Thread(target=roll),
        threading.Thread(target=roll),
        threading.Thread(target=ask),
    ]
    for thread in threads:
        thread.start()
    for place in range(0, 3000, 100):
        take(sessions, seen[place : place + 100], place)
    done.set()
    for thread in threads:
        thread.join()
    assert not problems
    assert counted(sessions) == 3000


def test_senders_and_forgetting_at_once_leave_nothing_of_the_person(sessions):
    seen = random_events(random.Random(6), 2000, 8, 10)
    errors = []

    def send(place):
        with sessions.begin() as session:
            ingest.take(session, sent(seen[place : place + 100], place), NOW)

    take(sessions, seen[:100])
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(send, place) for place in range(100, 2000, 100)]
        with sessions.begin() as session:
            forgetting.forget(session, "u1")
        errors = [one.exception() for one in running if one.exception()]
    assert not errors
    with sessions.begin() as session:
        assert not session.scalar(text("select count(*) from compute.event_people where user_id = 'u1'"))
        known = "(select number from compute.event_people)"
        orphans = f"select count(*) from compute.events where person not in {known}"
        assert session.scalar(text(orphans)) == 0
    assert counted(sessions) == sum(event.user != "u1" for event in seen)


def test_days_that_came_from_another_database_are_counted_from_their_events(sessions):
    seen = random_events(random.Random(8), 300, 10, 20)
    take(sessions, seen)
    roll_up(sessions)
    with sessions.begin() as session:
        session.execute(text("update compute.event_days set rolled_to = rolled_to + 1000000"))
    take(sessions, random_events(random.Random(9), 50, 10, 20), 300)
    assert counted(sessions) == 350
    roll_up(sessions)
    assert counted(sessions) == 350
    with sessions.begin() as session:
        assert rollup.waiting(session) == []


def test_the_database_of_a_test_is_empty(database):
    assert counted(db.sessions()) == 0


def test_what_is_read_ahead_is_read_again_only_after_a_change(sessions):
    take(sessions, random_events(random.Random(10), 200, 10, 20))
    roll_up(sessions)
    warming = Warming()
    with sessions.begin() as session:
        assert warming.warm(session)
    with sessions.begin() as session:
        assert not warming.warm(session)
    take(sessions, random_events(random.Random(11), 50, 10, 2), 200)
    for _ in range(2):  # once as what came, once as what is summed up
        with sessions.begin() as session:
            assert warming.warm(session)
        with sessions.begin() as session:
            assert not warming.warm(session)
        roll_up(sessions)


def test_reading_ahead_survives_a_database_that_is_not_there(sessions, monkeypatch, caplog):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    scratch.forget()
    warming = Warming()
    warming.start()
    warming.stop()
    assert [record.message for record in caplog.records] == ["can't look at events yet"]
