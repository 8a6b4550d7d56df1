"""Computed nutrition of stored recipes, per serving, in the app's table `recipe_nutrition`."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.nutrition import resolving
from lib.nutrition.calculation import Sum, calculate
from lib.nutrition.claims import claims
from lib.nutrition.lines import Line, from_parts
from lib.nutrition.nutrients import PLACE
from lib.tables import (
    ingredients,
    recipe_claims,
    recipe_ingredients,
    recipe_nutrition,
    recipe_sums,
    recipes,
)

COVERAGE_LEAST = 0.8
"""Share of a recipe's lines that must be accounted for: below it the sums would mislead."""

_USUAL_SERVINGS = 4
"""Taken where a recipe doesn't say how many it serves; only the fat for frying depends on it."""

_MOST = 1_000_000.0
_COLUMNS = {
    "calories": "energy_kcal",
    "protein": "protein_g",
    "carbs": "carbohydrate_g",
    "fat": "fat_g",
    "fiber": "fiber_g",
    "sugar": "sugars_g",
    "sodium": "sodium_mg",
}


def recipe_lines(session: Session, ids: Iterable[str]) -> dict[str, list[Line]]:
    """The ingredient lines of recipes, by recipe id."""
    query = (
        select(recipe_ingredients, ingredients.c.name)
        .join(ingredients, ingredients.c.id == recipe_ingredients.c.ingredient_id)
        .where(recipe_ingredients.c.recipe_id.in_(list(ids)))
        .order_by(recipe_ingredients.c.created_at, recipe_ingredients.c.id)
    )
    lines: dict[str, list[Line]] = {}
    for row in session.execute(query):
        amount = None if row.amount is None else float(row.amount)
        lines.setdefault(row.recipe_id, []).append(from_parts(row.name, amount, row.unit, row.notes))
    return lines


def fill(session: Session, ids: Collection[str]) -> int:
    """Compute and store the nutrition and claims of these recipes; how many rows of nutrition changed.

    Of a recipe that doesn't say how many it serves, or of which too little is known, no nutrition is
    stored; what somebody else stored is kept, what was computed earlier is taken back.
    """
    lines = recipe_lines(session, ids)
    resolve = resolving.with_added(session, [line for each in lines.values() for line in each])
    served = session.execute(select(recipes.c.id, recipes.c.servings).where(recipes.c.id.in_(list(ids))))
    written = 0
    computed = _computed(session, ids)
    proven: dict[str, list[str]] = {}
    for row in served.all():
        known = row.servings is not None and row.servings > 0
        servings = row.servings if known else _USUAL_SERVINGS
        found = calculate(lines.get(row.id, []), float(servings), resolve)
        proven[row.id] = [*claims(found)] if found.coverage >= COVERAGE_LEAST else []
        if known and (values := _values(found, servings)):
            written += _write(session, row.id, values)
            computed.pop(row.id, None)
    _keep_claims(session, proven)
    return written + sum(_withdraw(session, recipe_id, old) for recipe_id, old in computed.items())


def _keep_claims(session: Session, proven: dict[str, list[str]]) -> None:
    if not proven:
        return
    rows = [{"recipe_id": recipe_id, "claims": held} for recipe_id, held in sorted(proven.items())]
    statement = insert(recipe_claims).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["recipe_id"], set_={"claims": statement.excluded.claims}
        )
    )


def _computed(session: Session, ids: Iterable[str]) -> dict[str, dict[str, float]]:
    """What was computed and stored earlier for these recipes."""
    rows = session.execute(select(recipe_sums).where(recipe_sums.c.recipe_id.in_(list(ids))))
    return {row.recipe_id: row.per_serving for row in rows}


def _withdraw(session: Session, recipe_id: str, old: dict[str, float]) -> int:
    """Take back what was computed and can't be any more, unless somebody has changed it since."""
    table = recipe_nutrition.c
    same = [table[column].is_not_distinct_from(old.get(column)) for column in _COLUMNS]
    gone = session.execute(
        delete(recipe_nutrition).where(table.recipe_id == recipe_id, *same).returning(table.recipe_id)
    ).all()
    session.execute(delete(recipe_sums).where(recipe_sums.c.recipe_id == recipe_id))
    return len(gone)


def _values(found: Sum, servings: int) -> dict[str, float]:
    if found.coverage < COVERAGE_LEAST:
        return {}
    values = {column: float(found.total[PLACE[name]]) / servings for column, name in _COLUMNS.items()}
    values = {column: value for column, value in values.items() if value == value}
    if "calories" not in values or any(value > _MOST for value in values.values()):
        return {}
    return {
        column: round(value) if column == "calories" else round(value, 2)
        for column, value in values.items()
    }


def _write(session: Session, recipe_id: str, values: dict[str, float]) -> int:
    wanted: dict[str, Any] = {column: values.get(column) for column in _COLUMNS}
    new = {
        "id": str(uuid.uuid4()),
        "recipe_id": recipe_id,
        "created_at": func.now(),
        "updated_at": func.now(),
        **wanted,
    }
    table = recipe_nutrition.c
    statement = insert(recipe_nutrition).values(new)
    different = func.row(*(table[column] for column in _COLUMNS)).is_distinct_from(
        func.row(*(statement.excluded[column] for column in _COLUMNS))
    )
    remembered = insert(recipe_sums).values(recipe_id=recipe_id, per_serving=values)
    session.execute(
        remembered.on_conflict_do_update(
            index_elements=["recipe_id"], set_={"per_serving": remembered.excluded.per_serving}
        )
    )
    written = session.execute(
        statement.on_conflict_do_update(
            index_elements=["recipe_id"],
            set_={**wanted, "updated_at": func.now()},
            where=different,
        ).returning(table.recipe_id)
    )
    return len(written.all())
