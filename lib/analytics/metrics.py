"""Every figure: what it is called, what it means, its unit, and how it is computed.

The answers, their definitions, exports, charts and the report are made from this table.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, NamedTuple, TypeVar

from sqlalchemy.orm import Session

from lib.analytics import engagement, people, recipes, system
from lib.analytics.answers import (
    Asked,
    ClusterFigures,
    EngagementAnswer,
    MetricAnswer,
    MetricsAnswer,
    RecipesAnswer,
    ServiceFigures,
    SystemAnswer,
    UsersAnswer,
)
from lib.analytics.system import SystemView
from lib.analytics.view import View
from lib.errors import NotFound

Group = Literal["users", "recipes", "engagement", "system"]
A = TypeVar("A", bound=Asked)


class Metric(NamedTuple):
    """A figure.

    Args:
        group: the answer that it stands in.
        name: its place there.
        title: for people.
        definition: in words.
        unit: of its value, or of the values in it.
        compute: from a `View`; of the system, from a `SystemView`.
    """

    group: Group
    name: str
    title: str
    definition: str
    unit: str
    compute: Callable[[Any], Any]


METRICS = (
    Metric(
        "users", "total", "Users",
        "Accounts made until the end of the range; very many are counted once in a while, "
        "within the last minute.",
        "users", people.total,
    ),
    Metric(
        "users", "new", "New users",
        "Accounts made in the range.",
        "users", people.new,
    ),
    Metric(
        "users", "growthRate", "Growth",
        "Accounts made in the range over those made in as many days just before, minus 1.",
        "ratio", people.growth_rate,
    ),
    Metric(
        "users", "bySubscription", "Subscriptions",
        "Accounts with an active subscription by its plan, as of now.",
        "users", people.by_subscription,
    ),
    Metric(
        "users", "active.daily", "Daily active users",
        "Users with at least one event on the last day of the range.",
        "users", people.daily,
    ),
    Metric(
        "users", "active.weekly", "Weekly active users",
        "Users with at least one event in the 7 days that end with the range.",
        "users", people.weekly,
    ),
    Metric(
        "users", "active.monthly", "Monthly active users",
        "Users with at least one event in the 30 days that end with the range.",
        "users", people.monthly,
    ),
    Metric(
        "users", "active.stickiness", "Stickiness",
        "Mean of the daily active users of the 30 days that end with the range, over the monthly "
        "ones.",
        "share", people.stickiness,
    ),
    Metric(
        "users", "series", "Lifecycle",
        "By period: new users have their first event ever in it; returning ones were active in the "
        "period before too; resurrected ones were active before, but not in the period before; "
        "dormant ones were active in the period before and not in this one. Active is new, returning "
        "and resurrected.",
        "users", people.series,
    ),
    Metric(
        "users", "retention", "Retention",
        "Users by the week (by month: the month) of their first event ever, and which share of them "
        "was active in that period and in each one after it.",
        "share", people.retention,
    ),
    Metric(
        "users", "churn", "Churn",
        people.CHURN,
        "share", people.churn,
    ),
    Metric(
        "recipes", "total", "Recipes",
        "Recipes made until the end of the range.",
        "recipes", recipes.total,
    ),
    Metric(
        "recipes", "new", "New recipes",
        "Recipes made in the range.",
        "recipes", recipes.new,
    ),
    Metric(
        "recipes", "public", "Public recipes",
        "Recipes made until the end of the range that are public now.",
        "recipes", recipes.public,
    ),
    Metric(
        "recipes", "byCuisine", "Cuisines",
        "Recipes made until the end of the range by cuisine, where it is known.",
        "recipes", recipes.by("cuisine"),
    ),
    Metric(
        "recipes", "bySeason", "Seasons",
        "Recipes made until the end of the range by season, where they have one.",
        "recipes", recipes.by("season"),
    ),
    Metric(
        "recipes", "byMealType", "Meals",
        "Recipes made until the end of the range by meal, where it is known.",
        "recipes", recipes.by("meal_type"),
    ),
    Metric(
        "recipes", "byDifficulty", "Difficulty",
        "Recipes made until the end of the range by difficulty, where it is known.",
        "recipes", recipes.by("difficulty"),
    ),
    Metric(
        "recipes", "avgPrepMinutes", "Preparation time",
        "Mean preparation time of the recipes that say it.",
        "minutes", recipes.average("prep_time"),
    ),
    Metric(
        "recipes", "avgCookMinutes", "Cooking time",
        "Mean cooking time of the recipes that say it.",
        "minutes", recipes.average("cook_time"),
    ),
    Metric(
        "recipes", "popular", "Popular recipes",
        "Public recipes by score: a view in the range counts 1, a save 3, a plan 4, a cook 5, and "
        "half as much for every 7 days between it and the last day.",
        "score", recipes.popular,
    ),
    Metric(
        "recipes", "trending", "Trending recipes",
        "Public recipes whose events of the last 7 days, weighed alike but not by age, rose most "
        "against those of the 7 days before: (now + 20) / (before + 20).",
        "ratio", recipes.trending,
    ),
    Metric(
        "engagement", "events", "Events",
        "Events in the range.",
        "events", engagement.events,
    ),
    Metric(
        "engagement", "byType", "Events by type",
        "Events in the range by their type.",
        "events", engagement.by_type,
    ),
    Metric(
        "engagement", "sessions", "Sessions",
        "A user's events of which none is more than 30 minutes after the one before it; counted where "
        "they begin in the range. Seconds from the first event to the last.",
        "sessions", engagement.sessions,
    ),
    Metric(
        "engagement", "series", "Activity",
        "By period: events, users with at least one, and sessions that began in it.",
        "events", engagement.series,
    ),
    Metric(
        "engagement", "funnel", "Funnel",
        "Users who came to each step: the first one in the range, each other one later than the one "
        "before it, and no later than the window after the first.",
        "users", engagement.funnel,
    ),
    Metric(
        "engagement", "funnelWindowDays", "Funnel window",
        "How long the way through the funnel may take.",
        "days", engagement.window_days,
    ),
    Metric(
        "system", "services", "Services",
        "Each service's requests since its replicas started, the share answered with 500 or above, "
        "and the milliseconds within which half and 95% of them were answered.",
        "requests", system.services,
    ),
    Metric(
        "system", "jobs", "Jobs",
        "Jobs that wait or run now, and those that ended within the last 24 hours.",
        "jobs", system.jobs,
    ),
    Metric(
        "system", "database.sizeBytes", "Database size",
        "The database on disk.",
        "bytes", system.size_bytes,
    ),
    Metric(
        "system", "database.connections", "Database connections",
        "Connections to the database now.",
        "connections", system.connections,
    ),
    Metric(
        "system", "database.maxConnections", "Connections at most",
        "Connections that PostgreSQL takes, for all its databases.",
        "connections", system.max_connections,
    ),
    Metric(
        "system", "cluster", "Cluster",
        "What Ray's nodes have, and how much of it is reserved or in use.",
        "CPUs, GPUs and bytes", system.cluster,
    ),
    Metric(
        "system", "events.waiting", "Events not summed up yet",
        "Events since the last rollup of their day; answers count them all the same.",
        "events", system.waiting,
    ),
    Metric(
        "system", "events.rolledUpAt", "Last rollup",
        "When a day was last summed up.",
        "time", system.rolled_up_at,
    ),
)  # fmt: skip


def of(group: Group) -> list[Metric]:
    """The figures of one answer."""
    return [metric for metric in METRICS if metric.group == group]


def definitions() -> MetricsAnswer:
    """What every figure means."""
    return MetricsAnswer(
        metrics=[
            MetricAnswer(**{name: getattr(metric, name) for name in MetricAnswer.model_fields})
            for metric in METRICS
        ]
    )


def definition(group: Group, name: str) -> Metric:
    """One figure.

    Raises:
        NotFound: there is none of that name.
    """
    for metric in of(group):
        if metric.name == name:
            return metric
    raise NotFound(f"There is no figure {name!r} of {group}.", [metric.name for metric in of(group)])


def users(view: View) -> UsersAnswer:
    """Users, in the range."""
    return _answer(UsersAnswer, "users", view)


def recipe_figures(view: View) -> RecipesAnswer:
    """Recipes, in the range."""
    return _answer(RecipesAnswer, "recipes", view)


def engagement_figures(view: View) -> EngagementAnswer:
    """What was done in the range."""
    return _answer(EngagementAnswer, "engagement", view)


def system_figures(
    session: Session, services: list[ServiceFigures], cluster: ClusterFigures, as_of: Any
) -> SystemAnswer:
    """The system, now."""
    view = SystemView(session, services, cluster)
    return SystemAnswer.model_validate({"asOf": as_of, **_values(of("system"), view)})


def _answer(kind: type[A], group: Group, view: View) -> A:
    asked = view.range
    return kind.model_validate(
        {
            "asOf": view.snapshot.as_of,
            "from": asked.first,
            "to": asked.last,
            "interval": asked.interval,
            "timezone": asked.zone,
            "weekStart": asked.week_start,
            **_values(of(group), view),
        }
    )


def _values(metrics: Iterable[Metric], view: View | SystemView) -> dict[str, Any]:
    """The figures in their places."""
    found: dict[str, Any] = {}
    for metric in metrics:
        *path, name = metric.name.split(".")
        place = found
        for part in path:
            place = place.setdefault(part, {})
        place[name] = metric.compute(view)
    return found
