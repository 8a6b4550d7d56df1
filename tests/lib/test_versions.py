"""What has changed since a point in time, whoever wrote it and whenever they commit."""

import pytest
from sqlalchemy import delete, insert, select, text, update

from lib.search import embedding, index, versions
from lib.tables import (
    ingredients,
    recipe_details,
    recipe_index,
    recipe_ingredients,
    recipe_nutrition,
    recipe_tags,
    recipe_vectors,
    recipes,
    tags,
)
from tests.lib.test_catalogue import insert as recipe

MODEL = "a-model"


@pytest.fixture
def soup(sessions):
    """A recipe with a row in each of the source tables."""
    recipe_id = recipe(sessions, "Soup", ["carrot"])
    with sessions.begin() as session:
        tag = session.scalar(tags.insert().values(name="thai", category="cuisine").returning(tags.c.id))
        session.execute(recipe_tags.insert().values(recipe_id=recipe_id, tag_id=tag))
        session.execute(recipe_nutrition.insert().values(recipe_id=recipe_id, calories=100))
        session.execute(recipe_details.insert().values(recipe_id=recipe_id, content_sha256="x"))
    return recipe_id


@pytest.fixture
def stew(sessions, soup):
    """Another one that shares nothing with it, and that nobody touches."""
    return recipe(sessions, "Stew", ["onion"])


def horizon(sessions):
    with sessions.begin() as session:
        return versions.horizon(session)


def touched(sessions, since):
    with sessions.begin() as session:
        return versions.touched(session, since)


def stale(sessions, ids=None):
    with sessions.begin() as session:
        return versions.stale(session, MODEL, ids)


WRITES = {
    "recipes": lambda soup: update(recipes).where(recipes.c.id == soup).values(cook_time=7),
    "recipe_ingredients": lambda soup: (
        update(recipe_ingredients).where(recipe_ingredients.c.recipe_id == soup).values(notes="diced")
    ),
    "ingredients": lambda _: (
        update(ingredients).where(ingredients.c.name == "carrot").values(category="root")
    ),
    "recipe_tags": lambda soup: (
        update(recipe_tags).where(recipe_tags.c.recipe_id == soup).values(created_at=text("now()"))
    ),
    "tags": lambda _: update(tags).where(tags.c.name == "thai").values(name="lao"),
    "recipe_nutrition": lambda soup: (
        update(recipe_nutrition).where(recipe_nutrition.c.recipe_id == soup).values(calories=200)
    ),
    "recipe_details": lambda soup: (
        update(recipe_details).where(recipe_details.c.recipe_id == soup).values(summary="warm")
    ),
}


@pytest.mark.parametrize("table", WRITES)
def test_a_write_to_any_source_table_touches_its_recipe_and_no_other(sessions, soup, stew, table):
    since = horizon(sessions)
    assert touched(sessions, since) == []
    with sessions.begin() as session:
        session.execute(WRITES[table](soup))
    assert touched(sessions, since) == [soup]
    assert touched(sessions, horizon(sessions)) == []


@pytest.mark.parametrize("table", WRITES)
def test_a_write_that_commits_after_the_horizon_was_taken_is_not_missed(sessions, soup, stew, table):
    slow = sessions()
    slow.execute(WRITES[table](soup))
    with sessions.begin() as session:
        session.execute(update(recipes).where(recipes.c.id == stew).values(cook_time=1))
    since = horizon(sessions)
    assert soup not in touched(sessions, since)
    slow.commit()
    slow.close()
    assert soup in touched(sessions, since)
    assert touched(sessions, horizon(sessions)) == []


@pytest.mark.parametrize("table", WRITES)
def test_a_write_to_any_source_table_makes_the_index_stale(sessions, model, soup, stew, table):
    index.refresh(sessions, model.encode, MODEL)
    assert stale(sessions) == {}
    with sessions.begin() as session:
        session.execute(WRITES[table](soup))
    assert set(stale(sessions)) == {soup}
    assert stale(sessions, [soup]) == stale(sessions)
    assert stale(sessions, [stew]) == {}


def test_a_write_that_is_taken_back_touches_nothing(sessions, soup):
    since = horizon(sessions)
    session = sessions()
    session.execute(update(recipes).values(cook_time=7))
    session.rollback()
    session.close()
    assert touched(sessions, since) == []


def test_a_new_recipe_is_touched_and_stale(sessions, soup):
    since = horizon(sessions)
    added = recipe(sessions, "Cake", [])
    assert touched(sessions, since) == [added]
    assert set(stale(sessions)) == {soup, added}
    assert set(stale(sessions, [added])) == {added}
    assert stale(sessions, []) == {}
    assert stale(sessions, ["nobody"]) == {}


def test_a_version_is_the_same_however_many_are_asked_for(sessions, soup, stew):
    both = stale(sessions)
    assert both == stale(sessions, [soup]) | stale(sessions, [stew]) == stale(sessions, [stew, soup])


def test_of_a_recipe_without_its_vector_the_index_is_stale(sessions, model, soup, stew):
    index.refresh(sessions, model.encode, MODEL)
    with sessions.begin() as session:
        session.execute(delete(recipe_vectors).where(recipe_vectors.c.recipe_id == soup))
    assert set(stale(sessions)) == {soup}
    with sessions.begin() as session:
        assert set(versions.stale(session, embedding.model_name())) == {soup, stew}


def test_a_row_that_was_removed_is_stale_when_its_recipe_is_back(sessions, model, soup):
    index.refresh(sessions, model.encode, MODEL)
    with sessions.begin() as session:
        row = dict(session.execute(select(recipes)).one()._mapping)
        session.execute(delete(recipes))
    assert index.refresh(sessions, model.encode, MODEL).removed == 1
    with sessions.begin() as session:
        assert session.scalar(select(recipe_index.c.removed))
        session.execute(insert(recipes).values(row))
    assert set(stale(sessions)) == {soup}
    assert index.refresh(sessions, model.encode, MODEL).changed == 1
    with sessions.begin() as session:
        assert not session.scalar(select(recipe_index.c.removed))


@pytest.mark.parametrize(
    ("statement", "more", "fewer"),
    [
        (lambda: insert(ingredients).values(name="leek"), 1, 0),
        (lambda: update(recipes).values(cook_time=3), 1, 0),
        (lambda: update(recipe_details).values(summary="x"), 1, 0),
        (lambda: delete(recipe_tags), 0, 1),
        (lambda: delete(recipe_ingredients), 0, 1),
        (lambda: delete(recipe_nutrition), 0, 1),
        (lambda: delete(recipe_details), 0, 1),
        (lambda: delete(recipe_index), 0, 0),
        (lambda: select(recipes), 0, 0),
    ],
)
def test_the_counters_tell_writes_from_deletes(sessions, soup, statement, more, fewer):
    before = counted(sessions)
    with sessions.begin() as session:
        session.execute(statement())
        session.execute(text("select pg_stat_force_next_flush()"))
    after = counted(sessions)
    assert (after.changes - before.changes, after.deletes - before.deletes) == (more, fewer)


def test_deleting_a_recipe_counts_what_went_with_it(sessions, soup):
    before = counted(sessions)
    since = horizon(sessions)
    with sessions.begin() as session:
        session.execute(delete(recipes))
        session.execute(text("select pg_stat_force_next_flush()"))
    after = counted(sessions)
    assert after.changes == before.changes
    assert after.deletes - before.deletes == 4  # the recipe, its ingredient, tag and nutrition
    assert touched(sessions, since) == []


def counted(sessions):
    """The counters, those of this process's connections brought up to date."""
    with sessions.begin() as session:
        session.execute(text("select pg_stat_force_next_flush()"))
    with sessions.begin() as session:
        return versions.writes(session)


def test_the_rules_are_part_of_every_version(sessions, model, soup, stew, monkeypatch):
    index.refresh(sessions, model.encode, MODEL)
    monkeypatch.setattr(versions.labels, "rules_sha256", lambda: "other rules")
    assert set(stale(sessions)) == {soup, stew}
