"""Visits to look around: the first one, and those on the days when somebody feels like it."""

from datetime import date
from typing import NamedTuple

import numpy as np

from lib.demo import clock
from lib.demo.chance import Chance, Flags, Floats, Ints
from lib.demo.people import People
from lib.demo.personas import of_all
from lib.demo.tastes import Picker
from lib.demo.visits import (
    COOK,
    FIRST,
    LOOKING,
    OPEN,
    SAVE,
    SEARCH,
    SIGNUP,
    VIEW,
    Steps,
    Visits,
    joined,
    steps,
    visits,
)

_WEEKDAYS = np.array([1.05, 1.0, 0.97, 0.92, 0.78, 1.02, 1.26])
_MONTHS = (1.18, 1.08, 1.02, 1.0, 0.97, 0.9, 0.84, 0.88, 1.08, 1.05, 1.02, 0.92)
_HOLIDAYS = 0.7
_SECOND = 0.16
_SEARCHES = 0.33
_LEAVES_AT_ONCE = 0.08
_MOST_LOOKS = 14
_COOKED_IN_THE_EVENING = (16 * 60.0, 20.5 * 60.0)

QUERIES = (
    "",
    "quick dinner",
    "chicken",
    "soup",
    "lentils",
    "pasta",
    "high protein",
    "meal prep lunch",
    "something warm",
    "under 30 minutes",
    "freezer friendly",
    "breakfast",
    "curry",
    "salad",
    "chickpeas",
    "kid friendly",
    "one pot",
    "tofu",
    "salmon",
    "low carb",
    "budget",
    "overnight oats",
    "beans",
    "what can I do with spinach",
    "no dairy",
)


class Looking(NamedTuple):
    """Visits, and for each the row of its person among those who were asked about."""

    visits: Visits
    row: Ints


def visited(chance: Chance, people: People, who: Ints, monday: int) -> Looking:
    """When some people look around in a week."""
    day = monday + np.arange(7)
    persona = people.persona[who]
    tired = chance.uniform("rests", who, monday) < of_all(lambda one: one.rests)[persona]
    rate = of_all(lambda one: one.days)[persona] / 7 * people.energy[who] * _season(monday)
    share = np.minimum(rate[:, None] * _WEEKDAYS[None, :], 0.95)
    here = (day > people.joined[who, None]) & (day <= people.left[who, None]) & ~tired[:, None]
    row, column = np.nonzero(here & (chance.uniform("looks", who[:, None], day[None, :]) < share))
    again = chance.uniform("looks again", who[row], day[column]) < _SECOND
    place = np.concatenate([np.zeros(len(row), np.int64), np.ones(again.sum(), np.int64)])
    row, column = np.concatenate([row, row[again]]), np.concatenate([column, column[again]])
    person, on = who[row], day[column]
    minute = clock.looking(chance, person, on, 1 + place)
    usual = visits(chance, person, on, minute, LOOKING, place)
    new = np.flatnonzero((people.joined[who] >= monday) & (people.joined[who] < monday + 7))
    person, on = who[new], people.joined[who[new]]
    first = visits(chance, person, on, clock.looking(chance, person, on), FIRST)
    return Looking(joined([first, usual]), np.concatenate([new, row]))


def looked(chance: Chance, people: People, of: Looking, look: Picker) -> Steps:
    """What is done in such visits.

    Args:
        look: weights of what is looked at, a row for each of the people who were asked about.
    """
    person, key = of.visits.person, of.visits.key
    persona = people.persona[person]
    visit = np.arange(len(person))
    signing = visit[of.visits.day == people.joined[person]]
    searching = visit[chance.uniform("searches", key) < _SEARCHES]
    query = 1 + chance.among(np.ones(len(QUERIES) - 1), "query", key[searching])
    seen, recipe = _seen(chance, people, of, look)
    suits = people.suits[person[seen.visit], recipe]
    save = of_all(lambda one: one.saves)[persona[seen.visit]]
    saves = suits & (chance.uniform("saves", key[seen.visit], seen.order) < save)
    return joined(
        [
            steps(signing, 0, SIGNUP, detail=people.channel[person[signing]]),
            steps(visit, 1, OPEN),
            steps(searching, 2, SEARCH, detail=query),
            seen,
            steps(seen.visit[saves], seen.order[saves] + 1, SAVE, recipe[saves]),
            _cooked(chance, people, of, seen, suits),
        ]
    )


def _seen(chance: Chance, people: People, of: Looking, look: Picker) -> tuple[Steps, Ints]:
    key = of.visits.key
    usual = of_all(lambda one: one.looks)[people.persona[of.visits.person]]
    drawn = np.floor(np.log1p(-chance.uniform("looks at", key)) / np.log1p(-1 / usual)).astype(np.int64)
    count = np.minimum(1 + drawn, _MOST_LOOKS)
    count[chance.uniform("leaves at once", key) < _LEAVES_AT_ONCE] = 0
    visit = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    recipe = look.pick(of.row[visit], chance.uniform("looks at which", key[visit], nth))
    visit, nth, recipe = visit[recipe >= 0], nth[recipe >= 0], recipe[recipe >= 0]
    return steps(visit, 10 + 2 * nth, VIEW, recipe), recipe


def _cooked(chance: Chance, people: People, of: Looking, seen: Steps, suits: Flags) -> Steps:
    """The last recipe of an evening's visit is cooked at once, now and then."""
    person, minute = of.visits.person[seen.visit], of.visits.minute[seen.visit]
    last = np.append(seen.visit[1:] != seen.visit[:-1], True)[: len(seen.visit)]
    first, until = _COOKED_IN_THE_EVENING
    share = of_all(lambda one: one.cooks)[people.persona[person]]
    wants = chance.uniform("cooks", of.visits.key[seen.visit]) < share
    which = last & suits & wants & (minute >= first) & (minute <= until)
    return steps(seen.visit[which], 900, COOK, seen.recipe[which])


def _season(monday: int) -> Floats:
    middle = date.fromordinal(monday + 3)
    holidays = (middle.month, middle.day) >= (12, 21) or (middle.month, middle.day) <= (1, 1)
    return np.array([_MONTHS[middle.month - 1] * (_HOLIDAYS if holidays else 1.0)])
