"""Search over the real recipe book, with the real model, in PostgreSQL."""

import numpy as np
import pytest
from sqlalchemy import delete, select, text, update

from lib import db
from lib.recipes import store
from lib.search import documents, embedding, index, semantic, versions
from lib.search.filters import Filters
from lib.search.semantic import Searcher
from lib.tables import ingredients, recipe_index, recipe_ingredients, recipes, users

EVERYTHING = 1000


def search(model, query, limit=10, offset=0, **filters):
    searcher = Searcher()
    request = searcher.read(query)
    vector = model.encode([request.sentence])[0]
    with db.transaction() as session:
        name = searcher.model(session)
        return searcher.search(session, request, vector, name, Filters(**filters), limit, offset)


def titles(answer):
    return [hit.recipe.title for hit in answer.results]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("slow-simmered Sunday meat with alcohol", "Beef Bourguignon"),
        ("comfort food with mashed topping", "Shepherd's Pie"),
        ("minced meat rolled in leaves", "Stuffed Cabbage Rolls"),
        ("Ethiopian feast", "Doro Wat-Style Chicken Stew"),
    ],
)
def test_meaning_finds_what_no_word_of_the_title_says(shared_book, model, query, expected):
    assert expected in titles(search(model, query, 3))


def test_pages_are_disjoint_and_complete(shared_book, model):
    whole = search(model, "dinner", limit=EVERYTHING)
    pages = [search(model, "dinner", limit=7, offset=start) for start in range(0, whole.total, 7)]
    assert whole.total == len(whole.results)
    assert [t for page in pages for t in titles(page)] == titles(whole)


def test_scores_fall_and_say_what_they_are_made_of(shared_book, model):
    answer = search(model, "red lentils with spinach")
    scores = [hit.score for hit in answer.results]
    assert scores == sorted(scores, reverse=True)
    best = answer.results[0].why
    assert best.matched == ["red lentils", "spinach"]
    assert 0 < best.text <= 1
    assert min(best.semantic, best.text) <= scores[0] <= max(best.semantic, best.text)


@pytest.mark.parametrize(
    ("filters", "holds"),
    [
        ({"diets": ["vegan"]}, lambda r: "vegan" in r.diets),
        ({"exclude_allergens": ["milk"]}, lambda r: "milk" not in r.allergens),
        ({"meal_type": ["breakfast"]}, lambda r: r.meal_type == "breakfast"),
        ({"cuisine": ["Indian"]}, lambda r: r.cuisine == "indian"),
        ({"difficulty": ["easy"]}, lambda r: r.difficulty == "easy"),
        ({"max_total_minutes": 45}, lambda r: r.total_minutes <= 45),
    ],
)
def test_filters_hold_for_every_result_and_for_the_total(shared_book, model, filters, holds):
    everything = search(model, "food", limit=EVERYTHING)
    expected = {r.recipe.id for r in everything.results if holds(r.recipe)}
    found = search(model, "food", limit=EVERYTHING, **filters)
    if "exclude_allergens" not in filters:
        assert {r.recipe.id for r in found.results} == expected
    assert found.total == len(found.results) > 0
    assert all(holds(hit.recipe) for hit in found.results)


def test_ingredients_are_found_by_any_of_their_names(shared_book, model):
    by_one_name = search(model, "food", limit=EVERYTHING, include_ingredients=["eggplant"])
    by_other = search(model, "food", limit=EVERYTHING, include_ingredients=["aubergine"])
    without = search(model, "food", limit=EVERYTHING, exclude_ingredients=["aubergines"])
    assert set(titles(by_one_name)) == set(titles(by_other))
    assert {"Smoky Baba Ganoush", "Lamb Moussaka"} <= set(titles(by_one_name))
    assert not set(titles(without)) & set(titles(by_one_name))
    assert without.total + by_one_name.total == search(model, "food").total


def test_an_unknown_ingredient_is_never_clear(sessions, model):
    recipe_id = _insert(sessions, "Mystery stew", ["carrot", "zorblax paste"])
    index.refresh(sessions, model.encode, embedding.model_name())
    assert titles(search(model, "stew")) == ["Mystery stew"]
    assert search(model, "stew", exclude_allergens=["milk"]).total == 0
    with db.transaction() as session:
        recipe = store.get(session, recipe_id)
    assert recipe.allergen_info["milk"] == "unknown"
    assert recipe.dietary_info["vegan"] == "unknown"


def test_a_row_written_by_plain_sql_is_indexed_changed_and_dropped(sessions, model):
    recipe_id = _insert(sessions, "Pumpkin soup", ["carrot"])
    refresh = lambda: index.refresh(sessions, model.encode, embedding.model_name())  # noqa: E731
    assert refresh() == did(changed=1, embedded=1)
    assert refresh() == did()

    with sessions.begin() as session:
        session.execute(update(recipes).values(cook_time=99))
    assert refresh() == did(changed=1)

    with sessions.begin() as session:
        session.execute(update(recipes).values(title="Lemon tart"))
    assert refresh() == did(changed=1, embedded=1)
    assert titles(search(model, "dessert")) == ["Lemon tart"]

    with sessions.begin() as session:
        session.execute(delete(recipe_ingredients))
    assert refresh().changed == 1

    with sessions.begin() as session:
        session.execute(delete(recipes).where(recipes.c.id == recipe_id))
    assert refresh() == did(removed=1)
    assert search(model, "dessert").total == 0


def test_the_write_counter_tells_of_a_change(sessions):
    with sessions.begin() as session:
        session.execute(text("select pg_stat_force_next_flush()"))
        before = versions.writes(session)
    with sessions.begin() as session:
        _insert_into(session, "Soup", ["carrot"])
        session.execute(text("select pg_stat_force_next_flush()"))
    with sessions.begin() as session:
        after = versions.writes(session)
    assert after.changes - before.changes == 3  # a recipe, an ingredient, a line
    assert after.deletes == before.deletes


def test_a_private_recipe_is_not_found(sessions, model):
    _insert(sessions, "Secret cake", ["sugar"], is_public=False)
    index.refresh(sessions, model.encode, embedding.model_name())
    assert search(model, "cake").total == 0


def test_a_change_of_model_embeds_everything_anew(sessions, model):
    _insert(sessions, "Soup", ["carrot"])
    index.refresh(sessions, model.encode, "another-model")
    assert index.refresh(sessions, model.encode, embedding.model_name()).embedded == 1


def test_an_interrupted_refresh_loses_one_batch_at_most(sessions, model, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    for number in range(5):
        _insert(sessions, f"Soup {number}", ["carrot"])
    calls = []

    def dies_in_the_third_batch(sentences):
        calls.append(sentences)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return model.encode(sentences)

    with pytest.raises(KeyboardInterrupt):
        index.refresh(sessions, dies_in_the_third_batch, embedding.model_name())
    with sessions() as session:
        assert len(session.execute(select(recipe_index.c.recipe_id)).all()) == 4
    assert index.refresh(sessions, model.encode, embedding.model_name()).embedded == 1


def test_beyond_the_exact_limit_the_vector_index_finds_the_same(shared_book, model, monkeypatch):
    exact = titles(search(model, "spicy stew with peanuts", 5))
    monkeypatch.setattr(semantic, "one_by_one", lambda _passing, _recipes: False)
    assert titles(search(model, "spicy stew with peanuts", 5)) == exact


def test_vectors_have_length_1_and_do_not_depend_on_their_batch(model):
    sentences = ["soup", "a long sentence about roasted vegetables with rice " * 20, "", "🍲 гречка"]
    together = model.encode(sentences)
    alone = np.vstack([model.encode([sentence]) for sentence in sentences])
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    assert np.array_equal(together, alone)


def test_a_sentence_costs_no_more_tokens_than_it_has(model):
    assert len(model._tokenizer.encode("lentil soup").ids) == 5
    assert len(model._tokenizer.encode("soup " * 1000).ids) == embedding.MAX_TOKENS


def test_int8_vectors_agree_with_the_original_model(model):
    from sentence_transformers import SentenceTransformer

    sentences = ["a warming soup of red lentils", "chocolate cake", "grilled fish with lemon"]
    original = SentenceTransformer(str(embedding.source()), device="cpu")
    expected = original.encode(sentences, normalize_embeddings=True)
    assert (model.encode(sentences) * expected).sum(axis=1).min() > 0.985


def did(**counts):
    return index.Refreshed(**counts)


def test_a_row_that_cannot_be_indexed_does_not_keep_the_others_out(sessions, model, monkeypatch):
    for title in ("Bad", "Soup", "Stew"):
        _insert(sessions, title, ["carrot"])
    document = documents._document

    def too_much_for_a_real_column(row):
        found = document(row)
        if row.title == "Bad":
            found.facts["total_minutes"] = 2**40
        return found

    monkeypatch.setattr(documents, "_document", too_much_for_a_real_column)
    done = index.refresh(sessions, model.encode, embedding.model_name())
    assert (done.changed, done.failed) == (2, 1)
    assert set(titles(search(model, "food"))) == {"Soup", "Stew"}


def test_times_and_texts_beyond_all_bounds_are_indexed(sessions, model):
    recipe_id = _insert(sessions, "Endless stew", ["carrot"])
    words = " ".join(f"word{number}" for number in range(200_000))
    with sessions.begin() as session:
        session.execute(update(recipes).values(prep_time=2**31 - 1, cook_time=5, instructions=[words]))
    assert index.refresh(sessions, model.encode, embedding.model_name()).failed == 0
    found = search(model, "stew").results[0].recipe
    assert (found.id, found.total_minutes) == (recipe_id, 2**31 - 1)


def test_a_change_of_the_label_rules_reaches_the_index(sessions, model, monkeypatch):
    _insert(sessions, "Soup", ["carrot"])
    refresh = lambda: index.refresh(sessions, model.encode, embedding.model_name())  # noqa: E731
    assert refresh().changed == 1
    monkeypatch.setattr(versions.labels, "rules_sha256", lambda: "other rules")
    assert refresh() == did(changed=1)


def test_a_food_named_in_a_note_counts_as_contained(sessions, model):
    recipe_id = _insert(sessions, "Carrots", ["carrot"])
    with sessions.begin() as session:
        session.execute(update(recipe_ingredients).values(notes="tossed in butter"))
    index.refresh(sessions, model.encode, embedding.model_name())
    assert search(model, "carrots", exclude_allergens=["milk"]).total == 0
    assert search(model, "carrots", exclude_ingredients=["butter"]).total == 0
    with db.transaction() as session:
        assert store.get(session, recipe_id).allergen_info["milk"] == "contains"


@pytest.mark.parametrize("name", ["peanut", "the", "!!!", "zorblax-paste"])
def test_excluding_an_ingredient_drops_what_is_not_known(sessions, model, name):
    _insert(sessions, "Mystery", ["carrot", "zorblax paste"])
    index.refresh(sessions, model.encode, embedding.model_name())
    assert search(model, "food").total == 1
    assert search(model, "food", exclude_ingredients=[name]).total == 0


@pytest.mark.parametrize("name", ["soy sauce", "soy-sauce", "Soy Sauces"])
def test_hyphens_make_no_other_ingredient(shared_book, model, name):
    with_it = search(model, "food", limit=EVERYTHING, include_ingredients=["soy sauce"])
    without = search(model, "food", limit=EVERYTHING, exclude_ingredients=[name])
    assert with_it.total > 0
    assert not set(titles(with_it)) & set(titles(without))


def _insert(sessions, title, names, is_public=True):
    with sessions.begin() as session:
        return _insert_into(session, title, names, is_public)


def _insert_into(session, title, names, is_public=True):
    """Writes as the TypeScript side does: its tables only."""
    user_id = session.scalar(select(users.c.id)) or session.scalar(
        users.insert().values(clerk_id="c1", email="a@b.c").returning(users.c.id)
    )
    recipe_id = session.scalar(
        recipes.insert()
        .values(user_id=user_id, title=title, prep_time=5, cook_time=10, is_public=is_public)
        .returning(recipes.c.id)
    )
    for name in names:
        ingredient_id = session.scalar(
            select(ingredients.c.id).where(ingredients.c.name == name)
        ) or session.scalar(ingredients.insert().values(name=name).returning(ingredients.c.id))
        session.execute(
            recipe_ingredients.insert().values(recipe_id=recipe_id, ingredient_id=ingredient_id)
        )
    return recipe_id
