"""Numbers and dates in words."""

from datetime import date
from zoneinfo import ZoneInfo

from lib.analytics.answers import Asked
from lib.analytics.periods import Interval, WeekStart

_SHORTENED = ((1e12, "T"), (1e9, "B"), (1e6, "M"))


def number(value: float, decimals: int = 0) -> str:
    """With thousands separators."""
    return f"{value:,.{decimals}f}"


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


def as_of(asked: Asked) -> str:
    """To the minute while the range goes on; afterwards the date says enough."""
    moment = asked.as_of.astimezone(ZoneInfo(asked.timezone))
    said = f"as of {whole_day(moment.date())}"
    return f"{said}, {moment:%H:%M}" if moment.date() <= asked.to else said


def by(interval: Interval, week_start: WeekStart) -> str:
    """How dates are divided."""
    return f"by week, from {week_start.capitalize()} on" if interval == "week" else f"by {interval}"


def asked_for(asked: Asked, how: str) -> list[str]:
    """Which dates, what of them, in which zone, as of when."""
    return [*filter(None, (dates(asked.from_, asked.to), how, asked.timezone, as_of(asked)))]
