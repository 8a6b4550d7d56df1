"""How long to wait before the next attempt."""

import random
from datetime import timedelta

_FIRST_S = 2.0
_LONGEST_S = 600.0


def longest(attempts: int) -> float:
    """The longest wait in seconds after so many attempts: twice as long each time, up to a limit."""
    return float(min(_LONGEST_S, _FIRST_S * 2.0 ** min(attempts - 1, 30)))


def wait(attempts: int) -> timedelta:
    """A random time up to the longest, so that what failed together isn't tried again together."""
    return timedelta(seconds=random.uniform(0, longest(attempts)))  # noqa: S311
