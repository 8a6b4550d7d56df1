"""Diets and allergens: what is proven, and that nothing else is claimed."""

import csv
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.nutrition import labels
from lib.nutrition.foods import foods
from lib.nutrition.labels import ALLERGENS, DIETS, Evidence, evidence, evidence_of
from lib.nutrition.lines import parse

FOODS = list(foods().values())
NAMES = sorted({name for food in FOODS for name in (food.name, *food.aliases)})
MARKS = sorted(frozenset().union(*labels._ALLERGEN_CLASSES.values(), *labels._DIET_EXCLUDES.values()))
INVENTED = (
    "zorblax gribblefink wumpus snozzle quxberrypaste flurble blivetwurst mimsyborog Žžorb Кумкват 谷芽 "
    "thneedkin vorpalite jubjub frabjoz".split()
)

TRUTH = list(
    csv.DictReader(
        (Path(__file__).parents[1] / "data" / "allergen_names.csv").open(encoding="utf-8", newline="")
    )
)
# Allergens that a product of that name may hold and that are "clear" all the same, by the reason.
ACCEPTED = {
    "the dish, where the name is the food": {
        "whitebait": "wheat gluten",
        "calamari": "wheat gluten",
        "scampi": "fish wheat gluten",
        "escargot": "milk",
        "custard": "wheat gluten",
        "meringue": "tree_nut",
    },
    "traces and processing aids": {
        "pecorino romano": "egg",
        "gouda": "egg",
        "stout": "fish",
        "pale ale": "fish",
        "gelatin": "sulphite",
        "gelatine leaves": "sulphite",
        "pectin": "sulphite",
        "lupini beans": "sulphite",
        "coconut": "sulphite",
        "almond milk": "soy",
        "almond butter": "peanut",
        "cashew butter": "peanut",
        "roasted peanuts, crushed": "tree_nut",
        "peanut butter": "tree_nut",
        "crunchy peanut butter": "tree_nut",
        "sesame snaps": "tree_nut",
        "Jell-O": "milk",
        "vegetable shortening": "milk",
    },
    "starch sugars, which aren't labelled": {
        "dextrose": "wheat gluten",
        "maltodextrin": "wheat gluten",
    },
    "cut with flour by few brands": {
        "mustard powder": "wheat gluten",
        "dry mustard": "wheat gluten",
    },
    "another food in some countries": {
        "cornflour": "wheat gluten",
        "spaghetti": "egg",
        "penne": "egg",
        "matzo meal": "egg",
        "pad thai noodles": "wheat gluten",
        "sofrito": "celery",
        "clam juice": "fish sulphite",
        "kombu dashi": "fish",
    },
}


def named(name):
    return labels.allergens(evidence([(name, None)]))


def written(*lines):
    return labels.allergens(evidence_of([parse(line) for line in lines]))


def both(name):
    """The labels of a name as a recipe stores it, and as a line has it."""
    return named(name), written(name)


def test_no_allergen_that_a_name_stands_for_is_ever_clear():
    assert [
        (row["name"], allergen)
        for row in TRUTH
        for found in both(row["name"])
        for allergen in row["contains"].split()
        if found[allergen] == "clear"
    ] == []
    assert len(TRUTH) >= 1200


def test_what_a_name_may_hold_is_clear_only_where_that_is_accepted():
    accepted = {
        (name, allergen)
        for each in ACCEPTED.values()
        for name, marks in each.items()
        for allergen in marks.split()
    }
    clear = {
        (row["name"], allergen)
        for row in TRUTH
        for found in both(row["name"])
        for allergen in row["may"].split()
        if found[allergen] == "clear"
    }
    assert clear - accepted == set()


def test_false_alarms_are_few():
    alarms = {
        (row["name"], allergen)
        for row in TRUTH
        for found in both(row["name"])
        for allergen in row["never"].split()
        if found[allergen] in ("contains", "may")
    }
    assert len(alarms) <= 20, sorted(alarms)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("butternut squash", {"milk": "clear", "tree_nut": "clear"}),
        ("eggplant", {"egg": "clear"}),
        ("cream of tartar", {"milk": "clear"}),
        ("cocoa butter", {"milk": "clear"}),
        ("butter beans", {"milk": "clear"}),
        ("coconut milk", {"milk": "clear", "tree_nut": "clear"}),
        ("buckwheat groats", {"wheat": "clear"}),
        ("peanut butter", {"milk": "clear", "peanut": "contains"}),
        ("nutmeg", {"tree_nut": "clear"}),
        ("water chestnut", {"tree_nut": "clear"}),
        ("chestnut", {"tree_nut": "contains"}),
        ("almond flour", {"tree_nut": "contains", "wheat": "clear"}),
        ("celeriac", {"celery": "contains"}),
        ("oyster mushroom", {"mollusc": "clear", "shellfish": "clear"}),
        ("oyster sauce", {"mollusc": "contains", "shellfish": "contains"}),
        ("shrimp", {"shellfish": "contains", "mollusc": "clear"}),
        ("squid", {"shellfish": "contains", "mollusc": "contains"}),
        ("worcestershire sauce", {"fish": "contains", "gluten": "may"}),
        ("soy sauce", {"wheat": "contains", "soy": "contains", "gluten": "contains"}),
        ("gluten-free tamari", {"wheat": "clear", "soy": "contains", "gluten": "clear"}),
        ("rolled oats", {"gluten": "may"}),
        ("pearl barley", {"gluten": "contains", "wheat": "clear"}),
        ("spelt flour", {"gluten": "contains", "wheat": "contains"}),
        ("ghee", {"milk": "contains"}),
        ("tahini", {"sesame": "contains"}),
        ("mayonnaise", {"egg": "contains"}),
        ("dry white wine", {"sulphite": "contains"}),
        ("zorblax", {"milk": "unknown", "gluten": "unknown"}),
    ],
)
def test_allergens_of_foods_that_are_easily_mistaken(name, expected):
    for found in both(name):
        assert {allergen: found[allergen] for allergen in expected} == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["carrot", "olive oil"], {"vegan": "yes", "gluten_free": "yes", "paleo": "yes"}),
        (["carrot", "butter"], {"vegan": "no", "vegetarian": "yes", "dairy_free": "no"}),
        (["honey"], {"vegan": "no", "vegetarian": "yes", "paleo": "yes"}),
        (["parmesan"], {"vegetarian": "no", "vegan": "no", "pescatarian": "yes"}),
        (["cheddar"], {"vegetarian": "unknown", "vegan": "no"}),
        (["vegetarian cheddar"], {"vegetarian": "yes"}),
        (["salmon fillet"], {"vegetarian": "no", "pescatarian": "yes"}),
        (["chicken breast"], {"vegetarian": "no", "pescatarian": "no"}),
        (["chicken stock"], {"vegetarian": "no", "pescatarian": "no"}),
        (["lard"], {"vegetarian": "no"}),
        (["gelatin"], {"vegetarian": "no", "pescatarian": "no"}),
        (["marshmallow"], {"vegetarian": "no", "pescatarian": "no"}),
        (["worcestershire sauce"], {"vegetarian": "no", "pescatarian": "yes"}),
        (["rolled oats"], {"gluten_free": "unknown", "paleo": "no"}),
        (["gluten-free rolled oats"], {"gluten_free": "yes"}),
        (["coconut milk"], {"dairy_free": "yes", "vegan": "yes"}),
        (["chickpeas"], {"paleo": "no", "vegan": "yes"}),
        (["zorblax", "butter"], {"vegan": "no", "vegetarian": "unknown"}),
    ],
)
def test_diets_follow_from_the_ingredients(names, expected):
    found = labels.diets(evidence((name, None) for name in names))
    assert {diet: found[diet] for diet in expected} == expected
    assert labels.diets(evidence_of(parse(f"100 g {name}") for name in names)) == found


@pytest.mark.parametrize(
    ("carbohydrate", "fiber", "low_carb", "keto"),
    [
        (None, None, "unknown", "unknown"),
        (None, 5, "unknown", "unknown"),
        (0, None, "yes", "yes"),
        (20, None, "yes", "no"),
        (20.01, None, "no", "no"),
        (10, None, "yes", "yes"),
        (10.01, None, "yes", "no"),
        (20, 10, "yes", "yes"),
        (20, 9.9, "yes", "no"),
        (30, 20, "no", "yes"),
    ],
)
def test_keto_and_low_carb_follow_from_numbers(carbohydrate, fiber, low_carb, keto):
    found = labels.diets(evidence([("carrot", None)]), carbohydrate, fiber)
    assert (found["low_carb"], found["keto"]) == (low_carb, keto)


def test_keto_and_low_carb_want_every_ingredient_known():
    found = labels.diets(evidence([("zorblax", None)]), 1, 0)
    assert (found["low_carb"], found["keto"]) == ("unknown", "unknown")
    found = labels.diets(evidence([("zorblax", None)]), 30, 0)
    assert (found["low_carb"], found["keto"]) == ("no", "no")


@pytest.mark.parametrize(
    "known", [evidence([]), evidence_of([]), evidence_of([parse("For the sauce:")])]
)
def test_of_a_dish_without_ingredients_nothing_is_known(known):
    assert not known.known
    assert set(labels.allergens(known).values()) == {"unknown"}
    assert set(labels.diets(known).values()) == {"unknown"}


def test_headings_and_paper_say_nothing():
    with_them = evidence_of(map(parse, ["For the crust:", "parchment paper", "100 g butter"]))
    assert with_them == evidence_of([parse("100 g butter")])


@given(st.frozensets(st.sampled_from(MARKS)), st.frozensets(st.sampled_from(MARKS)))
def test_where_not_everything_is_known_nothing_is_clear_and_no_diet_proven(classes, may):
    known = Evidence(classes, may, known=False)
    assert set(labels.allergens(known).values()) <= {"contains", "unknown"}
    assert set(labels.diets(known).values()) <= {"no", "unknown"}


@given(st.frozensets(st.sampled_from(MARKS)), st.frozensets(st.sampled_from(MARKS)))
def test_only_what_is_neither_in_nor_possible_is_clear(classes, may):
    known = Evidence(classes, may, known=True)
    for allergen, status in labels.allergens(known).items():
        marks = labels._ALLERGEN_CLASSES[allergen]
        assert (status == "clear") == (not marks & (classes | may))
        assert (status == "contains") == bool(marks & classes)


def invented_names(chance):
    """A known name with a word in it that nobody knows, or with one in its note."""
    name, word = chance.choice(NAMES), chance.choice(INVENTED)
    return chance.choice(
        [
            (f"{name} {word}", None),
            (f"{name} or {word}", "sliced"),
            (f"{name} and {word}", "diced"),
            (f"{word} {name}", None),
            (name, word),
            (name, f"chopped, with {word}"),
        ]
    )


@pytest.mark.parametrize("chunk", range(9))
def test_a_name_with_an_invented_word_is_never_known(chunk):
    chance = random.Random(chunk)
    pairs = [invented_names(chance) for _ in range(10_000)]
    assert [pair for pair in pairs if evidence([pair]).known] == []


FORMS = (
    "2 cups {0} {1}",
    "100 g {1} {0}",
    "1 {0}, {1}",
    "{0} ({1})",
    "1 tbsp {0} or {1}",
    "{0} and {1}, chopped",
    "3 {0} with {1}",
    "1 (14 oz) can {0} [{1}]",
    "{0}/{1}",
    "{0} to taste, {1}",
    "½ cup {0}, plus 2 tbsp {1}",
    "{1}, {0}",
    "{0}; {1}",
    "1 kg {0} - {1}",
    "{1} or {0}",
)


@pytest.mark.parametrize("chunk", range(5))
def test_a_line_with_an_invented_word_is_never_known(chunk):
    chance = random.Random(100 + chunk)
    lines = [
        chance.choice(FORMS).format(chance.choice(NAMES), chance.choice(INVENTED)) for _ in range(2000)
    ]
    unknown = [line for line in lines if not parse(line).no_food]
    assert [line for line in unknown if evidence_of([parse(line)]).known] == []
    assert len(unknown) > 1900


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), max_size=8),
    st.sampled_from(["zorblax", "", "secret sauce", "🍅", "1 cup zorblax"]),
    st.integers(0, 8),
)
def test_an_unknown_ingredient_leaves_nothing_clear_and_no_diet_proven(names, unknown, place):
    pairs = [(name, None) for name in names]
    before = labels.allergens(evidence(pairs))
    mixed = evidence([*pairs[:place], (unknown, None), *pairs[place:]])
    for allergen, status in labels.allergens(mixed).items():
        assert status != "clear"
        assert before[allergen] != "contains" or status == "contains"
    assert "yes" not in labels.diets(mixed).values()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=8),
    st.lists(st.sampled_from(NAMES), max_size=8),
)
def test_more_ingredients_never_make_a_dish_safer(names, more):
    for labelled, order in (
        (labels.allergens, ["clear", "may", "unknown", "contains"]),
        (labels.diets, ["yes", "unknown", "no"]),
    ):
        before = labelled(evidence((name, None) for name in names))
        after = labelled(evidence((name, None) for name in (*names, *more)))
        assert all(order.index(after[key]) >= order.index(before[key]) for key in before)


@pytest.mark.parametrize(
    "note",
    [
        "breaded",
        "battered",
        "marinated",
        "fried and glazed",
        "frosted",
        "stuffed",
        "creamed",
        "dredged and cooked",
        "buttered",
        "in sauce",
        "with zorblax",
        "homemade or from the freezer aisle, Brand-X style",
        "谷芽",
    ],
)
@pytest.mark.parametrize("name", ["carrot", "chicken breast", "egg"])
def test_a_note_that_tells_of_something_unknown_leaves_nothing_clear(name, note):
    for known in (evidence([(name, note)]), evidence_of([parse(f"2 {name}, {note}")])):
        assert "clear" not in labels.allergens(known).values()
        assert "yes" not in labels.diets(known).values()


@pytest.mark.parametrize(
    ("note", "allergen"),
    [
        ("tossed in butter", "milk"),
        ("brushed with egg", "egg"),
        ("with peanut butter", "peanut"),
        ("coated in flour", "wheat"),
        ("sprinkled with sesame seeds", "sesame"),
        ("topped with shrimp", "shellfish"),
        ("fried in butter", "milk"),
        ("with a dash of soy sauce", "soy"),
    ],
)
def test_a_food_in_a_note_is_in_the_dish(note, allergen):
    for found in (
        labels.allergens(evidence([("carrot", note)])),
        written(f"2 carrots, {note}"),
        written(f"2 carrots ({note})"),
    ):
        assert found[allergen] == "contains"


@pytest.mark.parametrize(
    "note",
    [
        "peeled and finely chopped",
        "cut into 1-inch pieces",
        "at room temperature",
        "drained and rinsed",
        "about 150 g",
        "divided",
        "optional",
        "to taste",
        "",
    ],
)
def test_a_note_about_preparation_leaves_clear_what_is(note):
    for found in (labels.allergens(evidence([("carrot", note)])), written(f"2 carrots, {note}")):
        assert set(found.values()) == {"clear"}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2 tbsp butter or olive oil", {"milk": "contains"}),
        ("2 tbsp olive oil or butter", {"milk": "may", "egg": "clear"}),
        ("1 cup oat milk/milk", {"milk": "may"}),
        ("100 g rice or egg noodles", {"egg": "may", "wheat": "may", "peanut": "clear"}),
        ("2 carrots or peanuts", {"peanut": "may", "tree_nut": "clear"}),
        ("2 carrots or zorblax", {"peanut": "unknown", "milk": "unknown"}),
    ],
)
def test_what_a_line_offers_instead_may_be_in(line, expected):
    found = written(line)
    assert {allergen: found[allergen] for allergen in expected} == expected


def test_an_alternative_leaves_a_diet_open():
    found = labels.diets(evidence_of([parse("2 tbsp olive oil or butter")]))
    assert (found["vegan"], found["dairy_free"], found["vegetarian"]) == ("unknown", "unknown", "yes")


def test_a_food_found_by_spelling_or_by_some_of_its_words_proves_nothing():
    for name in ("brocolli", "grandma's beef", "chiken breast"):
        assert "clear" not in named(name).values()
        assert "yes" not in labels.diets(evidence([(name, None)])).values()


def test_a_long_line_is_unknown():
    assert "clear" not in written("1 cup sugar, " + "chopped " * 200).values()
    assert "clear" not in written("1 cup sugar " + "x" * 1_000_000).values()


def test_only_what_is_proven_or_there_is_listed():
    known = evidence([("rolled oats", None), ("butter", None)])
    assert set(labels.fits(labels.diets(known))) == {"vegetarian", "pescatarian"}
    assert set(labels.present(labels.allergens(known))) == {"milk", "gluten", "wheat"}
    assert set(labels.allergens(known)) == set(ALLERGENS)
    assert set(labels.diets(known)) == set(DIETS)


def test_the_rules_have_a_hash():
    assert len(labels.rules_sha256()) == 64


@pytest.mark.parametrize(
    "line",
    [
        "Optional peanut sauce: 2 tbsp honey",
        "1 cup lemon thins",
        "chicken bites",
        "cinnamon crisps",
        "peanuts 2 cups sugar",
        "4 shrimp skewers",
        "1 chicken breast, crumbed",
        "1 cup sugar 🥜",
        "1 peanut lemon, juiced",
        "2 potatoes, roasted in fat",
    ],
)
def test_what_a_line_hides_leaves_nothing_clear(line):
    known = evidence_of([parse("200 g sugar"), parse(line)])
    assert "clear" not in labels.allergens(known).values()


def test_a_food_in_parentheses_is_contained():
    assert written("1 cup (60 g peanuts) rice")["peanut"] == "contains"
    assert written("1 cup (60 g zorblax) rice")["peanut"] == "unknown"


@pytest.mark.parametrize(
    "name",
    [
        "eggs, beaten to blend; large",
        "olive oil, preferably extra-virgin",
        "red onion, sliced, about ½ cup",
        "chicken breast, or jalapeños",
        "1/2-inch cubes watermelon",
        "1-inch-thick slices eggplant",
    ],
)
def test_a_note_behind_a_name_is_read(name):
    assert evidence([(name, None)]).known


def test_a_note_behind_a_name_hides_nothing():
    assert named("olive oil, tossed with butter")["milk"] == "contains"
    assert named("olive oil, with zorblax")["milk"] == "unknown"
    assert named("1-inch zorblax")["milk"] == "unknown"
    assert named("zorblax, chopped")["milk"] == "unknown"


@pytest.mark.parametrize(
    "line",
    [
        "1 cup water, heated to 105°F",
        "1/2 cup rice vinegar (not seasoned)",
        "1 cup olives (preferably Greek-style)",
        "4 oranges, cut crosswise into sixths",
        "2 pears, at room temperature",
        "salt and pepper",
    ],
)
def test_a_note_that_only_says_which_is_meant_hides_nothing(line):
    known = evidence_of([parse("200 g sugar"), parse(line)])
    assert labels.allergens(known)["peanut"] == "clear"
    assert labels.diets(known)["vegan"] == "yes"


@pytest.mark.parametrize(
    ("line", "allergen"),
    [
        ("1 cup stock (not peanut stock)", "peanut"),
        ("2 potatoes, preferably fried in butter", "milk"),
        ("bread and butter", "milk"),
        ("flour and almonds", "tree_nut"),
        ("1 cup sugar" + " " * 1200 + "and peanuts", "peanut"),
    ],
)
def test_a_food_that_a_note_names_counts_whatever_is_said_of_it(line, allergen):
    known = evidence_of([parse("200 g sugar"), parse(line)])
    assert labels.allergens(known)[allergen] != "clear"


@pytest.mark.parametrize(
    "line",
    [
        "a spice mill",
        "Special equipment: 8 metal skewers",
        "*available at Asian markets and from kalustyans.com",
        "Ingredient info: Mirin is available at Japanese markets.",
        "2 cups Swiss chard (available at specialty foods shops)",
        "8 ounces white beans, such as Marfax or Jacob's Cattle",
        "2 tbsp dry mustard, preferably Colman's",
        "1 lb beef chuck, trimmed of all fat",
        "1 cup chopped fresh cilantro plus sprigs for garnish",
        "1 cup chopped tomato with seeds",
        "16 paper-thin cucumber slices",
        "2 cups matchstick-size strips peeled jicama",
        "2 tbsp green or red jalapeño, minced",
        "1 cup roasted, salted sunflower seeds",
    ],
)
def test_what_brings_no_food_in_leaves_clear_what_is(line):
    known = evidence_of([parse("200 g sugar"), parse(line)])
    assert labels.allergens(known)["peanut"] == "clear"
    assert labels.allergens(known)["egg"] == "clear"


@pytest.mark.parametrize(
    ("line", "allergen"),
    [
        ("pie weights, or raw peanuts for weighting the shell", "peanut"),
        ("parchment paper and zorblax", "peanut"),
        ("*available at Asian markets; use peanut butter instead", "peanut"),
        ("*available in zorblax", "peanut"),
        ("Note: zorblax", "peanut"),
        ("2 cups beans, such as peanuts", "peanut"),
        ("2 carrots, with toppings, such as zorblax", "milk"),
        ("2 carrots, with sauce such as zorblax", "milk"),
        ("2 carrots, preferably breaded", "wheat"),
        ("2 carrots, preferably in zorblax", "milk"),
        ("2 carrots, such as baby carrots zorblax", "milk"),
        ("1 egg beaten with 1 tablespoon milk", "milk"),
        ("2 carrots beaten with zorblax", "milk"),
        ("thin mints", "milk"),
        ("potato rounds", "wheat"),
        ("zucchini strips", "wheat"),
        ("whole zorblax", "milk"),
        ("2 cups low-fat or regular mayonnaise", "egg"),
        ("2 cups regular or zorblax rice", "milk"),
        ("1 lb potatoes, roasted in any fat", "milk"),
    ],
)
def test_what_a_rule_might_hide_is_not_clear(line, allergen):
    known = evidence_of([parse("200 g sugar"), parse(line)])
    assert labels.allergens(known)[allergen] != "clear"
    stored = evidence([("sugar", None), (line.lstrip("*0123456789 "), None)])
    assert labels.allergens(stored)[allergen] != "clear"
