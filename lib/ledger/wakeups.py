"""Waiting for PostgreSQL to say that there is something to do."""

from typing import Any

import psycopg
from sqlalchemy import make_url

from lib import db
from lib.ledger.jobs import WAKE_UP


class WakeUps:
    """Listens on a connection of its own, which it opens again when it breaks."""

    def __init__(self) -> None:
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, seconds: float) -> bool:
        """Wait until something is said, or so long; whether something was.

        Raises:
            psycopg.OperationalError: the database doesn't answer.
        """
        try:
            if self._connection is None:
                url = make_url(db.database_url()).set(drivername="postgresql")
                address = url.render_as_string(hide_password=False)
                self._connection = psycopg.connect(address, autocommit=True, connect_timeout=3)
                self._connection.execute(f"listen {WAKE_UP}")
            return any(True for _ in self._connection.notifies(timeout=seconds, stop_after=1))
        except psycopg.Error:
            self.close()
            raise

    def close(self) -> None:
        """Let the connection go."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
