"""Recipes in PostgreSQL: writing drafts, reading recipes and cards."""

import base64
import json
import uuid
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    any_,
    bindparam,
    delete,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from lib.errors import Invalid, NotFound
from lib.nutrition import labels
from lib.nutrition.foods import find
from lib.recipes.amounts import line
from lib.recipes.draft import STEPS, RecipeDraft
from lib.recipes.models import Nutrition, Recipe, RecipeCard, RecipeIngredient, RecipePage
from lib.recipes.readers import Reader
from lib.tables import (
    ingredients,
    recipe_details,
    recipe_index,
    recipe_ingredients,
    recipe_tags,
    recipes,
    tags,
    users,
)
from lib.wire import Text

Outcome = Literal["created", "updated", "unchanged"]

# The app wants every recipe to have an author; the book's is this one.
BOOK_AUTHOR = {
    "id": "00000000-0000-4000-8000-000000000360",
    "clerk_id": "system:recipe-book",
    "email": "recipe-book@mealprep360.invalid",
    "name": "MealPrep360 recipe book",
}

_ANYBODY = Reader()
_PLACE: TypeAdapter[tuple[Text, Text]] = TypeAdapter(tuple[Text, Text])

_DETAIL_FIELDS = (
    "summary",
    "category",
    "cuisine",
    "meal_type",
    "season",
    *STEPS,
    "storage_days",
)


def save(session: Session, recipe_id: str, draft: RecipeDraft) -> Outcome:
    """Write a recipe under that id; the same draft again changes nothing."""
    digest = draft.sha256()
    stored = session.scalar(
        select(recipe_details.c.content_sha256)
        .join(recipes, recipes.c.id == recipe_details.c.recipe_id)
        .where(recipes.c.id == recipe_id)
    )
    if stored == digest:
        return "unchanged"
    author = BOOK_AUTHOR | {"created_at": func.now(), "updated_at": func.now()}
    session.execute(insert(users).values(author).on_conflict_do_nothing())
    row = {
        "title": draft.title,
        "description": draft.description or draft.summary,
        "instructions": [
            *draft.prep_instructions,
            *draft.cooking_instructions,
            *draft.serving_instructions,
        ],
        "prep_time": draft.prep_minutes,
        "cook_time": draft.cook_minutes,
        "servings": draft.servings,
        "difficulty": draft.difficulty,
        "source": draft.source,
        "updated_at": func.now(),
    }
    if draft.image_url:  # else a picture that the recipe got since stays
        row["image_url"] = draft.image_url
    new = {"user_id": BOOK_AUTHOR["id"], "is_public": True, "created_at": func.now(), **row}
    _upsert(session, recipes, {"id": recipe_id}, new, row)
    details: dict[str, Any] = {name: getattr(draft, name) for name in _DETAIL_FIELDS}
    details |= {
        "ingredient_order": [entry.name.lower() for entry in draft.ingredients],
        "content_sha256": digest,
        "updated_at": func.now(),
    }
    _upsert(session, recipe_details, {"recipe_id": recipe_id}, details, details)
    _save_ingredients(session, recipe_id, draft)
    _save_tags(session, recipe_id, draft)
    return "updated" if stored else "created"


def _new(**values: Any) -> dict[str, Any]:
    """A row with id and time: the app's own tables may leave these to the app, without a default."""
    return {"id": str(uuid.uuid4()), "created_at": func.now(), **values}


def _upsert(
    session: Session, table: Any, key: dict[str, Any], new: dict[str, Any], changed: dict[str, Any]
) -> None:
    statement = insert(table).values(key | new)
    session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def _save_ingredients(session: Session, recipe_id: str, draft: RecipeDraft) -> None:
    lines = {entry.name.lower(): entry for entry in draft.ingredients}
    known = {name: find(name) for name in lines}
    # Sorted, so that two writers take the rows' locks in the same order.
    ids = _ids_by_name(
        session,
        ingredients,
        [
            _new(
                name=name,
                category=food.category if (food := known[name]) else None,
                default_unit=food.unit if food else lines[name].unit,
                updated_at=func.now(),
            )
            for name in sorted(lines)
        ],
    )
    session.execute(delete(recipe_ingredients).where(recipe_ingredients.c.recipe_id == recipe_id))
    rows = [
        _new(
            recipe_id=recipe_id,
            ingredient_id=ids[name],
            amount=entry.amount,
            unit=entry.unit,
            notes=entry.notes,
        )
        for name, entry in lines.items()
    ]
    session.execute(insert(recipe_ingredients).values(rows))


def _save_tags(session: Session, recipe_id: str, draft: RecipeDraft) -> None:
    wanted = {name.lower(): "other" for name in draft.tags}
    for name, category in (
        (draft.cuisine, "cuisine"),
        (draft.meal_type, "meal-type"),
        (draft.season, "season"),
    ):
        if name:
            wanted[name.lower()] = category
    session.execute(delete(recipe_tags).where(recipe_tags.c.recipe_id == recipe_id))
    if wanted:
        rows = [_new(name=name, category=wanted[name]) for name in sorted(wanted)]
        ids = _ids_by_name(session, tags, rows)
        links = [_new(recipe_id=recipe_id, tag_id=ids[name]) for name in wanted]
        session.execute(insert(recipe_tags).values(links))


def _ids_by_name(session: Session, table: Any, rows: list[dict[str, Any]]) -> dict[str, str]:
    session.execute(insert(table).values(rows).on_conflict_do_nothing(index_elements=["name"]))
    names = [row["name"] for row in rows]
    found = session.execute(select(table.c.name, table.c.id).where(table.c.name.in_(names)))
    return {row.name: row.id for row in found}


_CARD_COLUMNS = (
    *(recipes.c.id, recipes.c.title, recipes.c.image_url, recipes.c.servings),
    recipe_details.c.summary,
    recipe_index.c.cuisine,
    recipe_index.c.meal_type,
    recipe_index.c.season,
    recipe_index.c.difficulty.label("level"),
    recipe_index.c.total_minutes,
    recipe_index.c.diets,
    recipe_index.c.allergens,
    recipe_index.c.energy_kcal,
)
_WITH_INDEX = recipes.outerjoin(recipe_details, recipe_details.c.recipe_id == recipes.c.id).outerjoin(
    recipe_index, recipe_index.c.recipe_id == recipes.c.id
)


def _select(*more: Any) -> Select[Any]:
    """What cards show, and more."""
    return select(*_CARD_COLUMNS, *more).select_from(_WITH_INDEX)


_LISTED = (
    select(func.string_agg(ingredients.c.name, ", "))
    .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
    .where(recipe_ingredients.c.recipe_id == recipes.c.id)
    .scalar_subquery()
    .label("listed")
)


_SHOWN = _select(recipe_index.c.number, recipes.c.description, _LISTED).where(
    recipe_index.c.number == any_(bindparam("numbers", type_=ARRAY(Integer))), recipes.c.is_public
)


def cards(session: Session, ids: Sequence[str]) -> dict[str, RecipeCard]:
    """The cards of those recipes that exist and are public, by id."""
    if not ids:
        return {}
    rows = session.execute(_select().where(recipes.c.id.in_(ids), recipes.c.is_public))
    return {row.id: RecipeCard(**_card_fields(row)) for row in rows}


def cards_and_texts(session: Session, numbers: Sequence[int]) -> dict[int, tuple[RecipeCard, list[str]]]:
    """As `cards`, by their numbers in the index, each with what may be quoted: summary, description,
    the ingredients' names."""
    if not numbers:
        return {}
    rows = session.execute(_SHOWN, {"numbers": list(numbers)})
    return {
        row.number: (
            RecipeCard(**_card_fields(row)),
            [said for said in (row.summary, row.description, row.listed) if said],
        )
        for row in rows
    }


def _card_fields(row: Row[Any]) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "summary": row.summary,
        "image_url": row.image_url,
        "cuisine": row.cuisine,
        "meal_type": row.meal_type,
        "season": row.season,
        "difficulty": row.level,
        "total_minutes": row.total_minutes,
        "servings": row.servings,
        "diets": row.diets or [],
        "allergens": row.allergens or [],
        "calories_per_serving": row.energy_kcal,
    }


def get(session: Session, recipe_id: str, reader: Reader = _ANYBODY) -> Recipe:
    """The whole recipe.

    Raises:
        NotFound: there is none with that id that the reader may see.
    """
    query = _select(recipes, recipe_details, recipe_index)
    query = query.where(recipes.c.id == recipe_id, reader.sees)
    row = session.execute(query).first()
    if row is None:
        raise NotFound("There is no recipe with this id.")
    lines = _lines(session, recipe_id, row.ingredient_order or [])
    known = labels.evidence((entry.name, entry.notes) for entry in lines)
    indexed = row._mapping
    nutrients = {
        name: value
        for name in Nutrition.model_fields
        if (value := indexed[recipe_index.c[name]]) is not None
    }
    diets = labels.diets(known, nutrients.get("carbohydrate_g"), nutrients.get("fiber_g"))
    allergens = labels.allergens(known)
    card = _card_fields(row) | {"diets": labels.fits(diets), "allergens": labels.present(allergens)}
    return Recipe(
        **card,
        description=row.description,
        category=row.category,
        prep_time=row.prep_time,
        cook_time=row.cook_time,
        ingredients=lines,
        instructions=row.instructions or [],
        prep_instructions=row.prep_instructions or [],
        cooking_instructions=row.cooking_instructions or [],
        serving_instructions=row.serving_instructions or [],
        freezer_prep=row.freezer_prep or [],
        defrost_instructions=row.defrost_instructions or [],
        container_suggestions=row.container_suggestions or [],
        storage_time=row.storage_days,
        tags=list(
            session.scalars(
                select(tags.c.name)
                .join(recipe_tags, recipe_tags.c.tag_id == tags.c.id)
                .where(recipe_tags.c.recipe_id == recipe_id)
                .order_by(tags.c.name)
            )
        ),
        dietary_info=diets,
        allergen_info=allergens,
        nutrition=Nutrition(**nutrients) if nutrients else None,
        is_public=indexed[recipes.c.is_public],
        source=row.source,
        user_id=row.user_id,
        created_at=indexed[recipes.c.created_at],
        updated_at=indexed[recipes.c.updated_at],
    )


def _lines(session: Session, recipe_id: str, order: list[str]) -> list[RecipeIngredient]:
    """The ingredients in order of use where that is known, else as they were added."""
    query = (
        select(ingredients.c.name, recipe_ingredients)
        .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
        .where(recipe_ingredients.c.recipe_id == recipe_id)
        .order_by(recipe_ingredients.c.created_at, recipe_ingredients.c.id)
    )
    place = {name: index for index, name in enumerate(order)}
    rows = sorted(session.execute(query), key=lambda row: place.get(row.name.lower(), len(place)))
    return [
        RecipeIngredient(
            text=line(amount, row.unit, row.name, row.notes),
            name=row.name,
            amount=amount,
            unit=row.unit,
            notes=row.notes,
        )
        for row in rows
        for amount in [None if row.amount is None else float(row.amount)]
    ]


def page(session: Session, limits: Sequence[ColumnElement[bool]], limit: int, cursor: str) -> RecipePage:
    """Recipes by title that meet the limits; new ones are there once they are indexed.

    Args:
        limits: conditions on `recipe_index`.
        cursor: `next_cursor` of the page before; empty for the first.

    Raises:
        Invalid: the cursor is none of ours.
    """
    listed = recipe_index.c
    query = _select(listed.title.label("place")).where(
        listed.is_public, ~listed.removed, recipes.c.is_public, *limits
    )
    if cursor:
        place = tuple_(listed.title, listed.recipe_id)
        query = query.where(place > tuple_(*map(literal, _decoded(cursor))))
    rows = session.execute(query.order_by(listed.title, listed.recipe_id).limit(limit + 1)).all()
    more = len(rows) > limit
    return RecipePage(
        recipes=[RecipeCard(**_card_fields(row)) for row in rows[:limit]],
        next_cursor=_encoded(rows[limit - 1]) if more else None,
    )


def _encoded(last: Row[Any]) -> str:
    place = json.dumps([last.place, last.id], ensure_ascii=False)
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[str, str]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return _PLACE.validate_python(place)
    except (ValueError, RecursionError):
        pass
    raise Invalid("The cursor is none that we gave; leave it out to start at the first page.")
