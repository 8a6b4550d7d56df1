"""Sessions and funnels of a range, which need events of more than one day.

The range is gone through block by block of days, and what is found is remembered until a day that was
read changes. What late events may have changed is found anew, for the people who caused them.
"""

from typing import Any

import numpy as np
from pyroaring import BitMap

from lib.analytics import funnels, summaries
from lib.analytics import sessions as sessionizing
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS, start_of
from lib.analytics.sessions import GAP_MS, Runs
from lib.analytics.snapshot import Snapshot

DAILY_UP_TO = 93
"""So many days are gone through, and remembered, one by one; of longer ranges whole weeks are."""

_WEEK_MS = 7 * DAY_MS


def sessions(snapshot: Snapshot, start: int, end: int) -> list[Runs]:
    """The sessions that begin from one millisecond until before another, each part in order of start."""
    found = [_block(snapshot, *block) for block in _cut(start, end)]
    found = found or [Runs.empty()]  # a date may have no hour at all
    late = snapshot.tail.between(start - DAY_MS, snapshot.last + 1)
    return _with_late(snapshot, found, late, start, end) if len(late.at) else found


def _block(snapshot: Snapshot, start: int, end: int) -> Runs:
    """The sessions that begin in a block of days, as far as events are summed up."""
    # A session that began the day before shows there; one that goes on shows in the days after.
    first = start // DAY_MS * DAY_MS - DAY_MS
    last = -(-end // DAY_MS) * DAY_MS + DAY_MS

    def make() -> tuple[Runs, int]:
        days = snapshot.runs(first, last)
        midnights = [start_of(day) for day, _ in days[1:]]
        found = sessionizing.sessions([runs for _, runs in days], midnights)
        found = found.part((found.start >= start) & (found.start < end))
        return found, 200 + 24 * len(found.start)

    while True:
        found = snapshot.remembered("sessions", start, end, make, (first, last))
        if not len(found.end) or found.end.max() < last - GAP_MS or last > snapshot.last:
            return found
        last += DAY_MS


def _with_late(snapshot: Snapshot, found: list[Runs], late: Columns, start: int, end: int) -> list[Runs]:
    """With those sessions made anew that late events may have changed."""
    persons = np.unique(late.person)
    since, until = int(late.at[0]) - GAP_MS, int(late.at[-1]) + GAP_MS

    def touched(some: Runs) -> Any:
        return (some.end >= since) & (some.start <= until) & np.isin(some.person, persons)

    changed = [touched(some) for some in found]
    pairs = list(zip(found, changed, strict=True))
    first = min([since, *(int(some.start[which].min()) for some, which in pairs if which.any())])
    last = max(end, until) + DAY_MS
    while True:
        events = snapshot.columns(first, last)
        anew = sessionizing.runs(events.part(np.isin(events.person, persons)))
        anew = anew.part(touched(anew) & (anew.start >= start) & (anew.start < end))
        if not len(anew.end) or anew.end.max() < last - GAP_MS or last > snapshot.last:
            break
        last += DAY_MS
    return [*(some.part(~which) for some, which in pairs), anew]


def reached(
    snapshot: Snapshot, steps: list[int], start: int, end: int, window_days: int
) -> list[BitMap]:
    """The people who came to each step; see `funnels`."""
    window = window_days * DAY_MS
    late = snapshot.tail.between(start, end + window)
    since, until = (int(late.at[0]) - window, int(late.at[-1])) if len(late.at) else (end, start)
    people = [BitMap() for _ in steps]
    changed: list[tuple[int, int]] = []
    for first, last in _cut(start, end):

        def make(first: int = first, last: int = last) -> tuple[list[BitMap], int]:
            events = snapshot.columns(first, last + window, types=steps, tail=False)
            some = funnels.reached(events, steps, first, last, window)
            return some, 200 + sum(3 * len(each) for each in some)

        some = snapshot.remembered(("funnel", *steps, window), first, last, make, (first, last + window))
        if last > since and first <= until:
            changed.append((first, last))
            some = [each - snapshot.late for each in some]
        people = [one | other for one, other in zip(people, some, strict=True)]
    if changed:
        first, last = changed[0][0], changed[-1][1]
        events = snapshot.columns(first, last + window, types=steps)
        events = events.part(np.isin(events.person, summaries.numbers(snapshot.late)))
        again = funnels.reached(events, steps, first, last, window)
        people = [one | other for one, other in zip(people, again, strict=True)]
    return people


def _cut(start: int, end: int) -> list[tuple[int, int]]:
    """A range as days; a long one as whole weeks, with days at its ends."""
    weeks = end - start > DAILY_UP_TO * DAY_MS
    found = []
    while start < end:
        whole = weeks and start % _WEEK_MS == 0 and start + _WEEK_MS <= end
        after = min(end, start // DAY_MS * DAY_MS + (_WEEK_MS if whole else DAY_MS))
        found.append((start, after))
        start = after
    return found
