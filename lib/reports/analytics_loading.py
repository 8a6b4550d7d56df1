"""What the analytics report shows: the answers of `/analytics` for some dates and for those before."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.analytics import metrics
from lib.analytics.answers import EngagementAnswer, RecipesAnswer, UsersAnswer
from lib.analytics.periods import Interval, Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View

_LISTED = 10
_LONGEST_BY: tuple[tuple[int, Interval], ...] = ((45, "day"), (280, "week"))
"""Days of a range that is divided so; longer ones are divided by month."""


@dataclass(frozen=True, slots=True)
class Answers:
    """All of the same dates, as of the same moment."""

    users: UsersAnswer
    recipes: RecipesAnswer
    engagement: EngagementAnswer


@dataclass(frozen=True, slots=True)
class AnalyticsReport:
    """What the report shows.

    Args:
        before: of as many days just before.
    """

    now: Answers
    before: Answers


def interval_of(days: int) -> Interval:
    """How a range of so many days is divided, so that charts can be read."""
    return next((interval for most, interval in _LONGEST_BY if days <= most), "month")


def load(session: Session, asked: Range) -> AnalyticsReport:
    """The answers.

    Args:
        session: at the start of its transaction.
    """
    snapshot = Snapshot(session)
    return AnalyticsReport(_answers(snapshot, asked), _answers(snapshot, asked.before))


def _answers(snapshot: Snapshot, asked: Range) -> Answers:
    view = View(snapshot, asked, limit=_LISTED)
    return Answers(metrics.users(view), metrics.recipe_figures(view), metrics.engagement_figures(view))
