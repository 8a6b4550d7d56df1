"""What a process has read or made of days, kept until one of the days that it depends on changes."""

import threading
from collections.abc import Hashable
from functools import lru_cache
from typing import Any, NamedTuple

from cachetools import LRUCache

MEMORY_BYTES = 256 * 1024 * 1024
"""What a process keeps of days, by size as stored or unpacked, whichever it holds."""

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
    """Values by what they are; of each the one that was made last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[Hashable, Kept] = LRUCache(MEMORY_BYTES, getsizeof=lambda kept: kept.size)

    def recall(self, key: Hashable) -> Kept | None:
        """What is remembered; the stamp tells whether it still holds."""
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Hashable, kept: Kept) -> None:
        """Remember something in place of what was there."""
        with self._lock:
            if kept.size < MEMORY_BYTES // 4:
                self._kept[key] = kept
            else:
                self._kept.pop(key, None)


@lru_cache
def memory() -> Memory:
    """What this process remembers of the days of its database."""
    return Memory()
