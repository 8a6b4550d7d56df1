"""Brings the whole stack up on one machine, and down again."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import httpx
import psutil
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from cli import processes
from cli.postgres import EmbeddedPostgres
from cli.problems import Stuck
from cli.ray_head import RayHead, write_secret
from lib import keys, migrate
from lib.db import database_url, new_engine, reason
from lib.errors import Unauthenticated
from lib.nutrition import store as foods
from lib.recipes import book, store
from lib.search import embedding, index
from lib.settings import ROOT, Settings
from lib.tables import recipes

Say = Callable[[str], None]

_MADE_IN_HOME = ("postgres", "models", "logs", "api-key", "ray-token", "database-url", ".lock")
_READY_TIMEOUT_S = 180
FREE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Part:
    """One thing that belongs to the stack."""

    name: str
    state: str
    processes: int
    memory_bytes: int


class Stack:
    """PostgreSQL (unless there is one already), Ray, and the Serve applications.

    Args:
        config: where everything is and listens.
        say: told what is being done or waited for.
    """

    def __init__(self, config: Settings, say: Say) -> None:
        self.config = config
        self.say = say
        self.ray = RayHead(config)
        self.postgres = None if config.database_url else EmbeddedPostgres.of(config)
        self.key_file = config.home / "api-key"

    def up(self) -> tuple[str, bool]:
        """Start whatever isn't running; returns the first API key, and whether it is new.

        Raises:
            Stuck: something is in the way.
        """
        with self._alone():
            return self._up()

    def _up(self) -> tuple[str, bool]:
        running = self._ray_lives()
        self._check_machine(running)
        self._make_run_dir()
        self._start_postgres()
        with self._engine() as sessions:
            self.say("Migrating the database")
            migrate.upgrade(database_url())
            converting = self._convert_model()
            if not running:
                self._start_ray()
            key, new = self._first_key(sessions)
            self._finish_converting(converting)
            self._load_foods(sessions)
            self._load_book(sessions)
        self.say("Deploying the services")
        self.ray.deploy()
        self._wait_until_ready()
        return key, new

    def down(self) -> None:
        """Stop everything; data stays."""
        with self._alone():
            self._down()

    def _down(self) -> None:
        self.say("Stopping Ray and what runs on it")
        processes.end_stack(self._processes())
        if self.postgres:
            self.say("Stopping PostgreSQL")
            self.postgres.stop()
        # Started meanwhile by something that ended a moment later.
        processes.end(self._processes())

    def reset(self) -> None:
        """Stop everything and delete what `up` has made; other files in the folder stay."""
        with self._alone():
            self._down()
            made = [self.config.run_dir, self.config.postgres_socket_dir]
            made += [self.config.home / name for name in _MADE_IN_HOME]
            for path in made:
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
        with suppress(OSError):
            self.config.home.rmdir()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Two that start or stop the same stack at once take turns."""
        self.config.home.mkdir(parents=True, exist_ok=True)
        lock = self.config.home / ".lock"
        with lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.say("Waiting for another mealprep command")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _ray_lives(self) -> bool:
        alive = {processes.module(process) for process in self._processes()}
        return {"gcs_server", "raylet"} <= alive and self.ray.answers()

    def parts(self) -> list[Part]:
        """What runs, and how much memory it holds."""
        found = self._processes()
        keepers = [p for p in found if processes.module(p) == "cli.keeper"]
        parts = []
        if self.postgres:
            servers = self.postgres.processes()
            state = "ok" if self.postgres.answers() else "down"
            parts.append(_part("PostgreSQL", state, servers))
            parts.append(_part("PostgreSQL's keeper", "ok" if keepers else "down", keepers))
        else:
            parts.append(Part("PostgreSQL", "by DATABASE_URL", 0, 0))
        rest = [p for p in found if p not in keepers]
        proxies = [p for p in rest if processes.module(p) == "haproxy"]
        nodes = [p for p in rest if p not in proxies]
        parts.append(_part("Ray", "ok" if self._ray_lives() else "down", nodes))
        if self.config.haproxy:
            parts.append(_part("HAProxy", "ok" if proxies else "down", proxies))
        for name, application in sorted(self.ray.applications().items()):
            parts.append(Part(name, str(application["status"]).lower(), 0, 0))
        return parts

    def _processes(self) -> list[psutil.Process]:
        return processes.of_stack(self.config.stack_id, self.config.run_dir)

    def _check_machine(self, running: bool) -> None:
        home = self.config.home
        free = shutil.disk_usage(home).free
        if free < FREE_BYTES:
            raise Stuck(
                f"The disk of {home} is full: {free // 1_000_000} MB left",
                "free at least 1 GB, or set MEALPREP_HOME to another disk",
            )
        if running:
            return
        leftovers = self._processes()
        nodes = [p for p in leftovers if processes.module(p) != "cli.keeper"]
        if nodes:
            self.say("Removing what an earlier start left behind")
            processes.end_stack(nodes)
        listeners = processes.listeners()
        for port, setting in self.ray.ports.items():
            if port in listeners:
                raise Stuck(
                    f"Port {port} is taken by {listeners[port]}",
                    f"stop it, or set {setting} to another port and run `make up` again",
                )

    def _make_run_dir(self) -> None:
        run_dir = self.config.run_dir
        run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if run_dir.is_symlink() or run_dir.stat().st_uid != os.getuid():
            raise Stuck(f"{run_dir} belongs to somebody else", "set MEALPREP_HOME to another folder")
        run_dir.chmod(0o700)  # Ray opens its folders below to everybody

    def _start_postgres(self) -> None:
        if not self.postgres:
            return
        self.say("Starting PostgreSQL")
        self.postgres.ensure()
        write_secret(self.config.database_url_file, self.postgres.url)
        running = self._processes()
        if not any(processes.module(process) == "cli.keeper" for process in running):
            self._spawn("cli.keeper")

    def _spawn(self, module: str) -> None:
        log = self.config.home / "logs" / f"{module.rsplit('.', 1)[-1]}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a") as output:
            subprocess.Popen(
                [sys.executable, "-m", module],
                cwd=ROOT,
                env=self.ray.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _engine(self) -> "_Sessions":
        return _Sessions(database_url())

    def _convert_model(self) -> subprocess.Popen[bytes] | None:
        """Begin to convert the embedding model in a process of its own, where that is still to do."""
        if embedding.converted().exists():
            return None
        code = "from lib.search import embedding; embedding.prepare()"
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=ROOT,
            env=self.ray.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def _finish_converting(self, converting: subprocess.Popen[bytes] | None) -> None:
        if not converting:
            return
        self.say("Converting the embedding model")
        _, told = converting.communicate()
        if converting.returncode:
            reason = told.decode(errors="replace").strip().splitlines()[-1:]
            raise Stuck(f"The embedding model can't be converted: {''.join(reason)}", "see above")

    def _start_ray(self) -> None:
        self.say("Starting Ray")
        self.ray.start()

    def _first_key(self, sessions: sessionmaker[Session]) -> tuple[str, bool]:
        """The key in the key file, and whether it had to be made since the database didn't know it."""
        with sessions.begin() as session:
            if self.key_file.exists():
                key = self.key_file.read_text().strip()
                with suppress(Unauthenticated):
                    keys.verify(session, key)
                    return key, False
            key = keys.issue(session, "first", "admin")
        write_secret(self.key_file, key)
        return key, True

    def _load_foods(self, sessions: sessionmaker[Session]) -> None:
        self.say("Loading the food table")
        with sessions.begin() as session:
            foods.load(session)

    def _load_book(self, sessions: sessionmaker[Session]) -> None:
        """Load and index the bundled recipes, all or none, where the database has no recipe."""
        with sessions.begin() as session:
            if session.scalar(select(func.count()).select_from(recipes)):
                return
            self.say("Loading the recipe book")
            for item in book.book():
                if item.draft is None:
                    raise Stuck(f"The recipe {item.name} is broken ({item.problem})", "mend its file")
                store.save(session, item.id, item.draft)
        self.say("Indexing the recipe book")
        model = embedding.Embedder(embedding.processor_threads())
        index.refresh(sessions, model.encode, embedding.model_name())

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_TIMEOUT_S
        waiting = "the services"
        while time.monotonic() < deadline:
            try:
                answer = httpx.get(f"{self.config.url}/ready", timeout=5, trust_env=False)
                state = answer.json()
                if answer.status_code == httpx.codes.OK:
                    return
                late = {**state["services"], "database": state["database"]}
                waiting = ", ".join(f"{name} ({why})" for name, why in late.items() if why != "ok")
            except (httpx.HTTPError, ValueError, KeyError):
                late_apps = [
                    name
                    for name, app in self.ray.applications().items()
                    if app.get("status") != "RUNNING"
                ]
                waiting = ", ".join(sorted(late_apps)) or "the HTTP port"
            self.say(f"Waiting for {waiting}")
            time.sleep(0.5)
        raise Stuck(f"Still waiting for {waiting}", "run `make logs` to see what they say")


class _Sessions:
    """Sessions of an engine that is gone afterwards."""

    def __init__(self, url: str) -> None:
        self._engine = new_engine(url, pool_size=2, statement_timeout_s=600)

    def __enter__(self) -> sessionmaker[Session]:
        try:
            with self._engine.connect() as connection:
                connection.execute(text("select 1"))
        except OperationalError as error:
            raise Stuck(
                f"The database can't be reached: {reason(error)}", "check DATABASE_URL"
            ) from None
        return sessionmaker(self._engine, expire_on_commit=False)

    def __exit__(self, *_: object) -> None:
        self._engine.dispose()


def _part(name: str, state: str, found: list[psutil.Process]) -> Part:
    return Part(name, state, len(found), sum(map(_memory, found)))


def _memory(process: psutil.Process) -> int:
    """Bytes that the process holds; what several share counts once, in equal parts (PSS)."""
    try:
        held = process.memory_full_info()
    except psutil.NoSuchProcess:
        return 0
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    return int(getattr(held, "pss", held.uss))
