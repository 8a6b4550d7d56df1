"""Indexes every recipe that is new or changed, or all of them anew: `--rebuild`.

Few recipes are indexed in this process. Many are spread over the cluster with Ray Data: each actor
reads, embeds and writes its own batches, on a GPU where the cluster has one, so that only recipe ids
travel and memory stays bounded. Killed at any point, the next attempt does what is left.
"""

import logging
from typing import Any

import numpy as np
import ray
from pydantic import Field

from jobs.command_line import run_as_command
from lib import db
from lib.ledger.items import Items
from lib.search import embedding, index, versions
from lib.search.index import BATCH, Refreshed
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")

_BATCHES_IN_BLOCK = 8


class Args(Wire):
    """What to index."""

    rebuild: bool = Field(False, description="Read and embed every recipe again")
    spread_from: int = Field(
        3000, ge=1, description="So many recipes are spread over the cluster; fewer are done here"
    )


class Result(Wire):
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
        """The ids of a batch with counts of what was done, as its first row's."""
        ids = [str(each) for each in batch["id"]]
        done = index.index_batch(db.background_sessions(), ids, self._encode, self._model)
        none = [0] * (len(ids) - 1)
        counts = {name: np.array([value, *none]) for name, value in vars(done).items()}
        return {"id": batch["id"], **counts}


def run(args: Args, items: Items) -> Result:
    """Bring the index up to date."""
    sessions = db.background_sessions()
    model = embedding.model_name()
    embedding.prepare()
    done, stale = index.begin(sessions, model, rebuild=args.rebuild and not items.resumed)
    stale = items.left(stale)
    logger.info("to index", extra={"recipes": len(stale)})
    # A pipeline costs seconds before it starts.
    spread = len(stale) >= args.spread_from
    done.add(_spread(stale, model, items) if spread else _here(stale, model, items))
    index.finish(sessions, model)
    return Result(**vars(done))


def _here(stale: list[str], model: str, items: Items) -> Refreshed:
    done = Refreshed()
    if stale:
        encode = embedding.Embedder(embedding.processor_threads()).encode
        for start in range(0, len(stale), BATCH):
            batch = stale[start : start + BATCH]
            some = index.index_batch(db.background_sessions(), batch, encode, model)
            _write_down(items, batch, some, model)
            done.add(some)
    return done


def _write_down(items: Items, batch: list[str], done: Refreshed, model: str) -> None:
    """Report a batch; where a recipe failed, that is one which is still not indexed as it is."""
    failed: set[str] = set()
    if done.failed:
        with db.background_sessions().begin() as session:
            failed = set(versions.stale(session, model, batch))
    items.failed({each: "It can't be indexed; the log says why." for each in batch if each in failed})
    items.done({each: None for each in batch if each not in failed})
    logger.info("indexed", extra=vars(done))


def _spread(stale: list[str], model: str, items: Items) -> Refreshed:
    ray.init(ignore_reinit_error=True)
    resources = ray.cluster_resources()
    gpus = int(resources.get("GPU", 0))
    most = gpus or max(1, int(resources.get("CPU", 1)))
    # Two fit on two cores beside what the services reserve.
    share: dict[str, Any] = {"num_gpus": 1} if gpus else {"num_cpus": 0.4}
    # A block is told of when it is done: small ones, so that progress is seen and little is lost.
    blocks = max(2 * most, -(-len(stale) // (_BATCHES_IN_BLOCK * BATCH)))
    rows = ray.data.from_items([{"id": each} for each in stale], override_num_blocks=blocks)
    counts = rows.map_batches(
        Indexing,
        fn_constructor_args=(model, bool(gpus)),
        batch_size=BATCH,
        compute=ray.data.ActorPoolStrategy(min_size=min(2, most), max_size=most),
        **share,
    )
    done = Refreshed()
    for batch in counts.iter_batches(batch_size=BATCH, batch_format="numpy"):
        sums = {name: int(batch[name].sum()) for name in vars(done)}
        some = Refreshed(**sums)
        _write_down(items, [str(each) for each in batch["id"]], some, model)
        done.add(some)
    return done


if __name__ == "__main__":
    run_as_command("index-recipes")
