"""From names to foods: which one, how sure, and when none."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition.foods import find, foods
from lib.nutrition.lines import parse
from lib.nutrition.matching import THRESHOLD, match, match_name, suggestions

TWICE = {"breaded chicken tender"}  # also in the table as "breaded chicken tenders"
FOODS = [food for food in foods().values() if food.name not in TWICE]
NAMES = sorted({name for food in FOODS for name in (food.name, *food.aliases)})


def test_every_name_and_alias_is_sure():
    for food in FOODS:
        for name in (food.name, *food.aliases):
            found = match_name(name)
            assert (found.food, found.confidence, found.how, found.exact) == (food, 1.0, "name", True)


@pytest.mark.parametrize(
    ("name", "food"),
    [
        ("Carrots", "carrot"),
        ("scallions", "green onion"),
        ("aubergine", "eggplant"),
        ("coriander leaves", "cilantro"),
        ("lamb mince", "ground lamb"),
        ("rice wine vinegar", "rice vinegar"),
        ("skimmed milk", "skim milk"),
        ("fat-free milk", "skim milk"),
        ("corn starch", "cornstarch"),
        ("hamburger buns", "burger bun"),
    ],
)
def test_other_names_lead_to_the_food(name, food):
    assert match_name(name).food.name == food


@pytest.mark.parametrize(
    ("name", "food"),
    [
        ("finely chopped carrots", "carrot"),
        ("organic carrots", "carrot"),
        ("ripe tomatoes", "tomato"),
        ("freshly grated nutmeg", "ground nutmeg"),
        ("large eggs", "egg"),
        ("good quality olive oil", "olive oil"),
        ("peeled diced potatoes", "potato"),
    ],
)
def test_words_of_preparation_leave_the_food_what_it_is(name, food):
    found = match_name(name)
    assert found.food.name == food
    assert found.confidence > 0.7


@pytest.mark.parametrize(
    ("name", "is_no"),
    [
        ("rice wine vinegar", "white rice"),
        ("rice flour", "white rice"),
        ("rice noodles", "white rice"),
        ("rice krispies", "white rice"),
        ("beef bouillon cubes", "beef"),
        ("chicken bouillon cube", "chicken"),
        ("beef stock", "beef"),
        ("beefsteak tomato", "beef"),
        ("coconut milk", "milk"),
        ("almond milk", "milk"),
        ("oat milk", "milk"),
        ("almond flour", "all-purpose flour"),
        ("coconut flour", "all-purpose flour"),
        ("peanut butter", "butter"),
        ("cocoa butter", "butter"),
        ("butter beans", "butter"),
        ("butter lettuce", "butter"),
        ("butternut squash", "butter"),
        ("buttermilk", "milk"),
        ("cream of tartar", "heavy cream"),
        ("ice cream", "heavy cream"),
        ("cream cheese", "cheddar"),
        ("egg noodles", "egg"),
        ("egg white", "egg"),
        ("eggplant", "egg"),
        ("fish sauce", "fish"),
        ("oyster mushrooms", "oyster"),
        ("oyster sauce", "oyster"),
        ("water chestnuts", "chestnut"),
        ("ginger ale", "ginger"),
        ("lemon zest", "lemon"),
        ("lemongrass", "lemon"),
        ("garlic powder", "garlic"),
        ("onion powder", "onion"),
        ("celery salt", "celery"),
        ("garlic salt", "salt"),
        ("baking soda", "soda"),
        ("tomato paste", "tomato"),
        ("apple cider vinegar", "apple cider"),
        ("pumpkin pie spice", "pumpkin"),
        ("pumpkin seeds", "pumpkin"),
        ("sesame oil", "vegetable oil"),
        ("corn syrup", "corn"),
        ("potato chips", "potato"),
        ("spaghetti squash", "spaghetti"),
        ("almond extract", "almond"),
        ("rose water", "water"),
        ("duck sauce", "duck"),
        ("hot dog buns", "hot dog"),
        ("banana peppers", "banana"),
        ("orange blossom water", "orange"),
        ("cauliflower rice", "white rice"),
        ("turkey bacon", "bacon"),
        ("vegan butter", "butter"),
        ("cherry tomatoes", "cherry"),
        ("plum sauce", "plum"),
    ],
)
def test_the_noun_and_what_qualifies_it_matter(name, is_no):
    found = match_name(name)
    assert found.food.name != is_no
    assert found.food is not find(is_no)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cooked rice", "rice"),
        ("unsalted butter", "butter"),
        ("dried apricots", "apricots"),
        ("smoked paprika", "paprika"),
        ("ground ginger", "ginger"),
        ("sweetened condensed milk", "evaporated milk"),
        ("black pepper", "bell pepper"),
        ("brown rice", "white rice"),
        ("red lentils", "lentils"),
        ("whole wheat flour", "flour"),
        ("egg yolk", "egg white"),
    ],
)
def test_qualifiers_tell_foods_apart(one, other):
    assert match_name(one).food is not match_name(other).food


@pytest.mark.parametrize(
    ("written", "food"),
    [
        ("brocolli", "broccoli"),
        ("zuchini", "zucchini"),
        ("cinammon", "ground cinnamon"),
        ("chiken breast", "chicken breast"),
        ("onoin", "onion"),
        ("tomatos", "tomato"),
    ],
)
def test_words_spelled_wrong_are_understood(written, food):
    found = match_name(written)
    assert found.food.name == food
    if found.how == "spelling":
        assert THRESHOLD <= found.confidence < 0.9
        assert not found.exact


def test_confidence_falls_with_every_word_that_is_not_understood():
    names = ("carrot", "sliced carrot", "italian carrot", "zorblax carrot", "zorblax wumpus carrot")
    confidences = [match_name(name).confidence for name in names]
    assert confidences == sorted(confidences, reverse=True)
    assert confidences[0] == 1.0
    assert confidences[-1] < 0.8


def test_a_word_that_is_a_food_costs_more_than_one_that_is_none():
    unknown = match_name("zorblax carrot")
    for name in ("almond carrot", "milk carrot"):
        found = match_name(name)
        assert found is None or found.confidence < unknown.confidence


@pytest.mark.parametrize(
    "name", ["grandma's beef", "zorblax butter", "hand-picked tomatoes", "brocolli"]
)
def test_what_is_not_wholly_understood_is_not_exact(name):
    assert not match_name(name).exact


def test_the_words_left_over_are_told():
    assert match_name("zorblax carrots").left == ("zorblax",)
    assert match_name("carrots").left == ()


@pytest.mark.parametrize(
    "name",
    [
        "zorblax",
        "blorptastic gribble",
        "asdfgh",
        "dragon scale",
        "unicorn meat",
        "🍕",
        "гречка",
        "",
        " ",
        "12",
    ],
)
def test_what_is_no_food_stays_none(name):
    assert match_name(name) is None
    assert match(parse(f"2 cups {name}")) is None


@pytest.mark.parametrize(
    ("line", "food"),
    [
        ("1 tsp pepper", "black pepper"),
        ("pepper", "black pepper"),
        ("1 pepper", "bell pepper"),
        ("1 cup pepper, diced", "bell pepper"),
        ("2 peppers", "bell pepper"),
        ("1 tsp coriander", "ground coriander"),
        ("1 bunch coriander", "cilantro"),
        ("1 tsp chili", "chili powder"),
        ("2 tbsp butter or oil", "butter"),
        ("2 tbsp oil or butter", "vegetable oil"),
        ("1 cup chicken or vegetable stock", "chicken stock"),
        ("1 cup milk or cream", "milk"),
        ("1 10-inch tortilla", "10-inch flour tortilla"),
        ("1 12-inch pizza crust", "pizza crust"),
        ("juice of 1 lemon", "lemon juice"),
        ("zest of 1 lemon", "lemon zest"),
        ("2 cups cooked rice", "cooked white rice"),
        ("1 (14.5 oz) can diced tomatoes", "canned tomatoes"),
        ("2 cups fresh basil leaves", "basil"),
        ("1 large onion, chopped", "onion"),
        ("3 garlic cloves", "garlic"),
    ],
)
def test_the_food_of_a_line(line, food):
    assert match(parse(line)).food.name == food


def test_where_the_first_is_unknown_the_alternative_counts_with_less_confidence():
    found = match(parse("1 cup zorblax or milk"))
    assert found.food.name == "milk"
    assert THRESHOLD <= found.confidence < 0.9
    assert not found.exact


@pytest.mark.parametrize(
    ("name", "near"),
    [("carot cake", "carrot cake"), ("parmesean", "parmesan"), ("vanila extract", "vanilla extract")],
)
def test_suggestions_are_close(name, near):
    assert near in suggestions(name)


def test_suggestions_are_few_known_and_none_for_nonsense():
    for name in ("unicorn meat", "secret family spice", "flour", "x" * 10_000):
        found = suggestions(name)
        assert len(found) == len(set(found)) <= 3
        assert set(found) <= set(foods())
    assert len(suggestions("chicken", most=6)) == 6
    assert suggestions("zorblax") == []


WORDS = st.sampled_from(
    "chopped fresh zorblax rice milk of in with and without or large dried cream 2% 1/2 x' the s".split()
)


@settings(deadline=None, max_examples=400)
@given(st.text(max_size=80) | st.lists(WORDS, max_size=50).map(" ".join))
def test_no_text_breaks_the_matcher(name):
    found = match_name(name)
    assert found is None or THRESHOLD <= found.confidence <= 1
    line = match(parse(name))
    assert line is None or THRESHOLD <= line.confidence <= 1


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(NAMES), st.sampled_from(["zorblax", "wumpus", "gribblefink"]), st.booleans())
def test_a_word_that_nobody_knows_is_never_overlooked(name, word, before):
    found = match_name(f"{word} {name}" if before else f"{name} {word}")
    assert found is None or (not found.exact and found.confidence < 1)


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(NAMES))
def test_a_name_is_matched_the_same_in_capitals(name):
    assert match_name(name.upper()) == match_name(name)
