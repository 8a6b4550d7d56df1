"""The recommenders on matrices small enough to check by hand, and the model's way into PostgreSQL."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sqlalchemy import func, select

from lib.recommendations import models, store, training
from lib.recommendations.behaviour import Interactions
from lib.recommendations.models import Als, Ease, ItemKnn, Popularity
from lib.tables import recommender_models

TODAY = date(2026, 11, 22)
FOUR_BY_THREE = csr_matrix(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1], [1, 0, 0]], np.float32))


def interactions(pairs, days=None, people=None, recipes=None):
    person, recipe = np.array(pairs, np.int32).T
    return Interactions(
        people=people or int(person.max()) + 1,
        recipe_ids=[f"r{place}" for place in range(recipes or int(recipe.max()) + 1)],
        person=person,
        recipe=recipe,
        weight=np.ones(len(person), np.float32),
        day=np.array(days if days is not None else range(len(person)), np.int32),
    )


def two_groups(people=40, seed=0):
    """Pairs: even people choose among even recipes, odd ones among odd ones, 25 of 40 each."""
    rng = np.random.default_rng(seed)
    return [
        (person, 2 * int(recipe) + person % 2)
        for person in range(people)
        for recipe in rng.choice(40, 25, replace=False)
    ]


def test_ease_is_its_closed_form():
    ease = Ease.fit(FOUR_BY_THREE, regularisation=2.0)
    dense = FOUR_BY_THREE.toarray().astype(float)
    inverse = np.linalg.inv(dense.T @ dense + 2.0 * np.eye(3))
    expected = np.eye(3) - inverse @ np.diag(1 / np.diag(inverse))
    np.fill_diagonal(expected, 0)
    assert np.allclose(ease.weights, expected, atol=1e-6)
    # By hand: XᵀX + 2I = [[5,2,0],[2,5,1],[0,1,3]]; its inverse is [[14,-6,2],[-6,15,-5],[2,-5,21]]/58.
    assert np.allclose(ease.weights[:, 0], [0, 6 / 14, -2 / 14], atol=1e-6)
    assert np.allclose(ease.scores(FOUR_BY_THREE), FOUR_BY_THREE @ expected, atol=1e-6)


def test_ease_leaves_rare_columns_at_nothing():
    ease = Ease.fit(FOUR_BY_THREE, regularisation=2.0, most_items=2)
    assert ease.weights.shape == (2, 2)
    assert np.array_equal(ease.scores(FOUR_BY_THREE)[:, 2], np.zeros(4))


def test_a_persons_als_factors_solve_the_persons_equation():
    rng = np.random.default_rng(0)
    factors = rng.normal(size=(7, models.FACTORS)).astype(np.float32)
    values = np.array([0, 1, 0, 2, 0, 0, 0.5])
    confidence = np.diag(1 + models.ALPHA * values)
    left = factors.T @ confidence @ factors + models.REGULARISATION * np.eye(models.FACTORS)
    expected = np.linalg.solve(left, factors.T @ confidence @ (values > 0))
    found = Als(factors).people(csr_matrix(values[None].astype(np.float32)))
    assert np.allclose(found[0], expected, atol=1e-4)


def test_als_lowers_its_loss_with_every_sweep():
    matrix = interactions(two_groups()).matrix()
    dense = matrix.toarray()

    def loss(model):
        people = model.people(matrix)
        errors = (1 + models.ALPHA * dense) * (np.sign(dense) - people @ model.factors.T) ** 2
        return errors.sum() + models.REGULARISATION * ((people**2).sum() + (model.factors**2).sum())

    start = np.random.default_rng(0).normal(0, 0.1, (dense.shape[1], models.FACTORS))
    model = Als(start.astype(np.float32))
    losses = [loss(model)]
    for _ in range(4):
        model = Als(model._better(matrix))
        losses.append(loss(model))
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.9 * losses[0]


def test_als_does_not_depend_on_how_people_are_parted(monkeypatch):
    matrix = interactions(two_groups()).matrix()
    whole = Als.fit(matrix).scores(matrix)
    monkeypatch.setattr(models.blocks, "__defaults__", (7,))
    assert np.allclose(Als.fit(matrix).scores(matrix), whole, atol=1e-3)


@pytest.mark.parametrize("kind", [Als.fit, ItemKnn.fit, lambda m: Ease.fit(m, 10.0)])
def test_people_get_what_their_group_chose_even_those_never_seen(kind):
    model = kind(interactions(two_groups()).matrix())
    newcomer = csr_matrix((np.ones(3, np.float32), ([0, 0, 0], [1, 3, 5])), (1, 80))
    scores = model.scores(newcomer)[0]
    scores[[1, 3, 5]] = -np.inf
    assert all(np.argsort(-scores)[:10] % 2 == 1)


def test_popularity_counts_rows():
    assert np.array_equal(Popularity(FOUR_BY_THREE).scores(FOUR_BY_THREE)[2], [3, 3, 1])


def test_item_knn_is_the_shrunk_cosine():
    scores = ItemKnn.fit(FOUR_BY_THREE).scores(csr_matrix(np.array([[1, 0, 0]], np.float32)))
    assert np.allclose(scores, [[0, 2 / (3 + 10), 0]])


def test_ndcg_by_hand():
    scores = np.array([[9, 5, 4, 3, 2, 1]], np.float32)
    seen = csr_matrix(np.array([[1, 0, 0, 0, 0, 0]], np.float32))
    wanted = csr_matrix(np.array([[0, 0, 1, 0, 0, 1]], np.float32))
    # Ranked without the first: places 2 and 5 hold what is wanted.
    expected = (1 / np.log2(3) + 1 / np.log2(6)) / (1 + 1 / np.log2(3))
    assert training.ndcg(scores, seen, wanted, 5) == pytest.approx([expected])
    assert training.ndcg(scores, seen, wanted, 1) == pytest.approx([0.0])
    assert training.ndcg(scores, seen, csr_matrix((1, 6), dtype=np.float32), 5) == pytest.approx([0.0])


def test_the_newest_choice_of_everybody_with_two_is_held_out():
    found = interactions([(0, 0), (0, 1), (1, 2), (2, 0), (2, 1)], days=[5, 3, 9, 1, 2])
    assert training.last_choices(found).tolist() == [True, False, False, False, True]


def test_popularity_halves_in_thirty_days_and_does_not_grow_in_the_future():
    today = TODAY.toordinal()
    found = interactions(
        [(0, 0), (1, 0), (2, 1), (3, 2)], days=[today, today - 30, today - 60, today + 9]
    )
    assert found.popularity(TODAY) == pytest.approx([1.5, 0.25, 1.0])


def test_only_the_most_chosen_recipes_are_kept(monkeypatch):
    monkeypatch.setattr(training, "MOST_RECIPES", 2)
    found = training._most_chosen(interactions([(0, 0), (0, 1), (1, 1), (1, 3), (2, 3), (2, 2), (3, 3)]))
    assert found.recipe_ids == ["r1", "r3"]
    assert found.matrix().toarray().tolist() == [[1, 0], [1, 1], [0, 1], [0, 1]]


def test_the_weight_follows_what_serves_people_better():
    grouped = training.train(interactions(two_groups()), TODAY)
    assert grouped.weight > 0
    assert grouped.figures["ndcg_at_20"] > grouped.figures["popularity_ndcg_at_20"]
    rng = np.random.default_rng(0)
    appeal = 1 / np.arange(1, 201)
    alike = [
        (person, int(recipe))
        for person in range(120)
        for recipe in rng.choice(200, 30, replace=False, p=appeal / appeal.sum())
    ]
    found = training.train(interactions(alike), TODAY)
    assert found.figures["ndcg_at_20"] >= found.figures["popularity_ndcg_at_20"] > 0


def test_training_is_the_same_twice():
    first, second = (training.train(interactions(two_groups()), TODAY) for _ in range(2))
    assert np.array_equal(first.factors, second.factors)
    assert first.figures == second.figures


def trained(recipes=50, seed=0):
    rng = np.random.default_rng(seed)
    return training.Trained(
        recipe_ids=[f"r{seed}-{place}" for place in range(recipes)],
        factors=np.full((recipes, models.FACTORS), seed, np.float32),
        popularity=rng.random(recipes, dtype=np.float32),
        weight=0.5,
        figures={"seed": seed},
    )


def newest(session):
    version, trained_at = session.execute(select(*store.newest())).one()
    return store.current(session, version, trained_at)


def until(holds):
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def versions(session):
    return session.scalars(select(recommender_models.c.version).order_by("version")).all()


def test_a_model_comes_back_as_it_was_saved(sessions):
    with sessions() as session:
        assert newest(session) is None
    with sessions.begin() as session:
        saved = trained(seed=3)
        version = store.save(session, saved)
    with sessions() as session:
        model = newest(session)
        assert newest(session) is model  # read once
    assert (model.version, model.recipe_ids, model.weight) == (version, saved.recipe_ids, 0.5)
    assert np.array_equal(model.als.factors, saved.factors)
    assert np.array_equal(model.popularity, saved.popularity)
    assert model.place["r3-7"] == 7
    assert model.scores({"unheard of": 1.0}) is None


def test_the_previous_model_is_kept_and_older_ones_are_not(sessions):
    made = []
    for seed in range(4):
        with sessions.begin() as session:
            made.append(store.save(session, trained(seed=seed)))
    with sessions() as session:
        assert versions(session) == made[-2:]


def test_a_killed_training_leaves_nothing_to_be_seen(sessions):
    with sessions.begin() as session:
        store.save(session, trained(seed=1))
    with sessions() as dying:
        store.save(dying, trained(seed=2))
        with sessions() as session:
            assert newest(session).recipe_ids[0] == "r1-0"
        dying.rollback()
    with sessions() as session:
        assert newest(session).recipe_ids[0] == "r1-0"
        assert session.scalar(select(func.count()).select_from(recommender_models)) == 1


def test_of_two_trainings_at_once_the_later_is_in_force_and_none_waits_for_ever(sessions):
    def train(seed):
        with sessions.begin() as session:
            return store.save(session, trained(seed=seed)), seed

    with ThreadPoolExecutor(6) as pool:
        done = dict(pool.map(train, range(12)))
    with sessions() as session:
        model = newest(session)
        assert model.version == max(done)
        assert model.recipe_ids[0] == f"r{done[model.version]}-0"
        assert versions(session) == sorted(done)[-2:]


def test_who_reads_while_models_change_sees_one_or_the_other_whole(sessions):
    with sessions.begin() as session:
        store.save(session, trained(seed=1))  # of 50 recipes, as below
    stop = threading.Event()
    seen, broken = set(), []

    def read():
        while not stop.is_set():
            with sessions() as session:
                model = newest(session)
            if model is None:
                continue
            seed = int(model.recipe_ids[0][1:].split("-")[0])
            whole = (model.als.factors == seed).all() and len(model.recipe_ids) == 40 + 10 * seed
            seen.add(seed)
            if not whole or len(model.popularity) != len(model.recipe_ids):
                broken.append(model.version)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    until(lambda: 1 in seen)
    for seed in range(1, 16):
        with sessions.begin() as session:
            store.save(session, trained(recipes=40 + 10 * seed, seed=seed))
    until(lambda: 15 in seen)
    stop.set()
    for reader in readers:
        reader.join()
    assert not broken
