"""The shopping list on paper says what the data says, box by box."""

import io
import re
import unicodedata
from datetime import UTC, datetime

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.reports.shopping_pages import ShoppingReport, draw
from lib.shopping.models import CookedRecipe
from tests.reports.reading import sound
from tests.shopping.lists import cooked, items, listed

AT = datetime(2026, 12, 1, tzinfo=UTC)
RECIPES = {
    "Dal with Spinach": ["200 g red lentils", "2 onions", "3 cloves garlic", "1 (400 g) can tomatoes"],
    "Onion Tart": ["6 onions", "250 g butter", "3 eggs", "1 cup milk", "1½ cups flour", "½ tsp salt"],
    "<b>Soup</b> & Bread": ["1 lemon, juiced", "1 loaf bread", "2 tbsp unicorn powder", "1 cup water"],
    "Salad": ["1 avocado, optional", "1 onion"],
}
SCRIPTS = [
    "300 g 杏仁豆腐",
    "300 г картофеля",
    "2 κρεμμύδια",
    "200 g かぼちゃ",
    "2 사과",
    "2 🥕 cakes",
    "½ ☐ ☑ ⅓",
]


SHORT = {"<b>Soup</b> & Bread": "<b>Soup</b>"}
"""What recipes are called in small print, where that isn't their title."""


def printed(data, paper="a4"):
    """The PDF of a list."""
    return draw(ShoppingReport(data, AT), paper).content


def words_of(content):
    """The text of all pages, column by column, with single spaces."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        found = []
        for page in pdf.pages:
            middle = page.width / 2
            # The first page's head goes over both columns.
            found += [page.crop((0, 0, page.width, 110)).extract_text() or ""]
            for left, right in ((0, middle), (middle, page.width)):
                found.append(page.crop((left, 0, right, page.height)).extract_text() or "")
    return squeezed(" ".join(found))


def squeezed(text):
    """The text without white space: lines may be broken anywhere."""
    return re.sub(r"\s+", "", text)


def boxes_of(content):
    """Squares on all pages: how many, with strokes that are seen."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        return [
            rect
            for page in pdf.pages
            for rect in page.rects
            if abs(rect["width"] - rect["height"]) < 0.1 and rect["stroke"] and rect["linewidth"] >= 0.7
        ]


@pytest.mark.parametrize("units", ["metric", "us"])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_says_what_the_data_says(units, paper):
    data = cooked(RECIPES, pantry=["1 kg rice", "100 g butter", "salt"], units=units)
    data.recipes = [CookedRecipe(id="x", title="Onion Tart", servings=6)]
    content = printed(data, paper)
    text = words_of(content)
    for item in items(data):
        assert squeezed(item.text) in text, item.text
        for note in item.notes:
            assert squeezed(note) in text
        if item.leftover.amount:
            assert squeezed(f"leaves {item.leftover.display}") in text, item.text
        if item.pantry.amount:
            assert squeezed(f"{item.pantry.display} at home") in text
        for use in item.for_recipes:
            assert squeezed(SHORT.get(use.title, use.title)) in text
    for section in data.sections:
        assert squeezed(section.aisle) in text
    for left in data.left_out:
        assert squeezed(f"{left.name}:") in text
    assert squeezed(f"{data.total_items} things from {len(data.sections)} aisles, for 1 recipe") in text
    assert "OnionTart,6servings" in text
    assert "1kgrice" in text


def test_a_box_for_each_line():
    data = cooked(RECIPES)
    boxes = boxes_of(printed(data))
    assert len(boxes) == data.total_items
    assert {round(box["width"], 1) for box in boxes} == {8.5}
    assert not any(box["fill"] for box in boxes)


def test_every_script():
    data = listed(*SCRIPTS)
    text = words_of(printed(data))
    for item in items(data):
        assert squeezed(item.text.replace("\ufe0f", "")) in text, item.text


def test_the_file():
    data = cooked(RECIPES)
    content = printed(data)
    assert content == printed(data)
    read = sound(content)
    assert (read.title, read.language) == ("A list", "en")
    assert read.outline[: len(data.sections)] == [section.aisle for section in data.sections]


def test_long_and_odd_names():
    title = "W" * 300 + " & <i>" + "long " * 60
    lines = ["x" * 400, "<b>& co</b>", f"2 {'very ' * 60}long things", "1 onion"]
    data = cooked({title: lines, "": ["2 onions"]})
    data = data.model_copy(update={"title": title})
    text = words_of(printed(data))
    assert "<b>&co" in text
    assert "3onions" in text


def test_more_recipes_than_a_page_holds():
    data = cooked({f"Recipe number {place} of very many": ["1 onion"] for place in range(800)})
    made = draw(ShoppingReport(data, AT), "a4")
    assert made.pages > 2
    text = words_of(made.content)
    assert all(f"Recipenumber{place}ofverymany" in text for place in (0, 399, 799))


@settings(max_examples=8, deadline=None)
@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=6),
    st.integers(0, 300),
    st.sampled_from(["a4", "letter"]),
)
def test_aisle_titles_never_stand_alone(counts, length, paper):
    names = "onion|frozen peas|ground cumin|ground beef|milk|unicorn".split("|")
    recipes = {
        f"Recipe {name} {'x ' * (length % 97)}": [f"{n + 1} g {name} {'z' * n}" for n in range(count)]
        for name, count in zip(names, counts, strict=False)
    }
    data = cooked(recipes)
    made = draw(ShoppingReport(data, AT), paper)
    with pdfplumber.open(io.BytesIO(made.content)) as pdf:
        for page in pdf.pages:
            for left, right in ((0, page.width / 2), (page.width / 2, page.width)):
                column = page.crop((left, 0, right, page.height - 50))
                rows = [line["text"] for line in column.extract_text_lines()]
                assert not rows or rows[-1] not in {section.aisle for section in data.sections}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("other", ["w" * 900, "杏仁豆腐" * 200, "a cup of something " * 45])
def test_long_alternatives_are_cut(other, paper):
    lines = [f"1 cup butter or a {letter}{other}" for letter in "abcd"]
    data = listed(*lines)
    assert max(len(note) for item in items(data) for note in item.notes) > 300
    assert sound(printed(data, paper))


@pytest.mark.parametrize("text", ["2 사과", "200 g がぎぐ"])
def test_letters_in_parts_are_printed(text):
    """As macOS writes them: each syllable in its parts."""
    assert "\ufffd" not in words_of(printed(listed(unicodedata.normalize("NFD", text))))
