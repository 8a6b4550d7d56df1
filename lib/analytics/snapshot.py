"""One look at all events: what is summed up, and what came since, as of one moment.

A process keeps what it has read of a day until the day's version changes.
"""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, TypeVar

import numpy as np
from cachetools import LRUCache
from pyroaring import BitMap
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lib.analytics import columns, recipe_counts, rollup, sessions, summaries
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS, day_of, start_of
from lib.analytics.recipe_counts import RecipeCounts
from lib.analytics.sessions import Runs
from lib.analytics.summaries import ALL, Counted, Summary
from lib.tables import event_days, event_types

MEMORY_BYTES = 256 * 1024 * 1024
"""What a process keeps of days, by size as stored or unpacked, whichever it holds."""

K = TypeVar("K")
V = TypeVar("V")

_CONSISTENT = text("set transaction isolation level repeatable read")
_DAYS = text(f"""
    select day, version, {rollup.ROLLED_TO} as rolled_to from compute.event_days
    where {rollup.ROLLED_TO} > 0 order by day
""")
# What was written since its day was summed up, or since nobody knows when, in a copied database.
_TAIL = text(f"""
    select number, batches.written_by, min(day) as first, max(day) as last
    from compute.event_batches as batches, unnest(days) as day left join compute.event_days using (day)
    where event_days.day is null or batches.written_by >= {rollup.ROLLED_TO}
    group by number, batches.written_by
""")
_UNKNOWN = text(f"select day from compute.event_days where {rollup.ROLLED_TO} = 0")


class _Day(NamedTuple):
    """What is known of a day without reading it."""

    version: int
    rolled_to: int


class _Memory:
    """What a process has read of days."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[Any, tuple[Any, int]] = LRUCache(
            MEMORY_BYTES, getsizeof=lambda kept: kept[1]
        )

    def all_of(
        self, keys: Sequence[K], read: Callable[[list[K]], Iterator[tuple[K, V, int]]]
    ) -> dict[K, V]:
        """The values of some keys; `read` gives those that aren't here, each with its size in bytes."""
        with self._lock:
            found = {key: self._kept[key][0] for key in keys if key in self._kept}
        missing = [key for key in keys if key not in found]
        for key, value, size in read(missing) if missing else ():
            found[key] = value
            with self._lock:
                if size < MEMORY_BYTES // 4:
                    self._kept[key] = (value, size)
        return found


@lru_cache
def memory() -> _Memory:
    """What this process remembers of the days of its database."""
    return _Memory()


class Snapshot:
    """Reads everything as of when it was made, for as long as its transaction lives.

    Args:
        session: at the start of its transaction.
    """

    def __init__(self, session: Session) -> None:
        session.execute(_CONSISTENT)
        self.session = session
        self.as_of: datetime = session.scalars(text("select statement_timestamp()")).one()
        self._days = {day: _Day(*rest) for day, *rest in session.execute(_DAYS)}
        self._order = list(self._days)  # they come in their order
        self.tail = self._read_tail()
        self._fetched: dict[tuple[date, str], Any] = {}

    @cached_property
    def types(self) -> dict[str, int]:
        """The numbers of types of events, by name."""
        return dict(
            self.session.execute(select(event_types.c.name, event_types.c.number)).tuples().all()
        )

    @cached_property
    def first(self) -> int:
        """A millisecond before which there is no event."""
        days = [start_of(self._order[0])] if self._order else []
        tail = [int(self.tail.at[0])] if len(self.tail.at) else []
        return min([*days, *tail], default=0)

    @cached_property
    def last(self) -> int:
        """A millisecond after which there is no event."""
        days = [start_of(self._order[-1]) + DAY_MS] if self._order else []
        tail = [int(self.tail.at[-1])] if len(self.tail.at) else []
        return max([*days, *tail], default=0)

    @cached_property
    def late(self) -> BitMap:
        """Those who did something that isn't summed up yet."""
        return summaries.bitmap(self.tail.person)

    def summary(self, start: int, end: int) -> Summary:
        """What there is from one millisecond until before another."""
        return summaries.merged(self._summaries(start, end))

    def users(self, start: int, end: int) -> BitMap:
        """Who did anything, from one millisecond until before another."""
        return BitMap.union(*(part[ALL].users for part in self._summaries(start, end)))

    def _summaries(self, start: int, end: int) -> Iterator[Summary]:
        """Of each day or part of a day, and of what isn't summed up yet."""
        for day, first, last in _pieces(max(start, self.first), end):
            if day in self._days:
                yield self._summary(day) if last - first == DAY_MS else self._part(day, first, last)
        yield summaries.summary(self.tail.between(start, end))

    def columns(
        self, start: int, end: int, *, types: Collection[int] | None = None, tail: bool = True
    ) -> Columns:
        """The events from one millisecond until before another.

        Args:
            types: numbers of those that are wanted; None: all.
            tail: whether what isn't summed up yet is among them.
        """
        days: list[Columns] = self._load("columns", self._known(start, end))
        parts = [day.between(start, end) for day in days]
        parts += [self.tail.between(start, end)] if tail else []
        if types is not None:
            wanted = np.zeros(2**16, np.bool_)
            wanted[[kind for kind in types if kind >= 0]] = True
            parts = [part.part(wanted[part.type]) for part in parts]
        return columns.joined(parts, Columns.empty())

    def recipe_counts(self, start: int, end: int) -> RecipeCounts:
        """Of what is summed up, from one millisecond until before another, a day apart or less."""
        if end - start == DAY_MS and start % DAY_MS == 0:
            known = self._load("recipes", self._known(start, end))
            return known[0] if known else recipe_counts.counts(Columns.empty())

        def make() -> tuple[RecipeCounts, int]:
            found = recipe_counts.counts(self.columns(start, end, tail=False))
            return found, 200 + 12 * len(found.recipe)

        return self.remembered("recipes", start, end, make)

    def runs(self, start: int, end: int) -> list[tuple[date, Runs]]:
        """The runs of each UTC day that isn't wholly outside, without the tail's."""
        days = [day for day, _, _ in _pieces(start, end)]
        known = [day for day in days if day in self._days]
        found = dict(zip(known, self._load("sessions", known), strict=True))
        return [(day, found.get(day, Runs.empty())) for day in days]

    def remembered(
        self,
        what: Hashable,
        start: int,
        end: int,
        make: Callable[[], tuple[V, int]],
        reads: tuple[int, int] | None = None,
    ) -> V:
        """What is made of the summed-up part of days; made anew when one of them has changed.

        Args:
            what: is made.
            start, end: milliseconds that it is about.
            make: gives it, and about how many bytes it takes.
            reads: milliseconds from and until which days are read; None: start and end.
        """
        versions = tuple(self._days[day].version for day in self._known(*(reads or (start, end))))
        key = (what, start, end, versions)
        return memory().all_of([key], lambda _: iter([(key, *make())]))[key]

    def preload(self, start: int, end: int) -> None:
        """Read all days in one go, before they are asked for one by one."""
        days = self._known(start, end)
        self._load("summary", days)
        if start % DAY_MS or end % DAY_MS:
            self._load("columns", days)

    def _known(self, start: int, end: int) -> list[date]:
        first = bisect_left(self._order, day_of(start))
        return self._order[first : bisect_right(self._order, day_of(max(start, end - 1)))]

    def _summary(self, day: date) -> Summary:
        found: Summary = self._load("summary", [day])[0]
        return found

    def _part(self, day: date, first: int, last: int) -> Summary:
        """A part of a day, as other time zones need it."""

        def make() -> tuple[Summary, int]:
            found = summaries.summary(self._load("columns", [day])[0].between(first, last))
            return found, 200 + 3 * sum(len(counted.users) for counted in found.values())

        return self.remembered("part", first, last, make)

    def _load(self, what: str, days: Sequence[date]) -> list[Any]:
        """Something of each of those days."""
        asked = [day for day in days if (day, what) not in self._fetched]
        if asked:
            keys = [(what, day, self._days[day].version) for day in asked]
            found = memory().all_of(keys, self._read)
            self._fetched |= {(day, what): found[key] for day, key in zip(asked, keys, strict=True)}
        return [self._fetched[day, what] for day in days]

    def _read(self, keys: list[tuple[str, date, int]]) -> Iterator[tuple[Any, Any, int]]:
        what = keys[0][0]
        versions = {day: version for _, day, version in keys}
        names = ("types", "counts", "users") if what == "summary" else (what,)
        query = select(event_days.c.day, *(event_days.c[name] for name in names))
        query = query.where(event_days.c.day.in_(versions))
        for day, *content in self.session.execute(query.execution_options(yield_per=50)):
            value, size = _unpacked(what, day, content)
            yield (what, day, versions[day]), value, size

    def _read_tail(self) -> Columns:
        batches = {row.number: row for row in self.session.execute(_TAIL)}
        unknown = self.session.scalars(_UNKNOWN).all()
        found = memory().all_of([("batch", number) for number in batches], self._reading(batches))
        parts = [
            self._fresh(part, batches[number].written_by, unknown) for (_, number), part in found.items()
        ]
        for start in map(start_of, unknown):
            parts.append(columns.read(self.session, start, start + DAY_MS)[0])
        return columns.joined(parts, Columns.empty())

    def _reading(self, batches: dict[int, Any]) -> Callable[..., Iterator[tuple[Any, Columns, int]]]:
        """Reads batches, all in one go: they were written lately, and so lie together."""

        def read(keys: list[tuple[str, int]]) -> Iterator[tuple[Any, Columns, int]]:
            wanted = [batches[number] for _, number in keys]
            start = start_of(min(row.first for row in wanted))
            end = start_of(max(row.last for row in wanted)) + DAY_MS
            writers = [row.written_by for row in wanted]
            events, written_by = columns.read(self.session, start, end, min(writers), max(writers) + 1)
            for key, writer in zip(keys, writers, strict=True):
                part = events.part(written_by == writer)
                yield key, part, 200 + 18 * len(part.at)

        return read

    def _fresh(self, part: Columns, written_by: int, unknown: Collection[date]) -> Columns:
        """What of a batch isn't counted otherwise: in the sums of its days, or with a day read whole."""
        numbers = part.at // DAY_MS
        counted = []
        for number in np.unique(numbers).tolist():
            day = day_of(number * DAY_MS)
            summed = self._days.get(day)
            if day in unknown or (summed and summed.rolled_to > written_by):
                counted.append(number)
        return part.part(~np.isin(numbers, counted)) if counted else part


def _pieces(start: int, end: int) -> Iterator[tuple[date, int, int]]:
    """Each UTC day that isn't wholly outside, with the milliseconds from and until which it counts."""
    for number in range(start // DAY_MS, -(-end // DAY_MS)):
        first = number * DAY_MS
        yield day_of(first), max(start, first), min(end, first + DAY_MS)


def _unpacked(what: str, day: date, content: list[Any]) -> tuple[Any, int]:
    """A day's value, and about how many bytes it takes."""
    start = start_of(day)
    if what == "columns":
        found = columns.unpacked(content[0], start)
        return found, 18 * len(found.at)
    if what == "sessions":
        held = sessions.unpacked(content[0], start)
        return held, 24 * len(held.start)
    if what == "recipes":
        return recipe_counts.unpacked(content[0]), 1000 + 3 * len(content[0])
    types, counts, users = content
    value = {
        kind: Counted(count, BitMap.deserialize(some))
        for kind, count, some in zip(types, counts, users, strict=True)
    }
    return value, 1000 + sum(map(len, users))
