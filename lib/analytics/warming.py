"""Reads what most questions need, before the first one comes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from lib.analytics import engagement, people
from lib.analytics.periods import DEFAULT_DAYS, Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View

_DAYS = 2 * DEFAULT_DAYS


def warm(session: Session) -> None:
    """Read the sums of all days, and go through the last weeks' sessions and funnels."""
    today = datetime.now(UTC).date()
    snapshot = Snapshot(session)
    snapshot.preload(snapshot.first, snapshot.last)
    view = View(snapshot, Range(today - timedelta(days=_DAYS), today))
    people.retention(view)
    engagement.sessions(view)
    engagement.funnel(view)
