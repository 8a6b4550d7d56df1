"""What people do, for how long, and how far they get."""

from typing import Any

import numpy as np
from pyroaring import BitMap

from lib.analytics import funnels, rollup, summaries
from lib.analytics import sessions as sessionizing
from lib.analytics.columns import DAY_MS, Columns
from lib.analytics.sessions import GAP_MS, Runs
from lib.analytics.snapshot import Snapshot
from lib.analytics.summaries import ALL
from lib.analytics.view import View

DAILY_UP_TO = 93
"""So many days are gone through, and remembered, one by one; of longer ranges whole weeks are."""

_WEEK_MS = 7 * DAY_MS


def events(view: View) -> int:
    """In the range."""
    return view.events


def by_type(view: View) -> dict[str, int]:
    """Events by their type, the most frequent first."""
    found = {view.names[kind]: counted.events for kind, counted in view.whole.items() if kind != ALL}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def sessions(view: View) -> dict[str, Any]:
    """Those that began in the range."""
    found = _sessions(view)
    lengths = np.concatenate([some.end - some.start for some in found])
    if not len(lengths):
        return {"count": 0}
    median, p90 = np.percentile(lengths, (50, 90))
    return {
        "count": len(lengths),
        "medianSeconds": round(float(median) / 1000, 1),
        "p90Seconds": round(float(p90) / 1000, 1),
        "eventsPerSession": round(sum(int(some.events.sum()) for some in found) / len(lengths), 2),
    }


def series(view: View) -> list[dict[str, Any]]:
    """Events, users and sessions, period by period."""
    periods = view.range.periods
    edges = [*(period.start for period in periods), view.range.end]
    begun = np.sum([np.diff(np.searchsorted(some.start, edges)) for some in _sessions(view)], axis=0)
    return [
        {
            "date": period.date,
            "events": summary[ALL].events,
            "users": len(summary[ALL].users),
            "sessions": int(count),
        }
        for period, summary, count in zip(periods, view.summaries, begun, strict=True)
    ]


def _sessions(view: View) -> list[Runs]:
    made: list[Runs] = view.once("sessions", lambda: _sessions_of(view))
    return made


def _sessions_of(view: View) -> list[Runs]:
    return sessions_from(view.snapshot, view.range.start, view.range.end)


def sessions_from(snapshot: Snapshot, start: int, end: int) -> list[Runs]:
    """The sessions that begin from one millisecond until before another, each part in order of start."""
    found = [_block(snapshot, *block) for block in _blocks(start, end)]
    found = found or [sessionizing.runs(Columns.empty())]  # a date may have no hour at all
    late = snapshot.tail.between(start - DAY_MS, snapshot.last + 1)
    return _with_late(snapshot, found, late, start, end) if len(late.at) else found


def _block(snapshot: Snapshot, start: int, end: int) -> Runs:
    """The sessions that begin in a block of days, as far as events are summed up."""
    # A session that began the day before shows there; one that goes on shows in the days after.
    first = start // DAY_MS * DAY_MS - DAY_MS
    last = -(-end // DAY_MS) * DAY_MS + DAY_MS

    def make() -> tuple[Runs, int]:
        days = snapshot.runs(first, last)
        midnights = [rollup.start_of(day) for day, _ in days[1:]]
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


def funnel(view: View) -> list[dict[str, Any]]:
    """Who came to each step."""
    steps = [view.snapshot.types.get(name, -1) for name in view.funnel]
    reached = reached_from(view.snapshot, steps, view.range.start, view.range.end, view.window_days)
    counts = [len(people) for people in reached]
    return [
        {
            "step": name,
            "users": count,
            "rate": round(count / counts[0], 4) if counts[0] else 0.0,
            "fromPrevious": round(count / before, 4) if before else 0.0,
        }
        for name, count, before in zip(view.funnel, counts, [counts[0], *counts], strict=False)
    ]


def window_days(view: View) -> int:
    """How long the way through the funnel may take."""
    return view.window_days


def reached_from(
    snapshot: Snapshot, steps: list[int], start: int, end: int, window_days: int
) -> list[BitMap]:
    """The people who came to each step; see `funnels`.

    Days and weeks are remembered, so that only those that have changed are gone through again.
    """
    window = window_days * DAY_MS
    late = snapshot.tail.between(start, end + window)
    since, until = (int(late.at[0]) - window, int(late.at[-1])) if len(late.at) else (end, start)
    people = [BitMap() for _ in steps]
    changed: list[tuple[int, int]] = []
    for first, last in _blocks(start, end):

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


def _blocks(start: int, end: int) -> list[tuple[int, int]]:
    """A range as days; a long one as whole weeks, with days at its ends."""
    weeks = end - start > DAILY_UP_TO * DAY_MS
    found = []
    while start < end:
        whole = weeks and start % _WEEK_MS == 0 and start + _WEEK_MS <= end
        after = min(end, start // DAY_MS * DAY_MS + (_WEEK_MS if whole else DAY_MS))
        found.append((start, after))
        start = after
    return found
