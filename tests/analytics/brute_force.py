"""The same answers by going through all events one by one, for tests."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo


class Seen(NamedTuple):
    """An event."""

    user: str
    type: str
    at: datetime
    recipe: str | None = None


def date_of(event: Seen, zone: str) -> date:
    """Its date in a time zone."""
    return event.at.astimezone(ZoneInfo(zone)).date()


def floor(day: date, interval: str, week_start: str) -> date:
    """The first day of the period that a date is in."""
    if interval == "month":
        return day.replace(day=1)
    if interval == "week":
        while day.strftime("%A").lower() != week_start:
            day -= timedelta(days=1)
    return day


class Brute:
    """All events, and what is asked about them.

    Args:
        seen: in any order.
    """

    def __init__(
        self, seen: Iterable[Seen], first: date, last: date, zone: str, interval: str, week_start: str
    ) -> None:
        self.all = sorted(seen, key=lambda event: event.at)
        self.first, self.last = first, last
        self.zone, self.interval, self.week_start = zone, interval, week_start
        self.inside = [event for event in self.all if first <= date_of(event, zone) <= last]

    def _floor(self, day: date, interval: str | None = None) -> date:
        return floor(day, interval or self.interval, self.week_start)

    def periods(self, interval: str | None = None) -> list[date]:
        """The first days of all periods that touch the range."""
        days = [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]
        return sorted({self._floor(day, interval) for day in days})

    def users_between(self, first: date, last: date) -> set[str]:
        """Who did anything from one date to another."""
        return {event.user for event in self.all if first <= date_of(event, self.zone) <= last}

    def in_period(self, start: date, interval: str | None = None) -> set[str]:
        """Who did anything in a period, within the range."""
        return {
            event.user
            for event in self.inside
            if self._floor(date_of(event, self.zone), interval) == start
        }

    def first_dates(self) -> dict[str, date]:
        """The date of each person's first event ever."""
        found: dict[str, date] = {}
        for event in self.all:
            found.setdefault(event.user, date_of(event, self.zone))
        return found

    def lifecycle(self) -> list[dict[str, Any]]:
        """As the answer has it."""
        firsts = self.first_dates()
        points = []
        start = self.periods()[0]
        previous_start = self._floor(start - timedelta(days=1))
        previous = self.users_between(previous_start, start - timedelta(days=1))
        for period in self.periods():
            active = self.in_period(period)
            new = {
                user
                for user in active
                if firsts[user] >= self.first and self._floor(firsts[user]) == period
            }
            points.append(
                {
                    "date": period,
                    "new": len(new),
                    "active": len(active),
                    "returning": len(active & previous),
                    "resurrected": len(active - previous - new),
                    "dormant": len(previous - active),
                }
            )
            previous = active
        return points

    def retention(self) -> list[tuple[date, int, list[float]]]:
        """Start, size and shares of each cohort."""
        interval = "month" if self.interval == "month" else "week"
        firsts = self.first_dates()
        periods = self.periods(interval)
        active = {period: self.in_period(period, interval) for period in periods}
        found = []
        for place, period in enumerate(periods):
            cohort = {
                user
                for user in active[period]
                if firsts[user] >= self.first and self._floor(firsts[user], interval) == period
            }
            shares = (
                [round(len(cohort & active[later]) / len(cohort), 4) for later in periods[place:]]
                if cohort
                else []
            )
            found.append((period, len(cohort), shares))
        return found

    def sessions(self) -> list[tuple[datetime, float, int]]:
        """Start, seconds and events of each session that begins in the range."""
        by_user: dict[str, list[datetime]] = defaultdict(list)
        for event in self.all:
            by_user[event.user].append(event.at)
        found = []
        for times in by_user.values():
            start, last, count = times[0], times[0], 1
            for at in times[1:]:
                if at - last > timedelta(minutes=30):
                    found.append((start, (last - start).total_seconds(), count))
                    start, count = at, 0
                last, count = at, count + 1
            found.append((start, (last - start).total_seconds(), count))
        zone = ZoneInfo(self.zone)
        return [one for one in found if self.first <= one[0].astimezone(zone).date() <= self.last]

    def funnel(self, steps: Sequence[str], window_days: int) -> list[set[str]]:
        """Who came to each step, by trying every first step."""
        by_user: dict[str, list[Seen]] = defaultdict(list)
        for event in self.all:
            by_user[event.user].append(event)
        reached: list[set[str]] = [set() for _ in steps]
        for user, events in by_user.items():
            for entry in events:
                if entry.type != steps[0] or not self.first <= date_of(entry, self.zone) <= self.last:
                    continue
                reached[0].add(user)
                at = entry.at
                for place, step in enumerate(steps[1:], start=1):
                    later = [e.at for e in events if e.type == step and e.at > at]
                    if not later or later[0] - entry.at > timedelta(days=window_days):
                        break
                    at = later[0]
                    reached[place].add(user)
        return reached

    def scores(self) -> dict[str, float]:
        """Each recipe's score."""
        weights = {"view": 1.0, "save": 3.0, "plan": 4.0, "cook": 5.0}
        found: dict[str, float] = defaultdict(float)
        for event in self.inside:
            if event.recipe and event.type in weights:
                age = (self.last - date_of(event, self.zone)).days
                found[event.recipe] += weights[event.type] * 0.5 ** (age / 7)
        return found


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
