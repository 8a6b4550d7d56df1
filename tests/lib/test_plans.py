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
    targets = {"energyKcal": {"min": 9000}}
    answer = analyzed((0, "riddle", 1), (0, "syrup", 1), (1, "syrup", 1), days=2, targets=targets)
    assert energies(answer) == [None, SUGAR]
    assert answer.total.energy_kcal is None
    assert answer.average.energy_kcal is None
    assert None not in [gap.date for gap in answer.gaps]
    assert SUNDAY not in [gap.date for gap in answer.gaps]


def test_without_targets_there_are_no_gaps(kitchen):
    answer = analyzed((0, "syrup", 1), days=1)
    assert answer.targets is None
    assert answer.gaps is None


# The day has 774 kcal and 200 g of sugar, no fibre; nobody misses a bound by its own value.
@pytest.mark.parametrize(
    ("target", "gap"),
    [
        (774, None),
        (774 / 1.09, None),
        (774 / 0.91, None),
        (774 / 1.11, "above"),
        (774 / 0.89, "below"),
        ({"min": 774}, None),
        ({"max": 774}, None),
        ({"min": 700, "max": 800}, None),
        ({"min": 775}, "below"),
        ({"max": 773}, "above"),
        ({"min": 0}, None),
        ({"max": 0}, "above"),
        ({"min": 1000, "max": 2000}, "below"),
        ({"min": 100, "max": 200}, "above"),
    ],
)
def test_a_target_is_a_number_to_come_near_or_bounds(kitchen, target, gap):
    answer = analyzed((0, "syrup", 2), days=1, targets={"energyKcal": target})
    assert {found.kind for found in answer.gaps} == ({gap} if gap else set())
    for found in answer.gaps:
        bounds = target.values() if isinstance(target, dict) else [target]
        assert found.target in [pytest.approx(bound) for bound in bounds]
        assert found.nutrient == "energyKcal"
        assert found.actual == SUGAR * 2
        assert found.difference == pytest.approx(found.actual - found.target, abs=0.01)
        assert (found.difference > 0) == (found.kind == "above")


def test_gaps_are_of_the_average_and_of_each_day_that_has_meals(kitchen):
    items = [(0, "syrup", 1), (2, "syrup", 5)]
    answer = analyzed(*items, days=3, targets={"energyKcal": 1161, "fiberG": {"min": 30}})
    found = [(gap.date, gap.nutrient, gap.kind, gap.difference) for gap in answer.gaps]
    tuesday = SUNDAY + timedelta(days=2)
    assert found == [
        (None, "fiberG", "below", -30),
        (SUNDAY, "energyKcal", "below", -774),
        (SUNDAY, "fiberG", "below", -30),
        (tuesday, "energyKcal", "above", 774),
        (tuesday, "fiberG", "below", -30),
    ]


def test_every_target_can_be_missed_by_its_name(kitchen):
    bounds = {field.alias: {"min": 999_999} for field in Targets.model_fields.values()}
    answer = analyzed((0, "eggs", 2), days=1, targets=bounds)
    assert {gap.nutrient for gap in answer.gaps} == bounds.keys()
    assert answer.targets.model_dump(exclude_none=True) == bounds


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
