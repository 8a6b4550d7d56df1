"""Grams of lines, and USDA's household portions."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition.foods import find, foods
from lib.nutrition.lines import parse
from lib.nutrition.matching import match
from lib.nutrition.portions import Portion, in_volume, own_portions, read_portion
from lib.nutrition.weighing import MOST_GRAMS, weigh

FOODS = list(foods().values())
WRAPPERS = {"banana leaf", "corn husk"}  # not eaten, so their pieces weigh nothing


def weight(line):
    found = parse(line)
    return weigh(found, match(found).food)


def grams(line):
    return weight(line).grams


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("200 g carrots", 200),
        ("1 kg potatoes", 1000),
        ("500 mg saffron", 0.5),
        ("1 oz parmesan", 28.35),
        ("1 lb ground beef", 453.6),
        ("½ lb ground beef", 226.8),
        ("1 1/2 lbs carrots", 680.4),
        ("200-300 g carrots", 250),
        ("1 cup (120 g) flour", 120),
        ("2 cups flour (250 g)", 250),
        ("200g/7oz dark chocolate", 200),
        ("10g/¼oz butter", 10),
        ("Sugar, 200 g", 200),
        ("1 (14.5 oz) can diced tomatoes", 411.1),
        ("2 (8 oz) packages cream cheese", 453.6),
        ("2 x 100 g bars dark chocolate", 200),
        ("4 (6-ounce) salmon fillets", 680.4),
        ("6 chicken thighs (4 oz each)", 680.4),
        ("32 shrimp (16 per pound)", 907.2),
    ],
)
def test_stated_weights_are_taken(line, expected):
    found = weight(line)
    assert found.grams == pytest.approx(expected, rel=0.001)
    assert found.how == "stated"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1 large egg", 50),
        ("3 eggs", 150),
        ("a dozen eggs", 600),
        ("1 cup milk", 244),
        ("1 stick butter", 113),
        ("3 cloves garlic", 9),
        ("1 cup cooked rice", 158),
        ("1 cup shredded cheddar", 113),
    ],
)
def test_foods_have_household_weights_of_their_own(line, expected):
    assert grams(line) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize(
    ("line", "least", "most"),
    [
        ("1 cup flour", 115, 135),
        ("1 tbsp flour", 7, 9),
        ("1 cup sugar", 190, 210),
        ("1 cup packed brown sugar", 195, 225),
        ("1 cup honey", 320, 350),
        ("1 tbsp olive oil", 13, 15),
        ("1 tsp salt", 5, 7),
        ("1 cup water", 230, 242),
        ("1 l water", 970, 1030),
        ("1 onion", 90, 160),
        ("1 cup chopped onion", 140, 170),
        ("3 medium carrots", 150, 240),
        ("1 banana", 90, 140),
        ("1 avocado", 120, 200),
        ("1 zucchini", 150, 230),
        ("2 chicken breasts", 250, 500),
        ("4 slices bacon", 60, 130),
        ("1 bunch parsley", 30, 100),
        ("1 cup spinach", 20, 40),
        ("2 bay leaves", 0.1, 2),
        ("1 envelope gelatin", 6, 8),
        ("1 ear corn", 80, 160),
        ("juice of 1 lemon", 30, 55),
        ("1 lemon, juiced", 30, 55),
        ("zest of 1 lemon", 2, 9),
        ("1 head garlic", 25, 60),
        ("1 can diced tomatoes", 380, 430),
        ("1 bottle beer", 320, 370),
        ("1 cup almonds", 90, 150),
        ("1 pinch salt", 0.2, 0.8),
    ],
)
def test_household_amounts_weigh_what_they_do(line, least, most):
    assert least <= grams(line) <= most


@pytest.mark.parametrize(
    ("lighter", "heavier"),
    [
        ("1 small egg", "1 large egg"),
        ("1 small onion", "1 medium onion"),
        ("1 medium onion", "1 large onion"),
        ("1 small zucchini", "1 large zucchini"),
        ("1 cup sliced onion", "1 cup chopped onion"),
        ("1 cup whipped cream", "1 cup heavy cream"),
        ("1 cup spinach", "1 cup cooked spinach"),
        ("1 cup flour", "1 cup plus 2 tbsp flour"),
        ("1 (15 oz) can chickpeas, drained", "15 oz chickpeas"),
    ],
)
def test_sizes_and_states_weigh_differently(lighter, heavier):
    assert grams(lighter) < grams(heavier)


@pytest.mark.parametrize(
    ("line", "whole", "least", "most"),
    [
        ("1 (15 oz) can chickpeas, rinsed and drained", 425, 0.5, 0.7),
        ("2 x 400 g cans chickpeas", 800, 0.5, 0.7),
        ("1 (5 oz) can tuna, drained", 142, 0.65, 0.9),
        ("2 lb bone-in chicken thighs", 907, 0.65, 0.9),
        ("1 (4 lb) whole chicken", 1814, 0.55, 0.8),
        ("1 kg mussels", 1000, 0.15, 0.5),
        ("1 kg bananas", 1000, 0.6, 1),
        ("1 kg watermelon", 1000, 0.4, 0.9),
    ],
)
def test_brine_bones_shells_and_peel_are_not_counted(line, whole, least, most):
    found = weight(line)
    assert least * whole <= found.grams <= most * whole
    assert found.how == "stated"


def test_pieces_weigh_what_is_eaten_of_them():
    assert find("banana").edible < 1
    assert grams("2 bananas") == pytest.approx(2 * grams("1 banana"))
    assert grams("1 banana") > 90


def test_a_range_counts_by_its_middle_and_is_less_sure():
    one, span, wide = weight("3 carrots"), weight("2-4 carrots"), weight("1-5 carrots")
    assert one.grams == span.grams == wide.grams
    assert one.sigma < span.sigma < wide.sigma


def test_a_line_without_an_amount_has_no_weight():
    for line in ("salt", "salt to taste", "oil for frying"):
        assert weight(line) is None


def test_what_is_measured_better_is_surer():
    assert (
        weight("100 g flour").sigma
        < weight("1 cup flour").sigma
        < weight("1 onion").sigma
        < weight("1 bowl zucchini").sigma
    )


def test_weights_are_bounded():
    assert grams("9999 kg flour") == MOST_GRAMS
    assert grams("1000000 kg flour") == MOST_GRAMS


def test_volumes_of_one_food_have_one_density():
    assert grams("100 ml honey") == pytest.approx(100 / 236.588 * grams("1 cup honey"), rel=0.02)
    assert grams("1 l milk") == pytest.approx(10 * grams("1 dl milk"))


def test_own_portions_come_before_generic_densities():
    for food in FOODS:
        found = weigh(parse(f"1 cup {food.name}"), food)
        if found.how == "density of its kind":
            assert not in_volume(food.portions), food.name


def test_a_food_without_a_volume_takes_the_density_of_its_kind():
    bare = next(food for food in FOODS if not in_volume(food.portions) and food.role == "red meat")
    found = weigh(parse("1 cup zorblax"), bare)
    assert found.how == "density of its kind"
    assert 100 < found.grams < 250


def test_every_food_weighs_something_sane_by_cup_spoon_and_piece():
    for food in FOODS:
        piece, cup, spoon = (
            weigh(parse(f"1 {unit}zorblax"), food).grams for unit in ("", "cup ", "tbsp ")
        )
        assert 0 < piece <= 12_000 or food.name in WRAPPERS, food.name
        assert 3 <= cup <= 700, food.name
        assert 0.1 <= spoon <= 45, food.name


@pytest.mark.parametrize(
    ("amount", "text", "weighs", "unit", "detail", "each"),
    [
        (1, "cup, chopped", 160, "cup", "chopped", 160),
        (2, "tbsp", 30, "tbsp", "", 15),
        (None, "1 cup", 100, "cup", "", 100),
        (1, 'medium (2-1/2" dia)', 110, "medium", '2-1/2" dia', 110),
        (1, "extra large", 56, "extra large", "", 56),
        (1, "jumbo", 63, "extra large", "", 63),
        (1, "fl oz", 30.5, "fl oz", "", 30.5),
        (1, "slice, large", 30, "slice", "large", 30),
        (3, "cookies", 36, "piece", "cookies", 12),
        (1, "large slice", 30, "slice", "large", 30),
    ],
)
def test_portion_texts_are_read(amount, text, weighs, unit, detail, each):
    found = read_portion(amount, text, weighs)
    assert (found.unit, found.detail, found.grams) == (unit, detail, pytest.approx(each))


@pytest.mark.parametrize(
    "text", ["", "serving", "oz", "NLEA serving", "quantity not specified", "cubic inch"]
)
def test_portions_of_no_use_in_a_kitchen_are_left_out(text):
    assert read_portion(1, text, 28) is None


def test_a_portion_of_no_weight_is_none():
    assert read_portion(1, "cup", 0) is None


def test_own_portions_are_read():
    piece, spoon = own_portions("piece=118|tbsp=15.5")
    assert (piece, spoon) == (
        Portion("piece", "", 118, "piece", ours=True),
        Portion("tbsp", "", 15.5, "tbsp", ours=True),
    )
    assert own_portions("") == []


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from([food for food in FOODS if food.name not in WRAPPERS]),
    st.floats(0.01, 1000),
    st.sampled_from(["", "g", "cup", "tsp", "can", "bunch", "slice", "clove", "leaf", "stick", "large"]),
)
def test_any_amount_of_any_food_weighs_something_finite(food, amount, unit):
    found = weigh(parse(f"{amount:.3f} {unit} zorblax"), food)
    assert 0 < found.grams <= MOST_GRAMS
    assert 0 < found.sigma < 1


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(FOODS), st.integers(1, 50), st.sampled_from(["g", "cup", "tbsp", "piece", "can"]))
def test_weights_grow_with_the_amount(food, amount, unit):
    one, many = (weigh(parse(f"{count} {unit} zorblax"), food) for count in (1, amount))
    assert math.isclose(many.grams, amount * one.grams, rel_tol=1e-9)
