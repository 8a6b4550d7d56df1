"""A TTL cache in every process, with Redis behind it where there is one.

Redis being down makes things slower, never wrong: after a failure it is left alone for a while.
Values are JSON.
"""

import json
import logging
import threading
import time
from functools import lru_cache
from typing import Any

import redis
from cachetools import TTLCache

from lib.settings import settings

logger = logging.getLogger("mealprep.cache")

_REDIS_REST_S = 10.0


class Cache:
    """Two levels: this process, then Redis.

    Args:
        ttl_s: seconds that a value lives in both levels; 0 stores nothing.
        redis_url: empty for no second level.
        max_items: values kept in this process.
    """

    def __init__(self, ttl_s: int, redis_url: str = "", max_items: int = 4096) -> None:
        self._ttl_s = ttl_s
        self._local: TTLCache[str, Any] = TTLCache(max_items, max(ttl_s, 1))
        self._lock = threading.Lock()
        self._redis = (
            redis.Redis.from_url(redis_url, socket_timeout=0.2, socket_connect_timeout=0.2)
            if redis_url
            else None
        )
        self._redis_rests_until = 0.0

    def get(self, key: str) -> Any | None:
        """The value, or None when neither level has it."""
        with self._lock:
            if key in self._local:
                return self._local[key]
        raw = self._ask_redis("get", key)
        if raw is None:
            return None
        value = json.loads(raw)
        with self._lock:
            self._local[key] = value
        return value

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON-able value in both levels."""
        if self._ttl_s == 0:
            return
        with self._lock:
            self._local[key] = value
        self._ask_redis("set", key, json.dumps(value), ex=self._ttl_s)

    def _ask_redis(self, command: str, key: str, *args: Any, **options: Any) -> Any:
        if self._redis is None or time.monotonic() < self._redis_rests_until:
            return None
        try:
            return getattr(self._redis, command)(f"mealprep:{key}", *args, **options)
        except redis.RedisError as error:
            self._redis_rests_until = time.monotonic() + _REDIS_REST_S
            logger.warning("Redis is not answering; going on without it", extra={"error": str(error)})
            return None


@lru_cache
def cache() -> Cache:
    """The process's cache."""
    return Cache(settings().cache_ttl_s, settings().redis_url)
