"""A job that behaves as it is told, for tests of what becomes of jobs."""

import logging
import time

from jobs.command_line import run_as_command
from lib.errors import Invalid, Unavailable
from lib.ledger.items import Items
from lib.ledger.kinds import Kind
from lib.wire import Wire

KINDS = (
    Kind(
        "sample", "tests.jobs.samples", "task", memory_mb=100, timeout_s=60, max_attempts=3, at_once=50
    ),
)
logger = logging.getLogger("mealprep.jobs")


class Args(Wire):
    """What to do."""

    how: str = "well"
    keys: list[str] = []
    whole_seconds: int = 0


class Result(Wire):
    """What was done."""

    items_done: int


def run(args: Args, items: Items) -> Result:
    """Do as told."""
    logger.info("sample at work", extra={"how": args.how})
    done = 0
    for item in items.each(args.keys):
        time.sleep(args.whole_seconds)
        if item.key == "explosive":
            raise KeyError(item.key)
        if item.key == "bad":
            item.fail("It is bad.")
        done += 1
    errors = {
        "wrong": Invalid("There is no such thing."),
        "later": Unavailable("The oven is taken."),
        "broken": KeyError("private"),
    }
    if args.how in errors:
        raise errors[args.how]
    if args.how == "exit":
        raise SystemExit(3)
    if args.how == "deaf":
        time.sleep(600)
    return Result(items_done=done)


if __name__ == "__main__":
    run_as_command("sample")
