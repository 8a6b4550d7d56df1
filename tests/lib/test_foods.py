"""The food table: names, classes and figures."""

import csv
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition import foods as table
from lib.nutrition import labels
from lib.nutrition.foods import find, key, mentioned, places, singular, words
from lib.nutrition.nutrients import NUTRIENTS, PLACE
from lib.nutrition.units import find_unit
from lib.recipes.amounts import plural

TWICE = {"breaded chicken tender"}  # also in the table as "breaded chicken tenders"
FOODS = [food for food in table.foods().values() if food.name not in TWICE]
NAMES = sorted({name for food in FOODS for name in (food.name, *food.aliases)})
RECORDS = {food.fdc_id: food for food in FOODS}
MARKS = frozenset().union(*labels._ALLERGEN_CLASSES.values(), *labels._DIET_EXCLUDES.values())
AISLES = set(
    "produce|meat|canned goods|prepared|baking|oils and condiments|grains and pasta|dairy and eggs|"
    "snacks and sweets|spices|drinks|bakery|frozen|international|nuts and dried fruit|seafood|deli|"
    "plant-based".split("|")
)
CATEGORIES = set(
    "vegetable|meat|condiment|prepared|sweet|fruit|dairy|drink|grain|spice|baking|poultry|legume|"
    "fish|snack|nut|bread|pasta|soup|herb|oil|sweetener|seafood|stock|plant protein|plant milk|seed|"
    "egg".split("|")
)
ROLES = set(
    "cooking fat|spread|cream|milk|yogurt|soft cheese|melting cheese|hard cheese|sweetener|syrup|salt|"
    "salty seasoning|stock|ground meat|red meat|poultry|cured meat|sausage|fish|shellfish|egg|"
    "plant protein|legume|pasta|grain side|flour|bread|wrap|breakfast cereal|crunchy topping|nut|seed|"
    "nut butter|starchy vegetable|vegetable|leafy green|aromatic|mushroom|fruit|dried fruit|juice|"
    "soft drink|hot drink|alcohol|chocolate|candy|thickener|leavener|acid|fresh herb|spice|extract|"
    "tomato product|sauce|dressing|condiment|pickle|dip|soup|snack|dessert|baked good|dough|jam|water|"
    "prepared dish|other".split("|")
)
HOLDS_ONE_OF = {
    "meat": {"meat", "poultry"},
    "poultry": {"poultry"},
    "fish": {"fish"},
    "seafood": {"crustacean", "mollusc", "fish"},
    "egg": {"egg"},
    "dairy": {"milk"},
    "nut": {"tree_nut", "peanut"},
    "legume": {"legume"},
    "grain": {"grain", "wheat", "gluten"},
    "bread": {"grain"},
    "pasta": {"grain", "legume", "wheat"},
}
HOLDS_NONE = {
    "frog leg",  # sold with the seafood, but no fish
    "shrimp paste",  # sold with the fish, but of shrimp
    "imitation sour cream",  # of plants
    "sorbet",
    "tiger nut",  # a tuber
    "cassava bread",  # of no grain
    "gluten-free tortilla",
    "shirataki noodles",
    "sweet potato noodles",
    "corn dog",  # of any animal
}
IMPLIED = [
    ("wheat", "gluten"),
    ("wheat", "grain"),
    ("gluten", "grain"),
    ("soy", "legume"),
    ("peanut", "legume"),
    ("lupin", "legume"),
]
# Records whose energy isn't what protein, carbohydrate, fat and alcohol give, by the reason.
OTHER_ENERGY = {
    "carbohydrate that isn't digested": [
        "Sweetener, herbal extract powder from Stevia leaf",
        "Sugar substitute, monk fruit, powder",
        "Chewing gum, sugarless",
        "Jams and preserves, no sugar (with sodium saccharin), any flavor",
    ],
    "bran, cocoa and algae that are digested in part": [
        "Cocoa, dry powder, unsweetened, processed with alkali",
        "Oat bran, raw",
        "Seaweed, spirulina, dried",
    ],
    "minerals and acids that count as carbohydrate by difference": [
        "Leavening agents, baking powder, low-sodium",
        "Leavening agents, baking powder, double-acting, sodium aluminum sulfate",
        "Leavening agents, baking powder, double-acting, straight phosphate",
        "Beverages, fruit-flavored drink, powder, with high vitamin C with other added vitamins, "
        "low calorie",
    ],
    "acetic acid": [
        "Vinegar, cider",
        "Vinegar, balsamic",
        "Vinegar, red wine",
        "Vinegar, distilled",
    ],
    "as USDA has it": ["Chicken spread", "Seasoning mix, dry, taco, original"],
}


MACROS = ("energy_kcal", "protein_g", "fat_g", "carbohydrate_g")


def figure(food, name):
    return float(np.nan_to_num(food.per_100g[PLACE[name]]))


def rows():
    for path in table.sources():
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row for row in csv.DictReader(file) if row["name"] not in TWICE)


def test_the_table_is_large():
    assert len(FOODS) >= 4000
    assert len(RECORDS) >= 2900


def test_every_name_and_alias_stands_for_one_food():
    written = [
        name for row in rows() for name in (row["name"], *filter(None, row["aliases"].split("|")))
    ]
    assert [name for name, count in Counter(written).items() if count > 1] == []
    assert [name for name in written if name != " ".join(name.lower().split())] == []


def test_no_two_foods_share_a_key():
    owners = {(key(name), food.name) for food in FOODS for name in (food.name, *food.aliases)}
    assert [name for name, count in Counter(name for name, _ in owners).items() if count > 1] == []
    assert "" not in table.by_key()


def test_every_row_is_made_of_known_words():
    assert [food.name for food in FOODS if food.aisle not in AISLES] == []
    assert [food.name for food in FOODS if food.category not in CATEGORIES] == []
    assert [food.name for food in FOODS if food.role not in ROLES] == []
    assert [food.name for food in FOODS if food.unit != "piece" and not find_unit(food.unit)] == []
    assert [(food.name, odd) for food in FOODS if (odd := (food.classes | food.may) - MARKS)] == []
    assert frozenset().union(*(food.classes | food.may for food in FOODS)) == MARKS


def test_the_facts_of_a_row_agree_with_each_other_and_with_its_category():
    assert [food.name for food in FOODS if food.classes & food.may] == []
    for cause, effect in IMPLIED:
        assert [
            food.name for food in FOODS if {cause} <= food.classes and effect not in food.classes
        ] == []
        either = [food for food in FOODS if cause in food.may]
        assert [food.name for food in either if effect not in food.classes | food.may] == []
    odd = {
        food.name
        for food in FOODS
        if food.category in HOLDS_ONE_OF and not food.classes & HOLDS_ONE_OF[food.category]
    }
    assert odd - HOLDS_NONE == set()


def test_every_record_has_figures_that_can_be():
    for food in RECORDS.values():
        assert food.per_100g.shape == (len(NUTRIENTS),)
        assert not np.isnan([food.per_100g[PLACE[name]] for name in MACROS]).any(), food.name
        assert np.nanmin(food.per_100g) >= 0, food.name
        parts = [figure(food, name) for name in ("protein_g", "fat_g", "carbohydrate_g", "alcohol_g")]
        assert sum(parts) <= 103, food.name
        assert figure(food, "saturated_fat_g") <= figure(food, "fat_g") + 0.5, food.name
        assert figure(food, "energy_kcal") <= 902, food.name


def test_energy_is_what_the_macronutrients_give():
    """General factors overstate what fibre gives, and USDA's own for a food differ by some percent."""
    accepted = {description for each in OTHER_ENERGY.values() for description in each}
    odd = []
    for food in RECORDS.values():
        grams = [figure(food, name) for name in ("protein_g", "carbohydrate_g", "fat_g", "alcohol_g")]
        expected = float(np.dot(grams, (4, 4, 9, 7)))
        least = 0.85 * expected - 4 * figure(food, "fiber_g") - 8
        if not least <= figure(food, "energy_kcal") <= 1.1 * expected + 8:
            odd.append(food.description)
    assert set(odd) - accepted == set()


def test_household_weights_and_shares_are_those_of_food():
    assert [food.name for food in FOODS if not 0 < food.edible <= 1] == []
    assert [food.name for food in FOODS if food.cooked_yield and not 0.1 <= food.cooked_yield <= 8] == []
    weightless = {food.name for food in FOODS if any(portion.grams <= 0 for portion in food.portions)}
    assert weightless - {"banana leaf", "corn husk"} == set()  # wrappers that aren't eaten
    spoons = [(food, portion) for food in FOODS for portion in food.portions if portion.unit == "tbsp"]
    assert [food.name for food, portion in spoons if not 0.2 <= portion.grams <= 45] == []
    cups = [(food, portion) for food in FOODS for portion in food.portions if portion.unit == "cup"]
    odd = {food.name for food, portion in cups if not 3 <= portion.grams <= 405}
    assert odd - {"cooked couscous"} == set()


@pytest.mark.parametrize("form", [str, str.upper, str.title, "  {} ".format])
def test_a_food_is_found_however_its_names_are_written(form):
    for food in FOODS:
        for name in (food.name, *food.aliases):
            assert find(form(name)) is food, form(name)


def test_plurals_lead_to_the_food_or_to_none():
    found = {name: find(plural(name)) for name in NAMES}
    assert sum(food is not None for food in found.values()) / len(NAMES) > 0.99
    wrong = {name for name, food in found.items() if food and food is not find(name)}
    assert wrong - {"blondie"} == set()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tomatoes", "tomato"),
        ("POTATOES", "potato"),
        ("bay leaves", "bay leaf"),
        ("cherries", "cherry"),
        ("Strawberries", "strawberry"),
        ("sourdough loaves", "sourdough bread"),
        ("pecan halves", "pecan"),
        ("radishes", "radish"),
        ("peaches", "peach"),
        ("olives", "olive"),
        ("chives", "chive"),
        ("scallions", "green onion"),
        ("kidney   beans", "kidney beans"),
        ("black bean", "black beans"),
        ("chili peppers", "chili pepper"),
        ("anchovies", "anchovy fillet"),
        ("jalapeño", "jalapeño"),
        ("jalapeno", "jalapeño"),
        ("half-and-half", "half and half"),
        ("molasses", "molasses"),
        ("couscous", "couscous"),
        ("asparagus", "asparagus"),
        ("aubergines", "eggplant"),
        ("courgette", "zucchini"),
    ],
)
def test_plurals_and_other_names_lead_to_the_food(written, name):
    assert find(written) is find(name)
    assert find(written).name


@pytest.mark.parametrize(
    ("name", "food", "said", "kcal"),
    [
        ("butter", "butter", "salted", (700, 740)),
        ("rice", "white rice", "raw", (340, 380)),
        ("egg", "egg", "raw", (135, 155)),
        ("milk", "milk", "3.25%", (58, 66)),
        ("flour", "all-purpose flour", "wheat", (350, 375)),
        ("sugar", "sugar", "granulated", (380, 405)),
        ("cream", "heavy cream", "heavy", (330, 350)),
        ("yogurt", "plain yogurt", "whole milk", (55, 70)),
        ("pasta", "pasta", "dry", (355, 380)),
        ("chicken breast", "chicken breast", "raw", (100, 125)),
        ("ground beef", "ground beef", "lean meat", (200, 265)),
        ("cheese", "cheddar", "cheddar", (390, 415)),
        ("oil", "vegetable oil", "oil", (880, 902)),
        ("onion", "onion", "raw", (35, 45)),
        ("potato", "potato", "raw", (70, 85)),
        ("spinach", "spinach", "raw", (20, 26)),
        ("shrimp", "shrimp", "raw", (70, 100)),
        ("salt", "salt", "table", (0, 0)),
        ("chickpeas", "chickpeas", "drained", (120, 160)),
    ],
)
def test_a_bare_name_means_what_recipes_mean_by_it(name, food, said, kcal):
    found = find(name)
    assert found.name == food
    assert said in found.description.lower()
    assert kcal[0] <= figure(found, "energy_kcal") <= kcal[1]


def test_an_egg_is_a_large_one():
    assert {portion.grams for portion in find("egg").portions if portion.unit in ("piece", "large")} == {
        50
    }


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("rice", "cooked rice"),
        ("butter", "unsalted butter"),
        ("chicken thigh", "bone-in chicken thigh"),
        ("corn", "canned corn"),
        ("tomato", "canned tomatoes"),
        ("milk", "skim milk"),
        ("peas", "dried peas"),
        ("apricot", "dried apricot"),
        ("tuna in oil", "canned tuna"),
    ],
)
def test_states_that_differ_in_figures_are_foods_of_their_own(name, other):
    assert find(name).fdc_id != find(other).fdc_id


@pytest.mark.parametrize(
    "name",
    ["", " ", "s", "es", "'", "...", "zorblax", "zorblax butter", "butter zorblax", "tomato\x00x", "🍅"],
)
def test_nothing_is_guessed_from_parts_of_a_name(name):
    assert find(name) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("peanut butter and jelly", ["peanut butter", "jelly"]),
        ("tossed in butter", ["butter"]),
        ("with coconut milk, not milk", ["coconut milk", "milk"]),
        ("served warm", []),
        ("", []),
    ],
)
def test_a_text_mentions_the_longest_names_in_it(text, names):
    assert mentioned(text) == [find(name) for name in names]


def test_places_tell_where_the_names_stand():
    said = words("stir in soy sauce then sesame oil")
    assert [(said[start:end], food) for food, start, end in places(said)] == [
        (["soy", "sauce"], find("soy sauce")),
        (["sesame", "oil"], find("sesame oil")),
    ]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=60))
def test_any_text_has_words_and_a_key_that_stays(text):
    assert key(text) == " ".join(words(text))
    assert all(singular(word) for word in words(text))
    mentioned(text)


def test_the_hash_is_that_of_the_files():
    assert len(table.table_sha256()) == 64
    assert table.table_sha256() == table.table_sha256()
