"""Who went through steps in their order: as far as within a window after a first step in the range.

A person enters with an event of the first step within the range, any of them. Each further step is an
event later than the one before it, and no later than the window after that first step, also where this
lies after the range.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.analytics.columns import Columns

MOST_STEPS = 10
MOST_WINDOW_DAYS = 90


class Entries(NamedTuple):
    """Events of the first step, in order of person and time, the same place in each array.

    Args:
        person: number; uint32.
        at: milliseconds since the start that was asked for; int64.
        steps: how many steps were done within the window, this one too; uint8.
    """

    person: NDArray[np.uint32]
    at: NDArray[np.int64]
    steps: NDArray[np.uint8]


def entries(events: Columns, steps: Sequence[int], start: int, end: int, window_ms: int) -> Entries:
    """How far each event of the first step led.

    Args:
        events: in any order, from `start` until the window after `end`; of other types too.
        steps: numbers of types; a number below zero is a type that nobody knows.
        start, end: milliseconds from and before which the first step must lie.
        window_ms: how long the whole way may take.
    """
    bits = np.uint64((end + window_ms - start).bit_length())
    time = (np.uint64(1) << bits) - np.uint64(1)

    def keys(step: int, before: int) -> NDArray[np.uint64]:
        """A person's number above, milliseconds since the start below, ascending."""
        which = (events.type == step) & (events.at < before)
        at = (events.at[which] - start).astype(np.uint64)
        return np.sort(events.person[which].astype(np.uint64) << bits | at)

    first = keys(steps[0], end)
    done = np.ones(len(first), np.uint8)
    # Of what may follow an event, the earliest leaves most of the window.
    place, here, begun = np.arange(len(first)), first, first
    for step in steps[1:]:
        following = keys(step, end + window_ms)
        if not len(following):
            break
        found = np.searchsorted(following, here, side="right")
        later = following[np.minimum(found, len(following) - 1)]
        # Another person's event seems further away than any window: time has its bits to spare.
        came = (found < len(following)) & (later - begun <= np.uint64(window_ms))
        place, here, begun = place[came], later[came], begun[came]
        done[place] += np.uint8(1)
    return Entries((first >> bits).astype(np.uint32), (first & time).astype(np.int64), done)
