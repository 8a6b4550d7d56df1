"""People and weeks as rows of the app's tables and as events, of a window of time."""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from lib.analytics.ingest import Row
from lib.demo import accounts, clock, identity
from lib.demo.accounts import FREE, PERIOD_MS, PLANS, PREMIUM
from lib.demo.chance import Ints
from lib.demo.cultures import CULTURES
from lib.demo.looking import QUERIES
from lib.demo.menu import MEALS, Ingredient
from lib.demo.people import DEVICES, SKILLS
from lib.demo.signups import CHANNELS
from lib.demo.social import PRAISE, REPLIES
from lib.demo.visits import LIKE, SEARCH, SIGNUP, TYPES, UPGRADE
from lib.demo.world import Week, World
from lib.nutrition.labels import ALLERGENS, DIETS

Rows = dict[str, list[tuple[Any, ...]]]
_VERSIONS = ("5.2", "5.3", "5.4")
_NAMES = 100_000
_ON_THE_WEB = 0.12
_CHECKED = 0.93
_HOUR_MS = 3_600_000


class Window(NamedTuple):
    """What is loaded: from one millisecond until before another."""

    start: int
    end: int

    def has(self, at: Ints) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which of these lie in it."""
        return (at >= self.start) & (at < self.end)


class Pantry(NamedTuple):
    """What shopping lists are made from: each recipe's lines, and for how many people they are."""

    lines: Sequence[Sequence[Ingredient]]
    servings: Sequence[int]


class Told:
    """Tells a world in rows.

    Args:
        world: whose people and weeks.
        anchor: its anchor's date.
        window: what is told.
        pantry: of the world's menu.
    """

    def __init__(self, world: World, anchor: date, window: Window, pantry: Pantry) -> None:
        self._world, self._anchor, self._window, self._pantry = world, anchor, window, pantry
        self._moments = accounts.moments(world.chance, world.people, world.accounts)
        self._ends = self._moments.ends()
        seed = world.chance.seed
        self.ids = [identity.user_id(seed, number) for number in world.people.number.tolist()]
        self._props = lru_cache(maxsize=100_000)(self._properties)

    def people(self) -> Rows:
        """Users, preferences and subscriptions of those who have joined before the window's end."""
        world, seed = self._world, self._world.chance.seed
        there = np.flatnonzero(world.people.joined_at < self._window.end)
        joined = dict(zip(there.tolist(), clock.moments(world.people.joined_at[there]), strict=True))
        ids = {
            what: world.chance.uuids(what, world.people.number)
            for what in ("preferences", "subscription")
        }
        found: Rows = {"users": [], "user_preferences": [], "subscriptions": []}
        names = [world.chance.bits(f"{which} name", there) % _NAMES for which in ("first", "last")]
        for number, first, last in zip(there.tolist(), *(each.tolist() for each in names), strict=True):
            at, user = joined[number], self.ids[number]
            name = CULTURES[world.people.culture[number]].name(first, last)
            clerk = identity.clerk_id(seed, self._anchor, number)
            found["users"].append((user, clerk, identity.email(seed, number), name, at, at))
            wants = self._wants(number)
            found["user_preferences"].append((ids["preferences"][number], user, *wants, at, at))
            found["subscriptions"].append(
                (ids["subscription"][number], user, *self._subscription(number, at))
            )
        return found

    def week(self, week: Week) -> Rows:
        """Plans, shopping lists, posts, likes and comments."""
        return self._plans(week) | self._lists(week) | self._posts(week) | self._answers(week)

    def events(self, week: Week) -> list[Row]:
        """Events, ready to be written down."""
        some = week.events.part(self._window.has(week.events.at))
        ids = self._world.chance.uuids("event", some.visit, some.order)
        sessions = self._world.chance.uuids("session", some.visit)
        web = self._world.chance.uniform("on the web", some.visit) < _ON_THE_WEB
        people, recipes = self.ids, [*self._world.menu.ids, None]
        columns = (
            some.person.tolist(),
            some.type.tolist(),
            some.recipe.tolist(),
            some.detail.tolist(),
            web.tolist(),
        )
        return [
            Row(place, id_, at, people[person], TYPES[kind], session, recipes[recipe],
                self._props(person, kind, detail if kind in (SIGNUP, SEARCH, UPGRADE) else 0, on_web))
            for place, (id_, at, session, person, kind, recipe, detail, on_web) in enumerate(
                zip(ids, clock.moments(some.at), sessions, *columns, strict=True))
        ]  # fmt: skip

    def _wants(self, number: int) -> tuple[list[str], list[str], list[str], str]:
        people, menu = self._world.people, self._world.menu
        diet = int(people.diet[number])
        return (
            [DIETS[diet]] if diet >= 0 else [],
            [ALLERGENS[place] for place in np.flatnonzero(people.allergens[number])],
            [menu.cuisines[place] for place in np.flatnonzero(people.cuisines[number])],
            [*SKILLS][people.skill[number]],
        )

    def _subscription(self, number: int, joined: Any) -> tuple[Any, ...]:
        """Plan, status, period, and when the row was made and last changed, as of the window's end."""
        paid, raised, cancelled, _ = (int(each[number]) for each in self._moments)
        ends, now = int(self._ends[number]), self._window.end - 1
        if paid > now:
            return (PLANS[FREE], "active", None, None, joined, joined)
        plan = PREMIUM if raised <= min(now, ends) else int(self._world.accounts.first[number])
        start = paid + (min(now, ends - 1) - paid) // PERIOD_MS * PERIOD_MS
        changed = max(each for each in (start, raised, cancelled, ends) if each <= now)
        status = "expired" if ends <= now else "cancelled" if cancelled <= now else "active"
        moments = clock.moments(np.array([start, start + PERIOD_MS, changed]))
        return (PLANS[plan], status, *moments[:2], joined, moments[2])

    def _plans(self, week: Week) -> Rows:
        plans, world = week.plans, self._world
        told = self._window.has(week.planned_at)
        ids, at = world.chance.uuids("plan", plans.key), clock.moments(week.planned_at)
        found: Rows = {"meal_plans": [], "meal_plan_items": []}
        for place in np.flatnonzero(told).tolist():
            first = date.fromordinal(int(plans.start[place]))
            name = f"Week of {first.day} {first:%B}"
            row = (ids[place], self.ids[plans.person[place]], name, first, first + timedelta(days=6))
            found["meal_plans"].append((*row, at[place], at[place]))
        items = week.items.part(told[week.items.plan])
        keys = world.chance.uuids("planned meal", plans.key[items.plan], items.place)
        servings = world.people.household[items.person]
        columns = (
            keys,
            items.plan.tolist(),
            items.recipe.tolist(),
            (items.day % 7).tolist(),
            items.meal.tolist(),
        )
        for key, plan, recipe, weekday, meal, count in zip(*columns, servings.tolist(), strict=True):
            meal_of = (ids[plan], world.menu.ids[recipe], weekday, MEALS[meal])
            found["meal_plan_items"].append((key, *meal_of, count, at[plan]))
        return found

    def _lists(self, week: Week) -> Rows:
        plans, chance = week.plans, self._world.chance
        told = np.flatnonzero(plans.listed & self._window.has(week.listed_at))
        lists, ids = chance.uuids("shopping list", plans.key), chance.uuids("plan", plans.key)
        shopped = week.listed_at + np.round(plans.shopped * _HOUR_MS).astype(np.int64)
        made, done = clock.moments(week.listed_at), clock.moments(shopped)
        found: Rows = {"shopping_lists": [], "shopping_list_items": []}
        for place in told.tolist():
            user, at = self.ids[plans.person[place]], made[place]
            first = date.fromordinal(int(plans.start[place]))
            name = f"Shopping for {first.day} {first:%B}"
            found["shopping_lists"].append((lists[place], user, ids[place], name, at, at))
            bought = self._bought(week, place)
            keys = plans.key[place], np.arange(len(bought))
            got = chance.uniform("bought", *keys) < _CHECKED
            got &= bool(shopped[place] < self._window.end)
            for (item, amount, unit), key, checked in zip(
                bought, chance.uuids("to buy", *keys), got.tolist(), strict=True
            ):
                changed = done[place] if checked else at
                row = (key, lists[place], item, amount, unit, checked, at, changed)
                found["shopping_list_items"].append(row)
        return found

    def _bought(self, week: Week, plan: int) -> list[tuple[str, float | None, str | None]]:
        """What a plan needs, each ingredient once for each unit."""
        sums: dict[tuple[str, str | None], float | None] = {}
        first, last = np.searchsorted(week.items.plan, (plan, plan + 1))
        people = int(self._world.people.household[week.plans.person[plan]])
        for recipe in week.items.recipe[first:last].tolist():
            share = people / self._pantry.servings[recipe]
            for line in self._pantry.lines[recipe]:
                known = sums.get((line.id, line.unit))
                more = None if line.amount is None else line.amount * share
                sums[line.id, line.unit] = more if known is None else known + (more or 0)
        return [
            (item, None if amount is None else max(round(amount, 2), 0.01), unit)
            for (item, unit), amount in sums.items()
        ]

    def _posts(self, week: Week) -> Rows:
        chance, posts, recipe_ids = self._world.chance, week.posts, self._world.menu.ids
        keys, at = chance.uuids("post", posts.key), clock.moments(posts.at)
        said = chance.among(np.ones(len(PRAISE)), "praise", posts.key)
        found = []
        for place in np.flatnonzero(self._window.has(posts.at)).tolist():
            recipe = int(posts.recipe[place])
            content = PRAISE[said[place]].format(title=self._world.menu.titles[recipe])
            user = self.ids[posts.person[place]]
            found.append((keys[place], user, recipe_ids[recipe], content, at[place], at[place]))
        return {"posts": found}

    def _answers(self, week: Week) -> Rows:
        """Likes and comments on posts that are told too."""
        chance, answers = self._world.chance, week.answers
        names = (answers.post, answers.person, answers.type)
        keys, at = chance.uuids("answer", *names), clock.moments(answers.at)
        post = chance.uuids("post", answers.post)
        said = chance.among(np.ones(len(REPLIES)), "reply", *names)
        told = self._window.has(answers.at) & (answers.posted_at >= self._window.start)
        told &= answers.at > answers.posted_at
        found: Rows = {"post_likes": [], "post_comments": []}
        for place in np.flatnonzero(told).tolist():
            row = (keys[place], post[place], self.ids[answers.person[place]])
            if answers.type[place] == LIKE:
                found["post_likes"].append((*row, at[place]))
            else:
                reply = REPLIES[said[place]]
                found["post_comments"].append((*row, reply, at[place], at[place]))
        return found

    def _properties(self, person: int, kind: int, detail: int, on_web: bool) -> str:
        device = "web" if on_web else [*DEVICES][self._world.people.device[person]]
        found: dict[str, str] = {"device": device}
        if device != "web":
            found["appVersion"] = _VERSIONS[person % len(_VERSIONS)]
        if kind == SIGNUP:
            found["channel"] = CHANNELS[detail]
        elif kind == SEARCH:
            found["query"] = QUERIES[detail]
        elif kind == UPGRADE:
            found["plan"] = PLANS[detail]
        return json.dumps(found)
