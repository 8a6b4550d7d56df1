"""`mealprep jobs` on the ledger, without a cluster."""

import json
import re

import pytest
from typer.testing import CliRunner

from cli.jobs import app
from cli.problems import Stuck
from lib import db
from lib.errors import Conflict, NotFound
from lib.ledger import jobs, leases
from lib.ledger.items import Items
from tests.ledger import ask, leased, look, run_sql


def run(*words):
    return CliRunner().invoke(app, words, catch_exceptions=False)


def ended(status="failed"):
    lease = leased()
    items = Items(db.sessions(), lease, lambda: None)
    items.done({"a": None})
    items.failed({"b": "No egg."})
    with db.transaction() as session:
        leases.conclude(
            session, lease, status, result={"n": 1}, error="1 of its items failed", log="hello\n"
        )
    return lease.job_id


def test_what_is_submitted_is_queued_with_its_flags(database):
    told = run("submit", "cleanup", "--no-wait", "--dry-run", "--older-than-days", "9").output
    job = look(re.search(r"[0-9a-f-]{36}", told)[0])
    assert job.args == {"dryRun": True, "olderThanDays": 9}
    assert job.status == "queued"


def test_a_name_that_is_none_and_a_bad_flag_are_told(database):
    with pytest.raises(NotFound, match="nonsense"):
        run("submit", "nonsense")
    assert run("submit", "cleanup", "--colour", "red").exit_code == 2
    with db.transaction() as session:
        assert jobs.page(session, 5).jobs == []


def test_jobs_are_listed_with_their_progress_and_counted(database):
    failed, waiting = ended(), ask()
    told = run("list").output
    assert re.search(rf"{failed} +task +failed +1/2, 1 failed +1 ", told)
    assert waiting in told
    assert "1 queued, 1 failed" in told
    assert waiting not in run("list", "--status", "failed").output


def test_a_job_is_shown_by_the_beginning_of_its_id(database):
    job_id = ended()
    told = run("show", job_id[:8]).output
    assert json.loads(told[: told.rindex("}") + 1])["id"] == job_id
    assert "attempt 1" in told
    assert "item b failed: No egg." in told
    assert run("logs", job_id).output == "hello\n"
    with pytest.raises(Stuck, match="no job"):
        run("show", "zzz")
    ask()
    with pytest.raises(Stuck, match="several"):
        run("show", "")


def test_following_ends_with_the_job_and_says_whether_it_succeeded(database):
    done = run("follow", ended("succeeded"))
    assert done.exit_code == 0
    assert "succeeded 1/2" in done.output
    assert run("follow", ended("failed")).exit_code == 1


def test_cancel_and_retry(database):
    failed, waiting = ended(), ask()
    assert "cancelled" in run("cancel", waiting).output
    running = leased()
    assert "being cancelled" in run("cancel", running.job_id).output
    run_sql("update compute.jobs set name = 'cleanup' where id = :id", id=failed)
    assert "queued" in run("retry", failed).output
    with pytest.raises(Conflict):
        run("retry", failed)


def test_schedules_are_listed_with_their_next_tick(database):
    told = run("schedules").output
    assert re.search(r"cleanup +0 3 \* \* 0 +UTC +\d\d-\d\d \d\d:\d\d", told)
