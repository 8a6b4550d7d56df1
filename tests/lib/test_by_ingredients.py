"""What can be cooked with what is there, over the book, against a plain count of what recipes need."""

import pytest
from sqlalchemy import select

from lib import db
from lib.nutrition.foods import find
from lib.search import by_ingredients
from lib.search.catalogue import Catalogue
from lib.search.filters import Filters, conditions
from lib.tables import recipe_index
from tests.lib.test_catalogue import insert, refresh

EVERY = 200


@pytest.fixture(scope="module")
def cook(shared_book):
    """Searches the book with one catalogue, as a replica does."""
    catalogue = Catalogue()

    def search(*have, max_missing=None, pantry=True, limit=EVERY, offset=0, **filters):
        with db.transaction() as session:
            return by_ingredients.search(
                session,
                catalogue,
                list(have),
                Filters(**filters),
                max_missing=max_missing,
                pantry=pantry,
                limit=limit,
                offset=offset,
            )

    return search


@pytest.fixture(scope="module")
def needs(shared_book):
    """What each recipe needs, by its id."""
    with db.transaction() as session:
        rows = session.execute(select(recipe_index.c.recipe_id, recipe_index.c.needs))
        return {row.recipe_id: row.needs for row in rows}


def ids(answer):
    return [hit.recipe.id for hit in answer.results]


def titles(answer):
    return [hit.recipe.title for hit in answer.results]


def asked(hit):
    return [*hit.used, *(each.needed for each in hit.substituted), *hit.missing]


HAVES = [
    ["chickpeas", "spinach"],
    ["egg", "milk", "flour"],
    ["onion", "garlic", "tomatoes", "rice"],
    ["ground beef"],
    ["greek yogurt"],
    ["soy sauce", "ginger", "green onion", "chicken"],
    ["water"],
    ["butter", "sugar", "zorblax"],
]


@pytest.mark.parametrize("pantry", [True, False])
@pytest.mark.parametrize("have", HAVES)
def test_every_need_is_told_once_and_the_counts_are_right(cook, needs, have, pantry):
    answer = cook(*have, pantry=pantry)
    assert 0 < answer.total == len(answer.results)
    for hit in answer.results:
        assert sorted([*asked(hit), *hit.pantry]) == sorted(needs[hit.recipe.id]), hit.recipe.title
        met = len(hit.used) + len(hit.substituted)
        assert met > 0
        assert hit.coverage == pytest.approx(met / max(len(asked(hit)), 1), abs=1e-4)
        assert pantry or not hit.pantry


@pytest.mark.parametrize("have", HAVES)
def test_most_covered_comes_first_and_then_what_lacks_least(cook, have):
    ranks = []
    for hit in cook(*have).results:
        worth = len(hit.used) + 0.7 * len(hit.substituted)
        ranks.append((-round(worth / max(len(asked(hit)), 1), 6), len(hit.missing), -worth))
    assert ranks == sorted(ranks)


@pytest.mark.parametrize("have", [["chickpeas"], ["egg", "rice"], ["lime", "cilantro"], ["olive oil"]])
def test_whatever_needs_a_food_itself_is_found(cook, needs, have):
    names = {find(name).name for name in have}
    found = cook(*have)
    assert {each for each, needed in needs.items() if names & set(needed)} <= set(ids(found))


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5, 8, 100])
def test_no_more_is_missing_than_may_be(cook, most):
    have = ["egg", "onion", "garlic", "butter", "milk", "tomatoes", "rice", "carrot"]
    everything = cook(*have)
    few = cook(*have, max_missing=most)
    assert few.total == len(few.results)
    assert ids(few) == [hit.recipe.id for hit in everything.results if len(hit.missing) <= most]


def test_a_recipe_of_which_all_is_there_lacks_nothing(cook, needs):
    for recipe_id, needed in sorted(needs.items())[:12]:
        answer = cook(*needed[:50], max_missing=0, pantry=False)
        hit = next(hit for hit in answer.results if hit.recipe.id == recipe_id)
        assert (hit.coverage, hit.missing, hit.substituted) == (1, [], [])
        assert answer.results[0].coverage == 1


def test_the_pantry_is_there_unless_it_is_not(cook, needs):
    with_it = cook("chickpeas")
    without = cook("chickpeas", pantry=False)
    assert set(ids(with_it)) == set(ids(without))
    staples = {name for hit in with_it.results for name in hit.pantry}
    assert {"salt", "water", "olive oil", "ground cumin", "black pepper"} <= staples
    assert not {"garlic", "egg", "canned chickpeas", "chicken thigh"} & staples
    missing = {name for hit in without.results for name in hit.missing}
    assert {"salt", "water", "olive oil"} <= missing
    best = {hit.recipe.id: hit.coverage for hit in without.results}
    assert all(hit.coverage >= best[hit.recipe.id] for hit in with_it.results)


def test_a_staple_that_is_named_counts_as_used(cook):
    hit = cook("olive oil").results[0]
    assert "olive oil" in hit.used
    assert "olive oil" not in hit.pantry


def test_what_stands_in_is_named_with_what_it_stands_for(cook):
    answer = cook("greek yogurt")
    swaps = {(each.needed, each.use) for hit in answer.results for each in hit.substituted}
    assert ("heavy cream", "greek yogurt") in swaps
    assert {use for _, use in swaps} == {"greek yogurt"}
    for hit in answer.results:
        for each in hit.substituted:
            assert each.needed not in [*hit.used, *hit.missing, *hit.pantry]
            assert each.note


def test_the_food_itself_is_better_than_what_stands_in_for_it(cook):
    both = cook("greek yogurt", "heavy cream")
    assert "heavy cream" not in {each.needed for hit in both.results for each in hit.substituted}
    assert "heavy cream" in {need for hit in both.results for need in hit.used}


@pytest.mark.parametrize(
    ("general", "special"),
    [
        ("tomato", "cherry tomato"),
        ("tomatoes", "cherry tomato"),
        ("rice", "basmati rice"),
        ("rice", "jasmine rice"),
        ("pasta", "tagliatelle"),
        ("beans", "canned black beans"),
        ("chicken", "chicken thigh"),
        ("cream", "heavy cream"),
        ("chickpeas", "canned chickpeas"),
        ("butter", "unsalted butter"),
        ("cheese", "vegetarian cheddar"),
        ("eggplant", "eggplant"),
        ("Aubergines", "eggplant"),
    ],
)
def test_a_general_name_meets_what_is_special(cook, general, special):
    used = {need for hit in cook(general).results for need in hit.used}
    assert special in used


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("tomato", "basil"),
        ("milk", "milk chocolate"),
        ("chicken", "chicken bone broth"),
        ("rice", "rice vinegar"),
        ("coconut milk", "milk"),
        ("eggplant", "egg"),
        ("lime", "lemon"),
        ("cinnamon stick", "celery"),
    ],
)
def test_a_name_does_not_meet_what_is_something_else(cook, name, other):
    assert other not in {need for hit in cook(name).results for need in hit.used}


def test_names_that_nobody_knows_are_listed_and_do_no_harm(cook):
    plain = cook("chickpeas", "spinach")
    odd = cook("chickpeas", "zorblax", "spinach", "🍲", "'; drop table recipes; --")
    assert plain.unknown == []
    assert odd.unknown == ["zorblax", "🍲", "'; drop table recipes; --"]
    assert odd.model_dump(exclude={"unknown"}) == plain.model_dump(exclude={"unknown"})
    nothing = cook("zorblax", "!!!", "a" * 100)
    assert (nothing.total, nothing.results) == (0, [])
    assert nothing.unknown == ["zorblax", "!!!", "a" * 100]


def test_saying_a_thing_twice_changes_nothing(cook):
    once, twice = cook("eggplant", "rice"), cook("rice", "aubergine", "eggplant", "Rice", "eggplants")
    assert once.model_dump() == twice.model_dump()


@pytest.mark.parametrize(
    "filters",
    [
        {"diets": ["vegan"]},
        {"exclude_allergens": ["milk", "egg"]},
        {"exclude_ingredients": ["garlic"]},
        {"max_total_minutes": 30},
        {"min_servings": 6, "meal_type": ["dinner", "lunch"]},
        {"cuisine": ["Indian"], "nutrients": {"proteinG": {"min": 10}}},
        {"claims": ["high_fiber"]},
    ],
)
def test_filters_hold(cook, filters):
    have = ["onion", "rice", "chickpeas", "spinach", "lemon"]
    everything, found = cook(*have), cook(*have, **filters)
    with db.transaction() as session:
        column = recipe_index.c.recipe_id
        passing = set(session.scalars(select(column).where(*conditions(Filters(**filters)))))
    assert ids(found) == [each for each in ids(everything) if each in passing]
    assert 0 < found.total == len(found.results) < everything.total


@pytest.mark.parametrize("size", [1, 7, 50, 100])
def test_pages_are_disjoint_and_complete(cook, size):
    have = ["chickpeas", "spinach", "rice"]
    whole = cook(*have)
    pages = [cook(*have, limit=size, offset=start) for start in range(0, whole.total, size)]
    assert [each for page in pages for each in ids(page)] == ids(whole)
    assert len(set(ids(whole))) == whole.total
    assert {page.total for page in pages} == {whole.total}
    behind = cook(*have, limit=size, offset=whole.total)
    assert (behind.results, behind.total) == ([], whole.total)


def test_what_is_needed_in_general_is_met_by_what_is_special(sessions, model):
    rice = insert(sessions, "Cheese toast", ["bread", "cheese"])
    insert(sessions, "Mystery", ["zorblax paste"])
    refresh(sessions, model.encode, "a-model")
    with sessions.begin() as session:
        options = {"max_missing": None, "pantry": True, "limit": 10, "offset": 0}
        found = by_ingredients.search(session, Catalogue(), ["cheddar"], Filters(), **options)
        assert ids(found) == [rice]
        own = by_ingredients.search(session, Catalogue(), ["Zorblax pastes"], Filters(), **options)
        assert titles(own) == ["Mystery"]  # by its words, though no food of that name is known
        assert (own.results[0].coverage, own.unknown) == (1, ["Zorblax pastes"])


def test_a_recipe_that_needs_nothing_is_not_found(sessions, model):
    insert(sessions, "Air", [])
    refresh(sessions, model.encode, "a-model")
    with sessions.begin() as session:
        options = {"max_missing": 0, "pantry": True, "limit": 10, "offset": 0}
        found = by_ingredients.search(session, Catalogue(), ["salt"], Filters(), **options)
        assert (found.total, found.results) == (0, [])
