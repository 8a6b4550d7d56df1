"""Brings the database to the newest version of our schema."""

import threading

from alembic import command
from alembic.config import Config

from lib.settings import ROOT

# Alembic's context is one per process; other processes wait in migrations/env.py.
_ALEMBIC = threading.Lock()


def upgrade(url: str) -> None:
    """Run every migration that is missing; two callers at once wait for each other.

    Args:
        url: a SQLAlchemy URL.
    """
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    with _ALEMBIC:
        command.upgrade(config, "head")
