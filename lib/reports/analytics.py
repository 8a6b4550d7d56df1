"""The analytics report: the answers of `/analytics` for some dates and for those before."""

from dataclasses import dataclass

from lib.analytics.answers import EngagementAnswer, RecipesAnswer, UsersAnswer
from lib.reports.document import Rendered
from lib.reports.paper import Paper


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


def title(report: AnalyticsReport) -> str:
    """The dates as a name of files."""
    asked = report.now.users
    return f"{asked.from_} {asked.to}"


def draw(report: AnalyticsReport, paper: Paper) -> Rendered:
    """The report as a PDF."""
    # It brings matplotlib, which drawing processes alone need.
    from lib.reports import analytics_pages

    return analytics_pages.draw(report, paper)
