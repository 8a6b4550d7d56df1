"""People by when in a day they did something, so that a day can be cut at any quarter of an hour.

Since 1975 dates begin at a quarter of an hour UTC in all time zones but very few. Of a day that is cut
once, those before the cut are the people whose first quarter lies before it, and those after it the
people whose last one doesn't.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from lib.analytics import summaries
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS
from lib.analytics.summaries import Summary

QUARTER_MS = 15 * 60 * 1000
QUARTERS = DAY_MS // QUARTER_MS

Cut = tuple[int, int]
"""Quarters of a day, from one until before another."""


class Marked(NamedTuple):
    """Some people and the quarters, 0 to 95, in which each did something first and last.

    Args:
        users: their numbers.
        first, last: in order of their numbers; uint8.
    """

    users: BitMap
    first: NDArray[np.uint8]
    last: NDArray[np.uint8]

    def within(self, cut: Cut) -> BitMap:
        """Those who did it in a part of the day that begins or ends with it; see `cut`."""
        start, end = cut
        if start == 0:
            return self.users if end == QUARTERS else self._some(self.first < end)
        return self._some(self.last >= start)

    def _some(self, which: NDArray[np.bool_]) -> BitMap:
        return summaries.bitmap_of_ascending(summaries.numbers(self.users)[which])

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return 200 + 4 * len(self.first)


class Quarters(NamedTuple):
    """A day's events.

    Args:
        below: of each type by its number, how many lie before each quarter and before the day's end.
        people: who caused any.
    """

    below: dict[int, NDArray[np.int64]]
    people: Marked

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return self.people.size + 1000 * len(self.below)


def cut(start: int, end: int) -> Cut | None:
    """A part of a UTC day in quarters; None if it begins or ends within one, or touches neither end."""
    first, last = start % DAY_MS, (end - 1) % DAY_MS + 1
    if first % QUARTER_MS or last % QUARTER_MS or (first and last < DAY_MS):
        return None
    return first // QUARTER_MS, last // QUARTER_MS


def marked(person: NDArray[Any], quarter: NDArray[Any]) -> Marked:
    """People by the quarters of what they did.

    Args:
        person, quarter: of each event; in order of both.
    """
    begins = summaries.begins(person)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(person))[: len(first)] - 1
    users = summaries.bitmap_of_ascending(person[first])
    return Marked(users, quarter[first].astype(np.uint8), quarter[last].astype(np.uint8))


def quarters(events: Columns, start: int) -> Quarters:
    """A day's events, to be cut.

    Args:
        start: millisecond at which the day begins.
    """
    quarter = of(events.at, start)
    keys = np.sort(events.person.astype(np.uint64) << np.uint64(8) | quarter)
    counts = np.bincount(events.type.astype(np.int64) * QUARTERS + quarter)
    counts.resize(-(-len(counts) // QUARTERS), QUARTERS)
    below = np.cumsum(np.pad(counts, ((0, 0), (1, 0))), axis=1)
    return Quarters(
        {kind: below[kind] for kind in np.flatnonzero(below[:, -1]).tolist()},
        marked(keys >> np.uint64(8), keys & np.uint64(255)),
    )


def of(at: NDArray[np.int64], start: int) -> NDArray[np.uint8]:
    """The quarters in which moments of a day lie."""
    return ((at - start) // QUARTER_MS).astype(np.uint8)


def summary(day: Quarters, part: Cut) -> Summary:
    """Of a part of the day."""
    start, end = part
    events = {kind: int(below[end] - below[start]) for kind, below in day.below.items()}
    return Summary(day.people.within(part), {kind: count for kind, count in events.items() if count})
