"""Gives recipes without a picture one: a model's where there is one and money for it, else a drawn card.

What is there already stays, also what comes meanwhile. When the month's budget is spent, the rest get
cards: a recipe with a card today is worth more than one that waits for a photo.
"""

import logging

from pydantic import Field
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from jobs.command_line import run_as_command
from lib import db
from lib.ai import pictures
from lib.ai.catalogue import image_choices
from lib.ai.money import BudgetSpent, Spender
from lib.ai.painting import Painter
from lib.ai.pictures import Studio
from lib.ai.picturing import Picture, PictureRequest
from lib.errors import Invalid, NotFound
from lib.images.store import store
from lib.images.workers import Workers
from lib.ledger.items import Items
from lib.recipes.readers import Reader
from lib.tables import recipes
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")

_SPENDER = Spender("job", "missing-images")
_MISSING = or_(recipes.c.image_url.is_(None), recipes.c.image_url == "")


class Args(Wire):
    """How many recipes."""

    limit: int = Field(100, ge=1, le=10_000, description="Recipes that get a picture at most")


class Result(Wire):
    """What was made by the last attempt; `kept` had got a picture meanwhile."""

    painted: int
    drawn: int
    kept: int
    failed: int


def run(args: Args, items: Items) -> Result:
    """Make what is missing, the oldest recipes first."""
    result = Result(painted=0, drawn=0, kept=0, failed=0)
    with db.background_sessions().begin() as session:
        keys = _missing(session, args.limit - items.count_done())
    workers = Workers(1)
    painter = Painter(image_choices()) if image_choices() else None
    studio = Studio(workers, store(), painter)
    try:
        for item in items.each(keys, commit_each=True):
            try:
                picture = _made(studio, item.key)
            except (Invalid, NotFound) as error:
                item.fail(error.detail)
                result.failed += 1
                continue
            drawn = picture.source.provider == pictures.CARD
            if not _given(item.key, picture.url):
                item.result = {"kept": True}
                result.kept += 1
                continue
            item.result = {"url": picture.url, "by": picture.source.provider, "notes": [*picture.notes]}
            result.drawn += drawn
            result.painted += not drawn
    finally:
        workers.close()
    logger.info("pictures made", extra=result.model_dump(by_alias=False))
    return result


def _missing(session: Session, most: int) -> list[str]:
    query = select(recipes.c.id).where(_MISSING).order_by(recipes.c.created_at, recipes.c.id)
    return list(session.scalars(query.limit(max(most, 0))))


def _made(studio: Studio, recipe_id: str) -> Picture:
    request = PictureRequest(recipe_id=recipe_id)
    with db.background_sessions().begin() as session:
        subject = pictures.dish(session, request, Reader(private=True))
    try:
        return studio.picture(subject, request, _SPENDER)
    except BudgetSpent as error:
        found = studio.card(subject, request, _SPENDER)
        return found.model_copy(update={"notes": [error.detail]})


def _given(recipe_id: str, url: str) -> bool:
    """Whether the recipe had none until now."""
    with db.background_sessions().begin() as session:
        changed = session.execute(
            update(recipes)
            .where(recipes.c.id == recipe_id, _MISSING)
            .values(image_url=url, updated_at=func.now())
            .returning(recipes.c.id)
        )
        return changed.first() is not None


if __name__ == "__main__":
    run_as_command("missing-images")
