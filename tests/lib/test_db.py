"""Connections: which are trusted, and what stands alone on them."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from lib import db

PID = text("select pg_backend_pid()")


def pid_of(sessions):
    with sessions.begin() as session:
        return session.scalar(PID)


def kill(pid):
    with db.background_sessions().begin() as session:
        assert session.scalar(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_connection_lost_while_nobody_used_it_is_replaced(sessions, monkeypatch):
    monkeypatch.setattr(db, "_TRUSTED_S", 0)
    lost = pid_of(sessions)
    assert pid_of(sessions) == lost
    kill(lost)
    assert pid_of(sessions) not in (lost, None)


def test_one_that_was_used_a_moment_ago_is_trusted_and_replaced_after_it_failed(sessions, monkeypatch):
    monkeypatch.setattr(db, "_TRUSTED_S", 60)
    lost = pid_of(sessions)
    kill(lost)
    with pytest.raises(OperationalError) as failed:
        pid_of(sessions)
    assert db.passes(failed.value)
    assert pid_of(sessions) not in (lost, None)


def test_all_connections_of_a_restarted_server_are_replaced_at_once(sessions, monkeypatch):
    monkeypatch.setattr(db, "_TRUSTED_S", 0)
    with sessions.begin() as first, sessions.begin() as second:
        pids = [first.scalar(PID), second.scalar(PID)]
    for pid in pids:
        kill(pid)
    with sessions.begin() as first, sessions.begin() as second:
        assert not {first.scalar(PID), second.scalar(PID)} & set(pids)


def test_each_statement_that_only_reads_stands_alone(database):
    with db.reading() as session:
        assert session.scalar(text("show transaction_isolation")) == "read committed"
        starts = {session.scalar(text("select now()")) for _ in range(3)}
        assert len(starts) == 3  # of three transactions
        assert session.scalar(text("show plan_cache_mode")) == "auto"
