"""What a list is made of, from the app's tables: a plan, recipes, a stored list, or free items."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from lib.errors import Invalid, NotFound
from lib.keys import Caller
from lib.nutrition import plans, resolving
from lib.nutrition.calculation import Resolve
from lib.nutrition.entries import lines_of
from lib.nutrition.foods import key
from lib.nutrition.lines import Line, from_parts
from lib.nutrition.recipes import recipe_lines
from lib.nutrition.weighing import MOST_GRAMS
from lib.shopping.lists import Wanted, shopping_list
from lib.shopping.models import CookedRecipe, LeftOut, ShoppingList, ShoppingQuery
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

_KINDS = ("meal_plan_id", "recipe_ids", "shopping_list_id", "items")
_AS_WRITTEN = "{} doesn't say how many it serves: the list is for what it makes."
_ONE_SERVING = "Meals that don't say how many they are for count as one serving."
_NO_SERVINGS = "Servings change recipes only, so the list is as it is."


@dataclass(frozen=True, slots=True)
class _Cooked:
    """A recipe on the plan: how many servings altogether, None for what the recipe makes."""

    recipe_id: str
    servings: float | None


def load(session: Session, query: ShoppingQuery, units: Units, who: Caller) -> ShoppingList:
    """The list that is asked for.

    Args:
        who: asks. Of others' plans, lists and private recipes it is said that there are none.

    Raises:
        Invalid: not exactly one thing to shop for is named, or it is empty; an amount can't be.
        NotFound: there is no such plan, list or recipe; the recipes are named.
    """
    given = [kind for kind in _KINDS if getattr(query, kind) is not None]
    if len(given) != 1:
        raise Invalid("Give exactly one of mealPlanId, recipeIds, shoppingListId and items.")
    wanted = _WANTED[given[0]](session, query, who)
    if not any(source.lines for source in wanted.sources):
        raise Invalid("There is nothing to shop for: no ingredient is named.")
    pantry = lines_of(query.pantry, "pantry")
    wanted = replace(
        wanted,
        title=query.title or wanted.title,
        pantry=pantry,
        assume_pantry=query.assume_pantry,
    )
    found = shopping_list(wanted, _resolver(session, wanted), units)
    _check_weights(found)
    return found


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


def _of_plan(session: Session, query: ShoppingQuery, who: Caller) -> Wanted:
    plan = plans.stored(session, query.meal_plan_id or "", who.user_id)
    meals = [entry for day in plan.days.values() for entry in day]
    if not meals:
        raise Invalid("This meal plan has no meals on its days, so there is nothing to shop for.")
    cooked = [_Cooked(meal.recipe_id, query.servings or meal.servings or 1) for meal in meals]
    wanted = _of_recipes(session, cooked, plan.name or TITLE)
    unsaid = not query.servings and not all(meal.servings for meal in meals)
    return replace(wanted, remarks=[*wanted.remarks, _ONE_SERVING]) if unsaid else wanted


def _of_ids(session: Session, query: ShoppingQuery, who: Caller) -> Wanted:
    ids = query.recipe_ids or []
    if not ids:
        raise Invalid("recipeIds is empty: name at least one recipe.")
    return _of_recipes(session, [_Cooked(each, query.servings) for each in ids], TITLE, who)


def _of_recipes(
    session: Session, cooked: Sequence[_Cooked], title: str, who: Caller | None = None
) -> Wanted:
    """The ingredients of these recipes.

    Args:
        who: must be allowed to see each recipe; None for those of a plan that is theirs to see.
    """
    ids = list(dict.fromkeys(each.recipe_id for each in cooked))
    rows = {row.id: row for row in session.execute(select(recipes).where(recipes.c.id.in_(ids)))}
    missing = [each for each in ids if each not in rows or not _visible(rows[each], who)]
    if missing:
        more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        raise NotFound(f"There are no recipes with these ids: {', '.join(missing[:_NAMED])}{more}.")
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


def _visible(row: Row[Any], who: Caller | None) -> bool:
    return bool(who is None or row.is_public or who.may("admin") or row.user_id == who.user_id)


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


def _of_list(session: Session, query: ShoppingQuery, who: Caller) -> Wanted:
    found = session.execute(
        select(shopping_lists).where(shopping_lists.c.id == query.shopping_list_id)
    ).first()
    if found is None or not who.may_see(found.user_id):
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
    return Wanted(
        title=found.name or TITLE,
        sources=[Source([_line(row) for row in rows if not row.checked])],
        categories={key(row.name): row.category for row in rows if row.category},
        left_out=[LeftOut(name=row.name, reason="checked off") for row in rows if row.checked],
        remarks=[_NO_SERVINGS] if query.servings else [],
    )


def _line(row: Row[Any]) -> Line:
    return from_parts(row.name, None if row.amount is None else float(row.amount), row.unit, row.notes)


def _of_items(_session: Session, query: ShoppingQuery, _who: Caller) -> Wanted:
    if not query.items:
        raise Invalid("items is empty: name at least one.")
    return Wanted(
        title=TITLE,
        sources=[Source(lines_of(query.items, "items"))],
        remarks=[_NO_SERVINGS] if query.servings else [],
    )


_WANTED: Mapping[str, Callable[[Session, ShoppingQuery, Caller], Wanted]] = {
    "meal_plan_id": _of_plan,
    "recipe_ids": _of_ids,
    "shopping_list_id": _of_list,
    "items": _of_items,
}
