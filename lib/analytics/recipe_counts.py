"""How often each recipe was looked at, saved, planned and cooked."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.analytics import columns, quarters, summaries
from lib.analytics.columns import Columns
from lib.analytics.quarters import Cut


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
    pairs = np.sort(_pairs(events.part(events.recipe > 0)))
    first = np.flatnonzero(summaries.begins(pairs))
    return RecipeCounts(
        (pairs[first] >> np.uint64(16)).astype(np.uint32),
        (pairs[first] & np.uint64(0xFFFF)).astype(np.uint32),
        np.diff(first, append=len(pairs)).astype(np.uint32),
    )


class Ordered(NamedTuple):
    """A day's events that have a recipe, to be cut.

    Args:
        whole: the day's counts.
        place: where in them each event counts, in order of time; uint16 or uint32.
        below: how many of the events lie before each quarter of an hour, and before the day's end.
    """

    whole: RecipeCounts
    place: NDArray[Any]
    below: NDArray[np.int64]

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 2000 + self.place.nbytes


def ordered(events: Columns, start: int, whole: RecipeCounts) -> Ordered:
    """A day's events, to be cut.

    Args:
        start: millisecond at which the day begins.
        whole: their counts.
    """
    events = events.part(events.recipe > 0)
    known = whole.recipe.astype(np.uint64) << np.uint64(16) | whole.type.astype(np.uint64)
    place = np.searchsorted(known, _pairs(events))
    below = np.searchsorted(quarters.of(events.at, start), np.arange(quarters.QUARTERS + 1))
    return Ordered(whole, place.astype(np.uint16 if len(known) < 2**16 else np.uint32), below)


def within(day: Ordered, part: Cut) -> RecipeCounts:
    """Of a part of the day."""
    start, end = part
    counts = np.bincount(day.place[day.below[start] : day.below[end]])
    some = np.flatnonzero(counts)
    return RecipeCounts(day.whole.recipe[some], day.whole.type[some], counts[some].astype(np.uint32))


def _pairs(events: Columns) -> NDArray[np.uint64]:
    """Recipe above, type below."""
    return events.recipe.astype(np.uint64) << np.uint64(16) | events.type.astype(np.uint64)


def packed(found: RecipeCounts) -> bytes:
    """A day's counts, compressed."""
    return columns.packed_numbers(*found)


def unpacked(content: bytes) -> RecipeCounts:
    """What was packed."""
    return RecipeCounts(*columns.unpacked_numbers(content, 3))
