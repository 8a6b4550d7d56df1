"""Events as columns of numbers, as they are read from PostgreSQL and kept by day."""

import zlib
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from lib.db import driver

# PostgreSQL counts microseconds from here.
_POSTGRES_EPOCH_MS = 946_684_800_000
# One row of arrays: COPY, or rows, would go through Python event by event.
_ARRAYS = """
    select array_agg(occurred_at), array_agg(written_by), array_agg(person), array_agg(recipe),
           array_agg(type)
"""
_READ = f"""
    {_ARRAYS} from compute.events
    where occurred_at >= to_timestamp(%s / 1000.0) and occurred_at < to_timestamp(%s / 1000.0)
        and written_by >= %s and written_by < %s
"""
# Each part by the index. The limits of all are known when it is planned, so other months are left out.
_PARTS = """
    (
        select to_timestamp(first / 1000.0) as first, to_timestamp(after / 1000.0) as after,
               written_from, written_before
        from unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
            as given(first, after, written_from, written_before)
        offset 0
    ) as parts cross join lateral (
        select occurred_at, events.written_by, person, recipe, type from compute.events
        where occurred_at >= parts.first and occurred_at < parts.after
            and written_by >= parts.written_from and written_by < parts.written_before
            and occurred_at >= to_timestamp(%s / 1000.0) and occurred_at < to_timestamp(%s / 1000.0)
        offset 0
    ) as found
"""
_READ_PARTS = f"{_ARRAYS} from {_PARTS}"
_KINDS = ("i8", "i8", "i4", "i4", "i2")
_ARRAY_HEADER_BYTES = 20
EVER = 2**62
"""Above every transaction's number."""


C = TypeVar("C", bound=tuple[NDArray[Any], ...])


class Columns(NamedTuple):
    """Events in order of their time, the same place in each array.

    Args:
        at: milliseconds since 1970, UTC; int64.
        person: number in event_people; uint32.
        recipe: number in event_recipes, 0 for none; uint32.
        type: number in event_types; uint16.
    """

    at: NDArray[np.int64]
    person: NDArray[np.uint32]
    recipe: NDArray[np.uint32]
    type: NDArray[np.uint16]

    @classmethod
    def empty(cls) -> Self:
        """No event."""
        return cls(
            np.zeros(0, np.int64), np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint16)
        )

    def part(self, which: NDArray[Any] | slice) -> "Columns":
        """Some of them."""
        return Columns._make(column[which] for column in self)

    def between(self, start: int, end: int) -> "Columns":
        """Those from one millisecond until before another."""
        first, last = np.searchsorted(self.at, (start, end))
        return self.part(slice(first, last))


def joined(parts: Iterable[C], nothing: C) -> C:
    """All of them, in order of their first column; each part is.

    Args:
        parts: named tuples of columns, as `Columns`.
        nothing: what there is when all are empty.
    """
    found = [part for part in parts if len(part[0])]
    if not found:
        return nothing
    if len(found) == 1:
        return found[0]
    whole = [np.concatenate(columns) for columns in zip(*found, strict=True)]
    if not all(one[0][-1] <= other[0][0] for one, other in pairwise(found)):
        order = np.argsort(whole[0], kind="stable")
        whole = [column[order] for column in whole]
    return type(nothing)(*whole)


def gathered(parts: Iterable[Columns]) -> Columns:
    """All of them, part after part."""
    found = [part for part in parts if len(part.at)]
    if not found:
        return Columns.empty()
    return Columns(*map(np.concatenate, zip(*found, strict=True)))


def of_types(events: Columns, types: Iterable[int]) -> Columns:
    """Those of some types; a number below zero is none."""
    wanted = np.zeros(2**16, np.bool_)
    wanted[[kind for kind in types if kind >= 0]] = True
    return events.part(wanted[events.type])


def packed_numbers(*columns: NDArray[Any]) -> bytes:
    """Columns of as many numbers below 2^32, compressed."""
    return zlib.compress(b"".join(column.astype("<u4").tobytes() for column in columns), level=1)


def unpacked_numbers(content: bytes, columns: int) -> NDArray[np.uint32]:
    """What was packed; shape `(columns, numbers)`."""
    return np.frombuffer(zlib.decompress(content), "<u4").reshape(columns, -1)


def read(
    session: Session, start: int, end: int, written_from: int = 0, written_before: int = EVER
) -> tuple[Columns, NDArray[np.int64]]:
    """Events from one millisecond until before another, and the transaction that wrote each.

    Args:
        written_from: no transaction before this one.
        written_before: only transactions before this one.
    """
    return _ordered(numbers(session, _READ, _KINDS, (start, end, written_from, written_before)))


class Part(NamedTuple):
    """Events to be read: between two milliseconds, and by transactions from one until before another."""

    start: int
    end: int
    written_from: int
    written_before: int


def read_parts(session: Session, parts: Sequence[Part]) -> tuple[Columns, NDArray[np.int64]]:
    """As `read`, of several parts at once; at least one, none of which overlap."""
    starts, ends, *written = map(list, zip(*parts, strict=True))
    given = (starts, ends, *written, min(starts), max(ends))
    return _ordered(numbers(session, _READ_PARTS, _KINDS, given))


def _ordered(arrays: Sequence[NDArray[Any]]) -> tuple[Columns, NDArray[np.int64]]:
    """What was read, in order of time."""
    at, written_by, person, recipe, kind = arrays
    at = _milliseconds(at)
    order = np.argsort(at, kind="stable")
    found = Columns(
        at[order],
        person.astype(np.uint32)[order],
        recipe.astype(np.uint32)[order],
        kind.astype(np.uint16)[order],
    )
    return found, written_by.astype(np.int64)[order]


def moments(session: Session, query: str) -> NDArray[np.int64]:
    """The milliseconds since 1970 of the times that a query gathers in one array."""
    return _milliseconds(numbers(session, query, ("i8",))[0])


def numbers(
    session: Session, query: str, kinds: Sequence[str], given: Sequence[object] = ()
) -> list[NDArray[Any]]:
    """The arrays of a query's one row; an array that is null is empty.

    Args:
        kinds: of each array's numbers, as `i8`.
        given: in place of the query's parameters.
    """
    with driver(session) as connection, connection.cursor(binary=True) as cursor:
        cursor.execute(query, given)
        result = cursor.pgresult
        if result is None:
            return []
        return [_numbers(result.get_value(0, place), kind) for place, kind in enumerate(kinds)]


def _milliseconds(at: NDArray[Any]) -> NDArray[np.int64]:
    return at.astype(np.int64) // 1000 + _POSTGRES_EPOCH_MS


def _numbers(array: bytes | None, kind: str) -> NDArray[Any]:
    """The elements of a PostgreSQL array in binary form, each of which stands behind its length."""
    if array is None:
        return np.zeros(0, kind)
    elements = np.dtype([("length", ">i4"), ("value", f">{kind}")])
    return np.frombuffer(array, elements, offset=_ARRAY_HEADER_BYTES)["value"]


def packed(columns: Columns, start: int) -> bytes:
    """A day's events, compressed.

    Args:
        start: millisecond at which the day begins.
    """
    first = np.diff(columns.at - start, prepend=0).astype(np.uint32)
    parts = (first, columns.person, columns.recipe, columns.type)
    # The bytes of like weight lie together: most of the upper ones are the same.
    return zlib.compress(b"".join(_by_weight(part) for part in parts), level=1)


def unpacked(content: bytes, start: int) -> Columns:
    """What was packed."""
    raw = zlib.decompress(content)
    types = (np.uint32, np.uint32, np.uint32, np.uint16)
    count = len(raw) // sum(np.dtype(each).itemsize for each in types)
    found, place = [], 0
    for each in types:
        size = np.dtype(each).itemsize
        part = np.frombuffer(raw, np.uint8, count * size, place).reshape(size, count)
        found.append(np.ascontiguousarray(part.T).view(each).ravel())
        place += count * size
    at = np.cumsum(found[0], dtype=np.int64) + start
    return Columns(at, found[1], found[2], found[3])  # type: ignore[arg-type]


def _by_weight(numbers: NDArray[Any]) -> bytes:
    size = numbers.dtype.itemsize
    return np.ascontiguousarray(
        np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, size).T
    ).tobytes()
