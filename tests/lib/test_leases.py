"""Leases: one worker for a job, however many there are, and nothing written by who lost it."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import db
from lib.ledger import backoff, jobs, leases
from lib.ledger.items import Items
from lib.ledger.kinds import Kind
from lib.ledger.leases import LEASE_S, START_S, Cancelled, LeaseLost, Room
from tests.ledger import (
    ALONE,
    DRIVER,
    KINDS,
    ROOM,
    TASK,
    ask,
    attempts,
    give_up,
    item_states,
    leased,
    look,
    make_due,
    run_sql,
    take,
)


def test_many_takers_have_each_job_exactly_once(database):
    asked = {ask() for _ in range(120)}
    room = Room(at_once=1000, memory_mb=10**6)
    kinds = {"task": Kind("task", "", "task", 1, at_once=1000)}
    taken = []

    def drain():
        while lease := take(room=room, kinds=kinds):
            taken.append(lease.job_id)

    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(drain) for _ in range(8)]:
            done.result()
    assert sorted(taken) == sorted(asked)


def test_no_more_of_a_kind_run_than_may_however_many_takers_there_are(database):
    few = {"task": Kind("task", "", "task", 1, at_once=3)}
    for _ in range(30):
        ask()
    running = []

    def work():
        while any(look(job_id).status == "queued" for job_id in waiting):
            lease = take(kinds=few)
            if lease is None:
                continue
            running.append(
                run_sql("select count(*) from compute.jobs where status = 'running'").scalar()
            )
            time.sleep(0.05)
            with db.transaction() as session:
                leases.conclude(session, lease, "succeeded")

    with db.transaction() as session:
        waiting = [job.id for job in jobs.page(session, 100).jobs]
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(work) for _ in range(6)]:
            done.result()
    assert 2 <= max(running) <= 3
    assert {look(job_id).status for job_id in waiting} == {"succeeded"}


def test_a_thousand_queued_jobs_start_as_many_as_there_is_room_for(database):
    with db.transaction() as session:
        for _ in range(1000):
            jobs.enqueue(session, DRIVER, {})
    memory = Room(at_once=100, memory_mb=1000)  # room for two of 400 MB
    assert [bool(take("driver", memory)) for _ in range(4)] == [True, True, False, False]
    cap = Room(at_once=3, memory_mb=10**6)
    assert [bool(take("driver", cap)) for _ in range(3)] == [True, False, False]


def test_a_job_that_needs_more_than_there_is_runs_alone(database):
    ask(DRIVER)
    assert take("driver", Room(at_once=5, memory_mb=10))
    ask(DRIVER)
    assert take("driver", Room(at_once=5, memory_mb=10)) is None


def test_a_full_kind_holds_up_no_other(database):
    first = leased(ALONE)
    ask(ALONE)
    other = ask(TASK)
    assert take().job_id == other
    assert take() is None
    give_up(first)
    assert take().name == "alone"


def test_the_more_urgent_job_is_first_and_else_the_older_one(database):
    order = [ask(), ask(priority=5), ask(), ask(priority=-1), ask(priority=5)]
    taken = [take().job_id for _ in order]
    assert taken == [order[1], order[4], order[0], order[2], order[3]]


def test_an_unknown_kind_is_left_to_those_who_know_it(database):
    ask()
    assert take(kinds={"alone": ALONE}) is None
    assert take(kinds=KINDS)


def test_who_lost_the_lease_can_write_nothing_more(database, sessions):
    old = leased()
    items = Items(sessions, old, lambda: None)
    items.left(["a", "b"])
    give_up(old)
    make_due(old.job_id)
    new = take()
    assert new.token > old.token
    with db.transaction() as session:
        for write in (
            lambda: leases.renew(session, old),
            lambda: leases.cancel_requested(session, old),
            lambda: leases.conclude(session, old, "succeeded"),
            lambda: leases.give_up(session, old.job_id, old.token, "crashed", "late"),
            lambda: leases.held(session, old.job_id, old.token),
        ):
            with pytest.raises(LeaseLost):
                write()
    with pytest.raises(LeaseLost):
        items.done({"a": 1})
    assert item_states(old.job_id) == {}
    assert look(old.job_id).status == "running"
    Items(sessions, new, lambda: None).done({"a": 2})
    assert item_states(old.job_id) == {"a": "done"}


def test_an_ended_job_is_not_written_to_by_its_last_holder_either(database):
    lease = leased()
    with db.transaction() as session:
        leases.conclude(session, lease, "succeeded")
    with db.transaction() as session, pytest.raises(LeaseLost):
        leases.renew(session, lease)


def test_a_lease_is_renewed_but_not_beyond_the_attempts_deadline(database):
    lease = leased()
    left = "select extract(epoch from lease_until - now()) from compute.jobs"
    assert LEASE_S - 5 < run_sql(left).scalar() <= LEASE_S
    run_sql("update compute.jobs set lease_until = now() + interval '1 s'")
    with db.transaction() as session:
        leases.renew(session, lease)
    assert LEASE_S - 5 < run_sql(left).scalar() <= LEASE_S
    run_sql("update compute.jobs set deadline = now() - interval '60 s'")
    with db.transaction() as session:
        leases.renew(session, lease)
        (running,) = leases.running(session)
    assert running.silent
    assert running.overdue


def test_a_driver_has_more_time_to_begin(database):
    leased(DRIVER)
    left = run_sql("select extract(epoch from lease_until - now()) from compute.jobs").scalar()
    assert LEASE_S < left <= START_S


def test_a_setback_is_followed_by_a_wait_and_a_history(database):
    lease = leased()
    assert give_up(lease, "raised", "No flour.") == "queued"
    assert take() is None  # not yet
    job = look(lease.job_id)
    assert job.error == "No flour."
    assert job.run_after > job.started_at
    make_due(lease.job_id)
    again = take()
    assert again.attempt == 2
    assert give_up(again, "timed_out") == "queued"
    make_due(lease.job_id)
    assert give_up(take()) == "dead"
    assert attempts(lease.job_id) == ["raised", "timed_out", "crashed"]


def test_waits_grow_up_to_a_limit_and_are_spread_from_nothing_on():
    random.seed(1)
    assert [backoff.longest(n) for n in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert backoff.longest(50) == backoff.longest(10_000) == 600
    waits = [backoff.wait(4).total_seconds() for _ in range(500)]
    assert min(waits) < 1
    assert max(waits) > 15
    assert all(0 <= wait <= 16 for wait in waits)


def test_a_job_whose_driver_could_not_be_started_has_lost_no_attempt(database):
    lease = leased(DRIVER)
    with db.transaction() as session:
        leases.hand_back(session, lease)
    assert attempts(lease.job_id) == []
    assert look(lease.job_id).attempts == 0
    assert take("driver") is None  # for a moment
    make_due(lease.job_id)
    again = take("driver")
    assert again.attempt == 1
    assert again.token > lease.token
    with db.transaction() as session, pytest.raises(LeaseLost):
        leases.held(session, lease.job_id, lease.token)


def test_two_who_end_a_silent_attempt_end_it_once(database):
    lease = leased()
    outcomes = []

    def end():
        try:
            outcomes.append(give_up(lease))
        except LeaseLost:
            outcomes.append("lost")

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(end) for _ in range(6)]:
            done.result()
    assert sorted(outcomes) == ["lost"] * 5 + ["queued"]
    assert attempts(lease.job_id) == ["crashed"]


def test_a_cancelled_job_stops_where_it_reports(database, sessions):
    def work():
        for item in Items(sessions, lease, lambda: None).each(["a", "b", "c"], commit_each=True):
            seen.append(item.key)
            if item.key == "b":
                with db.transaction() as session:
                    jobs.cancel(session, lease.job_id)

    lease, seen = leased(), []
    with pytest.raises(Cancelled):
        work()
    assert seen == ["a", "b"]
    assert item_states(lease.job_id) == {"a": "done", "b": "done"}


def test_a_schedules_queued_runs_follow_one_another(database):
    many = {"task": TASK}
    for hour in (1, 2):
        run_sql(
            "insert into compute.jobs (id, name, args, weight, memory_mb, timeout_s, max_attempts,"
            " schedule, tick) values (:id, 'task', '{}', 'task', 1, 60, 3, 's',"
            " cast(:tick as timestamptz))",
            id=f"tick {hour}",
            tick=f"2026-01-01T0{hour}:00Z",
        )
    first = take(room=ROOM, kinds=many)
    assert first.job_id == "tick 1"
    assert take(room=ROOM, kinds=many) is None
    with db.transaction() as session:
        leases.conclude(session, first, "succeeded")
    assert take(room=ROOM, kinds=many).job_id == "tick 2"
