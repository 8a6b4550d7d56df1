"""Nutrition Facts as 21 CFR 101.9 rounds them."""

import pytest

from lib.nutrition import facts
from lib.nutrition.facts import UNKNOWN
from lib.nutrition.nutrients import Nutrients


@pytest.mark.parametrize(
    ("rounded", "value", "said"),
    [
        (facts.calories, 4.9, "0"),
        (facts.calories, 5, "5"),
        (facts.calories, 47.4, "45"),
        (facts.calories, 47.5, "50"),
        (facts.calories, 50, "50"),
        (facts.calories, 54.9, "50"),
        (facts.calories, 55, "60"),
        (facts.calories, 1234, "1230"),
        (facts.fat, 0.49, "0g"),
        (facts.fat, 0.5, "0.5g"),
        (facts.fat, 1.3, "1.5g"),
        (facts.fat, 4.74, "4.5g"),
        (facts.fat, 4.8, "5g"),
        (facts.fat, 5.4, "5g"),
        (facts.fat, 5.5, "6g"),
        (facts.cholesterol, 1.9, "0mg"),
        (facts.cholesterol, 2, "less than 5mg"),
        (facts.cholesterol, 5, "less than 5mg"),
        (facts.cholesterol, 5.1, "5mg"),
        (facts.cholesterol, 38, "40mg"),
        (facts.sodium, 4.9, "0mg"),
        (facts.sodium, 5, "5mg"),
        (facts.sodium, 138, "140mg"),
        (facts.sodium, 140.1, "140mg"),
        (facts.sodium, 145, "150mg"),
        (facts.grams, 0.49, "0g"),
        (facts.grams, 0.5, "less than 1g"),
        (facts.grams, 0.99, "less than 1g"),
        (facts.grams, 1.49, "1g"),
        (facts.grams, 1.5, "2g"),
        (facts.vitamin_percent, 0.019, "0%"),
        (facts.vitamin_percent, 0.02, "2%"),
        (facts.vitamin_percent, 0.09, "10%"),
        (facts.vitamin_percent, 0.1, "10%"),
        (facts.vitamin_percent, 0.12, "10%"),
        (facts.vitamin_percent, 0.125, "15%"),
        (facts.vitamin_percent, 0.5, "50%"),
        (facts.vitamin_percent, 0.54, "50%"),
        (facts.vitamin_percent, 0.55, "60%"),
        (facts.vitamin_percent, 1.09, "110%"),
    ],
)
def test_rounding(rounded, value, said):
    assert rounded(value) == said


def test_a_label():
    per_serving = Nutrients(
        energy_kcal=233, fat_g=8.2, saturated_fat_g=1, sodium_mg=160, carbohydrate_g=37, fiber_g=4,
        protein_g=3, vitamin_d_ug=2.04, calcium_mg=263, iron_mg=7.6, potassium_mg=235,
    )  # fmt: skip
    label = facts.facts(per_serving, 8, 55.4)
    assert (label.calories, label.servings, label.serving_g) == ("230", "8", 55)
    said = {fact.name: (fact.amount, fact.percent) for fact in (*label.main, *label.minor)}
    assert said == {
        "Total Fat": ("8g", "11%"),
        "Saturated Fat": ("1g", "5%"),
        "Trans Fat": (UNKNOWN, ""),
        "Cholesterol": (UNKNOWN, ""),
        "Sodium": ("160mg", "7%"),
        "Total Carbohydrate": ("37g", "13%"),
        "Dietary Fiber": ("4g", "14%"),
        "Total Sugars": (UNKNOWN, ""),
        "Protein": ("3g", ""),
        "Vitamin D": ("2mcg", "10%"),
        "Calcium": ("260mg", "20%"),
        "Iron": ("7.6mg", "40%"),
        "Potassium": ("240mg", "6%"),
    }


def test_what_is_not_known_is_no_zero():
    label = facts.facts(Nutrients(), 1, None, incomplete=True)
    assert label.calories == UNKNOWN
    assert {fact.amount for fact in (*label.main, *label.minor)} == {UNKNOWN}
    assert label.incomplete
