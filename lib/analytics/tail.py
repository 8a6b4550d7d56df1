"""Events that aren't summed up yet, by UTC day.

Which they are is known by their batches, for whose numbers PostgreSQL is asked every time; a process
reads only the batches that it hasn't read.
"""

import hashlib
import secrets
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from lib.analytics import columns, rollup
from lib.analytics.columns import EVER, Columns, Part
from lib.analytics.memory import Kept, memory
from lib.analytics.periods import DAY_MS

_EVENT_BYTES = 26
# What was written since its day was summed up. A transaction may have written several batches.
_BATCHES = f"""
    with late as (
        select day - date '1970-01-01' as day, max(number) as number, batches.written_by
        from compute.event_batches as batches, unnest(days) as day
        left join compute.event_days using (day)
        where event_days.day is null
            or (batches.written_by >= {rollup.ROLLED_TO} and {rollup.ROLLED_TO} > 0)
        group by day, batches.written_by
    )
    select array_agg(day order by day, number), array_agg(number order by day, number),
           array_agg(written_by order by day, number)
    from late
"""


class Late(NamedTuple):
    """What of a day isn't summed up yet.

    Args:
        mark: 16 bytes; others for other events or another day.
        events: in order of time.
    """

    mark: bytes
    events: Columns


class _Written(NamedTuple):
    """Events as in `Columns`, and the batch of each."""

    at: NDArray[np.int64]
    person: NDArray[np.uint32]
    recipe: NDArray[np.uint32]
    type: NDArray[np.uint16]
    batch: NDArray[np.int64]


class _Known(NamedTuple):
    """What a process has read of a day.

    Args:
        batches: their numbers, ascending.
        written: their events in order of time.
    """

    batches: NDArray[np.int64]
    written: _Written


class _Batches(NamedTuple):
    """Some batches of a day, the same place in each array.

    Args:
        number: ascending.
        writer: the transaction that wrote it.
    """

    number: NDArray[np.int64]
    writer: NDArray[np.int64]

    def part(self, which: NDArray[np.bool_] | slice) -> "_Batches":
        return _Batches(self.number[which], self.writer[which])


_NOTHING = _Known(np.zeros(0, np.int64), _Written(*Columns.empty(), np.zeros(0, np.int64)))


def digest(*parts: bytes) -> bytes:
    """16 bytes that stand for all of them in a row."""
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def read(session: Session, versions: NDArray[np.int64], unknown: Sequence[int]) -> dict[int, Late]:
    """By day, as a number since 1970, in their order; days without late events have none.

    Args:
        versions: of each day that is summed up.
        unknown: days of whose sums nobody knows what is in them; they are read whole.
    """
    late = _batches(session)
    stamps = {day: str(versions[day] if day < len(versions) else 0).encode() for day in late}
    known = {day: _recalled(day, batches, stamps[day]) for day, batches in late.items()}
    missing = {
        day: batches.part(new)
        for day, batches in late.items()
        if (new := ~np.isin(batches.number, known[day].batches, assume_unique=True)).any()
    }
    for day, written in _read(session, missing).items():
        numbers = late[day].number
        whole = _Known(numbers, columns.joined([known[day].written, written], _NOTHING.written))
        size = 200 + _EVENT_BYTES * len(whole.written.at) + numbers.nbytes
        memory().keep(("tail", day), Kept(whole, size, (day, day + 1), stamps[day]))
        known[day] = whole
    found = {
        day: Late(digest(day.to_bytes(8), batches.number.tobytes()), Columns(*known[day].written[:4]))
        for day, batches in late.items()
    }
    for day in unknown:
        events, _ = columns.read(session, day * DAY_MS, (day + 1) * DAY_MS)
        found[day] = Late(secrets.token_bytes(16), events)
    return {day: found[day] for day in sorted(found) if len(found[day].events.at)}


def _batches(session: Session) -> dict[int, _Batches]:
    """Those that aren't summed up yet, by day."""
    read = columns.numbers(session, _BATCHES, ("i4", "i8", "i8"))
    day, number, writer = (each.astype(np.int64) for each in read)
    edges = [*np.flatnonzero(np.diff(day, prepend=-1)).tolist(), len(day)]
    batches = _Batches(number, writer)
    return {int(day[first]): batches.part(slice(first, after)) for first, after in pairwise(edges)}


def _recalled(day: int, batches: _Batches, stamp: bytes) -> _Known:
    """What this process knows of some batches of a day."""
    kept = memory().recall(("tail", day))
    known: _Known = kept.value if kept and kept.stamp == stamp else _NOTHING
    wanted = np.isin(known.batches, batches.number, assume_unique=True)
    if wanted.all():
        return known
    which = np.isin(known.written.batch, batches.number)
    return _Known(known.batches[wanted], _Written._make(each[which] for each in known.written))


def _read(session: Session, missing: dict[int, _Batches]) -> dict[int, _Written]:
    """The events of some batches, by day; of each transaction there is one batch."""
    if not missing:
        return {}
    parts = [
        Part(
            day * DAY_MS,
            (day + 1) * DAY_MS,
            int(some.writer.min()),
            min(int(some.writer.max()) + 1, EVER),
        )
        for day, some in missing.items()
    ]
    events, written_by = columns.read_parts(session, parts)
    found = {}
    for part, (day, batches) in zip(parts, missing.items(), strict=True):
        one = slice(*np.searchsorted(events.at, (part.start, part.end)))
        found[day] = _of_batches(events.part(one), written_by[one], batches)
    return found


def _of_batches(events: Columns, written_by: NDArray[np.int64], batches: _Batches) -> _Written:
    """The events that those batches brought."""
    batches = _Batches(*(each[np.argsort(batches.writer)] for each in batches))
    place = np.minimum(np.searchsorted(batches.writer, written_by), len(batches.writer) - 1)
    theirs = batches.writer[place] == written_by
    return _Written(*events.part(theirs), batches.number[place[theirs]])
