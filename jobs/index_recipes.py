"""Indexes every recipe that is new or changed, or all of them anew: `--rebuild`."""

import logging

from pydantic import BaseModel, Field

from jobs.command_line import run_as_command
from lib import db
from lib.search import embedding, index

logger = logging.getLogger("mealprep.jobs")


class Args(BaseModel):
    """What to index."""

    rebuild: bool = Field(False, description="Read and embed every recipe again")


class Result(BaseModel):
    """What was done, in recipes."""

    changed: int
    embedded: int
    removed: int
    failed: int


def run(args: Args) -> Result:
    """Bring the index up to date; killed at any point, the next run goes on from there."""
    sessions = db.background_sessions()
    model = embedding.Embedder(embedding.processor_threads())
    done = 0

    def progressed(recipes: int) -> None:
        nonlocal done
        done += recipes
        logger.info("indexed", extra={"recipes": done})

    refreshed = index.refresh(
        sessions,
        model.encode,
        embedding.model_name(),
        rebuild=args.rebuild,
        on_progress=progressed,
    )
    return Result(**vars(refreshed))


if __name__ == "__main__":
    run_as_command(Args, run)
