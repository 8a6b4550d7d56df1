"""What a process keeps of days, and by what it knows that it still holds."""

from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy.orm import Session, sessionmaker

from lib.analytics import columns, summaries
from lib.analytics.columns import Columns
from lib.analytics.memory import memory
from lib.analytics.periods import DAY_MS
from lib.analytics.snapshot import Made, Snapshot
from tests.analytics.brute_force import Seen
from tests.analytics.test_exactness import NOW, roll_up, take

TODAY = int(NOW.timestamp() * 1000) // DAY_MS


def test_a_first_batch_and_a_first_version_are_not_the_same(sessions: sessionmaker[Session]) -> None:
    """On an empty database a day's batch and then its version have the number 1."""
    one = [Seen("a", "view", NOW - timedelta(hours=1))]
    reads = TODAY, TODAY + 1
    take(sessions, one)
    with sessions.begin() as session:
        late = Snapshot(session)
        late.keep(("asked",), Made("of one late event", 1, reads), late=True)
        assert late.holds(("asked",), late=True)
    roll_up(sessions)
    with sessions.begin() as session:
        summed_up = Snapshot(session)
        # Seen from one day on: no other version stands before it.
        assert summed_up.mark != late.mark
        versions = summed_up._versions[TODAY:].tobytes()
        assert versions == np.array([1], np.int64).tobytes()
        assert not summed_up.holds(("asked",), late=True)


def test_what_says_how_days_are_has_one_size(sessions: sessionmaker[Session]) -> None:
    for number in range(30):
        take(sessions, [Seen("a", "view", NOW - timedelta(days=number % 3, hours=1))], number)
    with sessions.begin() as session:
        snapshot = Snapshot(session)
        assert {len(some.mark) for some in snapshot.late.values()} == {16}
        snapshot.summary(0, (TODAY + 1) * DAY_MS)
        kept = memory().recall(("from to", 0, (TODAY + 1) * DAY_MS))
        assert kept
        assert len(kept.stamp) == len(snapshot.mark) == 16


def test_types_count_in_a_summary_s_size() -> None:
    few, many = (
        summaries.summary(
            Columns(at, at.astype(np.uint32) * 0, at.astype(np.uint32), at.astype(np.uint16))
        )
        for at in (np.arange(1), np.arange(500))
    )
    assert many.size - few.size > 499 * 50


def test_days_that_are_missing_are_read_at_once(
    sessions: sessionmaker[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One batch that touches many days, every other one of which is known."""
    read = columns.numbers
    queries: list[str] = []

    def told(session: Session, query: str, *args: tuple[object, ...]) -> object:
        queries.append(query)
        return read(session, query, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(columns, "numbers", told)
    seen = [Seen(f"u{n}", "view", NOW - timedelta(days=n * 7)) for n in range(1, 40)]
    take(sessions, seen)
    for more in ((), [Seen("v", "view", NOW - timedelta(days=n * 7)) for n in range(1, 40, 2)]):
        if more:
            take(sessions, [*more], 100)
        queries.clear()
        with sessions.begin() as session:
            snapshot = Snapshot(session)
            found = snapshot.late_events(0, (TODAY + 1) * DAY_MS)
        assert len(queries) == 3  # the days, the batches, their events
        assert sorted((found.at // 1000).tolist()) == sorted(
            int(event.at.timestamp()) for event in (*seen, *more)
        )
