"""Waiting for a database that is gone for a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from lib import db

T = TypeVar("T")

_PATIENCE_S = 60.0
_PAUSE_S = 0.5


def patiently(do: Callable[[], T]) -> T:
    """Do it, again while the database doesn't answer, for a minute at most.

    A connection may break when a transaction was committed already, so twice must be as good as once.
    """
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return do()
        except (DBAPIError, PoolTimeout) as error:
            heals = isinstance(error, PoolTimeout) or db.passes(error)
            if not heals or time.monotonic() > deadline:
                raise
        time.sleep(_PAUSE_S)
