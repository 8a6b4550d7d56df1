"""The bundled recipe book, and the YAML it is written in."""

from collections import Counter
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition import labels
from lib.nutrition.foods import find
from lib.recipes.book import BOOK, book, read_yaml
from lib.recipes.draft import BookRecipe, MealType

ITEMS = list(book())
DRAFTS = [item.draft for item in ITEMS if item.draft]
SAMPLE = min(BOOK.rglob("*.yaml")).read_text(encoding="utf-8")


def changed(**changes):
    """The problem of a recipe of the book after these changes; a change to ... removes the field."""
    content = {**yaml.safe_load(SAMPLE), **changes}
    text = yaml.safe_dump({key: value for key, value in content.items() if value is not ...})
    (found,) = read_yaml("soup", text, BookRecipe)
    return found.problem


def ingredient(**changes):
    return {"name": "carrot", "amount": 1, "unit": "piece"} | changes


def with_ingredient(**changes):
    """The problem of a recipe whose third ingredient has these changes."""
    lines = [ingredient(name="onion"), ingredient(name="leek"), ingredient(**changes)]
    return changed(ingredients=lines)


def test_every_recipe_is_valid():
    assert [f"{item.name}.yaml: {item.problem}" for item in ITEMS if item.problem] == []
    assert len(ITEMS) == len(list(BOOK.rglob("*.yaml"))) >= 60


def test_file_names_ids_and_titles_are_unique():
    for values in ([i.name for i in ITEMS], [i.id for i in ITEMS], [d.title.lower() for d in DRAFTS]):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_a_recipe_of_the_book_is_known_by_its_file_and_an_imported_one_by_its_title():
    retitled = SAMPLE.replace("title: ", "title: New ")
    (one,) = read_yaml("soup", SAMPLE, BookRecipe, "book:soup")
    (edited,) = read_yaml("soup", retitled, BookRecipe, "book:soup")
    (renamed,) = read_yaml("stew", SAMPLE, BookRecipe, "book:stew")
    (imported,) = read_yaml("soup", SAMPLE)
    (moved,) = read_yaml("other/file", SAMPLE)
    (another,) = read_yaml("soup", retitled)
    assert imported.id == moved.id != another.id
    assert one.id == edited.id == "715bf8e8-692c-5602-87ce-6d69ca09ee39"
    assert edited.draft.title == f"New {one.draft.title}"
    assert len({one.id, renamed.id, imported.id}) == 3


def test_the_book_offers_variety():
    assert len({draft.cuisine for draft in DRAFTS}) >= 10
    assert {draft.meal_type for draft in DRAFTS} == set(get_args(MealType))
    fits = [
        labels.diets(labels.evidence((entry.name, None) for entry in draft.ingredients))
        for draft in DRAFTS
    ]
    assert sum(diets["vegan"] == "yes" for diets in fits) >= 15
    assert sum(diets["gluten_free"] == "yes" for diets in fits) >= 20


def test_no_recipe_names_a_food_twice():
    for draft in DRAFTS:
        foods = Counter(find(entry.name).name for entry in draft.ingredients)
        assert [food for food, count in foods.items() if count > 1] == [], draft.title


def test_tags_claim_no_diet_that_the_ingredients_contradict():
    for draft in DRAFTS:
        diets = labels.diets(labels.evidence((entry.name, None) for entry in draft.ingredients))
        claimed = {tag.replace("-", "_") for tag in draft.tags} & diets.keys() - {"keto", "low_carb"}
        assert [diet for diet in claimed if diets[diet] != "yes"] == [], draft.title


@pytest.mark.parametrize(
    "field", ["title", "cuisine", "servings", "storage_days", "freezer_prep", "tags"]
)
def test_a_missing_field_is_named(field):
    assert changed(**{field: ...}) == f"{field}: Field required"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("colour", "red", "Extra inputs are not permitted"),
        ("servings", 0, "greater than or equal to 1"),
        ("servings", "four", "valid integer"),
        ("meal_type", "brunch", "'breakfast', 'lunch', 'dinner' or 'snack'"),
        ("category", "pizza", "'soup'"),
        ("cuisine", "Thai", "pattern"),
        ("title", "", "at least 1 item"),
        ("title", "a\x00b", "NUL"),
        ("summary", "short", "at least 20"),
        ("storage_days", 366, "less than or equal to 365"),
        ("prep_minutes", -1, "greater than or equal to 0"),
        ("tags", ["one"], "at least 2 items"),
        ("ingredients", [ingredient()] * 3, "each ingredient once; repeated: carrot"),
    ],
)
def test_a_bad_field_is_named_with_the_reason(field, value, reason):
    problem = changed(**{field: value})
    assert problem.startswith(f"{field}: ")
    assert reason in problem


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "zorblax", "'zorblax' is not a name in data/foods"),
        ("name", "aubergine", "'aubergine' is not a name"),
        ("unit", "cups", "unit 'cups' is none of bunch, can, clove"),
        ("amount", 0, "greater than or equal to 0.01"),
        ("amount", None, "valid number"),
        ("amount", float("nan"), "finite number"),
        ("amount", 100_000, "less than 100000"),
        ("size", "big", "Extra inputs are not permitted"),
    ],
)
def test_a_bad_ingredient_is_named_with_its_place(field, value, reason):
    problem = with_ingredient(**{field: value})
    assert problem.startswith(f"ingredients.2.{field}: ")
    assert reason in problem


def test_the_sample_is_valid_but_for_what_the_tests_change():
    assert changed() == with_ingredient() == ""


SOUP = "title: Soup\ningredients: [{name: carrot}]"


def test_a_file_holds_one_recipe_or_a_list_of_them():
    (one,) = read_yaml("soup", SOUP)
    assert (one.name, one.draft.title) == ("soup", "Soup")
    first, bad, last = read_yaml("soups", "[{title: A, ingredients: [{name: x}]}, 7, " + '{"title": 1}]')
    assert (first.name, first.draft.title) == ("soups[0]", "A")
    assert (bad.name, bad.draft) == ("soups[1]", None)
    assert last.problem == "title: Input should be a valid string; ingredients: Field required"


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "\x00",
        "title: \ud800",
        "title: 2024-13-45",
        "servings: 0b_",
        "a: !!timestamp soon",
        "a: !!int ''",
        "a: !!bool maybe",
        pytest.param("a: 1" + ":59" * 300 + ".5", id="huge float"),
        pytest.param("a: " + "9" * 5000, id="5000 digits"),
        pytest.param("[" * 100_000, id="deep"),
        "{[a]: b}",
        "!!python/object/apply:os.getcwd []",
    ],
)
def test_what_is_not_yaml_says_so(text):
    (found,) = read_yaml("soup", text)
    assert found.draft is None
    assert found.problem.startswith("not YAML: ")


@pytest.mark.parametrize("text", ["", "[]", "soup", "7", "[[]]", "&a [*a]", "1: 2"])
def test_yaml_without_a_recipe_is_a_problem(text):
    (found,) = read_yaml("soup", text)
    assert found.problem


@settings(deadline=None)
@given(st.text() | st.text(st.sampled_from("!&*{}[]:,#?-|>'\"% \n\t0123456789ab")))
def test_no_text_at_all_breaks_the_reader(text):
    assert all(item.problem and item.draft is None for item in read_yaml("soup", text))
