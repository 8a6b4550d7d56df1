"""Sessions: a person's events of which none is more than half an hour after the one before.

A run is a session's part within one UTC day. Runs depend on their day alone, so they are kept with it;
what belongs together over midnight is joined when somebody asks.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from lib.analytics import columns
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS

GAP_MS = 30 * 60 * 1000


class Runs(NamedTuple):
    """Runs in order of their start, the same place in each array.

    Args:
        start: millisecond since 1970 of the first event; int64.
        end: of the last one; int64.
        person: number; uint32.
        events: how many; uint32.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    person: NDArray[np.uint32]
    events: NDArray[np.uint32]

    @classmethod
    def empty(cls) -> Self:
        """No run."""
        none, nobody = np.zeros(0, np.int64), np.zeros(0, np.uint32)
        return cls(none, none, nobody, nobody)

    def part(self, which: NDArray[Any] | slice) -> "Runs":
        """Some of them."""
        return Runs._make(column[which] for column in self)


def runs(events: Columns, start: int) -> Runs:
    """The runs in a day's events.

    Args:
        start: millisecond at which the day begins.
    """
    bits = np.uint64(DAY_MS.bit_length())
    keys = np.sort(events.person.astype(np.uint64) << bits | (events.at - start).astype(np.uint64))
    if not len(keys):
        return Runs.empty()
    begins = np.ones(len(keys), np.bool_)
    # Between two people's keys lies at least what a day's length lacks to a power of two.
    np.greater(np.diff(keys), np.uint64(GAP_MS), out=begins[1:])
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(keys)) - 1
    at = (keys & (np.uint64(1) << bits) - np.uint64(1)).astype(np.int64) + start
    person = (keys[first] >> bits).astype(np.uint32)
    found = Runs(at[first], at[last], person, (last - first + 1).astype(np.uint32))
    return found.part(np.argsort(found.start, kind="stable"))


def sessions(days: Sequence[Runs], midnights: Sequence[int]) -> Runs:
    """Whole sessions out of the runs of consecutive days.

    Args:
        days: each day's runs.
        midnights: the millisecond at which each but the first day begins.
    """
    whole = Runs(*(np.concatenate(columns) for columns in zip(*days, strict=True)))
    end, events = whole.end.copy(), whole.events.copy()
    root = np.arange(len(end))
    places = np.cumsum([0, *(len(day.start) for day in days)])
    for day, midnight in enumerate(midnights, start=1):
        before, here, after = places[day - 1], places[day], places[day + 1]
        # Within a gap's length of midnight a person has one run at most on either side.
        late = before + np.flatnonzero(whole.end[before:here] >= midnight - GAP_MS)
        early = here + np.arange(
            np.searchsorted(whole.start[here:after], midnight + GAP_MS, side="right")
        )
        _, left, right = np.intersect1d(
            whole.person[late], whole.person[early], assume_unique=True, return_indices=True
        )
        left, right = late[left], early[right]
        one = whole.start[right] - whole.end[left] <= GAP_MS
        left, right = root[left[one]], right[one]
        root[right] = left
        end[left] = whole.end[right]
        events[left] += events[right]
    own = root == np.arange(len(root))
    return Runs(whole.start[own], end[own], whole.person[own], events[own])


def joined(parts: Iterable[Runs]) -> Runs:
    """All of them, in order of their start."""
    return columns.joined(parts, Runs.empty())


def packed(found: Runs, start: int) -> bytes:
    """A day's runs, compressed.

    Args:
        start: millisecond at which the day begins.
    """
    lengths = found.end - found.start
    return columns.packed_numbers(found.start - start, lengths, found.person, found.events)


def unpacked(content: bytes, start: int) -> Runs:
    """What was packed."""
    begin, length, person, events = columns.unpacked_numbers(content, 4)
    first = begin.astype(np.int64) + start
    return Runs(first, first + length, person, events)
