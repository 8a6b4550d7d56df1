"""Requests that are answered once, under concurrency too."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import db, idempotency
from lib.errors import Conflict
from lib.wire import Wire
from tests.ledger import run_sql


class Answer(Wire):
    number: int


def ask(key, request=None, owner="ann", answers=None):
    def answer():
        time.sleep(0.05)
        answers.append(1)
        return Answer(number=len(answers))

    with db.transaction() as session:
        return idempotency.once(session, owner, key, request or {"a": 1}, Answer, answer).number


def test_the_same_key_and_request_have_the_first_answer_again(database):
    answers = []
    assert [ask("k", answers=answers) for _ in range(3)] == [1, 1, 1]
    assert ask("other", answers=answers) == 2
    assert ask("k", owner="bob", answers=answers) == 3
    assert [ask(None, answers=answers) for _ in range(2)] == [4, 5]


def test_the_same_key_with_another_request_is_refused(database):
    ask("k", {"a": 1}, answers=[])
    with pytest.raises(Conflict, match="Idempotency-Key"):
        ask("k", {"a": 2}, answers=[])


def test_many_at_once_have_one_answer(database):
    answers, barrier = [], threading.Barrier(8)

    def at_once():
        barrier.wait()
        return ask("k", answers=answers)

    with ThreadPoolExecutor(8) as pool:
        told = [done.result() for done in [pool.submit(at_once) for _ in range(8)]]
    assert told == [1] * 8
    assert len(answers) == 1


def test_a_request_that_failed_leaves_its_key_free(database):
    def fail():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        idempotency.once(session, "ann", "k", {}, Answer, fail)
    assert run_sql("select count(*) from compute.idempotent_requests").scalar() == 0
    assert ask("k", answers=[]) == 1


def test_who_works_for_long_does_so_alone_and_others_wait_only_so_long(database, monkeypatch):
    monkeypatch.setattr(idempotency, "_WAIT_S", 0.2)
    with idempotency.alone("ann", "k"):
        with pytest.raises(Conflict, match="still being answered"), idempotency.alone("ann", "k"):
            pass
        with idempotency.alone("bob", "k"), idempotency.alone("ann", "other"):
            pass
    with pytest.raises(ZeroDivisionError), idempotency.alone("ann", "k"):
        raise ZeroDivisionError
    with idempotency.alone("ann", "k"):
        pass


def test_a_lost_connection_lets_go_of_the_key_and_loses_no_answer(database):
    with idempotency.alone("ann", "k"):
        lost = run_sql(
            "select count(pg_terminate_backend(pid)) from pg_locks"
            " where locktype = 'advisory' and granted and pid <> pg_backend_pid()"
        ).scalar()
        assert lost == 1
        with idempotency.alone("ann", "k"):
            pass
