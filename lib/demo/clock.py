"""Days and minutes where somebody lives, and what time that is."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from lib.demo.chance import Chance, Floats, Ints
from lib.demo.cultures import ZONES

MINUTE_MS = 60_000
_EPOCH = date(1970, 1, 1).toordinal()
_EARLIEST, _LATEST = 5 * 60.0, 23.6 * 60

# When people look around: before work, at lunch, in the afternoon, in the evening.
# Share, minute, spread.
_LOOKING = ((0.10, 470, 45), (0.24, 745, 40), (0.18, 985, 80), (0.48, 1225, 75))
_PLANNING = ((0.5, 630, 70), (0.28, 965, 75), (0.22, 1190, 60))


def instants(zone: Ints, day: Ints, minute: Floats) -> Ints:
    """Milliseconds since 1970.

    Args:
        zone: places in `ZONES`.
        day: ordinals of dates there.
        minute: of the day there.
    """
    if not len(day):
        return np.zeros(0, np.int64)
    pairs, place = np.unique(zone * 4_000_000 + day, return_inverse=True)
    offsets = np.array([_offset(*divmod(pair, 4_000_000)) for pair in pairs.tolist()])
    found: Ints = np.round(((day - _EPOCH) * 1440 + minute - offsets[place]) * MINUTE_MS).astype(
        np.int64
    )
    return found


def day_of(at: int) -> int:
    """The ordinal of a millisecond's UTC date."""
    return _EPOCH + at // (1440 * MINUTE_MS)


def start_of(day: int) -> int:
    """The millisecond at which a UTC date begins."""
    return (day - _EPOCH) * 1440 * MINUTE_MS


def monday_of(day: int) -> int:
    """The ordinal of the Monday on or before it."""
    return day - (day - 1) % 7


def moments(at: Ints) -> list[datetime]:
    """As PostgreSQL takes them."""
    return [datetime.fromtimestamp(each / 1000, UTC) for each in at.tolist()]


def looking(chance: Chance, *keys: Ints) -> Floats:
    """Minutes at which people look around."""
    return _mixed(chance, _LOOKING, "looking", *keys)


def planning(chance: Chance, *keys: Ints) -> Floats:
    """Minutes at which people plan their week."""
    return _mixed(chance, _PLANNING, "planning", *keys)


def around(chance: Chance, middle: Floats, spread: Floats, *keys: Ints) -> Floats:
    """Minutes around some."""
    return np.clip(middle + spread * chance.normal("around", *keys), _EARLIEST, _LATEST)


def _mixed(
    chance: Chance, parts: tuple[tuple[float, int, int], ...], purpose: str, *keys: Ints
) -> Floats:
    shares, middles, spreads = (np.array(each, np.float64) for each in zip(*parts, strict=True))
    which = chance.among(shares, f"{purpose} when", *keys)
    minute = middles[which] + spreads[which] * chance.normal(f"{purpose} about", *keys)
    return np.clip(minute, _EARLIEST, _LATEST)


@lru_cache(maxsize=100_000)
def _offset(zone: int, day: int) -> float:
    """Minutes by which the zone is ahead of UTC at noon; clocks change at night."""
    noon = datetime.combine(date.fromordinal(day), time(12), ZoneInfo(ZONES[zone]))
    return (noon.replace(tzinfo=UTC) - noon).total_seconds() / 60
