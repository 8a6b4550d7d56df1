"""The index's facts in memory, as bitmaps of recipe numbers: what meets a filter, in microseconds.

PostgreSQL would have to read every row to count what meets a filter that few rows fail. Here each
fact ("diet:vegan", "kind:cheese") is a roaring bitmap; a filter is their intersection, and its size is
the exact total. A copy is brought up to date by reading the rows that were written since.
"""

import array
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap
from sqlalchemy import Row, func, select, text
from sqlalchemy.orm import Session

from lib.errors import Unavailable
from lib.search.documents import NUTRIENT_COLUMNS
from lib.search.filters import COLUMNS, Filters, Limits, Meaning, meaning
from lib.search.postings import Postings, unpacked
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
_HELD = (
    *(f"select number, '{name}:' || unnest({column}) as fact" for column, name in _LISTS.items()),
    *(f"select number, '{name}:' || {column} as fact" for column, name in _SINGLE.items()),
    "select number, case when all_known then 'known' end as fact",
)
# PostgreSQL turns rows into facts ten times faster than we would.
_FACTS = text(f"""
    with chosen as materialized (
        select number, all_known, {", ".join([*_LISTS, *_SINGLE])}
        from compute.recipe_index where number = any(:numbers)
    )
    select fact, string_agg(int4send(number), '') as numbers
    from ({" union all ".join(f"{each} from chosen" for each in _HELD)}) held
    where fact is not null group by fact
""")  # noqa: S608  (of names in this file)
# Removed rows stay for a day, so who hasn't looked for longer may have missed some.
_STALE_AFTER_S = 3600 * 12
_CHUNK = 5000
# Who waits takes one of the replica's threads.
_LONGEST_WAIT_S = 3
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

    @contextmanager
    def _held(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=_LONGEST_WAIT_S):
            raise Unavailable("The index is being read.", _LONGEST_WAIT_S)
        try:
            yield
        finally:
            self._lock.release()

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
        """Read what was committed since the last time.

        Raises:
            Unavailable: another thread has been reading for a while, as after very many changes.
        """
        with self._held():
            if time.monotonic() - self._looked_at > _STALE_AFTER_S:
                self._forget()
            self._looked_at = time.monotonic()
            state = session.execute(_STATE, {"horizon": self._horizon}).one()
            if (state.now_count, state.now_sum) == self._seen:
                return
            for chunk in _written_since(session, self._horizon):
                shown = [row for row in chunk if row.is_public and not row.removed]
                self._forget_recipes(BitMap(row.number for row in chunk))
                self._learn(session, shown)
                changed = [row.number for row in chunk]
                self.postings.replace(session, changed, {row.number: row.title for row in shown})
            # Transactions below the horizon had ended when the state was read, so their rows are in.
            # What was committed since may be in too: it shows as another state, and is read again.
            self._horizon = int(state.next_horizon)
            self._seen = (state.next_count, state.next_sum)

    def _forget_recipes(self, changed: BitMap) -> None:
        known = changed & self._all
        if known:
            for fact in self._facts.values():
                fact -= known
            self._all -= known
        self._grow(changed.max() + 1)

    def _learn(self, session: Session, rows: Sequence[Row[Any]]) -> None:
        numbers = [row.number for row in rows]
        for fact, packed in session.execute(_FACTS, {"numbers": numbers}):
            self._facts.setdefault(fact, BitMap()).update(unpacked(packed))
        for place, column in enumerate(_NUMBERS):
            self._numbers[place, numbers] = [
                np.nan if (value := getattr(row, column)) is None else value for row in rows
            ]
        self._needs[numbers] = [min(row.needed, 65535) for row in rows]
        self._all.update(numbers)

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
        with self._held():
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
            # What nobody knows is within no bounds: comparing NaN is false.
            holds &= values >= (-np.inf if least is None else least)
            if most is not None:
                holds &= values <= most
        return BitMap(array.array("I", numbers[holds].tobytes()))  # ten times as fast as from numpy's

    def covered(self, needs: Iterable[str], among: BitMap) -> npt.NDArray[np.int32]:
        """How many of these needs each of the recipes has, in order of their numbers."""
        with self._held():
            counts = np.zeros(self._numbers.shape[1], dtype=np.int32)
            for need in needs:
                if needing := self._facts.get(f"need:{need}"):
                    counts[as_array(needing)] += 1
            return counts[as_array(among)]

    def minutes(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.float64]:
        """Each of these recipes' total minutes, NaN where nobody knows."""
        with self._held():
            minutes: npt.NDArray[np.float64] = self._numbers[_NUMBERS.index("total_minutes"), numbers]
            return minutes

    def needs(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
        """How many needs each of these recipes has."""
        with self._held():
            return self._needs[numbers].astype(np.int32)


def _written_since(session: Session, horizon: int) -> Iterator[Sequence[Row[Any]]]:
    """The rows in order of their numbers, so many at a time; they needn't be in one transaction."""
    index = recipe_index.c
    query: Any = select(
        *(index[name] for name in ("number", "title", "is_public", "removed", *_NUMBERS)),
        func.cardinality(index.needs).label("needed"),
    ).where(index.written_by >= horizon)
    last = -1
    while chunk := session.execute(
        query.where(index.number > last).order_by(index.number).limit(_CHUNK)
    ).all():
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
