"""A meal plan's nutrients, with figures that can be checked by hand."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text, update

from lib.db import transaction
from lib.errors import NotFound
from lib.nutrition import plans
from lib.nutrition.plans import Targets
from lib.recipes import store
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.tables import meal_plan_items, meal_plans, recipes

SUNDAY = date(2026, 11, 22)
EGG, SUGAR = 143.0, 387.0  # kcal per 100 g
BOOK = {
    "eggs": (2, [("egg", 2, "piece")]),
    "syrup": (1, [("sugar", 100, "g")]),
    "bulk": (None, [("egg", 2, "piece")]),
    "draft": (1, [("egg", 2, "piece")]),
    "mystery": (1, [("sugar", 100, "g"), ("unobtainium", 1, "cup")]),
    "riddle": (1, [("unobtainium", 1, "cup")]),
}


@pytest.fixture(scope="module")
def kitchen(shared_book):
    """Recipes of two eggs, of sugar and of what nobody knows."""
    with transaction() as session:
        for name, (servings, lines) in BOOK.items():
            entries = [DraftIngredient(name=n, amount=amount, unit=unit) for n, amount, unit in lines]
            store.save(session, name, RecipeDraft(title=name, servings=servings, ingredients=entries))


def planned(*items, days=7, start=SUNDAY):
    """The id of a plan with these items: day of week, recipe, servings and perhaps the kind of meal."""
    with transaction() as session:
        new = meal_plans.insert().values(
            user_id=store.BOOK_AUTHOR["id"],
            name="Plan",
            start_date=start,
            end_date=start + timedelta(days=days - 1),
        )
        plan_id = session.scalar(new.returning(meal_plans.c.id))
        for day, recipe, servings, *meal in items:
            row = {"day_of_week": day, "recipe_id": recipe, "servings": servings}
            row |= {"meal_plan_id": plan_id, "meal_type": meal[0] if meal else "dinner"}
            session.execute(meal_plan_items.insert().values(row))
    return plan_id


def analyzed(*items, targets=None, **when):
    plan_id = planned(*items, **when)
    with transaction() as session:
        return plans.analyze(session, plan_id, Targets.model_validate(targets) if targets else None)


def energies(answer):
    return [day.total.energy_kcal for day in answer.days]


def test_each_day_gets_the_meals_of_its_weekday(kitchen):
    answer = analyzed(*[(day, "syrup", day + 1) for day in range(7)], start=SUNDAY + timedelta(days=3))
    assert [day.date.strftime("%a") for day in answer.days] == "Wed Thu Fri Sat Sun Mon Tue".split()
    assert [day.meals[0].servings for day in answer.days] == [4, 5, 6, 7, 1, 2, 3]
    assert answer.days[4].date == SUNDAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("recipe", "servings", "kcal"),
    [
        ("eggs", 1, EGG / 2),
        ("eggs", 2, EGG),
        ("eggs", 6, EGG * 3),
        ("eggs", None, EGG / 2),
        ("syrup", 3, SUGAR * 3),
        ("bulk", 1, EGG),
        ("bulk", None, EGG),
    ],
)
def test_a_meal_is_scaled_to_the_planned_servings(kitchen, recipe, servings, kcal):
    answer = analyzed((0, recipe, servings), days=1)
    (meal,) = answer.days[0].meals
    assert meal.nutrients.energy_kcal == pytest.approx(kcal, abs=0.05)
    assert meal.servings == (servings or 1)
    assert (meal.recipe.id, meal.recipe.title, meal.coverage) == (recipe, recipe, 1)


def test_days_add_up_to_the_total_and_the_average_is_of_those_with_meals(kitchen):
    answer = analyzed((0, "eggs", 2, "lunch"), (0, "syrup", 1, "snack"), (2, "syrup", 2), days=4)
    assert energies(answer) == [EGG + SUGAR, None, SUGAR * 2, None]
    assert [len(day.meals) for day in answer.days] == [2, 0, 1, 0]
    assert answer.days[1].total.model_dump(exclude_none=True) == {}
    assert answer.total.energy_kcal == pytest.approx(EGG + SUGAR * 3)
    assert answer.average.energy_kcal == pytest.approx((EGG + SUGAR * 3) / 2)
    assert answer.total.cholesterol_mg == pytest.approx(372)


def test_meals_come_in_the_order_of_the_day(kitchen):
    kinds = ["snack", "dinner", "brunch", "breakfast", "lunch"]
    answer = analyzed(*[(0, "syrup", 1, kind) for kind in kinds], days=1)
    told = [meal.meal_type for meal in answer.days[0].meals]
    assert told == ["breakfast", "lunch", "dinner", "snack", "brunch"]


def test_a_plan_of_two_weeks_repeats_its_week(kitchen):
    answer = analyzed((1, "syrup", 1), days=14)
    assert [index for index, day in enumerate(answer.days) if day.meals] == [1, 8]
    assert answer.total.energy_kcal == SUGAR * 2
    assert answer.average.energy_kcal == SUGAR


def test_a_plan_without_meals_comes_to_nothing(kitchen):
    answer = analyzed(days=3, targets={"energyKcal": 2000})
    assert [day.meals for day in answer.days] == [[], [], []]
    assert answer.total.model_dump(exclude_none=True) == {}
    assert answer.average.model_dump(exclude_none=True) == {}
    assert answer.gaps == []


def test_a_plan_that_ends_before_it_starts_is_its_first_day(kitchen):
    answer = analyzed((0, "syrup", 1), (1, "eggs", 1), days=-5)
    assert [day.date for day in answer.days] == [SUNDAY]
    assert energies(answer) == [SUGAR]


def test_a_plan_of_a_lifetime_is_cut_to_a_year(kitchen):
    answer = analyzed((0, "syrup", 1), days=36_500)
    assert len(answer.days) == 366
    assert answer.total.energy_kcal == SUGAR * 53


def test_a_meal_of_unknown_foods_shows_in_its_coverage(kitchen):
    (meal,) = analyzed((0, "mystery", 1), days=1).days[0].meals
    assert meal.coverage == 0.5
    assert meal.nutrients.energy_kcal == SUGAR


def test_a_day_that_cannot_be_computed_has_no_total_rather_than_a_small_one(kitchen):
    targets = {"energyKcal": {"max": 400}}
    answer = analyzed((0, "riddle", 1), (0, "syrup", 2), (1, "syrup", 1), days=2, targets=targets)
    assert energies(answer) == [None, SUGAR]
    assert answer.total.energy_kcal is None
    assert answer.average.energy_kcal is None
    assert answer.gaps == []


def test_without_targets_there_are_no_gaps(kitchen):
    answer = analyzed((0, "syrup", 1), days=1)
    assert answer.targets is None
    assert answer.gaps is None


@pytest.mark.parametrize(
    "target",
    [774, 774 / 1.09, 774 / 0.91, {"min": 774}, {"max": 774}, {"min": 700, "max": 800}, {"min": 0}, {}],
)
def test_a_target_that_is_met_or_nearly_met_is_no_gap(kitchen, target):
    answer = analyzed((0, "syrup", 2), days=1, targets={"energyKcal": target})
    assert energies(answer) == [774]
    assert answer.gaps == []
    assert answer.targets.model_dump(by_alias=True, exclude_none=True) == {"energyKcal": target}


def test_an_unknown_plan_is_not_found(kitchen):
    with transaction() as session, pytest.raises(NotFound):
        plans.analyze(session, "unknown", None)


def test_what_the_app_changes_counts_at_once(kitchen):
    plan_id = planned((0, "draft", 1), days=1)
    with transaction() as session:
        session.execute(update(recipes).where(recipes.c.id == "draft").values(servings=4))
        total = plans.analyze(session, plan_id, None).total
        assert total.energy_kcal == pytest.approx(EGG / 4, abs=0.06)
        session.execute(text("delete from recipes where id = 'draft'"))
        assert plans.analyze(session, plan_id, None).days[0].meals == []
