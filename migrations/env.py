"""Runs the migrations on one connection, one caller at a time."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from lib import tables
from lib.db import database_url

_LOCK = 360_360_001


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Only `compute` is ours to compare; the app's schema belongs to the TypeScript side."""
    return name == "compute" if kind == "schema" else True


def run() -> None:
    url = context.config.get_main_option("sqlalchemy.url") or database_url()
    # Without a pool the connection is closed, and the lock released, when a migration fails too.
    engine = create_engine(
        url.replace("%%", "%"),
        poolclass=NullPool,
        connect_args={"options": "-c search_path=public,compute"},
    )
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("create schema if not exists compute"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=tables.compute,
            include_schemas=True,
            include_name=include_name,
            version_table_schema="compute",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": _LOCK})
        connection.commit()
    engine.dispose()


run()
