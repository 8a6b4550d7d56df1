"""Sums events up by day: those days of which something isn't summed up yet, or all from one to another.

Each day is a transaction of its own, and comes out the same however often it is done; a few are done in
this process, many are spread over the cluster with Ray Data.
"""

import datetime
import logging
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import ray
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from jobs.command_line import run_as_command
from lib import db
from lib.analytics import rollup
from lib.analytics.rollup import Rolled
from lib.ledger.items import Items
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")

_BATCH = 4


class Args(Wire):
    """Which days; none given: those that need it."""

    from_: datetime.date | SkipJsonSchema[None] = Field(None, alias="from", description="First UTC day")
    to: datetime.date | SkipJsonSchema[None] = Field(None, description="Last UTC day")
    spread_from: Annotated[
        int,
        Field(ge=1, description="So many events are spread over the cluster; fewer are summed up here"),
    ] = 20_000_000


class Result(Wire):
    """What was summed up by the last attempt."""

    days: int
    events: int
    bytes: Annotated[int, Field(description="Of the sums")]
    seconds: float


def run(args: Args, items: Items) -> Result:
    """Sum up what is left."""
    started = time.monotonic()
    with db.background_sessions().begin() as session:
        if args.from_ or args.to:
            days = rollup.known_days(session, args.from_, args.to)
        else:
            days = rollup.waiting(session)
        events = rollup.events_of(session, days)
    left = items.left([day.isoformat() for day in days])
    spread = events >= args.spread_from and len(left) > _BATCH
    result = Result(days=0, events=0, bytes=0, seconds=0)
    for day, rolled in _spread(left) if spread else map(_rolled, left):
        items.done({day: {"events": rolled.events, "bytes": rolled.bytes}})
        result.days += 1
        result.events += rolled.events
        result.bytes += rolled.bytes
    with db.background_sessions().begin() as session:
        rollup.prune(session)
    result.seconds = round(time.monotonic() - started, 2)
    logger.info("rolled up", extra=result.model_dump(by_alias=False))
    return result


def _rolled(day: str) -> tuple[str, Rolled]:
    with db.background_sessions().begin() as session:
        return day, rollup.roll_up(session, datetime.date.fromisoformat(day))


def _many(batch: dict[str, Any]) -> dict[str, Any]:
    found = [_rolled(str(day))[1] for day in batch["day"]]
    return {
        "day": batch["day"],
        "events": [rolled.events for rolled in found],
        "bytes": [rolled.bytes for rolled in found],
    }


def _spread(days: Sequence[str]) -> Iterator[tuple[str, Rolled]]:
    ray.init(ignore_reinit_error=True)
    rows = ray.data.from_items(
        [{"day": day} for day in days], override_num_blocks=-(-len(days) // _BATCH)
    )
    told = rows.map_batches(_many, batch_size=_BATCH, num_cpus=0.25)
    for row in told.iter_rows():
        yield str(row["day"]), Rolled(int(row["events"]), int(row["bytes"]))


if __name__ == "__main__":
    run_as_command("analytics-rollup")
