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

# Places of a key: a person's rank above, milliseconds since the range's start below (139 years).
_TIME_BITS = np.uint64(42)
_TIME_MASK = np.uint64(2**42 - 1)

Keys = NDArray[np.uint64]


def reached(events: Columns, steps: Sequence[int], start: int, end: int, window_ms: int) -> list[BitMap]:
    """The people who came to each step.

    Args:
        events: of those who count, in order of time, from `start` until the window after `end`.
        steps: numbers of types; a number below zero is a type that nobody knows.
        start, end: milliseconds from and before which the first step must lie.
        window_ms: how long the whole way may take.
    """
    people = np.unique(events.person[events.type == steps[0]])
    events = events.part(np.isin(events.person, people, assume_unique=False))
    rank = np.searchsorted(people, events.person).astype(np.uint64)
    keys: Keys = rank << _TIME_BITS | (events.at - start).astype(np.uint64)
    entered = (events.type == steps[0]) & (events.at < end)
    # Of all ways that lead to an event, the one with the latest first step has most of the window left;
    # among a person's events of one step, that way never begins earlier for a later one.
    here = np.sort(keys[entered])
    begun = here & _TIME_MASK
    found = [_people(people, here)]
    for step in steps[1:]:
        following = np.sort(keys[events.type == step])
        place = np.searchsorted(here, following, side="left").astype(np.int64) - 1
        valid = place >= 0
        following, place = following[valid], place[valid]
        same = (here[place] >> _TIME_BITS) == (following >> _TIME_BITS)
        since = begun[place]
        valid = same & ((following & _TIME_MASK) - since <= np.uint64(window_ms))
        here, begun = following[valid], since[valid]
        found.append(_people(people, here))
    return found


def _people(people: NDArray[np.uint32], keys: Keys) -> BitMap:
    return summaries.bitmap(people[(np.unique(keys >> _TIME_BITS)).astype(np.int64)])
