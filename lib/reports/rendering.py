"""Draws reports in processes apart: a few at once, each in bounded time and memory."""

import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Literal, TypeVar

from lib.children import Child
from lib.errors import Invalid, Overloaded, Unavailable
from lib.reports.document import Rendered
from lib.reports.paper import Paper
from lib.settings import settings

logger = logging.getLogger("mealprep.reports")

Data = TypeVar("Data")

Failure = Literal["memory", "layout"]
"""Why a process couldn't draw."""
_TOLD: dict[Failure, str] = {
    "memory": "The report takes too much memory; ask for less of it.",
    "layout": "The report can't be laid out on pages: one of its texts is too long or too strange.",
}

_AT_ONCE = 2
_WAITING = 8
"""Reports that may wait for each process; more are too many."""
_RETIRES_AFTER = 100
"""Reports that a process draws: what it has registered of typefaces is forgotten with it."""
_START_S = 30.0
# What of ours a process needs to know.
_HANDED_ON = ("MEALPREP_HOME", "MEALPREP_IMAGE_STORE")


class _Process:
    def __init__(self, memory_mb: int) -> None:
        handed = {name: os.environ[name] for name in _HANDED_ON if name in os.environ}
        self.child = Child("lib.reports.worker", memory_mb, handed)
        self.drawn = 0
        self._ready = False

    def draw(
        self, draw: Callable[[Data, Paper], Rendered], data: Data, paper: Paper, seconds: float
    ) -> Rendered | Failure:
        """Raises EOFError or OSError where the process is gone, TimeoutError where it takes too long."""
        connection = self.child.connection
        if not self._ready:
            if not connection.poll(_START_S):
                raise ConnectionError("it doesn't start")
            connection.recv()
            self._ready = True
        connection.send((draw, data, paper))
        self.drawn += 1
        if not connection.poll(seconds):
            raise TimeoutError
        done: Rendered | Failure = connection.recv()
        return done


class Renderer:
    """Drawing processes for the threads of one replica or job.

    Args:
        at_once: processes; each is started when it is first needed.
    """

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._slots = threading.BoundedSemaphore(at_once)
        self._waiting = threading.BoundedSemaphore(at_once * (1 + _WAITING))
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._all: set[_Process] = set()

    def start(self) -> None:
        """Start a process now, so that the first caller waits less."""
        with self._lock:
            self._idle.append(self._new())

    def render(self, draw: Callable[[Data, Paper], Rendered], data: Data, paper: Paper) -> Rendered:
        """The report.

        Args:
            draw: a function of a module.
            data: what it draws.

        Raises:
            Overloaded: too many wait already.
            Invalid: it takes too long or too much memory, or fits no page.
            Unavailable: the processes die.
        """
        if not self._waiting.acquire(blocking=False):
            raise Overloaded("Too many reports at once; try again shortly.", 5)
        try:
            with self._slots:
                return self._drawn(draw, data, paper)
        finally:
            self._waiting.release()

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._all:
                process.child.end()
            self._all.clear()
            self._idle.clear()

    def pids(self) -> list[int]:
        """The processes that run now."""
        with self._lock:
            return [process.child.pid for process in self._all]

    def _drawn(self, draw: Callable[[Data, Paper], Rendered], data: Data, paper: Paper) -> Rendered:
        """Once more where the process was lost: something else may have killed it."""
        limit = settings().report_timeout_s
        for _ in range(2):
            process = self._taken()
            began = time.monotonic()
            try:
                done = process.draw(draw, data, paper, limit)
            except (EOFError, OSError) as error:
                self._drop(process)
                if isinstance(error, TimeoutError):
                    why = f"The report takes more than {limit:g} s; ask for less of it."
                    raise Invalid(why) from None
                logger.warning("A drawing process was lost", extra={"error": repr(error)})
                continue
            if done == "memory":
                self._drop(process)
            else:
                self._put_back(process)
            if not isinstance(done, Rendered):
                raise Invalid(_TOLD[done])
            took = round((time.monotonic() - began) * 1000)
            logger.info("drew a report", extra={"pages": done.pages, "ms": took})
            return done
        raise Unavailable("The report can't be drawn.", 30)

    def _taken(self) -> _Process:
        with self._lock:
            return self._idle.pop() if self._idle else self._new()

    def _new(self) -> _Process:
        process = _Process(settings().report_memory_mb)
        self._all.add(process)
        return process

    def _put_back(self, process: _Process) -> None:
        if process.drawn >= _RETIRES_AFTER:
            self._drop(process)
            return
        with self._lock:
            self._idle.append(process)

    def _drop(self, process: _Process) -> None:
        with self._lock:
            self._all.discard(process)
        process.child.end()
