"""Requests that are answered once: the same key gives the first answer again."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lib import db
from lib.errors import Conflict
from lib.tables import idempotent_requests

A = TypeVar("A", bound=BaseModel)

_WAIT_S = 30.0
_LOOK_EVERY_S = 0.1


def once(
    session: Session,
    owner: str,
    key: str | None,
    request: object,
    kind: type[A],
    answer: Callable[[], A],
) -> A:
    """The answer to a request, which is worked out only the first time that the key is used.

    What `answer` writes with this session and the memory of it commit together. Whoever comes with the
    same key meanwhile waits.

    Args:
        owner: who sends it; others' keys are other keys.
        key: names the request; None: it is answered each time.
        request: what is asked for, as JSON.
        kind: of the answer.
        answer: works it out.

    Raises:
        Conflict: the key was used for another request.
    """
    if key is None:
        return answer()
    digest = _digest(request)
    row = {"owner": owner, "key": key, "request_sha256": digest, "answer": {}}
    claim = insert(idempotent_requests).values(row).on_conflict_do_nothing()
    first = session.scalar(claim.returning(idempotent_requests.c.key)) is not None
    table = idempotent_requests.c
    mine = (table.owner == owner) & (table.key == key)
    if first:
        found = answer()
        content = found.model_dump(mode="json")
        session.execute(idempotent_requests.update().where(mine).values(answer=content))
        return found
    before = session.execute(select(idempotent_requests).where(mine)).one()
    return _same(before, digest, kind)


@contextmanager
def alone(owner: str, key: str) -> Iterator[None]:
    """Nobody else works on the key's request meanwhile; a process that dies lets go of it.

    For what takes too long to hold a transaction: within it ask for what is `known`, else work it out
    and call `once`.

    Raises:
        Conflict: somebody else works on it, and goes on for longer than anybody waits here.
    """
    lock = func.hashtextextended(f"idempotency {owner} {key}", 0)
    deadline = time.monotonic() + _WAIT_S
    while True:
        # Those who wait hold no connection: there are few, for those who work.
        with db.lock_engine().connect() as found:
            connection = found.execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(select(func.pg_try_advisory_lock(lock))):
                try:
                    yield
                finally:
                    _unlock(connection, lock)
                return
        if time.monotonic() > deadline:
            raise Conflict("The first request with this Idempotency-Key is still being answered.")
        time.sleep(_LOOK_EVERY_S)


def _unlock(connection: Connection, lock: ColumnElement[int]) -> None:
    try:
        connection.execute(select(func.pg_advisory_unlock(lock)))
    except DBAPIError:
        # With the connection goes the lock; the answer stays.
        connection.invalidate()


def known(session: Session, owner: str, key: str, request: object, kind: type[A]) -> A | None:
    """The answer that the key has had; None when it is new.

    Raises:
        Conflict: the key was used for another request.
    """
    table = idempotent_requests.c
    before = session.execute(
        select(idempotent_requests).where(table.owner == owner, table.key == key)
    ).one_or_none()
    return None if before is None else _same(before, _digest(request), kind)


def _digest(request: object) -> str:
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()


def _same(before: Row[Any], digest: str, kind: type[A]) -> A:
    if before.request_sha256 != digest:
        raise Conflict("This Idempotency-Key was used for another request; take a new one.")
    return kind.model_validate(before.answer)
