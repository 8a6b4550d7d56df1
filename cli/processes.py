"""The processes of one stack, found by what they inherit: a mark in the environment, or Ray's logs."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "MEALPREP_STACK"


def of_stack(stack_id: str, run_dir: Path) -> list[psutil.Process]:
    """Every process of the stack, this one and its ancestors excepted.

    Ray's processes overwrite their environment with their title; those are known by the log files in
    the run folder that they hold open for writing.
    """
    ourselves = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in ourselves
        and (_mark(process) == stack_id or _writes_below(process, run_dir))
    ]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def _writes_below(process: psutil.Process, folder: Path) -> bool:
    try:
        return any(
            getattr(file, "mode", "w") != "r" and Path(file.path).is_relative_to(folder)
            for file in process.open_files()
        )
    except (psutil.Error, OSError):
        return False


def module(process: psutil.Process) -> str:
    """What `python -m` runs in it, else its name."""
    try:
        words = process.cmdline()
        return words[words.index("-m") + 1] if "-m" in words[:-1] else process.name()
    except psutil.Error:
        return ""


def end_stack(found: list[psutil.Process]) -> None:
    """End a stack: first Ray's node manager, which ends its workers, then whatever is left."""
    raylets = [process for process in found if module(process) == "raylet"]
    end(raylets)
    end(process for process in found if process not in raylets)


def end(processes: Iterable[psutil.Process], patience_s: float = 4) -> None:
    """Ask them to end, and end those that don't."""
    waiting = list(processes)
    for process in waiting:
        _signal(process.terminate)
    _, stubborn = psutil.wait_procs(waiting, patience_s)
    for process in stubborn:
        _signal(process.kill)
    psutil.wait_procs(stubborn, 5)


def _signal(action: Callable[[], None]) -> None:
    with suppress(psutil.NoSuchProcess):
        action()


def listeners() -> dict[int, str]:
    """Who listens on which TCP port, as "PID 123 (name)"; empty where only root may know (macOS)."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return {}
    return {
        found.laddr.port: _described(found.pid)
        for found in connections
        if found.status == psutil.CONN_LISTEN and found.laddr
    }


def _described(pid: int | None) -> str:
    try:
        return f"PID {pid} ({psutil.Process(pid).name()})" if pid else "another user's process"
    except psutil.NoSuchProcess:
        return f"PID {pid}"
