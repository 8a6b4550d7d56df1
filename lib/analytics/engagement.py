"""What people do, for how long, and how far they get."""

from typing import Any

import numpy as np
from pyroaring import BitMap

from lib.analytics import funnels, rollup, summaries
from lib.analytics import sessions as sessionizing
from lib.analytics.columns import DAY_MS
from lib.analytics.sessions import GAP_MS, Runs
from lib.analytics.snapshot import Snapshot
from lib.analytics.summaries import ALL
from lib.analytics.view import View

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
    if not len(found.start):
        return {"count": 0}
    median, p90 = np.percentile((found.end - found.start) / 1000, (50, 90))
    return {
        "count": len(found.start),
        "medianSeconds": round(float(median), 1),
        "p90Seconds": round(float(p90), 1),
        "eventsPerSession": round(float(found.events.mean()), 2),
    }


def series(view: View) -> list[dict[str, Any]]:
    """Events, users and sessions, period by period."""
    periods = view.range.periods
    edges = [*(period.start for period in periods), view.range.end]
    begun = np.diff(np.searchsorted(_sessions(view).start, edges))
    return [
        {
            "date": period.date,
            "events": summary[ALL].events,
            "users": len(summary[ALL].users),
            "sessions": int(count),
        }
        for period, summary, count in zip(periods, view.summaries, begun, strict=True)
    ]


def _sessions(view: View) -> Runs:
    made: Runs = view.once("sessions", lambda: _sessions_of(view))
    return made


def _sessions_of(view: View) -> Runs:
    return sessions_from(view.snapshot, view.range.start, view.range.end)


def sessions_from(snapshot: Snapshot, start: int, end: int) -> Runs:
    """The sessions that begin from one millisecond until before another, in order of their start."""
    found = sessionizing.joined([_block(snapshot, *block) for block in _blocks(start, end)])
    late = snapshot.tail.between(start - DAY_MS, end + DAY_MS)
    if len(late.at):
        found = _with_late(snapshot, found, start, end)
    return found


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


def _with_late(snapshot: Snapshot, found: Runs, start: int, end: int) -> Runs:
    """With the sessions of those who did something lately made anew."""
    late = summaries.numbers(snapshot.late)
    kept = found.part(~np.isin(found.person, late))
    first, last = start - DAY_MS, end + DAY_MS
    while True:
        events = snapshot.columns(first, last)
        anew = sessionizing.runs(events.part(np.isin(events.person, late)))
        anew_here = anew.part((anew.start >= start) & (anew.start < end))
        if not len(anew_here.end) or anew_here.end.max() < last - GAP_MS or last > snapshot.last:
            return sessionizing.joined([kept, anew_here])
        last += DAY_MS


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

    Weeks and days are remembered, so that only those that have changed are gone through again.
    """
    window = window_days * DAY_MS
    people = [BitMap() for _ in steps]
    for first, last in _blocks(start, end):

        def make(first: int = first, last: int = last) -> tuple[list[BitMap], int]:
            events = snapshot.columns(first, last + window, types=steps, tail=False)
            some = funnels.reached(events, steps, first, last, window)
            return some, 200 + sum(3 * len(each) for each in some)

        some = snapshot.remembered(("funnel", *steps, window), first, last, make, (first, last + window))
        people = [one | other for one, other in zip(people, some, strict=True)]
    if len(snapshot.tail.between(start, end + window).at):
        late = summaries.numbers(snapshot.late)
        events = snapshot.columns(start, end + window, types=steps)
        events = events.part(np.isin(events.person, late))
        again = funnels.reached(events, steps, start, end, window)
        people = [(all_ - snapshot.late) | some for all_, some in zip(people, again, strict=True)]
    return people


def _blocks(start: int, end: int) -> list[tuple[int, int]]:
    """A range as whole weeks, and days and parts of days at its ends."""
    found = []
    while start < end:
        step = _WEEK_MS if start % _WEEK_MS == 0 and start + _WEEK_MS <= end else DAY_MS
        after = min(end, start // DAY_MS * DAY_MS + step)
        found.append((start, after))
        start = after
    return found
