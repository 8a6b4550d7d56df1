"""Amounts in the units of the reader's kitchen."""

import pytest

from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
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


def _parts(amount):
    number, unit = amount.split()
    values = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
    whole = "".join(char for char in number if char not in values)
    return float(whole or 0) + sum(values.get(char, 0) for char in number), unit


def test_more_servings():
    assert shown(500, "g", "flour", None, "metric", 1.5).text == "750 g flour"
    assert shown(3, "piece", "egg", None, "metric", 0.5).text == "2 eggs"
    assert shown(1, "tsp", "salt", None, "metric", 1.5).text == "1½ tsp salt"
    assert shown(None, None, "salt", "to taste", "metric", 3).text == "salt, to taste"
