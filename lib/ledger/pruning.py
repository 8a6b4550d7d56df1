"""What may be forgotten: each kind of rows with how its old ones are found."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Table, delete, func, literal_column, select
from sqlalchemy.orm import Session

from lib.ledger.jobs import ENDED
from lib.tables import idempotent_requests, job_effects, jobs

BATCH = 5000


class Prunable(Protocol):
    """One kind of what may be forgotten, by the name that `cleanup` reports it under."""

    @property
    def name(self) -> str:
        """Of the kind."""

    def count(self, session: Session, before: datetime) -> int:
        """How many are older and may go."""

    def prune(self, session: Session, before: datetime) -> int:
        """Delete some of them, no more than a batch; returns how many."""


@dataclass(frozen=True)
class Rows:
    """Rows of one kind.

    Args:
        name: of the kind, as `cleanup` reports it.
        table: where they are.
        time: column that tells how old a row is.
        only: which rows may go at all; None: all.
    """

    name: str
    table: Table
    time: str
    only: ColumnElement[bool] | None = None

    def count(self, session: Session, before: datetime) -> int:
        """How many rows are older and may go."""
        query = select(func.count()).select_from(self.table).where(*self._old(before))
        return session.scalar(query) or 0

    def prune(self, session: Session, before: datetime) -> int:
        """Delete some of them, no more than a batch; returns how many."""
        place: ColumnElement[Any] = literal_column("ctid")
        some = select(place).select_from(self.table).where(*self._old(before)).limit(BATCH)
        time = self.table.c[self.time]
        return len(session.execute(delete(self.table).where(place.in_(some)).returning(time)).all())

    def _old(self, before: datetime) -> list[ColumnElement[bool]]:
        old: list[ColumnElement[bool]] = [self.table.c[self.time] < before]
        return old if self.only is None else [*old, self.only]


_OLDEST_JOB = select(func.coalesce(func.min(jobs.c.created_at), func.now())).scalar_subquery()

# An effect may go when no job is left that could ask for it again.
LEDGER = (
    Rows("jobs", jobs, "finished_at", jobs.c.status.in_(ENDED)),
    Rows("effects", job_effects, "created_at", job_effects.c.created_at < _OLDEST_JOB),
    Rows("idempotentRequests", idempotent_requests, "created_at"),
)
