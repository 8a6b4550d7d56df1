"""What the index says of a recipe: facts to filter by, words to find it by, a sentence to embed."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import BigInteger, case, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from lib.nutrition import labels
from lib.nutrition.foods import Food, key, mentioned, unaccented, words
from lib.nutrition.matching import match_name
from lib.recipes.draft import Difficulty, MealType, Season
from lib.search.kinds import kinds_of
from lib.tables import (
    ingredients,
    recipe_claims,
    recipe_details,
    recipe_ingredients,
    recipe_nutrition,
    recipe_tags,
    recipes,
    tags,
)

NUTRIENT_COLUMNS = (
    "energy_kcal",
    "protein_g",
    "carbohydrate_g",
    "fat_g",
    "fiber_g",
    "sugars_g",
    "sodium_mg",
)
LONGEST_TERM = 4
"""In words: longer names are found by their parts."""

LONGEST_TITLE = 200
"""In characters, for the order by title."""

_LONGEST_TEXT = 200_000
_MOST_TERMS = 1000
_MOST_WORDS = 5000
_MOST_NUMBER = 2**31 - 1
_METHOD = re.compile(
    r"\b(?:bak|roast|grill|fr[iy]|steam|brais|saut|poach|smok|toast|broil|blend|boil|stew|char|sear|simmer"
    r"|pickl|glaz|whip|chill|freez|froz|heat|oven|cook|microwav|melt|barbecu)\w*"
)
_LEFT_OUT = re.compile(r"\b(?:optional|garnish|to serve|for serving|if liked|to taste)\b")


@dataclass(frozen=True, slots=True)
class Document:
    """A recipe as the index has it.

    `facts` are columns of `recipe_index`; `weighted` texts by their weight: title, ingredients and tags,
    description and other names, and what the steps say of heat and the like; `steps` are all of these;
    `vocabulary` the words by which it may be meant, for corrections of spelling.
    """

    recipe_id: str
    facts: dict[str, Any]
    weighted: dict[str, str]
    steps: str
    sentence: str
    vocabulary: frozenset[str]

    @property
    def sha256(self) -> str:
        """Hash of the sentence to embed."""
        return hashlib.sha256(self.sentence.encode()).hexdigest()


def read(session: Session, ids: Iterable[str]) -> list[Document]:
    """The documents of those recipes that exist."""
    return [_document(row) for row in _rows(session, ids)]


def _rows(session: Session, ids: Iterable[str]) -> list[Any]:
    """One row per recipe, with its ingredient lines and tags as arrays."""
    lines = (
        select(func.jsonb_agg(func.jsonb_build_array(ingredients.c.name, recipe_ingredients.c.notes)))
        .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
        .where(recipe_ingredients.c.recipe_id == recipes.c.id)
    )

    def tagged(category: str | None) -> Any:
        wanted = tags.c.category == category if category else tags.c.name.isnot(None)
        return (
            select(func.array_agg(aggregate_order_by(tags.c.name, tags.c.name)))
            .join(recipe_tags, recipe_tags.c.tag_id == tags.c.id)
            .where(recipe_tags.c.recipe_id == recipes.c.id, wanted)
            .scalar_subquery()
        )

    query = (
        select(
            recipes,
            recipe_details.c.summary,
            recipe_details.c.category,
            func.coalesce(tagged("cuisine")[1], recipe_details.c.cuisine).label("cuisine"),
            func.coalesce(tagged("meal-type")[1], recipe_details.c.meal_type).label("meal_type"),
            func.coalesce(tagged("season")[1], recipe_details.c.season).label("season"),
            lines.scalar_subquery().label("lines"),
            tagged(None).label("tag_names"),
            recipe_claims.c.claims,
            recipe_nutrition.c.calories.label("energy_kcal"),
            recipe_nutrition.c.protein.label("protein_g"),
            recipe_nutrition.c.carbs.label("carbohydrate_g"),
            recipe_nutrition.c.fat.label("fat_g"),
            recipe_nutrition.c.fiber.label("fiber_g"),
            recipe_nutrition.c.sugar.label("sugars_g"),
            recipe_nutrition.c.sodium.label("sodium_mg"),
            case(
                (recipes.c.cook_time.is_(None) | recipes.c.prep_time.is_(None), None),
                else_=cast(recipes.c.prep_time, BigInteger) + recipes.c.cook_time,
            ).label("total_minutes"),
        )
        .outerjoin(recipe_details, recipe_details.c.recipe_id == recipes.c.id)
        .outerjoin(recipe_nutrition, recipe_nutrition.c.recipe_id == recipes.c.id)
        .outerjoin(recipe_claims, recipe_claims.c.recipe_id == recipes.c.id)
        .where(recipes.c.id.in_(list(ids)))
    )
    return list(session.execute(query))


def _document(row: Any) -> Document:
    lines: list[tuple[str, str | None]] = row.lines or []
    names = [name for name, _ in lines]
    foods = _foods(lines)
    kinds = kinds_of(foods)
    labelled = [row.cuisine, row.meal_type, row.category, row.season, *(row.tag_names or [])]
    traits = ", ".join(dict.fromkeys(kind.lower() for kind in labelled if kind))
    about = " ".join(dict.fromkeys(filter(None, [row.summary, row.description])))
    listed = ", ".join(names)
    steps = " ".join(row.instructions or [])[:_LONGEST_TEXT]
    # A food's other names aren't here: requests that use one are sought by the food's name as well.
    other_names = ", ".join(kinds)
    weighted = {
        "A": row.title,
        "B": f"{listed}, {traits}",
        "C": f"{about} {other_names}",
        "D": " ".join(_METHOD.findall(steps.lower())),
    }
    return Document(
        recipe_id=row.id,
        facts=_facts(row, lines) | {"foods": [f.name for f in foods], "kinds": kinds},
        weighted={weight: unaccented(said[:_LONGEST_TEXT]) for weight, said in weighted.items()},
        steps=unaccented(steps),
        sentence=". ".join(filter(None, [row.title, about, traits, listed])),
        vocabulary=vocabulary(f"{row.title} {listed} {traits} {other_names}"[:_LONGEST_TEXT]),
    )


def _facts(row: Any, lines: list[tuple[str, str | None]]) -> dict[str, Any]:
    known = labels.evidence(lines)
    allergens = labels.allergens(known)
    nutrients = {
        name: None if (value := row._mapping[name]) is None else float(value)
        for name in NUTRIENT_COLUMNS
    }
    diets = labels.diets(known, nutrients["carbohydrate_g"], nutrients["fiber_g"])
    minutes, servings = row.total_minutes, row.servings
    return {
        "is_public": row.is_public,
        "title": row.title[:LONGEST_TITLE],
        "cuisine": row.cuisine.strip().lower() if row.cuisine else None,
        "meal_type": _one_of(row.meal_type, MealType),
        "season": _one_of(row.season, Season),
        "difficulty": _one_of(row.difficulty, Difficulty),
        "total_minutes": None if minutes is None else min(minutes, _MOST_NUMBER),
        "servings": servings,
        "diets": labels.fits(diets),
        "allergens": labels.present(allergens),
        "clear_allergens": [a for a, status in allergens.items() if status == "clear"],
        "all_known": known.known,
        "claims": row.claims or [],
        "terms": terms(lines),
        "needs": _needs(lines),
        **nutrients,
    }


def terms(lines: Iterable[tuple[str, str | None]]) -> list[str]:
    """Every word and phrase of the ingredients' names, and of the names of their foods, as keys.

    `lib.nutrition.foods.key` makes them, so that "Soy-Sauces" and "soy sauce" are one.
    """
    found: dict[str, None] = {}
    for name, _ in lines:
        match = match_name(name)
        for each in dict.fromkeys([name, match.food.name if match else name]):
            said = words(each)[:100]
            for start in range(len(said)):
                for end in range(start + 1, min(len(said), start + LONGEST_TERM) + 1):
                    found[" ".join(said[start:end])] = None
    return [*found][:_MOST_TERMS]


def _needs(lines: Iterable[tuple[str, str | None]]) -> list[str]:
    """A food for each line that can't be left out; the line's own words where none is known."""
    needed = []
    for name, notes in lines:
        if notes and _LEFT_OUT.search(notes.lower()):
            continue
        match = match_name(name)
        needed.append(match.food.name if match else key(name)[:200])
    return [*dict.fromkeys(filter(None, needed))]


def _foods(lines: Iterable[tuple[str, str | None]]) -> list[Food]:
    """The foods of the lines, those that notes mention included."""
    found: list[Food] = []
    for name, notes in lines:
        match = match_name(name)
        found += [*([match.food] if match else mentioned(name)), *mentioned(notes or "")]
    return list(dict.fromkeys(found))


def vocabulary(text: str) -> frozenset[str]:
    """The text's words as spelled, and in the singular; lower case, without accents."""
    singulars = words(text)[:_MOST_WORDS]
    return frozenset(word for word in singulars if 2 < len(word) <= 30 and word.isalpha())


def _one_of(value: str | None, kind: Any) -> str | None:
    """The value in lower case when callers may see it as one of that kind, else None."""
    lowered = value.strip().lower() if value else None
    return lowered if lowered in get_args(kind) else None
