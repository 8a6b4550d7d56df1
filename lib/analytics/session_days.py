"""Sessions of a range, by the UTC day on which they begin.

A day's sessions don't depend on the range, so they are remembered until a day changes into which they
reach; a range that begins or ends within a day takes a part of them. What late events may have changed
is made anew, for the people who caused them.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.analytics import columns, durations
from lib.analytics import sessions as sessionizing
from lib.analytics.durations import Durations
from lib.analytics.periods import DAY_MS
from lib.analytics.sessions import GAP_MS, Runs
from lib.analytics.snapshot import Made, Snapshot, pieces
from lib.analytics.summaries import People


class Begun(NamedTuple):
    """The sessions that begin on a UTC day, or in a part of it.

    Args:
        day: number since 1970.
        start: milliseconds of the day at which they begin, ascending; uint32.
        lengths: from each one's first event to its last.
        events: in all of them.
    """

    day: int
    start: NDArray[np.uint32]
    lengths: Durations
    events: int


def begun(snapshot: Snapshot, start: int, end: int) -> list[Begun]:
    """The sessions that begin from one millisecond until before another, day by day."""
    return [
        _whole(snapshot, day)
        if last - first == DAY_MS
        else _counted(day, _between(_sessions(snapshot, day)[0], first, last))
        for day, first, last in pieces(*snapshot.within(start, end))
    ]


def sessions(snapshot: Snapshot, start: int, end: int) -> list[Runs]:
    """The same ones, with those who had them; each part in order of start."""
    return [
        _between(_sessions(snapshot, day)[0], first, last)
        for day, first, last in pieces(*snapshot.within(start, end))
    ]


def prepare(snapshot: Snapshot, first: int, after: int) -> None:
    """Read in one go what days from one until before another need, if any isn't known yet."""
    if not all(snapshot.holds(("begun", day), late=True) for day in range(first, after)):
        snapshot.runs(first - 1, after + 1)


def before(days: Sequence[Begun], moments: Iterable[int]) -> list[int]:
    """How many sessions begin before each of some milliseconds.

    Args:
        days: that follow each other.
    """
    if not days:
        return [0 for _ in moments]
    counts = np.cumsum([0, *(len(day.start) for day in days)]).tolist()
    found = []
    for moment in moments:
        number, inside = divmod(moment, DAY_MS)
        place = number - days[0].day
        within = 0 <= place < len(days)
        more = int(days[place].start.searchsorted(np.uint32(inside))) if within and inside else 0
        found.append(counts[min(max(place, 0), len(days))] + more)
    return found


def _between(found: Runs, start: int, end: int) -> Runs:
    return found.part(slice(*np.searchsorted(found.start, (start, end))))


def _whole(snapshot: Snapshot, day: int) -> Begun:
    def make() -> Made:
        found, after = _sessions(snapshot, day)
        counted = _counted(day, found)
        return Made(counted, 3000 + 12 * len(counted.start), (day - 1, after))

    found: Begun = snapshot.remembered(("begun", day), make, late=True)
    return found


def _counted(day: int, found: Runs) -> Begun:
    start = (found.start - day * DAY_MS).astype(np.uint32)
    return Begun(day, start, durations.durations(found.end - found.start), int(found.events.sum()))


def _sessions(snapshot: Snapshot, day: int) -> tuple[Runs, int]:
    """The sessions that begin on a day, and the day before which there is all that they depend on."""
    found, after = snapshot.remembered(("sessions of", day), partial(_summed_up, snapshot, day))
    if not snapshot.late_days(day - 1, after):
        return found, after
    found, after = snapshot.remembered(
        ("late sessions of", day), partial(_with_late, snapshot, day, found, after), late=True
    )
    return found, after


def _made(found: Runs, day: int, after: int) -> Made:
    return Made((found, after), 200 + 24 * len(found.start), (day - 1, after))


def _summed_up(snapshot: Snapshot, day: int) -> Made:
    """As far as events are summed up."""
    found, after = _joined(snapshot, day, None)
    return _made(found, day, after)


def _with_late(snapshot: Snapshot, day: int, found: Runs, after: int) -> Made:
    """With those made anew that late events may have changed."""
    late = [snapshot.late[each].events.person for each in snapshot.late_days(day - 1, after)]
    persons = People(np.concatenate(late))
    anew, further = _joined(snapshot, day, persons)
    found = sessionizing.joined([found.part(~persons.among(found.person)), anew])
    return _made(found, day, max(after, further))


def _joined(snapshot: Snapshot, day: int, persons: People | None) -> tuple[Runs, int]:
    """The sessions that begin on a day: of all as summed up, or of some people with what is late."""
    # One that began the day before shows there; one that goes on shows in the days after.
    after = day + 2
    days = _runs(snapshot, day - 1, after, persons)
    found = sessionizing.sessions(days, [day * DAY_MS, (day + 1) * DAY_MS])
    found = _between(found, day * DAY_MS, (day + 1) * DAY_MS)
    while (places := np.flatnonzero(found.end >= after * DAY_MS - GAP_MS)).size:
        (further,) = _runs(snapshot, after, after + 1, persons)
        found = _longer(found, places, further, after * DAY_MS)
        after += 1
    return found, after


def _longer(found: Runs, places: NDArray[np.intp], further: Runs, midnight: int) -> Runs:
    """Sessions of which some may go on in the next day's runs.

    Args:
        places: of those that last until a gap's length before midnight.
        midnight: the millisecond at which the next day begins.
    """
    lasting = found.part(places)
    theirs = further.part(People(lasting.person).among(further.person))
    whole = sessionizing.sessions([lasting, theirs], [midnight]).part(slice(len(places)))
    end, events = found.end.copy(), found.events.copy()
    end[places], events[places] = whole.end, whole.events
    return found._replace(end=end, events=events)


def _runs(snapshot: Snapshot, first: int, after: int, persons: People | None) -> list[Runs]:
    """Each day's runs: of all as summed up, or of some people with what is late."""
    found = snapshot.runs(first, after)
    if persons is None:
        return found
    for day in snapshot.late_days(first, after):
        found[day - first] = _runs_with_late(snapshot, day)
    return [some.part(persons.among(some.person)) for some in found]


def _runs_with_late(snapshot: Snapshot, day: int) -> Runs:
    """The runs of a day on which something came late."""

    def make() -> Made:
        persons = People(snapshot.late[day].events.person)
        parts = snapshot.parts(day * DAY_MS, (day + 1) * DAY_MS)
        events = columns.gathered(part.part(persons.among(part.person)) for part in parts)
        anew = sessionizing.runs(events, day * DAY_MS)
        (kept,) = snapshot.runs(day, day + 1)
        found = sessionizing.joined([kept.part(~persons.among(kept.person)), anew])
        return Made(found, 200 + 24 * len(found.start), (day, day + 1))

    found: Runs = snapshot.remembered(("late runs", day), make, late=True)
    return found
