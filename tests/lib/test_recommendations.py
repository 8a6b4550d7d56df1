"""Recommendations over random recipes: what must hold for each, and what follows from behaviour."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import delete, event, text, update

from lib.errors import NotFound
from lib.recommendations import behaviour, candidates, preferences, training
from lib.recommendations import store as models
from lib.recommendations.personal import REST_DAYS, for_user
from lib.recommendations.similar import similar
from lib.recommendations.variety import SAME_DISH, plain_title
from lib.tables import meal_plan_items, posts, recipe_index, recipe_vectors, recipes, user_preferences
from tests.recommendation_corpus import (
    AUTHOR,
    MODEL,
    TODAY,
    activate,
    add_recipe,
    add_user,
    facts_of,
    fill,
    like,
    plan,
    post,
    vector,
)

EVERYTHING = 50


def ids(answer):
    return [result.recipe.id for result in answer.results]


def for_today(session, user_id, limit=10):
    return for_user(session, user_id, limit, TODAY)


@pytest.fixture
def session(sessions):
    """A session whose work is thrown away."""
    with sessions() as current:
        yield current
        current.rollback()


@pytest.fixture
def kitchen(session):
    """Three hundred random recipes, the first ten there for everybody; their vectors by id."""
    made = fill(session, 300)
    first = recipe_index.c.recipe_id < "r00010"
    session.execute(update(recipe_index).where(first).values(is_public=True, removed=False))
    session.execute(update(recipes).where(recipes.c.id < "r00010").values(is_public=True))
    return made


def allowed(row, diets, allergens, foods):
    """Whether an indexed recipe meets the limits, decided without the product's code."""
    return (
        row.is_public
        and not row.removed
        and set(diets) <= set(row.diets)
        and set(allergens) <= set(row.clear_allergens)
        and (not foods or row.all_known)
        and not set(foods) & set(row.foods)
    )


WORDS = {
    "Vegan": (["vegan"], [], []),
    "gluten-free": (["gluten_free"], [], []),
    "Tree nuts": ([], ["tree_nut"], []),
    "peanuts": ([], ["peanut"], []),
    "dairy": ([], ["milk"], []),
    "No Spinach": ([], [], ["spinach"]),
    "Low-Carb": (["low_carb"], [], []),
    "nuts, soy and sesame": ([], ["tree_nut", "peanut", "soy", "sesame"], []),
}


@pytest.mark.parametrize("seed", range(12))
def test_limits_hold_whatever_the_recipes_and_the_person(session, seed):
    rng = np.random.default_rng(seed)
    made = fill(session, int(rng.integers(20, 200)), seed)
    said = [str(word) for word in rng.choice([*WORDS], rng.integers(0, 3), replace=False)]
    half = int(rng.integers(0, len(said) + 1))
    add_user(session, "u", dietary_restrictions=said[:half], allergens=said[half:])
    chosen = rng.choice([*made], int(rng.integers(0, 15)), replace=False).tolist()
    days = {recipe_id: int(rng.integers(-5, 120)) for recipe_id in chosen}
    plan(session, "u", days)
    own = next(iter(made))
    session.execute(update(recipes).where(recipes.c.id == own).values(user_id="u"))
    limits = [[name for word in said for name in WORDS[word][part]] for part in range(3)]
    recent = {recipe_id for recipe_id, ago in days.items() if ago <= REST_DAYS}
    expected = (
        {recipe_id for recipe_id, row in facts_of(session).items() if allowed(row, *limits)}
        - recent
        - {own}
    )
    found = ids(for_today(session, "u", EVERYTHING))
    assert set(found) <= expected
    assert len(found) == len(set(found))
    # Nothing else keeps recipes out but being one dish with another.
    assert bool(found) == bool(expected)


def test_every_word_of_that_test_excludes_something(session):
    fill(session, 200)
    rows = facts_of(session).values()
    for limits in WORDS.values():
        assert 0 < sum(allowed(row, *limits) for row in rows) < sum(row.is_public for row in rows)


@pytest.mark.parametrize(
    ("said", "part", "meant"),
    [
        ("VEGETARIAN", "diets", ["vegetarian"]),
        ("plant-based diet", "diets", ["vegan"]),
        ("dairy_free", "diets", ["dairy_free"]),
        ("Nut-Free", "allergens", ["tree_nut", "peanut"]),
        ("shellfish allergy", "allergens", ["shellfish", "mollusc"]),
        ("Seafood", "allergens", ["fish", "shellfish", "mollusc"]),
        ("eggs / wheat", "allergens", ["egg", "wheat"]),
        ("I get hives from peanuts", "allergens", ["peanut"]),
        ("low sodium", "claims", ["low_sodium"]),
        ("no pork", "ingredients", ["pork"]),
        ("halal", "ingredients", ["pork", "alcohol", "gelatin", "lard"]),
        ("almonds", "ingredients", ["almond"]),
        ("zorblax", "ingredients", ["zorblax"]),
        ("🥜", "ingredients", ["🥜"]),
        ("the", "ingredients", ["the"]),
        ("x" * 500, "ingredients", ["x" * 100]),
        ("none", "ingredients", []),
        ("N/A", "ingredients", []),
        ("  ", "ingredients", []),
    ],
)
def test_words_of_preferences_become_limits(said, part, meant):
    found = preferences.Preferences()
    preferences._add(found, said)
    assert [*getattr(found, part)] == meant


def test_the_tables_of_words_can_be_reached():
    tables = (
        preferences._DIETS,
        preferences._ALLERGENS,
        preferences._CLAIMS,
        preferences._INGREDIENTS,
    )
    assert [name for table in tables for name in table if preferences.key(name) != name] == []


@pytest.mark.parametrize("said", ["zorblax", "🥜", "!!!"])
def test_a_word_that_nobody_knows_fails_closed(session, said):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    add_recipe(session, "known", vector(rng), terms=["carrot"])
    add_recipe(session, "with it", vector(rng), terms=["zorblax"])
    add_recipe(session, "mystery", vector(rng), all_known=False)
    add_user(session, "u", allergens=[said])
    assert ids(for_today(session, "u")) == (["known"] if said == "zorblax" else [])


def test_seventy_disliked_foods_all_count(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    for place in range(80):
        add_recipe(session, f"r{place}", vector(rng), terms=[f"zorb{place}"])
    add_user(session, "u", dietary_restrictions=[f"zorb{place}" for place in range(70)])
    assert sorted(ids(for_today(session, "u", EVERYTHING))) == [f"r{place}" for place in range(70, 80)]


def test_limits_that_nothing_meets_leave_nothing(session, kitchen):
    session.execute(update(recipe_index).values(diets=[]))
    add_user(session, "u", dietary_restrictions=["vegan"])
    plan(session, "u", {"r00001": 30})
    assert for_today(session, "u").results == []


@pytest.mark.parametrize("user_id", ["nobody", "", "'; drop table users; --", "r00001"])
def test_an_unknown_user_is_not_found(session, kitchen, user_id):
    with pytest.raises(NotFound):
        for_today(session, user_id)


def test_an_unknown_recipe_and_a_private_one_are_not_found(session, kitchen):
    session.execute(update(recipes).where(recipes.c.id == "r00001").values(is_public=False))
    for recipe_id in ("nothing", "r00001"):
        with pytest.raises(NotFound):
            similar(session, recipe_id, 5)


def test_a_recipe_made_private_a_moment_ago_is_not_recommended(session, kitchen):
    add_user(session, "u")
    plan(session, "u", {"r00001": 30})
    before = {*ids(for_today(session, "u")), *ids(similar(session, "r00001", 10))}
    session.execute(update(recipes).where(recipes.c.id.in_(before)).values(is_public=False))
    after = [ids(for_today(session, "u")), ids(similar(session, "r00001", 10))]
    assert all(after)
    assert not before & {*after[0], *after[1]}


def test_no_private_title_is_given_as_a_reason(session, kitchen):
    add_user(session, "u")
    plan(session, "u", {"r00001": 30})
    reasons = " ".join(result.reason for result in for_today(session, "u").results)
    assert "Because you planned Dish r00001" in reasons
    session.execute(update(recipes).where(recipes.c.id == "r00001").values(is_public=False))
    answer = for_today(session, "u")
    assert answer.strategy == "new_user"
    assert "r00001" not in " ".join(result.reason for result in answer.results)


def test_somebody_without_history_gets_what_is_popular_in_season_and_liked(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    for place in range(30):
        add_recipe(session, f"r{place}", vector(rng), cuisine=f"c{place}", season="summer")
    add_recipe(session, "liked", vector(rng), cuisine="thai", season="summer")
    add_recipe(session, "seasonal", vector(rng), cuisine="d", season="autumn")
    for place in range(30):
        add_user(session, f"u{place}")
        plan(session, f"u{place}", {"r7": 3})
    add_user(session, "new", cuisine_preferences=[" Thai "])
    answer = for_today(session, "new", 3)
    assert answer.strategy == "new_user"
    assert [(result.recipe.id, result.reason) for result in answer.results] == [
        ("r7", "Popular this month"),
        ("liked", "Thai, as you like"),
        ("seasonal", "A dish for autumn"),
    ]


def test_what_is_like_the_history_comes_first_and_says_why(session, kitchen):
    add_user(session, "u")
    plan(session, "u", {"r00003": 20})
    answer = for_today(session, "u", 5)
    assert answer.strategy == "content"
    assert {int(recipe_id[1:]) % 8 for recipe_id in ids(answer)} == {3}  # its cluster
    assert answer.results[0].reason == "Because you planned Dish r00003"


def test_the_tenth_is_alike_and_hardly_chosen(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    taste = vector(rng)
    for place in range(40):
        add_recipe(session, f"popular{place}", vector(rng))
        add_recipe(session, f"alike{place}", vector(rng, taste, 0.8))
    add_recipe(session, "mine", taste)
    for user in range(60):
        add_user(session, f"u{user}")
        plan(session, f"u{user}", {f"popular{place}": 3 for place in range(40)})
    add_user(session, "u")
    plan(session, "u", {"mine": 20})
    found = ids(for_today(session, "u"))
    assert ["alike" in recipe_id for recipe_id in found] == [False] * 9 + [True]


def test_likes_and_posts_count_and_are_named(session, kitchen):
    add_user(session, "u")
    add_user(session, "friend")
    post(session, "u", "r00003", days_ago=20)
    like(session, "u", post(session, "friend", "r00004", days_ago=40), days_ago=20)
    found = behaviour.of_one(session, "u")
    assert [(c.recipe_id, c.verb, c.last) for c in found] == [
        ("r00003", "posted about", TODAY - timedelta(days=20)),
        ("r00004", "liked", TODAY - timedelta(days=20)),
    ]
    assert found[0].weight > found[1].weight


@pytest.mark.parametrize("start", range(7))
@pytest.mark.parametrize("day", [0, 3, 6, 7 + 3, -4])
def test_a_planned_day_is_the_plans_last_one_with_that_weekday(session, kitchen, start, day):
    add_user(session, "u")
    first = TODAY + timedelta(days=start)
    plan(session, "u", {"r00001": 0}, today=first)
    session.execute(text("update meal_plans set end_date = start_date + 16"))
    session.execute(update(meal_plan_items).values(day_of_week=day))
    last = behaviour.of_one(session, "u")[0].last
    assert first + timedelta(days=10) <= last <= first + timedelta(days=16)
    assert (last.weekday() + 1) % 7 == day % 7


def test_dates_that_no_calendar_has_are_left_out(session, kitchen):
    add_user(session, "u")
    plan(session, "u", {"r00001": 0})
    session.execute(text("update meal_plans set end_date = 'infinity'"))
    for when in ("infinity", "-infinity", "0900-01-01", "4000-01-01 BC", "9999-12-31"):
        post_id = post(session, "u", "r00002")
        session.execute(update(posts).where(posts.c.id == post_id).values(created_at=text(f"'{when}'")))
    assert for_today(session, "u").strategy == "new_user"
    assert behaviour.of_all(session).people == 0


def test_a_persons_own_recipes_neither_count_nor_come_back(session, kitchen):
    add_user(session, "u")
    session.execute(update(recipes).where(recipes.c.id < "r00250").values(user_id="u"))
    plan(session, "u", {"r00001": 30})
    answer = for_today(session, "u", EVERYTHING)
    assert answer.strategy == "new_user"
    assert len(ids(answer)) > 20
    assert min(ids(answer)) >= "r00250"


def test_what_was_chosen_rests_two_weeks_and_comes_back_last(session, kitchen):
    session.execute(update(recipe_index).values(removed=True))
    shown = [f"r{place:05d}" for place in range(12)]
    there = recipe_index.c.recipe_id.in_(shown)
    session.execute(update(recipe_index).where(there).values(removed=False, is_public=True))
    session.execute(update(recipes).values(is_public=True))
    add_user(session, "u")
    plan(session, "u", {shown[0]: 14, shown[1]: -3, shown[2]: 0, shown[3]: 15, shown[4]: 60})
    answer = for_today(session, "u", EVERYTHING)
    assert set(ids(answer)) == set(shown) - set(shown[:3])
    assert {*ids(answer)[-2:]} == {shown[3], shown[4]}
    assert {result.reason for result in answer.results[-2:]} == {
        "You planned it 2 weeks ago",
        "You planned it 8 weeks ago",
    }


def test_no_dish_comes_twice(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    seed = vector(rng)
    add_recipe(session, "seed", seed, title="Lentil Stew")
    for place in range(6):
        twin = vector(rng, seed, 0.2)  # any two have a cosine of 0.96
        assert twin @ seed > SAME_DISH
        add_recipe(session, f"twin{place}", twin, title=f"Pot number {place}")
    add_recipe(session, "namesake", vector(rng, seed, 0.8), title="The Best LENTIL stew (II)")
    near = vector(rng, seed, 0.8)
    add_recipe(session, "near", near, title="Bean Stew")
    add_recipe(session, "near too", vector(rng, near, 0.3), title="Stew of Beans")
    add_recipe(session, "far", vector(rng), title="Cake")
    found = ids(similar(session, "seed", 10))
    assert found[0] in ("near", "near too")
    assert found[1:] == ["far"]
    add_user(session, "u")
    mine = ids(for_today(session, "u"))
    assert len({"near", "near too"} & set(mine)) == 1
    assert len({key for key in mine if key.startswith("twin")} | ({"seed"} & set(mine))) == 1
    assert "far" in mine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mom's Best Chili", "mom chili (II)"),
        ("Crème Brûlée", "creme brulee"),
        ("The Easy Recipe", "the easy recipe"),
    ],
)
def test_titles_of_one_dish_are_the_same(one, other):
    assert plain_title(one) == plain_title(other)


def test_titles_of_other_dishes_differ():
    titles = ["Chili", "Chicken Chili", "Dish 1", "Dish 2", "Суп", "Борщ"]
    assert len({plain_title(title) for title in titles}) == len(titles)


def test_few_of_one_cuisine_come_while_there_are_others(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    taste = vector(rng)
    for place in range(60):
        add_recipe(session, f"i{place}", vector(rng, taste, 0.7), cuisine="italian")
    for place in range(20):
        add_recipe(session, f"o{place}", vector(rng), cuisine=f"other{place}")
    add_user(session, "u", cuisine_preferences=["italian"])
    plan(session, "u", {"i0": 30, "i1": 40})
    counts = Counter(result.recipe.cuisine for result in for_today(session, "u", 10).results)
    assert 2 <= counts["italian"] <= 4
    session.execute(update(recipe_index).where(recipe_index.c.cuisine != "italian").values(removed=True))
    assert len(for_today(session, "u", 10).results) == 10


def test_scores_fall(session, kitchen):
    add_user(session, "u")
    plan(session, "u", {"r00001": 30, "r00002": 50})
    for answer in (for_today(session, "u", EVERYTHING), similar(session, "r00001", EVERYTHING)):
        scores = [result.score for result in answer.results]
        assert len(set(scores)) > 20
        assert scores == sorted(scores, reverse=True)


def test_the_same_day_brings_the_same_and_another_day_something_else(session, kitchen):
    add_user(session, "u")
    add_user(session, "v")
    first = for_today(session, "u")
    assert for_today(session, "u") == first
    assert ids(for_user(session, "u", 10, TODAY + timedelta(days=1))) != ids(first)
    assert ids(for_today(session, "v")) != ids(first)


def test_similar_prefers_shared_foods_and_names_them(session):
    activate(session)
    add_user(session, AUTHOR)
    rng = np.random.default_rng(0)
    seed = vector(rng)
    needs = ["chickpeas", "spinach", "ground cumin", "salt", "olive oil"]
    add_recipe(session, "seed", seed, needs=needs)
    shared = vector(rng, seed, 0.9)
    add_recipe(session, "shared", shared, needs=["salt", "ground cumin", "chickpeas", "spinach"])
    for place in range(5):
        add_recipe(
            session, f"r{place}", vector(rng, seed, 0.85), needs=["salt", "olive oil", f"x{place}"]
        )
    add_recipe(session, "kin", vector(rng, seed, 0.85), cuisine="thai", meal_type="dinner")
    answer = similar(session, "seed", 10)
    reasons = {result.recipe.id: result.reason for result in answer.results}
    assert ids(answer)[0] == "shared"
    assert reasons["shared"] == "Also built on chickpeas, spinach and ground cumin"
    assert reasons["r1"] == "Close in taste and method"
    index = recipe_index.c
    for recipe_id, cuisine in (("seed", "thai"), ("r1", "thai")):
        session.execute(update(recipe_index).where(index.recipe_id == recipe_id).values(cuisine=cuisine))
    session.execute(update(recipe_index).where(index.recipe_id == "seed").values(meal_type="dinner"))
    reasons = {result.recipe.id: result.reason for result in similar(session, "seed", 10).results}
    assert reasons["kin"] == "Another Thai dinner"
    assert reasons["r1"] == "Another Thai dish"


def test_the_seed_is_never_similar_to_itself(session, kitchen):
    for recipe_id in [*kitchen][:20]:
        if facts_of(session)[recipe_id].is_public:
            found = ids(similar(session, recipe_id, EVERYTHING))
            assert recipe_id not in found
            assert len(found) > 20


def test_without_vectors_there_is_nothing_similar_and_still_something_to_recommend(session, kitchen):
    session.execute(update(recipes).where(recipes.c.id == "r00001").values(is_public=True))
    session.execute(delete(recipe_vectors))
    add_user(session, "u")
    plan(session, "u", {"r00002": 30})
    assert similar(session, "r00001", 5).results == []
    assert len(for_today(session, "u").results) == 10
    session.execute(text("delete from compute.embedding_models"))
    assert len(for_today(session, "u").results) == 10
    assert similar(session, "r00001", 5).results == []


def test_a_model_counts_from_twenty_choices_on(session, kitchen):
    for user in range(30):
        add_user(session, f"u{user}")
        group = user % 2
        chosen = [f"r{place:05d}" for place in range(group, 120, 2)][user // 2 : user // 2 + 45]
        plan(session, f"u{user}", dict.fromkeys(chosen, 40))
    found = behaviour.of_all(session)
    trained = training.train(found, TODAY)
    models.save(session, trained)
    assert trained.weight > 0
    add_user(session, "few")
    plan(session, "few", {f"r{place:05d}": 20 for place in range(0, 30, 2)})
    assert for_today(session, "few").strategy == "content"
    add_user(session, "many")
    plan(session, "many", {f"r{place:05d}": 20 for place in range(0, 60, 2)})
    assert for_today(session, "many").strategy == "hybrid"
    session.execute(delete(recipe_vectors))
    answer = for_today(session, "many")
    reasons = [result.reason for result in answer.results]
    assert any(reason.startswith("People who chose Dish r") for reason in reasons)
    # Of what anybody chose, those in the person's own group come first.
    liked = [key for key in ids(answer) if key < "r00120"]
    assert sum(int(key[1:]) % 2 == 0 for key in liked) > 0.8 * len(liked) > 0


def test_the_vector_index_of_the_model_is_used(session):
    fill(session, 3000)
    session.execute(
        text(f"""
            create index by_likeness on compute.recipe_vectors
            using hnsw (embedding compute.halfvec_cosine_ops)
            where model = '{MODEL}'
        """)
    )
    session.execute(text("analyze"))
    asked = []
    connection = session.connection()

    @event.listens_for(connection, "before_cursor_execute")
    def keep(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    assert len(similar(session, "r00001", 10).results) == 10
    add_user(session, "u", dietary_restrictions=["vegan"])
    plan(session, "u", {"r00001": 30})
    assert len(for_today(session, "u").results) == 10
    nearest = [pair for pair in asked if "<=>" in pair[0]]
    assert len(nearest) == 2
    for statement, parameters in nearest:
        rows = connection.exec_driver_sql(f"explain {statement}", parameters)
        assert "Index Scan using by_likeness" in "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("name", ["x' or true --", "", "a b", "MODÈLE"])
def test_no_name_of_a_model_ends_the_literal(name):
    with pytest.raises(ValueError, match="can't name a model"):
        candidates.model_is(name)


def test_preferences_that_are_null_are_none(session, kitchen):
    session.execute(text("alter table user_preferences alter allergens drop not null"))
    add_user(session, "u", skill_level="Beginner", cuisine_preferences=["Italian"])
    session.execute(update(user_preferences).values(allergens=None, dietary_restrictions=["", None]))
    session.execute(update(user_preferences).values(cuisine_preferences=[None, "Thai"]))
    assert len(for_today(session, "u").results) == 10
