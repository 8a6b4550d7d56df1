"""Sums of recipes: corrections, coverage, intervals, and the answer that callers get."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition.answers import LONGEST_SHOWN, calculation, parsed
from lib.nutrition.calculation import WITH_INTERVAL, calculate, interval
from lib.nutrition.corrections import FRYING_G_PER_SERVING, FRYING_MOST_G_PER_SERVING, FRYING_SHARE
from lib.nutrition.foods import find, foods
from lib.nutrition.lines import parse
from lib.nutrition.matching import match
from lib.nutrition.nutrients import (
    DAILY_VALUES,
    NUTRIENTS,
    PLACE,
    Nutrients,
    as_dict,
    from_mapping,
    wire,
)


def summed(*lines, servings=1):
    return calculate([parse(line) for line in lines], servings)


def answered(*lines, servings=1):
    taken = [parse(line) for line in lines]
    return calculation(calculate(taken, servings), taken, servings)


def counted(line, servings=1):
    """The only line's item."""
    (item,) = summed(line, servings=servings).counted
    return item


def test_a_sum_is_that_of_its_parts():
    carrots, butter = find("carrot"), find("butter")
    found = summed("200 g carrots", "50 g butter")
    expected = 2 * carrots.per_100g + 0.5 * butter.per_100g
    known = ~np.isnan(expected)
    assert found.total[known] == pytest.approx(expected[known])
    assert found.coverage == 1
    assert (found.unmatched, found.skipped) == ([], [])


def test_an_answer_divides_by_the_servings():
    one, four = (answered("1 kg carrots", "100 g butter", servings=servings) for servings in (1, 4))
    assert one.total == four.total == one.per_serving
    assert four.per_serving.energy_kcal == pytest.approx(four.total.energy_kcal / 4, abs=0.1)
    assert four.per_serving.protein_g == pytest.approx(four.total.protein_g / 4, abs=0.01)
    assert (one.servings, four.servings) == (1, 4)


def test_daily_values_are_fdas():
    values = {nutrient.name: nutrient.daily_value for nutrient in NUTRIENTS}
    assert (values["protein_g"], values["fat_g"], values["carbohydrate_g"]) == (50, 78, 275)
    assert (values["sodium_mg"], values["fiber_g"], values["vitamin_d_ug"]) == (2300, 28, 20)
    assert (values["saturated_fat_g"], values["iron_mg"], values["energy_kcal"]) == (20, 18, None)
    found = answered("200 g butter", servings=2)
    assert found.daily_values.fat_g == pytest.approx(found.per_serving.fat_g / 78 * 100, abs=0.51)
    assert found.daily_values.energy_kcal is None
    assert found.daily_values.sugars_g is None


def test_an_answer_tells_where_each_number_comes_from():
    (item,) = answered("2 large eggs, beaten").ingredients
    assert item.input == "2 large eggs, beaten"
    assert (item.parsed.amount, item.parsed.size, item.parsed.name) == (2, "large", "eggs")
    assert (item.food.name, item.food.fdc_id) == ("egg", find("egg").fdc_id)
    assert "raw" in item.food.description
    assert (item.grams, item.matched_by, item.weighed_by) == (100, "name", "large")
    assert 0.4 < item.confidence < 1
    assert item.nutrients.energy_kcal == pytest.approx(143, abs=8)
    assert item.remark is None


def test_an_answer_is_written_in_camel_case():
    written = answered("1 egg", "zorblax", "salt").model_dump(mode="json", exclude_none=True)
    assert {"perServing", "dailyValues", "notCounted", "unmatched", "coverage"} <= written.keys()
    assert written["ingredients"][0]["food"]["fdcId"] == find("egg").fdc_id
    assert "energyKcal" in written["total"]


def test_what_was_not_counted_is_told_with_the_reason():
    found = answered("200 g carrots", "unicorn meat", "zorblax", "parsley", "cheddar")
    assert [item.input for item in found.ingredients] == ["200 g carrots"]
    assert [item.input for item in found.unmatched] == ["unicorn meat", "zorblax"]
    assert found.unmatched[0].suggestions
    assert found.unmatched[1].suggestions == []
    assert found.unmatched[0].reason != found.unmatched[1].reason
    assert [(item.input, item.reason) for item in found.not_counted] == [
        ("parsley", "no amount given"),
        ("cheddar", "no amount given"),
    ]


@pytest.mark.parametrize(
    ("lines", "coverage"),
    [
        (["200 g carrots"], 1),
        (["200 g carrots", "zorblax"], 0.5),
        (["200 g carrots", "salt", "parsley"], 1),
        (["200 g carrots", "cheddar"], 0.5),
        (["200 g carrots", "For the sauce:", "parchment paper", ""], 1),
        (["zorblax", "wumpus"], 0),
        ([], 0),
        (["For the sauce:"], 0),
    ],
)
def test_coverage_is_the_share_of_lines_that_are_accounted_for(lines, coverage):
    assert summed(*lines).coverage == answered(*lines).coverage == coverage


@pytest.mark.parametrize("lines", [[], ["zorblax"], ["For the sauce:"], ["salt"]])
def test_of_nothing_counted_nothing_is_told(lines):
    found = answered(*lines)
    assert found.total == found.per_serving == found.daily_values == Nutrients()
    assert all(getattr(found.intervals, name) is None for name in WITH_INTERVAL)


def test_where_lines_are_missing_keto_and_low_carb_stay_unknown():
    assert answered("200 g beef").diets["low_carb"] == "yes"
    for extra in ("zorblax", "bread"):
        diets = answered("200 g beef", extra).diets
        assert (diets["low_carb"], diets["keto"]) == ("unknown", "unknown")


def test_an_unknown_line_leaves_no_allergen_clear():
    known, unknown = (
        answered("200 g carrots", "50 g butter"),
        answered("200 g carrots", "50 g butter", "zorblax"),
    )
    assert (known.allergens["milk"], known.allergens["peanut"]) == ("contains", "clear")
    assert (unknown.allergens["milk"], unknown.allergens["peanut"]) == ("contains", "unknown")


@pytest.mark.parametrize(
    "line", ["1 litre vegetable oil, for frying", "1 l oil for deep-frying", "4 cups oil"]
)
def test_of_fat_for_frying_a_part_is_taken_up(line):
    item = counted(line, servings=4)
    assert 40 <= item.grams <= 110
    assert "frying" in item.reason
    assert counted(line, servings=1).grams <= FRYING_MOST_G_PER_SERVING


def test_frying_fat_grows_with_the_servings_up_to_its_share():
    grams = [counted("1 l oil, for frying", servings=servings).grams for servings in (1, 2, 4, 100)]
    assert grams == sorted(grams)
    assert grams[0] == FRYING_MOST_G_PER_SERVING
    assert grams[-1] == pytest.approx(FRYING_SHARE * 1000 * 0.92, rel=0.03)


def test_a_spoon_of_oil_is_eaten_whole():
    assert counted("2 tbsp oil for frying").grams == counted("2 tbsp oil").grams
    assert counted("2 tbsp oil").reason == ""


@pytest.mark.parametrize(
    ("line", "least", "most"),
    [
        ("butter for greasing", 3, 12),
        ("olive oil", 5, 20),
        ("oil for frying", FRYING_G_PER_SERVING, FRYING_G_PER_SERVING),
        ("cooking spray", 0.5, 3),
        ("flour, for dusting", 5, 30),
    ],
)
def test_fat_and_flour_without_an_amount_are_assumed(line, least, most):
    item = counted(line)
    assert least <= item.grams <= most
    assert (item.how, item.reason.startswith("no amount given")) == ("assumed", True)
    assert item.confidence < counted("1 tbsp butter").confidence


@pytest.mark.parametrize("line", ["1 lb bacon", "454 g bacon, chopped"])
def test_bacon_is_counted_without_the_fat_that_runs_out(line):
    item = counted(line)
    assert item.food.name == "cooked bacon"
    assert 100 <= item.grams <= 200
    assert item.match.food.name == "bacon"
    assert item.reason


def test_bacon_whose_fat_is_kept_is_counted_whole():
    item = counted("1 lb bacon, fat reserved")
    assert (item.food.name, item.reason) == ("bacon", "")
    assert item.amounts[PLACE["energy_kcal"]] > counted("1 lb bacon").amounts[PLACE["energy_kcal"]]


@pytest.mark.parametrize(
    ("line", "bought", "least", "most"),
    [
        ("1 (15 oz) can chickpeas, drained", 425, 0.5, 0.7),
        ("1 (5 oz) can tuna, drained", 142, 0.65, 0.9),
        ("2 lb bone-in chicken thighs", 907, 0.65, 0.9),
        ("100 g salt, for the brine", 100, 0.05, 0.3),
        ("1 kg flour for dredging", 1000, 0.3, 0.9),
        ("200 g soy sauce, for the marinade", 200, 0.3, 0.8),
        ("200 g soy sauce", 200, 1, 1),
        ("200 g flour", 200, 1, 1),
    ],
)
def test_what_is_thrown_away_is_not_counted(line, bought, least, most):
    assert least * bought <= counted(line, servings=10).grams <= most * bought + 0.01


def test_a_correction_makes_a_line_less_sure():
    assert counted("100 g salt, for the brine").sigma > counted("100 g salt").sigma


def test_a_doubtful_food_makes_a_line_less_sure():
    assert counted("100 g zorblax carrots").confidence < counted("100 g carrots").confidence


def test_the_interval_is_from_the_10th_to_the_90th_percentile():
    low, high = interval(100, 0.25)
    assert (low, high) == (pytest.approx(100 * math.exp(-0.25 * 1.28155)), pytest.approx(1e4 / low))
    assert interval(100, 0) == (100, 100)


def test_intervals_hold_the_sum_and_widen_with_doubt():
    spans = []
    for line in ("500 g carrots", "8 carrots", "500 g zorblax carrots"):
        found = answered(line, servings=2)
        energy = found.intervals.energy_kcal
        assert energy.p10 < found.per_serving.energy_kcal < energy.p90
        spans.append(energy.p90 / energy.p10)
    assert spans[0] < min(spans[1:])


def test_independent_doubts_partly_cancel():
    one = summed("300 g zorblax carrots").sigmas["energy_kcal"]
    many = summed(*[f"100 g zorblax {name}" for name in ("carrots", "onions", "potatoes")])
    assert many.sigmas["energy_kcal"] < one


def test_a_nutrient_that_nobody_measured_is_absent_and_one_that_some_lack_is_incomplete():
    lacks = next(food for food in foods().values() if math.isnan(food.per_100g[PLACE["vitamin_k_ug"]]))
    alone = answered(f"100 g {lacks.name}")
    assert alone.total.vitamin_k_ug is None
    together = answered("10 kg carrots", f"10 g {lacks.name}")
    assert together.total.vitamin_k_ug > 0
    assert "vitaminKUg" in together.incomplete
    mostly = answered("100 g carrots", f"1 kg {lacks.name}")
    assert mostly.total.vitamin_k_ug is None
    assert "vitaminKUg" not in mostly.incomplete


def test_a_resolver_of_ones_own_is_used():
    butter = match(parse("butter"))
    found = calculate([parse("100 g zorblax")], 1, lambda _: butter)
    assert found.counted[0].food is find("butter")


def test_long_lines_are_shown_cut():
    found = answered("zorblax " * 100, "100 g butter, " + "melted " * 50)
    assert [len(item.input) for item in (*found.unmatched, *found.ingredients)] == [
        LONGEST_SHOWN + 1
    ] * 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "2-3 cups milk or cream",
            {"amount": 2, "amount_max": 3, "unit": "cup", "alternatives": ["cream"]},
        ),
        ("1 small onion, diced", {"amount": 1, "size": "small", "preparation": "diced", "unit": None}),
        ("salt", {"amount": None, "amount_max": None, "preparation": None, "alternatives": []}),
    ],
)
def test_the_parts_of_a_line_are_shown(line, expected):
    found = parsed(parse(line))
    assert {name: getattr(found, name) for name in expected} == expected


def test_amounts_by_name_and_back():
    amounts = from_mapping({"energy_kcal": 12.34, "protein_g": 0.0})
    assert as_dict(amounts) == {"energy_kcal": 12.3, "protein_g": 0.0}
    assert wire(amounts).energy_kcal == 12.3
    assert wire(amounts).fat_g is None
    assert len(DAILY_VALUES) == len(NUTRIENTS) == len(Nutrients.model_fields)
    assert list(Nutrients.model_fields) == [nutrient.name for nutrient in NUTRIENTS]


PARTS = st.sampled_from(
    [
        "200 g carrots",
        "1 egg",
        "salt",
        "oil for frying",
        "1 lb bacon",
        "zorblax",
        "For the sauce:",
        "",
        "2-3 cups milk",
        "1 l oil for frying",
        "99999 kg flour",
        "🍕",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(PARTS | st.text(max_size=40), max_size=8), st.floats(0.1, 1000))
def test_any_lines_have_an_answer_that_adds_up(lines, servings):
    found = answered(*lines, servings=servings)
    shown = len(found.ingredients) + len(found.unmatched) + len(found.not_counted)
    assert shown >= sum(bool(line.strip()) and not parse(line).no_food for line in lines)
    assert 0 <= found.coverage <= 1
    assert all(0 <= item.confidence <= 1 and item.grams >= 0 for item in found.ingredients)
    energy = sum(item.nutrients.energy_kcal for item in found.ingredients)
    assert (found.total.energy_kcal or 0) == pytest.approx(energy, abs=0.1 * shown + 0.1)
    found.model_dump_json()


@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["200 g carrots", "1 cup milk", "2 eggs", "1 lb bacon"]), min_size=1))
def test_the_order_of_lines_does_not_matter(lines):
    forth, back = summed(*lines), summed(*reversed(lines))
    assert forth.total == pytest.approx(back.total, nan_ok=True)
    assert forth.sigmas == pytest.approx(back.sigmas)


@pytest.mark.parametrize(
    ("line", "foods"),
    [
        ("1 tbsp olive oil plus 1 cup chicken stock", ["olive oil", "chicken stock"]),
        ("1 lb ground beef plus 1/2 lb ground pork", ["ground beef", "ground pork"]),
        ("3 tbsp butter plus 1 tbsp", ["butter"]),
        ("2 cups flour, plus 2 tbsp more for dusting", ["all-purpose flour"]),
        ("zero calorie sweetener", []),
    ],
)
def test_what_a_line_adds_is_counted_as_what_it_is(line, foods):
    assert [item.food.name for item in summed(line).counted] == foods


def test_two_sticks_are_two_sticks():
    assert summed("2 sticks (1 cup) butter").counted[0].grams == pytest.approx(227, abs=2)
