"""What kinds of jobs there are, as far as the ledger needs to know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Weight = Literal["driver", "task"]
"""A driver is a Ray Job with a process and an environment of its own; a task runs in a warm worker."""


@dataclass(frozen=True)
class Kind:
    """One kind of job.

    Args:
        name: as callers ask for it.
        module: where its `Args`, `Result` and `run` are.
        weight: see there.
        memory_mb: what an attempt holds at most, its child tasks excepted.
        timeout_s: seconds after which an attempt is ended.
        max_attempts: so many attempts that don't get to an end, then it is dead.
        at_once: so many may run at the same time.
    """

    name: str
    module: str
    weight: Weight
    memory_mb: int
    timeout_s: int = 3600
    max_attempts: int = 5
    at_once: int = 1


Kinds = Mapping[str, Kind]
