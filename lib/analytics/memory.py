"""What a process has read or made of days, kept until one of the days that it depends on changes."""

import threading
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, NamedTuple

from cachetools import LRUCache

EVENTS_BYTES = 64 * 1024 * 1024
SUMS_BYTES = 320 * 1024 * 1024
"""What a process keeps, by size as stored or unpacked, whichever it holds."""

# One by one they are many and seldom needed again: they must not push out what is made of them.
_EVENTS = {"columns", "sessions", "tail", "sessions of", "late sessions of", "late runs"}

Key = tuple[Hashable, ...]

Reads = tuple[int, int]
"""Days, as numbers since 1970, from one until before another."""


class Kept(NamedTuple):
    """A value that is remembered.

    Args:
        value: whatever it is.
        size: about how many bytes it takes.
        reads: the days that it depends on.
        stamp: what they were when it was made.
    """

    value: Any
    size: int
    reads: Reads
    stamp: bytes


class Memory:
    """Values by what they are, the first part of their key; of each the one that was made last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events, self._sums = (
            LRUCache[Key, Kept](most, getsizeof=lambda kept: kept.size)
            for most in (EVENTS_BYTES, SUMS_BYTES)
        )

    def recall(self, key: Key) -> Kept | None:
        """What is remembered; the stamp tells whether it still holds."""
        with self._lock:
            found: Kept | None = self._part(key).get(key)
            return found

    def keep(self, key: Key, kept: Kept) -> None:
        """Remember something in place of what was there."""
        with self._lock:
            part = self._part(key)
            if kept.size < part.maxsize // 4:
                part[key] = kept
            else:
                part.pop(key, None)

    def _part(self, key: Key) -> "LRUCache[Key, Kept]":
        return self._events if key[0] in _EVENTS else self._sums


@lru_cache
def memory() -> Memory:
    """What this process remembers of the days of its database."""
    return Memory()
