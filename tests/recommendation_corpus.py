"""Recipes with vectors in clusters, and people who plan and like them, written into the tables."""

import itertools
from datetime import UTC, date, datetime, timedelta

import numpy as np
from sqlalchemy import func, insert, select
from sqlalchemy.dialects.postgresql import TSVECTOR

from lib.nutrition.labels import ALLERGENS, DIETS
from lib.tables import (
    EMBEDDING_DIMENSIONS,
    embedding_models,
    meal_plan_items,
    meal_plans,
    post_likes,
    posts,
    recipe_index,
    recipe_vectors,
    recipes,
    user_preferences,
    users,
)

MODEL = "test-model"
TODAY = date(2026, 11, 22)
CUISINES = ("italian", "thai", "mexican", "french", "indian", None)
MEALS = ("breakfast", "lunch", "dinner", "snack", None)
SEASONS = ("spring", "summer", "autumn", "winter", None)
FOODS = ("chickpeas", "spinach", "cumin", "salt", "olive oil", "tofu", "beef", "salmon", "rice", "egg")
AUTHOR = "author"
_WORDS = [column for column in recipe_index.columns if isinstance(column.type, TSVECTOR)]
_number = itertools.count()


def vector(rng, near=None, spread=0.5):
    """A random direction, or one near another."""
    noise = rng.normal(size=EMBEDDING_DIMENSIONS)
    noise /= np.linalg.norm(noise)
    if near is None:
        return noise
    mixed = near + spread * noise
    return mixed / np.linalg.norm(mixed)


def add_user(session, user_id, **preferences):
    """A user, with preferences if any are given."""
    session.execute(insert(users).values(id=user_id, clerk_id=user_id, email=f"{user_id}@x.invalid"))
    if preferences:
        session.execute(insert(user_preferences).values(user_id=user_id, **preferences))


def activate(session):
    """Make the test's embedding model the one in use."""
    session.execute(insert(embedding_models).values(model=MODEL, active=True))


def add_recipe(session, recipe_id, embedding, *, title=None, owner=AUTHOR, public=True, **facts):
    """An indexed recipe."""
    title = title or f"Dish {recipe_id}"
    row = {"id": recipe_id, "user_id": owner, "title": title, "is_public": public}
    session.execute(insert(recipes).values(row))
    index = {
        "recipe_id": recipe_id,
        "title": title,
        "row_versions": 0,
        **{column.name: func.to_tsvector("english", title) for column in _WORDS},
        "is_public": public,
        "all_known": True,
        **facts,
    }
    number = session.scalar(insert(recipe_index).values(index).returning(recipe_index.c.number))
    if embedding is not None:
        stored = {"model": MODEL, "recipe_id": recipe_id, "number": number, "embedding": embedding}
        session.execute(insert(recipe_vectors).values(**stored, content_sha256=""))


def random_facts(rng):
    """Facts of a recipe, of which nothing follows from another."""

    def some(values, share):
        return [value for value in values if rng.random() < share]

    foods = some(FOODS, 0.4)
    return {
        "cuisine": CUISINES[rng.integers(len(CUISINES))],
        "meal_type": MEALS[rng.integers(len(MEALS))],
        "season": SEASONS[rng.integers(len(SEASONS))],
        "difficulty": ("easy", "medium", "hard", None)[rng.integers(4)],
        "diets": some(DIETS, 0.5),
        "clear_allergens": some(ALLERGENS, 0.6),
        "all_known": bool(rng.random() < 0.8),
        "foods": foods,
        "terms": foods,
        "needs": foods,
        "removed": bool(rng.random() < 0.05),
    }


def fill(session, size, seed=0, clusters=8):
    """An author and so many random recipes in clusters; returns ids and their vectors."""
    rng = np.random.default_rng(seed)
    add_user(session, AUTHOR)
    activate(session)
    centres = [vector(rng) for _ in range(clusters)]
    made = {}
    for place in range(size):
        recipe_id = f"r{place:05d}"
        made[recipe_id] = vector(rng, centres[place % clusters], 0.7)
        add_recipe(
            session, recipe_id, made[recipe_id], public=bool(rng.random() < 0.9), **random_facts(rng)
        )
    return made


def plan(session, user_id, chosen, today=TODAY):
    """Meal plans that have each recipe so many days before today."""
    for recipe_id, days_ago in chosen.items():
        day = today - timedelta(days=days_ago)
        plan_id = f"plan{next(_number)}"
        session.execute(
            insert(meal_plans).values(
                id=plan_id, user_id=user_id, name="Plan", start_date=day, end_date=day
            )
        )
        item = {"meal_plan_id": plan_id, "recipe_id": recipe_id, "meal_type": "dinner"}
        session.execute(insert(meal_plan_items).values(day_of_week=(day.weekday() + 1) % 7, **item))


def post(session, user_id, recipe_id, days_ago=0, today=TODAY):
    """The id of a post that names a recipe."""
    post_id = f"post{next(_number)}"
    when = datetime.combine(today - timedelta(days=days_ago), datetime.min.time(), UTC)
    row = {"id": post_id, "user_id": user_id, "recipe_id": recipe_id, "content": "Yum"}
    session.execute(insert(posts).values(**row, created_at=when, updated_at=when))
    return post_id


def like(session, user_id, post_id, days_ago=0, today=TODAY):
    """That user likes that post."""
    when = datetime.combine(today - timedelta(days=days_ago), datetime.min.time(), UTC)
    session.execute(insert(post_likes).values(user_id=user_id, post_id=post_id, created_at=when))


def facts_of(session):
    """The index's rows by recipe."""
    return {row.recipe_id: row for row in session.execute(select(recipe_index))}
