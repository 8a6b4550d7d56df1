"""Effects that happen once, whoever asks for them and however often."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib import db
from lib.errors import Conflict
from lib.ledger import effects
from tests.ledger import run_sql


def test_an_effect_in_the_database_is_there_with_its_key_or_not_at_all(database):
    run_sql("create table public.mails (who text)")

    def send():
        with db.transaction() as session:
            if effects.once(session, "mail ann"):
                time.sleep(0.05)
                session.connection().exec_driver_sql("insert into public.mails values ('ann')")

    def crash():
        with db.transaction() as session:
            assert effects.once(session, "mail ann")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        crash()
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(send) for _ in range(8)]:
            done.result()
    assert run_sql("select count(*) from public.mails").scalar() == 1


def test_a_call_is_made_once_and_its_result_remembered(database):
    calls = []

    def pay():
        calls.append(1)
        return {"receipt": len(calls)}

    for _ in range(3):
        assert effects.call(db.sessions(), "pay 7", pay) == {"receipt": 1}
    assert effects.call(db.sessions(), "pay 8", pay) == {"receipt": 2}


def test_of_many_at_once_one_calls(database):
    calls, told = [], []
    barrier = threading.Barrier(6)

    def pay():
        calls.append(1)
        time.sleep(0.2)
        return "paid"

    def ask():
        barrier.wait()
        try:
            told.append(effects.call(db.sessions(), "pay", pay))
        except Conflict:
            told.append("begun")

    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(ask) for _ in range(6)]:
            done.result()
    assert len(calls) == 1
    assert told.count("paid") == 1


def test_after_a_crash_in_between_it_is_not_tried_again_unless_that_is_harmless(database):
    def die():
        raise KeyboardInterrupt  # as good as the end of the process

    with pytest.raises(KeyboardInterrupt):
        effects.call(db.sessions(), "mail", die)
    with pytest.raises(Conflict, match="Nobody knows"):
        effects.call(db.sessions(), "mail", lambda: "sent")
    assert effects.call(db.sessions(), "mail", lambda: "sent", repeatable=True) == "sent"
    assert effects.call(db.sessions(), "mail", die) == "sent"


def test_what_says_that_nothing_happened_may_be_tried_again(database):
    def refused():
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        effects.call(db.sessions(), "mail", refused, undone=(ConnectionRefusedError,))
    assert effects.call(db.sessions(), "mail", lambda: "sent") == "sent"
