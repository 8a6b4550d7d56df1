"""One food by name, with its figures, weights and an amount of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.errors import NotFound
from lib.nutrition.foods import find, foods
from lib.nutrition.lines import from_parts, parse
from lib.nutrition.lookup import look_up
from lib.nutrition.matching import match


def test_a_food_is_told_with_its_source_and_figures():
    found = look_up("Carrots", None, None)
    carrot = find("carrot")
    assert (found.query, found.food.name, found.food.fdc_id) == ("Carrots", "carrot", carrot.fdc_id)
    assert (found.aisle, found.role, found.confidence) == ("produce", carrot.role, 1)
    assert found.per100g.energy_kcal == pytest.approx(41, abs=8)
    assert found.amount is None


def test_its_household_weights_are_listed():
    found = look_up("egg", None, None)
    assert ("1 large", 50) in {(portion.description, portion.grams) for portion in found.portions}
    assert all(portion.grams > 0 for portion in found.portions)


@pytest.mark.parametrize(
    ("name", "amount", "unit", "grams"),
    [
        ("flour", 100, "g", 100),
        ("flour", 1, "kg", 1000),
        ("parmesan", 2, "oz", 56.7),
        ("egg", 2, None, 100),
        ("egg", 2, "", 100),
        ("egg", 3, "large", 150),
        ("milk", 1, "cup", 244),
        ("milk", 2, " Cups ", 488),
        ("butter", 1, "stick", 113),
        ("garlic", 3, "cloves", 9),
        ("cooked rice", 1, "cup", 158),
    ],
)
def test_an_amount_is_weighed(name, amount, unit, grams):
    found = look_up(name, amount, unit)
    assert found.amount.grams == pytest.approx(grams, rel=0.02)
    expected = found.per100g.energy_kcal * found.amount.grams / 100
    assert found.amount.nutrients.energy_kcal == pytest.approx(expected, abs=0.2)
    assert found.amount.weighed_by


@pytest.mark.parametrize("amount", [-1, None])
def test_without_an_amount_there_is_none_to_tell(amount):
    assert look_up("tomato", amount, "g").amount is None


def test_a_size_in_place_of_a_unit_is_one():
    small, large = (look_up("onion", 1, size).amount.grams for size in ("small", "large"))
    assert small < large


def test_a_state_in_place_of_a_unit_is_heeded():
    assert (
        look_up("chopped onion", 1, "cup").amount.grams > look_up("sliced onion", 1, "cup").amount.grams
    )


def test_words_around_the_name_cost_confidence():
    assert look_up("zorblax carrots", None, None).confidence < 1
    assert look_up("2 cups chopped carrots", None, None).food.name == "carrot"


def test_other_foods_that_may_be_meant_are_offered():
    found = look_up("flour", None, None)
    assert 0 < len(found.alternatives) <= 6
    assert found.food.name not in found.alternatives
    assert set(found.alternatives) <= set(foods())


@pytest.mark.parametrize("name", ["zorblax", "", "   ", "🍕", "\x00", "x" * 5000])
def test_what_is_no_food_is_not_found(name):
    with pytest.raises(NotFound, match="No food is known by this name") as refused:
        look_up(name, 1, "cup")
    assert refused.value.suggestions == []


def test_what_is_nearly_a_food_is_not_found_but_suggested():
    with pytest.raises(NotFound, match="Did you mean") as refused:
        look_up("unicorn meat", None, None)
    assert refused.value.suggestions
    assert all(name in refused.value.detail for name in refused.value.suggestions)


def test_a_food_from_elsewhere_is_taken_where_the_table_has_none():
    other = match(parse("butter"))
    assert look_up("zorblax", 10, "g", other).food.name == "butter"
    assert look_up("carrot", None, None, other).food.name == "carrot"


def test_parts_become_a_line():
    line = from_parts("flour", 3, "tbsp", "sifted")
    assert (line.amount.low, line.unit.name, line.name, line.preparation) == (
        3,
        "tbsp",
        "flour",
        "sifted",
    )
    cans = from_parts("canned tomatoes", 2, "can", "400 g each")
    assert (cans.unit.name, cans.package.low, cans.package.unit.name) == ("can", 400, "g")
    assert from_parts("1% milk", 2, "cup").name == "1% milk"
    assert from_parts("apple", 2, "small").size == "small"
    assert from_parts("2 eggs", None, None).amount.low == 2
    assert from_parts("butter", 0, "g").amount.low == 0


@pytest.mark.parametrize(
    ("amount", "unit", "grams"),
    [(0.004, "kg", 4), (0.13, "kg", 130), (1.995, "kg", 1995), (2, "oz.", 56.7), (500, "mg", 0.5)],
)
def test_parts_keep_their_weight(amount, unit, grams):
    assert look_up("butter", amount, unit).amount.grams == pytest.approx(grams, abs=0.05)


def test_of_an_unknown_unit_the_line_says_so():
    line = from_parts("butter", 2, "wibbles")
    assert (line.amount, line.unknown_unit) == (None, True)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["carrot", "milk", "butter", "salt"]),
    st.floats(0.01, 1e6),
    st.none() | st.sampled_from(["g", "cup", "large", "can", "clove", "", "Tbsp.", "pieces"]),
)
def test_any_amount_in_any_unit_has_an_answer(name, amount, unit):
    found = look_up(name, amount, unit)
    assert found.food.name == name
    assert 0 <= found.amount.grams <= 1e6


@pytest.mark.parametrize("unit", ["furlong", "zorb", "½", "cups of"])
def test_of_a_unit_that_nobody_knows_there_is_no_amount(unit):
    assert look_up("butter", 2, unit).amount is None
