"""Claims on dishes: by the law's limits, and never where a figure is missing."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from lib.nutrition.calculation import calculate
from lib.nutrition.claims import Claim, claims
from lib.nutrition.lines import parse
from lib.nutrition.nutrients import PLACE


def dish(*lines):
    return calculate([parse(line) for line in lines], 4)


def made(grams=100.0, **nutrients):
    """A dish of one food with these nutrients in so many grams; of all others it has none."""
    found = dish("100 g sugar")
    total = np.zeros(len(PLACE))
    for name, value in ({"energy_kcal": 100.0} | nutrients).items():
        total[PLACE[name]] = value
    counted = [replace(found.counted[0], grams=grams)]
    return replace(found, counted=counted, total=total)


@pytest.mark.parametrize(
    ("lines", "held"),
    [
        (["500 g broccoli"], {"low_calorie", "low_fat", "low_sodium", "low_sugar", "high_fiber"}),
        (["500 g chicken breast"], {"high_protein", "low_sugar", "low_sodium"}),
        (["500 g cucumber"], {"low_calorie", "low_fat", "low_cholesterol", "low_sodium", "low_sugar"}),
        (["300 g dried lentils"], {"high_protein", "high_fiber", "low_fat", "low_sodium"}),
        (["200 g white sugar"], {"low_fat", "low_sodium", "low_cholesterol"}),
    ],
)
def test_simple_dishes_may_be_called_what_they_are(lines, held):
    assert held <= set(claims(dish(*lines)))


@pytest.mark.parametrize(
    ("lines", "never"),
    [
        (["250 g butter"], {"low_calorie", "low_fat", "low_saturated_fat", "low_cholesterol"}),
        (["250 g butter"], {"high_protein", "high_fiber"}),
        (["200 g white sugar"], {"low_sugar", "low_calorie", "high_protein", "high_fiber"}),
        (["500 g broccoli", "20 g salt"], {"low_sodium"}),
        (["500 g broccoli", "100 g olive oil"], {"low_fat", "low_calorie"}),
        (["6 eggs"], {"low_cholesterol", "high_fiber"}),
        (["300 g white rice"], {"high_protein", "high_fiber"}),
    ],
)
def test_and_not_what_they_are_not(lines, never):
    assert never.isdisjoint(claims(dish(*lines)))


@pytest.mark.parametrize(
    ("claim", "holds", "fails"),
    [
        ("low_calorie", {"energy_kcal": 120}, {"energy_kcal": 120.1}),
        ("low_fat", {"energy_kcal": 100, "fat_g": 3}, {"energy_kcal": 100, "fat_g": 3.01}),
        ("low_fat", {"energy_kcal": 60, "fat_g": 2}, {"energy_kcal": 59, "fat_g": 2}),
        ("low_saturated_fat", {"saturated_fat_g": 1}, {"saturated_fat_g": 1.01}),
        (
            "low_saturated_fat",
            {"energy_kcal": 90.1, "saturated_fat_g": 1},
            {"energy_kcal": 90, "saturated_fat_g": 1},
        ),
        ("low_cholesterol", {"cholesterol_mg": 20}, {"cholesterol_mg": 20.1}),
        (
            "low_cholesterol",
            {"cholesterol_mg": 5, "saturated_fat_g": 2},
            {"cholesterol_mg": 5, "saturated_fat_g": 2.1},
        ),
        ("low_sodium", {"sodium_mg": 140}, {"sodium_mg": 140.5}),
        ("low_sugar", {"sugars_g": 5}, {"sugars_g": 5.1}),
        ("high_protein", {"protein_g": 5}, {"protein_g": 4.9}),
        ("high_fiber", {"fiber_g": 3}, {"fiber_g": 2.9}),
    ],
)
def test_each_claim_has_its_limit(claim, holds, fails):
    assert claim in claims(made(**holds))
    assert claim not in claims(made(**fails))


@pytest.mark.parametrize(
    ("claim", "nutrient", "value"),
    [
        ("low_calorie", "energy_kcal", 240),
        ("low_sodium", "sodium_mg", 280),
        ("low_sugar", "sugars_g", 10),
    ],
)
def test_limits_are_those_of_100_grams(claim, nutrient, value):
    assert claim in claims(made(200, **{nutrient: value}))
    assert claim not in claims(made(199, **{nutrient: value}))


PROVEN_BY = {
    "low_calorie": ["energy_kcal"],
    "low_fat": ["fat_g"],
    "low_saturated_fat": ["saturated_fat_g"],
    "low_cholesterol": ["cholesterol_mg", "saturated_fat_g"],
    "low_sodium": ["sodium_mg"],
    "low_sugar": ["sugars_g"],
    "high_protein": ["protein_g"],
    "high_fiber": ["fiber_g"],
}


@pytest.mark.parametrize("claim", get_args(Claim))
def test_a_nutrient_that_nobody_measured_proves_nothing(claim):
    known = made(protein_g=20, fiber_g=10)
    assert claim in claims(known)
    for nutrient in PROVEN_BY[claim]:
        total = known.total.copy()
        total[PLACE[nutrient]] = np.nan
        assert claim not in claims(replace(known, total=total))


def test_without_energy_or_weight_nothing_holds():
    assert claims(made(energy_kcal=0)) == []
    assert claims(made(energy_kcal=float("nan"))) == []
    assert claims(made(0)) == []
    assert claims(dish()) == []
    assert claims(dish("500 ml water")) == []
    assert claims(dish("3 handfuls of zorblax")) == []


def test_claims_do_not_depend_on_servings_or_size():
    lines = ["200 g broccoli", "100 g chicken breast", "1 tbsp olive oil"]
    twice = ["400 g broccoli", "200 g chicken breast", "2 tbsp olive oil"]
    assert claims(dish(*lines)) == claims(dish(*twice))
    parsed = [parse(line) for line in lines]
    assert claims(calculate(parsed, 1)) == claims(calculate(parsed, 12))
