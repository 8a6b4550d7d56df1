"""Reads recipes for paper, as far as the reader may see them, and where their pictures are."""

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.errors import NotFound, Unavailable
from lib.images.store import NAME, URL, store
from lib.recipes import store as recipe_store
from lib.recipes.models import Recipe, WholeRecipe
from lib.recipes.readers import Reader
from lib.tables import recipes

_SHOWN_IDS = 10


def read(session: Session, ids: Sequence[str], reader: Reader) -> dict[str, Recipe]:
    """Those of the recipes that are there and may be seen, by id, in their order."""
    found = {}
    for recipe_id in dict.fromkeys(ids):
        try:
            found[recipe_id] = recipe_store.get(session, recipe_id, reader)
        except NotFound:
            continue
    return found


def visible(session: Session, ids: Sequence[str], reader: Reader) -> set[str]:
    """Those of the recipes that are there and may be seen."""
    query = select(recipes.c.id).where(recipes.c.id.in_(list(ids)), reader.sees)
    return set(session.scalars(query))


def check_visible(session: Session, ids: Sequence[str], reader: Reader) -> None:
    """Raises NotFound where one of the recipes isn't there, or isn't to be seen."""
    there = visible(session, ids, reader)
    missing = [recipe_id for recipe_id in dict.fromkeys(ids) if recipe_id not in there]
    if missing:
        more = f" and {len(missing) - _SHOWN_IDS} more" if len(missing) > _SHOWN_IDS else ""
        raise NotFound(f"These recipes aren't there: {', '.join(missing[:_SHOWN_IDS])}{more}.")


def picture_of(recipe: WholeRecipe) -> Path | None:
    """The file of a recipe's stored picture; None where there is none of ours."""
    named = re.search(NAME, recipe.image_url or "")
    if named is None or URL not in (recipe.image_url or ""):
        return None
    try:
        return store().path(named.group())
    except (NotFound, Unavailable):
        return None
