"""A PostgreSQL of a benchmark's own, so that no benchmark touches the product's data."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from cli.postgres import EmbeddedPostgres
from lib import cache, db, migrate
from lib.analytics import accounts, memory
from lib.settings import settings


@contextmanager
def database(folder: str | None = None) -> Iterator[bool]:
    """The process's database becomes a scratch one; yields whether it was there before.

    Args:
        folder: where to keep it for the next run; None drops it at the end.
    """
    with tempfile.TemporaryDirectory(prefix="mealprep-bench-", dir="/tmp") as temporary:
        home = Path(folder or temporary)
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)  # PostgreSQL runs as a user of its own when we are root
        Path(temporary).chmod(0o755)
        server = EmbeddedPostgres(home / "postgres", Path(temporary) / "pg")
        server.ensure()
        try:
            before = _create(server)
            os.environ["DATABASE_URL"] = f"postgresql+psycopg://postgres@/scratch?host={server.sockets}"
            forget()
            migrate.upgrade(os.environ["DATABASE_URL"])
            yield before
            db.engine().dispose()
            db.background_sessions().kw["bind"].dispose()
            db.ledger_sessions().kw["bind"].dispose()
            db.lock_engine().dispose()
        finally:
            server.stop()


def forget() -> None:
    """Drop what the process remembers of settings and database."""
    for remembered in (
        settings,
        db.engine,
        db.sessions,
        db.reading_engine,
        db.background_sessions,
        db.ledger_sessions,
        db.lock_engine,
        cache.cache,
        memory.memory,
        accounts.counting,
    ):
        remembered.cache_clear()


def _create(server: EmbeddedPostgres) -> bool:
    with psycopg.connect(
        host=str(server.sockets), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        there = connection.execute("select 1 from pg_database where datname = 'scratch'").fetchone()
        if there is None:
            connection.execute("create database scratch")
        return there is not None
