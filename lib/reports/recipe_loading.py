"""Reads recipes for paper, as far as the reader may see them, and where their pictures are."""

import re
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from lib.errors import NotFound, Unavailable
from lib.images.store import NAME, URL, store
from lib.recipes import store as recipe_store
from lib.recipes.models import Recipe, WholeRecipe
from lib.recipes.readers import Reader


def read(session: Session, ids: Sequence[str], reader: Reader) -> dict[str, Recipe]:
    """Those of the recipes that are there and may be seen, by id, in their order."""
    found = {}
    for recipe_id in dict.fromkeys(ids):
        try:
            found[recipe_id] = recipe_store.get(
                session, recipe_id, private=reader.private, user_id=reader.user_id
            )
        except NotFound:
            continue
    return found


def picture_of(recipe: WholeRecipe) -> Path | None:
    """The file of a recipe's stored picture; None where there is none of ours."""
    named = re.search(NAME, recipe.image_url or "")
    if named is None or URL not in (recipe.image_url or ""):
        return None
    try:
        return store().path(named.group())
    except (NotFound, Unavailable):
        return None
