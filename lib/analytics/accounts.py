"""The app's accounts: when they were made, and which plan they have.

Counting half a million takes PostgreSQL a fifth of a second, and nothing tells when one is made or
deleted. So where counting takes long, a process remembers it for ten seconds; who comes after that, but
within a minute, has what is remembered while it is counted anew.
"""

import threading
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib import db
from lib.analytics import columns
from lib.tables import subscriptions

_QUICK_S = 0.02
_FRESH_S = 10.0
_OLDEST_S = 60.0
_CREATED = "select array_agg(created_at) from public.users"


@dataclass(frozen=True)
class Accounts:
    """Every account, as of one moment.

    Args:
        created: milliseconds since 1970, ascending.
        by_plan: how many have an active subscription, by its plan.
    """

    created: NDArray[np.int64]
    by_plan: dict[str, int]

    def made(self, start: int | None, end: int) -> int:
        """How many were made from one millisecond (None: ever) until before another."""
        first = 0 if start is None else np.searchsorted(self.created, start)
        return int(np.searchsorted(self.created, end) - first)


class Counting:
    """What this process has counted."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._known: Accounts | None = None
        self._at = self._took = 0.0

    def accounts(self, session: Session) -> Accounts:
        """What is remembered, or what is counted now."""
        known, age = self._known, monotonic() - self._at
        if known is None or self._took < _QUICK_S or age > _OLDEST_S:
            return self._count(session)
        if age > _FRESH_S and self._one.acquire(blocking=False):
            threading.Thread(target=self._count_apart, name="accounts", daemon=True).start()
        return known

    def _count(self, session: Session) -> Accounts:
        started = monotonic()
        created = np.sort(columns.moments(session, _CREATED))
        plan = subscriptions.c.plan
        active = select(plan, func.count()).where(subscriptions.c.status == "active")
        plans = session.execute(active.group_by(plan).order_by(plan)).tuples().all()
        self._known = Accounts(created, dict(plans))
        self._took = monotonic() - started
        self._at = started
        return self._known

    def _count_apart(self) -> None:
        try:
            with db.background_sessions().begin() as session:
                self._count(session)
        finally:
            self._one.release()


@lru_cache
def counting() -> Counting:
    """This process's."""
    return Counting()


def of(session: Session) -> Accounts:
    """The accounts of a session's database."""
    return counting().accounts(session)
