"""What is at home is measured as what is needed is."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
from lib.shopping.lists import Wanted, shopping_list
from lib.shopping.needs import Source
from tests.shopping.lists import check_balance, items, listed, only, texts
from tests.shopping.test_balance import lines, systems


@settings(max_examples=120, deadline=None)
@given(st.lists(lines, max_size=8), systems)
@example([from_parts("lemon juice", None, "blorp")], "metric")
def test_who_has_everything_buys_nothing(some, system):
    data = shopping_list(Wanted("A list", [Source(some)], some), match, system)
    check_balance(data)
    assert texts(data) == []


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize(
    "line",
    [
        "1 can coconut milk",
        "1 (14 oz) can diced tomatoes",
        "100 ml lemon juice",
        "juice of 2 lemons",
        "2 lemons, juiced",
        "4 egg whites",
        "lemon juice",
        "lemon juice to taste",
        "6 hard-boiled egg yolks",
        "2 cups cooked rice",
        "1 can chickpeas",
        "2 large onions",
        "1 cup milk plus 1 cup stock",
        "salt and pepper",
        "3 widgets",
        "some widgets",
    ],
)
def test_the_same_at_home(line, units):
    data = listed(line, pantry=[line], units=units)
    check_balance(data)
    assert texts(data) == []
    assert data.unused_pantry == []


@pytest.mark.parametrize(
    ("lines", "pantry", "bought", "unused"),
    [
        (["2 lemons, sliced"], ["lemon juice"], ["2 lemons"], ["lemon juice"]),
        (["3 eggs"], ["egg whites"], ["6 eggs"], ["egg whites"]),
        (["4 egg whites"], ["2 egg yolks"], ["6 eggs"], ["2 egg yolks"]),
        (["4 egg whites", "3 egg yolks"], ["4 egg whites"], ["6 eggs"], []),
        (["3 limes", "1 lime, juiced"], ["juice of 2 limes"], ["3 limes"], []),
        (["3 limes", "3 limes, juiced"], ["juice of 2 limes"], ["4 limes"], []),
        (["2 lemons", "1 tbsp lemon zest"], ["2 lemons", "lemon zest"], [], []),
        (["lemon juice to taste"], ["zest of 1 lemon"], ["1 lemon"], ["zest of 1 lemon"]),
        (["lemon juice to taste", "zest of 1 lemon"], ["zest of 1 lemon"], ["1 lemon"], []),
        (["3 onions"], ["2-3 onions"], ["1 onion"], []),
        (["4 egg yolks"], ["4 hard-boiled egg yolks"], ["6 eggs"], ["4 hard-boiled egg yolks"]),
        (["1 tsp salt"], ["salt and pepper"], [], []),
    ],
)
def test_what_does_for_what(lines, pantry, bought, unused):
    data = listed(*lines, pantry=pantry)
    check_balance(data)
    assert texts(data) == bought
    assert data.unused_pantry == unused


def test_parts_in_words():
    data = listed("juice of 4 lemons", pantry=["juice of 2 lemons"])
    item = only(data)
    shown = (item.text, item.needed.display, item.pantry.display)
    assert shown == ("2 lemons", "juice of 4 lemons", "juice of 2 lemons")
    (out,) = listed("4 egg whites", pantry=["4 egg whites"]).left_out
    assert out.needed.display == "white of 4 eggs"


def test_juice_by_weight_is_of_so_many_fruits():
    item = only(listed("300 g lemons", "200 g lemon juice"))
    assert item.needed.amount == pytest.approx(300 + 200 / 48 * 58, rel=0.2)


@pytest.mark.parametrize(
    ("lines", "bought", "notes"),
    [
        (["6 egg whites", "6 hard-boiled egg yolks"], "12 eggs", []),
        (["6 egg whites", "6 egg yolks"], "6 eggs", ["white and yolk of the same eggs"]),
        (
            ["6 hard-boiled egg whites", "6 hard-boiled egg yolks"],
            "6 eggs",
            ["boiled white and boiled yolk of the same eggs"],
        ),
    ],
)
def test_boiled_and_raw_are_not_of_the_same_egg(lines, bought, notes):
    item = only(listed(*lines))
    assert (item.text, item.notes) == (bought, notes)


def test_cooked_is_said():
    (out,) = shopping_list(
        Wanted("A list", [Source([from_parts("cooked white rice", 2, "cup")], "r", "Rice")], []),
        match,
    ).sections
    (use,) = out.items[0].for_recipes
    assert use.display.endswith(" cooked")
    assert items(listed("2 cups cooked rice"))[0].notes == ["to be cooked first"]
