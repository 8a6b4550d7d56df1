"""The one way to PostgreSQL: a transaction per request or job step; none for what only reads, often."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from lib.errors import Unavailable
from lib.settings import settings

_BACKGROUND_TIMEOUT_S = 600
_LEDGER_TIMEOUT_S = 30
_MOST_LOCKS = 16
_TRUSTED_S = 1.0
"""So soon after its last use a connection is taken for alive, which saves a request one wait."""


def database_url() -> str:
    """The configured database, else the embedded server's address.

    Raises:
        Unavailable: neither is there.
    """
    if settings().database_url:
        url = make_url(settings().database_url)
    elif settings().database_url_file.exists():
        url = make_url(settings().database_url_file.read_text().strip())
    else:
        raise Unavailable("There is no database yet: run `make up`, or set DATABASE_URL.")
    return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def new_engine(
    url: str, pool_size: int, statement_timeout_s: int, *, plan_cache: str = "force_custom_plan"
) -> Engine:
    """An engine whose connections find pgvector, and give up on a server that is gone.

    A statement ends after its time limit as long as the server works; a server that was lost on the
    network is noticed within about 20 seconds.

    Plans are made for the actual filter values: with a generic plan PostgreSQL would use the vector
    index for selective filters too, and lose most of the matches.
    """
    options = (
        f"-c search_path=public,compute -c plan_cache_mode={plan_cache} "
        f"-c statement_timeout={statement_timeout_s * 1000} "
        "-c idle_in_transaction_session_timeout=60000"
    )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=5,
        pool_use_lifo=True,  # the last one used has its plans and pages at hand
        hide_parameters=True,  # errors are logged; what people sent is not
        connect_args={
            "options": options,
            "connect_timeout": 3,
            "keepalives_idle": 5,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,
        },
    )
    _check_after_idling(engine)
    return engine


def _check_after_idling(engine: Engine) -> None:
    """Have a connection that was lost while nobody used it replaced, with all that are as old."""

    @event.listens_for(engine, "checkin")
    def returned(_connection: Any, record: Any) -> None:
        record.info["returned_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checked(connection: Any, record: Any, _proxy: Any) -> None:
        returned_at = record.info.get("returned_at")
        if returned_at is None or time.monotonic() - returned_at < _TRUSTED_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise InvalidatePoolError("lost while nobody used it") from error


@lru_cache
def engine() -> Engine:
    """The process's engine."""
    return new_engine(database_url(), settings().db_pool_size, settings().db_timeout_s)


@lru_cache
def sessions() -> sessionmaker[Session]:
    """Makes the process's sessions."""
    return sessionmaker(engine(), expire_on_commit=False)


@lru_cache
def reading_engine() -> Engine:
    """Connections on which each statement stands alone: what only reads need not wait for the begin and
    the end of a transaction.

    Plans are made once: for statements whose best plan is the same for all values, and which compute
    nothing for each row that follows from their parameters alone.
    """
    url, config = database_url(), settings()
    engine = new_engine(url, config.db_pool_size, config.db_timeout_s, plan_cache="auto")
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def reading() -> Iterator[Session]:
    """A session whose statements stand alone, for the thread that opens it."""
    with Session(reading_engine(), expire_on_commit=False) as session:
        yield session


@lru_cache
def background_sessions() -> sessionmaker[Session]:
    """Makes sessions for work that nobody waits for: few connections, statements of minutes."""
    return sessionmaker(new_engine(database_url(), 2, _BACKGROUND_TIMEOUT_S), expire_on_commit=False)


@lru_cache
def ledger_sessions() -> sessionmaker[Session]:
    """Makes sessions in which a job's progress is written while the job itself uses others."""
    # Its few statements always find their rows by the same indexes, so they are planned once.
    engine = new_engine(database_url(), 3, _LEDGER_TIMEOUT_S, plan_cache="auto")
    return sessionmaker(engine, expire_on_commit=False)


@lru_cache
def lock_engine() -> Engine:
    """Connections that hold locks while somebody works for longer than a transaction may last."""
    return new_engine(database_url(), _MOST_LOCKS, settings().db_timeout_s)


@contextmanager
def driver(session: Session) -> Iterator[psycopg.Connection[Any]]:
    """The driver's connection of a session's transaction, for COPY and what is read in binary form.

    Raises:
        DBAPIError: what the driver raises within, as it would come from the session.
    """
    found: Any = session.connection().connection.driver_connection
    try:
        yield found
    except psycopg.Error as error:
        raise DBAPIError.instance(None, None, error, psycopg.Error, hide_parameters=True) from error


def passes(error: DBAPIError) -> bool:
    """Whether time heals it; other database errors are faults of ours."""
    state = getattr(error.orig, "sqlstate", None) or ""
    lost = not state and isinstance(error, OperationalError | InterfaceError)
    return lost or state[:2] in ("08", "40", "53", "57")


def reason(error: DBAPIError) -> str:
    """What the database or its driver said, in one line and without what was sent to it."""
    return (str(error.orig).strip() or type(error.orig).__name__).splitlines()[0]


@contextmanager
def transaction() -> Iterator[Session]:
    """A session that commits at the end, or rolls back when something is raised."""
    with sessions().begin() as session:
        yield session
