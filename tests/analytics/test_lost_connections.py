"""A database that goes away while events are read."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from lib import db
from lib.analytics import columns, ingest, warming
from lib.analytics.warming import Warming

_WAITERS = text("""
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
""")
ENDS = ("pg_cancel_backend", "pg_terminate_backend")
"""A statement that takes too long, and a connection that is lost."""


def end_waiter(
    sessions: sessionmaker[Session], table: str, begin: Callable[[], object], how: str
) -> None:
    """Start something that will read a table, and end its statement or connection while it waits."""
    with sessions.begin() as holder, sessions.begin() as watcher:
        holder.execute(text(f"lock table {table} in access exclusive mode"))
        begin()
        while not (waiting := watcher.scalars(_WAITERS).all()):
            watcher.execute(text("select pg_stat_clear_snapshot(), pg_sleep(0.01)"))
        end = text(f"select {how}(:pid)")
        assert [watcher.scalar(end, {"pid": pid}) for pid in waiting] == [True]


def test_errors_are_those_of_sessions(sessions: sessionmaker[Session]) -> None:
    with sessions() as session, pytest.raises(DBAPIError) as caught:
        columns.numbers(session, "select array[1 / 0]", ("i4",))
    assert not db.passes(caught.value)
    assert "division by zero" in db.reason(caught.value)


@pytest.mark.parametrize("how", ENDS)
def test_what_time_heals_is_known_as_such(sessions: sessionmaker[Session], how: str) -> None:
    with ThreadPoolExecutor(1) as pool:

        def read() -> None:
            with db.background_sessions().begin() as session:
                columns.numbers(session, "select array_agg(events) from compute.event_batches", ("i4",))

        found = []
        end_waiter(sessions, "compute.event_batches", lambda: found.append(pool.submit(read)), how)
        with pytest.raises(DBAPIError) as caught:
            found[0].result()
    assert db.passes(caught.value)


@pytest.mark.parametrize("how", ENDS)
def test_reading_ahead_goes_on(
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    how: str,
) -> None:
    monkeypatch.setattr(warming, "_EVERY_S", 0.01)
    event = {"id": "e", "userId": "u", "type": "view", "occurredAt": "2026-04-01T12:00:00Z"}
    with sessions.begin() as session:
        ingest.take(session, [event], datetime(2026, 4, 2, tzinfo=UTC))
    done = threading.Event()
    warm = Warming.warm

    def told(self: Warming, session: Session) -> bool:
        found = warm(self, session)
        done.set()
        return found

    monkeypatch.setattr(Warming, "warm", told)
    reading = Warming()
    end_waiter(sessions, "compute.event_days", reading.start, how)
    try:
        assert done.wait(20)
    finally:
        reading.stop()
    assert "can't look at events yet" in caplog.text
