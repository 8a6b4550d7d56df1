"""Recipes in PostgreSQL."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import numpy as np
import pytest
from sqlalchemy import func, select, text, update

from lib import db
from lib.db import transaction
from lib.errors import Invalid, NotFound
from lib.recipes import book, store
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.recipes.readers import Reader
from lib.recipes.schema_org import read_json_ld
from lib.search import index
from lib.tables import (
    EMBEDDING_DIMENSIONS,
    ingredients,
    recipe_index,
    recipe_ingredients,
    recipe_tags,
    recipes,
    users,
)

SOUP = RecipeDraft(
    title="Soup",
    ingredients=[
        DraftIngredient(name="Rolled oats", amount=0.5, unit="cup", notes="toasted"),
        DraftIngredient(name="carrot", amount=2, unit="piece"),
        DraftIngredient(name="Black pepper"),
        DraftIngredient(name="saffron", amount=0.01, unit="g"),
    ],
    tags=["Quick", "quick", "one-pot"],
)


def save(draft, recipe_id="r1"):
    with transaction() as session:
        return store.save(session, recipe_id, draft)


def get(recipe_id="r1"):
    with transaction() as session:
        return store.get(session, recipe_id)


def page(limit=20, cursor="", limits=()):
    with transaction() as session:
        return store.page(session, limits, limit, cursor)


def count(table):
    with transaction() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_draft_is_created_then_unchanged_then_updated(database):
    assert [save(SOUP), save(SOUP)] == ["created", "unchanged"]
    created = get()
    renamed = SOUP.model_copy(update={"title": "Broth", "ingredients": SOUP.ingredients[1:], "tags": []})
    assert [save(renamed), save(renamed), save(SOUP)] == ["updated", "unchanged", "updated"]
    updated = get()
    assert updated.updated_at > created.updated_at
    assert updated.model_dump(exclude={"updated_at"}) == created.model_dump(exclude={"updated_at"})


def test_an_update_removes_what_the_new_draft_lacks(database):
    save(SOUP.model_copy(update={"servings": 4, "cuisine": "thai", "storage_days": 9}))
    save(RecipeDraft(title="Plain", ingredients=[DraftIngredient(name="water")]))
    found = get()
    assert [entry.text for entry in found.ingredients] == ["water"]
    assert (found.servings, found.storage_time, found.tags) == (None, None, [])


def test_lines_keep_their_order_and_read_as_in_a_cookbook(database):
    save(SOUP)
    assert [entry.text for entry in get().ingredients] == [
        "½ cup rolled oats, toasted",
        "2 carrots",
        "black pepper",
        "0.01 g saffron",
    ]
    save(SOUP.model_copy(update={"ingredients": SOUP.ingredients[::-1]}))
    assert [entry.name for entry in get().ingredients][-1] == "rolled oats"


def test_a_recipe_of_the_book_comes_back_whole(shared_book):
    for item in book.book():
        draft, found = item.draft, get(item.id)
        for name in (
            "title summary description cuisine category meal_type season difficulty servings image_url "
            "source prep_instructions cooking_instructions serving_instructions freezer_prep "
            "defrost_instructions container_suggestions"
        ).split():
            assert getattr(found, name) == getattr(draft, name), (item.name, name)
        assert found.storage_time == draft.storage_days
        times = (draft.prep_minutes, draft.cook_minutes, draft.prep_minutes + draft.cook_minutes)
        assert (found.prep_time, found.cook_time, found.total_minutes) == times
        kinds = {draft.cuisine, draft.meal_type, draft.season}
        assert found.tags == sorted({*map(str.lower, draft.tags), *filter(None, kinds)})
        assert [
            DraftIngredient(**entry.model_dump(include={"name", "amount", "unit", "notes"}))
            for entry in found.ingredients
        ] == [DraftIngredient(**entry.model_dump()) for entry in draft.ingredients]
        assert (found.is_public, found.user_id) == (True, store.BOOK_AUTHOR["id"])


def test_an_imported_recipe_can_be_saved(database):
    page_text = {
        "@type": "Recipe",
        "name": "Café",
        "recipeIngredient": ["1 cup milk", "2 eggs", "1 tbsp Milk"],
    }
    (item,) = read_json_ld("page", json.dumps(page_text))
    assert save(item.draft, item.id) == "created"
    lines = [entry.text for entry in get(item.id).ingredients]
    assert lines == ["1 cup milk, plus 1 tbsp Milk", "2 eggs"]


@pytest.mark.parametrize("recipe_id", ["nobody", "", "' or 1=1 --", "é" * 200])
def test_an_unknown_id_is_not_found(database, recipe_id):
    with pytest.raises(NotFound):
        get(recipe_id)


def test_two_recipes_share_an_ingredient_and_a_tag(database):
    save(SOUP, "r1")
    save(SOUP, "r2")
    assert count(recipe_ingredients) == 2 * count(ingredients) == 8
    assert count(recipe_tags) == 4


def at_once(*actions):
    """What the actions return when they all start at the same time."""
    barrier = Barrier(len(actions))

    def run(action):
        barrier.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_writers_of_one_recipe_leave_one_recipe(database):
    for round_number in range(10):
        drafts = [
            SOUP.model_copy(update={"servings": n, "ingredients": SOUP.ingredients[::step]})
            for n, step in ((1 + round_number, 1), (20 + round_number, -1))
        ]
        outcomes = at_once(*(lambda draft=draft: save(draft) for draft in drafts))
        assert set(outcomes) <= {"created", "updated"}
        found = get()
        (winner,) = [draft for draft in drafts if draft.servings == found.servings]
        assert [e.name for e in found.ingredients] == [e.name.lower() for e in winner.ingredients]
    assert (count(recipes), count(recipe_ingredients)) == (1, 4)


def test_many_writers_of_recipes_that_share_ingredients_all_finish(database):
    drafts = [SOUP.model_copy(update={"ingredients": SOUP.ingredients[::step]}) for step in (1, -1)]
    writers = [lambda n=n: save(drafts[n % 2], f"r{n}") for n in range(8)]
    assert at_once(*writers) == ["created"] * 8
    assert (count(recipes), count(ingredients)) == (8, 4)


def index_all():
    def nowhere(sentences):
        return np.eye(1, EMBEDDING_DIMENSIONS, dtype=np.float32).repeat(len(sentences), axis=0)

    index.refresh(db.background_sessions(), nowhere, "any-model")


def titled(*titles):
    for number, title in enumerate(titles):
        save(SOUP.model_copy(update={"title": title}), f"r{number}")
    index_all()


def walk(limit, limits=()):
    """The ids of all pages, in order."""
    ids, cursor = [], ""
    while cursor is not None:
        found = page(limit, cursor, limits)
        assert len(found.recipes) == limit or found.next_cursor is None
        ids += [card.id for card in found.recipes]
        cursor = found.next_cursor
    return ids


def test_pages_are_disjoint_complete_and_the_same_for_any_size(shared_book):
    whole = page(1000)
    ids = [card.id for card in whole.recipes]
    assert whole.next_cursor is None
    assert sorted(ids) == sorted(item.id for item in book.book())
    assert [walk(limit) for limit in (7, len(ids) - 1, len(ids), len(ids) + 1)] == [ids] * 4


def test_limits_hold_on_every_page(shared_book):
    wanted = [item.id for item in book.book() if item.draft.meal_type == "lunch"]
    assert sorted(walk(2, [recipe_index.c.meal_type == "lunch"])) == sorted(wanted)


def test_recipes_of_the_same_odd_title_are_all_listed(database):
    titled("Soup", "Soup", "½ 🍲 'x' \\", "½ 🍲 'x' \\", "x" * 200, "Soup")
    assert sorted(walk(1)) == sorted(f"r{number}" for number in range(6))


def test_a_change_between_two_pages_moves_no_other_recipe(database):
    titled("a", "b", "c", "d", "e")
    first = page(2)
    with transaction() as session:
        session.execute(recipes.delete().where(recipes.c.title == "b"))
    save(SOUP.model_copy(update={"title": "aa"}), "r9")
    index_all()
    assert [card.title for card in page(9, first.next_cursor).recipes] == ["c", "d", "e"]


def test_a_recipe_is_listed_when_it_is_indexed_under_the_title_it_has(database):
    titled("b", "c")
    save(SOUP.model_copy(update={"title": "a"}), "r9")
    assert walk(5) == ["r0", "r1"]
    index_all()
    assert walk(1) == ["r9", "r0", "r1"]
    save(SOUP.model_copy(update={"title": "z" * 200}), "r0")
    index_all()
    assert walk(1) == ["r9", "r1", "r0"]


def test_the_order_by_title_is_read_from_an_index(database):
    titled(*(f"Soup {number}" for number in range(3)))
    with transaction() as session:
        session.execute(text("set local enable_seqscan = off; set local enable_sort = off"))
        plan = session.scalars(
            text("""
                explain select recipe_id from compute.recipe_index
                where is_public and not removed and (title, recipe_id) > ('Soup 0', 'r0')
                order by title, recipe_id limit 2
            """)
        ).all()
    assert any("recipe_index_title" in line for line in plan)
    assert not any("Sort" in line for line in plan)


@pytest.mark.parametrize("cursor", ["x", "!!!!", "é", "\x00", "\ud800", "="])
def test_a_cursor_that_we_never_gave_is_refused(database, cursor):
    with pytest.raises(Invalid, match="cursor"):
        page(cursor=cursor)


@pytest.mark.parametrize(
    "content",
    [
        "\xff",
        pytest.param("[" * 50_000, id="deep"),
        "null",
        "7",
        '"ab"',
        "[]",
        "{}",
        '{"a": 1, "b": 2}',
        '["a"]',
        '["a", "b", "c"]',
        '["a", 1]',
        "[null, null]",
        '[["a"], "b"]',
        r'["a\u0000", "b"]',
        r'["a", "\ud800"]',
    ],
)
def test_so_is_a_cursor_that_holds_something_else(database, content):
    cursor = base64.urlsafe_b64encode(content.encode("latin-1")).decode().rstrip("=")
    with pytest.raises(Invalid, match="cursor"):
        page(cursor=cursor)


def test_a_recipe_with_only_the_apps_columns_is_readable(database):
    with transaction() as session:
        session.execute(users.insert().values(id="u1", clerk_id="c1", email="a@b.c"))
        session.execute(recipes.insert().values(id="r1", user_id="u1", title="Stew"))
        session.execute(ingredients.insert().values(id="i1", name="Carrot"))
        session.execute(recipe_ingredients.insert().values(recipe_id="r1", ingredient_id="i1"))
    found = get()
    assert found.model_dump(exclude_none=True, exclude={"created_at", "updated_at"}) == {
        "id": "r1",
        "title": "Stew",
        "userId": "u1",
        "isPublic": True,
        "diets": ["vegetarian", "vegan", "pescatarian", "gluten_free", "dairy_free", "paleo"],
        "allergens": [],
        "ingredients": [{"text": "Carrot", "name": "Carrot"}],
        "instructions": [],
        "prepInstructions": [],
        "cookingInstructions": [],
        "servingInstructions": [],
        "freezerPrep": [],
        "defrostInstructions": [],
        "containerSuggestions": [],
        "tags": [],
        "dietaryInfo": found.dietary_info,
        "allergenInfo": found.allergen_info,
    }
    assert found.dietary_info["vegan"] == "yes"
    index_all()
    assert page().recipes[0].title == "Stew"


def test_nulls_where_the_app_allows_none_are_read_too(database):
    save(SOUP)
    with transaction() as session:
        session.execute(text("alter table recipes alter column instructions drop not null"))
        session.execute(update(recipes).values(instructions=None, description=None, servings=None))
    assert get().instructions == []


def test_an_import_keeps_the_author_and_the_privacy_of_a_recipe_that_is_there(database):
    with transaction() as session:
        session.execute(users.insert().values(id="u1", clerk_id="c1", email="a@b.c"))
        session.execute(recipes.insert().values(id="r1", user_id="u1", title="Stew", is_public=False))
    assert save(SOUP) == "created"
    with pytest.raises(NotFound), transaction() as session:
        store.get(session, "r1")
    with transaction() as session:
        assert store.cards(session, ["r1"]) == {}
        found = store.get(session, "r1", Reader(private=True))
    assert (found.title, found.user_id, found.is_public) == ("Soup", "u1", False)


def test_cards_are_of_those_recipes_that_exist(database):
    save(SOUP)
    with transaction() as session:
        found = store.cards(session, ["r1", "nobody"])
        assert store.cards(session, []) == {}
    assert {recipe_id: card.title for recipe_id, card in found.items()} == {"r1": "Soup"}
