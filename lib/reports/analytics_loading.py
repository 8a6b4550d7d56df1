"""Reads the analytics report, by the same functions that answer `/analytics`."""

from sqlalchemy.orm import Session

from lib.analytics import metrics
from lib.analytics.periods import Interval, Range, range_of
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.reports.analytics import AnalyticsReport, Answers
from lib.reports.analytics_orders import AnalyticsOrder

_LISTED = 10
_LONGEST_BY: tuple[tuple[int, Interval], ...] = ((45, "day"), (280, "week"))
"""Days of a range that is divided so; longer ones are divided by month."""


def dates(order: AnalyticsOrder) -> Range:
    """Which dates are asked for, and how they are divided.

    Raises:
        Invalid: they make no range, or there is no such time zone.
    """
    zone, start = order.timezone or "UTC", order.week_start or "monday"
    asked = range_of(order.from_, order.to, order.interval or "day", zone, start)
    return asked if order.interval else asked.by(_interval(asked.days))


def load(session: Session, order: AnalyticsOrder) -> AnalyticsReport:
    """The answers, all as of one moment.

    Args:
        session: at the start of its transaction.
    """
    snapshot, asked = Snapshot(session), dates(order)
    return AnalyticsReport(_answers(snapshot, asked), _answers(snapshot, asked.before))


def _interval(days: int) -> Interval:
    return next((interval for most, interval in _LONGEST_BY if days <= most), "month")


def _answers(snapshot: Snapshot, asked: Range) -> Answers:
    view = View(snapshot, asked, limit=_LISTED)
    return Answers(metrics.users(view), metrics.recipe_figures(view), metrics.engagement_figures(view))
