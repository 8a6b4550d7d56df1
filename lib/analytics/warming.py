"""Reads what most questions need, before they come."""

import logging
import threading
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lib import db
from lib.analytics import blocks, engagement, people
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.errors import MealPrepError
from lib.tables import event_days

logger = logging.getLogger("mealprep.analytics")

_EVERY_S = 20.0


class Warming:
    """A thread that looks for days that were summed up, and goes through the last ones' events."""

    def __init__(self) -> None:
        self._newest: int | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="warming", daemon=True)

    def start(self) -> None:
        """Begin, at once and then every few seconds."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with db.background_sessions().begin() as session:
                    self.warm(session)
            except (SQLAlchemyError, MealPrepError) as error:
                logger.warning("can't look at events yet", extra={"error": type(error).__name__})
            self._stopped.wait(_EVERY_S)

    def warm(self, session: Session) -> bool:
        """Read the sums of all days and the last days' sessions and funnels, where any has changed."""
        snapshot = Snapshot(session)
        newest = session.scalar(select(func.max(event_days.c.version)))
        if newest == self._newest:
            return False
        today = datetime.now(UTC).date()
        first = today - timedelta(days=blocks.DAILY_UP_TO - 1)
        snapshot.preload(snapshot.first, snapshot.last)
        view = View(snapshot, Range(first, today))
        people.retention(view)
        engagement.sessions(view)
        engagement.funnel(view)
        self._newest = newest
        return True
