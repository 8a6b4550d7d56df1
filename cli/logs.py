"""`mealprep logs`: the last lines that each part wrote, or everything it writes from now on."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, Literal

import typer

from lib.settings import Settings, settings

Part = Literal["services", "ray", "postgres", "all"]

_POLL_S = 0.5
_ACTOR = ":actor_name:"
_TAIL_BYTES = 256_000


def show(
    part: Annotated[Part, typer.Argument(help="Whose logs.")] = "services",
    lines: Annotated[int, typer.Option("--lines", "-n", min=0, help="Last lines of each file.")] = 20,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
) -> None:
    """What the services, Ray and PostgreSQL say; the services' lines are JSON with request ids."""
    places: dict[Path, int] = {}
    for path in files(settings(), part):
        _print(path, tail(path, lines))
        places[path] = path.stat().st_size
    while follow:
        for path in files(settings(), part):
            start = places.get(path, 0)
            with path.open("rb") as file:
                file.seek(start if start <= path.stat().st_size else 0)
                _print(path, file.read().decode(errors="replace").splitlines())
                places[path] = file.tell()
        time.sleep(_POLL_S)


def files(config: Settings, part: Part) -> Iterator[Path]:
    """The log files of a part, those of the newest Ray session only."""
    ray = config.run_dir / "ray" / "session_latest" / "logs"
    patterns = {
        "services": [(ray, "worker-*.err"), (ray / "serve", "*.log")],
        "ray": [(ray, "raylet.*"), (ray, "gcs_server.*"), (ray, "dashboard*.log"), (ray, "job-*")],
        "postgres": [(config.home / "postgres", "log"), (config.home / "logs", "keeper.log")],
    }
    for name, wanted in patterns.items():
        if part in (name, "all"):
            for folder, pattern in wanted:
                yield from sorted(path for path in folder.glob(pattern) if path.is_file())


def _print(path: Path, lines: list[str]) -> None:
    name = speaker(path)
    for line in lines:
        if not line.startswith(_ACTOR[:1]):  # Ray's own marks
            print(f"{name}: {line}", flush=True)


def speaker(path: Path) -> str:
    """Whose log it is: the actor's name where Ray has written one into it, else the file's."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in islice(file, 5):
            if line.startswith(_ACTOR):
                return line.removeprefix(_ACTOR).strip().removeprefix("ServeReplica:")
    return path.name


def tail(path: Path, count: int) -> list[str]:
    """The file's last lines."""
    if not count:
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace").splitlines()[-count:]
