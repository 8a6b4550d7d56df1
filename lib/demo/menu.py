"""The book's recipes, with what decides who cooks them and when."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.demo.chance import Flags, Ints
from lib.errors import Unavailable
from lib.nutrition.labels import ALLERGENS, DIETS
from lib.recipes.store import BOOK_AUTHOR
from lib.tables import recipe_details, recipe_index, recipe_ingredients, recipes

MEALS = ("breakfast", "lunch", "dinner", "snack")
SEASONS = ("spring", "summer", "autumn", "winter")
_LEVELS = ("easy", "medium", "hard")
_WARMING = ("soup", "stew", "braise", "casserole")
_COOLING = ("salad", "bowl", "wrap")


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """Recipes in order of their ids, the same place in each array.

    Args:
        ids, titles: of each.
        cuisines: names; `cuisine` are places in it.
        meal, season, level: places in `MEALS`, `SEASONS` and easy, medium, hard; -1 where there is none.
        warming, cooling: what is made when it is cold, or hot.
        diets: a row for each recipe, a column for each of `DIETS`: whether it is proven to fit.
        clear: the same for `ALLERGENS`: whether it is proven to be free of it.
    """

    ids: list[str]
    titles: list[str]
    cuisines: list[str]
    cuisine: Ints
    meal: Ints
    season: Ints
    level: Ints
    warming: Flags
    cooling: Flags
    diets: Flags
    clear: Flags


@dataclass(frozen=True, slots=True)
class Ingredient:
    """A line of a recipe, as shopping lists need it."""

    id: str
    amount: float | None
    unit: str | None


def read(session: Session) -> Menu:
    """The book as it is indexed.

    Raises:
        Unavailable: the book isn't in the database, or not indexed yet.
    """
    index = recipe_index.c
    rows = session.execute(
        select(recipes.c.title, recipe_details.c.category, recipe_index)
        .join(recipe_index, index.recipe_id == recipes.c.id)
        .outerjoin(recipe_details, recipe_details.c.recipe_id == recipes.c.id)
        .where(recipes.c.user_id == BOOK_AUTHOR["id"], recipes.c.is_public, ~index.removed)
        .order_by(recipes.c.id)
    ).all()
    book = select(func.count()).where(recipes.c.user_id == BOOK_AUTHOR["id"], recipes.c.is_public)
    if not rows or len(rows) < (session.scalar(book) or 0):
        raise Unavailable(
            "The recipe book isn't there or not indexed yet: run `make up`, then try again."
        )
    cuisines = sorted({row.cuisine for row in rows if row.cuisine})
    return Menu(
        ids=[row.recipe_id for row in rows],
        titles=[row.title for row in rows],
        cuisines=cuisines,
        cuisine=_places([row.cuisine for row in rows], cuisines),
        meal=_places([row.meal_type for row in rows], MEALS),
        season=_places([row.season for row in rows], SEASONS),
        level=_places([row.difficulty for row in rows], _LEVELS),
        warming=np.array([row.category in _WARMING for row in rows]),
        cooling=np.array([row.category in _COOLING for row in rows]),
        diets=np.array([[diet in row.diets for diet in DIETS] for row in rows]),
        clear=np.array([[each in row.clear_allergens for each in ALLERGENS] for row in rows]),
    )


def shopping(session: Session, menu: Menu) -> tuple[list[list[Ingredient]], list[int]]:
    """Each recipe's ingredients, and for how many people they are."""
    lines = recipe_ingredients.c
    query = select(lines.recipe_id, lines.ingredient_id, lines.amount, lines.unit)
    found: dict[str, list[Ingredient]] = {}
    rows = session.execute(query.where(lines.recipe_id.in_(menu.ids)).order_by(lines.ingredient_id))
    for recipe_id, ingredient_id, amount, unit in rows:
        line = Ingredient(ingredient_id, None if amount is None else float(amount), unit)
        found.setdefault(recipe_id, []).append(line)
    wanted = select(recipes.c.id, recipes.c.servings).where(recipes.c.id.in_(menu.ids))
    servings = dict(session.execute(wanted).tuples().all())
    return [found.get(each, []) for each in menu.ids], [servings[each] or 4 for each in menu.ids]


def _places(values: list[str | None], names: list[str] | tuple[str, ...]) -> Ints:
    place = {name: number for number, name in enumerate(names)}
    return np.array([place.get(value or "", -1) for value in values], np.int64)
