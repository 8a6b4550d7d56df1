"""What people do, for how long, and how far they get."""

from typing import Any

import numpy as np

from lib.analytics import durations, funnel_days, session_days
from lib.analytics.funnel_days import Funnel
from lib.analytics.view import View


def events(view: View) -> int:
    """In the range."""
    return view.events


def by_type(view: View) -> dict[str, int]:
    """Events by their type, the most frequent first."""
    found = {view.names[kind]: count for kind, count in view.whole.events.items()}
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def sessions(view: View) -> dict[str, Any]:
    """Those that began in the range."""
    found = [day for day in view.sessions if len(day.start)]
    count = sum(len(day.start) for day in found)
    if not count:
        return {"count": 0}
    median, p90 = durations.percentiles([day.lengths for day in found], (50, 90))
    return {
        "count": count,
        "medianSeconds": round(median / 1000, 1),
        "p90Seconds": round(p90 / 1000, 1),
        "eventsPerSession": round(sum(day.events for day in found) / count, 2),
    }


def series(view: View) -> list[dict[str, Any]]:
    """Events, users and sessions, period by period."""
    periods = view.range.periods
    edges = [*(period.start for period in periods), view.range.end]
    begun = np.diff(session_days.before(view.sessions, edges))
    return [
        {
            "date": period.date,
            "events": summary.total,
            "users": len(summary.users),
            "sessions": int(count),
        }
        for period, summary, count in zip(periods, view.summaries, begun, strict=True)
    ]


def funnel(view: View) -> list[dict[str, Any]]:
    """Who came to each step."""
    steps = [view.snapshot.types.get(name, -1) for name in view.funnel]
    asked = Funnel(tuple(steps), view.window_days)
    reached = funnel_days.reached(view.snapshot, asked, view.range.start, view.range.end)
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
