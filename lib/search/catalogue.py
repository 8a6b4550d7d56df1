"""The index's facts in memory, as bitmaps of recipe numbers: what meets a filter, in microseconds.

PostgreSQL would have to read every row to count what meets a filter that few rows fail. Here each
fact ("diet:vegan", "kind:cheese") is a roaring bitmap; a filter is their intersection, and its size is
the exact total. A copy is brought up to date by reading the rows that were written since.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap
from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from lib.search.documents import NUTRIENT_COLUMNS
from lib.search.filters import COLUMNS, Filters, Limits, Meaning, meaning
from lib.search.postings import Postings
from lib.tables import recipe_index

_NUMBERS = ("total_minutes", "servings", *NUTRIENT_COLUMNS)
_LISTS = {
    "diets": "diet",
    "claims": "claim",
    "clear_allergens": "clear",
    "terms": "term",
    "foods": "food",
    "kinds": "kind",
    "needs": "need",
}
_SINGLE = {"cuisine": "cuisine", "meal_type": "meal", "season": "season", "difficulty": "difficulty"}
# Removed rows stay for a day, so who hasn't looked for longer may have missed some.
_STALE_AFTER_S = 3600 * 12
_CHUNK = 5000
# What transactions at or above the horizon have written. A late one may have a lower number than those
# that were seen, and may replace what they wrote: then the sum differs.
_STATE = text("""
    with next as materialized (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as horizon)
    select count(*) as now_count, coalesce(sum(written_by), 0)::bigint as now_sum,
           count(*) filter (where written_by >= (select horizon from next)) as next_count,
           coalesce(sum(written_by) filter (where written_by >= (select horizon from next)), 0)::bigint
               as next_sum,
           (select horizon from next) as next_horizon
    from compute.recipe_index where written_by >= :horizon
""")


class Catalogue:
    """A process's copy; safe to use from several threads.

    Attributes:
        postings: of the words, brought up to date with the facts.
    """

    postings: Postings

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self.postings = Postings()
        self._facts: dict[str, BitMap] = {}
        self._all = BitMap()
        self._numbers = np.full((len(_NUMBERS), 0), np.nan, dtype=np.float64)
        self._needs: npt.NDArray[np.uint16] = np.zeros(0, dtype=np.uint16)
        self._seen: tuple[int, int] = (0, 0)
        self._horizon = 0
        self._looked_at = time.monotonic()

    def update(self, session: Session) -> None:
        """Read what was committed since the last time."""
        with self._lock:
            if time.monotonic() - self._looked_at > _STALE_AFTER_S:
                self._forget()
            self._looked_at = time.monotonic()
            state = session.execute(_STATE, {"horizon": self._horizon}).one()
            if (state.now_count, state.now_sum) == self._seen:
                return
            query = select(recipe_index).where(recipe_index.c.written_by >= self._horizon)
            unread = ("words", "steps", "row_versions", "indexed_at", "allergens")
            query = query.with_only_columns(*[c for c in recipe_index.c if c.name not in unread])
            for chunk in _chunks(session, query):
                self._replace(chunk)
                self.postings.replace(
                    session,
                    [row.number for row in chunk],
                    {row.number: row.title for row in chunk if row.is_public and not row.removed},
                )
            # Transactions below the horizon had ended when the state was read, so their rows are in.
            # What was committed since may be in too: it shows as another state, and is read again.
            self._horizon = int(state.next_horizon)
            self._seen = (state.next_count, state.next_sum)

    def _replace(self, rows: Sequence[Any]) -> None:
        changed = BitMap(row.number for row in rows) & self._all
        if changed:
            for fact in self._facts.values():
                fact -= changed
            self._all -= changed
        self._grow(max((row.number for row in rows), default=-1) + 1)
        found: dict[str, list[int]] = {}
        for row in rows:
            number = row.number
            if row.removed or not row.is_public:
                continue
            self._all.add(number)
            for column, prefix in _LISTS.items():
                for value in getattr(row, column):
                    found.setdefault(f"{prefix}:{value}", []).append(number)
            for column, prefix in _SINGLE.items():
                if (value := getattr(row, column)) is not None:
                    found.setdefault(f"{prefix}:{value}", []).append(number)
            if row.all_known:
                found.setdefault("known", []).append(number)
            for place, column in enumerate(_NUMBERS):
                value = getattr(row, column)
                self._numbers[place, number] = np.nan if value is None else value
            self._needs[number] = min(len(row.needs), 65535)
        for name, numbers in found.items():
            self._facts.setdefault(name, BitMap()).update(numbers)

    def _grow(self, size: int) -> None:
        have = self._numbers.shape[1]
        if size > have:
            size = max(size, have * 5 // 4)
            more = np.full((len(_NUMBERS), size - have), np.nan, dtype=np.float64)
            self._numbers = np.concatenate([self._numbers, more], axis=1)
            self._needs = np.concatenate([self._needs, np.zeros(size - have, dtype=np.uint16)])

    def __len__(self) -> int:
        return len(self._all)

    def matching(self, filters: Limits) -> BitMap:
        """The numbers of the public recipes that meet the filters."""
        with self._lock:
            found = self._all.copy()
            for fact in _all_of(filters):
                found &= self._fact(fact)
            for group in _one_of(filters):
                found &= BitMap.union(*map(self._fact, group)) if group else BitMap()
            for name in filters.include_ingredients:
                found &= self._having(meaning(name))
            for name in filters.exclude_ingredients:
                meant = meaning(name)
                if not meant.names_something:
                    return BitMap()
                found &= self._fact("known")
                found -= self._having(meant)
            return self._within(found, filters)

    def _fact(self, fact: str) -> BitMap:
        return self._facts.get(fact) or BitMap()

    def _having(self, meant: Meaning) -> BitMap:
        facts = [
            *(f"term:{term}" for term in meant.terms),
            *(f"food:{food}" for food in meant.foods),
            *(f"kind:{kind}" for kind in meant.kinds),
        ]
        return BitMap.union(*map(self._fact, facts)) if facts else BitMap()

    def _within(self, found: BitMap, filters: Limits) -> BitMap:
        bounds: list[tuple[str, float | None, float | None]] = []
        if filters.max_total_minutes is not None:
            bounds.append(("total_minutes", None, filters.max_total_minutes))
        if filters.min_servings is not None:
            bounds.append(("servings", filters.min_servings, None))
        if isinstance(filters, Filters):
            bounds += [(COLUMNS[n], each.min, each.max) for n, each in filters.nutrients.items()]
        if not bounds or not found:
            return found
        numbers = as_array(found)
        holds = np.ones(len(numbers), dtype=bool)
        for column, least, most in bounds:
            values = self._numbers[_NUMBERS.index(column), numbers]
            holds &= ~np.isnan(values)
            if least is not None:
                holds &= values >= least
            if most is not None:
                holds &= values <= most
        return BitMap(numbers[holds])

    def covered(self, needs: Iterable[str], among: BitMap) -> npt.NDArray[np.int32]:
        """How many of these needs each of the recipes has, in order of their numbers."""
        with self._lock:
            counts = np.zeros(self._numbers.shape[1], dtype=np.int32)
            for need in needs:
                if needing := self._facts.get(f"need:{need}"):
                    counts[as_array(needing)] += 1
            return counts[as_array(among)]

    def minutes(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
        """Each of these recipes' total minutes, NaN where nobody knows."""
        with self._lock:
            minutes: npt.NDArray[np.float64] = self._numbers[_NUMBERS.index("total_minutes"), numbers]
            return minutes

    def needs(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
        """How many needs each of these recipes has."""
        with self._lock:
            return self._needs[numbers].astype(np.int32)


def _chunks(session: Session, query: Select[Any]) -> Iterator[Sequence[Row[Any]]]:
    """The rows in order of their numbers, so many at a time; they needn't be in one transaction."""
    number = recipe_index.c.number
    last = -1
    while chunk := session.execute(query.where(number > last).order_by(number).limit(_CHUNK)).all():
        yield chunk
        last = chunk[-1].number


def as_array(numbers: BitMap) -> npt.NDArray[np.uint32]:
    """The numbers in a bitmap, ascending."""
    return np.frombuffer(numbers.to_array(), dtype=np.uint32) if numbers else np.zeros(0, np.uint32)


def _all_of(filters: Limits) -> list[str]:
    return [
        *(f"diet:{diet}" for diet in filters.diets),
        *(f"claim:{claim}" for claim in filters.claims),
        *(f"clear:{allergen}" for allergen in filters.exclude_allergens),
    ]


def _one_of(filters: Limits) -> list[list[str]]:
    groups = (
        [f"cuisine:{name.lower()}" for name in filters.cuisine],
        [f"meal:{meal}" for meal in filters.meal_type],
        [f"season:{season}" for season in filters.season],
        [f"difficulty:{level}" for level in filters.difficulty],
    )
    return [group for group in groups if group]
