"""The recipe book as a whole: its spread, its schema, and that no recipe is there twice."""

import json
from collections import Counter

import jsonschema
import numpy as np
import pytest
import yaml

from lib.nutrition import labels
from lib.recipes import book
from lib.recipes.draft import BookRecipe
from lib.settings import ROOT

DRAFTS = [item.draft for item in book.book() if item.draft]
SCHEMA = json.loads((ROOT / "data" / "recipe.schema.json").read_text(encoding="utf-8"))


def labels_of(draft):
    return labels.diets(labels.evidence((line.name, line.notes) for line in draft.ingredients))


def test_there_are_200_recipes_from_many_kitchens():
    assert len(DRAFTS) == 200
    assert len({draft.cuisine for draft in DRAFTS}) >= 15


@pytest.mark.parametrize(
    ("meal", "least"), [("breakfast", 25), ("snack", 25), ("lunch", 40), ("dinner", 60)]
)
def test_every_meal_has_its_share(meal, least):
    assert sum(draft.meal_type == meal for draft in DRAFTS) >= least


def test_every_season_has_its_dishes():
    seasons = Counter(draft.season for draft in DRAFTS)
    assert min(seasons[season] for season in ("spring", "summer", "autumn", "winter")) >= 12


@pytest.mark.parametrize(
    ("diet", "least"),
    [("vegetarian", 70), ("vegan", 40), ("gluten_free", 50), ("dairy_free", 40), ("pescatarian", 10)],
)
def test_every_diet_is_served(diet, least):
    assert sum(labels_of(draft)[diet] == "yes" for draft in DRAFTS) >= least


def test_servings_and_times_range_from_two_people_and_ten_minutes():
    assert (min(d.servings for d in DRAFTS), max(d.servings for d in DRAFTS)) == (2, 12)
    totals = [draft.prep_minutes + draft.cook_minutes for draft in DRAFTS]
    assert min(totals) <= 10
    assert max(totals) >= 480


def test_no_dish_is_there_twice(model):
    texts = [
        f"{d.title}. {d.summary} {d.description}. {', '.join(line.name for line in d.ingredients)}"
        for d in DRAFTS
    ]
    vectors = model.encode(texts)
    similar = np.triu(vectors @ vectors.T, 1)
    first, second = np.unravel_index(similar.argmax(), similar.shape)
    assert similar.max() < 0.93, (DRAFTS[first].title, DRAFTS[second].title)


def test_the_kept_schema_is_that_of_the_code():
    assert BookRecipe.model_json_schema() == SCHEMA, "run `python -m cli.schema`"


def test_every_file_meets_the_schema():
    checker = jsonschema.Draft202012Validator(SCHEMA)
    for path in book.BOOK.rglob("*.yaml"):
        errors = [
            e.json_path + ": " + e.message for e in checker.iter_errors(yaml.safe_load(path.read_text()))
        ]
        assert not errors, f"{path.name}: {errors}"
