"""Amounts in the units of the reader's kitchen."""

import pytest

from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
from lib.nutrition.units import find_unit
from lib.nutrition.weighing import weigh
from lib.reports.measures import shown


@pytest.mark.parametrize(
    ("amount", "unit", "name", "metric", "us"),
    [
        (250, "g", "all-purpose flour", "250 g all-purpose flour", "2 cups all-purpose flour"),
        (1, "cup", "all-purpose flour", "125 g all-purpose flour", "1 cup all-purpose flour"),
        (2, "cup", "milk", "470 ml milk", "2 cups milk"),
        (500, "ml", "vegetable stock", "500 ml vegetable stock", "2 cups vegetable stock"),
        (500, "g", "ground beef", "500 g ground beef", "18 oz ground beef"),
        (1, "kg", "chicken thigh", "1 kg chicken thigh", "2¼ lb chicken thigh"),
        (2, "lb", "potato", "910 g potato", "2 lb potato"),
        (8, "oz", "cream cheese", "225 g cream cheese", "8 oz cream cheese"),
        (100, "g", "butter", "100 g butter", "7 tbsp butter"),
        (150, "ml", "olive oil", "150 ml olive oil", "⅔ cup olive oil"),
        (0.35, "kg", "pork shoulder", "350 g pork shoulder", "12 oz pork shoulder"),
        (3, "tbsp", "olive oil", "3 tbsp olive oil", "3 tbsp olive oil"),
        (1, "pinch", "saffron", "1 pinch saffron", "1 pinch saffron"),
        (2, "piece", "onion", "2 onions", "2 onions"),
        (1, "can", "canned tomatoes", "1 can tomatoes", "1 can tomatoes"),
        (None, None, "salt", "salt", "salt"),
        (2, "smidgen", "salt", "2 smidgens salt", "2 smidgens salt"),
        (1, "cup", "unheard-of powder", "235 ml unheard-of powder", "1 cup unheard-of powder"),
    ],
)
def test_in_either_kitchen(amount, unit, name, metric, us):
    assert shown(amount, unit, name, None, "metric").text == metric
    assert shown(amount, unit, name, None, "us").text == us


def test_amount_and_rest_are_apart():
    line = shown(1.5, "cup", "rolled oats", "toasted", "us")
    assert (line.amount, line.rest) == ("1½ cups", "rolled oats, toasted")


@pytest.mark.parametrize(
    "name", ["rolled oats", "butter", "white rice", "sugar", "honey", "parmesan", "almond"]
)
@pytest.mark.parametrize("grams", [20, 75, 120, 333, 800])
def test_another_unit_is_about_as_much(name, grams):
    line = shown(grams, "g", name, None, "us")
    said = from_parts(name, *_parts(line.amount))
    food = match(said)
    assert food
    assert weigh(said, food.food).grams == pytest.approx(grams, rel=0.13)


@pytest.mark.parametrize(
    ("amount", "name", "factor", "text"),
    [
        (1, "sodium citrate", 1, "1 g sodium citrate"),
        (1, "sodium citrate", 0.25, "¼ g sodium citrate"),
        (2, "nori", 1, "2 g nori"),
        (3, "garlic", 1, "3 g garlic"),
        (2, "salt", 1, "2 g salt"),
        (0.02, "saffron", 1, "0.02 g saffron"),
        (10, "garlic", 1, "10 g garlic"),
        (15, "ginger", 1, "½ oz ginger"),
        (30, "bacon", 1, "1 oz bacon"),
    ],
)
def test_little_is_weighed_in_grams_where_ounces_would_be_another_amount(amount, name, factor, text):
    assert shown(amount, "g", name, None, "us", factor).text == text


@pytest.mark.parametrize("name", ["garlic", "bacon", "sodium citrate", "chicken thigh"])
@pytest.mark.parametrize("grams", [0.3, 1, 2, 3.5, 6, 8, 10, 13, 17, 22, 40, 55, 62, 150, 390, 900])
@pytest.mark.parametrize("factor", [0.25, 1, 1.5])
@pytest.mark.parametrize("units", ["metric", "us"])
def test_no_mass_becomes_another(name, grams, factor, units):
    number, unit = _parts(shown(grams, "g", name, None, units, factor).amount)
    assert number * find_unit(unit).size == pytest.approx(grams * factor, rel=0.13)
    if units == "us":
        assert number * find_unit(unit).size == pytest.approx(grams * factor, rel=0.07)


def test_scaled_down_it_stays_as_little_in_its_own_unit():
    assert shown(1, "lb", "ground beef", None, "us", 0.25).text == "4 oz ground beef"
    assert shown(1, "oz", "bacon", None, "us", 0.25).text == "¼ oz bacon"
    assert shown(1, "g", "agar", None, "metric", 0.25).text == "¼ g agar"
    assert shown(1, "cup", "milk", None, "us", 0.125).text == "2 tbsp milk"


@pytest.mark.parametrize("millilitres", [0.6, 1, 2, 3, 5, 8, 12, 15, 18, 22, 28, 33, 40, 50])
def test_only_spoons_that_there_are(millilitres):
    number, unit = _parts(shown(millilitres, "ml", "olive oil", None, "us").amount)
    assert unit in ("tsp", "tbsp", "cup")
    assert number % {"tsp": 0.125, "tbsp": 0.5, "cup": 0.25}[unit] == 0
    assert number >= {"tsp": 0.125, "tbsp": 1, "cup": 0.25}[unit]


def _parts(amount):
    number, unit = amount.split()
    values = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
    values |= {"⅜": 0.375, "⅝": 0.625, "⅞": 0.875}
    whole = "".join(char for char in number if char not in values)
    return float(whole or 0) + sum(values.get(char, 0) for char in number), unit


def test_more_servings():
    assert shown(500, "g", "flour", None, "metric", 1.5).text == "750 g flour"
    assert shown(3, "piece", "egg", None, "metric", 0.5).text == "2 eggs"
    assert shown(1, "tsp", "salt", None, "metric", 1.5).text == "1½ tsp salt"
    assert shown(None, None, "salt", "to taste", "metric", 3).text == "salt, to taste"
