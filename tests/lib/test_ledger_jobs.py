"""Jobs in the ledger: asked for, paged through, cancelled, tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from lib import db
from lib.errors import Conflict, Invalid, NotFound
from lib.ledger import jobs, leases, stats
from tests.ledger import ALONE, TASK, ask, attempts, give_up, leased, look, make_due, run_sql, take


def test_a_job_exists_if_and_only_if_the_transaction_that_asked_for_it_commits(database):
    lost = []

    def ask_and_fail():
        with db.transaction() as session:
            lost.append(jobs.enqueue(session, TASK, {}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask_and_fail()
    with db.transaction() as session:
        kept = jobs.enqueue(session, TASK, {"a": 1})
        with db.transaction() as other, pytest.raises(NotFound):
            jobs.get(other, kept)
    assert look(kept).args == {"a": 1}
    assert look(kept).status == "queued"
    with pytest.raises(NotFound):
        look(lost[0])


def test_pages_go_from_the_newest_to_the_oldest_without_gap_or_repetition(database):
    asked = [ask(ALONE if n % 3 == 0 else TASK) for n in range(25)]
    seen, cursor = [], ""
    with db.transaction() as session:
        while cursor is not None:
            page = jobs.page(session, 10, cursor)
            seen += [job.id for job in page.jobs]
            cursor = page.next_cursor
            ask()  # newer ones don't move the pages that follow
        assert seen == asked[::-1]
        assert len(jobs.page(session, 100, name="alone").jobs) == 9
        assert jobs.page(session, 100, status="dead").jobs == []
        assert len(jobs.page(session, 25).jobs) == 25


@pytest.mark.parametrize("cursor", ["x", "-1", "1.5", "9" * 30, "1; drop table"])
def test_a_cursor_that_is_none_is_refused(database, cursor):
    with db.transaction() as session, pytest.raises(Invalid, match="cursor"):
        jobs.page(session, 10, cursor)


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(database):
    job_id = ask()
    for _ in range(2):
        with db.transaction() as session:
            assert jobs.cancel(session, job_id).status == "cancelled"
    assert take() is None
    assert look(job_id).finished_at


def test_a_running_job_hears_that_it_is_to_be_cancelled(database):
    lease = leased()
    with db.transaction() as session:
        assert not leases.renew(session, lease)
        assert jobs.cancel(session, lease.job_id).status == "running"
    with db.transaction() as session:
        assert leases.renew(session, lease)
        leases.conclude(session, lease, "cancelled", error="It was cancelled.")
    assert look(lease.job_id).status == "cancelled"
    assert attempts(lease.job_id) == ["cancelled"]


def test_a_job_that_is_to_be_cancelled_and_crashes_is_not_tried_again(database):
    lease = leased()
    with db.transaction() as session:
        jobs.cancel(session, lease.job_id)
    assert give_up(lease) == "cancelled"
    assert attempts(lease.job_id) == ["cancelled"]


def test_what_has_ended_is_neither_cancelled_nor_what_succeeded_tried_again(database):
    lease = leased()
    with db.transaction() as session:
        leases.conclude(session, lease, "succeeded", result={"n": 1})
    with db.transaction() as session:
        with pytest.raises(Conflict, match="succeeded"):
            jobs.cancel(session, lease.job_id)
        with pytest.raises(Conflict, match="succeeded"):
            jobs.retry(session, TASK, lease.job_id)
        with pytest.raises(NotFound):
            jobs.retry(session, TASK, "none")
    assert look(lease.job_id).result == {"n": 1}


def test_a_dead_job_says_why_and_has_new_attempts_when_it_is_tried_again(database):
    job_id = ask()
    for _ in range(TASK.max_attempts):
        make_due(job_id)
        state = give_up(take(), error="The oven is cold.")
    assert state == "dead"
    assert look(job_id).error == "The oven is cold."
    assert take() is None
    with db.transaction() as session:
        assert jobs.retry(session, TASK, job_id).status == "queued"
    for _ in range(TASK.max_attempts):
        make_due(job_id)
        state = give_up(take())
    assert state == "dead"
    assert attempts(job_id) == ["crashed"] * 2 * TASK.max_attempts


def test_a_job_waits_for_its_time(database):
    later = ask(run_after=datetime.now(UTC) + timedelta(hours=1))
    assert take() is None
    make_due(later)
    assert take().job_id == later


def test_the_ledger_in_numbers(database):
    with db.transaction() as session:
        assert stats.counts(session).model_dump(exclude_none=True)["queued"] == 0
    ask(run_after=datetime.now(UTC) + timedelta(hours=1))
    old = ask()
    run_sql("update compute.jobs set run_after = now() - interval '90 s' where id = :id", id=old)
    with db.transaction() as session:
        assert 90 <= stats.counts(session).oldest_due_s < 100
    assert take().job_id == old
    ask()
    with db.transaction() as session:
        counts = stats.counts(session)
        assert (counts.queued, counts.running, counts.due) == (2, 1, 1)
        assert stats.due_tasks(session, 10) == 1
        leases.give_up(session, old, 1, "raised", "x")
    with db.transaction() as session:
        (ended,) = stats.ended(session)
    assert (ended.name, ended.outcome, ended.count) == ("task", "raised", 1)
    assert 0 <= ended.median_s <= ended.p95_s < 60
