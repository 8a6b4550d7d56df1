"""How long things took, in parts that can be put together: exact percentiles without sorting anew."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.analytics.periods import DAY_MS

# Many last no time at all; of the others few last longer than a day.
_EDGES = np.unique(
    [0, 1, *np.geomspace(1000, DAY_MS, 250).astype(np.int64), np.iinfo(np.int64).max]
).astype(np.int64)


class Durations(NamedTuple):
    """Some durations.

    Args:
        ordered: milliseconds, ascending; int64.
        below: how many are shorter than each of the edges that all parts have in common.
    """

    ordered: NDArray[np.int64]
    below: NDArray[np.int64]


def durations(milliseconds: NDArray[np.int64]) -> Durations:
    """A part."""
    ordered = np.sort(milliseconds)
    return Durations(ordered, np.searchsorted(ordered, _EDGES))


def percentiles(parts: Sequence[Durations], percents: Iterable[float]) -> list[float]:
    """The milliseconds that so many percent of all lie below, in between two of them if need be.

    Args:
        parts: with one duration at least.
    """
    below = np.sum([part.below for part in parts], axis=0)
    last = int(below[-1]) - 1
    found = []
    for percent in percents:
        rank, between = divmod(percent / 100 * last, 1)
        lower, upper = (_ranked(parts, below, min(int(rank) + more, last)) for more in (0, 1))
        found.append(lower + (upper - lower) * between)
    return found


def _ranked(parts: Sequence[Durations], below: NDArray[np.int64], rank: int) -> int:
    """The duration that so many are before, in their order: from between the two edges it must lie."""
    edge = int(np.searchsorted(below, rank, side="right")) - 1
    some = np.concatenate([part.ordered[part.below[edge] : part.below[edge + 1]] for part in parts])
    rank -= int(below[edge])
    return int(np.partition(some, rank)[rank])
