"""One look at all events: what is summed up, and what came since, as of one moment.

A process keeps what it has read of a day until the day's version changes, and what it made of days until
one of them changes.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lib.analytics import columns, quarters, recipe_counts, rollup, sessions, summaries, tail
from lib.analytics.columns import Columns
from lib.analytics.memory import Kept, Key, Reads, memory
from lib.analytics.periods import DAY_MS, day_of, start_of
from lib.analytics.quarters import Quarters
from lib.analytics.recipe_counts import Ordered, RecipeCounts
from lib.analytics.sessions import Runs
from lib.analytics.summaries import Summary
from lib.tables import event_days, event_types

_CONSISTENT = text("set transaction isolation level repeatable read")
_DAYS = f"""
    select array_agg(day - date '1970-01-01' order by day), array_agg(version order by day),
           array_agg({rollup.ROLLED_TO} order by day)
    from compute.event_days
"""
BLOCK = 32
"""Days in a row of whom some things are remembered together, from every 32nd day since 1970."""
BLOCK_MS = BLOCK * DAY_MS
_ROWS = 50


class Made(NamedTuple):
    """Something made of days.

    Args:
        value: whatever it is.
        size: about how many bytes it takes.
        reads: the days that it depends on.
    """

    value: Any
    size: int
    reads: Reads


class Snapshot:
    """Reads everything as of when it was made, for as long as its transaction lives.

    Days are UTC's, as numbers since 1970.

    Args:
        session: at the start of its transaction.
    """

    def __init__(self, session: Session) -> None:
        session.execute(_CONSISTENT)
        self.session = session
        self.as_of: datetime = session.scalars(text("select statement_timestamp()")).one()
        days, versions, rolled_to = columns.numbers(session, _DAYS, ("i4", "i8", "i8"))
        known = rolled_to > 0
        self._days: NDArray[np.int64] = days[known].astype(np.int64)
        self._versions = np.zeros(int(days[-1]) + 1 if len(days) else 0, np.int64)
        self._versions[self._days] = versions[known]
        self.late = tail.read(session, self._versions, days[~known].tolist())
        self._late = list(self.late)

    @cached_property
    def types(self) -> dict[str, int]:
        """The numbers of types of events, by name."""
        return dict(
            self.session.execute(select(event_types.c.name, event_types.c.number)).tuples().all()
        )

    @cached_property
    def first(self) -> int:
        """The first day of which there are events; of none, 0."""
        return min([*self._days[:1].tolist(), *self.late], default=0)

    @cached_property
    def after(self) -> int:
        """The day after the last one of which there are events; of none, 0."""
        return max([*self._days[-1:].tolist(), *self.late], default=-1) + 1

    @property
    def newest(self) -> int:
        """The highest version of any day."""
        return int(self._versions.max(initial=0))

    @property
    def mark(self) -> bytes:
        """Another one where other events aren't summed up yet."""
        return tail.digest(*(some.mark for some in self.late.values()))

    def within(self, start: int, end: int) -> tuple[int, int]:
        """What lies between two milliseconds, but for days before and after all events."""
        return max(start, self.first * DAY_MS), min(end, self.after * DAY_MS)

    def known(self, first: int, after: int) -> list[int]:
        """The days from one until before another of which something is summed up."""
        start, end = np.searchsorted(self._days, (first, after))
        found: list[int] = self._days[start:end].tolist()
        return found

    def late_days(self, first: int, after: int) -> list[int]:
        """The days from one until before another of which something isn't summed up yet."""
        return self._late[bisect_left(self._late, first) : bisect_left(self._late, after)]

    def late_events(self, start: int, end: int) -> Columns:
        """What isn't summed up yet, from one millisecond until before another."""
        days = self.late_days(start // DAY_MS, -(-end // DAY_MS))
        parts = [self.late[day].events.between(start, end) for day in days]
        return columns.joined(parts, Columns.empty())

    def summary(self, start: int, end: int) -> Summary:
        """What there is from one millisecond until before another."""

        def make() -> Made:
            found = summaries.merged(self._summaries(start, end))
            return Made(found, found.size, (start // DAY_MS, -(-end // DAY_MS)))

        found: Summary = self.remembered(("from to", start, end), make, late=True)
        return found

    def users(self, start: int, end: int) -> BitMap:
        """Who did anything, from one millisecond until before another."""
        found: list[BitMap] = []
        for first, last in spans(*self.within(start, end)):
            if last - first == BLOCK_MS:
                found.append(self._block(first // DAY_MS))
            else:
                found += [part.users for part in self._summaries(first, last)]
        return summaries.union(found)

    def _block(self, first: int) -> BitMap:
        """Who did anything on days in a row."""
        after = first + BLOCK

        def make() -> Made:
            self.preload(first * DAY_MS, after * DAY_MS)
            parts = self._summaries(first * DAY_MS, after * DAY_MS)
            found = summaries.union(part.users for part in parts)
            return Made(found, 200 + 2 * len(found), (first, after))

        found: BitMap = self.remembered(("users", first), make, late=True)
        return found

    def _summaries(self, start: int, end: int) -> Iterator[Summary]:
        """Of each day or part of a day, and of what isn't summed up yet."""
        for day, first, last in pieces(max(start, self.first * DAY_MS), end):
            if self._version(day):
                yield self._summary(day) if last - first == DAY_MS else self._part(day, first, last)
            if day in self.late:
                yield self._late_summary(day, first, last)

    def _summary(self, day: int) -> Summary:
        found: Summary = self._load("summary", [day])[0]
        return found

    def _part(self, day: int, first: int, last: int) -> Summary:
        """A part of a day, as other time zones need it."""

        def make() -> Made:
            if cut := quarters.cut(first, last):
                found = quarters.summary(self.quarters(day), cut)
            else:
                found = summaries.summary(self._columns(day).between(first, last))
            return Made(found, found.size, (day, day + 1))

        found: Summary = self.remembered(("part", day, first, last), make)
        return found

    def _late_summary(self, day: int, first: int, last: int) -> Summary:
        def make() -> Made:
            found = summaries.summary(self.late[day].events.between(first, last))
            return Made(found, found.size, (day, day + 1))

        found: Summary = self.remembered(("late part", day, first, last), make, late=True)
        return found

    def quarters(self, day: int) -> Quarters:
        """A day's events, to be cut; only of a day that is summed up."""

        def make() -> Made:
            found = quarters.quarters(self._columns(day), day * DAY_MS)
            return Made(found, found.size, (day, day + 1))

        found: Quarters = self.remembered(("quarters", day), make)
        return found

    def parts(self, start: int, end: int, *, late: bool = True) -> Iterator[Columns]:
        """The events from one millisecond until before another, each part in order of time.

        Args:
            late: whether what isn't summed up yet is among them.
        """
        first, after = start // DAY_MS, -(-end // DAY_MS)
        found: list[Columns] = self._load("columns", self.known(first, after))
        found += [self.late[day].events for day in (self.late_days(first, after) if late else ())]
        return (part.between(start, end) for part in found)

    def recipe_counts(self, start: int, end: int) -> Iterator[RecipeCounts]:
        """Of what is summed up, from one millisecond until before another, part by part."""
        for day, first, last in pieces(start, end):
            if self._version(day):
                whole = last - first == DAY_MS
                yield self._recipes(day) if whole else self._recipes_part(day, first, last)

    def _recipes(self, day: int) -> RecipeCounts:
        found: RecipeCounts = self._load("recipes", [day])[0]
        return found

    def _recipes_part(self, day: int, first: int, last: int) -> RecipeCounts:
        def make() -> Made:
            if cut := quarters.cut(first, last):
                found = recipe_counts.within(self.ordered_recipes(day), cut)
            else:
                found = recipe_counts.counts(self._columns(day).between(first, last))
            return Made(found, 200 + 12 * len(found.recipe), (day, day + 1))

        found: RecipeCounts = self.remembered(("recipes", day, first, last), make)
        return found

    def ordered_recipes(self, day: int) -> Ordered:
        """A day's events that have a recipe, to be cut; only of a day that is summed up."""

        def make() -> Made:
            whole = self._recipes(day)
            found = recipe_counts.ordered(self._columns(day), day * DAY_MS, whole)
            return Made(found, found.size, (day, day + 1))

        found: Ordered = self.remembered(("ordered recipes", day), make)
        return found

    def runs(self, first: int, after: int) -> list[Runs]:
        """The runs of each day from one until before another, as far as it is summed up."""
        known = self.known(first, after)
        found = dict(zip(known, self._load("sessions", known), strict=True))
        return [found.get(day, Runs.empty()) for day in range(first, after)]

    def remembered(self, key: Key, make: Callable[[], Made], *, late: bool = False) -> Any:
        """What is made of days; made anew when one of them has changed.

        Args:
            key: what it is.
            make: makes it.
            late: whether it depends on what isn't summed up yet, too.
        """
        kept = memory().recall(key)
        if kept and kept.stamp == self._stamp(kept.reads, late):
            return kept.value
        return self.keep(key, make(), late=late)

    def keep(self, key: Key, made: Made, *, late: bool = False) -> Any:
        """Remember what was made of days; returns it."""
        memory().keep(key, Kept(*made, self._stamp(made.reads, late)))
        return made.value

    def holds(self, key: Key, *, late: bool = False) -> bool:
        """Whether something is remembered and still holds."""
        kept = memory().recall(key)
        return bool(kept and kept.stamp == self._stamp(kept.reads, late))

    def _stamp(self, reads: Reads, late: bool) -> bytes:
        """Says what days are, in 16 bytes; others when one of them changes."""
        first, after = reads
        versions = self._versions[max(first, 0) : max(after, 0)].tobytes()
        marks = [self.late[day].mark for day in self.late_days(first, after)] if late else []
        # Marks have one length: their number tells where the versions end.
        return tail.digest(len(marks).to_bytes(4), *marks, versions)

    def preload(self, start: int, end: int) -> None:
        """Read all days' sums in one go, before they are asked for one by one."""
        self._load("summary", self.known(start // DAY_MS, -(-end // DAY_MS)))

    def _version(self, day: int) -> int:
        return int(self._versions[day]) if 0 <= day < len(self._versions) else 0

    def _columns(self, day: int) -> Columns:
        found: Columns = self._load("columns", [day])[0]
        return found

    def _load(self, what: str, days: Sequence[int]) -> list[Any]:
        """Something of each of those days."""
        found = {}
        for day in days:
            kept = memory().recall((what, day))
            if kept and kept.stamp == self._stamp(kept.reads, late=False):
                found[day] = kept.value
        if len(found) < len(days):
            found |= self._read(what, [day for day in days if day not in found])
        return [found[day] for day in days]

    def _read(self, what: str, days: Sequence[int]) -> dict[int, Any]:
        all_ = event_days.c
        wanted = [all_.types, all_.counts, all_.users[1]] if what == "summary" else [all_[what]]
        query = select(all_.day, *wanted)
        query = query.where(all_.day.in_([day_of(day * DAY_MS) for day in days]))
        found = {}
        for date, *content in self.session.execute(query.execution_options(yield_per=_ROWS)):
            day = start_of(date) // DAY_MS
            value, size = _unpacked(what, day, content)
            found[day] = self.keep((what, day), Made(value, size, (day, day + 1)))
        return found


def spans(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A range of milliseconds as blocks, as far as whole ones fit in, and as days and parts of days."""
    while start < end:
        block = start % BLOCK_MS == 0 and start + BLOCK_MS <= end
        after = min(end, start // DAY_MS * DAY_MS + (BLOCK_MS if block else DAY_MS))
        yield start, after
        start = after


def pieces(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Each UTC day that isn't wholly outside, with the milliseconds from and until which it counts."""
    for day in range(start // DAY_MS, -(-end // DAY_MS)):
        first = day * DAY_MS
        yield day, max(start, first), min(end, first + DAY_MS)


def _unpacked(what: str, day: int, content: list[Any]) -> tuple[Any, int]:
    """A day's value, and about how many bytes it takes."""
    start = day * DAY_MS
    if what == "columns":
        found = columns.unpacked(content[0], start)
        return found, 18 * len(found.at)
    if what == "sessions":
        held = sessions.unpacked(content[0], start)
        return held, 24 * len(held.start)
    if what == "recipes":
        return recipe_counts.unpacked(content[0]), 1000 + 3 * len(content[0])
    types, counts, users = content
    value = Summary(BitMap.deserialize(users), dict(zip(types[1:], counts[1:], strict=True)))
    return value, value.size
