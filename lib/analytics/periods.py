"""Ranges of dates in a time zone, and the days, weeks and months they are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from lib.errors import Invalid

Interval = Literal["day", "week", "month"]
WeekStart = Literal["monday", "sunday"]

DAY_MS = 86_400_000
DEFAULT_DAYS = 30
MOST_DAYS = 3660
_ZONES = frozenset(available_timezones())
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: int) -> datetime:
    """The time of a millisecond since 1970."""
    return _EPOCH + timedelta(milliseconds=at)


def day_of(at: int) -> date:
    """The UTC day of a millisecond since 1970."""
    return moment(at).date()


def start_of(day: date) -> int:
    """The millisecond since 1970 at which a UTC day begins."""
    return (day - _EPOCH.date()).days * DAY_MS


@lru_cache(maxsize=10_000)
def _midnight(day: date, zone: str) -> int:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return round(midnight.timestamp() * 1000)


class Period(NamedTuple):
    """A day, week or month, or what of it lies in the range.

    Args:
        date: its first day, also where that lies before the range.
        start, end: milliseconds since 1970, from and until before.
    """

    date: date
    start: int
    end: int


@dataclass(frozen=True)
class Range:
    """Dates from one to another, both included, in a time zone.

    Args:
        first, last: dates there.
        zone: IANA name.
        interval: what it is divided into.
        week_start: the weekday on which weeks begin.
    """

    first: date
    last: date
    zone: str = "UTC"
    interval: Interval = "day"
    week_start: WeekStart = "monday"

    @cached_property
    def start(self) -> int:
        """Millisecond since 1970 at which it begins."""
        return self.instant(self.first)

    @cached_property
    def end(self) -> int:
        """Millisecond since 1970 before which it ends."""
        return self.instant(self.last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many dates it has."""
        return (self.last - self.first).days + 1

    def instant(self, day: date) -> int:
        """The millisecond since 1970 at which a date begins there; a day may have 23 or 25 hours."""
        return _midnight(day, self.zone)

    def part(self, first: date, last: date) -> "Range":
        """Other dates, all else the same."""
        return Range(first, last, self.zone, self.interval, self.week_start)

    def by(self, interval: Interval) -> "Range":
        """The same dates, divided otherwise."""
        return Range(self.first, self.last, self.zone, interval, self.week_start)

    @cached_property
    def before(self) -> "Range":
        """As many days, just before."""
        return self.part(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @cached_property
    def periods(self) -> list[Period]:
        """What it is divided into; the first and the last are cut where the range ends."""
        return list(self._divided())

    def cut(self, as_of: datetime) -> list[int]:
        """Places of the periods that aren't whole: the range has a part of them, or they go on."""
        now = as_of.timestamp() * 1000
        ends = [self.instant(self._next(period.date)) for period in self.periods]
        return [
            place
            for place, (period, end) in enumerate(zip(self.periods, ends, strict=True))
            if period.start > self.instant(period.date) or period.end < end or now < end
        ]

    @cached_property
    def period_before(self) -> Period:
        """The whole period that comes before the first one."""
        after = self.floor(self.first)
        return Period(
            floor := self.floor(after - timedelta(days=1)), self.instant(floor), self.instant(after)
        )

    def floor(self, day: date) -> date:
        """The first day of the period that a date is in."""
        if self.interval == "day":
            return day
        if self.interval == "month":
            return day.replace(day=1)
        since_monday = day.weekday()
        return day - timedelta(days=(since_monday + (self.week_start == "sunday")) % 7)

    def _divided(self) -> Iterator[Period]:
        current = self.floor(self.first)
        while current <= self.last:
            after = self._next(current)
            yield Period(
                current, max(self.start, self.instant(current)), min(self.end, self.instant(after))
            )
            current = after

    def _next(self, floor: date) -> date:
        if self.interval == "month":
            return (floor + timedelta(days=32)).replace(day=1)
        return floor + timedelta(days=7 if self.interval == "week" else 1)


def range_of(
    first: date | None,
    last: date | None,
    interval: Interval,
    zone: str,
    week_start: WeekStart,
    now: datetime | None = None,
) -> Range:
    """What a caller asks for; without dates, the thirty days that end today, there.

    Raises:
        Invalid: no such time zone, or dates that make no range.
    """
    if zone not in _ZONES:
        raise Invalid(f"timezone: {zone!r} is none; use an IANA name such as Europe/Berlin.")
    today = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone)).date()
    last = last or max(today, first or today)
    if not date(1975, 1, 1) <= last <= date(2150, 1, 1):
        raise Invalid("to: lies outside of 1975 to 2150.")
    first = first or last - timedelta(days=DEFAULT_DAYS - 1)
    if first > last:
        raise Invalid(f"from: {first} is after to, {last}.")
    if (last - first).days >= MOST_DAYS or first < date(1975, 1, 1):
        raise Invalid(f"from: lies before 1975, or more than {MOST_DAYS} days before to, {last}.")
    return Range(first, last, zone, interval, week_start)
