"""Lists from the app's tables."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from lib.db import transaction
from lib.errors import Invalid, NotFound
from lib.recipes import store
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.recipes.readers import Reader
from lib.shopping import loading
from lib.shopping.models import ShoppingOrder
from lib.tables import (
    ingredients,
    meal_plan_items,
    meal_plans,
    recipes,
    shopping_list_items,
    shopping_lists,
    users,
)
from tests.shopping.lists import check_balance, items, texts

SUNDAY = date(2026, 11, 22)
BOOK = {
    "eggs": (2, [("egg", 4, "piece"), ("salt", None, None)]),
    "cake": (8, [("all-purpose flour", 400, "g"), ("egg", 2, "piece"), ("unobtainium", 1, "cup")]),
    "bulk": (None, [("rolled oats", 300, "g")]),
    "empty": (2, [("water", 1, "cup")]),
}
ANYBODY = Reader()
ANNA = Reader("anna")
BEN = Reader("ben")


@pytest.fixture(scope="module")
def kitchen(shared_book):
    """A few recipes, and two people."""
    with transaction() as session:
        for name, (servings, lines) in BOOK.items():
            some = [DraftIngredient(name=n, amount=amount, unit=unit) for n, amount, unit in lines]
            store.save(session, name, RecipeDraft(title=name, servings=servings, ingredients=some))
        for name in ("anna", "ben"):
            row = {"id": name, "clerk_id": name, "email": f"{name}@x.invalid"}
            session.execute(insert(users).values(row))
        session.execute(
            insert(recipes).values(id="secret", user_id="anna", title="Secret", is_public=False)
        )


def planned(*meals, days=7, name="Week"):
    """The id of Anna's plan with these meals: day of week, recipe, servings."""
    with transaction() as session:
        end = SUNDAY + timedelta(days=days - 1)
        row = {"user_id": "anna", "name": name, "start_date": SUNDAY, "end_date": end}
        plan_id = session.scalar(insert(meal_plans).values(row).returning(meal_plans.c.id))
        for day, recipe, servings in meals:
            meal = {"meal_plan_id": plan_id, "recipe_id": recipe, "meal_type": "dinner"}
            session.execute(
                insert(meal_plan_items).values(meal | {"day_of_week": day, "servings": servings})
            )
    return plan_id


def stored(*rows, name="Saturday"):
    """The id of Anna's stored list: names, amounts, units, whether they are checked."""
    with transaction() as session:
        values = {"user_id": "anna", "name": name}
        list_id = session.scalar(insert(shopping_lists).values(values).returning(shopping_lists.c.id))
        for ingredient, amount, unit, checked in rows:
            known = select(ingredients.c.id).where(ingredients.c.name == ingredient)
            new = insert(ingredients).values(name=ingredient, category="dairy")
            found = session.scalar(known) or session.scalar(new.returning(ingredients.c.id))
            row = {"shopping_list_id": list_id, "ingredient_id": found, "amount": amount}
            session.execute(insert(shopping_list_items).values(row | {"unit": unit, "checked": checked}))
    return list_id


def listed(reader=ANYBODY, units="metric", **query):
    with transaction() as session:
        data = loading.load(session, ShoppingOrder(**query), units, reader)
    check_balance(data)
    return data


def needed(data, name):
    """Grams of a food."""
    return next(item.needed.amount for item in items(data) if item.name == name)


def test_of_somebody_elses_private_recipe_in_a_plan_only_the_title_is_told(kitchen):
    with transaction() as session:
        store.save(
            session,
            "bens",
            RecipeDraft(
                title="Ben's",
                servings=1,
                ingredients=[DraftIngredient(name="olive oil", amount=7, unit="tbsp")],
            ),
        )
        session.execute(
            update(recipes).where(recipes.c.id == "bens").values(user_id="ben", is_public=False)
        )
    plan_id = planned((0, "eggs", 3), (1, "bens", 2))
    for reader in (ANYBODY, ANNA):
        data = listed(reader, meal_plan_id=plan_id)
        assert [recipe.title for recipe in data.recipes] == ["eggs"]
        assert "olive oil" not in json.dumps(data.model_dump(mode="json"))
        assert any(remark.startswith("Ben's isn't public") for remark in data.remarks)
    everything = listed(Reader(private=True), meal_plan_id=plan_id)
    assert needed(everything, "olive oil") > 100


def test_a_plan_is_scaled_to_its_servings(kitchen):
    data = listed(meal_plan_id=planned((0, "eggs", 3), (2, "cake", 4), (4, "cake", 8)))
    assert data.title == "Week"
    assert needed(data, "egg") == 50 * (6 + 1 + 2)
    assert needed(data, "all-purpose flour") == 600
    assert {(recipe.title, recipe.servings) for recipe in data.recipes} == {("eggs", 3), ("cake", 12)}
    assert texts(data)[-1] == "355 ml unobtainium"


def test_servings_instead_of_the_plans(kitchen):
    data = listed(meal_plan_id=planned((0, "eggs", 3), (2, "eggs", 1)), servings=2)
    assert needed(data, "egg") == 50 * 8


def test_meals_come_as_often_as_their_weekday(kitchen):
    assert needed(listed(meal_plan_id=planned((0, "eggs", 2), days=15)), "egg") == 3 * 200
    with pytest.raises(Invalid, match="no meals on its days"):
        listed(meal_plan_id=planned((5, "eggs", 2), days=3))


def test_a_plan_that_does_not_say_how_many(kitchen):
    data = listed(meal_plan_id=planned((0, "eggs", None), (1, "bulk", 4)))
    assert needed(data, "egg") == 100
    assert needed(data, "rolled oats") == 300
    assert data.remarks == [
        "bulk doesn't say how many it serves: the list is for what it makes.",
        "Meals that don't say how many they are for count as one serving.",
    ]


def test_recipes(kitchen):
    data = listed(recipe_ids=["eggs", "cake", "eggs"], title="Party")
    assert (data.title, needed(data, "egg")) == ("Party", 50 * 10)
    assert needed(listed(recipe_ids=["cake"], servings=2), "all-purpose flour") == 100
    salt = next(item for item in items(data) if item.name == "salt")
    assert salt.needed.display == "as needed"


def test_a_stored_list(kitchen):
    data = listed(
        shopping_list_id=stored(
            ("onion", 2, "piece", False), ("milk", 500, "ml", True), ("moonstuff", None, None, False)
        )
    )
    assert (data.title, texts(data)) == ("Saturday", ["2 onions", "moonstuff"])
    assert data.sections[-1].aisle == "Dairy and eggs"
    assert [(out.name, out.reason) for out in data.left_out] == [("milk", "checked off")]
    assert not items(data)[0].for_recipes


def test_free_items(kitchen):
    data = listed(
        items=["2 onions", {"name": "onion", "amount": 0.5, "unit": "cup"}], pantry=["1 onion"]
    )
    assert texts(data) == ["2 onions"]
    assert listed(items=["2 onions"], servings=3).remarks


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"items": ["-2 onions"]}, "impossible amounts: 0"),
        ({"items": ["1 onion"], "pantry": ["1/0 onion"]}, "These pantry have impossible"),
        ({"items": ["9000 kg onions"]}, "a tonne of onion"),
        ({"recipe_ids": ["secret"]}, "no recipes with these ids: secret"),
    ],
)
def test_refused(kitchen, query, said):
    with pytest.raises((Invalid, NotFound), match=said):
        listed(**query)


def test_empty_lists(kitchen):
    with pytest.raises(Invalid, match="no items"):
        listed(shopping_list_id=stored())
    with pytest.raises(Invalid, match="checked off"):
        listed(shopping_list_id=stored(("onion", 1, None, True)))
    data = listed(recipe_ids=["empty"])
    assert (data.total_items, data.left_out[0].name) == (0, "water")


def test_unknown_ids_are_named(kitchen):
    with pytest.raises(NotFound, match=r"ids: no0, no1, no2, no3, no4 and 3 more\."):
        listed(recipe_ids=["eggs", *(f"no{place}" for place in range(8))])
    for query in ({"meal_plan_id": "nope"}, {"shopping_list_id": "nope"}):
        with pytest.raises(NotFound, match="with this id"):
            listed(**query)


def test_what_is_anothers_is_not_there(kitchen):
    plan, some = planned((0, "secret", 1), (1, "eggs", 1)), stored(("onion", 1, None, False))
    for query in ({"meal_plan_id": plan}, {"shopping_list_id": some}):
        with pytest.raises(NotFound, match="with this id"):
            listed(BEN, **query)
        assert items(listed(ANNA, **query))
    with pytest.raises(NotFound):
        listed(BEN, recipe_ids=["eggs", "secret"])
    with pytest.raises(Invalid, match="nothing to shop for"):  # hers, and without ingredients
        listed(ANNA, recipe_ids=["secret"])


def sized(reader=ANYBODY, **query):
    with transaction() as session:
        return loading.size(session, ShoppingOrder(**query), reader)


def test_size(kitchen):
    assert sized(recipe_ids=["eggs", "cake"]) == 2
    assert sized(meal_plan_id=planned((0, "eggs", 3), (1, "eggs", 1), (2, "cake", 1))) == 2
    assert sized(ANNA, shopping_list_id=stored(("egg", 2, "piece", False))) == 0
    assert sized(items=["2 onions"], pantry=["1 onion"]) == 0


def test_what_is_not_there_is_refused_before_anything_is_made(kitchen):
    for query in ({"recipe_ids": ["eggs", "nowhere"]}, {"meal_plan_id": "nowhere"}):
        with pytest.raises(NotFound):
            sized(**query)
    with pytest.raises(NotFound):
        sized(BEN, meal_plan_id=planned((0, "eggs", 3)))
    with pytest.raises(NotFound):
        sized(BEN, shopping_list_id=stored(("egg", 2, "piece", False)))
    with pytest.raises(Invalid, match="no meals on its days"):
        sized(meal_plan_id=planned((5, "eggs", 2), days=3))
    with pytest.raises(Invalid, match="no meals on its days"):
        sized(meal_plan_id=planned())
    with pytest.raises(Invalid, match="checked off"):
        sized(shopping_list_id=stored(("egg", 2, "piece", True)))
    for query in ({"items": ["1/0 cup milk"]}, {"items": ["1 egg"], "pantry": ["1/0 cup milk"]}):
        with pytest.raises(Invalid, match="impossible amounts"):
            sized(**query)
