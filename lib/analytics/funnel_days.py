"""Funnels of a range, by the UTC day of the first step.

How far an event of the first step leads doesn't depend on the range, so it is remembered by the day, for
any range that holds the day or a part of it. Days that aren't known yet are gone through together. What
late events may have changed is made anew, for the people who caused them.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap

from lib.analytics import columns, funnels, quarters, summaries
from lib.analytics.columns import Columns
from lib.analytics.funnels import Entries
from lib.analytics.periods import DAY_MS
from lib.analytics.quarters import QUARTER_MS, Marked
from lib.analytics.snapshot import BLOCK, BLOCK_MS, Made, Snapshot, pieces, spans
from lib.analytics.summaries import People

_DAYS_AT_ONCE = 16


class Funnel(NamedTuple):
    """What is asked for.

    Args:
        steps: numbers of types, step by step.
        window: days that the whole way may take.
    """

    steps: tuple[int, ...]
    window: int

    @property
    def window_ms(self) -> int:
        """The window in milliseconds."""
        return self.window * DAY_MS

    def reads(self, day: int) -> tuple[int, int]:
        """The days on which ways that begin on a day may lie."""
        return day, day + self.window + 1

    def entries(self, parts: Iterable[Columns], start: int, end: int) -> Entries:
        """How far each event of the first step led that lies from `start` until before `end`."""
        events = columns.gathered(columns.of_types(part, self.steps) for part in parts)
        return funnels.entries(events, self.steps, start, end, self.window_ms)


class _Late(NamedTuple):
    """What late events make of a day.

    Args:
        persons: those who caused any of them on the days that the window reaches.
        came: these people, as they came to each step with all their events.
    """

    persons: BitMap
    came: list[Marked]


def reached(snapshot: Snapshot, funnel: Funnel, start: int, end: int) -> list[BitMap]:
    """The people who came to each step after a first one from one millisecond until before another."""
    parts = [[BitMap() for _ in funnel.steps]]
    days: list[tuple[int, int, int]] = []
    for first, last in spans(*snapshot.within(start, end)):
        reads = first // DAY_MS, last // DAY_MS + funnel.window + 1
        if last - first == BLOCK_MS and not snapshot.late_days(*reads):
            parts.append(_block(snapshot, funnel, first // DAY_MS))
        else:
            days += pieces(first, last)
    prepare(snapshot, funnel, [day for day, _, _ in days])
    parts += [_reached(snapshot, funnel, *piece) for piece in days]
    return [summaries.union(some) for some in zip(*parts, strict=True)]


def _block(snapshot: Snapshot, funnel: Funnel, first: int) -> list[BitMap]:
    """The same for days in a row on whose ways nothing came late."""
    after = first + BLOCK

    def make() -> Made:
        days = range(first, after)
        prepare(snapshot, funnel, days)
        found = [_reached(snapshot, funnel, *piece) for piece in pieces(first * DAY_MS, after * DAY_MS)]
        union = [summaries.union(some) for some in zip(*found, strict=True)]
        return Made(union, sum(200 + 2 * len(some) for some in union), (first, after + funnel.window))

    found: list[BitMap] = snapshot.remembered(("funnel block", funnel, first), make)
    return found


def prepare(snapshot: Snapshot, funnel: Funnel, days: Sequence[int]) -> None:
    """Go through those of some days, ascending, that aren't known yet."""
    new = [day for day in days if not snapshot.holds(("funnel", funnel, day))]
    for some in _in_a_row(new):
        for day, came in zip(some, _summed_up(snapshot, funnel, some), strict=True):
            snapshot.keep(("funnel", funnel, day), _made(came, funnel, day))
    late = [
        day
        for day in days
        if snapshot.late_days(*funnel.reads(day))
        and not snapshot.holds(("late funnel", funnel, day), late=True)
    ]
    for some in _in_a_row(late):
        for day, found in zip(some, _with_late(snapshot, funnel, some), strict=True):
            snapshot.keep(("late funnel", funnel, day), _made_late(found, funnel, day), late=True)


def _in_a_row(days: Sequence[int]) -> Iterator[range]:
    """The same days, as ranges that aren't too long."""
    place = 0
    while place < len(days):
        first = after = days[place]
        while place < len(days) and days[place] == after < first + _DAYS_AT_ONCE:
            place, after = place + 1, after + 1
        yield range(first, after)


def _reached(snapshot: Snapshot, funnel: Funnel, day: int, first: int, last: int) -> list[BitMap]:
    cut = quarters.cut(first, last)
    if cut is None:
        parts = snapshot.parts(first, last + funnel.window_ms)
        found = funnel.entries(parts, first, last)
        return [summaries.bitmap(found.person[found.steps > step]) for step in range(len(funnel.steps))]
    came = [some.within(cut) for some in _day(snapshot, funnel, day)]
    if not snapshot.late_days(*funnel.reads(day)):
        return came
    late = _late_day(snapshot, funnel, day)
    anew = [some.within(cut) for some in late.came]
    return [(one - late.persons) | other for one, other in zip(came, anew, strict=True)]


def _day(snapshot: Snapshot, funnel: Funnel, day: int) -> list[Marked]:
    """Who came to each step after a first one on a day, as far as events are summed up."""

    def make() -> Made:
        (came,) = _summed_up(snapshot, funnel, range(day, day + 1))
        return _made(came, funnel, day)

    found: list[Marked] = snapshot.remembered(("funnel", funnel, day), make)
    return found


def _late_day(snapshot: Snapshot, funnel: Funnel, day: int) -> _Late:
    def make() -> Made:
        (late,) = _with_late(snapshot, funnel, range(day, day + 1))
        return _made_late(late, funnel, day)

    found: _Late = snapshot.remembered(("late funnel", funnel, day), make, late=True)
    return found


def _made(came: list[Marked], funnel: Funnel, day: int) -> Made:
    return Made(came, sum(some.size for some in came), funnel.reads(day))


def _made_late(late: _Late, funnel: Funnel, day: int) -> Made:
    made = _made(late.came, funnel, day)
    return made._replace(value=late, size=made.size + 2 * len(late.persons))


def _summed_up(snapshot: Snapshot, funnel: Funnel, days: range) -> list[list[Marked]]:
    """Day by day, as far as events are summed up."""
    start, end = days.start * DAY_MS, days.stop * DAY_MS
    parts = snapshot.parts(start, end + funnel.window_ms, late=False)
    return _by_day(funnel.entries(parts, start, end), funnel, len(days))


def _with_late(snapshot: Snapshot, funnel: Funnel, days: range) -> list[_Late]:
    """Day by day, for all who caused late events on any day that the window reaches."""
    start, end = days.start * DAY_MS, days.stop * DAY_MS
    late = columns.of_types(snapshot.late_events(start, end + funnel.window_ms), funnel.steps)
    persons = People(late.person)
    parts = snapshot.parts(start, end + funnel.window_ms)
    theirs = (part.part(persons.among(part.person)) for part in parts)
    found = _by_day(funnel.entries(theirs, start, end), funnel, len(days))
    some = summaries.bitmap(late.person)
    return [_Late(some, came) for came in found]


def _by_day(found: Entries, funnel: Funnel, days: int) -> list[list[Marked]]:
    day = (found.at // DAY_MS).astype(np.uint16)
    quarter = (found.at % DAY_MS // QUARTER_MS).astype(np.uint8)
    order = np.argsort(day, kind="stable")
    edges = np.searchsorted(day[order], np.arange(days + 1))
    parts = [order[first:after] for first, after in pairwise(edges.tolist())]
    return [
        [
            quarters.marked(found.person[some], quarter[some])
            for some in (part[found.steps[part] > step] for step in range(len(funnel.steps)))
        ]
        for part in parts
    ]
