"""When people come: ever more of them, by the rhythm of weeks and years, and when a campaign runs."""

from datetime import date
from typing import NamedTuple

import numpy as np

from lib.demo.chance import Chance, Floats, Ints

_DAYS = 3 * 365
_GROWTH_DAYS = 170
"""In so many days, signups grow to e times as many."""
_WEEKDAYS = (1.2, 1.05, 1.0, 0.9, 0.75, 0.9, 1.3)
_MONTHS = (1.25, 1.1, 1.0, 1.0, 0.95, 0.85, 0.8, 0.9, 1.15, 1.05, 1.0, 0.8)
_CHANNELS = {"organic": 0.45, "search": 0.25, "referral": 0.18, "social": 0.12}


class Campaign(NamedTuple):
    """An advertisement that runs every year.

    Args:
        first, last: month and day.
        factor: how many times as many people come.
    """

    name: str
    first: tuple[int, int]
    last: tuple[int, int]
    factor: float

    def runs(self, day: date) -> bool:
        """Whether it runs on that day."""
        return self.first <= (day.month, day.day) <= self.last


CAMPAIGNS = (
    Campaign("new-year", (1, 2), (1, 15), 2.2),
    Campaign("spring-greens", (4, 8), (4, 14), 1.9),
    Campaign("back-to-school", (8, 28), (9, 8), 2.1),
    Campaign("one-pot-autumn", (10, 22), (10, 28), 1.8),
)
CHANNELS = (*_CHANNELS, *(campaign.name for campaign in CAMPAIGNS))


def joined(chance: Chance, numbers: Ints, anchor: int) -> Ints:
    """The day on which each person joins, as an ordinal; always before the anchor."""
    days = np.arange(anchor - _DAYS, anchor)
    return anchor - _DAYS + chance.among(_weights(days, anchor), "joins", numbers)


def channels(chance: Chance, numbers: Ints, days: Ints) -> Ints:
    """What brought each person, as a place in `CHANNELS`."""
    found = chance.among(list(_CHANNELS.values()), "channel", numbers)
    drawn = chance.uniform("campaign", numbers)
    for place, campaign in enumerate(CAMPAIGNS, start=len(_CHANNELS)):
        runs = np.array([campaign.runs(date.fromordinal(day)) for day in days.tolist()], np.bool_)
        found[runs & (drawn < 1 - 1 / campaign.factor)] = place
    return found


def _weights(days: Ints, anchor: int) -> Floats:
    found = np.exp((days - anchor) / _GROWTH_DAYS)
    for place, day in enumerate(map(date.fromordinal, days.tolist())):
        found[place] *= _WEEKDAYS[day.weekday()] * _MONTHS[day.month - 1]
        for campaign in CAMPAIGNS:
            found[place] *= campaign.factor if campaign.runs(day) else 1
    return found
