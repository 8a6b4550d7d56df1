"""`mealprep doctor`: what the stack needs, looked at piece by piece."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version

import redis
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cli import processes
from cli.ray_head import RayHead, haproxy_binary
from cli.stack import FREE_BYTES
from lib import db
from lib.errors import MealPrepError
from lib.search import embedding
from lib.settings import ROOT, Settings

LOCK = ROOT / "requirements.lock"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `problem` says what is the matter and the way out."""

    name: str
    found: str = ""
    problem: str | None = None


def checks(config: Settings) -> Iterator[Check]:
    """Every check, one after the other."""
    looks: list[Callable[[Settings], Check]] = [
        _python,
        _packages,
        _disk,
        _ports,
        _haproxy,
        _model,
        _database,
        _redis,
    ]
    for look in looks:
        yield look(config)


def _python(_config: Settings) -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] != (3, 11):
        return Check("Python", problem=f"this is {found}; remove .venv and use Python 3.11")
    return Check("Python", found)


def _packages(_config: Settings) -> Check:
    wrong = []
    locked = 0
    needed = _needed()
    for line in LOCK.read_text().splitlines():
        name, _, wanted = line.partition("==")
        if not wanted or line.startswith("#"):
            continue
        locked += 1
        try:
            installed = version(name).partition("+")[0]
        except PackageNotFoundError:
            if name in needed:
                wrong.append(f"{name} is missing")
            continue  # others are needed for tests only
        if installed != wanted:
            wrong.append(f"{name} {installed} instead of {wanted}")
    if wrong:
        return Check("Packages", problem=f"{', '.join(wrong)}; remove .venv and run `make up`")
    return Check("Packages", f"as locked ({locked})")


def _needed() -> set[str]:
    """What the project itself depends on, the tests' tools left out."""
    found = map(Requirement, requires("mealprep360-compute") or [])
    return {canonicalize_name(r.name) for r in found if "extra" not in str(r.marker)}


def _disk(config: Settings) -> Check:
    place = next(path for path in (config.home, *config.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    if free < FREE_BYTES:
        return Check("Disk", problem=f"{free / 1e9:.1f} GB left at {place}; free at least 1 GB")
    return Check("Disk", f"{free / 1e9:.0f} GB free")


def _ports(config: Settings) -> Check:
    head = RayHead(config)
    if head.answers():
        return Check("Ports", "held by the running stack")
    listeners = processes.listeners()
    taken = [
        f"{port} by {listeners[port]} (move it with {setting})"
        for port, setting in head.ports.items()
        if port in listeners
    ]
    if taken:
        return Check("Ports", problem=f"taken: {'; '.join(taken)}")
    return Check("Ports", "free")


def _haproxy(config: Settings) -> Check:
    if not config.haproxy:
        return Check("HAProxy", "switched off")
    binary = haproxy_binary()
    return Check("HAProxy", "in its wheel" if binary else "none here: Serve's own proxy is used")


def _model(_config: Settings) -> Check:
    try:
        return Check("Embedding model", f"weights {embedding.weights_sha256()[:12]}")
    except MealPrepError as error:
        return Check("Embedding model", problem=f"{error.detail} Remove .venv and run `make up`")


def _database(_config: Settings) -> Check:
    try:
        with db.transaction() as session:
            found = session.scalar(text("show server_version"))
            count = session.scalar(text("select count(*) from public.recipes"))
    except MealPrepError as error:
        return Check("Database", problem=error.detail)
    except SQLAlchemyError as error:
        return Check("Database", problem=f"{type(error).__name__}; run `make up`, check DATABASE_URL")
    return Check("Database", f"PostgreSQL {found}, {count} recipes")


def _redis(config: Settings) -> Check:
    if not config.redis_url:
        return Check("Redis", "none set; each process caches for itself")
    try:
        redis.Redis.from_url(config.redis_url, socket_timeout=2, socket_connect_timeout=2).ping()
    except (redis.RedisError, ValueError) as error:
        return Check("Redis", problem=f"{type(error).__name__}; check REDIS_URL")
    return Check("Redis", "answers")
