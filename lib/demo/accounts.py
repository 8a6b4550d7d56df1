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
PERIOD_DAYS = 30
NEVER = 2**40
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

    def ends(self) -> Ints:
        """The day from which nothing is paid any more."""
        stops = np.minimum(self.cancelled, self.lapsed)
        periods = -(-(stops - self.paid) // PERIOD_DAYS)
        return np.where(stops == NEVER, NEVER, self.paid + np.maximum(periods, 1) * PERIOD_DAYS)


def accounts(chance: Chance, people: People) -> Accounts:
    """What becomes of everybody's subscription."""
    number = people.number
    share = of_all(lambda one: one.pays)[people.persona]
    after = 2 + np.floor(24 * chance.exponential("pays after", number)).astype(np.int64)
    paid = people.joined + after
    pays = (chance.uniform("pays", number) < share) & (paid < people.left)
    premium = chance.uniform("premium", number) < _AT_ONCE_PREMIUM
    raised = paid + 20 + np.floor(90 * chance.exponential("raises after", number)).astype(np.int64)
    raises = pays & ~premium & (raised < people.left) & (chance.uniform("raises", number) < _THEN_PREMIUM)
    stops = people.left + 1 + np.floor(12 * chance.exponential("stops after", number)).astype(np.int64)
    cancels = chance.uniform("cancels", number) < _CANCELS
    return Accounts(
        paid=np.where(pays, paid, NEVER),
        first=np.where(premium, PREMIUM, BASIC),
        raised=np.where(raises, raised, NEVER),
        cancelled=np.where(pays & cancels, stops, NEVER),
        lapsed=np.where(pays & ~cancels, stops, NEVER),
    )


def visited(chance: Chance, people: People, known: Accounts, monday: int) -> tuple[Visits, Steps]:
    """The visits of a week in which somebody changes their plan."""
    parts = []
    for day, kind, plan in (
        (known.paid, UPGRADE, known.first),
        (known.raised, UPGRADE, np.full_like(known.first, PREMIUM)),
        (known.cancelled, CANCEL, np.zeros_like(known.first)),
    ):
        who = np.flatnonzero((day >= monday) & (day < monday + 7))
        when: Floats = clock.looking(chance, who, day[who], np.full_like(who, kind))
        parts.append((visits(chance, who, day[who], when, ACCOUNT, kind), kind, plan[who]))
    found, count = [], 0
    for some, kind, plan in parts:
        place = count + np.arange(len(some.person))
        found += [steps(place, 0, OPEN), steps(place, 1, kind, detail=plan)]
        count += len(some.person)
    return joined([some for some, _, _ in parts]), joined(found)
