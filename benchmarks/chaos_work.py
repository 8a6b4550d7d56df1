"""A job with an effect for each item, which nothing but its key keeps from happening twice."""

import random
import time

from sqlalchemy import text

from jobs.command_line import run_as_command
from lib import db
from lib.ledger import effects
from lib.ledger.items import Items
from lib.ledger.kinds import Kind
from lib.wire import Wire

_WITH = {"module": "benchmarks.chaos_work", "timeout_s": 600, "max_attempts": 40, "at_once": 20}
KINDS = (
    Kind("chaos", weight="driver", memory_mb=150, **_WITH),
    Kind("chaos-warm", weight="task", memory_mb=150, **_WITH),
)


class Args(Wire):
    """Which job of the run this is, and how much there is to do."""

    number: int
    items: int
    seconds: float


class Result(Wire):
    """How many items this attempt did."""

    items: int


def run(args: Args, items: Items) -> Result:
    """Have the effect of every item that is left."""
    done = 0
    for item in items.each([f"{args.number}/{n}" for n in range(args.items)]):
        time.sleep(random.uniform(0, 2 * args.seconds))
        _note("tried", item.key)
        with db.background_sessions().begin() as session:
            if effects.once(session, f"chaos {item.key}"):
                session.execute(text("insert into public.happened values (:key)"), {"key": item.key})
        done += 1
    return Result(items=done)


def _note(table: str, key: str) -> None:
    with db.background_sessions().begin() as session:
        session.execute(text(f"insert into public.{table} values (:key)"), {"key": key})


if __name__ == "__main__":
    run_as_command("chaos")
