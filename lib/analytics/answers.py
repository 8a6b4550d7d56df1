"""Analytics as callers see them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.analytics.periods import Interval, WeekStart
from lib.ledger.stats import Counts
from lib.recipes.models import RecipeCard
from lib.wire import Wire

Rate = Annotated[float, Field(description="1.0 is all")]


class Asked(Wire):
    """Which dates an answer is about, both ends included, and as of when."""

    as_of: Annotated[datetime, Field(description="Everything committed until then is counted")]
    from_: Annotated[date, Field(alias="from")]
    to: date
    interval: Interval
    timezone: str
    week_start: WeekStart


class Active(Wire):
    """Users with at least one event, in the days that end with `to`."""

    daily: Annotated[int, Field(description="On the last day")]
    weekly: Annotated[int, Field(description="In the last 7 days")]
    monthly: Annotated[int, Field(description="In the last 30 days")]
    stickiness: Annotated[Rate, Field(description="Mean of the last 30 days' daily, over monthly")]


class UsersPoint(Wire):
    """The users of one period: active = new + returning + resurrected."""

    date: Annotated[date, Field(description="First day of the period")]
    new: Annotated[int, Field(description="With their first event ever")]
    active: Annotated[int, Field(description="With at least one event")]
    returning: Annotated[int, Field(description="Active in the period before too")]
    resurrected: Annotated[int, Field(description="Active before, but not in the period before")]
    dormant: Annotated[int, Field(description="Active in the period before and not in this one")]


class Cohort(Wire):
    """Users by the period of their first event."""

    start: Annotated[date, Field(description="First day of the period")]
    size: int
    retained: Annotated[list[Rate], Field(description="Active in that period, the one after it, …")]


class Retention(Wire):
    """Who came back."""

    interval: Annotated[
        Literal["day", "week", "month"], Field(description="Of cohorts and what follows")
    ]
    cohorts: list[Cohort]


class Churn(Wire):
    """Who stayed away."""

    definition: str
    rate: Rate | SkipJsonSchema[None] = Field(None, description="Absent when nobody could be lost")
    lost: int


class UsersAnswer(Asked):
    """Users: how many, who is active, who comes back."""

    total: Annotated[int, Field(description="Accounts made until the end of `to`")]
    new: Annotated[int, Field(description="Accounts made in the range")]
    growth_rate: float | SkipJsonSchema[None] = Field(
        None, description="New accounts against as many days before, 0.1: a tenth more; absent if none"
    )
    by_subscription: Annotated[
        dict[str, int], Field(description="Accounts by plan of their active subscription, now")
    ]
    active: Active
    series: list[UsersPoint]
    retention: Retention
    churn: Churn


class PopularRecipe(Wire):
    """A recipe by what people did with it in the range."""

    recipe: RecipeCard
    views: int
    saves: int
    plans: int
    cooks: int
    score: float


class TrendingRecipe(PopularRecipe):
    """A recipe whose score rises."""

    change: Annotated[float, Field(description="Score of the last 7 days over that of the 7 before")]


class RecipesAnswer(Asked):
    """Recipes: what there is, and what people do with it."""

    total: Annotated[int, Field(description="Made until the end of `to`")]
    new: Annotated[int, Field(description="Made in the range")]
    public: int
    by_cuisine: dict[str, int]
    by_season: dict[str, int]
    by_meal_type: dict[str, int]
    by_difficulty: dict[str, int]
    avg_prep_minutes: float | SkipJsonSchema[None] = None
    avg_cook_minutes: float | SkipJsonSchema[None] = None
    popular: list[PopularRecipe]
    trending: list[TrendingRecipe]


class Sessions(Wire):
    """A person's events of which none is more than 30 minutes after the one before; by their start."""

    count: int
    median_seconds: float | SkipJsonSchema[None] = None
    p90_seconds: float | SkipJsonSchema[None] = None
    events_per_session: float | SkipJsonSchema[None] = None


class EngagementPoint(Wire):
    """What happened in one period."""

    date: Annotated[date, Field(description="First day of the period")]
    events: int
    users: int
    sessions: Annotated[int, Field(description="That began in it")]


class FunnelStep(Wire):
    """Who came as far as this step."""

    step: str
    users: int
    rate: Annotated[Rate, Field(description="Of those who came to the first step")]
    from_previous: Annotated[Rate, Field(description="Of those who came to the step before")]


class EngagementAnswer(Asked):
    """What people do, how long, and how far they get."""

    events: int
    by_type: dict[str, int]
    sessions: Sessions
    series: list[EngagementPoint]
    funnel: list[FunnelStep]
    funnel_window_days: int


class ServiceFigures(Wire):
    """A service since its replicas started."""

    name: str
    requests: int
    error_rate: Annotated[Rate, Field(description="Answers of 500 and above")]
    p50_ms: float | SkipJsonSchema[None] = None
    p95_ms: float | SkipJsonSchema[None] = None
    replicas: int


class DatabaseFigures(Wire):
    """PostgreSQL."""

    size_bytes: int
    connections: int
    max_connections: int


class ClusterFigures(Wire):
    """Ray: what there is and what of it is in use."""

    nodes: int
    cpus: float
    cpus_used: float
    gpus: float
    gpus_used: float
    memory_bytes: int
    memory_used_bytes: int
    object_store_bytes: int


class EventsFigures(Wire):
    """The events themselves."""

    waiting: Annotated[
        int, Field(description="Not summed up yet, about; answers count them all the same")
    ]
    rolled_up_at: datetime | SkipJsonSchema[None] = None


class SystemAnswer(Wire):
    """How the system does."""

    as_of: datetime
    services: list[ServiceFigures]
    jobs: Counts
    database: DatabaseFigures
    cluster: ClusterFigures
    events: EventsFigures


class MetricAnswer(Wire):
    """What a figure means."""

    name: Annotated[str, Field(description="Where it is in the answer of `/analytics/{group}`")]
    group: Literal["users", "recipes", "engagement", "system"]
    title: str
    definition: str
    unit: str


class MetricsAnswer(Wire):
    """Every figure that analytics know."""

    metrics: list[MetricAnswer]


class Receipt(Wire):
    """That a person was forgotten."""

    user_id: str
    events: Annotated[int, Field(description="That were deleted")]
    days: Annotated[int, Field(description="Whose sums were cleared of the person")]
    forgotten_at: datetime
