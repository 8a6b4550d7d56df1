"""Real parts for every test: PostgreSQL, the embedding model, and for a few the whole stack."""

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.orm import Session, sessionmaker

from benchmarks import scratch
from cli.postgres import EmbeddedPostgres
from lib import db, keys, migrate
from lib.keys import Scope
from lib.recipes import book, store
from lib.search import embedding, index


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The session's MEALPREP_HOME; other settings of the machine's user don't reach the tests."""
    for name in list(os.environ):
        if name.startswith("MEALPREP_") or name in ("DATABASE_URL", "REDIS_URL"):
            del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="mealprep-test-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as a user of its own when we are root
        os.environ["MEALPREP_HOME"] = folder
        forget()
        yield Path(folder)


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL server of the session's own."""
    postgres = EmbeddedPostgres(home / "postgres", home / "pg")
    postgres.ensure()
    yield postgres
    postgres.stop()


@pytest.fixture(scope="session")
def model(home: Path) -> embedding.Embedder:
    """The embedding model that the product uses."""
    return embedding.Embedder(2)


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    """Name of a migrated database to copy from."""
    _administer(server, "create database template_empty")
    migrate.upgrade(url_of(server, "template_empty"))
    return "template_empty"


@pytest.fixture(scope="session")
def book_template(server: EmbeddedPostgres, template: str, model: embedding.Embedder) -> str:
    """Name of a database that holds the indexed recipe book."""
    _administer(server, f"create database template_book template {template}")
    engine = db.new_engine(url_of(server, "template_book"), 2, 60)
    sessions = sessionmaker(engine)
    for item in book.book():
        assert item.draft, f"{item.name}: {item.problem}"
        with sessions.begin() as session:
            store.save(session, item.id, item.draft)
    index.refresh(sessions, model.encode, embedding.model_name())
    engine.dispose()
    return "template_book"


@pytest.fixture
def database(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    """The URL of an empty, migrated database, which the product's code uses during the test."""
    yield from _copy(server, template)


@pytest.fixture
def book_database(server: EmbeddedPostgres, book_template: str) -> Iterator[str]:
    """As `database`, with the indexed recipe book in it."""
    yield from _copy(server, book_template)


@pytest.fixture
def sessions(database: str) -> sessionmaker[Session]:
    """Makes sessions on the test's empty database."""
    return db.sessions()


@pytest.fixture(scope="module")
def shared_book(server: EmbeddedPostgres, book_template: str) -> Iterator[str]:
    """As `book_database`, one for all tests of a module that only read."""
    yield from _copy(server, book_template)


def new_key(scope: Scope, name: str = "test", user_id: str | None = None) -> str:
    """An API key in the test's database, bound to a user if one is given."""
    with db.transaction() as session:
        return keys.issue(session, name, scope, user_id)


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


def url_of(server: EmbeddedPostgres, name: str) -> str:
    """SQLAlchemy URL of a database on the session's server."""
    return f"postgresql+psycopg://postgres@/{name}?host={server.sockets}"


def forget() -> None:
    """Drop what the process remembers of settings and database, and its connections."""
    for engine in (db.engine, db.reading_engine, db.lock_engine):
        if engine.cache_info().currsize:
            engine().dispose()
    scratch.forget()


def _copy(server: EmbeddedPostgres, template: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    _administer(server, f"create database {name} template {template}")
    before = os.environ.get("DATABASE_URL")
    _use(url_of(server, name))
    yield os.environ["DATABASE_URL"]
    _use(before)
    _administer(server, f"drop database {name} with (force)")


def _use(url: str | None) -> None:
    os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    forget()


def _administer(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(
        host=str(server.sockets), user="postgres", dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(statement)  # type: ignore[arg-type]
