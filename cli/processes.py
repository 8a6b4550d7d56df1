"""The processes of one stack, found by a mark that they all inherit in their environment."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

MARK = "MEALPREP_STACK"


def of_stack(stack_id: str) -> list[psutil.Process]:
    """Everything that carries the stack's mark, this process and its ancestors excepted."""
    ourselves = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [
        process
        for process in psutil.process_iter()
        if process.pid not in ourselves and _mark(process) == stack_id
    ]


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def module(process: psutil.Process) -> str:
    """What `python -m` runs in it, else its name."""
    try:
        words = process.cmdline()
        return words[words.index("-m") + 1] if "-m" in words[:-1] else process.name()
    except psutil.Error:
        return ""


def end(processes: Iterable[psutil.Process], patience_s: float = 10) -> None:
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


def listener(port: int) -> str | None:
    """Who listens on a TCP port, as "PID 123 (name)"; None when nobody does."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:  # macOS tells only root
        return None
    for found in connections:
        if found.status == psutil.CONN_LISTEN and found.laddr and found.laddr.port == port:
            if found.pid is None:
                return "another user's process"
            try:
                return f"PID {found.pid} ({psutil.Process(found.pid).name()})"
            except psutil.NoSuchProcess:
                return None
    return None
