"""Visits and what is done in them, step by step; and the events that come of it."""

from collections.abc import Iterable
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lib.demo import clock
from lib.demo.chance import Bits, Chance, Floats, Ints

TYPES = (
    "signup",
    "open",
    "search",
    "view",
    "save",
    "plan",
    "shopping_list",
    "cook",
    "post",
    "like",
    "comment",
    "upgrade",
    "cancel",
)
SIGNUP, OPEN, SEARCH, VIEW, SAVE, PLAN, SHOP, COOK, POST, LIKE, COMMENT, UPGRADE, CANCEL = range(
    len(TYPES)
)
NO_RECIPE = -1

# Kinds of visits, which with person, day and place among those of a day tell them apart.
FIRST, LOOKING, PLANNING, COOKING, ACCOUNT = range(5)

_GAP_S, _GAP_SPREAD = 21.0, 0.9
_LEAST_S, _MOST_S = 2.0, 900.0
_COOKING_S = (5 * 60.0, 27 * 60.0)
_MINUTE_S = 60.0

T = TypeVar("T", "Visits", "Steps")


class Visits(NamedTuple):
    """Visits, the same place in each array.

    Args:
        person: number.
        day: ordinal, where the person lives.
        minute: of that day.
        key: tells this visit from all others.
    """

    person: Ints
    day: Ints
    minute: Floats
    key: Bits

    def part(self, which: NDArray[np.generic]) -> "Visits":
        """Some of them."""
        return Visits(*(column[which] for column in self))


class Steps(NamedTuple):
    """What is done in visits, the same place in each array.

    Args:
        visit: place among the visits.
        order: within the visit; no two the same.
        type: place in `TYPES`.
        recipe: place in the menu, or `NO_RECIPE`.
        detail: more about it, by type; 0 for nothing.
    """

    visit: Ints
    order: Ints
    type: Ints
    recipe: Ints
    detail: Ints


class Events(NamedTuple):
    """Events in order of their time, the same place in each array.

    Args:
        person: number.
        at: milliseconds since 1970, UTC.
        type, recipe, detail: as of the steps.
        visit: key of the visit.
        order: of the step in its visit.
    """

    person: Ints
    at: Ints
    type: Ints
    recipe: Ints
    detail: Ints
    visit: Bits
    order: Ints

    def part(self, which: NDArray[np.generic] | slice) -> "Events":
        """Some of them."""
        return Events(*(column[which] for column in self))  # type: ignore[arg-type]


def visits(
    chance: Chance, person: Ints, day: Ints, minute: Floats, kind: int, place: ArrayLike = 0
) -> Visits:
    """Visits of a kind.

    Args:
        place: among those of this kind on the same day.
    """
    key = chance.bits("visit", person, day, kind, place)
    return Visits(person, day, minute, np.broadcast_to(key, person.shape))


def steps(
    visit: Ints, order: ArrayLike, kind: int, recipe: ArrayLike = NO_RECIPE, detail: ArrayLike = 0
) -> Steps:
    """Steps of a type."""
    columns = (order, kind, recipe, detail)
    return Steps(visit, *(np.broadcast_to(np.asarray(each, np.int64), visit.shape) for each in columns))


def joined(parts: Iterable[T]) -> T:
    """All of them, one after the other."""
    found = list(parts)
    return type(found[0])(*map(np.concatenate, zip(*found, strict=True)))


def moved(some: Steps, places: int) -> Steps:
    """The same of visits that stand so many places further on."""
    return some._replace(visit=some.visit + places)


def events(chance: Chance, zone: Ints, of: Visits, done: Steps) -> Events:
    """The events of steps.

    Args:
        zone: of each person, by number.
    """
    order = np.lexsort((done.order, done.visit))
    visit, place, kind = done.visit[order], done.order[order], done.type[order]
    begins = np.append(True, visit[1:] != visit[:-1])[: len(visit)]
    key = of.key[visit]
    gap = np.where(begins, 0.0, _gaps(chance, key, place, kind))
    since = np.cumsum(gap)
    since = since - np.repeat(since[begins], np.diff(np.append(np.flatnonzero(begins), len(visit))))
    # Nobody comes on the full minute.
    late = chance.uniform("second", key) * _MINUTE_S
    start = clock.instants(zone[of.person], of.day, of.minute)
    at = start[visit] + np.round((since + late) * 1000).astype(np.int64)
    found = Events(of.person[visit], at, kind, done.recipe[order], done.detail[order], key, place)
    by_time = np.lexsort((found.order, found.visit, found.at))
    return found.part(by_time)


def _gaps(chance: Chance, key: Bits, place: Ints, kind: Ints) -> Floats:
    """Seconds before each step; whoever cooks takes longer, and never as long as ends a session."""
    usual = _GAP_S * np.exp(_GAP_SPREAD * chance.normal("gap", key, place))
    least, most = _COOKING_S
    cooking = least + (most - least) * chance.uniform("cooking", key, place)
    return np.where(kind == COOK, cooking, np.clip(usual, _LEAST_S, _MOST_S))
