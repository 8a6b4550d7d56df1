"""Items: written down as they are done, skipped when they are, counted without being looked at."""

import threading
import time

import pytest

from lib import db
from lib.errors import Invalid
from lib.ledger import jobs
from lib.ledger.items import Items
from lib.ledger.leases import Cancelled
from tests.ledger import ask, give_up, item_states, leased, look, make_due, run_sql, take


def items_of(lease, check=lambda: None):
    return Items(db.sessions(), lease, check)


def progress(job_id):
    found = look(job_id).progress
    return found.done, found.total, found.failed


def test_a_rerun_does_only_what_is_left(database):
    def crash_at_d():
        for item in items_of(lease).each("abcde", commit_each=True):
            if item.key == "d":
                raise ZeroDivisionError
            if item.key == "b":
                item.fail("It is burnt.")

    lease = leased()
    with pytest.raises(ZeroDivisionError):
        crash_at_d()
    assert item_states(lease.job_id) == {"a": "done", "b": "failed", "c": "done"}
    assert progress(lease.job_id) == (2, 5, 1)
    give_up(lease)
    make_due(lease.job_id)
    again = items_of(take())
    assert again.resumed
    left = [item.key for item in again.each("abcde")]
    assert left == ["b", "d", "e"]
    assert again.close() == 0
    assert progress(lease.job_id) == (5, 5, 0)


def test_what_was_not_written_yet_is_done_once_more_and_no_less(database):
    def crash_at_c():
        for item in items_of(lease).each("abc"):
            if item.key == "c":
                raise ZeroDivisionError

    lease = leased()
    with pytest.raises(ZeroDivisionError):
        crash_at_c()
    assert item_states(lease.job_id) == {}
    give_up(lease)
    make_due(lease.job_id)
    assert [item.key for item in items_of(take()).each("abc")] == ["a", "b", "c"]
    assert len(item_states(lease.job_id)) == 3


def test_ten_thousand_quick_items_are_few_transactions(database):
    lease = leased()
    before = run_sql("select pg_current_xact_id()::text::bigint").scalar()
    started = time.monotonic()
    for item in items_of(lease).each(str(n) for n in range(10_000)):
        item.result = {"n": item.key}
    took = time.monotonic() - started
    transactions = run_sql("select pg_current_xact_id()::text::bigint").scalar() - before
    assert progress(lease.job_id) == (10_000, 10_000, 0)
    assert transactions < 60 + took * 2
    with db.transaction() as session:
        page = jobs.items(session, lease.job_id, 3)
        assert [item.result for item in page.items] == [{"n": "0"}, {"n": "1"}, {"n": "2"}]
        after = jobs.items(session, lease.job_id, 1000, page.next_cursor)
        assert [item.key for item in after.items[:2]] == ["3", "4"]


def test_slow_items_are_written_one_by_one(database):
    lease = leased()
    written = []
    for _ in items_of(lease).each("ab"):
        written.append(len(item_states(lease.job_id)))
        time.sleep(1.05)
    assert written == [0, 1]


def test_in_bulk_for_those_who_work_in_batches(database):
    lease = leased()
    items = items_of(lease)
    assert items.left(["a", "b", "c", "c"]) == ["a", "b", "c"]
    assert progress(lease.job_id) == (0, 3, 0)
    items.done({"a": 1, "b": None})
    items.failed({"c": "No egg."})
    assert progress(lease.job_id) == (2, 3, 1)
    assert items.left(["a", "b", "c"]) == ["c"]
    items.done({"c": None})
    assert items.close() == 0
    assert progress(lease.job_id) == (3, 3, 0)
    run_sql("update compute.jobs set cancel_requested = true")
    with pytest.raises(Cancelled):
        items.done({})


def test_items_are_found_by_state_and_page_by_page(database):
    lease = leased()
    for item in items_of(lease).each(f"{n:03}" for n in range(25)):
        if int(item.key) % 5 == 0:
            item.fail("No.")
    with db.transaction() as session:
        failed = jobs.items(session, lease.job_id, 3, status="failed")
        rest = jobs.items(session, lease.job_id, 3, failed.next_cursor, status="failed")
        assert [item.key for item in (*failed.items, *rest.items)] == ["000", "005", "010", "015", "020"]
        assert rest.next_cursor is None
        assert failed.items[0].error == "No."
        with pytest.raises(Invalid):
            jobs.items(session, lease.job_id, 3, "nonsense")


def test_a_job_without_items_costs_no_transaction(database):
    lease = leased()
    before = run_sql("select pg_current_xact_id()::text::bigint").scalar()
    assert items_of(lease).close() == 0
    assert run_sql("select pg_current_xact_id()::text::bigint").scalar() == before + 1


def test_a_database_that_is_gone_for_seconds_stops_no_job(database, server):
    lease = leased()
    back = threading.Timer(2.0, server.ensure)
    for item in items_of(lease).each("abc", commit_each=True):
        if item.key == "b":
            server.stop()
            back.start()
    back.join()
    assert progress(lease.job_id) == (3, 3, 0)


def test_the_answer_of_a_job_with_many_items_is_cheap(database):
    lease = leased()
    items_of(lease).done({str(n): None for n in range(10_000)})
    started = time.monotonic()
    for _ in range(20):
        assert progress(lease.job_id)[0] == 10_000
    assert (time.monotonic() - started) / 20 < 0.05
    assert ask()
