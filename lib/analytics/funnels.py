"""Who went through steps in their order: as far as within a window after a first step in the range.

A person enters with an event of the first step within the range, any of them. Each further step is an
event later than the one before it, and no later than the window after that first step, also where this
lies after the range.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from lib.analytics import summaries
from lib.analytics.columns import Columns

MOST_STEPS = 10
MOST_WINDOW_DAYS = 90

Keys = NDArray[np.uint64]


def reached(events: Columns, steps: Sequence[int], start: int, end: int, window_ms: int) -> list[BitMap]:
    """The people who came to each step.

    Args:
        events: in order of time, from `start` until the window after `end`; of other types too.
        steps: numbers of types; a number below zero is a type that nobody knows.
        start, end: milliseconds from and before which the first step must lie.
        window_ms: how long the whole way may take.
    """
    bits = np.uint64((end + window_ms - start).bit_length())
    time = np.uint64(2**bits - 1)

    def keys(step: int, before: int) -> Keys:
        """A person's number above, milliseconds since the start below, ascending."""
        which = (events.type == step) & (events.at < before)
        at = (events.at[which] - start).astype(np.uint64)
        return np.sort(events.person[which].astype(np.uint64) << bits | at)

    # Of all ways that lead to an event, the one with the latest first step has most of the window left;
    # among a person's events of one step, that way never begins earlier for a later one.
    here = keys(steps[0], end)
    begun = here & time
    found = [_people(here, bits)]
    for step in steps[1:]:
        following = keys(step, end + window_ms)
        place = np.searchsorted(here, following, side="left").astype(np.int64) - 1
        following, place = following[place >= 0], place[place >= 0]
        same = (here[place] >> bits) == (following >> bits) if len(here) else np.zeros(0, np.bool_)
        since = begun[place]
        valid = same & ((following & time) - since <= np.uint64(window_ms))
        here, begun = following[valid], since[valid]
        found.append(_people(here, bits))
    return found


def _people(keys: Keys, bits: np.uint64) -> BitMap:
    return summaries.bitmap(keys >> bits)
