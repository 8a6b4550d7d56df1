"""Makes what most questions need of days, before they come."""

import logging
import threading

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from lib import db
from lib.analytics import funnel_days, session_days
from lib.analytics.funnel_days import Funnel
from lib.analytics.periods import DAY_MS
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import DEFAULT_FUNNEL, DEFAULT_WINDOW_DAYS
from lib.errors import MealPrepError

logger = logging.getLogger("mealprep.analytics")

_EVERY_S = 5.0
_DAYS_AT_ONCE = 16


class Warming:
    """A thread that looks for days that were summed up and events that came, and goes through them."""

    def __init__(self) -> None:
        self._seen: tuple[int, bytes] | None = None
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
        """Go through days that changed, the last ones first; where events came, only the last ones."""
        snapshot = Snapshot(session)
        seen = snapshot.newest, snapshot.mark
        if seen == self._seen:
            return False
        summed_up = self._seen is None or snapshot.newest != self._seen[0]
        oldest = snapshot.first if summed_up else snapshot.after - _DAYS_AT_ONCE
        known = [snapshot.types.get(name, -1) for name in DEFAULT_FUNNEL]
        funnel = Funnel(tuple(known), DEFAULT_WINDOW_DAYS)
        for after in range(snapshot.after, oldest, -_DAYS_AT_ONCE):
            if self._stopped.is_set():
                return False
            self._days(snapshot, funnel, max(after - _DAYS_AT_ONCE, oldest), after)
        everything = snapshot.first * DAY_MS, snapshot.after * DAY_MS
        snapshot.users(*everything)
        funnel_days.reached(snapshot, funnel, *everything)
        self._seen = seen
        return True

    def _days(self, snapshot: Snapshot, funnel: Funnel, first: int, after: int) -> None:
        start, end = first * DAY_MS, after * DAY_MS
        snapshot.preload(start, end)
        session_days.prepare(snapshot, first, after)
        session_days.begun(snapshot, start, end)
        funnel_days.reached(snapshot, funnel, start, end)
        for day in snapshot.known(first, after):
            snapshot.quarters(day)
            snapshot.ordered_recipes(day)
