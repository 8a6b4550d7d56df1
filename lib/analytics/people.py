"""Who there is, who is active, who comes back and who doesn't."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pyroaring import BitMap

from lib.analytics.periods import Interval
from lib.analytics.view import View

CHURN = (
    "Users who were active in as many days just before the range and weren't in the range, "
    "over all who were active in those days before."
)


def total(view: View) -> int:
    """Accounts made until the end of the range."""
    return view.accounts.made(None, view.range.end)


def new(view: View) -> int:
    """Accounts made in the range."""
    return view.accounts.made(view.range.start, view.range.end)


def growth_rate(view: View) -> float | None:
    """Accounts made in the range against those made in as many days before."""
    some = view.range.before
    before = view.accounts.made(some.start, some.end)
    return round(new(view) / before - 1, 4) if before else None


def by_subscription(view: View) -> dict[str, int]:
    """Accounts by plan, as of now."""
    return view.accounts.by_plan


def daily(view: View) -> int:
    """Active on the last day."""
    return len(view.active_in_last(1))


def weekly(view: View) -> int:
    """Active in the last seven days."""
    return len(view.active_in_last(7))


def monthly(view: View) -> int:
    """Active in the last thirty days."""
    return len(view.active_in_last(30))


def stickiness(view: View) -> float:
    """On how many of the last thirty days one who is active in them is so, as a share."""
    last = view.range.last
    month = view.range.by("day").part(last - timedelta(days=29), last)
    view.snapshot.preload(month.start, month.end)
    active = [view.active(period) for period in month.periods]
    every = len(BitMap.union(*active))
    return round(sum(map(len, active)) / 30 / every, 4) if every else 0.0


def series(view: View) -> list[dict[str, Any]]:
    """The lifecycle, period by period."""
    seen = view.seen_before.copy()
    before = view.active(view.range.period_before)
    points = []
    for period, summary in zip(view.range.periods, view.summaries, strict=True):
        active = summary.users
        first = active.difference_cardinality(seen)
        returning = active.intersection_cardinality(before)
        points.append(
            {
                "date": period.date,
                "new": first,
                "active": len(active),
                "returning": returning,
                "resurrected": len(active) - first - returning,
                "dormant": len(before) - returning,
            }
        )
        seen |= active
        before = active
    return points


def retention(view: View) -> dict[str, Any]:
    """Of those whose first event fell in each week or month, who was active then and later."""
    interval: Interval = "month" if view.range.interval == "month" else "week"
    periods = view.range.by(interval).periods
    view.snapshot.preload(view.range.start, view.range.end)
    active = [view.active(period) for period in periods]
    cohorts = _cohorts(active, view.seen_before)
    return {
        "interval": interval,
        "cohorts": [
            {
                "start": period.date,
                "size": len(cohort),
                "retained": [
                    round(cohort.intersection_cardinality(later) / len(cohort), 4)
                    for later in active[place:]
                ]
                if cohort
                else [],
            }
            for place, (period, cohort) in enumerate(zip(periods, cohorts, strict=True))
        ],
    }


def _cohorts(active: Sequence[BitMap], seen: BitMap) -> list[BitMap]:
    found = []
    for some in active:
        found.append(some - seen)
        seen = seen | some
    return found


def churn(view: View) -> dict[str, Any]:
    """Who was active before and isn't any more."""
    before = view.range.before
    had = view.snapshot.users(before.start, before.end)
    lost = had.difference_cardinality(view.whole.users)
    rate = {"rate": round(lost / len(had), 4)} if had else {}
    return {"definition": CHURN, "lost": lost, **rate}
