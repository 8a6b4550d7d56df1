"""What exports are made of: how many rows there are, and the rows one by one, as of one moment."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import func, select, text

from lib.analytics import engagement, metrics, recipes, session_days
from lib.analytics import sessions as sessionizing
from lib.analytics.answers import ClusterFigures, ServiceFigures
from lib.analytics.periods import DAY_MS, moment
from lib.analytics.summaries import Summary
from lib.analytics.view import View
from lib.tables import users as accounts
from lib.tabular.files import BATCH
from lib.tabular.tables import Column, Row

Looked = tuple[list[ServiceFigures], ClusterFigures, datetime]
"""What Ray knows of the services and the nodes, and since when."""


@dataclass(frozen=True)
class Source:
    """What an export is read from.

    Args:
        view: the range of dates as of one moment.
        private: whether what isn't public is told.
        look: asks Ray.
    """

    view: View
    private: bool
    look: Callable[[], Looked]


class Content(NamedTuple):
    """What an export has.

    Args:
        total: how many rows.
        rows: each with a value for every column.
        more: columns that depend on the data, after the others.
    """

    total: int
    rows: Iterable[Row]
    more: tuple[Column, ...] = ()


_USERS = """
    select users.id, users.email, users.name, subscriptions.plan, subscriptions.status, users.created_at,
           activity.first, activity.last, coalesce(activity.events, 0), people.number
    from users
    left join subscriptions on subscriptions.user_id = users.id
    left join compute.event_people as people on people.user_id = users.id
    left join (
        select person, min(occurred_at) as first, max(occurred_at) as last,
               count(*) filter (where occurred_at >= :start) as events
        from compute.events where occurred_at < :end group by person
    ) as activity on activity.person = people.number
    where users.created_at < :end
    order by users.created_at, users.id
"""
_RECIPES = """
    select recipes.id, recipes.title, recipes.user_id, recipes.is_public, known.cuisine, known.meal_type,
           known.season, known.difficulty, recipes.prep_time, recipes.cook_time, known.total_minutes,
           recipes.servings, known.energy_kcal, array_to_string(known.diets, ', '),
           array_to_string(known.allergens, ', '), recipes.created_at, recipes.updated_at, numbers.number
    from recipes
    left join compute.recipe_index as known on known.recipe_id = recipes.id
    left join compute.event_recipes as numbers on numbers.recipe_id = recipes.id
    where recipes.created_at < :end and (recipes.is_public or :private)
    order by recipes.created_at, recipes.id
"""
_EVENTS = """
    select events.id::text, events.occurred_at, people.user_id, types.name, recipes.recipe_id,
           events.session_id, events.properties::text
    from compute.events
    join compute.event_people as people on people.number = events.person
    join compute.event_types as types on types.number = events.type
    left join compute.event_recipes as recipes on recipes.number = events.recipe
    where events.occurred_at >= :start and events.occurred_at < :end
    order by events.occurred_at, events.id
"""


def users(source: Source) -> Content:
    """Accounts made until the end of the range."""
    view = source.view
    asked = view.range

    def rows() -> Iterator[Row]:
        begun = session_days.sessions(view.snapshot, asked.start, asked.end)
        sessions = np.bincount(sessionizing.joined(begun).person)
        for *known, number in _fetched(view, _USERS, start=moment(asked.start), end=moment(asked.end)):
            # Who never did anything has no number; who began no session may have one beyond the last.
            yield *known, int(sessions[number]) if number and number < len(sessions) else 0

    # Counted in this transaction: what a process remembers of accounts may be older than its rows.
    made = select(func.count()).where(accounts.c.created_at < moment(asked.end))
    return Content(view.snapshot.session.scalar(made) or 0, rows())


def recipe_rows(source: Source) -> Content:
    """Recipes made until the end of the range; those that aren't public for whom may see them."""
    view = source.view

    def rows() -> Iterator[Row]:
        tally = recipes.tallied(view, view.range.first, view.range.last)
        columns = [each.tolist() for each in (*tally.events, tally.score.round(2))]
        done = dict(zip(tally.recipe.tolist(), zip(*columns, strict=True), strict=True))
        nothing = (*(0 for _ in tally.events), 0.0)
        end = moment(view.range.end)
        for *known, number in _fetched(view, _RECIPES, end=end, private=source.private):
            yield *known, *done.get(number, nothing)

    return Content(recipes.total(view) if source.private else recipes.public(view), rows())


def periods(source: Source) -> Content:
    """Each period's events, and how many there were of each type."""
    view = source.view
    types = sorted(engagement.by_type(view))
    numbers = [view.snapshot.types[name] for name in types]

    def counts(summary: Summary) -> list[int]:
        return [summary.events.get(number, 0) for number in numbers]

    points = zip(engagement.series(view), view.summaries, strict=True)
    rows = [[*point.values(), *counts(summary)] for point, summary in points]
    more = [(f"byType.{name}", f"Events of type {name} in the period.") for name in types]
    return Content(
        len(rows), rows, tuple(Column(name, "integer", means, "events") for name, means in more)
    )


def events(source: Source) -> Content:
    """The events of the range in order of their time."""
    view = source.view

    def rows() -> Iterator[Row]:
        # Day by day: nothing large has to be sorted, and the first rows come at once.
        start, end = view.snapshot.within(view.range.start, view.range.end)
        while start < end:
            after = min(end, start // DAY_MS * DAY_MS + DAY_MS)
            yield from _fetched(view, _EVENTS, start=moment(start), end=moment(after))
            start = after

    return Content(view.events, rows())


def system(source: Source) -> Content:
    """Every single figure of the system's answer."""
    answer = metrics.system_figures(source.view.snapshot.session, *source.look())
    told = answer.model_dump(exclude={"as_of"}, exclude_none=True)
    rows = [_figure(name, value) for name, value in _scalars("", told)]
    return Content(len(rows), rows)


_UNITS = {
    "errorRate": "share",
    "p50Ms": "milliseconds",
    "p95Ms": "milliseconds",
    "oldestDueS": "seconds",
    "replicas": "replicas",
    "nodes": "nodes",
    "cpus": "CPUs",
    "cpusUsed": "CPUs",
    "gpus": "GPUs",
    "gpusUsed": "GPUs",
    "memoryBytes": "bytes",
    "memoryUsedBytes": "bytes",
    "objectStoreBytes": "bytes",
}
"""Of figures that stand together with others of another unit."""


def _scalars(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """What has no parts, by where it is; what is in a list by its name."""
    if isinstance(value, list):
        value = {each["name"]: {key: each[key] for key in each if key != "name"} for each in value}
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, part in value.items():
        yield from _scalars(f"{path}.{name}" if path else name, part)


def _figure(name: str, value: Any) -> Row:
    metric = next(each for each in metrics.of("system") if f"{name}.".startswith(f"{each.name}."))
    unit = _UNITS.get(name.rpartition(".")[2], metric.unit)
    time = value if isinstance(value, datetime) else None
    return name, metric.title, metric.definition, None if time else float(value), time, unit


def _fetched(view: View, query: str, **values: Any) -> Iterator[Row]:
    """Rows as a cursor of the server's brings them, a batch of them in memory."""
    found = view.snapshot.session.execute(text(query).execution_options(yield_per=BATCH), values)
    yield from found.tuples()
