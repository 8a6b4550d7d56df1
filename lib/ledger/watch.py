"""Looks after a job while it runs: renews its lease, and ends it when it must not go on."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import Self

from sqlalchemy import update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lib.ledger import leases
from lib.ledger.keptlog import KeptLog
from lib.ledger.leases import Cancelled, Lease, LeaseLost, Stopped, TimedOut
from lib.tables import job_attempts

logger = logging.getLogger("mealprep.jobs")

LOOK_EVERY_S = 1.0
RENEW_EVERY_S = 5.0
GRACE_S = 2.0
"""Seconds that a job has to stop by itself before its process is ended."""


class Watch:
    """A thread beside the job.

    Args:
        sessions: makes sessions of its own.
        lease: of the job.
        log: what the job says, kept with its attempt.
        end: ends the process; called when the job doesn't stop by itself.
    """

    def __init__(
        self,
        sessions: sessionmaker[Session],
        lease: Lease,
        log: KeptLog,
        end: Callable[[Stopped], None],
    ) -> None:
        self._sessions = sessions
        self._lease = lease
        self._log = log
        self._end = end
        self._reason: Stopped | None = None
        self._over = threading.Event()
        self._renewed_at = monotonic()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def check(self) -> None:
        """Raise why the job must stop, if it must."""
        if self._reason:
            raise self._reason

    def _look(self) -> None:
        while self._reason is None:
            if self._over.wait(LOOK_EVERY_S):
                return
            self._reason = self._reason_to_stop()
        if not self._over.wait(GRACE_S):
            self._end(self._reason)

    def _reason_to_stop(self) -> Stopped | None:
        if datetime.now(UTC) > self._lease.deadline:
            return TimedOut()
        try:
            with self._sessions.begin() as session:
                if self._ask(session):
                    return Cancelled()
        except LeaseLost as lost:
            return lost
        except SQLAlchemyError as error:
            # A database that comes back in time finds the lease still in force.
            logger.warning("The lease wasn't renewed", extra={"error": type(error).__name__})
        return None

    def _ask(self, session: Session) -> bool:
        if monotonic() - self._renewed_at < RENEW_EVERY_S:
            return leases.cancel_requested(session, self._lease)
        cancelled = leases.renew(session, self._lease)
        if self._log.grew():
            table = job_attempts.c
            of_this = (table.job_id == self._lease.job_id) & (table.number == self._lease.attempt)
            session.execute(update(job_attempts).where(of_this).values(log=self._log.text()))
        self._renewed_at = monotonic()
        return cancelled
