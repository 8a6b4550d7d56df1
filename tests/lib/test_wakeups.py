"""Hearing that there is something to do."""

import time

import psycopg
import pytest

from lib import db
from lib.ledger import jobs
from lib.ledger.wakeups import WakeUps
from tests.ledger import TASK, ask, run_sql


def test_a_new_job_is_heard_of_when_it_is_committed_and_not_before(database):
    wake_ups = WakeUps()
    assert not wake_ups.wait(0.01)
    with db.transaction() as session:
        jobs.enqueue(session, TASK, {})
        assert not wake_ups.wait(0.1)
    started = time.monotonic()
    assert wake_ups.wait(5)
    assert time.monotonic() - started < 1
    assert not wake_ups.wait(0.01)
    wake_ups.close()


def test_a_broken_connection_is_told_once_and_then_opened_again(database):
    wake_ups = WakeUps()
    wake_ups.wait(0.01)
    run_sql("select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'")
    with pytest.raises(psycopg.OperationalError):
        wake_ups.wait(1)
    wake_ups.wait(0.01)
    ask()
    assert wake_ups.wait(5)
    wake_ups.close()
