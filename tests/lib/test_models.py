"""One embedding model takes another's place while searches go on."""

import hashlib
import random

import numpy as np
import pytest
from sqlalchemy import delete, insert, select, text, update

from lib import db
from lib.search import embedding, index, models, semantic
from lib.search.filters import Filters
from lib.search.semantic import Searcher
from lib.tables import (
    EMBEDDING_DIMENSIONS,
    embedding_models,
    recipe_index,
    recipe_vectors,
    recipes,
)
from tests.lib.test_catalogue import insert as recipe

OLD, NEW, NEWEST = "old-model", "new-model", "newest-model"


def vectors_of(name):
    """An encode of its own for each model: unit vectors that follow from the sentence."""

    def encode(sentences):
        found = np.empty((len(sentences), EMBEDDING_DIMENSIONS), dtype=np.float32)
        for place, sentence in enumerate(sentences):
            seed = hashlib.sha256(f"{name} {sentence}".encode()).digest()[:8]
            found[place] = np.random.default_rng(int.from_bytes(seed)).normal(size=EMBEDDING_DIMENSIONS)
        return found / np.linalg.norm(found, axis=1, keepdims=True)

    return encode


def refresh(sessions, model):
    return index.refresh(sessions, vectors_of(model), model)


def active(sessions):
    with sessions.begin() as session:
        return models.active(session)


def counted(sessions):
    """How many vectors each model has."""
    with sessions.begin() as session:
        rows = session.execute(select(recipe_vectors.c.model))
        names = [row.model for row in rows]
        return {name: names.count(name) for name in sorted(set(names))}


def indexes(sessions):
    """The models that have an HNSW index."""
    with sessions.begin() as session:
        found = session.scalars(
            text("""
                select indexname from pg_indexes where schemaname = 'compute'
                and tablename = 'recipe_vectors' and indexdef like '%hnsw%' order by indexname
            """)
        )
        return [name.removeprefix("recipe_vectors_") for name in found]


def titles_found(sessions, query="soup"):
    """What a searcher that starts now finds, by the model that is active."""
    searcher = Searcher()
    with sessions.begin() as session:
        name = searcher.model(session)
        request = searcher.read(query)
        vector = vectors_of(name)([request.sentence])[0]
        answer = searcher.search(session, request, vector, name, Filters(), 100, 0)
    assert answer.total == len(answer.results)
    return [hit.recipe.title for hit in answer.results]


def five(sessions):
    return [recipe(sessions, f"Soup {number}", ["carrot"]) for number in range(5)]


def test_the_first_model_is_active_at_once(sessions):
    assert active(sessions) is None
    five(sessions)
    refresh(sessions, OLD)
    assert active(sessions) == OLD
    assert counted(sessions) == {OLD: 5}
    assert indexes(sessions) == [OLD]


def test_the_first_model_is_active_before_it_has_all_vectors(sessions):
    five(sessions)
    done, stale = index.begin(sessions, OLD)
    assert (done, len(stale)) == (index.Refreshed(), 5)
    assert active(sessions) == OLD
    index.index_batch(sessions, stale[:2], vectors_of(OLD), OLD)
    assert len(titles_found(sessions)) == 2


def test_a_new_model_is_embedded_beside_the_old_and_takes_its_place_in_one_step(sessions):
    five(sessions)
    refresh(sessions, OLD)
    _, stale = index.begin(sessions, NEW)
    assert len(stale) == 5
    for place, recipe_id in enumerate(stale):
        assert not index.finish(sessions, NEW)
        assert active(sessions) == OLD
        assert counted(sessions).get(NEW, 0) == place
        assert counted(sessions)[OLD] == 5
        assert len(titles_found(sessions)) == 5
        assert index.index_batch(sessions, [recipe_id], vectors_of(NEW), NEW).embedded == 1
    assert active(sessions) == OLD
    assert index.finish(sessions, NEW)
    assert active(sessions) == NEW
    assert len(titles_found(sessions)) == 5


def test_the_old_vectors_stay_until_the_next_finish(sessions):
    five(sessions)
    refresh(sessions, OLD)
    refresh(sessions, NEW)
    assert active(sessions) == NEW
    assert counted(sessions) == {NEW: 5, OLD: 5}
    assert indexes(sessions) == [NEW, OLD]
    assert refresh(sessions, NEW) == index.Refreshed()
    assert counted(sessions) == {NEW: 5}
    assert indexes(sessions) == [NEW]
    with sessions.begin() as session:
        assert session.scalars(select(embedding_models.c.model)).all() == [NEW]


def test_a_query_that_the_old_model_embedded_is_still_answered_after_the_swap(sessions):
    five(sessions)
    refresh(sessions, OLD)
    searcher = Searcher()
    request = searcher.read("soup")
    with sessions.begin() as session:
        name = searcher.model(session)
    refresh(sessions, NEW)
    vector = vectors_of(name)([request.sentence])[0]
    with sessions.begin() as session:
        answer = searcher.search(session, request, vector, name, Filters(), 10, 0)
    assert (name, answer.total) == (OLD, 5)
    assert all(hit.why.semantic != 0 for hit in answer.results)


def test_a_killed_refresh_leaves_the_old_model_active(sessions, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    five(sessions)
    refresh(sessions, OLD)
    before = titles_found(sessions)
    calls = []

    def dies(sentences):
        calls.append(len(sentences))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return vectors_of(NEW)(sentences)

    with pytest.raises(KeyboardInterrupt):
        index.refresh(sessions, dies, NEW)
    assert active(sessions) == OLD
    assert counted(sessions) == {NEW: 2, OLD: 5}
    assert titles_found(sessions) == before
    assert refresh(sessions, NEW).embedded == 3
    assert active(sessions) == NEW


def test_the_active_models_refreshes_leave_alone_what_is_built_beside_it(sessions):
    five(sessions)
    refresh(sessions, OLD)
    _, stale = index.begin(sessions, NEW)
    index.index_batch(sessions, stale[:3], vectors_of(NEW), NEW)
    for _ in range(2):
        refresh(sessions, OLD)
        assert counted(sessions) == {NEW: 3, OLD: 5}
    refresh(sessions, NEW)
    assert active(sessions) == NEW


def test_a_model_that_was_given_up_midway_is_dropped_by_the_next_that_is_built(sessions):
    five(sessions)
    refresh(sessions, OLD)
    _, stale = index.begin(sessions, NEW)
    index.index_batch(sessions, stale[:3], vectors_of(NEW), NEW)
    assert refresh(sessions, OLD) == index.Refreshed()
    assert (active(sessions), counted(sessions)) == (OLD, {OLD: 5, NEW: 3})
    refresh(sessions, NEWEST)
    refresh(sessions, NEWEST)
    assert (active(sessions), counted(sessions)) == (NEWEST, {NEWEST: 5})


def test_recipes_that_change_during_the_move_reach_the_new_model(sessions):
    ids = five(sessions)
    refresh(sessions, OLD)
    _, stale = index.begin(sessions, NEW)
    index.index_batch(sessions, stale, vectors_of(NEW), NEW)
    with sessions.begin() as session:
        session.execute(update(recipes).where(recipes.c.id == ids[0]).values(title="Lemon tart"))
        session.execute(delete(recipes).where(recipes.c.id == ids[1]))
    added = recipe(sessions, "Stew", ["onion"])
    assert refresh(sessions, NEW).embedded == 2
    assert active(sessions) == NEW
    assert counted(sessions)[NEW] == 5
    assert added in vectors_by_id(sessions, NEW)
    assert sorted(titles_found(sessions)) == ["Lemon tart", "Soup 2", "Soup 3", "Soup 4", "Stew"]


def vectors_by_id(sessions, model):
    with sessions.begin() as session:
        table = recipe_vectors.c
        rows = session.execute(select(table.recipe_id, table.number).where(table.model == model))
        return {row.recipe_id: row.number for row in rows}


def test_a_vectors_number_is_its_recipes_number(sessions):
    five(sessions)
    refresh(sessions, OLD)
    refresh(sessions, NEW)
    with sessions.begin() as session:
        rows = session.execute(select(recipe_index.c.recipe_id, recipe_index.c.number))
        numbers = {row.recipe_id: row.number for row in rows}
    assert vectors_by_id(sessions, OLD) == vectors_by_id(sessions, NEW) == numbers


@pytest.mark.parametrize("name", ["", "Old", "a'b", 'a"b', "a b", "a_b", "a\n", "ü", "a;drop"])
def test_a_name_that_could_not_stand_in_sql_is_refused(sessions, name):
    with pytest.raises(ValueError, match="can't name a model"):
        index.refresh(sessions, vectors_of(OLD), name)
    assert active(sessions) is None
    searcher, vector = Searcher(), vectors_of(OLD)(["soup"])[0]
    request = searcher.read("soup")
    recipe(sessions, "Soup", ["carrot"])
    refresh(sessions, OLD)
    with sessions.begin() as session, pytest.raises(ValueError, match="can't name a model"):
        searcher.search(session, request, vector, name, Filters(), 10, 0)


def test_a_model_that_comes_back_is_newer_than_the_one_it_replaces(sessions):
    five(sessions)
    for model in (OLD, NEW, OLD, OLD):
        refresh(sessions, model)
    assert active(sessions) == OLD
    assert counted(sessions) == {OLD: 5}
    assert indexes(sessions) == [OLD]


def test_the_real_models_name_is_a_good_one(home):
    assert models._NAME.fullmatch(embedding.model_name())


def test_each_model_has_an_index_that_the_planner_uses(sessions):
    chance = np.random.default_rng(7)
    rows, each = 300, random.Random(7)
    for model in (OLD, NEW):
        with sessions.begin() as session:
            models.register(session, model)
            drawn = chance.normal(size=(rows, EMBEDDING_DIMENSIONS)).astype(np.float32)
            session.execute(
                insert(recipe_vectors),
                [
                    {
                        "model": model,
                        "recipe_id": f"r{number}",
                        "number": number,
                        "content_sha256": str(each.random()),
                        "embedding": vector / np.linalg.norm(vector),
                    }
                    for number, vector in enumerate(drawn)
                ],
            )
            models.finish(session, model)
    assert indexes(sessions) == [NEW, OLD]
    vector = f"[{','.join(map(str, chance.normal(size=EMBEDDING_DIMENSIONS)))}]"
    for model in (OLD, NEW):
        nearest = text(f"""
            select recipe_id from compute.recipe_vectors where model = '{model}'
            order by embedding operator(compute.<=>) '{vector}' limit 10
        """)
        with sessions.begin() as session:
            exactly = session.scalars(nearest).all()
            session.execute(text("set local enable_seqscan = off; set local enable_sort = off"))
            plan = "\n".join(session.scalars(text(f"explain {nearest.text}")))
            assert f'using "recipe_vectors_{model}"' in plan, plan
            assert len(set(session.scalars(nearest).all()) & set(exactly)) >= 8


def test_the_search_itself_uses_the_active_models_index(shared_book, model, monkeypatch):
    monkeypatch.setattr(semantic, "one_by_one", lambda _passing, _recipes: False)
    searcher = Searcher()
    request = searcher.read("zzz")
    before = scans()
    with db.transaction() as session:
        session.execute(text("set local enable_seqscan = off; set local enable_sort = off"))
        session.execute(text("set local enable_bitmapscan = off"))
        name = searcher.model(session)
        vector = model.encode([request.sentence])[0]
        answer = searcher.search(session, request, vector, name, Filters(), 10, 0)
        session.execute(text("select pg_stat_force_next_flush()"))
    assert len(answer.results) == 10
    assert scans() > before


def scans():
    """How often HNSW indexes of vectors were read."""
    with db.transaction() as session:
        session.execute(text("select pg_stat_clear_snapshot()"))
        return session.scalar(
            text("""
                select sum(idx_scan) from pg_stat_user_indexes where relname = 'recipe_vectors'
                and indexrelname like '%-int8'
            """)
        )
