"""Subscriptions: who pays for which plan, from when, and when it ends."""

from typing import NamedTuple

import numpy as np

from lib.demo import clock
from lib.demo.chance import Chance, Floats, Ints
from lib.demo.people import People
from lib.demo.personas import of_all
from lib.demo.visits import ACCOUNT, CANCEL, OPEN, UPGRADE, Steps, Visits, joined, steps, visits

FREE, BASIC, PREMIUM = range(3)
PLANS = ("free", "basic", "premium")
PERIOD_MS = 30 * 24 * 3_600_000
NEVER = 2**60
_AT_ONCE_PREMIUM = 0.3
_THEN_PREMIUM = 0.25
_CANCELS = 0.75


class Accounts(NamedTuple):
    """Each person's changes of plan, as ordinals of days; `NEVER` for what doesn't happen.

    Args:
        paid: from when they pay, for `first`.
        first: place in `PLANS`.
        raised: from when they have premium after basic.
        cancelled: when they cancel; what is paid for goes on until its period ends.
        lapsed: when a payment fails.
    """

    paid: Ints
    first: Ints
    raised: Ints
    cancelled: Ints
    lapsed: Ints


class Moments(NamedTuple):
    """The same as milliseconds since 1970; `NEVER` for what doesn't happen."""

    paid: Ints
    raised: Ints
    cancelled: Ints
    lapsed: Ints

    def ends(self) -> Ints:
        """From when nothing is paid any more: where a period ends."""
        stops = np.minimum(self.cancelled, self.lapsed)
        periods = np.maximum(-(-(stops - self.paid) // PERIOD_MS), 1)
        return np.where(stops == NEVER, NEVER, self.paid + periods * PERIOD_MS)


def accounts(chance: Chance, people: People) -> Accounts:
    """What becomes of everybody's subscription."""
    number = people.number
    share = of_all(lambda one: one.pays)[people.persona]
    after = 2 + np.floor(24 * chance.exponential("pays after", number)).astype(np.int64)
    paid = people.joined + after
    pays = (chance.uniform("pays", number) < share) & (paid < people.left)
    premium = chance.uniform("premium", number) < _AT_ONCE_PREMIUM
    raised = paid + 20 + np.floor(90 * chance.exponential("raises after", number)).astype(np.int64)
    raises = (
        pays & ~premium & (raised < people.left) & (chance.uniform("raises", number) < _THEN_PREMIUM)
    )
    stops = people.left + 1 + np.floor(12 * chance.exponential("stops after", number)).astype(np.int64)
    cancels = chance.uniform("cancels", number) < _CANCELS
    return Accounts(
        paid=np.where(pays, paid, NEVER),
        first=np.where(premium, PREMIUM, BASIC),
        raised=np.where(raises, raised, NEVER),
        cancelled=np.where(pays & cancels, stops, NEVER),
        lapsed=np.where(pays & ~cancels, stops, NEVER),
    )


def moments(chance: Chance, people: People, known: Accounts) -> Moments:
    """When everything happens."""

    def of(day: Ints, kind: int) -> Ints:
        found = np.full_like(day, NEVER)
        who = np.flatnonzero(day < NEVER)
        minute = _minutes(chance, who, day[who], kind)
        found[who] = clock.instants(people.zone[who], day[who], minute)
        return found

    cancelled, lapsed = of(known.cancelled, CANCEL), of(known.lapsed, CANCEL)
    return Moments(of(known.paid, UPGRADE), of(known.raised, UPGRADE), cancelled, lapsed)


def _minutes(chance: Chance, who: Ints, day: Ints, kind: int) -> Floats:
    return clock.looking(chance, who, day, np.full_like(who, kind))


def visited(chance: Chance, known: Accounts, monday: int) -> tuple[Visits, Steps]:
    """The visits of a week in which somebody changes their plan."""
    parts = []
    for day, kind, plan in (
        (known.paid, UPGRADE, known.first),
        (known.raised, UPGRADE, np.full_like(known.first, PREMIUM)),
        (known.cancelled, CANCEL, np.zeros_like(known.first)),
    ):
        who = np.flatnonzero((day >= monday) & (day < monday + 7))
        when = _minutes(chance, who, day[who], kind)
        parts.append((visits(chance, who, day[who], when, ACCOUNT, kind), kind, plan[who]))
    found, count = [], 0
    for some, kind, plan in parts:
        place = count + np.arange(len(some.person))
        found += [steps(place, 0, OPEN), steps(place, 1, kind, detail=plan)]
        count += len(some.person)
    return joined([some for some, _, _ in parts]), joined(found)
