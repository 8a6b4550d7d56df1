"""What requests demand, as read from hundreds of them, and from text that nobody would write."""

import csv

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from lib.nutrition.foods import key, words
from lib.search import constraints
from lib.search.embedding import common_words
from lib.search.filters import Filters, Range, meaning
from lib.settings import ROOT

DATA = ROOT / "tests" / "data"
GROUPS = {
    "dairy": {"milk"},
    "shellfish": {"shellfish", "mollusc"},
    "seafood": {"shellfish", "mollusc", "fish"},
}
CLAIMS = {
    "energyKcal": "low_calorie",
    "sodiumMg": "low_sodium",
    "fiberG": "high_fiber",
    "sugarsG": "low_sugar",
    "fatG": "low_fat",
    "proteinG": "high_protein",
}


def rows_of(*names):
    found = []
    for name in names:
        with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


ROWS = rows_of("constraint_requests", "constraint_requests_frozen")
ORDINARY = [row["query"] for row in rows_of("ordinary_requests")]


def having(column):
    return [pytest.param(row, id=row["query"]) for row in ROWS if row[column]]


def read(query):
    return constraints.read(query, lambda word: word in common_words())


def demands(query):
    return read(query).filters.model_dump(exclude_defaults=True, by_alias=False)


def same(one, other):
    """Whether two names stand for the same ingredient."""
    return key(one) == key(other) or not set(meaning(one).terms).isdisjoint(meaning(other).terms)


def spelled_alike(one, other):
    """Whether one word is the other, misspelled or with an ending: "lemony", "cauliflour"."""
    far = 0 if len(one) < 5 else 2
    return one.startswith(other) or OSA.distance(one, other, score_cutoff=far) <= far


@pytest.mark.parametrize("row", having("exclude_allergens"))
def test_every_allergen_of_a_request_is_read(row):
    found = set(read(row["query"]).filters.exclude_allergens)
    expected = set(row["exclude_allergens"].split())
    if row["diets"]:  # "gluten-free" and "dairy-free" are diets too
        found -= {"gluten", "milk"} - expected
    assert found == expected, f"{row['query']}: read {found}"


@pytest.mark.parametrize("row", having("exclude_ingredients"))
def test_every_unwanted_ingredient_of_a_request_is_read(row):
    filters = read(row["query"]).filters
    for name in row["exclude_ingredients"].split("|"):
        as_allergens = name in GROUPS and GROUPS[name] <= set(filters.exclude_allergens)
        as_name = any(spelled_like(each, name) for each in filters.exclude_ingredients)
        assert as_allergens or as_name, f"{row['query']}: {name} isn't in {filters.exclude_ingredients}"


def spelled_like(found, name):
    """As `same`; a name that was taken as it was typed may be misspelled."""
    return same(found, name) or spelled_alike(key(found), key(name))


def test_nothing_is_excluded_that_no_row_excludes():
    for row in ROWS:
        filters = read(row["query"]).filters
        asked = [name for name in row["exclude_ingredients"].split("|") if name]
        if row["kind"] == "allergy" or row["exclude_allergens"]:
            continue  # "allergic to prawns" excludes both the food and its allergen
        for name in filters.exclude_ingredients:
            assert any(spelled_like(name, each) for each in asked), f"{row['query']}: {name}"
        allowed = set().union(*(GROUPS.get(name, set()) for name in asked), {"gluten", "milk"})
        assert set(filters.exclude_allergens) <= allowed, row["query"]


@pytest.mark.parametrize("row", having("diets"))
def test_the_diet_of_a_request_is_read(row):
    found = set(read(row["query"]).filters.diets)
    assert found - {"gluten_free", "dairy_free"} == set(row["diets"].split()) - {
        "gluten_free",
        "dairy_free",
    }
    assert set(row["diets"].split()) <= found, row["query"]


def test_no_diet_is_read_where_none_is_asked():
    for row in ROWS:
        if not row["diets"]:
            found = set(read(row["query"]).filters.diets)
            assert found <= {"gluten_free", "dairy_free"}, f"{row['query']}: {found}"


def test_time_and_servings_of_every_request_are_read():
    for row in ROWS:
        filters = read(row["query"]).filters
        minutes = int(row["max_minutes"]) if row["max_minutes"] else None
        servings = int(row["min_servings"]) if row["min_servings"] else None
        assert (filters.max_total_minutes, filters.min_servings) == (minutes, servings), row["query"]


@pytest.mark.parametrize("row", having("nutrients"))
def test_the_nutrients_of_a_request_are_read(row):
    filters = read(row["query"]).filters
    sign = "<" if "<" in row["nutrients"] else ">"
    name, amount = row["nutrients"].split(sign)
    if not amount:
        assert filters.claims == [CLAIMS[name]], row["query"]
        return
    bounds = filters.nutrients[name]
    limit = bounds.max if sign == "<" else bounds.min
    assert limit == float(amount), f"{row['query']}: {bounds}"


def test_nutrients_are_read_only_where_they_are_asked():
    for row in ROWS:
        filters = read(row["query"]).filters
        assert bool(filters.nutrients or filters.claims) == bool(row["nutrients"]), row["query"]


@pytest.mark.parametrize("row", having("wanted"))
def test_what_is_wanted_stays_in_the_text(row):
    left = words(read(row["query"]).text)
    for wanted in row["wanted"].split("|"):
        for word in words(wanted):
            assert any(spelled_alike(each, word) for each in left), f"{row['query']}: left {left}"


@pytest.mark.parametrize("query", ORDINARY)
def test_an_ordinary_request_demands_nothing(query):
    request = read(query)
    assert request.filters == Filters(), f"{query}: {demands(query)}"
    assert (request.text, request.found) == (query.strip(), False)


def test_there_are_200_ordinary_requests_and_220_that_demand_something():
    assert (len(ORDINARY), len(ROWS)) == (200, 220)


def without(*names):
    return {"exclude_ingredients": list(names)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("no nuts, eggs or dairy", without("nuts", "eggs", "dairy")),
        ("no nuts, eggs, dairy", without("nuts", "eggs", "dairy")),
        ("no nuts, eggs, and dairy please", without("nuts", "eggs", "dairy")),
        ("no onion and no garlic", without("onion", "garlic")),
        ("stew without carrots/celery", without("carrots", "celery")),
        ("no ham & pineapple on the pizza", without("ham", "pineapple")),
        ("skip the anchovies, caesar salad", without("anchovies")),
        ("no cream, mushroom soup", without("cream")),
        ("hold the onions, burger with cheese", without("onions")),
        ("no soy sauce", without("soy sauce")),
        ("No Pork!", without("pork")),
        ("NO PORK", without("pork")),
        ("don’t like olives", without("olives")),
        ("dont like olives", without("olives")),
        ("crème brûlée without crème fraîche", without("creme fraiche")),
    ],
)
def test_lists_of_what_is_not_wanted(query, expected):
    assert demands(query) == expected


@pytest.mark.parametrize(
    ("query", "dish"),
    [
        ("skip the anchovies, caesar salad", "caesar salad"),
        ("no cream, mushroom soup", "mushroom soup"),
        ("w/o cucumber greek salad", "greek salad"),
        ("chili no beans", "chili"),
    ],
)
def test_the_dish_behind_what_is_not_wanted_is_what_is_sought(query, dish):
    assert read(query).text == dish


@pytest.mark.parametrize(
    "query",
    [
        "low-sodium soy sauce chicken",
        "low-fat yogurt dip",
        "8 hour pork",
        "slow cooked for 8 hours",
        "cook for 30 minutes",
        "chicken simmered for 40 minutes",
        "in 0 minutes",
        "in 99999999999999999999 minutes",
        "for 0 people",
        "for 99999 people",
        "5 ingredient pasta",
        "can't live without cheese",
        "not vegan",
        "non-vegan stew",
        "no",
        "no no no",
        "without",
        "allergic to",
        "free",
        "under",
        "minutes",
        "calories",
    ],
)
def test_what_only_looks_like_a_demand(query):
    assert demands(query) == {}
    assert read(query).text == query


@pytest.mark.parametrize(
    ("query", "minutes"),
    [
        ("half an hour", 30),
        ("dinner in half an hour", 30),
        ("a half hour pasta", 30),
        ("an hour and a half", 90),
        ("one and a half hours", 90),
        ("a quarter of an hour", 15),
        ("three quarters of an hour", 45),
        ("in twenty minutes", 20),
        ("in ninety minutes", 90),
        ("two hours at most", 120),
        ("within 3 hours", 180),
        ("40 minute curry", 40),
        ("under 30 minutes, 45 minutes at most", 30),
        ("8 hours or less", 480),
    ],
)
def test_times_as_people_say_them(query, minutes):
    assert demands(query) == {"max_total_minutes": minutes}


@pytest.mark.parametrize(
    ("query", "name", "bounds"),
    [
        ("under 500 calories", "energyKcal", {"max": 500}),
        ("500 calorie lunch", "energyKcal", {"max": 500}),
        ("no more than 450 kcal", "energyKcal", {"max": 450}),
        ("at least 25 g protein", "proteinG", {"min": 25}),
        ("with 30g of protein", "proteinG", {"min": 30}),
        ("40g protein or more", "proteinG", {"min": 40}),
        ("less than 10 grams of sugar", "sugarsG", {"max": 10}),
        ("under 600 mg sodium", "sodiumMg", {"max": 600}),
        ("max 12.5g fat per serving", "fatG", {"max": 12.5}),
    ],
)
def test_amounts_of_nutrients(query, name, bounds):
    assert demands(query) == {"nutrients": {name: bounds}}


def test_an_amount_without_more_or_less_is_only_text():
    assert demands("30 g protein shake") == {}


def test_a_demand_for_an_allergen_and_one_for_its_food_are_two():
    assert demands("nut-free, dairy-free cookies") == {
        "diets": ["dairy_free"],
        "exclude_allergens": ["milk", "tree_nut", "peanut"],
    }
    assert demands("cookies, no nuts") == without("nuts")


def test_of_two_limits_the_stricter_one_holds():
    given_ = Filters(max_total_minutes=30, min_servings=4, diets=["vegan"], cuisine=["thai"])
    asked = Filters(max_total_minutes=45, min_servings=6, diets=["keto", "vegan"])
    both = constraints.combined(given_, asked)
    assert (both.max_total_minutes, both.min_servings) == (30, 6)
    assert (both.diets, both.cuisine) == (["vegan", "keto"], ["thai"])
    assert constraints.combined(Filters(), asked) == asked
    assert constraints.combined(given_, Filters()) == given_


def test_lists_of_both_are_joined_once():
    given_ = Filters(exclude_allergens=["milk"], exclude_ingredients=["pork"], claims=["low_fat"])
    asked = Filters(exclude_allergens=["egg", "milk"], exclude_ingredients=["beef", "pork"])
    both = constraints.combined(given_, asked)
    assert both.exclude_allergens == ["milk", "egg"]
    assert both.exclude_ingredients == ["pork", "beef"]
    assert both.claims == ["low_fat"]


def test_ranges_of_both_are_narrowed_even_to_nothing():
    given_ = Filters(nutrients={"proteinG": Range(min=10, max=40), "fatG": Range(max=9)})
    asked = Filters(nutrients={"proteinG": Range(min=20), "sodiumMg": Range(max=500)})
    both = constraints.combined(given_, asked).nutrients
    assert (both["proteinG"].min, both["proteinG"].max) == (20, 40)
    assert (both["fatG"].max, both["sodiumMg"].max) == (9, 500)
    none = constraints.combined(given_, Filters(nutrients={"proteinG": Range(min=50)}))
    assert (none.nutrients["proteinG"].min, none.nutrients["proteinG"].max) == (50, 40)


CUES = [
    *"no without free of allergic to nuts eggs , . or and - for people under minutes hours".split(),
    *"30 8 0 25 g protein calories vegan gluten-free low fat salt hate ' don't one half an".split(),
    *"milk soy sauce peanuts not anything but if she eats makes me sick keep out in up".split(),
]
ANYTHING = st.one_of(
    st.text(max_size=500),
    st.text(alphabet="no nuts,.-'()/!?0123456789 \u202eשלוםمرحبا🍲🥜½²", max_size=500),
    st.lists(st.sampled_from(CUES), max_size=80).map(lambda parts: " ".join(parts)[:500]),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(ANYTHING)
@example("no " + "a" * 497)
@example("no nuts, " * 55)
@example("-" * 500)
@example("\u202eno nuts\u202c 🍲" * 30)
@example("without nut" + "-" * 300 + "s")
@example("no " + "(" * 400)
def test_any_text_is_read_to_valid_filters(query):
    request = read(query)
    assert Filters.model_validate(request.filters.model_dump()) == request.filters
    assert request.found or (request.text, request.filters) == (query.strip(), Filters())
