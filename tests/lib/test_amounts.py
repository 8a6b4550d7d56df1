"""Ingredient lines: parts to text, and text to parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lib.nutrition.foods import find
from lib.recipes import book
from lib.recipes.amounts import line, parse, plural, quantity
from lib.recipes.draft import DraftIngredient


def parts(text):
    found = parse(text)
    return found.amount, found.unit, found.name, found.notes


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (1, "1"),
        (250.0, "250"),
        (0.5, "½"),
        (1.5, "1½"),
        (2.75, "2¾"),
        (0.33, "⅓"),
        (2 / 3, "⅔"),
        (0.13, "⅛"),
        (12.34, "12⅓"),
        (0.2, "0.2"),
        (0.01, "0.01"),
        (1.999, "2"),
        (10_000, "10000"),
    ],
)
def test_quantities_are_written_as_cooks_do(amount, written):
    assert quantity(amount) == written


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("tomato", "tomatoes"),
        ("cherry tomato", "cherry tomatoes"),
        ("bay leaf", "bay leaves"),
        ("loaf", "loaves"),
        ("blackberry", "blackberries"),
        ("radish", "radishes"),
        ("bunch", "bunches"),
        ("box", "boxes"),
        ("day", "days"),
        ("egg", "eggs"),
        ("couscous", "couscous"),
        ("shrimp", "shrimp"),
        ("green beans", "green beans"),
    ],
)
def test_plurals(noun, expected):
    assert plural(noun) == expected


@pytest.mark.parametrize(
    ("amount", "unit", "name", "notes", "written"),
    [
        (0.5, "cup", "rolled oats", "toasted", "½ cup rolled oats, toasted"),
        (None, None, "salt", "to taste", "salt, to taste"),
        (None, "tsp", "salt", None, "salt"),
        (2, "piece", "tomato", None, "2 tomatoes"),
        (0.5, "piece", "lemon", "juiced", "½ lemon, juiced"),
        (3, None, "egg", None, "3 eggs"),
        (400, "g", "tomato", None, "400 g tomato"),
        (2, "tbsp", "olive oil", None, "2 tbsp olive oil"),
        (1.5, "bunch", "parsley", None, "1½ bunches parsley"),
        (1, "can", "canned tomatoes", None, "1 can tomatoes"),
        (2, "can", "canned tomatoes", "400 g each", "2 cans tomatoes, 400 g each"),
        (2, "leaf", "bay leaf", None, "2 bay leaves"),
        (1, "leaf", "bay leaf", None, "1 bay leaf"),
    ],
)
def test_a_line_reads_as_in_a_cookbook(amount, unit, name, notes, written):
    assert line(amount, unit, name, notes) == written


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("½ cup rolled oats", (0.5, "cup", "rolled oats", None)),
        ("½cup rolled oats", (0.5, "cup", "rolled oats", None)),
        ("1½ cups milk", (1.5, "cup", "milk", None)),
        ("1 ½ cups milk", (1.5, "cup", "milk", None)),
        ("1 1/2 cups milk", (1.5, "cup", "milk", None)),
        ("1⁄2 cup milk", (0.5, "cup", "milk", None)),
        ("1,5 kg potatoes", (1.5, "kg", "potatoes", None)),
        ("1.5 kg potatoes", (1.5, "kg", "potatoes", None)),
        ("1,000 g flour", (1000, "g", "flour", None)),
        ("0,125 l milk", (0.125, "l", "milk", None)),
        ("400g tomatoes", (400, "g", "tomatoes", None)),
        ("٣ cups tea", (3, "cup", "tea", None)),
        ("1\u00a0cup\tmilk", (1, "cup", "milk", None)),
        ("2-3 carrots", (2, None, "carrots", None)),
        ("2 to 3 cloves garlic", (2, "clove", "garlic", None)),
        ("½–1 cup milk", (0.5, "cup", "milk", None)),
        ("one egg", (1, None, "egg", None)),
        ("a pinch of salt", (1, "pinch", "salt", None)),
        ("butter or olive oil", (None, None, "butter", "or olive oil")),
        ("1 cup plus 2 tbsp flour", (1, "cup", "flour", "plus 2 tbsp")),
        ("1/2 tsp. salt", (0.5, "tsp", "salt", None)),
        ("2 Tbsp of butter, melted", (2, "tbsp", "butter", "melted")),
        ("1 kilo potatoes", (1, "kg", "potatoes", None)),
        ("2 large eggs", (2, None, "eggs", "large")),
    ],
)
def test_quantity_and_unit_are_read(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salt, to taste", (None, None, "salt", "to taste")),
        ("2 tomatoes (ripe), diced, seeded", (2, None, "tomatoes", "diced, seeded, ripe")),
        ("2 cans (400 g each) chickpeas, drained", (2, "can", "chickpeas", "drained; 400 g each")),
        ("1 (14 oz) can tomatoes", (1, "can", "tomatoes", "14 oz each")),
        ("1 tomato , chopped", (1, None, "tomato", "chopped")),
    ],
)
def test_what_follows_a_comma_or_stands_in_parentheses_is_a_note(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "salt",
        "0 eggs",
        "2 cups",
        "(optional)",
        "0.001 g saffron",
        "1/0 cups milk",
        "1 1/0 cups milk",
        "1/2/3 cups milk",
        "100000 g flour",
        pytest.param("9" * 400 + " eggs", id="400 digits"),
        "1% milk",
        "100% buckwheat soba noodles",
        "5-spice powder",
        "10-inch tortilla",
        "12",
        "½ ",
        "гречка",
        "🍲",
    ],
)
def test_a_line_without_a_usable_quantity_is_a_name(text):
    found = parse(text)
    assert (found.amount, found.unit, found.notes) == (None, None, None)
    assert found.name == text.strip()[:200]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "at least 1 item"), (" \n", "at least 1 item"), ("1 \x00egg", "NUL"), ("\ud800", "unicode")],
)
def test_what_can_be_no_name_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValidationError, match=reason) as refused:
        parse(text)
    assert [error["loc"] for error in refused.value.errors()] == [("name",)]


def test_long_lines_are_cut_to_what_a_recipe_may_hold():
    found = parse("1 cup " + "x" * 300 + ", " + "chopped " * 60)
    assert (len(found.name), len(found.notes)) == (200, 479)
    assert len(parse("x" * 5000).name) == 200


@pytest.mark.parametrize(
    "written",
    [
        "2 tbsp soy sauce, zorblax paste and honey",
        "2 carrots (or zorblax), peeled",
        "Salt, pepper and a knob of zorblax",
        "1 cup rice, Trader Joe's zorblax",
    ],
)
def test_a_note_that_may_name_an_unknown_food_stays_in_the_name(written):
    found = parse(written)
    assert "zorblax" in found.name
    assert found.notes is None
    assert find(found.name) is None


@pytest.mark.parametrize(
    ("written", "notes"),
    [
        ("2 carrots, peeled and finely chopped", "peeled and finely chopped"),
        ("1 onion (about 150 g), cut into thin wedges", "cut into thin wedges, about 150 g"),
        ("200 g noodles, tossed in butter", "tossed in butter"),
        ("1 tsp salt, or to taste", "or to taste"),
    ],
)
def test_preparation_and_known_foods_are_notes(written, notes):
    assert parse(written).notes == notes


SCRAPS = st.sampled_from(
    "1 2 1/2 ½ 0 9999999 , . - – to ( ) / % cup tsp. of tomato x \x00 \t".split(" ")
)


@settings(deadline=None, max_examples=300)
@given(st.text() | st.lists(SCRAPS).map(" ".join) | st.lists(SCRAPS).map("".join))
def test_every_text_is_a_valid_line_or_has_no_name_in_it(text):
    try:
        found = parse(text)
    except ValidationError:
        assert not text.split() or "\x00" in text or not text.isprintable()
    else:
        assert DraftIngredient.model_validate(found.model_dump()) == found


@settings(deadline=None)
@given(st.floats(0.01, 99_999, allow_nan=False), st.sampled_from(["g", "ml", "tsp", "cup", "clove"]))
def test_a_written_quantity_is_read_back_within_a_hundredth(amount, unit):
    found = parse(line(amount, unit, "garlic", "chopped"))
    assert found.amount == pytest.approx(amount, abs=0.011)
    assert (found.unit, found.name, found.notes) == (unit, "garlic", "chopped")


def test_every_line_of_the_book_is_read_back():
    for item in book.book():
        for entry in item.draft.ingredients:
            found = parse(line(entry.amount, entry.unit, entry.name, None))
            # "3 bay leaves": the name already says what is counted.
            unit = "piece" if entry.name.endswith(f" {entry.unit}") else entry.unit
            assert (found.unit or "piece", found.amount) == (
                unit,
                pytest.approx(entry.amount, abs=0.01),
            )
            names = {found.name, f"canned {found.name}"} if found.unit == "can" else {found.name}
            assert find(entry.name) in {find(name) for name in names}, found
