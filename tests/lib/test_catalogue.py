"""The catalogue in memory decides as PostgreSQL does, and learns of everything that is written."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import pytest
from sqlalchemy import delete, select, update

from lib import db
from lib.errors import Unavailable
from lib.nutrition.claims import Claim
from lib.nutrition.labels import Allergen, Diet
from lib.recipes.draft import Difficulty, MealType, Season
from lib.search import embedding, index
from lib.search.catalogue import Catalogue, as_array
from lib.search.filters import COLUMNS, Filters, Range, conditions, meaning
from lib.search.index import refresh
from lib.tables import ingredients, recipe_index, recipe_ingredients, recipes, users

NAMES = """
    egg|eggs|onion|garlic|cheese|pork|meat|aubergine|eggplant|soy sauce|nuts|dairy|seafood|chicken|rice
    |tomato|black pepper|olive oil|alcohol|fish|zorblax|the|butter|bell pepper|flour|beef|beans|!!!
""".replace("\n", "").split("|")
EVERY = 200


@pytest.fixture(scope="module")
def rows(shared_book):
    with db.transaction() as session:
        return session.execute(select(recipe_index)).all()


def random_filters(chance):
    def some(kind, most=1):
        values = kind if isinstance(kind, list) else list(get_args(kind))
        return chance.sample(values, chance.randint(1, most))

    def bounds():
        low, high = sorted(chance.choice([0, 3, 8, 15, 30, 60, 200, 350, 600, 900]) for _ in range(2))
        return chance.choice([Range(min=low), Range(max=high), Range(min=low, max=high)])

    drawn = {
        "diets": lambda: some(Diet, 2),
        "claims": lambda: some(Claim, 2),
        "exclude_allergens": lambda: some(Allergen, 3),
        "exclude_ingredients": lambda: some([name.strip() for name in NAMES], 3),
        "include_ingredients": lambda: some([name.strip() for name in NAMES], 2),
        "cuisine": lambda: some(["Indian", "thai", "MEXICAN", "italian", "martian", "french"], 4),
        "meal_type": lambda: some(MealType, 2),
        "season": lambda: some(Season, 3),
        "difficulty": lambda: some(Difficulty, 2),
        "max_total_minutes": lambda: chance.choice([1, 10, 20, 30, 45, 60, 90, 120, 240, 1000]),
        "min_servings": lambda: chance.choice([1, 2, 4, 6, 8, 12]),
        "nutrients": lambda: {name: bounds() for name in some(list(COLUMNS), 2)},
    }
    chosen = chance.sample(sorted(drawn), chance.choice([0, 1, 1, 1, 2, 2, 3, 4]))
    return Filters(**{name: drawn[name]() for name in chosen})


def holds(row, filters):
    """The filters' meaning, spelled out for one row of the index."""

    def has(name):
        meant = meaning(name)
        return bool(
            set(row.terms) & set(meant.terms)
            or set(row.foods) & set(meant.foods)
            or set(row.kinds) & set(meant.kinds)
        )

    def within(value, bounds):
        low = -1 if bounds.min is None else bounds.min
        high = float("inf") if bounds.max is None else bounds.max
        return value is not None and low <= value <= high

    one_of = (
        (row.cuisine, [name.lower() for name in filters.cuisine]),
        (row.meal_type, filters.meal_type),
        (row.season, filters.season),
        (row.difficulty, filters.difficulty),
    )
    minutes, servings = filters.max_total_minutes, filters.min_servings
    return (
        row.is_public
        and not row.removed
        and set(filters.diets) <= set(row.diets)
        and set(filters.claims) <= set(row.claims)
        and set(filters.exclude_allergens) <= set(row.clear_allergens)
        and all(has(name) for name in filters.include_ingredients)
        and all(
            row.all_known and bool(meaning(name).terms) and not has(name)
            for name in filters.exclude_ingredients
        )
        and all(not wanted or value in wanted for value, wanted in one_of)
        and (minutes is None or (row.total_minutes is not None and row.total_minutes <= minutes))
        and (servings is None or (row.servings is not None and row.servings >= servings))
        and all(within(getattr(row, COLUMNS[n]), each) for n, each in filters.nutrients.items())
    )


@pytest.mark.parametrize("seed", range(100))
def test_memory_sql_and_the_plain_meaning_agree(rows, catalogue, seed):
    filters = random_filters(random.Random(seed))
    plainly = {row.number for row in rows if holds(row, filters)}
    with db.transaction() as session:
        by_sql = set(session.scalars(select(recipe_index.c.number).where(*conditions(filters))))
    assert set(catalogue.matching(filters)) == by_sql == plainly, filters


def test_the_random_filters_tell_something(rows):
    sizes = [sum(holds(row, random_filters(random.Random(seed))) for row in rows) for seed in range(100)]
    assert sum(0 < size < EVERY for size in sizes) > 50


def test_without_filters_all_recipes_match(catalogue):
    assert len(catalogue) == len(catalogue.matching(Filters())) == EVERY


@pytest.mark.parametrize("name", NAMES)
def test_what_includes_an_ingredient_and_what_excludes_it_are_disjoint(catalogue, name):
    name = name.strip()
    having = catalogue.matching(Filters(include_ingredients=[name]))
    free = catalogue.matching(Filters(exclude_ingredients=[name]))
    assert not having & free
    if name not in ("zorblax", "the", "!!!"):
        assert having
        assert free


def test_a_range_with_nothing_in_it_matches_nothing(catalogue):
    filters = Filters().model_copy(update={"nutrients": {"fatG": Range.model_construct(min=9, max=3)}})
    assert not catalogue.matching(filters)
    with db.transaction() as session:
        assert not session.scalars(select(recipe_index.c.number).where(*conditions(filters))).all()


def test_needs_that_are_covered_are_counted(rows, catalogue):
    everything = catalogue.matching(Filters())
    row = max(rows, key=lambda row: len(row.needs))
    place = list(as_array(everything)).index(row.number)
    assert catalogue.needs(everything)[place] == len(row.needs)
    assert catalogue.covered(row.needs, everything)[place] == len(row.needs)
    assert catalogue.covered(row.needs[:2], everything)[place] == 2
    assert not catalogue.covered([], everything).any()
    assert not catalogue.covered(["zorblax"], everything).any()


def test_what_is_added_changed_hidden_and_deleted_shows(sessions, model):
    held = Catalogue()
    soup = insert(sessions, "Soup", ["carrot"])
    assert seen(sessions, model, held) == {soup}

    stew = insert(sessions, "Stew", ["onion"])
    assert seen(sessions, model, held) == {soup, stew}
    assert seen(sessions, model, held, include_ingredients=["onion"]) == {stew}

    with sessions.begin() as session:
        session.execute(delete(recipe_ingredients).where(recipe_ingredients.c.recipe_id == stew))
        add(session, stew, "butter")
    assert seen(sessions, model, held, include_ingredients=["onion"]) == set()
    assert seen(sessions, model, held, include_ingredients=["butter"]) == {stew}
    assert seen(sessions, model, held, exclude_allergens=["milk"]) == {soup}

    with sessions.begin() as session:
        session.execute(update(recipes).where(recipes.c.id == soup).values(is_public=False))
    assert seen(sessions, model, held) == {stew}
    with sessions.begin() as session:
        session.execute(update(recipes).where(recipes.c.id == soup).values(is_public=True))
    assert seen(sessions, model, held) == {soup, stew}

    with sessions.begin() as session:
        session.execute(delete(recipes).where(recipes.c.id == stew))
    assert seen(sessions, model, held) == {soup}
    assert len(held) == 1


def test_a_transaction_that_commits_late_is_not_missed(sessions, model):
    early, late = insert(sessions, "Early", ["carrot"]), insert(sessions, "Late", ["onion"])
    refresh(sessions, model.encode, embedding.model_name())
    held = Catalogue()
    assert matching(sessions, held) == {early, late}

    slow = sessions()
    slow.execute(change(late, cuisine="thai"))  # has its number now, commits below
    with sessions.begin() as session:
        session.execute(change(early, cuisine="french"))
    assert matching(sessions, held, cuisine=["french"]) == {early}
    assert matching(sessions, held, cuisine=["thai"]) == set()
    slow.commit()
    slow.close()
    assert matching(sessions, held, cuisine=["thai"]) == {late}
    assert matching(sessions, held, cuisine=["french"]) == {early}


def test_what_was_read_is_not_read_again(sessions, model):
    soup = insert(sessions, "Soup", ["carrot"])
    refresh(sessions, model.encode, embedding.model_name())
    held = Catalogue()
    assert matching(sessions, held) == {soup}
    with sessions.begin() as session:  # a write that doesn't say who did it
        session.execute(recipe_index.update().values(cuisine="thai"))
    with sessions.begin() as session:
        held.update(session)
        assert not held.matching(Filters(cuisine=["thai"]))
    with sessions.begin() as session:
        session.execute(change(soup, cuisine="thai"))
    assert matching(sessions, held, cuisine=["thai"]) == {soup}


def test_an_empty_index_matches_nothing(sessions):
    assert matching(sessions, Catalogue()) == set()
    assert matching(sessions, Catalogue(), exclude_ingredients=["egg"], max_total_minutes=5) == set()


def test_nobody_waits_long_while_another_reads_the_index(sessions, monkeypatch):
    monkeypatch.setattr("lib.search.catalogue._LONGEST_WAIT_S", 0.05)
    held = Catalogue()
    with held._held(), ThreadPoolExecutor(1) as pool:  # as while very much is read
        waited = pool.submit(matching, sessions, held)
        with pytest.raises(Unavailable) as refused:
            waited.result(5)
    assert "index" in refused.value.detail
    assert matching(sessions, held) == set()


def test_threads_that_update_and_match_see_whole_states(sessions, model):
    both = [insert(sessions, f"Soup {number}", ["carrot"]) for number in range(8)]
    refresh(sessions, model.encode, embedding.model_name())
    held, failures, done = Catalogue(), [], threading.Event()
    matching(sessions, held)

    def look():
        try:
            while not done.is_set():
                with sessions.begin() as session:
                    held.update(session)
                sizes = {name: len(held.matching(Filters(cuisine=[name]))) for name in ("thai", "greek")}
                if not set(sizes.values()) <= {0, 8} or len(held.matching(Filters())) != 8:
                    failures.append(sizes)
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for turn in range(30):
        with sessions.begin() as session:  # all eight in one transaction: all or none is seen
            session.execute(change(*both, cuisine=("thai", "greek")[turn % 2]))
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert matching(sessions, held, cuisine=["greek"]) == set(both)


def change(*ids, **values):
    """A write to the index, by the transaction that it is executed in."""
    return (
        recipe_index.update()
        .where(recipe_index.c.recipe_id.in_(ids))
        .values(**values, written_by=index._THIS_TRANSACTION)
    )


def seen(sessions, model, held, **filters):
    """What matches after the index was refreshed and read; the same as a fresh copy's."""
    refresh(sessions, model.encode, embedding.model_name())
    found = matching(sessions, held, **filters)
    assert found == matching(sessions, Catalogue(), **filters)
    return found


def matching(sessions, held, **filters):
    """The ids of what matches after an update, of which SQL knows the same."""
    with sessions.begin() as session:
        held.update(session)
        numbers = list(held.matching(Filters(**filters)))
        column = recipe_index.c.recipe_id
        found = set(session.scalars(select(column).where(recipe_index.c.number.in_(numbers))))
        assert found == set(session.scalars(select(column).where(*conditions(Filters(**filters)))))
    return found


def insert(sessions, title, names):
    """A recipe, written as the TypeScript side does."""
    with sessions.begin() as session:
        user_id = session.scalar(select(users.c.id)) or session.scalar(
            users.insert().values(clerk_id="c1", email="a@b.c").returning(users.c.id)
        )
        recipe_id = session.scalar(
            recipes.insert().values(user_id=user_id, title=title).returning(recipes.c.id)
        )
        for name in names:
            add(session, recipe_id, name)
    return recipe_id


def add(session, recipe_id, name):
    ingredient = select(ingredients.c.id).where(ingredients.c.name == name)
    ingredient_id = session.scalar(ingredient) or session.scalar(
        ingredients.insert().values(name=name).returning(ingredients.c.id)
    )
    session.execute(recipe_ingredients.insert().values(recipe_id=recipe_id, ingredient_id=ingredient_id))
