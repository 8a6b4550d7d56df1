"""Requests that are answered once: the same key gives the first answer again."""

import hashlib
import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.errors import Conflict
from lib.tables import idempotent_requests

A = TypeVar("A", bound=BaseModel)


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


def known(session: Session, owner: str, key: str, request: object, kind: type[A]) -> A | None:
    """The answer that the key has had; None when it is new.

    For what takes too long to hold a transaction: ask first, work it out, then call `once`.

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
