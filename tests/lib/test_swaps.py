"""What stands in for what, and what a swap promises."""

import csv
from collections import Counter
from itertools import combinations
from typing import get_args

import pytest

from lib.nutrition import labels
from lib.nutrition.foods import foods
from lib.nutrition.lines import parse
from lib.nutrition.nutrients import NUTRIENTS
from lib.nutrition.swaps import PATH, Goal, substitutes, suggest
from lib.recipes.amounts import line
from lib.recipes.book import book

GOALS = get_args(Goal)
# Per goal: the nutrient, the direction that is better, and the least change that counts.
AIMS = {
    "less_sodium": ("sodium_mg", -1, 40),
    "less_saturated_fat": ("saturated_fat_g", -1, 0.4),
    "less_sugar": ("sugars_g", -1, 1),
    "fewer_calories": ("energy_kcal", -1, 15),
    "more_protein": ("protein_g", 1, 0.8),
    "more_fiber": ("fiber_g", 1, 0.4),
}
BY_CLASS = [diet for diet in labels.DIETS if diet not in ("keto", "low_carb")]
DECIMALS = {nutrient.name: nutrient.decimals for nutrient in NUTRIENTS}
with PATH.open(encoding="utf-8", newline="") as file:
    ROWS = list(csv.DictReader(file))
DRAFTS = [item.draft for item in list(book())[::7]]
RECIPES = [
    ([parse(line(e.amount, e.unit, e.name, e.notes)) for e in draft.ingredients], draft.servings)
    for draft in DRAFTS
]


def swaps_of(recipe, goals=(), diets=(), avoid=(), limit=50):
    return suggest(*recipe, goals, diets, avoid, limit)


def suggested(*lines, goals=(), diets=(), avoid=(), limit=50, servings=1):
    return suggest([parse(text) for text in lines], servings, goals, diets, avoid, limit).swaps


def better(goal, nutrients):
    """By how much a change is for the better; None where it isn't known."""
    name, sign, _ = AIMS[goal]
    value = getattr(nutrients, name)
    return None if value is None else sign * value


def label(name):
    food = foods()[name]
    known = labels.Evidence(food.classes, food.may, known=True)
    return labels.diets(known) | labels.allergens(known)


def test_every_goal_has_its_nutrient():
    assert AIMS.keys() == set(GOALS)


def test_the_table_is_large_and_names_only_foods_that_are_known():
    assert len(ROWS) >= 500
    named = {row[side] for row in ROWS for side in ("from", "to")}
    assert sorted(named - foods().keys()) == []
    assert {name: len(to) for name, to in substitutes().items()} == Counter(r["from"] for r in ROWS)


def test_no_pair_is_there_twice():
    pairs = Counter((row["from"], row["to"]) for row in ROWS)
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_ratios_and_closeness_lie_within_bounds():
    assert [row for row in ROWS if not 0.05 <= float(row["ratio"]) <= 5] == []
    assert [row for row in ROWS if not 0.3 <= float(row["closeness"]) <= 1] == []
    assert [row for row in ROWS if row["from"] == row["to"] and float(row["ratio"]) >= 1] == []


def test_notes_are_short_sentences():
    notes = [row["note"] for row in ROWS]
    assert [note for note in notes if not 10 <= len(note) <= 110 or not note.endswith(".")] == []
    assert [note for note in notes if note[0].islower() or note != note.strip()] == []


@pytest.mark.parametrize("goal", GOALS)
def test_the_first_swap_improves_the_goal(goal):
    found = [swaps_of(recipe, [goal]) for recipe in RECIPES]
    for answer in found:
        for swap in answer.swaps:
            assert better(goal, swap.change_per_serving) >= AIMS[goal][2] - 0.05
            assert swap.fixes == [goal]
        before, after = better(goal, answer.before), better(goal, answer.after)
        assert not answer.swaps or before is None or after > before
    assert sum(bool(answer.swaps) for answer in found) > len(RECIPES) / 2


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize(
    ("diets", "avoid"),
    [
        (["vegan"], []),
        (["gluten_free", "dairy_free"], []),
        ([], ["milk", "egg"]),
        (["paleo"], ["tree_nut"]),
    ],
)
def test_a_goal_is_served_within_diets_and_allergies(goal, diets, avoid):
    served = 0
    for recipe in RECIPES:
        for swap in swaps_of(recipe, [goal], diets, avoid).swaps:
            known = label(swap.to)
            assert all(known[diet] == "yes" for diet in diets), swap
            assert all(known[allergen] == "clear" for allergen in avoid), swap
            assert set(swap.fixes) <= {goal, *diets, *avoid}
            assert goal not in swap.fixes or better(goal, swap.change_per_serving) > 0
            served += goal in swap.fixes
    assert served


@pytest.mark.parametrize("diet", BY_CLASS)
def test_what_a_diet_forbids_is_replaced_by_what_it_allows(diet):
    found = [swap for recipe in RECIPES for swap in swaps_of(recipe, diets=[diet]).swaps]
    assert found
    assert [swap.to for swap in found if label(swap.to)[diet] != "yes"] == []
    assert [swap.fixes for swap in found if swap.fixes != [diet]] == []


@pytest.mark.parametrize(
    "allergen", ["milk", "egg", "fish", "shellfish", "wheat", "soy", "gluten", "tree_nut"]
)
def test_what_is_or_may_be_an_allergen_is_replaced_by_what_is_clear_of_it(allergen):
    found = [swap for recipe in RECIPES for swap in swaps_of(recipe, avoid=[allergen]).swaps]
    assert found
    assert [swap.to for swap in found if label(swap.to)[allergen] != "clear"] == []
    assert [swap.fixes for swap in found if swap.fixes != [allergen]] == []


def test_no_allergen_at_all_comes_in():
    for recipe in RECIPES:
        for swap in swaps_of(recipe, avoid=labels.ALLERGENS).swaps:
            assert {label(swap.to)[allergen] for allergen in labels.ALLERGENS} == {"clear"}


@pytest.mark.parametrize("goals", [*combinations(GOALS, 2), GOALS[:3], GOALS[3:], GOALS])
def test_of_several_goals_none_gets_worse(goals):
    for recipe in RECIPES:
        answer = swaps_of(recipe, goals)
        for goal in goals:
            name, _, least = AIMS[goal]
            before = getattr(answer.before, name)
            # What is too little to count as a gain is too little to count as a loss.
            allowed = max(0.05 * (before or 0), least)
            for swap in answer.swaps:
                gain = better(goal, swap.change_per_serving)
                assert gain is None or gain >= -allowed, (goal, before, swap)
                assert goal not in swap.fixes or gain > 0


@pytest.mark.parametrize("goal", GOALS)
def test_no_swap_comes_before_one_that_does_more_and_is_closer(goal):
    for recipe in RECIPES:
        for earlier, later in combinations(swaps_of(recipe, [goal]).swaps, 2):
            more = better(goal, later.change_per_serving) - better(goal, earlier.change_per_serving)
            assert more < 0.1 or later.closeness <= earlier.closeness, (earlier, later)


def test_without_wishes_every_goal_counts():
    swaps = suggested("1 stick butter")
    assert {fix for swap in swaps for fix in swap.fixes} >= {"less_sodium", "less_saturated_fat"}


@pytest.mark.parametrize("limit", [1, 2, 5, 50])
def test_the_limit_keeps_the_best(limit):
    for recipe in RECIPES:
        everything = swaps_of(recipe, ["fewer_calories"]).swaps
        assert swaps_of(recipe, ["fewer_calories"], limit=limit).swaps == everything[:limit]


@pytest.mark.parametrize(("goals", "limit"), [((), 10), (["less_sodium"], 50), (["fewer_calories"], 3)])
def test_after_is_before_with_the_first_swap_of_each_ingredient(goals, limit):
    for recipe in RECIPES:
        answer = swaps_of(recipe, goals, limit=limit)
        first = {}
        for swap in answer.swaps:
            first.setdefault(swap.from_, swap.change_per_serving)
        for name, decimals in DECIMALS.items():
            before, after = getattr(answer.before, name), getattr(answer.after, name)
            changes = [getattr(change, name) for change in first.values()]
            if after is None:
                assert before is None or None in changes
            else:
                rounding = (len(changes) + 2) * 0.5 * 10**-decimals
                assert after == pytest.approx(before + sum(changes), abs=rounding)


@pytest.mark.parametrize(
    ("text", "to", "grams", "changes"),
    [
        ("1 stick butter", "unsalted butter", 113, {"sodium_mg": -632 * 1.13, "energy_kcal": 0}),
        ("1 stick butter", "butter", 75.7, {"energy_kcal": -717 * 1.13 * 0.33}),
        ("100 g white rice", "brown rice", 100, {"fiber_g": 3.6 - 1.3}),
        ("200 g sugar", "sugar", 134, {"energy_kcal": -387 * 0.66, "sugars_g": -99.8 * 0.66}),
    ],
)
def test_changes_can_be_checked_by_hand(text, to, grams, changes):
    swap = next(swap for swap in suggested(text) if swap.to == to)
    assert swap.grams == pytest.approx(grams, abs=0.1)
    for name, change in changes.items():
        assert getattr(swap.change_per_serving, name) == pytest.approx(change, rel=0.01, abs=0.11), name


def test_changes_are_per_serving_and_grams_are_not():
    one = suggested("1 stick butter", goals=["less_sodium"])
    four = suggested("1 stick butter", goals=["less_sodium"], servings=4)
    whole = {swap.to: swap for swap in one}
    assert four
    for swap in four:
        assert swap.grams == whole[swap.to].grams
        quarter = whole[swap.to].change_per_serving.sodium_mg / 4
        assert swap.change_per_serving.sodium_mg == pytest.approx(quarter, abs=0.1)


@pytest.mark.parametrize("line_", ["1 cup unobtainium", "salt", "for the sauce:", "🍲", ""])
def test_what_is_not_counted_is_not_swapped(line_):
    assert suggested(line_) == []


def test_what_fits_already_is_left_alone():
    assert suggested("2 carrots", "2 tbsp olive oil", diets=["vegan"], avoid=["milk"]) == []
