"""What a list is made of, from the app's tables: a plan, recipes, a stored list, or free items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from lib.errors import Invalid, NotFound
from lib.nutrition import plans, resolving
from lib.nutrition.calculation import Resolve
from lib.nutrition.entries import check_amounts, lines_of
from lib.nutrition.foods import key
from lib.nutrition.lines import Line, from_parts
from lib.nutrition.recipes import recipe_lines
from lib.nutrition.weighing import MOST_GRAMS
from lib.recipes.readers import Reader
from lib.shopping.lists import Wanted, shopping_list
from lib.shopping.models import CookedRecipe, LeftOut, ShoppingList, ShoppingOrder
from lib.shopping.needs import Source
from lib.shopping.sales import Units
from lib.tables import (
    ingredients,
    recipe_ingredients,
    recipes,
    shopping_list_items,
    shopping_lists,
)

TITLE = "Shopping list"
_NAMED = 5
"""Ids that an error names."""

_AS_WRITTEN = "{} doesn't say how many it serves: the list is for what it makes."
_HIDDEN = "{} isn't public, so what it needs isn't on the list."
_ONE_SERVING = "Meals that don't say how many they are for count as one serving."
_NOTHING = "There is nothing to shop for: no ingredient is named."
_NO_SERVINGS = "Servings change recipes only, so the list is as it is."


@dataclass(frozen=True, slots=True)
class _Cooked:
    """A recipe on the plan: how many servings altogether, None for what the recipe makes."""

    recipe_id: str
    servings: float | None


@dataclass(frozen=True, slots=True)
class _Planned:
    """A plan's meals: of each recipe the servings, None where the plan doesn't say.

    Args:
        owner: whose recipes it may hold.
        remarks: what it leaves out.
        unsaid: whether any meal doesn't say for how many it is.
    """

    title: str
    owner: Reader
    servings: Mapping[str, Sequence[int | None]]
    remarks: Sequence[str]
    unsaid: bool


def load(session: Session, order: ShoppingOrder, units: Units, reader: Reader) -> ShoppingList:
    """The list that is asked for.

    Args:
        reader: for whom. Of others' plans, lists and private recipes it is said that there are none.

    Raises:
        Invalid: there is nothing to buy, or more than any kitchen needs; an amount can't be.
        NotFound: there is no such plan, list or recipe; the recipes are named.
    """
    wanted = replace(
        _wanted(session, order, reader),
        pantry=lines_of(order.pantry or [], "pantry"),
        assume_pantry=bool(order.assume_pantry),
    )
    wanted = replace(wanted, title=order.title or wanted.title)
    found = shopping_list(wanted, _resolver(session, wanted), units)
    _check_weights(found)
    return found


def size(session: Session, order: ShoppingOrder, reader: Reader) -> int:
    """How many recipes it is for; no ingredient is read for that.

    Raises:
        Invalid, NotFound: as `load`, where what it names isn't there or can't be.
    """
    check_amounts(order.pantry or [], "pantry")
    if order.meal_plan_id is not None:
        planned = _planned(session, order.meal_plan_id, reader)
        return len(_recipes(session, list(planned.servings), planned.owner))
    if order.shopping_list_id is not None:
        _stored(session, order.shopping_list_id, reader)
    check_amounts(order.items or [], "items")
    return len(_recipes(session, order.recipe_ids or [], reader))


def _wanted(session: Session, order: ShoppingOrder, reader: Reader) -> Wanted:
    given = next(kind for kind in _WANTED if getattr(order, kind) is not None)
    wanted = _WANTED[given](session, order, reader)
    if not any(source.lines for source in wanted.sources):
        raise Invalid(_NOTHING)
    return wanted


def _check_weights(found: ShoppingList) -> None:
    """Refuse what is no kitchen's: from a tonne on, weights are cut off."""
    for section in found.sections:
        for item in section.items:
            if item.needed.unit == "g" and item.needed.amount >= MOST_GRAMS:
                raise Invalid(f"This needs a tonne of {item.name} or more: check amounts and servings.")


def _resolver(session: Session, wanted: Wanted) -> Resolve:
    said = [line for source in wanted.sources for line in source.lines]
    return resolving.with_added(
        session, [part for line in (*said, *wanted.pantry) for part in (line, *line.more)]
    )


def _planned(session: Session, plan_id: str, reader: Reader) -> _Planned:
    """What a plan has that its owner may see."""
    plan = plans.stored(session, plan_id, reader.user_id)
    meals = [entry for day in plan.days.values() for entry in day]
    if not meals:
        raise Invalid("This meal plan has no meals on its days, so there is nothing to shop for.")
    owner = reader.instead_of(plan.user_id)
    rows = _rows(session, plan.recipe_ids, owner)
    hidden = {each: row.title for each, row in rows.items() if not row.seen}
    servings: dict[str, list[int | None]] = {}
    for meal in meals:
        if meal.recipe_id not in hidden:
            servings.setdefault(meal.recipe_id, []).append(meal.servings)
    if not servings:
        raise Invalid(_NOTHING)
    remarks = [_HIDDEN.format(hidden[each]) for each in plan.recipe_ids if each in hidden]
    unsaid = not all(meal.servings for meal in meals)
    return _Planned(plan.name or TITLE, owner, servings, remarks, unsaid)


def _of_plan(session: Session, order: ShoppingOrder, reader: Reader) -> Wanted:
    planned = _planned(session, order.meal_plan_id or "", reader)
    cooked = [
        _Cooked(recipe_id, order.servings or servings or 1)
        for recipe_id, meals in planned.servings.items()
        for servings in meals
    ]
    wanted = _of_recipes(session, cooked, planned.title, planned.owner)
    remarks = [*wanted.remarks, *planned.remarks]
    if not order.servings and planned.unsaid:
        remarks.append(_ONE_SERVING)
    return replace(wanted, remarks=remarks)


def _of_ids(session: Session, order: ShoppingOrder, reader: Reader) -> Wanted:
    ids = order.recipe_ids or []
    return _of_recipes(session, [_Cooked(each, order.servings) for each in ids], TITLE, reader)


def _of_recipes(session: Session, cooked: Sequence[_Cooked], title: str, reader: Reader) -> Wanted:
    """The ingredients of these recipes, each of which the reader must be allowed to see."""
    ids = list(dict.fromkeys(each.recipe_id for each in cooked))
    rows = _recipes(session, ids, reader)
    lines = recipe_lines(session, ids)
    times = {each: [c.servings for c in cooked if c.recipe_id == each] for each in ids}
    unsaid = [rows[each].title for each in ids if not rows[each].servings and any(times[each])]
    return Wanted(
        title=title,
        sources=[_source(rows[each], lines.get(each, []), times[each]) for each in ids],
        recipes=[_shown(rows[each], times[each]) for each in ids],
        categories=_categories(session, ids),
        remarks=[_AS_WRITTEN.format(title) for title in unsaid],
    )


def _rows(session: Session, ids: Sequence[str], reader: Reader) -> dict[str, Row[Any]]:
    """The recipes by id; `seen` tells whether the reader may see one."""
    query = select(recipes, reader.sees.label("seen")).where(recipes.c.id.in_(ids))
    return {row.id: row for row in session.execute(query)}


def _recipes(session: Session, ids: Sequence[str], reader: Reader) -> dict[str, Row[Any]]:
    rows = _rows(session, ids, reader)
    missing = [each for each in ids if each not in rows or not rows[each].seen]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise NotFound(f"There are no recipes with these ids: {', '.join(missing[:_NAMED])}{more}.")
    return rows


def _source(row: Row[Any], lines: Sequence[Line], servings: Sequence[float | None]) -> Source:
    made = float(row.servings or 0)
    factor = sum(planned / made if planned and made > 0 else 1.0 for planned in servings)
    return Source(lines, row.id, row.title, factor)


def _shown(row: Row[Any], servings: Sequence[float | None]) -> CookedRecipe:
    made = float(row.servings or 0)
    planned = sum(each or made for each in servings) if made > 0 else None
    return CookedRecipe(id=row.id, title=row.title, servings=planned)


def _categories(session: Session, ids: Iterable[str]) -> dict[str, str]:
    rows = session.execute(
        select(ingredients.c.name, ingredients.c.category)
        .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
        .where(recipe_ingredients.c.recipe_id.in_(list(ids)), ingredients.c.category.is_not(None))
    )
    return {key(row.name): row.category for row in rows}


def _stored(session: Session, list_id: str, reader: Reader) -> tuple[str, Sequence[Row[Any]]]:
    """A stored list's name and rows, of which not all are checked."""
    found = session.execute(select(shopping_lists).where(shopping_lists.c.id == list_id)).first()
    if found is None or reader.user_id not in (None, found.user_id):
        raise NotFound("There is no shopping list with this id.")
    rows = session.execute(
        select(shopping_list_items, ingredients.c.name, ingredients.c.category)
        .join(ingredients, ingredients.c.id == shopping_list_items.c.ingredient_id)
        .where(shopping_list_items.c.shopping_list_id == found.id)
        .order_by(shopping_list_items.c.created_at, shopping_list_items.c.id)
    ).all()
    if not rows:
        raise Invalid("This shopping list has no items.")
    if all(row.checked for row in rows):
        raise Invalid("Everything on this shopping list is checked off.")
    return found.name or TITLE, rows


def _of_list(session: Session, order: ShoppingOrder, reader: Reader) -> Wanted:
    title, rows = _stored(session, order.shopping_list_id or "", reader)
    return Wanted(
        title=title,
        sources=[Source([_line(row) for row in rows if not row.checked])],
        categories={key(row.name): row.category for row in rows if row.category},
        left_out=[LeftOut(name=row.name, reason="checked off") for row in rows if row.checked],
        remarks=[_NO_SERVINGS] if order.servings else [],
    )


def _line(row: Row[Any]) -> Line:
    return from_parts(row.name, None if row.amount is None else float(row.amount), row.unit, row.notes)


def _of_items(_session: Session, order: ShoppingOrder, _reader: Reader) -> Wanted:
    return Wanted(
        title=TITLE,
        sources=[Source(lines_of(order.items or [], "items"))],
        remarks=[_NO_SERVINGS] if order.servings else [],
    )


_WANTED: Mapping[str, Callable[[Session, ShoppingOrder, Reader], Wanted]] = {
    "meal_plan_id": _of_plan,
    "recipe_ids": _of_ids,
    "shopping_list_id": _of_list,
    "items": _of_items,
}
