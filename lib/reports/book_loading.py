"""Reads what a recipe book needs."""

from dataclasses import dataclass

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from lib.errors import NotFound
from lib.nutrition import plans
from lib.nutrition.plans import Cooked
from lib.recipes.models import Recipe
from lib.recipes.readers import Reader
from lib.reports.book_orders import BookOrder
from lib.reports.recipe_loading import check_visible, read, visible
from lib.tables import meal_plan_items, meal_plans, recipes, users


@dataclass(frozen=True)
class LoadedBook:
    """Recipes with their nutrients, by id, and whose book it is."""

    title: str
    owner: str
    recipes: dict[str, Recipe]
    cooked: dict[str, Cooked]


def count(session: Session, order: BookOrder, reader: Reader) -> int:
    """How many recipes the book has.

    Raises:
        NotFound: there is no such user, or recipes aren't there.
    """
    return len(_chosen(session, order, reader))


def load(session: Session, order: BookOrder, reader: Reader) -> LoadedBook:
    """The book as that reader may see it.

    Raises:
        NotFound: there is no such user, or recipes aren't there.
    """
    ids = _chosen(session, order, reader)
    owner = _name(session, order.user_id)
    found = read(session, ids, reader.instead_of(order.user_id))
    title = " ".join((order.title or "").split())
    return LoadedBook(
        title or (f"{owner}’s recipes" if owner else "Recipes"),
        owner,
        found,
        plans.cooked(session, list(found)),
    )


def _chosen(session: Session, order: BookOrder, reader: Reader) -> list[str]:
    ids = _ids(session, order, reader)
    if order.recipe_ids is not None:
        check_visible(session, ids, reader.instead_of(order.user_id))
        return ids
    there = visible(session, ids, reader.instead_of(order.user_id))
    if not there:
        raise NotFound("This user has neither recipes of their own nor any in their plans.")
    return [recipe_id for recipe_id in ids if recipe_id in there]


def _ids(session: Session, order: BookOrder, reader: Reader) -> list[str]:
    if order.recipe_ids is not None:
        return list(dict.fromkeys(order.recipe_ids))
    seen = reader.user_id in (None, order.user_id)
    if not seen or session.scalar(select(users.c.id).where(users.c.id == order.user_id)) is None:
        raise NotFound("There is no user with this id.")
    own = select(recipes.c.id).where(recipes.c.user_id == order.user_id)
    planned = (
        select(meal_plan_items.c.recipe_id)
        .join(meal_plans, meal_plans.c.id == meal_plan_items.c.meal_plan_id)
        .where(meal_plans.c.user_id == order.user_id)
    )
    chosen = union(own, planned).subquery()
    ordered = select(recipes.c.id).where(recipes.c.id.in_(select(chosen.c[0])))
    return list(session.scalars(ordered.order_by(recipes.c.title, recipes.c.id)))


def _name(session: Session, user_id: str | None) -> str:
    if user_id is None:
        return ""
    return session.scalar(select(users.c.name).where(users.c.id == user_id)) or ""
