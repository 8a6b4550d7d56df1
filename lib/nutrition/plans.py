"""A meal plan's nutrients: by day and meal, scaled to the planned servings, against targets."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.errors import NotFound
from lib.nutrition import resolving
from lib.nutrition.calculation import Sum, calculate
from lib.nutrition.nutrients import NUTRIENTS, PLACE, Amounts, Nutrients, as_dict, wire
from lib.nutrition.recipes import recipe_lines
from lib.tables import meal_plan_items, meal_plans, recipes
from lib.wire import Wire

_MOST_DAYS = 366
_NEAR = 0.1
"""Share of a target by which a day may miss it and still meet it."""


class Target(Wire):
    """What a day should come to: at least `min`, at most `max`."""

    min: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | SkipJsonSchema[None] = None
    max: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)] | SkipJsonSchema[None] = None

    @model_validator(mode="after")
    def _in_order(self) -> "Target":
        if self.min is None and self.max is None:
            raise ValueError("give min, max or both")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min must not be above max")
        return self


Bound = Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]


class Targets(Wire):
    """Per day: a number to come near, or bounds."""

    energy_kcal: Bound | Target | SkipJsonSchema[None] = None
    protein_g: Bound | Target | SkipJsonSchema[None] = None
    fat_g: Bound | Target | SkipJsonSchema[None] = None
    saturated_fat_g: Bound | Target | SkipJsonSchema[None] = None
    carbohydrate_g: Bound | Target | SkipJsonSchema[None] = None
    fiber_g: Bound | Target | SkipJsonSchema[None] = None
    sugars_g: Bound | Target | SkipJsonSchema[None] = None
    sodium_mg: Bound | Target | SkipJsonSchema[None] = None
    calcium_mg: Bound | Target | SkipJsonSchema[None] = None
    iron_mg: Bound | Target | SkipJsonSchema[None] = None
    potassium_mg: Bound | Target | SkipJsonSchema[None] = None
    vitamin_c_mg: Bound | Target | SkipJsonSchema[None] = None
    vitamin_d_ug: Bound | Target | SkipJsonSchema[None] = None


class PlannedRecipe(Wire):
    """A recipe of the plan."""

    id: str
    title: str


class Meal(Wire):
    """One entry of the plan."""

    meal_type: str
    recipe: PlannedRecipe
    servings: float
    nutrients: Annotated[Nutrients, Field(description="Of all planned servings together")]
    coverage: float


class Day(Wire):
    """A day of the plan."""

    date: datetime.date
    meals: list[Meal]
    total: Nutrients


class Gap(Wire):
    """A target that a day misses, or the days together on average."""

    date: Annotated[
        datetime.date | SkipJsonSchema[None], Field(description="Absent: the average day")
    ] = None
    nutrient: str
    target: float
    actual: float
    difference: Annotated[float, Field(description="Actual minus target")]
    kind: Annotated[str, Field(description="below or above")]


class PlanAnswer(Wire):
    """A plan's nutrients."""

    meal_plan_id: str
    days: list[Day]
    average: Annotated[Nutrients, Field(description="Per day that has meals")]
    total: Nutrients
    targets: Targets | SkipJsonSchema[None] = None
    gaps: list[Gap] | SkipJsonSchema[None] = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A meal of a plan, not yet looked up. No servings count as one."""

    meal_type: str
    recipe_id: str
    servings: int | None
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it is stored: for each of its days, also those without meals, what is planned."""

    id: str
    name: str
    user_id: str | None
    days: dict[datetime.date, list[Entry]]

    @property
    def recipe_ids(self) -> list[str]:
        """The recipes in the order of their first day, each once."""
        return list(dict.fromkeys(entry.recipe_id for day in self.days.values() for entry in day))


@dataclass(frozen=True, slots=True)
class Cooked:
    """A recipe's nutrients, and how many it serves; one that doesn't say serves one."""

    title: str
    found: Sum
    servings: float


def analyze(
    session: Session, plan_id: str, targets: Targets | None, user_id: str | None = None
) -> PlanAnswer:
    """The nutrients of a plan. Each day of it is listed, also one without meals.

    An entry without servings counts as one; a recipe that doesn't say how many it serves, as one too.

    Args:
        user_id: whose plan alone it may be; None: anybody's.

    Raises:
        NotFound: there is no such plan.
    """
    plan = stored(session, plan_id, user_id)
    return analysis(plan, cooked(session, plan.recipe_ids), targets)


def stored(session: Session, plan_id: str, user_id: str | None = None) -> Plan:
    """A plan of the app.

    Raises:
        NotFound: there is none with this id, or it isn't that user's.
    """
    plan = session.execute(select(meal_plans).where(meal_plans.c.id == plan_id)).first()
    if plan is None or user_id not in (None, plan.user_id):
        raise NotFound("There is no meal plan with this id.")
    items = session.execute(
        select(meal_plan_items)
        .where(meal_plan_items.c.meal_plan_id == plan_id)
        .order_by(meal_plan_items.c.day_of_week, meal_plan_items.c.created_at, meal_plan_items.c.id)
    ).all()
    by_weekday: dict[int, list[Entry]] = {}
    for item in items:
        entry = Entry(item.meal_type, item.recipe_id, item.servings, item.notes)
        by_weekday.setdefault(item.day_of_week, []).append(entry)
    dates = dates_of(plan.start_date, plan.end_date)
    days = {when: by_weekday.get((when.weekday() + 1) % 7, []) for when in dates}
    return Plan(plan.id, plan.name, plan.user_id, days)


def analysis(plan: Plan, recipes_of: Mapping[str, Cooked], targets: Targets | None) -> PlanAnswer:
    """The nutrients of a plan whose recipes are known.

    Args:
        recipes_of: by id, each of the plan's.
    """
    days: list[Day] = []
    totals: list[Amounts] = []
    for when, today in plan.days.items():
        amounts = [_scaled(recipes_of[entry.recipe_id], entry.servings) for entry in today]
        meals = [
            _meal(entry, recipes_of[entry.recipe_id], each)
            for entry, each in zip(today, amounts, strict=True)
        ]
        total = _added(amounts)
        days.append(Day(date=when, meals=sorted(meals, key=_order), total=wire(total)))
        totals += [total] if meals else []
    average = _added(totals) / max(1, len(totals))
    eaten = [day for day in days if day.meals]
    return PlanAnswer(
        meal_plan_id=plan.id,
        days=days,
        average=wire(average),
        total=wire(_added(totals)),
        targets=targets,
        gaps=_gaps(targets, eaten, totals, average) if targets else None,
    )


def dates_of(start: datetime.date, end: datetime.date) -> list[datetime.date]:
    """The days from one to the other, a year of them at most; one at least."""
    length = min(max((end - start).days, 0) + 1, _MOST_DAYS)
    return [start + datetime.timedelta(days=day) for day in range(length)]


MEALS = ("breakfast", "lunch", "dinner", "snack")
"""In the order of a day."""


def _order(meal: Meal) -> int:
    return MEALS.index(meal.meal_type) if meal.meal_type in MEALS else len(MEALS)


def _meal(entry: Entry, recipe: Cooked, amounts: Amounts) -> Meal:
    return Meal(
        meal_type=entry.meal_type,
        recipe=PlannedRecipe(id=entry.recipe_id, title=recipe.title),
        servings=entry.servings or 1,
        nutrients=wire(amounts),
        coverage=round(recipe.found.coverage, 4),
    )


def _scaled(recipe: Cooked, servings: int | None) -> Amounts:
    return recipe.found.total * ((servings or 1) / recipe.servings)


def _added(amounts: Sequence[Amounts]) -> Amounts:
    """The sum; a nutrient that one of them lacks is lacking."""
    return np.sum(amounts, axis=0) if amounts else np.full(len(NUTRIENTS), np.nan)


def cooked(session: Session, ids: Collection[str]) -> dict[str, Cooked]:
    """The nutrients of stored recipes, by id."""
    found: dict[str, Cooked] = {}
    lines = recipe_lines(session, ids)
    resolve = resolving.with_added(session, [line for each in lines.values() for line in each])
    for row in session.execute(select(recipes).where(recipes.c.id.in_(list(ids)))):
        servings = float(row.servings or 1)
        total = calculate(lines.get(row.id, []), servings, resolve)
        found[row.id] = Cooked(row.title, total, servings)
    return found


def _gaps(
    targets: Targets, days: Sequence[Day], totals: Sequence[Amounts], average: Amounts
) -> list[Gap]:
    found: list[Gap] = []
    wanted = [(name, target) for name, target in targets if target is not None]
    for when, amounts in [(None, average), *zip([day.date for day in days], totals, strict=True)]:
        for name, target in wanted:
            actual = float(amounts[PLACE[name]])
            if actual == actual and (missed := _missed(target, actual)):
                bound, kind = missed
                found.append(
                    Gap(
                        date=when,
                        nutrient=str(Targets.model_fields[name].alias),
                        target=bound,
                        actual=as_dict(amounts)[name],
                        difference=round(actual - bound, 2),
                        kind=kind,
                    )
                )
    return found


def _missed(target: float | Target, actual: float) -> tuple[float, str] | None:
    """The bound that the amount lies beyond, and on which side."""
    low = target * (1 - _NEAR) if isinstance(target, float) else target.min
    high = target * (1 + _NEAR) if isinstance(target, float) else target.max
    if low is not None and actual < low:
        return (target if isinstance(target, float) else low), "below"
    if high is not None and actual > high:
        return (target if isinstance(target, float) else high), "above"
    return None
