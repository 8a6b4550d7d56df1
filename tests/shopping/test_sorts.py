"""What does for what."""

import csv

import pytest

from lib.nutrition.foods import foods
from lib.shopping.sales import FOLDER
from lib.shopping.sorts import stand_ins
from tests.shopping.lists import check_balance, listed, texts


def test_no_stand_in_brings_an_allergen_in():
    for name, food in foods().items():
        for other in map(foods().__getitem__, stand_ins(name)):
            assert other.classes <= food.classes, (name, other.name)
            assert other.may <= food.classes | food.may, (name, other.name)


def test_every_row_of_the_table_counts():
    with (FOLDER / "stand_ins.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert set(row["covered_by"].split("|")) <= set(stand_ins(row["food"])), row


@pytest.mark.parametrize(
    ("lines", "bought"),
    [
        (
            ["1.5 kg chicken", "200 g vegan chicken"],
            ["1.5 kg chicken", "1 pack (200 g) vegan chicken"],
        ),
        (["200 g pasta", "200 g gluten-free pasta"], None),
        (["3 eggs", "1 tbsp vegan egg"], None),
        (["250 ml neutral oil", "250 ml peanut oil"], None),
        (
            ["1 cup rolled oats", "1 cup gluten-free rolled oats"],
            ["1 pack (500 g) gluten-free rolled oats"],
        ),
        (["100 g cheddar", "100 g low-sodium cheddar"], ["200 g low-sodium cheddar"]),
    ],
)
def test_who_asks_for_both_gets_both(lines, bought):
    data = listed(*lines)
    check_balance(data)
    if bought is None:
        assert data.total_items == 2
    else:
        assert texts(data) == bought


def test_what_is_at_home_does_for_no_other_food():
    assert texts(listed("1.5 kg chicken", pantry=["vegan chicken"])) == ["1.5 kg chicken"]
