"""A world of people, week by week: what everybody does, and what they plan, cook, show and like."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lib.demo import accounts, clock, looking, planning, social
from lib.demo.chance import Bits, Chance, Flags, Ints
from lib.demo.menu import Menu
from lib.demo.people import People, people
from lib.demo.planning import Items, Plans
from lib.demo.social import Posts
from lib.demo.tastes import Picker, Tastes
from lib.demo.visits import COMMENT, LIKE, PLAN, SAVE, SHOP, Events, Steps, Visits, events, joined, moved

_DINNER_IS_PLANNED_BY = 15 * 60


class Answers(NamedTuple):
    """Likes and comments, the same place in each array.

    Args:
        post: the post's key; `posted_at` its time.
        person: number of who likes or comments.
        at: milliseconds since 1970.
        type: `LIKE` or `COMMENT`.
    """

    post: Bits
    posted_at: Ints
    person: Ints
    at: Ints
    type: Ints


class Week(NamedTuple):
    """What happens in a week.

    Args:
        events: in order of their time.
        plans: that are made; `planned_at` when, and `listed_at` when their shopping list is.
        items: meals of these plans.
        posts: in order of their authors.
        answers: to posts of this week and the one before.
    """

    events: Events
    plans: Plans
    planned_at: Ints
    listed_at: Ints
    items: Items
    posts: Posts
    answers: Answers


class World:
    """People and their lives.

    Args:
        seed: another one gives another world.
        menu: what can be cooked.
        count: how many people; more of them change nothing for those there are.
        anchor: ordinal of the day before which all of them join.
    """

    def __init__(self, seed: int, menu: Menu, count: int, anchor: int) -> None:
        self.chance = Chance(seed)
        self.menu = menu
        self.people: People = people(self.chance, menu, count, anchor)
        self.accounts = accounts.accounts(self.chance, self.people)
        self._tastes = Tastes(self.chance, self.people, menu)
        self._saved: Flags = np.zeros((count, len(menu.ids)), np.bool_)
        self._planned = np.zeros((count, len(menu.ids)), np.int32)
        self._cooking = planning.none()
        self._lately: Posts = social.posts(self.chance, _no_events())

    def weeks(self, last_day: int) -> Iterator[Week]:
        """Each week from the first one that somebody joins in, until the one of the last day.

        To be gone through once: what people have saved and planned goes on from week to week.
        """
        if not len(self.people.number):
            return
        for monday in range(clock.monday_of(int(self.people.joined.min())), last_day + 1, 7):
            yield self._week(monday)

    def _week(self, monday: int) -> Week:
        people = self.people
        who = np.flatnonzero((people.joined < monday + 7) & (people.left >= monday))
        weights = self._tastes.of_week(who, monday)
        since = (monday - self._planned[who].astype(np.int64)) // 7
        chosen = self._tastes.chosen(weights, who, self._saved[who], since)
        looks = looking.visited(self.chance, people, who, monday)
        looked = looking.looked(self.chance, people, looks, Picker(self._tastes.looked_at(weights, who)))
        planners = planning.planners(self.chance, people, who, monday)
        plans = planning.plans(self.chance, people, planners)
        items = planning.items(self.chance, self.menu, plans, chosen[np.searchsorted(who, plans.person)])
        self._planned[items.person, items.recipe] = monday
        cooks, cooked = planning.cooked(self.chance, people, self._due(planners, items, monday))
        paying, paid = accounts.visited(self.chance, self.accounts, monday)
        answered = social.answered(self.chance, people, looks.visits, self._lately)
        parts = (
            (looks.visits, joined([looked, answered])),
            (planners, planning.planned(self.chance, plans, items)),
            (cooks, cooked),
            (paying, paid),
        )
        visits, steps = _together(parts)
        steps = joined([steps, social.shown(self.chance, people, visits, steps)])
        found = events(self.chance, people.zone, visits, steps)
        found = found.part(self._first_saves(found))
        return self._told(found, plans, items)

    def _due(self, planners: Visits, items: Items, monday: int) -> Items:
        """Planned meals of this week; those of the next one are kept for then."""
        minute = planners.minute[items.plan]
        tonight = (items.meal == planning.DINNER) & (minute < _DINNER_IS_PLANNED_BY)
        day = planners.day[items.plan]
        new = items.part((items.day > day) | ((items.day == day) & tonight))
        both = Items(*map(np.concatenate, zip(self._cooking, new, strict=True)))
        due = both.day < monday + 7
        self._cooking = both.part(~due)
        return both.part(due)

    def _first_saves(self, found: Events) -> Flags:
        """All but what somebody saves who has it already."""
        kept = np.ones(len(found.at), np.bool_)
        saves = np.flatnonzero(found.type == SAVE)
        person, recipe = found.person[saves], found.recipe[saves]
        _, first = np.unique(person * len(self.menu.ids) + recipe, return_index=True)
        new = np.zeros(len(saves), np.bool_)
        new[first] = True
        new &= ~self._saved[person, recipe]
        kept[saves] = new
        self._saved[person, recipe] = True
        return kept

    def _told(self, found: Events, plans: Plans, items: Items) -> Week:
        planned_at = _last_of(found, PLAN, plans.key)
        answers = found.part((found.type == LIKE) | (found.type == COMMENT))
        post = answers.detail - 1
        told = Answers(
            self._lately.key[post], self._lately.at[post], answers.person, answers.at, answers.type
        )
        self._lately = social.posts(self.chance, found)
        listed_at = np.maximum(planned_at, _last_of(found, SHOP, plans.key))
        return Week(found, plans, planned_at, listed_at, items, self._lately, told)


def _together(parts: tuple[tuple[Visits, Steps], ...]) -> tuple[Visits, Steps]:
    """All visits, one after the other, and their steps."""
    places = np.cumsum([0, *(len(visits.person) for visits, _ in parts)])
    steps = [moved(some, int(place)) for (_, some), place in zip(parts, places, strict=False)]
    return joined([visits for visits, _ in parts]), joined(steps)


def _last_of(found: Events, kind: int, keys: Bits) -> Ints:
    """When the last event of a type happens in each of some visits; 0 where there is none."""
    some = found.part(found.type == kind)
    order = np.argsort(keys)
    place = (
        order[np.searchsorted(keys, some.visit, sorter=order)] if len(keys) else np.zeros(0, np.int64)
    )
    at = np.zeros(len(keys), np.int64)
    np.maximum.at(at, place, some.at)
    return at


def _no_events() -> Events:
    none = np.zeros(0, np.int64)
    return Events(none, none, none, none, none, none.astype(np.uint64), none)
