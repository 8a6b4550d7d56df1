"""Runs a leased job in this process, and writes down what becomes of it."""

import logging
import os
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from jobs import registry
from lib import db
from lib.errors import MealPrepError, RetryLater
from lib.ledger import leases
from lib.ledger.items import Items
from lib.ledger.jobs import Outcome, Setback, Verdict
from lib.ledger.keptlog import KeptLog
from lib.ledger.kinds import Kind
from lib.ledger.leases import Cancelled, Lease, LeaseLost, Stopped, TimedOut
from lib.ledger.patience import patiently
from lib.ledger.watch import Watch

logger = logging.getLogger("mealprep.jobs")

Ended = tuple[Outcome | None, dict[str, Any] | None]
"""How the attempt ended, and the job's result; no outcome: the lease was lost, others know."""

_WHY = {
    "cancelled": "It was cancelled.",
    "timed_out": "It took longer than it may.",
}


class Execution:
    """One attempt at a job.

    A job that doesn't stop when it should takes its process with it: there is no other way to stop
    code that never asks.

    Args:
        kind: of the job.
        lease: the right to do it.
    """

    def __init__(self, kind: Kind, lease: Lease) -> None:
        self._kind = kind
        self._lease = lease
        self._sessions = db.ledger_sessions()
        self._log = KeptLog()

    def run(self) -> Ended:
        """Do it to the end, whichever that is."""
        watch = Watch(self._sessions, self._lease, self._log, self._end_process)
        with self._log, watch:
            logger.info("job begins", extra={"job": self._lease.job_id, "attempt": self._lease.attempt})
            try:
                result, failures = self._call(watch.check)
            except Stopped as reason:
                return self._stopped(reason), None
            except ValidationError as error:
                return self._conclude("failed", error=_told(error)), None
            except RetryLater as error:
                return self._give_up("raised", error.detail), None
            except MealPrepError as error:
                return self._conclude("failed", error=error.detail), None
            except Exception as error:
                # The edge of the process: whatever a job raises is its attempt's end, not the worker's.
                logger.exception("job failed", extra={"job": self._lease.job_id})
                why = f"It failed with {type(error).__name__}; its log says more."
                return self._give_up("raised", why), None
            if failures:
                why = f"{failures} of its items failed; each says why."
                return self._conclude("failed", result, why), result
            return self._conclude("succeeded", result), result

    def _call(self, check: Callable[[], None]) -> tuple[dict[str, Any], int]:
        module = registry.module(self._kind)
        args = module.Args.model_validate(self._lease.args)
        items = Items(self._sessions, self._lease, check)
        try:
            result: BaseModel = module.run(args, items)
        finally:
            failures = items.close()  # what is done stays done, however the attempt ends
        return result.model_dump(mode="json"), failures

    def _stopped(self, reason: Stopped) -> Outcome | None:
        match reason:
            case Cancelled():
                return self._conclude("cancelled", error=_WHY["cancelled"])
            case TimedOut():
                return self._give_up("timed_out", _WHY["timed_out"])
        logger.warning("job taken away", extra={"job": self._lease.job_id})
        return None

    def _end_process(self, reason: Stopped) -> None:
        try:
            logger.warning("job doesn't stop; ending its process", extra={"job": self._lease.job_id})
            self._stopped(reason)
        finally:
            os._exit(1)

    def _conclude(
        self, verdict: Verdict, result: dict[str, Any] | None = None, error: str | None = None
    ) -> Outcome | None:
        logger.info("job ended", extra={"job": self._lease.job_id, "verdict": verdict})

        def write() -> None:
            with self._sessions.begin() as session:
                leases.conclude(
                    session, self._lease, verdict, result=result, error=error, log=self._log.text()
                )

        return verdict if self._write(write) else None

    def _give_up(self, setback: Setback, error: str) -> Outcome | None:
        logger.warning("job got nowhere", extra={"job": self._lease.job_id, "error": error})

        def write() -> None:
            with self._sessions.begin() as session:
                lease = self._lease
                leases.give_up(session, lease.job_id, lease.token, setback, error, self._log.text())

        return setback if self._write(write) else None

    def _write(self, write: Callable[[], None]) -> bool:
        try:
            patiently(write)
        except LeaseLost:
            logger.warning("job taken away", extra={"job": self._lease.job_id})
            return False
        return True


def _told(error: ValidationError) -> str:
    bad = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:5])
    return f"Its arguments or its result have bad fields: {bad}"
