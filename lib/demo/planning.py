"""Meal plans: who makes one for the coming week, of which recipes, and what of it is cooked."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lib.demo import clock
from lib.demo.chance import Bits, Chance, Flags, Floats, Ints
from lib.demo.cultures import CULTURES
from lib.demo.menu import MEALS, Menu
from lib.demo.people import People, plans_on_sunday
from lib.demo.personas import of_all
from lib.demo.tastes import Picker
from lib.demo.visits import (
    COOK,
    COOKING,
    OPEN,
    PLAN,
    PLANNING,
    SHOP,
    VIEW,
    Steps,
    Visits,
    joined,
    steps,
    visits,
)

# Friday, Saturday, Sunday.
_PLANNING_DAYS = (0.12, 0.33, 0.55)
_FRIDAY, _SUNDAY = 4, 6
# Meals of a plan: how many of each, from none on, and how likely a planned one is cooked.
_COUNTS = (
    (0.55, 0.2, 0.15, 0.1),
    (0.45, 0.2, 0.2, 0.15),
    (0.0, 0.0, 0.12, 0.25, 0.3, 0.25, 0.08),
    (0.75, 0.17, 0.08),
)
_COOKED = (0.4, 0.45, 0.6, 0.4)
_MINUTES, _SPREADS = (465.0, 750.0, 0.0, 960.0), (35.0, 30.0, 38.0, 60.0)
_LOOKED_AT = 0.45
_LISTED = 0.25
_SUPPER_BEFORE = 20
_SHOP_ORDER = 800
DINNER = MEALS.index("dinner")
_LUNCH = MEALS.index("lunch")
# What is left of a dinner makes a lunch.
_DINNER_FOR_LUNCH = 0.25


class Plans(NamedTuple):
    """Plans, the same place in each array.

    Args:
        person: number.
        start: ordinal of the first day.
        key: tells this plan from all others.
        listed: whether there is a shopping list.
        shopped: hours after which the shopping is done.
    """

    person: Ints
    start: Ints
    key: Bits
    listed: Flags
    shopped: Floats


class Items(NamedTuple):
    """Meals of plans, the same place in each array.

    Args:
        plan: place among the plans.
        person: number.
        day: ordinal.
        meal: place in `MEALS`.
        recipe: place in the menu.
        place: within the plan.
    """

    plan: Ints
    person: Ints
    day: Ints
    meal: Ints
    recipe: Ints
    place: Ints

    def part(self, which: NDArray[np.generic]) -> "Items":
        """Some of them."""
        return Items(*(column[which] for column in self))


def planners(chance: Chance, people: People, who: Ints, monday: int) -> Visits:
    """Visits in which some of these people plan their next week."""
    persona = people.persona[who]
    share = of_all(lambda one: one.plans)[persona] * np.minimum(people.energy[who], 1.3)
    who = who[chance.uniform("plans", who, monday) < share]
    day = monday + _FRIDAY + chance.among(_PLANNING_DAYS, "planning day", who, monday)
    here = (day > people.joined[who]) & (day <= people.left[who])
    who, day = who[here], day[here]
    return visits(chance, who, day, clock.planning(chance, who, day), PLANNING)


def plans(chance: Chance, people: People, of: Visits) -> Plans:
    """A plan for each visit; it begins on the Sunday or Monday that comes."""
    monday = of.day - (of.day - 1) % 7 + 7
    start = monday - plans_on_sunday(people.culture[of.person])
    return Plans(
        of.person,
        start,
        of.key,
        chance.uniform("listed", of.key) < _LISTED,
        2 + 26 * chance.uniform("shopped", of.key),
    )


def items(chance: Chance, menu: Menu, made: Plans, weights: Floats) -> Items:
    """The meals of plans, no recipe twice in one.

    Args:
        weights: a row for each plan, a column for each recipe.
    """
    left = weights.copy()
    found = []
    row = np.arange(len(made.person))
    for meal in range(len(MEALS)):
        count = chance.among(_COUNTS[meal], "meals", made.key, meal)
        days = np.argsort(chance.uniform("days", made.key[:, None], meal, np.arange(7)[None, :]), axis=1)
        suits = np.where(menu.meal == meal, 1.0, 0.0)
        if meal == _LUNCH:
            suits = np.where(menu.meal == DINNER, _DINNER_FOR_LUNCH, suits)
        for nth in range(int(count.max(initial=0))):
            some = row[count > nth]
            recipe = Picker(left[some] * suits).pick(
                np.arange(len(some)), chance.uniform("meal", made.key[some], meal, nth)
            )
            some, recipe = some[recipe >= 0], recipe[recipe >= 0]
            left[some, recipe] = 0
            day = made.start[some] + days[some, nth]
            place = np.full(len(some), 10 * meal + nth)
            found.append(Items(some, made.person[some], day, np.full(len(some), meal), recipe, place))
    whole = Items(*map(np.concatenate, zip(none(), *found, strict=True)))
    return whole.part(np.lexsort((whole.place, whole.plan)))


def planned(chance: Chance, made: Plans, of: Items) -> Steps:
    """What is done in the visits in which plans are made."""
    visit = np.arange(len(made.person))
    looked = of.part(chance.uniform("looked at", made.key[of.plan], of.place) < _LOOKED_AT)
    listed = visit[made.listed]
    return joined(
        [
            steps(visit, 0, OPEN),
            steps(looked.plan, 2 * looked.place + 10, VIEW, looked.recipe),
            steps(of.plan, 2 * of.place + 11, PLAN, of.recipe),
            steps(listed, _SHOP_ORDER, SHOP),
        ]
    )


def cooked(chance: Chance, people: People, of: Items) -> tuple[Visits, Steps]:
    """The visits in which what was planned is cooked, where it is."""
    share = np.array(_COOKED)[of.meal] * np.minimum(people.energy[of.person], 1.4)
    drawn = chance.uniform("cooked", of.person, of.day, of.meal)
    some = of.part((drawn < share) & (of.day <= people.left[of.person]))
    supper = (
        np.array([60 * one.supper for one in CULTURES])[people.culture[some.person]] - _SUPPER_BEFORE
    )
    middle = np.where(some.meal == DINNER, supper, np.array(_MINUTES)[some.meal])
    spread = np.array(_SPREADS)[some.meal]
    minute = clock.around(chance, middle, spread, some.person, some.day, some.meal)
    of_day = visits(chance, some.person, some.day, minute, COOKING, some.meal)
    visit = np.arange(len(some.person))
    return of_day, joined(
        [
            steps(visit, 0, OPEN),
            steps(visit, 10, VIEW, some.recipe),
            steps(visit, 900, COOK, some.recipe),
        ]
    )


def none() -> Items:
    """No meal."""
    return Items(*(np.zeros(0, np.int64) for _ in Items._fields))
