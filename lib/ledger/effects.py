"""Effects that must not happen twice, whatever happens to the job that has them."""

from collections.abc import Callable
from typing import Any

from pydantic import JsonValue
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from lib.errors import Conflict
from lib.tables import job_effects


def once(session: Session, key: str) -> bool:
    """Whether this transaction is the first with that effect; then it is to have it, and commit.

    For effects within PostgreSQL: they happen exactly once, since they are there with the key or not
    at all. A second transaction waits until the first has ended.
    """
    statement = insert(job_effects).values(key=key, settled=True).on_conflict_do_nothing()
    return session.scalar(statement.returning(job_effects.c.key)) is not None


def call(
    sessions: sessionmaker[Session],
    key: str,
    effect: Callable[[], JsonValue],
    *,
    repeatable: bool = False,
    undone: tuple[type[Exception], ...] = (),
) -> JsonValue:
    """Have an effect outside PostgreSQL, or give the result it had when it was had before.

    The key is written before and the result after. Of a process that dies between the two nobody knows
    whether the effect happened: then it is not had again, unless it is repeatable.

    Args:
        key: names the effect, whoever asks for it.
        effect: has it.
        repeatable: whether the other side knows the key and answers a repetition without effect.
        undone: errors of the effect that say that it did not happen.

    Raises:
        Conflict: it was begun before and nobody knows whether it happened.
    """
    with sessions.begin() as session:
        begun = insert(job_effects).values(key=key, settled=False).on_conflict_do_nothing()
        first = session.scalar(begun.returning(job_effects.c.key)) is not None
        if not first:
            row = session.execute(select(job_effects).where(job_effects.c.key == key)).one()
            if row.settled:
                result: JsonValue = row.result
                return result
            if not repeatable:
                raise Conflict(f"Nobody knows whether {key!r} happened, so it isn't tried again.")
    try:
        result = effect()
    except undone:
        _forget(sessions, key)
        raise
    _settle(sessions, key, result)
    return result


def _settle(sessions: sessionmaker[Session], key: str, result: Any) -> None:
    with sessions.begin() as session:
        row = update(job_effects).where(job_effects.c.key == key)
        session.execute(row.values(settled=True, result=result))


def _forget(sessions: sessionmaker[Session], key: str) -> None:
    with sessions.begin() as session:
        session.execute(job_effects.delete().where(job_effects.c.key == key, ~job_effects.c.settled))
