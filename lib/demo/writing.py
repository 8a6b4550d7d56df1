"""Writes rows of the demo into the app's tables: each once, however often it is brought."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from lib.db import driver

LOCK = "mealprep demo"

# In the order in which they refer to each other. What is changed, where the row that comes is newer.
_TIMES = ("created_at", "updated_at")
_WANTS = ("dietary_restrictions", "allergens", "cuisine_preferences", "skill_level")
_PERIOD = ("current_period_start", "current_period_end")
_MEAL = ("day_of_week", "meal_type", "servings")
COLUMNS: dict[str, tuple[str, ...]] = {
    "users": ("id", "clerk_id", "email", "name", *_TIMES),
    "user_preferences": ("id", "user_id", *_WANTS, *_TIMES),
    "subscriptions": ("id", "user_id", "plan", "status", *_PERIOD, *_TIMES),
    "meal_plans": ("id", "user_id", "name", "start_date", "end_date", *_TIMES),
    "meal_plan_items": ("id", "meal_plan_id", "recipe_id", *_MEAL, "created_at"),
    "shopping_lists": ("id", "user_id", "meal_plan_id", "name", *_TIMES),
    "shopping_list_items": (
        "id",
        "shopping_list_id",
        "ingredient_id",
        "amount",
        "unit",
        "checked",
        *_TIMES,
    ),
    "posts": ("id", "user_id", "recipe_id", "content", *_TIMES),
    "post_likes": ("id", "post_id", "user_id", "created_at"),
    "post_comments": ("id", "post_id", "user_id", "content", *_TIMES),
}
_CHANGING = {
    "subscriptions": ("plan", "status", *_PERIOD),
    "shopping_list_items": ("checked",),
}


def lock(session: Session) -> None:
    """Let nobody else load or remove a demo until the transaction ends."""
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": LOCK})


def put(session: Session, rows: dict[str, list[tuple[Any, ...]]]) -> dict[str, int]:
    """Write rows down; tells how many of each table are new."""
    # The checks of foreign keys would be planned anew for every row.
    session.execute(text("set local plan_cache_mode = auto"))
    return {table: _put(session, table, rows[table]) for table in COLUMNS if rows.get(table)}


def _put(session: Session, table: str, rows: Sequence[tuple[Any, ...]]) -> int:
    names = ", ".join(COLUMNS[table])
    session.execute(
        text(
            f"create temporary table if not exists demo_{table} on commit delete rows "
            f"as select {names} from public.{table} limit 0"
        )
    )
    with (
        driver(session) as connection,
        connection.cursor() as cursor,
        cursor.copy(f"copy demo_{table} ({names}) from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    conflict = "on conflict do nothing"
    if table in _CHANGING:
        changed = ", ".join(f"{name} = excluded.{name}" for name in (*_CHANGING[table], "updated_at"))
        conflict = (
            f"on conflict (id) do update set {changed} where excluded.updated_at > present.updated_at"
        )
    # `xmax` is 0 where the row wasn't there before.
    statement = f"""
        with written as (
            insert into public.{table} as present ({names}) select {names} from demo_{table} {conflict}
            returning (present.xmax = 0) as new
        )
        select count(*) filter (where new) from written
    """
    return session.scalar(text(statement)) or 0
