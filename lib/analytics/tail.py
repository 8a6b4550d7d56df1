"""Events that aren't summed up yet, by UTC day.

Which they are is known by their batches, for whose numbers PostgreSQL is asked every time; a process
reads only the batches that it hasn't read.
"""

import secrets
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from lib.analytics import columns, rollup
from lib.analytics.columns import EVER, Columns
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
        mark: another one for other events.
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


_NOTHING = _Known(np.zeros(0, np.int64), _Written(*Columns.empty(), np.zeros(0, np.int64)))


def read(session: Session, versions: NDArray[np.int64], unknown: list[int]) -> dict[int, Late]:
    """By day, as a number since 1970, in their order; days without late events have none.

    Args:
        versions: of each day that is summed up.
        unknown: days of whose sums nobody knows what is in them; they are read whole.
    """
    found = {}
    day, number, writer = columns.numbers(session, _BATCHES, ("i4", "i8", "i8"))
    day, number, writer = (each.astype(np.int64) for each in (day, number, writer))
    edges = [*np.flatnonzero(np.diff(day, prepend=-1)).tolist(), len(day)]
    for first, after in pairwise(edges):
        one, some = int(day[first]), slice(first, after)
        version = int(versions[one]) if one < len(versions) else 0
        events = _events(session, one, version, number[some], writer[some])
        found[one] = Late(number[some].tobytes(), events)
    for one in unknown:
        events, _ = columns.read(session, one * DAY_MS, (one + 1) * DAY_MS)
        found[one] = Late(secrets.token_bytes(16), events)
    return {one: found[one] for one in sorted(found) if len(found[one].events.at)}


def _events(
    session: Session, day: int, version: int, batches: NDArray[np.int64], writers: NDArray[np.int64]
) -> Columns:
    """A day's events of some batches."""
    key, stamp = ("tail", day), str(version).encode()
    kept = memory().recall(key)
    known: _Known = kept.value if kept and kept.stamp == stamp else _NOTHING
    wanted = np.isin(known.batches, batches, assume_unique=True)
    if not wanted.all():
        which = np.isin(known.written.batch, batches)
        written = _Written._make(each[which] for each in known.written)
        known = _Known(known.batches[wanted], written)
    missing = ~np.isin(batches, known.batches, assume_unique=True)
    if missing.any():
        new = _read(session, day, batches[missing], writers[missing])
        known = _Known(batches, columns.joined([known.written, new], _NOTHING.written))
        size = 200 + _EVENT_BYTES * len(known.written.at)
        memory().keep(key, Kept(known, size, (day, day + 1), stamp))
    return Columns(*known.written[:4])


def _read(
    session: Session, day: int, batches: NDArray[np.int64], writers: NDArray[np.int64]
) -> _Written:
    """A day's events of some transactions, each of which has a batch."""
    order = np.argsort(writers)
    batches, writers = batches[order], writers[order]
    first, last = int(writers[0]), min(int(writers[-1]) + 1, EVER)
    events, written_by = columns.read(session, day * DAY_MS, (day + 1) * DAY_MS, first, last)
    place = np.minimum(np.searchsorted(writers, written_by), len(writers) - 1)
    theirs = writers[place] == written_by
    return _Written(*events.part(theirs), batches[place[theirs]])
