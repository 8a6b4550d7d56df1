"""The conservation law, over lists that nobody thought of."""

from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition.foods import foods
from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
from lib.recipes.book import book
from lib.shopping.lists import Wanted, shopping_list
from lib.shopping.needs import Source
from tests.shopping.lists import check_balance, items

UNITS = [
    *("g", "kg", "oz", "lb", "ml", "l", "cup", "tbsp", "tsp", "pinch", "piece", "clove", "slice", "can"),
    *("bunch", "head", "stick", "jar", "package", "handful", "blorp", "", None),
]
UNKNOWN = ["unicorn powder", "杏仁豆腐", "<b>glue</b>", "moon dust & stars"]
FOODS = (
    "onion|butter|lemon|lemon juice|lemon zest|orange juice|egg|egg yolk|garlic|canned tomatoes|flour"
    "|milk|canned chickpeas|chickpeas|cilantro|salt|water|ground beef|bone-in chicken thigh|saffron"
    "|olive oil|acorn squash|extra-virgin olive oil|banana leaf|cooked white rice|white rice"
    "|salt and pepper"
).split("|")
TONNE_G = 1e6
"""More than this of a line is cut off, and refused where callers send it."""

names = st.one_of(st.sampled_from([*FOODS, *UNKNOWN]), st.sampled_from(sorted(foods())))
amounts = st.one_of(st.none(), st.floats(0, 100_000), st.sampled_from([0.25, 0.5, 1, 2, 3, 250, 400]))
notes = st.sampled_from([None, "400 g each", "juiced"])
lines = st.builds(from_parts, names, amounts, st.sampled_from(UNITS), notes)
times = st.sampled_from([0.25, 0.5, 1.0, 1 / 3, 2.0, 7.3])
recipes = st.lists(st.tuples(st.lists(lines, max_size=8), times), min_size=1, max_size=4)
systems = st.sampled_from(["metric", "us"])


def made(recipes, pantry, system, assume=False):
    """The list of recipes as lines with how often they are made."""
    sources = [
        Source(some, f"r{place}", f"Recipe {place}", times)
        for place, (some, times) in enumerate(recipes)
    ]
    return shopping_list(Wanted("A list", sources, pantry, assume_pantry=assume), match, system)


@settings(max_examples=250, deadline=None)
@given(recipes, st.lists(lines, max_size=6), systems, st.booleans())
def test_balance(recipes, pantry, system, assume):
    data = made(recipes, pantry, system, assume)
    check_balance(data)
    assert data.total_items == len(items(data))


@settings(max_examples=100, deadline=None)
@given(recipes, systems)
def test_each_gram_is_some_recipes(recipes, system):
    """What recipes need adds up to what is needed, but for fruits that serve twice."""
    for item in items(made(recipes, [], system)):
        if item.grams is not None:
            uses = sum(use.grams or 0 for use in item.for_recipes)
            shared = any("of the same" in note for note in item.notes)
            assert uses >= item.needed.amount - 0.02 * len(item.for_recipes)
            assert shared or uses == pytest.approx(
                item.needed.amount, abs=0.02 * len(item.for_recipes) + 0.01
            )


@settings(max_examples=60, deadline=None)
@given(recipes, systems)
def test_no_line_vanishes(recipes, system):
    """Every line of every recipe is on the list or among what is left out."""
    data = made(recipes, [], system)
    shown = {use.recipe_id for item in items(data) for use in item.for_recipes}
    shown |= {use.recipe_id for out in data.left_out for use in out.for_recipes}
    assert shown == {f"r{place}" for place, (some, _) in enumerate(recipes) if some}


@settings(max_examples=60, deadline=None)
@given(recipes, systems)
def test_what_was_bought_is_enough(recipes, system):
    """With the list's own purchases in the pantry, nothing that can be weighed is bought again."""
    first = [item for item in items(made(recipes, [], system)) if item.grams and item.needed.amount]
    whole = [item for item in first if item.grams < TONNE_G and _all_eaten(item.name)]
    bought = [from_parts(item.name, item.bought.amount, "g") for item in whole]
    again = {item.name for item in items(made(recipes, bought, system)) if item.grams}
    assert not again & {item.name for item in whole}


def _all_eaten(name):
    food = foods().get(name)
    return food is None or food.edible == 1


@lru_cache
def book_lines():
    """The book's recipes as lines."""
    return [
        [from_parts(i.name, i.amount, i.unit, i.notes) for i in item.draft.ingredients]
        for item in book()
    ]


@pytest.mark.parametrize("system", ["metric", "us"])
def test_the_whole_book(system):
    data = made([(some, 1.0) for some in book_lines()], [], system)
    check_balance(data)
    assert not data.unmerged
    assert {out.name for out in data.left_out} == {"water"}
    assert "Anything else" not in {section.aisle for section in data.sections}


def test_the_order_of_recipes_is_no_matter():
    some = [(each, 1.0) for each in book_lines()[:12]]
    one, other = made(some, [], "metric"), made(some[::-1], [], "metric")
    assert [(i.name, i.text, i.needed.amount) for i in items(one)] == [
        (i.name, i.text, pytest.approx(i.needed.amount, abs=0.1)) for i in items(other)
    ]
