"""A year of events of half a million people, made up, as NumPy columns.

A few people do most; the days have a weekly rhythm and grow over the year; a session is a few events
minutes apart; recipes are looked at much more often than cooked, a few of them most.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

TYPES = ("login", "view", "save", "plan", "cook")
_SHARES = (0.12, 0.6, 0.13, 0.09, 0.06)
_WITH_RECIPE = 2
_PER_SESSION = 5.0
_MINUTES_BETWEEN = 2.5
DAY_MS = 86_400_000


class Made(NamedTuple):
    """A day's events in order of time, the same place in each array.

    Args:
        at: milliseconds since 1970.
        person, type, recipe: numbers from 1; recipe 0 is none.
    """

    at: NDArray[np.int64]
    person: NDArray[np.int32]
    type: NDArray[np.int16]
    recipe: NDArray[np.int32]


def year(events: int, people: int, recipes: int, first_day: int, days: int) -> Iterator[Made]:
    """Day after day.

    Args:
        first_day: days since 1970.
    """
    numbers = np.arange(days)
    load = (1 + numbers / days) * np.where((numbers + first_day + 3) % 7 >= 5, 1.3, 1.0)
    per_day = np.round(events * load / load.sum()).astype(int)
    for day, count in zip(numbers.tolist(), per_day.tolist(), strict=True):
        yield _day(
            np.random.default_rng([7, day]),
            count,
            people * (day + 30) // (days + 30),
            recipes,
            first_day + day,
        )


def _day(rng: np.random.Generator, count: int, people: int, recipes: int, day: int) -> Made:
    sizes = rng.geometric(1 / _PER_SESSION, int(count / _PER_SESSION * 1.3) + 10)
    sessions = int(np.searchsorted(np.cumsum(sizes), count)) + 1
    sizes = sizes[:sessions]
    # Those who came late in the year have higher numbers; who is active is another order.
    who = (rng.power(0.35, sessions) * people).astype(np.int64) * 7919 % people + 1
    start = rng.beta(2.5, 2.0, sessions) * DAY_MS
    session = np.repeat(np.arange(sessions), sizes)[:count]
    gaps = rng.exponential(_MINUTES_BETWEEN * 60_000, len(session))
    first = np.append(True, np.diff(session) != 0)
    gaps[first] = 0
    passed = np.cumsum(gaps)
    at = start[session] + passed - passed[np.flatnonzero(first)][session - session[0]]
    kind = rng.choice(len(TYPES), len(session), p=_SHARES) + 1
    recipe = (rng.power(0.5, len(session)) * recipes).astype(np.int32) + 1
    recipe[kind < _WITH_RECIPE] = 0
    at = np.minimum(at, DAY_MS - 1).astype(np.int64) + day * DAY_MS
    order = np.argsort(at, kind="stable")
    return Made(
        at[order], who[session][order].astype(np.int32), kind[order].astype(np.int16), recipe[order]
    )
