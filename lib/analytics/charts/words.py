"""Numbers and dates in words."""

from datetime import date
from zoneinfo import ZoneInfo

from lib.analytics.answers import Asked
from lib.analytics.periods import Interval, Range, WeekStart

_SHORTENED = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def number(value: float, decimals: int = 0) -> str:
    """With thousands separators."""
    return f"{value:,.{decimals}f}"


def many(count: int, what: str) -> str:
    """As "1 user" or "2 users"."""
    return f"{number(count)} {what}{'' if count == 1 else 's'}"


def short(value: float) -> str:
    """For axes: millions and more are shortened."""
    for size, letter in _SHORTENED:
        if abs(value) >= size:
            return f"{value / size:,.2f}".rstrip("0").rstrip(".") + letter
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else number(value)


def percent(share: float) -> str:
    """A share; one decimal where there is one."""
    if 0 < share < 0.001:
        return "<0.1%"
    return f"{100 * share:,.1f}".removesuffix(".0") + "%"


def day(when: date) -> str:
    """Without its year."""
    return f"{when.day} {when:%b}"


def whole_day(when: date) -> str:
    """With its year."""
    return f"{when.day} {when:%B} {when.year}"


def dates(first: date, last: date) -> str:
    """From one to another, both included."""
    if first == last:
        return whole_day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{whole_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {whole_day(last)}"
    return f"{whole_day(first)} – {whole_day(last)}"


def period(when: date, interval: Interval) -> str:
    """The period that begins on a date."""
    return {"day": day(when), "week": f"week of {day(when)}", "month": f"{when:%B}"}[interval]


def during(when: date, interval: Interval) -> str:
    """When the period is that begins on a date."""
    said = period(when, interval)
    return {"day": f"on {said}", "week": f"in the {said}", "month": f"in {said}"}[interval]


def last(when: date, asked: Asked) -> str:
    """The last period, which begins on a date, and whether it is whole."""
    said = period(when, asked.interval)
    periods = _range(asked).periods
    return f"{said}, in part" if len(periods) - 1 in cut(asked) else said


def as_of(asked: Asked) -> str:
    """To the minute while the range goes on; afterwards the date says enough."""
    moment = asked.as_of.astimezone(ZoneInfo(asked.timezone))
    said = f"as of {whole_day(moment.date())}"
    return f"{said}, {moment:%H:%M}" if moment.date() <= asked.to else said


def by(interval: Interval, week_start: WeekStart) -> str:
    """How dates are divided."""
    return f"by week, from {week_start.capitalize()} on" if interval == "week" else f"by {interval}"


def by_period(asked: Asked) -> str:
    """How dates are divided, and what is paler than the rest."""
    said = by(asked.interval, asked.week_start)
    return f"{said}; paler: not a whole {asked.interval}" if cut(asked) else said


def cut(asked: Asked) -> list[int]:
    """Places of the periods that aren't whole."""
    return _range(asked).cut(asked.as_of)


def asked_for(asked: Asked, how: str) -> list[str]:
    """Which dates, what of them, in which zone, as of when."""
    return [*filter(None, (dates(asked.from_, asked.to), how, asked.timezone, as_of(asked)))]


def _range(asked: Asked) -> Range:
    zone, interval, start = asked.timezone, asked.interval, asked.week_start
    return Range(asked.from_, asked.to, zone, interval, start)
