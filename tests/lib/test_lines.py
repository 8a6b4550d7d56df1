"""Ingredient lines, taken apart."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition.lines import parse
from lib.nutrition.matching import match
from lib.nutrition.quantities import Measure, clean, number, take_measure, take_number, take_unit
from lib.nutrition.units import find_unit, registry, units

INFINITE = math.inf


def shown(measure):
    """A measure as text: "2-3 cup"."""
    if measure is None:
        return ""
    high = f"-{measure.high:.4g}" if measure.high > measure.low else ""
    return f"{measure.low:.4g}{high} {measure.unit.name if measure.unit else ''}".strip()


@pytest.mark.parametrize(
    ("line", "amount", "name"),
    [
        ("2 cups flour", "2 cup", "flour"),
        ("1/2 cup sugar", "0.5 cup", "sugar"),
        ("½ tsp salt", "0.5 tsp", "salt"),
        ("½tsp salt", "0.5 tsp", "salt"),
        ("1½ cups milk", "1.5 cup", "milk"),
        ("1 ½ cups milk", "1.5 cup", "milk"),
        ("1 1/2 cups milk", "1.5 cup", "milk"),
        ("1-1/2 cups milk", "1.5 cup", "milk"),
        ("1 and 1/2 cups milk", "1.5 cup", "milk"),
        ("1 & 1/2 cups milk", "1.5 cup", "milk"),
        ("1⁄2 cup milk", "0.5 cup", "milk"),
        ("¾ lb. ground turkey", "0.75 lb", "ground turkey"),
        ("1.5 liters stock", "1.5 l", "stock"),
        ("1,5 l stock", "1.5 l", "stock"),
        (".5 l stock", "0.5 l", "stock"),
        ("1,000 g potatoes", "1000 g", "potatoes"),
        ("0.333 cup oil", "0.333 cup", "oil"),
        ("٣ cups tea", "3 cup", "tea"),
        ("2-3 carrots", "2-3", "carrots"),
        ("2–3 carrots", "2-3", "carrots"),
        ("2 — 3 carrots", "2-3", "carrots"),
        ("2 to 3 carrots", "2-3", "carrots"),
        ("3 or 4 sprigs thyme", "3-4 sprig", "thyme"),
        ("½–1 cup stock", "0.5-1 cup", "stock"),
        ("1/2 - 3/4 cup stock", "0.5-0.75 cup", "stock"),
        ("1 1/2 to 2 cups stock", "1.5-2 cup", "stock"),
        ("20-25 olives", "20-25", "olives"),
        ("a dozen eggs", "12", "eggs"),
        ("half a dozen eggs", "6", "eggs"),
        ("two dozen clams", "24", "clams"),
        ("2 dozen clams", "24", "clams"),
        ("half a lemon", "0.5", "lemon"),
        ("one onion", "1", "onion"),
        ("Twelve olives", "12", "olives"),
        ("a couple of limes", "2", "limes"),
        ("a few sprigs of dill", "3 sprig", "dill"),
        ("a pinch of salt", "1 pinch", "salt"),
        ("Pinch of nutmeg", "1 pinch", "nutmeg"),
        ("handful of basil", "1 handful", "basil"),
        ("about 2 cups rice", "2 cup", "rice"),
        ("approximately 200 g rice", "200 g", "rice"),
        ("at least 3 apples", "3", "apples"),
        ("up to 1 cup water", "1 cup", "water"),
        ("1 heaping tablespoon cocoa", "1 tbsp", "cocoa"),
        ("1 scant cup rice", "1 cup", "rice"),
        ("Sugar, 200 g", "200 g", "sugar"),
        ("sugar - 200g", "200 g", "sugar"),
        ("Eggs, 2", "2", "eggs"),
        ("Flour 250 g", "250 g", "flour"),
        ("2% milk", "", "2% milk"),
        ("1 cup 2% milk", "1 cup", "2% milk"),
        ("Salt", "", "salt"),
    ],
)
def test_amounts_are_read(line, amount, name):
    found = parse(line)
    assert (shown(found.amount), found.name) == (amount, name)


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("g", "g"),
        ("grams", "g"),
        ("gr.", "g"),
        ("kilos", "kg"),
        ("mg", "mg"),
        ("oz.", "oz"),
        ("Ounces", "oz"),
        ("lbs", "lb"),
        ("pound", "lb"),
        ("ml", "ml"),
        ("cc", "ml"),
        ("cl", "cl"),
        ("dl", "dl"),
        ("litres", "l"),
        ("L", "l"),
        ("gallon", "gallon"),
        ("qt.", "quart"),
        ("pints", "pint"),
        ("c.", "cup"),
        ("CUPS", "cup"),
        ("fl oz", "fl oz"),
        ("fl. oz.", "fl oz"),
        ("fluid ounces", "fl oz"),
        ("Tbsp.", "tbsp"),
        ("T", "tbsp"),
        ("tablespoonfuls", "tbsp"),
        ("t", "tsp"),
        ("tsp", "tsp"),
        ("dessertspoon", "dessertspoon"),
        ("jiggers", "shot"),
        ("glasses", "glass"),
        ("dashes", "dash"),
        ("pinches", "pinch"),
        ("drops", "drop"),
        ("tins", "can"),
        ("boxes", "box"),
        ("pkg", "package"),
        ("sachet", "envelope"),
        ("bunches", "bunch"),
        ("stalks", "stalk"),
        ("leaves", "leaf"),
        ("loaves", "loaf"),
        ("knob", "knob"),
        ("rashers", "rasher"),
        ("sticks", "stick"),
        ("handfuls", "handful"),
        ("heads", "head"),
        ("ears", "ear"),
    ],
)
def test_units_are_read_in_their_spellings(written, unit):
    for line in (f"3 {written} of zorblax", f"3 {written} zorblax"):
        found = parse(line)
        assert (shown(found.amount), found.name) == (f"3 {unit}", "zorblax")


@pytest.mark.parametrize(
    ("unit", "kind", "size"),
    [
        ("kg", "mass", 1000),
        ("oz", "mass", 28.349523125),
        ("lb", "mass", 453.59237),
        ("cup", "volume", 236.5882365),
        ("tbsp", "volume", 14.78676478125),
        ("tsp", "volume", 4.92892159375),
        ("fl oz", "volume", 29.5735295625),
        ("gallon", "volume", 3785.411784),
        ("dl", "volume", 100),
        ("clove", "count", 1),
    ],
)
def test_sizes_of_units(unit, kind, size):
    found = find_unit(unit)
    assert (found.kind, found.size) == (kind, pytest.approx(size))


def test_a_unit_is_found_by_its_own_name():
    assert [unit.name for unit in units().values() if find_unit(unit.name) != unit] == []
    assert find_unit("zorblax") is None
    assert find_unit("") is None
    assert registry() is registry()


@pytest.mark.parametrize(
    ("line", "amount", "package", "name"),
    [
        ("1 (14.5 oz) can diced tomatoes, drained", "1 can", "14.5 oz", "tomatoes"),
        ("1 (14.5-ounce) can diced tomatoes", "1 can", "14.5 oz", "tomatoes"),
        ("1 can (14.5 oz) diced tomatoes", "1 can", "14.5 oz", "tomatoes"),
        ("1 14-oz can coconut milk", "1 can", "14 oz", "coconut milk"),
        ("1 tin (400g/14oz) chopped tomatoes", "1 can", "400 g", "tomatoes"),
        ("two (6 oz) cans tomato paste", "2 can", "6 oz", "tomato paste"),
        ("2 x 400 g cans chickpeas", "2 can", "400 g", "chickpeas"),
        ("2 × 400g tins chickpeas", "2 can", "400 g", "chickpeas"),
        ("2x400g cans chickpeas", "2 can", "400 g", "chickpeas"),
        ("2 (8 oz) packages cream cheese, softened", "2 package", "8 oz", "cream cheese"),
        ("1 package (10 oz) frozen spinach, thawed", "1 package", "10 oz", "frozen spinach"),
        ("1 (750 ml) bottle red wine", "1 bottle", "750 ml", "red wine"),
        ("4 (6-ounce) salmon fillets", "4", "6 oz", "salmon fillets"),
        ("4 6-oz salmon fillets", "4", "6 oz", "salmon fillets"),
        ("6 chicken thighs (4 oz each)", "6", "4 oz", "chicken thighs"),
        ("6 chicken thighs, about 4 oz each", "6", "4 oz", "chicken thighs"),
        ("2 (1 1/2) pounds steak", "2", "1.5 lb", "steak"),
        ("1 (3 1/2) pound chicken", "1", "3.5 lb", "chicken"),
        ("6 shrimp (16-20 per pound)", "6", "0.05556 lb", "shrimp"),
    ],
)
def test_what_one_of_them_holds_or_weighs(line, amount, package, name):
    found = parse(line)
    assert (shown(found.amount), shown(found.package), found.name) == (amount, package, name)
    assert found.also is None


@pytest.mark.parametrize(
    ("line", "amount", "also"),
    [
        ("1 cup (60 g) oats", "1 cup", "60 g"),
        ("1 cup (about 120 g) oats", "1 cup", "120 g"),
        ("1 oz (28 g) oats", "1 oz", "28 g"),
        ("200g/7oz oats", "200 g", "7 oz"),
        ("1 cup/240 ml oats", "1 cup", "240 ml"),
        ("1 lb / 450 g oats", "1 lb", "450 g"),
        ("500 ml/18 fl oz oats", "500 ml", "18 fl oz"),
        ("10g/¼oz oats", "10 g", "0.25 oz"),
        ("2 cups oats (180 g)", "2 cup", "180 g"),
        ("2 cups oats, about 180 g", "2 cup", "180 g"),
    ],
)
def test_an_amount_said_twice(line, amount, also):
    found = parse(line)
    assert (shown(found.amount), shown(found.also), found.name) == (amount, also, "oats")
    assert found.package is None


@pytest.mark.parametrize(
    ("line", "amount", "extra", "name"),
    [
        ("1 cup plus 2 tablespoons flour", "1 cup", "2 tbsp", "flour"),
        ("1 cup + 2 tbsp flour", "1 cup", "2 tbsp", "flour"),
        ("1/4 cup butter, plus 2 tbsp more for greasing", "0.25 cup", "2 tbsp", "butter"),
        ("3 tbsp butter (plus 1 tsp for the pan)", "3 tbsp", "1 tsp", "butter"),
        ("2 tbsp oil, plus extra for frying", "2 tbsp", "", "oil"),
    ],
)
def test_what_comes_on_top(line, amount, extra, name):
    found = parse(line)
    assert (shown(found.amount), shown(found.extra), found.name) == (amount, extra, name)


@pytest.mark.parametrize(
    ("line", "size", "name"),
    [
        ("2 large eggs", "large", "eggs"),
        ("3 extra-large eggs", "large", "eggs"),
        ("1 jumbo egg", "large", "egg"),
        ("1 medium-sized onion", "medium", "onion"),
        ("1 lg. carrot", "large", "carrot"),
        ("2 sm carrots", "small", "carrots"),
        ("1 small head cauliflower", "small", "cauliflower"),
        ("2 small to medium carrots", "small", "carrots"),
        ("3 carrots", None, "carrots"),
    ],
)
def test_sizes_are_read(line, size, name):
    found = parse(line)
    assert (found.size, found.name) == (size, name)


@pytest.mark.parametrize(
    ("line", "inches", "name"),
    [
        ("1 (9 inch) pie crust", "9", "pie crust"),
        ("2 (10-inch) tortillas", "10", "tortillas"),
    ],
)
def test_a_length_is_no_amount(line, inches, name):
    found = parse(line)
    assert (found.amount.base, found.inches, found.name) == (pytest.approx(int(line[0])), inches, name)


@pytest.mark.parametrize(
    ("line", "amount", "name", "preparation"),
    [
        ("1 onion, finely chopped", "1", "onion", "finely chopped"),
        ("1 cup finely chopped onion", "1 cup", "onion", "finely chopped"),
        ("1 cup packed brown sugar", "1 cup", "brown sugar", "packed"),
        ("1 cup, packed, basil leaves", "1 cup", "basil leaves", "packed"),
        ("1 stick butter, melted", "1 stick", "butter", "melted"),
        ("3 cloves garlic, minced", "3 clove", "garlic", "minced"),
        ("3 garlic cloves, minced", "3 clove", "garlic", "minced"),
        ("2 celery stalks, chopped", "2 stalk", "celery", "chopped"),
        ("4 slices bacon, cooked and crumbled", "4 slice", "bacon", "cooked and crumbled"),
        ("2 tomatoes (ripe), diced", "2", "tomatoes", "diced, ripe"),
        ("3 cups water, divided", "3 cup", "water", "divided"),
        ("milk as needed", "", "milk", "as needed"),
        ("2 thick slices bread", "2 slice", "bread", ""),
        ("2 boneless, skinless chicken breasts", "2", "boneless skinless chicken breasts", ""),
        ("1 lb beef - cut into cubes", "1 lb", "beef", "cut into cubes"),
        ("1 carrot [peeled]", "1", "carrot", "peeled"),
        ("1 cup roasted, salted peanuts", "1 cup", "roasted salted peanuts", ""),
        ("1 cup thin strips of carrot", "1 cup", "carrot", "thin strips of"),
        (
            "1 cup matchstick-size strips peeled jicama",
            "1 cup",
            "jicama",
            "peeled, matchstick-size strips",
        ),
        ("1 cup 1/2-inch cubes bread", "1 cup", "bread", "1/2-inch cubes"),
        ("4 very thin lemon slices", "4 slice", "lemon", ""),
        ("1 cup cilantro plus sprigs for garnish", "1 cup", "cilantro", "for garnish, plus sprigs"),
        ("1 can tomatoes with their juice", "1 can", "tomatoes", "with their juice"),
        ("1 egg beaten with 1 tablespoon milk", "1", "egg", "beaten with 1 tablespoon milk"),
        ("4 rib-eye steaks", "4", "rib-eye steaks", ""),
        ("1 cup minus 2 tablespoons flour", "0.875 cup", "flour", ""),
        ("1 cup minus 3 pounds flour", "1 cup", "minus 3 pounds flour", ""),
        ("6 large or 12 medium beets", "6", "beets", ""),
        ("N/A fresh cilantro", "", "cilantro", "fresh"),
        ("1 1-inch piece of ginger, grated", "1 piece", "ginger", "grated"),
        ("1-inch piece of ginger, grated", "1 piece", "ginger", "grated"),
    ],
)
def test_preparation_is_told_from_the_name(line, amount, name, preparation):
    found = parse(line)
    assert (shown(found.amount), found.name, found.preparation) == (amount, name, preparation)


@pytest.mark.parametrize(
    ("line", "name", "alternatives"),
    [
        ("butter or oil", "butter", ("oil",)),
        ("2 tbsp butter or olive oil", "butter", ("olive oil",)),
        ("2 tbsp butter, or olive oil", "butter", ()),
        ("1 cup milk/cream", "milk", ("cream",)),
        ("1 cup kale and/or spinach", "kale", ("spinach",)),
        ("1 cup kale or spinach or chard, torn", "kale", ("spinach", "chard")),
        ("1/4 cup low-fat or regular mayonnaise", "low-fat mayonnaise", ("regular mayonnaise",)),
        ("1 cup red, white, or brown rice", "red rice", ("white rice", "brown rice")),
        ("1 cup red or white rice, rinsed", "red rice", ("white rice",)),
        ("2 cups fresh or thawed frozen cranberries", "cranberries", ("thawed frozen cranberries",)),
        ("1 tsp dried or 1 tbsp fresh thyme", "dried thyme", ("1 tbsp fresh thyme",)),
        ("1 cup short- or medium-grain rice", "short-grain rice", ("medium-grain rice",)),
        ("8 ounces Swiss or provolone cheese", "swiss cheese", ("provolone cheese",)),
        (
            "1 cup black or green olive paste or tapenade",
            "black olive paste",
            ("green olive paste", "tapenade"),
        ),
        ("1 cup white or whole wheat flour", "white flour", ("whole wheat flour",)),
        ("1 can or bottle beer", "beer", ()),
        ("2 or 3 carrots", "carrots", ()),
    ],
)
def test_of_alternatives_the_first_counts_and_the_others_are_said(line, name, alternatives):
    found = parse(line)
    assert (found.name, found.alternatives) == (name, alternatives)


@pytest.mark.parametrize(
    ("line", "name", "use"),
    [
        ("lime wedges, for serving", "lime wedges", "serving"),
        ("Chopped parsley for garnish", "parsley", "garnish"),
        ("butter for greasing", "butter", "greasing"),
        ("oil for frying", "oil", "frying"),
        ("vegetable oil, for deep-frying", "vegetable oil", "frying"),
        ("flour, for dusting", "flour", "dusting"),
        ("1 cup salt, for the brine", "salt", "brine"),
        ("1 cup soy sauce, for the marinade", "soy sauce", "marinade"),
        ("1 cup flour", "flour", None),
    ],
)
def test_what_a_line_is_for(line, name, use):
    found = parse(line)
    assert (found.name, found.use) == (name, use)


@pytest.mark.parametrize(
    ("line", "taste", "optional"),
    [
        ("salt and pepper to taste", True, False),
        ("Salt, to taste", True, False),
        ("2 tablespoons lemon juice, or to taste", True, False),
        ("1 tsp chili flakes (optional)", False, True),
        ("2 tbsp capers, optional", False, True),
        ("1/2 cup walnuts, if desired", False, True),
        ("salt to taste (optional)", True, True),
        ("1 tsp salt", False, False),
    ],
)
def test_to_taste_and_optional(line, taste, optional):
    found = parse(line)
    assert (found.to_taste, found.optional) == (taste, optional)


@pytest.mark.parametrize(
    ("line", "amount", "name"),
    [
        ("juice of 1 lemon", "1", "lemon juice"),
        ("Juice of ½ lime", "0.5", "lime juice"),
        ("Juice from 2 oranges", "2", "orange juice"),
        ("zest of 2 oranges", "2", "orange zest"),
        ("grated zest of 1 lemon", "1", "lemon zest"),
        ("1 lemon, juiced", "1", "lemon juice"),
        ("1 lime, zested", "1", "lime zest"),
    ],
)
def test_juice_and_zest_of_a_fruit(line, amount, name):
    found = parse(line)
    assert (shown(found.amount), found.name, found.use) == (amount, name, "fruit")


@pytest.mark.parametrize(
    "line",
    [
        "For the sauce:",
        "FOR THE DRESSING",
        "Topping:",
        "for the pie crust",
        "parchment paper",
        "Cheesecloth",
        "A spice mill or a mortar and pestle",
        "a 12-inch nonstick skillet",
        "Special equipment: a candy thermometer",
        "*Available at Asian markets and some supermarkets",
        "Note: the bread is grilled",
    ],
)
def test_headings_and_equipment_are_no_food(line):
    found = parse(line)
    assert found.no_food
    assert found.amount is None


@pytest.mark.parametrize(
    "line",
    [
        "1 cup flour",
        "flour",
        "2 eggs: beaten",
        "butter for the pan",
        "skillet cornbread",
        "1 pot roast",
        "1 rack of lamb",
        "8 sirloin tips",
        "1 cup pie filling",
        "2 cups baking apples",
    ],
)
def test_food_is_no_heading(line):
    assert not parse(line).no_food


@pytest.mark.parametrize("mark", ["• ", "▢ ", "- ", "* ", "– ", "· ", "•", "1. ", "1) "])
def test_bullets_and_list_numbers_are_dropped(mark):
    found = parse(f"{mark}200 g rice")
    assert (shown(found.amount), found.name) == ("200 g", "rice")


@pytest.mark.parametrize(
    ("line", "amount", "name"),
    [
        ("1/0 cup sugar", "", "1/0 cup sugar"),
        ("1/2/3 cups milk", "", "1/2/3 cups milk"),
        ("9999999 eggs", "", "9999999 eggs"),
        ("99999999999999999999 eggs", "", "99999999999999999999 eggs"),
        ("-1 cup sugar", "1 cup", "sugar"),
        ("2 cups 🍅", "2 cup", "🍅"),
        ("🍕🍕", "", "🍕🍕"),
        ("200 g гречка", "200 g", "гречка"),
        ("гречка", "", "гречка"),
        ("大葱 2 根", "", "大葱 2 根"),
        ("salt &amp; pepper", "", "salt & pepper"),
        ("1 cup half &amp; half", "1 cup", "half & half"),
        ("1\u00a0cup\tmilk", "1 cup", "milk"),
        ("1 teaspoon vanilla extract*", "1 tsp", "vanilla extract"),
        ("(optional)", "", ""),
        ("( )", "", ""),
        ("((((((", "", ""),
        ("", "", ""),
        (" \n\t", "", ""),
        ("100g", "100 g", ""),
        ("2 cups", "2 cup", ""),
    ],
)
def test_odd_lines(line, amount, name):
    found = parse(line)
    assert (shown(found.amount), found.name) == (amount, name)
    assert found.text == line


@pytest.mark.parametrize("unit", ["x", "1 ", "(", "½", "\ud800", "\x00", "a or ", "1/2-", ", ", "🍅"])
def test_a_text_of_a_million_characters_is_a_name_cut_short(unit):
    text = unit * (1_000_000 // len(unit))
    found = parse(text)
    assert len(found.name) <= 200
    assert found.text == text


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", 1), ("1 1/2", 1.5), ("3/4", 0.75), ("1,5", 1.5), (".5", 0.5), ("0", 0), ("1/0", None)],
)
def test_values_of_numbers(text, value):
    assert number(text) == value


def test_numbers_beyond_a_million_are_none():
    assert number("1000000") == 1e6
    assert number("1000001") is None
    assert number("9" * 400) is None


@pytest.mark.parametrize(
    ("text", "measure", "rest"),
    [
        ("14.5 oz can", "14.5 oz", "can"),
        ("2-3 tbsp oil", "2-3 tbsp", "oil"),
        ("2 eggs", "", "2 eggs"),
        ("oz", "", "oz"),
    ],
)
def test_a_measure_needs_number_and_unit(text, measure, rest):
    found, after = take_measure(text)
    assert (shown(found), after) == (measure, rest)


def test_a_range_that_falls_or_leaps_is_none():
    for text in ("3-2 eggs", "1-100 eggs"):
        found, _ = take_number(text)
        assert found.low == found.high


def test_a_unit_ends_where_its_word_does():
    assert take_unit("gherkins") == (None, "gherkins")
    assert take_unit("cupcakes") == (None, "cupcakes")
    assert take_unit("g flour") == (find_unit("g"), "flour")


def test_the_middle_and_base_of_a_measure():
    assert Measure(2, 3, find_unit("kg")).base == 2500
    assert Measure(2, 4).middle == Measure(2, 4).base == 3


SCRAPS = st.sampled_from(
    "1 2 1/2 ½ 0 9999999 1e9 , . - – to x ( ) [ ] / % & + cup tsp. oz lb of plus or each per pound inch "
    "large can juice zest lemon garlic cloves to taste for frying optional : &amp; \x00 \t \u200b".split(
        " "
    )
)
LINES = st.text() | st.lists(SCRAPS).map(" ".join) | st.lists(SCRAPS).map("".join)


@settings(deadline=None, max_examples=1500)
@given(LINES)
def test_any_text_can_be_taken_apart(text):
    found = parse(text)
    assert found.text == text
    assert len(found.preparation) <= 300
    for measure in (found.amount, found.package, found.also, found.extra):
        if measure:
            assert 0 <= measure.low <= measure.high < INFINITE
            assert 0 <= measure.base < INFINITE


@settings(deadline=None, max_examples=300)
@given(LINES)
def test_cleaning_leaves_plain_single_spaced_text(text):
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())


@settings(deadline=None)
@given(
    st.integers(1, 999),
    st.sampled_from(["g", "kg", "oz", "cup", "tsp", "tbsp", "clove", "can"]),
    st.sampled_from(["carrot", "red onion", "sesame oil", "zorblax"]),
)
def test_a_plain_line_is_read_as_written(amount, unit, name):
    found = parse(f"{amount} {unit} {name}, diced")
    assert (shown(found.amount), found.name, found.preparation) == (
        f"{amount:.4g} {unit}",
        name,
        "diced",
    )


def test_foods_that_a_line_adds():
    line = parse("1 cup milk plus 1 cup stock plus 2 tbsp soy sauce plus 3 eggs")
    assert [(added.name, added.more) for added in line.more] == [
        ("stock", ()),
        ("soy sauce", ()),
        ("eggs", ()),
    ]


@pytest.mark.parametrize("added", [" plus 1 cup stock", " (plus 1 cup stock)"])
def test_of_too_many_foods_nothing_is_known(added):
    line = parse(f"1 cup milk{added * 50}")
    assert line.name == "milk"
    assert len(line.more) <= 6
    assert match(line.more[-1]) is None
    assert line.more[-1].amount is None
