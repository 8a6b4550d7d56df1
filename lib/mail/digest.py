"""What a person's weekly mail tells: the coming week's plan, what to thaw, what else is good."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ARRAY, Select, Text, any_, cast, exists, select
from sqlalchemy.orm import Session

from lib.nutrition.plans import MEALS
from lib.recipes.defrosting import overnight
from lib.recommendations import personal
from lib.recommendations.answers import Recommended
from lib.tables import mail_optouts, meal_plan_items, meal_plans, recipe_details, recipes, users

_RECOMMENDED = 3
_SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Dish:
    """A meal of the week; `thaws`: it leaves the freezer the evening before, if it is there."""

    date: date
    meal_type: str
    recipe_id: str
    title: str
    servings: int
    thaws: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that the week's meals are of."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Digest:
    """A person's week, from Monday on; never without dishes."""

    user_id: str
    name: str
    email: str
    monday: date
    plans: Sequence[Plan]
    dishes: Sequence[Dish]
    recommended: Sequence[Recommended]

    def days(self) -> list[tuple[date, list[Dish]]]:
        """The days that have dishes, in order."""
        return [(day, list(some)) for day, some in groupby(self.dishes, lambda dish: dish.date)]

    def thawing(self) -> list[tuple[date, list[Dish]]]:
        """Evenings, and what leaves the freezer then for the next day."""
        each = ((day - timedelta(days=1), [d for d in some if d.thaws]) for day, some in self.days())
        return [(evening, some) for evening, some in each if some]


def week_after(day: date) -> date:
    """The first Monday after that day."""
    return day + timedelta(days=7 - day.weekday())


def addressees(session: Session, monday: date, user_ids: Sequence[str] | None = None) -> list[str]:
    """Who has meals planned in the week of that Monday and takes such mail, by id.

    Args:
        user_ids: of these only; None: of all.
    """
    refused = exists().where(mail_optouts.c.user_id == meal_plans.c.user_id)
    plan = meal_plans.c
    query = _planned(monday).with_only_columns(
        plan.user_id, plan.start_date, plan.end_date, meal_plan_items.c.day_of_week
    )
    query = query.where(~refused).order_by(None).distinct()
    if user_ids is not None:
        query = query.where(plan.user_id == any_(cast(list(user_ids), ARRAY(Text))))
    return sorted({row.user_id for row in session.execute(query) if any(_dates(row, monday))})


def digest(session: Session, user_id: str, monday: date, today: date) -> Digest | None:
    """What to write to somebody; None if there is nothing, they want no mail, or the account is gone.

    Args:
        monday: of the week that it is about.
        today: what recommendations go by.
    """
    refused = exists().where(mail_optouts.c.user_id == users.c.id)
    person = session.execute(select(users).where(users.c.id == user_id, ~refused)).first()
    rows = session.execute(_planned(monday).where(meal_plans.c.user_id == user_id)).all()
    dishes = {
        (day, row.meal_type, row.recipe_id): Dish(
            day, row.meal_type, row.recipe_id, row.title, row.servings or 1, _thaws(row)
        )
        for row in rows
        for day in _dates(row, monday)
    }
    if person is None or not dishes:
        return None
    plans = {row.plan_id: Plan(row.plan_id, row.plan_name) for row in rows if any(_dates(row, monday))}
    found = personal.for_user(session, user_id, _RECOMMENDED, today).results
    return Digest(
        user_id=user_id,
        name=person.name or "",
        email=person.email,
        monday=monday,
        plans=list(plans.values()),
        dishes=sorted(dishes.values(), key=_order),
        recommended=[one for one in found if one.recipe.id not in {row.recipe_id for row in rows}],
    )


def _planned(monday: date) -> Select[Any]:
    """Entries of plans that reach into the week; not each falls on a day of it."""
    items, sunday = meal_plan_items.c, monday + timedelta(days=_SUNDAY)
    return (
        select(
            meal_plans.c.id.label("plan_id"),
            meal_plans.c.name.label("plan_name"),
            meal_plans.c.start_date,
            meal_plans.c.end_date,
            items.day_of_week,
            items.meal_type,
            items.servings,
            items.recipe_id,
            recipes.c.title,
            recipe_details.c.defrost_instructions,
        )
        .select_from(meal_plans)
        .join(meal_plan_items, items.meal_plan_id == meal_plans.c.id)
        .join(recipes, recipes.c.id == items.recipe_id)
        .outerjoin(recipe_details, recipe_details.c.recipe_id == items.recipe_id)
        .where(meal_plans.c.start_date <= sunday, meal_plans.c.end_date >= monday)
        .order_by(meal_plans.c.start_date, meal_plans.c.id, items.created_at, items.id)
    )


def _dates(row: Any, monday: date) -> Iterator[date]:
    """The date of the week on which an entry falls, if its plan covers that; 0 is Sunday."""
    day = monday + timedelta(days=(row.day_of_week - 1) % 7)
    if row.start_date <= day <= row.end_date:
        yield day


def _thaws(row: Any) -> bool:
    return overnight(row.defrost_instructions or [])


def _order(dish: Dish) -> tuple[date, int]:
    return dish.date, MEALS.index(dish.meal_type) if dish.meal_type in MEALS else len(MEALS)
