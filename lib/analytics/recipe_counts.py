"""How often each recipe was looked at, saved, planned and cooked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.analytics import columns
from lib.analytics.columns import Columns


class RecipeCounts(NamedTuple):
    """Events by recipe and type, the same place in each array; no pair twice.

    Args:
        recipe: number in event_recipes; uint32.
        type: number in event_types; uint32.
        events: how many; uint32.
    """

    recipe: NDArray[np.uint32]
    type: NDArray[np.uint32]
    events: NDArray[np.uint32]


def counts(events: Columns) -> RecipeCounts:
    """Of the events that have a recipe."""
    which = events.recipe > 0
    pairs = events.recipe[which].astype(np.uint64) << np.uint64(16) | events.type[which]
    pair, times = np.unique(pairs, return_counts=True)
    return RecipeCounts(
        (pair >> np.uint64(16)).astype(np.uint32),
        (pair & np.uint64(0xFFFF)).astype(np.uint32),
        times.astype(np.uint32),
    )


def packed(found: RecipeCounts) -> bytes:
    """A day's counts, compressed."""
    return columns.packed_numbers(*found)


def unpacked(content: bytes) -> RecipeCounts:
    """What was packed."""
    return RecipeCounts(*columns.unpacked_numbers(content, 3))
