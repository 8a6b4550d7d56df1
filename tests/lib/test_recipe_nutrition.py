"""Nutrition of stored recipes: computed when they are indexed, per serving, and never without need."""

import numpy as np
import pytest
from sqlalchemy import delete, select, text, update

from lib.db import transaction
from lib.nutrition import recipes as nutrition
from lib.nutrition import store as food_store
from lib.nutrition.answers import calculation
from lib.nutrition.calculation import calculate
from lib.nutrition.fdc import unclassed
from lib.nutrition.lines import parse
from lib.nutrition.nutrients import from_mapping
from lib.recipes import store
from lib.recipes.amounts import line
from lib.recipes.book import book
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.search import index
from lib.search.filters import Filters, Range
from lib.search.semantic import Searcher
from lib.tables import EMBEDDING_DIMENSIONS, ingredients, recipe_nutrition, recipes

EGGS = [("egg", 4, "piece")]
FIVE = [("egg", 2, "piece"), ("sugar", 100, "g"), ("butter", 100, "g"), ("salt", 1, "tsp")]
UNKNOWN = ("unobtainium", 1, "cup")
NOWHERE = np.full(EMBEDDING_DIMENSIONS, EMBEDDING_DIMENSIONS**-0.5)


def save(lines, servings=2, recipe_id="r1", title="Dish"):
    entries = [DraftIngredient(name=food, amount=amount, unit=unit) for food, amount, unit in lines]
    with transaction() as session:
        store.save(session, recipe_id, RecipeDraft(title=title, servings=servings, ingredients=entries))


def fill(*ids):
    with transaction() as session:
        return nutrition.fill(session, ids or ("r1",))


def refresh(sessions):
    """Indexes with one vector for everything, which these tests don't look at."""
    return index.refresh(sessions, lambda sentences: [NOWHERE] * len(sentences), "none")


def stored(recipe_id="r1"):
    """Calories and the other figures of a recipe; None without."""
    with transaction() as session:
        row = session.execute(
            select(recipe_nutrition).where(recipe_nutrition.c.recipe_id == recipe_id)
        ).first()
    keys = ("calories", "protein", "carbs", "fat", "fiber", "sugar", "sodium")
    return row and {key: None if row._mapping[key] is None else float(row._mapping[key]) for key in keys}


def version():
    """Changes when the recipe's row of nutrition is written."""
    with transaction() as session:
        return session.scalar(text("select xmin::text from recipe_nutrition where recipe_id = 'r1'"))


def found(**bounds):
    """The ids of recipes that meet these bounds on nutrients."""
    limits = {name: Range(**bound) for name, bound in bounds.items()}
    with transaction() as session:
        searcher = Searcher()
        limited = Filters(nutrients=limits)
        answer = searcher.search(session, searcher.read("dish"), NOWHERE, "none", limited, 50, 0)
    return {hit.recipe.id for hit in answer.results}


def card(recipe_id="r1"):
    with transaction() as session:
        return store.cards(session, [recipe_id])[recipe_id]


def test_a_new_recipe_gets_the_nutrition_of_a_serving(sessions):
    save(EGGS)
    assert stored() is None
    assert fill() == 1
    assert stored() == {
        "calories": 143,
        "protein": 12.56,
        "carbs": 0.72,
        "fat": 9.51,
        "fiber": 0,
        "sugar": 0.37,
        "sodium": 142,
    }


@pytest.mark.parametrize(
    ("lines", "servings", "calories"),
    [(EGGS, 4, 72), (EGGS, 1, 286), ([("egg", 2, "piece"), ("sugar", 100, "g")], 2, 265)],
)
def test_a_changed_recipe_gets_new_numbers(sessions, lines, servings, calories):
    save(EGGS)
    assert fill() == 1
    before = version()
    save(lines, servings)
    assert fill() == 1
    assert stored()["calories"] == calories
    assert version() != before


def test_the_same_again_writes_nothing(sessions):
    save(EGGS)
    assert fill() == 1
    before = version()
    assert fill() == 0
    save(EGGS, title="Another dish")
    assert fill() == 0
    assert version() == before


def test_ids_of_nothing_are_passed_over(sessions):
    save(EGGS)
    assert fill("unknown", "r1", "r1") == 1
    assert fill("unknown") == 0


def test_what_an_author_wrote_is_kept_where_too_little_is_known(sessions):
    save([*EGGS, UNKNOWN])
    with transaction() as session:
        session.execute(recipe_nutrition.insert().values(recipe_id="r1", calories=999))
    before = version()
    assert fill() == 0
    assert (stored()["calories"], version()) == (999, before)
    refresh(sessions)
    assert (card().calories_per_serving, version()) == (999, before)


@pytest.mark.parametrize("servings", [None, 0])
def test_without_servings_nothing_is_stored_and_what_was_is_taken_back(sessions, servings):
    save(EGGS)
    with transaction() as session:
        session.execute(update(recipes).values(servings=servings))
    assert fill() == 0
    assert stored() is None
    with transaction() as session:
        session.execute(update(recipes).values(servings=2))
    assert fill() == 1
    with transaction() as session:
        session.execute(update(recipes).values(servings=servings))
    assert fill() == 1
    assert stored() is None


def test_what_somebody_else_has_stored_is_not_taken_back(sessions):
    save(EGGS)
    assert fill() == 1
    with transaction() as session:
        session.execute(update(recipes).values(servings=None))
        session.execute(update(recipe_nutrition).values(calories=999))
    assert fill() == 0
    assert stored()["calories"] == 999


@pytest.mark.parametrize(
    ("lines", "written"),
    [
        ([*FIVE, UNKNOWN], 1),  # 4 of 5 lines are known
        ([*FIVE[1:], UNKNOWN], 0),
        ([UNKNOWN], 0),
        ([("egg", None, None)], 0),
        ([("egg", 2, "piece"), ("salt", None, None)], 1),
    ],
)
def test_most_lines_must_be_known(sessions, lines, written):
    save(lines)
    assert fill() == written
    assert (stored() is not None) == bool(written)


def test_amounts_beyond_all_bounds_are_not_stored(sessions):
    save([("butter", 99_999, "kg")], servings=1)
    save(EGGS, recipe_id="r2")
    assert fill("r1", "r2") == 1
    assert stored() is None
    assert refresh(sessions).failed == 0


def test_imported_foods_count_and_what_they_lack_is_absent(sessions):
    save([("zorblax", 100, "g")], servings=1)
    assert fill() == 0
    food = unclassed(
        "zorblax", 9_000_001, "Zorblax", "foundation_food", from_mapping({"energy_kcal": 50.4}), ()
    )
    with transaction() as session:
        food_store.add(session, [food])
    assert fill() == 1
    lacking = dict.fromkeys(["protein", "carbs", "fat", "fiber", "sugar", "sodium"])
    assert stored() == {"calories": 50, **lacking}


def test_indexing_fills_in_nutrition_and_then_has_nothing_left_to_do(sessions):
    save(EGGS)
    save([("sugar", 100, "g")], recipe_id="r2")
    save([UNKNOWN], recipe_id="r3")
    assert refresh(sessions) == index.Refreshed(changed=3, embedded=3)
    before = version()
    assert refresh(sessions) == index.Refreshed()
    assert (stored("r1")["calories"], stored("r2")["calories"], stored("r3")) == (143, 194, None)
    assert version() == before


def test_an_indexed_recipe_is_found_by_its_nutrients_and_shows_them(sessions):
    save(EGGS)
    save([("sugar", 100, "g")], recipe_id="r2")
    save([UNKNOWN], recipe_id="r3")
    refresh(sessions)
    assert found(energyKcal={"max": 150}) == {"r1"}
    assert found(energyKcal={"min": 150}) == {"r2"}
    assert found(energyKcal={"max": 1000}) == {"r1", "r2"}
    assert found(proteinG={"min": 12.5}, carbohydrateG={"max": 1}) == {"r1"}
    assert found() == {"r1", "r2", "r3"}
    assert [card(name).calories_per_serving for name in ("r1", "r2", "r3")] == [143, 194, None]
    assert {"low_carb", "keto"} <= set(card("r1").diets)
    assert not {"low_carb", "keto"} & {*card("r2").diets, *card("r3").diets}
    with transaction() as session:
        whole = store.get(session, "r1")
    assert (whole.nutrition.energy_kcal, whole.nutrition.protein_g) == (143, 12.56)
    assert (whole.dietary_info["low_carb"], whole.dietary_info["keto"]) == ("yes", "yes")


def test_a_change_by_plain_sql_reaches_nutrition_and_index(sessions):
    save(EGGS)
    refresh(sessions)
    with transaction() as session:
        session.execute(update(recipes).values(servings=1))
    assert refresh(sessions) == index.Refreshed(changed=1)
    assert card().calories_per_serving == 286
    with transaction() as session:
        session.execute(update(ingredients).where(ingredients.c.name == "egg").values(name="sugar"))
    refresh(sessions)
    assert stored()["carbs"] > 0
    assert found(proteinG={"min": 1}) == set()
    with transaction() as session:
        session.execute(delete(recipes))
    assert refresh(sessions).removed == 1
    assert stored() is None


def test_what_somebody_else_changes_in_nutrition_is_computed_anew(sessions):
    save(EGGS)
    refresh(sessions)
    with transaction() as session:
        session.execute(update(recipe_nutrition).values(calories=1))
    assert refresh(sessions).changed == 1
    assert (stored()["calories"], card().calories_per_serving) == (143, 143)
    with transaction() as session:
        session.execute(delete(recipe_nutrition))
    assert refresh(sessions).changed == 1
    assert stored()["calories"] == 143


def test_one_row_that_cannot_be_stored_does_not_stop_the_index(sessions, monkeypatch):
    save(EGGS)
    monkeypatch.setattr(nutrition, "_values", lambda *_: {"calories": 2**40})
    done = refresh(sessions)
    assert (done.changed, done.failed) == (1, 0)
    assert stored() is None


def test_many_recipes_of_the_book_are_low_in_carbohydrate():
    low, keto = [], []
    for item in book():
        draft = item.draft
        lines = [parse(line(e.amount, e.unit, e.name, e.notes)) for e in draft.ingredients]
        answer = calculation(calculate(lines, draft.servings), lines, draft.servings)
        assert answer.coverage >= nutrition.COVERAGE_LEAST, draft.title
        if answer.diets["low_carb"] == "yes":
            low.append(draft.title)
            assert answer.per_serving.carbohydrate_g <= 20
        if answer.diets["keto"] == "yes":
            keto.append(draft.title)
            assert answer.per_serving.carbohydrate_g - answer.per_serving.fiber_g <= 10.01
    assert len({*low, *keto}) >= 15


def test_the_whole_book_is_stored_with_nutrition(shared_book):
    with transaction() as session:
        shown = store.cards(session, [item.id for item in book()]).values()
    assert [recipe.title for recipe in shown if not recipe.calories_per_serving] == []
    assert sum("low_carb" in recipe.diets for recipe in shown) >= 15
    assert all(20 < recipe.calories_per_serving < 2000 for recipe in shown)
