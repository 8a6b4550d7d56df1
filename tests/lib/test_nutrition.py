"""The ingredient vocabulary, and the diets and allergens that follow from it."""

import csv
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition import foods as table
from lib.nutrition import labels
from lib.nutrition.foods import find
from lib.recipes.amounts import plural
from lib.recipes.draft import UNITS

FOODS = list(table.foods().values())
MARKS = frozenset().union(*labels._ALLERGEN_CLASSES.values(), *labels._DIET_EXCLUDES.values())
AISLES = {
    "produce",
    "spices",
    "grains and pasta",
    "oils and condiments",
    "international",
    "baking",
    "canned goods",
    "dairy and eggs",
    "meat",
    "nuts and dried fruit",
    "drinks",
    "plant-based",
    "seafood",
    "frozen",
    "bakery",
}
CATEGORIES = set(
    "vegetable fruit herb spice grain pasta bread legume nut seed meat poultry fish seafood egg dairy "
    "oil condiment stock sweetener baking drink".split()
) | {"plant milk", "plant protein"}
HOLDS_ONE_OF = {
    "meat": {"meat"},
    "poultry": {"poultry"},
    "fish": {"fish"},
    "seafood": {"crustacean", "mollusc", "fish"},
    "egg": {"egg"},
    "dairy": {"milk"},
    "nut": {"tree_nut", "peanut"},
    "legume": {"legume"},
    "grain": {"grain", "wheat", "gluten"},
    "bread": {"grain"},
    "pasta": {"grain", "legume", "wheat"},
}
# A food that is also the class to its left brings the one to its right.
IMPLIED = [
    ("wheat", "gluten"),
    ("wheat", "grain"),
    ("gluten", "grain"),
    ("soy", "legume"),
    ("peanut", "legume"),
]


def test_every_name_and_alias_stands_for_one_food():
    with vocabulary.PATH.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for row in rows for name in (row["name"], *filter(None, row["aliases"].split("|")))]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if name != " ".join(name.lower().split())] == []


def test_every_row_is_made_of_known_words():
    assert [food.name for food in FOODS if food.aisle not in AISLES] == []
    assert [food.name for food in FOODS if food.category not in CATEGORIES] == []
    assert [food.name for food in FOODS if food.unit not in UNITS] == []
    assert [(food.name, odd) for food in FOODS if (odd := (food.classes | food.may) - MARKS)] == []
    assert frozenset().union(*(food.classes | food.may for food in FOODS)) == MARKS


def test_the_facts_of_a_row_agree_with_each_other_and_with_its_category():
    assert [food.name for food in FOODS if food.classes & food.may] == []
    assert [
        (food.name, effect)
        for food in FOODS
        for cause, effect in IMPLIED
        if cause in food.classes and effect not in food.classes
    ] == []
    may_hold_wheat = [food for food in FOODS if "wheat" in food.may]
    assert [food.name for food in may_hold_wheat if "gluten" not in food.classes | food.may] == []
    assert [
        food.name
        for food in FOODS
        if food.category in HOLDS_ONE_OF and not food.classes & HOLDS_ONE_OF[food.category]
    ] == ["shirataki noodles"]  # of konjac, which is no grain


def test_a_food_is_found_by_each_name_in_singular_plural_and_capitals():
    for food in FOODS:
        for name in (food.name, *food.aliases):
            for form in (name, plural(name), name.upper(), f"  {name} "):
                assert find(form) is food, form


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tomatoes", "tomato"),
        ("bay leaves", "bay leaf"),
        ("cherries", "cherry"),
        ("sourdough loaves", "sourdough bread"),
        ("pecan halves", "pecan"),
        ("radishes", "radish"),
        ("scallions", "green onion"),
        ("black bean", "black beans"),
        ("kidney   beans", "kidney beans"),
    ],
)
def test_plurals_and_other_names_lead_to_the_food(written, name):
    assert find(written).name == name


@pytest.mark.parametrize(
    "name", ["", " ", "s", "es", "zorblax", "milk chocolate bar", "tomato\x00", "🍅"]
)
def test_nothing_is_guessed_from_parts_of_a_name(name):
    assert find(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("butternut squash", {"milk": "clear", "tree_nut": "clear"}),
        ("eggplant", {"egg": "clear"}),
        ("coconut milk", {"milk": "clear", "tree_nut": "clear", "sulphite": "may"}),
        ("buckwheat groats", {"wheat": "clear", "gluten": "clear"}),
        ("peanut butter", {"milk": "clear", "peanut": "contains", "tree_nut": "clear", "soy": "may"}),
        ("nutmeg", {"tree_nut": "clear"}),
        ("water chestnut", {"tree_nut": "clear"}),
        ("chestnut", {"tree_nut": "contains"}),
        ("celeriac", {"celery": "contains"}),
        ("oyster mushroom", {"mollusc": "clear", "shellfish": "clear"}),
        ("oyster sauce", {"mollusc": "contains", "shellfish": "contains", "wheat": "contains"}),
        ("shrimp", {"shellfish": "contains", "mollusc": "clear"}),
        ("worcestershire sauce", {"fish": "contains", "gluten": "may"}),
        ("soy sauce", {"wheat": "contains", "soy": "contains", "gluten": "contains"}),
        ("gluten-free tamari", {"wheat": "clear", "soy": "contains", "gluten": "clear"}),
        ("rolled oats", {"gluten": "may", "wheat": "may"}),
        ("pearl barley", {"gluten": "contains", "wheat": "clear"}),
        ("ghee", {"milk": "contains"}),
        ("tahini", {"sesame": "contains"}),
        ("dry white wine", {"sulphite": "contains", "egg": "may"}),
        ("zorblax", {"milk": "unknown", "gluten": "unknown"}),
    ],
)
def test_allergens_of_foods_that_are_easily_mistaken(name, expected):
    found = labels.allergens([name])
    assert {allergen: found[allergen] for allergen in expected} == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["carrot", "olive oil"], {"vegan": "yes", "gluten_free": "yes", "paleo": "yes"}),
        (["carrot", "butter"], {"vegan": "no", "vegetarian": "yes", "dairy_free": "no"}),
        (["honey"], {"vegan": "no", "vegetarian": "yes", "paleo": "yes"}),
        (["parmesan"], {"vegetarian": "no", "vegan": "no"}),
        (["cheddar"], {"vegetarian": "unknown"}),
        (["vegetarian cheddar"], {"vegetarian": "yes"}),
        (["salmon fillet"], {"vegetarian": "no", "pescatarian": "yes"}),
        (["chicken breast"], {"pescatarian": "no"}),
        (["marshmallow"], {"vegetarian": "no", "pescatarian": "no"}),
        (["worcestershire sauce"], {"vegetarian": "no", "pescatarian": "yes"}),
        (["rolled oats"], {"gluten_free": "unknown", "paleo": "no"}),
        (["gluten-free rolled oats"], {"gluten_free": "yes"}),
        (["coconut milk"], {"dairy_free": "yes", "vegan": "yes"}),
        (["chickpeas"], {"paleo": "no", "vegan": "yes"}),
        (["zorblax", "butter"], {"vegan": "no", "vegetarian": "unknown"}),
    ],
)
def test_diets_follow_from_the_ingredients(names, expected):
    found = labels.diets(names)
    assert {diet: found[diet] for diet in expected} == expected


@pytest.mark.parametrize(
    ("carbohydrate", "fiber", "low_carb", "keto"),
    [
        (None, None, "unknown", "unknown"),
        (None, 5, "unknown", "unknown"),
        (0, None, "yes", "yes"),
        (20, None, "yes", "no"),
        (20.01, None, "no", "no"),
        (10, None, "yes", "yes"),
        (10.01, None, "yes", "no"),
        (20, 10, "yes", "yes"),
        (20, 9.9, "yes", "no"),
        (30, 20, "no", "yes"),
    ],
)
def test_keto_and_low_carb_follow_from_numbers_alone(carbohydrate, fiber, low_carb, keto):
    found = labels.diets(["zorblax"], carbohydrate, fiber)
    assert (found["low_carb"], found["keto"]) == (low_carb, keto)


def test_of_a_dish_without_ingredients_nothing_is_known():
    assert set(labels.allergens([]).values()) == {"unknown"}
    assert set(labels.diets([]).values()) == {"unknown"}
    assert not labels.all_known([])


NAMES = st.lists(st.sampled_from([food.name for food in FOODS]), max_size=8)


@settings(deadline=None)
@given(NAMES, st.sampled_from(["zorblax", "", "secret sauce"]), st.integers(0, 8))
def test_an_unknown_ingredient_leaves_nothing_clear_and_no_diet_proven(names, unknown, place):
    before = labels.allergens(names)
    mixed = [*names[:place], unknown, *names[place:]]
    for allergen, status in labels.allergens(mixed).items():
        assert status == ("contains" if before[allergen] == "contains" else "unknown")
    assert "yes" not in labels.diets(mixed).values()
    assert not labels.all_known(mixed)


@settings(deadline=None)
@given(NAMES.filter(bool), NAMES)
def test_more_ingredients_never_make_a_dish_safer(names, more):
    for labelled, order in (
        (labels.allergens, ["clear", "may", "contains"]),
        (labels.diets, ["yes", "unknown", "no"]),
    ):
        before, after = labelled(names), labelled([*names, *more])
        assert all(order.index(after[key]) >= order.index(before[key]) for key in before)
