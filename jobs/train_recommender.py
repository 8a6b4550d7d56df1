"""Learns from what everybody planned, posted and liked, for recommendations."""

import datetime
import logging
import time

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from jobs.command_line import run_as_command
from lib import db
from lib.ledger.items import Items
from lib.recommendations import behaviour, store, training
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")


class Args(Wire):
    """From how much on it is worth it."""

    minimum: int = Field(1000, ge=2, description="Interactions below which nothing is trained")


class Result(Wire):
    """What was learned from, and what was measured on each person's last choice before that."""

    users: int
    items: int
    interactions: int
    seconds: float
    message: str
    version: int | SkipJsonSchema[None] = Field(
        None, description="Of the model in force; None: nothing was trained"
    )
    weight: float | SkipJsonSchema[None] = Field(
        None, description="Of its scores beside popularity, as measured best"
    )
    measured: dict[str, float] = {}


def run(args: Args, _items: Items) -> Result:
    """Train a model and put it in force; killed at any point, the one before stays in force."""
    started = time.monotonic()
    sessions = db.background_sessions()
    with sessions.begin() as session:
        found = behaviour.of_all(session)
    result = Result(
        users=found.people,
        items=len(found.recipe_ids),
        interactions=len(found.day),
        seconds=0,
        message=f"Nothing trained: less than {args.minimum} interactions.",
    )
    if result.interactions >= args.minimum:
        trained = training.train(found, datetime.datetime.now(datetime.UTC).date())
        with sessions.begin() as session:
            result.version = store.save(session, trained)
        result.weight = trained.weight
        result.measured = trained.figures
        result.message = "Trained and in force."
    result.seconds = round(time.monotonic() - started, 2)
    logger.info("recommender", extra=result.model_dump(exclude={"message"}, by_alias=False))
    return result


if __name__ == "__main__":
    run_as_command("train-recommender")
