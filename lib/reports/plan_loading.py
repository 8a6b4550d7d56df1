"""Reads what a printed meal plan needs."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from lib.nutrition import plans
from lib.nutrition.plans import Cooked, Plan, PlanAnswer
from lib.recipes.models import Recipe
from lib.recipes.readers import Reader
from lib.reports.plan_orders import PlanOrder
from lib.reports.recipe_loading import check_visible, read


@dataclass(frozen=True)
class LoadedPlan:
    """A plan with everything about its recipes.

    Args:
        answer: its nutrients by day.
        cooked: nutrients of each recipe, by id.
        recipes: those that may be seen, by id.
    """

    plan: Plan
    answer: PlanAnswer
    cooked: dict[str, Cooked]
    recipes: dict[str, Recipe]


def load(session: Session, order: PlanOrder, reader: Reader) -> LoadedPlan:
    """The plan as that reader may see it.

    Raises:
        NotFound: there is no such plan, or an inline one has recipes that aren't there.
    """
    plan = wanted(session, order, reader)
    cooked = plans.cooked(session, plan.recipe_ids)
    recipes = read(session, plan.recipe_ids, reader.instead_of(plan.user_id))
    return LoadedPlan(plan, plans.analysis(plan, cooked, order.targets), cooked, recipes)


def wanted(session: Session, order: PlanOrder, reader: Reader) -> Plan:
    """The plan itself.

    Raises:
        NotFound: there is no such plan, or an inline one has recipes that aren't there.
    """
    if order.meal_plan is None:
        return plans.stored(session, order.meal_plan_id or "", reader.user_id)
    plan = order.meal_plan.plan()
    check_visible(session, plan.recipe_ids, reader)
    return plan
