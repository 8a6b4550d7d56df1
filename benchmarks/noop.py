"""A job that does nothing, to measure what a job costs."""

from jobs.command_line import run_as_command
from lib.ledger.items import Items
from lib.ledger.kinds import Kind
from lib.wire import Wire

KINDS = (
    Kind("noop", "benchmarks.noop", "task", memory_mb=100, at_once=100),
    Kind("noop-driver", "benchmarks.noop", "driver", memory_mb=100, at_once=100),
)


class Args(Wire):
    """Nothing to say."""


class Result(Wire):
    """Nothing to tell."""


def run(_args: Args, _items: Items) -> Result:
    """Do nothing."""
    return Result()


if __name__ == "__main__":
    run_as_command("noop-driver")
