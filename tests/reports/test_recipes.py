"""Recipes on paper: what is in the data is on the page, whatever the data is like."""

import datetime
import io

import pdfplumber
import pytest
from PIL import Image

from lib.ai import cards
from lib.images import origins
from lib.reports.document import About, render
from lib.reports.layout import Layout
from lib.reports.recipe_pages import recipe as pages_of
from lib.reports.recipe_sheets import arranged
from tests.reports.reading import flat, sound
from tests.reports.recipes import cooked, whole_recipe

AS_OF = datetime.datetime(2026, 11, 30, 8, tzinfo=datetime.UTC)
SOUP = [
    (1.0, "kg", "carrot"),
    (2.0, "piece", "onion"),
    (1.0, "l", "vegetable stock"),
    (1.0, "tbsp", "butter"),
]
STEPS = {
    "prep_instructions": ["Peel the carrots."],
    "cooking_instructions": ["Cook for 20 minutes.", "Blend until smooth."],
    "serving_instructions": ["Serve hot."],
    "freezer_prep": ["Freeze flat."],
    "defrost_instructions": ["Thaw overnight in the refrigerator."],
    "container_suggestions": ["Boxes of 500 ml."],
    "storage_time": 90,
}


def drawn(found, paper="a4", units="metric", *, pictured=False, **options):
    sheet = arranged(found, cooked(found), units, key="recipe", **options)
    layout = Layout(paper, sheet.model_dump_json())
    return render(pages_of(sheet, layout, 0, pictured=pictured), About(sheet.title, "", AS_OF), layout)


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_recipe(paper):
    soup = whole_recipe(
        SOUP, title="Carrot soup", prep_time=15, cook_time=90, difficulty="easy", **STEPS
    )
    made = drawn(soup, paper)
    read = sound(made.content)
    assert made.pages == 1
    for said in (
        "Carrot soup", "Serves 4 · 15 min to prepare · 1 h 30 min to cook · Easy", "1 kg carrot",
        "2 onions", "1 l vegetable stock", "1 tbsp butter", "1. Peel the carrots.",
        "2. Blend until smooth.", "Serve hot.", "Freeze flat.", "Keeps in the freezer for 90 days.",
        "Thaw overnight in the refrigerator.", "Boxes of 500 ml.", "Nutrition Facts",
        "4 servings per recipe", "Contains or may contain: milk",
    ):  # fmt: skip
        assert said in read.text


def test_the_label_says_what_was_computed():
    soup = whole_recipe(SOUP)
    sheet = arranged(soup, cooked(soup), "metric", key="recipe")
    read = sound(drawn(soup).content)
    assert sheet.facts
    assert {"Calories", sheet.facts.calories} <= set(read.text.split())
    for fact in (*sheet.facts.main, *sheet.facts.minor):
        assert f"{fact.name} {fact.amount} {fact.percent}".strip() in read.text


def test_for_other_servings_amounts_change_and_a_serving_stays():
    soup = whole_recipe(SOUP, cooking_instructions=["Melt 1 tbsp butter."])
    twice = arranged(soup, cooked(soup), "metric", key="recipe", servings=8)
    assert [line.amount for line in twice.ingredients] == ["2 kg", "4", "2 l", "2 tbsp"]
    assert twice.sections[0].steps == ["Melt 2 tbsp butter."]
    assert twice.meta[0] == "Serves 8 (recipe for 4)"
    once = arranged(soup, cooked(soup), "metric", key="recipe")
    assert twice.facts
    assert once.facts
    assert (twice.facts.calories, twice.facts.servings) == (once.facts.calories, "8")


def test_for_other_servings_there_are_as_many_tubs():
    soup = whole_recipe([(1.0, "kg", "leek")], container_suggestions=["Four 500 ml tubs"])
    sheet = arranged(soup, None, "metric", key="r", servings=12)
    assert sheet.keeping[-1].steps == ["Twelve 500 ml tubs"]
    assert arranged(soup, None, "metric", key="r").keeping[-1].steps == ["Four 500 ml tubs"]


def test_us_units():
    read = sound(drawn(whole_recipe([(250.0, "g", "all-purpose flour")]), units="us").content)
    assert "2 cups all-purpose flour" in read.text


def test_without_steps():
    assert "This recipe has no steps." in sound(drawn(whole_recipe(SOUP)).content).text


def test_without_ingredients_there_is_no_label():
    read = sound(drawn(whole_recipe([])).content)
    assert "This recipe lists no ingredients." in read.text
    assert "Nutrition Facts" not in read.text


def test_unknown_ingredients_leave_no_label_and_a_warning():
    read = sound(drawn(whole_recipe([(1.0, "cup", "glorp"), (1.0, "cup", "milk")])).content)
    assert "Nutrition Facts" not in read.text
    assert "Not every ingredient is known" in read.text


def test_markup_in_names_is_printed():
    read = sound(
        drawn(whole_recipe([(1.0, "cup", "<b>milk</b> & <i>honey")], title="A <para> & B")).content
    )
    assert "1 cup <b>milk</b> & <i>honey" in flat(read.text) or "<b>milk</b> & <i>honey" in read.text
    assert "A <para> & B" in read.text


def test_sixty_ingredients_and_forty_steps_lose_nothing():
    many = [(float(n), "g", f"food number {n}") for n in range(1, 61)]
    steps = [f"Step number {n}: " + "stir and wait, " * 12 for n in range(1, 41)]
    made = drawn(whole_recipe(many, cooking_instructions=steps))
    read = sound(made.content)
    assert all(f"food number {n}" in read.text for n in range(1, 61))
    assert all(f"Step number {n}:" in read.text for n in range(1, 41))
    assert made.pages <= 5
    assert all(len(page) > 200 for page in read.pages)


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("steps", range(4, 24, 2))
def test_a_label_is_never_alone_on_a_page(paper, steps):
    long = [
        "Stir it well and let it simmer until it has thickened a little, then taste it. " * 2
    ] * steps
    made = drawn(
        whole_recipe(SOUP * 4, cooking_instructions=long, **_without("cooking_instructions")), paper
    )
    for page in sound(made.content).pages:
        if "Nutrition Facts" in page:
            assert "Ingredients" in page or "Freeze" in page or "Stir it well" in page or "Boxes" in page
    inside(made.content)


def _without(name):
    return {key: value for key, value in STEPS.items() if key != name}


def inside(content):
    """Nothing is drawn over the margins."""
    with pdfplumber.open(io.BytesIO(content)) as opened:
        for page in opened.pages:
            body = [char for char in page.chars if char["bottom"] < page.height - 50]
            assert all(char["x0"] >= 50 and char["x1"] <= page.width - 50 for char in body)
            assert all(char["top"] >= 40 and char["bottom"] <= page.height - 59 for char in body)


def test_a_long_word_in_a_narrow_column_stays_in_it():
    made = drawn(whole_recipe([(1.0, "g", "z" * 150)], title="t" * 300))
    with pdfplumber.open(io.BytesIO(made.content)) as opened:
        letters = [char for page in opened.pages for char in page.chars if char["text"] == "z"]
    assert len(letters) == 150
    assert max(char["x1"] for char in letters) < 51 + 173


def test_pictures_and_what_stands_for_them(tmp_path):
    Image.linear_gradient("L").convert("RGB").resize((900, 700)).save(tmp_path / "a.webp")
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    soup = whole_recipe(SOUP)
    with pdfplumber.open(
        io.BytesIO(drawn(soup, pictured=True, picture=tmp_path / "a.webp").content)
    ) as opened:
        (picture,) = opened.pages[0].images
        assert picture["width"] == pytest.approx(493.28)
    card = cards.card("Soup", form="JPEG")
    with Image.open(io.BytesIO(card)) as square:
        square.save(tmp_path / "card.webp", xmp=origins.packet("algorithmicMedia").encode())
    for missing in (None, *(tmp_path / name for name in ("broken.jpg", "gone.jpg", "card.webp"))):
        made = drawn(soup, pictured=True, picture=missing).content
        with pdfplumber.open(io.BytesIO(made)) as opened:
            (strip,) = opened.pages[0].images
            assert strip["height"] < picture["height"] / 2
        sound(made)
