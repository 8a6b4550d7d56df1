"""The figures of the analytics report: which, in which order, and how each is written."""

from collections.abc import Callable
from typing import NamedTuple

from lib.analytics import metrics
from lib.analytics.charts import words
from lib.analytics.metrics import Group
from lib.reports.analytics import AnalyticsReport, Answers

NONE = "–"
"""Stands for a value that there isn't."""
_MINUS = "−"


def count(value: float) -> str:
    """A whole number."""
    return words.number(value)


def mean(value: float) -> str:
    """With one decimal."""
    return words.number(value, 1)


def minutes(value: float) -> str:
    """Of recipes."""
    return f"{mean(value)} min"


def duration(seconds: float) -> str:
    """As "3 min 20 s"."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


class Figure(NamedTuple):
    """A figure of the report.

    Args:
        group, metric: whose definition it has.
        title: where it is a part of that metric; else the metric's.
        value: of it; None where there is none.
        written: makes it text.
        on_first_page: whether it is a key figure.
    """

    group: Group
    metric: str
    value: Callable[[Answers], float | None]
    written: Callable[[float], str] = count
    title: str = ""
    on_first_page: bool = False

    @property
    def name(self) -> str:
        """For people."""
        return self.title or metrics.definition(self.group, self.metric).title

    def text(self, answers: Answers) -> str:
        """The value in words."""
        value = self.value(answers)
        return NONE if value is None else self.written(value)

    def change(self, report: AnalyticsReport) -> str:
        """Against the dates before: in percent, of shares in percentage points."""
        now, before = self.value(report.now), self.value(report.before)
        if now is None or before is None:
            return NONE
        if self.written is words.percent:
            return f"{_signed(100 * (now - before))} points"
        return f"{_signed(100 * (now / before - 1))}%" if before else NONE


FIGURES = (
    Figure("users", "total", lambda a: a.users.total, on_first_page=True),
    Figure("users", "new", lambda a: a.users.new, on_first_page=True),
    Figure("users", "active.monthly", lambda a: a.users.active.monthly, on_first_page=True),
    Figure("users", "active.weekly", lambda a: a.users.active.weekly),
    Figure("users", "active.daily", lambda a: a.users.active.daily),
    Figure(
        "users", "active.stickiness", lambda a: a.users.active.stickiness, words.percent,
        on_first_page=True,
    ),
    Figure("users", "churn", lambda a: a.users.churn.rate, words.percent, on_first_page=True),
    Figure("users", "churn", lambda a: a.users.churn.lost, title="Lost users"),
    Figure("recipes", "total", lambda a: a.recipes.total),
    Figure("recipes", "new", lambda a: a.recipes.new, on_first_page=True),
    Figure("recipes", "public", lambda a: a.recipes.public),
    Figure("recipes", "avgPrepMinutes", lambda a: a.recipes.avg_prep_minutes, minutes),
    Figure("recipes", "avgCookMinutes", lambda a: a.recipes.avg_cook_minutes, minutes),
    Figure("engagement", "events", lambda a: a.engagement.events, on_first_page=True),
    Figure("engagement", "sessions", lambda a: a.engagement.sessions.count, on_first_page=True),
    Figure(
        "engagement", "sessions", lambda a: a.engagement.sessions.median_seconds, duration,
        title="Median session", on_first_page=True,
    ),
    Figure(
        "engagement", "sessions", lambda a: a.engagement.sessions.p90_seconds, duration,
        title="90% of sessions within",
    ),
    Figure(
        "engagement", "sessions", lambda a: a.engagement.sessions.events_per_session, mean,
        title="Events per session",
    ),
    Figure(
        "engagement", "funnel", lambda a: a.engagement.funnel[-1].rate, words.percent,
        title="Through the whole funnel",
    ),
)  # fmt: skip


def of(group: Group) -> list[Figure]:
    """Those of a chapter."""
    return [figure for figure in FIGURES if figure.group == group]


def _signed(value: float) -> str:
    rounded = round(value, 1)
    if not rounded:
        return "±0"
    digits = f"{abs(rounded):,.1f}".removesuffix(".0")
    return f"{'+' if rounded > 0 else _MINUS}{digits}"
