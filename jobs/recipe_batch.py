"""Writes new recipes, none like one that is there: a model's where there is one, else adapted ones."""

import logging
from collections.abc import Iterator

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from jobs.command_line import run_as_command
from lib import db
from lib.ai import composer, copies, recipes
from lib.ai.catalogue import choices
from lib.ai.copies import Kept
from lib.ai.models import DietNames, RecipeRequest
from lib.ai.money import BudgetSpent, Spender
from lib.ai.needs import understand
from lib.ai.provider import Door
from lib.ai.verification import examine
from lib.ai.writing import Finished, Writer, composed
from lib.errors import Invalid
from lib.ledger.items import Items
from lib.nutrition.labels import Diet
from lib.recipes import store
from lib.recipes.draft import Season
from lib.search.filters import Name
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")

_SPENDER = Spender("job", "recipe-batch")
_DIETS: tuple[Diet, ...] = (
    "vegan",
    "gluten_free",
    "dairy_free",
    "vegetarian",
    "low_carb",
    "pescatarian",
    "paleo",
)
"""What the recipes are for, in turns, where nobody says."""


class Args(Wire):
    """How many recipes, and of which kind."""

    count: int = Field(5, ge=1, le=200, description="Recipes to write")
    season: Season | SkipJsonSchema[None] = Field(None, description="Of this season")
    cuisine: Name | SkipJsonSchema[None] = Field(None, description="Of this cuisine")
    dietary_restrictions: DietNames = Field([], description="Meeting these diets")


class Result(Wire):
    """The new recipes' ids."""

    written: int
    recipe_ids: list[str]


def run(args: Args, items: Items) -> Result:
    """Write as many as can be; each that can't says why."""
    door = Door(choices()) if choices() else None
    with db.background_sessions().begin() as session:
        there = copies.kept(session)
    written: list[str] = []
    for item in items.each([f"recipe {n + 1}" for n in range(args.count)], commit_each=True):
        diets = args.dietary_restrictions or [_DIETS[int(item.key.split()[1]) % len(_DIETS)]]
        request = RecipeRequest(season=args.season, cuisine=args.cuisine, dietary_restrictions=diets)
        try:
            finished = next(_new(request, door, there), None)
        except Invalid as error:
            item.fail(error.detail)
            continue
        if finished is None:
            item.fail("All that can be made of the book for this is there already.")
            continue
        found = recipes.recipe(finished)
        with db.background_sessions().begin() as session:
            store.save(session, found.id, recipes.stored(found))
        there.append(copies.as_kept(finished.draft))
        written.append(found.id)
        item.result = {"recipeId": found.id, "title": found.title}
    return Result(written=len(written), recipe_ids=written)


def _new(request: RecipeRequest, door: Door | None, there: list[Kept]) -> Iterator[Finished]:
    """Recipes for the request that are unlike those which are there, the model's first."""
    if door is not None:
        try:
            for finished in Writer(request, _SPENDER, door).recipes():
                if copies.repeats(finished.draft, there) is None:
                    yield finished
        except BudgetSpent as error:
            logger.warning("No money for a model", extra={"why": error.detail})
    needs = understand(request)
    for adapted in composer.compose(needs):
        if copies.repeats(adapted.draft, there) is None:
            seen, certificate = examine(adapted.draft, needs)
            if certificate.passed:
                yield composed(adapted, seen, certificate)


if __name__ == "__main__":
    run_as_command("recipe-batch")
