"""Meal plans on paper, against the answers of the API."""

import datetime
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select

from lib import db
from lib.errors import NotFound
from lib.nutrition import plans
from lib.nutrition.nutrients import Nutrients
from lib.nutrition.plans import Meal, PlannedRecipe
from lib.recipes import store
from lib.reports import plan_loading, plan_pages, planning
from lib.reports.plan_loading import LoadedPlan
from lib.reports.plan_orders import PlanOrder
from lib.reports.recipe_loading import Reader
from lib.tables import meal_plan_items, meal_plans, recipes
from tests.reports.reading import sound
from tests.reports.recipes import whole_recipe

AS_OF = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)
MONDAY = date(2026, 11, 30)
TARGETS = {"energyKcal": 2000, "proteinG": {"min": 90}, "sodiumMg": {"max": 2300}}


@pytest.fixture(scope="module")
def week(shared_book):
    """A stored plan: three meals on three days, nothing on the others."""
    with db.transaction() as session:
        ids = session.scalars(select(recipes.c.id).order_by(recipes.c.title).limit(9)).all()
        owner = session.scalar(select(recipes.c.user_id).limit(1))
        times = {"created_at": AS_OF, "updated_at": AS_OF}
        plan = {"id": "week", "user_id": owner, "name": "Our <b>week</b> & more", "start_date": MONDAY}
        session.execute(
            insert(meal_plans).values(plan | {"end_date": MONDAY + timedelta(days=6)} | times)
        )
        rows = [
            {
                "id": f"item-{n}", "meal_plan_id": "week", "recipe_id": recipe_id, "servings": 2,
                "day_of_week": 1 + n // 3, "meal_type": ("breakfast", "lunch", "dinner")[n % 3],
                "created_at": AS_OF + timedelta(seconds=n),
            }
            for n, recipe_id in enumerate(ids)
        ]  # fmt: skip
        session.execute(insert(meal_plan_items), rows)
    return ids


def report(order, units="metric", reader=Reader()):
    with db.transaction() as session:
        loaded = plan_loading.load(session, PlanOrder.model_validate(order), reader)
        return planning.plan_report(loaded, units, AS_OF)


def inline(*items, days=7, **said):
    whole = {"name": "Inline", "startDate": MONDAY, "endDate": MONDAY + timedelta(days=days - 1)}
    return {"mealPlan": whole | {"items": list(items)} | said}


def item(recipe_id, day=0, meal="dinner", servings=2):
    when = MONDAY + timedelta(days=day)
    return {"date": when, "mealType": meal, "recipeId": recipe_id, "servings": servings}


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_week_is_what_the_api_says(week, paper):
    data = report({"mealPlanId": "week", "targets": TARGETS})
    made = plan_pages.draw(data, paper)
    read = sound(made.content)
    with db.transaction() as session:
        answer = plans.analyze(session, "week", PlanOrder(meal_plan_id="week", targets=TARGETS).targets)
    assert "Our <b>week</b> & more" in read.pages[0]
    assert "30 November to 6 December 2026" in read.pages[0]
    for day, said in zip(answer.days, data.days, strict=True):
        assert f"{day.date:%A}" in read.pages[0]
        if not day.meals:
            assert said.totals == []
            continue
        total = day.total
        for amount in (
            f"{total.energy_kcal:,.0f} kcal", f"Protein {total.protein_g:,.0f} g",
            f"Carbs {total.carbohydrate_g:,.0f} g", f"Fat {total.fat_g:,.0f} g",
        ):  # fmt: skip
            assert amount in read.pages[0].replace("\n", " ")
            assert any(amount in line for line in said.totals)
        for meal in day.meals:
            (planned,) = said.meals[meal.meal_type]
            assert planned.title == meal.recipe.title
            assert planned.said == f"2 servings, {meal.nutrients.energy_kcal:,.0f} kcal"
            assert planned.said in read.pages[0]
    for gap in answer.gaps:
        if gap.date and gap.nutrient == "energyKcal":
            (day,) = [said for said in data.days if said.date == planning.short(gap.date)]
            assert f"Energy {gap.kind} 2,000 kcal" in day.totals
    assert read.outline == [
        "Our <b>week</b> & more",
        "Targets",
        *[sheet.title for sheet in data.recipes],
    ]


def test_each_recipe_for_its_eaters(week):
    data = report(inline(item(week[0], 0, servings=3), item(week[0], 2, servings=5)))
    (sheet,) = data.recipes
    with db.transaction() as session:
        usual = store.get(session, week[0]).servings
    assert sheet.meta[0] == f"Serves 8 (recipe for {usual})" or usual == 8
    assert sheet.facts is None or sheet.facts.servings == "8"
    assert [line.split(":")[0] for line in sheet.planned[:2]] == [
        "Monday, 30 November, dinner", "Wednesday, 2 December, dinner"
    ]  # fmt: skip
    read = sound(plan_pages.draw(data, "a4").content)
    for line in sheet.ingredients[:3]:
        assert line.amount in read.text
    assert "3 servings" in read.text
    assert "5 servings" in read.text


def test_when_to_move_it_to_the_refrigerator(week):
    with db.transaction() as session:
        found = [store.get(session, recipe_id) for recipe_id in week]
    thawed = next(one for one in found if "refrigerator" in " ".join(one.defrost_instructions))
    data = report(inline(item(thawed.id, 2), item(thawed.id, 6)))
    first, last, keeps = data.recipes[0].planned
    assert first == (
        "Wednesday, 2 December, dinner: 2 servings. If frozen, move it to the refrigerator on Tuesday "
        "evening, 1 Dec."
    )
    assert last == (
        "Sunday, 6 December, dinner: 2 servings. Cooked on Wednesday, freeze this part. Move it to the "
        "refrigerator on Saturday evening, 5 Dec."
    )
    until = date(2026, 12, 2) + timedelta(days=thawed.storage_time)
    assert keeps == f"Frozen on 2 Dec, it keeps until {until.day} {until:%B} {until.year}."


def test_what_is_cooked_from_frozen_needs_no_evening_before():
    assert planning._before(MONDAY, ["Do not thaw.", "Bake from frozen."], "") == (
        " From the freezer, it is cooked as it is."
    )
    assert planning._before(MONDAY, ["Warm it in a pan."], "") == ""


def test_an_empty_plan(week):
    data = report(inline())
    read = sound(plan_pages.draw(data, "a4").content)
    assert len(read.pages) == 1
    assert "Nothing is planned for these days yet." in read.text


def test_a_month_goes_on_over_pages(week):
    entries = [item(week[day % 4], day, meal) for day in range(31) for meal in ("lunch", "dinner")]
    data = report(inline(*entries, days=31))
    read = sound(plan_pages.draw(data, "letter").content)
    assert "Monday" in read.pages[0]
    assert "30 Dec" in read.pages[2]
    assert all("Day Lunch Dinner All together" in page for page in read.pages[:3])


def test_the_same_bytes_for_the_same_day(week):
    order = {"mealPlanId": "week", "targets": TARGETS}
    assert plan_pages.draw(report(order), "a4") == plan_pages.draw(report(order), "a4")


def soup(servings):
    return Meal(
        meal_type="dinner",
        recipe=PlannedRecipe(id="r1", title="Soup"),
        servings=servings,
        nutrients=Nutrients(),
        coverage=1,
    )


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_stored_plan_at_the_calendars_edge(day):
    recipe = whole_recipe(
        [(100, "g", "leek")],
        freezer_prep=["Freeze it."],
        defrost_instructions=["Thaw overnight in the refrigerator."],
        storage_time=90,
    )
    said = " ".join(planning._planned(recipe, [(day, soup(servings=2))]))
    assert ("keeps until" in said) == (day == date.min)
    assert ("the evening before" in said) == (day == date.min)


def test_one_that_does_not_say_how_many_it_serves_is_made_once_for_each_meal():
    silent = whole_recipe([(300, "g", "leek")], servings=None)
    times = planning._servings(silent, [soup(servings=4)] * 2)
    sheet = planning.arranged(silent, None, "metric", key="k", servings=times)
    assert sheet.meta[0] == "Doesn’t say how many it serves, 2 times the recipe"
    assert sheet.ingredients[0].amount == "600 g"
    (doubt,) = planning._doubts(LoadedPlan(None, None, {}, {"r1": silent}))
    assert "doesn’t say how many it serves" in doubt


def test_nothing_there(week):
    with pytest.raises(NotFound, match="no meal plan"):
        report({"mealPlanId": "never"})
    with pytest.raises(NotFound, match="no meal plan"):
        report({"mealPlanId": "week"}, reader=Reader("somebody else"))
    with pytest.raises(NotFound, match="never-1"):
        report(inline(item("never-1")))


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"mealPlanId": "a", "mealPlan": {"startDate": MONDAY, "endDate": MONDAY}},
        inline(days=0),
        inline(days=63),
        inline(item("a", 7)),
        inline(item("a", servings=0)),
        inline(unknown=1),
        inline(startDate=date(9999, 12, 30), endDate=date(9999, 12, 31)),
        inline(startDate=date(1, 1, 1), endDate=date(1, 1, 2)),
    ],
)
def test_orders_that_cannot_be(order):
    with pytest.raises(ValueError, match="validation error"):
        PlanOrder.model_validate(order)
