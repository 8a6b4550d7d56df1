"""What becomes of a job in the process that runs it."""

import json
import subprocess
import sys
import threading
import time

import pytest

from jobs import registry
from jobs.execution import Execution
from lib import db, logs
from lib.errors import NotFound
from lib.ledger import jobs, leases
from lib.ledger.leases import LeaseLost
from lib.settings import ROOT
from tests.conftest import forget
from tests.jobs.samples import KINDS
from tests.ledger import ask, attempts, give_up, item_states, look, run_sql, take

SAMPLE = KINDS[0]


@pytest.fixture(autouse=True)
def with_samples(database, monkeypatch):
    """The process and its children know the sample job."""
    monkeypatch.setenv("MEALPREP_JOB_MODULES", "tests.jobs.samples")
    forget()
    registry.kinds.cache_clear()
    logs.configure("INFO")
    yield
    registry.kinds.cache_clear()


def execute(**args):
    job_id = ask(SAMPLE, args)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    return Execution(SAMPLE, lease).run(), look(job_id)


def test_a_job_that_ends_well_leaves_its_result(database):
    (outcome, result), job = execute(keys=["a", "b"])
    assert (outcome, result) == ("succeeded", {"itemsDone": 2})
    assert (job.status, job.result, job.error) == ("succeeded", result, None)
    assert job.progress.done == job.progress.total == 2
    assert attempts(job.id) == ["succeeded"]


def test_a_job_with_failed_items_failed_and_keeps_what_was_done(database):
    _, job = execute(keys=["a", "bad", "c"])
    assert job.status == "failed"
    assert "1 of its items failed" in job.error
    assert job.result == {"itemsDone": 3}
    assert item_states(job.id) == {"a": "done", "bad": "failed", "c": "done"}
    with db.transaction() as session:
        jobs.retry(session, SAMPLE, job.id)
    Execution(SAMPLE, take(kinds=registry.kinds())).run()
    assert look(job.id).result == {"itemsDone": 1}  # only what was left


@pytest.mark.parametrize(
    ("how", "status", "told"),
    [
        ("wrong", "failed", "There is no such thing."),
        ("later", "queued", "The oven is taken."),
        ("broken", "queued", "It failed with KeyError; its log says more."),
    ],
)
def test_what_time_may_heal_is_tried_again_and_what_is_wrong_is_not(database, how, status, told):
    _, job = execute(how=how, keys=["a"])
    assert (job.status, job.error) == (status, told)
    assert item_states(job.id) == {"a": "done"}
    with db.transaction() as session:
        log = jobs.log(session, job.id)
    assert "sample at work" in log
    assert ("private" in log) == (how == "broken")
    assert all(json.loads(line)["logger"] == "mealprep.jobs" for line in log.splitlines())


def test_what_was_done_before_an_error_stays_done(database):
    _, job = execute(keys=["a", "explosive", "c"])
    assert (job.status, job.progress.done, job.progress.total) == ("queued", 1, 3)
    assert item_states(job.id) == {"a": "done"}


def test_arguments_that_do_not_fit_any_more_are_told(database):
    _, job = execute(how=["?"])
    assert job.status == "failed"
    assert "how: Input should be a valid string" in job.error


def test_a_job_whose_lease_is_lost_stops_and_writes_nothing(database):
    ask(SAMPLE, {"keys": [str(n) for n in range(60)], "wholeSeconds": 1})
    lease = take(kinds=registry.kinds())
    timer = threading.Timer(1.5, give_up, [lease])
    timer.start()
    started = time.monotonic()
    assert Execution(SAMPLE, lease).run() == (None, None)
    timer.join()
    assert time.monotonic() - started < 6
    assert look(lease.job_id).status == "queued"
    assert attempts(lease.job_id) == ["crashed"]


def in_a_process(*flags, **environment):
    return subprocess.run(
        [sys.executable, "-m", "tests.jobs.samples", *flags],
        cwd=ROOT,
        env=__import__("os").environ | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def hand_over(**args):
    ask(SAMPLE, args)
    lease = take(kinds=registry.kinds())
    return lease, {"MEALPREP_JOB_ID": lease.job_id, "MEALPREP_JOB_TOKEN": str(lease.token)}


def test_by_hand_a_job_is_in_the_ledger_with_progress_and_history(database):
    done = in_a_process("--keys", "a", "--keys", "bad", "--whole-seconds", "0")
    assert done.returncode == 1
    assert "failed: 1 of its items failed" in done.stderr
    with db.transaction() as session:
        (job,) = jobs.page(session, 10).jobs
    assert (job.name, job.status) == ("sample", "failed")
    assert job.args == {"how": "well", "keys": ["a", "bad"], "wholeSeconds": 0}
    assert job.progress.done == job.progress.failed == 1
    assert attempts(job.id) == ["failed"]
    assert in_a_process("--keys", "a").stdout == '{"itemsDone": 1}\n'


def test_a_driver_does_the_job_that_was_leased_for_it(database):
    lease, environment = hand_over(keys=["a"])
    done = in_a_process(**environment)
    assert done.returncode == 0, done.stderr
    assert look(lease.job_id).status == "succeeded"
    late = in_a_process(**environment)
    assert late.returncode == 1
    assert "taken away before" in late.stderr


def test_a_job_that_hears_nothing_loses_its_process_when_it_is_cancelled(database):
    lease, environment = hand_over(how="deaf")
    threading.Timer(3, lambda: run_sql("update compute.jobs set cancel_requested = true")).start()
    started = time.monotonic()
    assert in_a_process(**environment).returncode == 1
    assert time.monotonic() - started < 15
    assert look(lease.job_id).status == "cancelled"
    assert attempts(lease.job_id) == ["cancelled"]


def test_an_attempt_that_takes_too_long_is_ended_and_tried_again(database):
    lease, environment = hand_over(how="deaf")
    run_sql("update compute.jobs set deadline = now() + interval '2 s'")
    assert in_a_process(**environment).returncode == 1
    assert look(lease.job_id).status == "queued"
    assert attempts(lease.job_id) == ["timed_out"]
    with db.transaction() as session, pytest.raises(LeaseLost):
        leases.renew(session, lease)


def test_a_process_that_ends_without_a_word_leaves_its_lease_to_run_out(database):
    lease, environment = hand_over(how="exit", keys=["a"])
    assert in_a_process(**environment).returncode == 3
    assert look(lease.job_id).status == "running"
    run_sql("update compute.jobs set lease_until = now() - interval '1 s'")
    with db.transaction() as session:
        (silent,) = leases.running(session)
    assert silent.silent
    assert item_states(lease.job_id) == {"a": "done"}


def test_every_job_of_the_registry_is_there_and_so_is_every_schedules():
    for name, kind in registry.kinds().items():
        module = registry.module(kind)
        assert kind.name == name
        assert issubclass(module.Args, module.Wire)
        assert issubclass(module.Result, module.Wire)
        assert callable(module.run)
    for schedule in registry.schedules():
        assert schedule.kind.name in registry.kinds()
        registry.module(schedule.kind).Args.model_validate(dict(schedule.args))
    with pytest.raises(NotFound) as missing:
        registry.kind("indexrecipes")
    assert "index-recipes" in missing.value.suggestions
