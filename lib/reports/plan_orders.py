"""Which meal plan is to be printed: a stored one, or one that the request holds."""

import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from lib.nutrition.plans import Entry, Plan, Targets, dates_of
from lib.recipes.draft import MealType
from lib.wire import Text, Wire

MOST_DAYS = 62
MOST_ENTRIES = 400

Day = Annotated[datetime.date, Field(ge=datetime.date(1975, 1, 1), le=datetime.date(2150, 1, 1))]
"""What `/analytics` knows, too; no calendar ends within reach."""

Id = Annotated[Text, Field(min_length=1, max_length=100)]


class PlanEntry(Wire):
    """A meal of a plan."""

    date: Day
    meal_type: MealType
    recipe_id: Id
    servings: Annotated[int, Field(ge=1, le=1000)] = 1


class InlinePlan(Wire):
    """A plan that isn't stored; its recipes are."""

    name: Annotated[Text, Field(min_length=1, max_length=300)] = "Meal plan"
    start_date: Day
    end_date: Day
    items: Annotated[list[PlanEntry], Field(max_length=MOST_ENTRIES)] = []

    @model_validator(mode="after")
    def _possible(self) -> Self:
        length = (self.end_date - self.start_date).days
        if not 0 <= length < MOST_DAYS:
            raise ValueError(f"a plan has 1 to {MOST_DAYS} days, from startDate to endDate")
        if any(not self.start_date <= item.date <= self.end_date for item in self.items):
            raise ValueError("the date of each item lies between startDate and endDate")
        return self

    def plan(self) -> Plan:
        """The same as a stored one."""
        days: dict[datetime.date, list[Entry]] = {
            day: [] for day in dates_of(self.start_date, self.end_date)
        }
        for item in self.items:
            days[item.date].append(Entry(item.meal_type, item.recipe_id, item.servings))
        return Plan("", self.name, None, days)


class PlanFields(Wire):
    """What is said of a meal plan that is to be printed."""

    meal_plan_id: Id | SkipJsonSchema[None] = None
    meal_plan: InlinePlan | SkipJsonSchema[None] = None
    targets: Targets | SkipJsonSchema[None] = None


class PlanOrder(PlanFields):
    """A meal plan, and what its days should come to."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.meal_plan_id is None) == (self.meal_plan is None):
            raise ValueError("give mealPlanId or mealPlan")
        return self
