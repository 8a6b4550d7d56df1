"""Indexes every recipe that is new or changed, or all of them anew: `--rebuild`.

Few recipes are indexed in this process. Many are spread over the cluster with Ray Data: each actor
reads, embeds and writes its own batches, on a GPU where the cluster has one, so that only recipe ids
travel and memory stays bounded. Killed at any point, the next run goes on from there.
"""

import logging
from typing import Any

import numpy as np
import ray
from pydantic import BaseModel, Field

from jobs.command_line import run_as_command
from lib import db
from lib.search import embedding, index
from lib.search.index import BATCH, Refreshed

logger = logging.getLogger("mealprep.jobs")


class Args(BaseModel):
    """What to index."""

    rebuild: bool = Field(False, description="Read and embed every recipe again")
    spread_from: int = Field(
        3000, ge=1, description="So many recipes are spread over the cluster; fewer are done here"
    )


class Result(BaseModel):
    """What was done, in recipes."""

    changed: int
    embedded: int
    removed: int
    failed: int


class Indexing:
    """An actor of the pipeline: indexes the recipes whose ids it gets."""

    def __init__(self, model: str, gpu: bool) -> None:
        self._model = model
        self._encode = embedding.Gpu().encode if gpu else embedding.Embedder(1).encode

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Counts of what was done, for a batch of ids."""
        done = index.index_batch(
            db.background_sessions(), [str(each) for each in batch["id"]], self._encode, self._model
        )
        return {name: np.array([value]) for name, value in vars(done).items()}


def run(args: Args) -> Result:
    """Bring the index up to date."""
    sessions = db.background_sessions()
    model = embedding.model_name()
    embedding.prepare()
    done, stale = index.begin(sessions, model, rebuild=args.rebuild)
    logger.info("to index", extra={"recipes": len(stale)})
    # A pipeline costs seconds before it starts.
    done.add(_spread(stale, model) if len(stale) >= args.spread_from else _here(stale, model))
    index.finish(sessions, model)
    return Result(**vars(done))


def _here(stale: list[str], model: str) -> Refreshed:
    done = Refreshed()
    if stale:
        encode = embedding.Embedder(embedding.processor_threads()).encode
        for start in range(0, len(stale), BATCH):
            batch = stale[start : start + BATCH]
            done.add(index.index_batch(db.background_sessions(), batch, encode, model))
            logger.info("indexed", extra={"recipes": start + len(batch)})
    return done


def _spread(stale: list[str], model: str) -> Refreshed:
    ray.init(ignore_reinit_error=True)
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0))
    most = gpus or max(1, int(resources.get("CPU", 1)))
    share: dict[str, Any] = {"num_gpus": 1} if gpus else {"num_cpus": 0.5}
    rows = ray.data.from_items([{"id": each} for each in stale], override_num_blocks=2 * most)
    counts = rows.map_batches(
        Indexing,
        fn_constructor_args=(model, bool(gpus)),
        batch_size=BATCH,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=most),
        **share,
    )
    done = Refreshed()
    for row in counts.iter_rows():
        done.add(Refreshed(**{name: int(value) for name, value in row.items()}))
        logger.info("indexed", extra={"recipes": done.changed + done.failed})
    return done


if __name__ == "__main__":
    run_as_command(Args, run)
