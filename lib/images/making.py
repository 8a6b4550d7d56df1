"""Makes pictures once: the same content and the same order give the pictures that are there."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib import db
from lib.images.models import Order, Report
from lib.images.store import Store
from lib.images.workers import Workers
from lib.tables import image_answers

_VERSION = 2
"""Goes up when the same order would give other pictures."""
_LOCK = 360_362


@dataclass(frozen=True, slots=True)
class Made:
    """What came of an order, and the names of its pictures in the store."""

    report: Report
    names: Sequence[str]


def make(workers: Workers, store: Store, data: bytes, order: Order) -> Made:
    """The pictures, from the store if they were made before.

    Two callers at once, in whatever process, make them once: the second waits for the first.

    Raises:
        Invalid: the picture can't be used.
        Overloaded: too many are being made.
        Unavailable: store or database can't be reached.
    """
    key = _key(data, order)
    with db.transaction() as session:
        known = _known(session, store, key)
    if known is not None:
        return known
    # Whoever holds a transaction open has a process to work with, so that none waits long.
    with workers.slot() as slot, db.transaction() as session:
        session.execute(
            text("select pg_advisory_xact_lock(:lock, hashtext(:key))"), {"lock": _LOCK, "key": key}
        )
        known = _known(session, store, key)
        if known is not None:
            return known
        report, pictures = workers.render(slot, data, order)
        names = [
            store.put(content, rendered.format)
            for content, rendered in zip(pictures, report.rendered, strict=True)
        ]
        answer = {"report": report.model_dump(mode="json", exclude_none=True), "names": names}
        session.execute(insert(image_answers).values(key=key, answer=answer).on_conflict_do_nothing())
        return Made(report, names)


def _key(data: bytes, order: Order) -> str:
    said = f"{_VERSION} {hashlib.sha256(data).hexdigest()} {order.model_dump_json()}"
    return hashlib.sha256(said.encode()).hexdigest()


def _known(session: Session, store: Store, key: str) -> Made | None:
    answer = session.scalar(select(image_answers.c.answer).where(image_answers.c.key == key))
    if answer is None:
        return None
    if not all(store.has(name) for name in answer["names"]):
        session.execute(delete(image_answers).where(image_answers.c.key == key))
        return None
    return Made(Report.model_validate(answer["report"]), answer["names"])
