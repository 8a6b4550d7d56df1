"""The processes in which pictures are decoded: one that crashes or hangs takes one request with it."""

import logging
import os
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lib.children import Child
from lib.errors import Invalid, MealPrepError, Overloaded
from lib.images.limits import Limits
from lib.images.models import Info, Order, Report
from lib.images.tasks import Done, Look, Render
from lib.settings import settings

logger = logging.getLogger("mealprep.images")

_ENVIRONMENT = {"OPENCV_LOG_LEVEL": "OFF", "OMP_NUM_THREADS": "1"}


class _Lost(Exception):
    """The process is gone."""


class _Late(Exception):
    """The process takes too long."""


class _Process:
    """One decoding process, started when it is first asked."""

    def __init__(self, memory_mb: int) -> None:
        self._child = Child("lib.images.worker", memory_mb, _ENVIRONMENT)
        self._connection = self._child.connection
        self.tasks = 0

    @property
    def pid(self) -> int:
        return self._child.pid

    def ask(self, task: Render | Look, data: bytes, timeout_s: float) -> tuple[Done, list[bytes]]:
        """What it answers; raises `_Lost` or `_Late`."""
        until = time.monotonic() + timeout_s
        try:
            self._connection.send_bytes(task.model_dump_json(exclude_none=True).encode())
            self._connection.send_bytes(data)
            if not self._connection.poll(timeout_s):
                raise _Late
            done = Done.model_validate_json(self._connection.recv_bytes())
            many = len(done.report.rendered) if done.report else 0
            pictures = []
            for _ in range(many):
                if not self._connection.poll(max(0.1, until - time.monotonic())):
                    raise _Late
                pictures.append(self._connection.recv_bytes())
        except (OSError, EOFError):
            raise _Lost from None
        self.tasks += 1
        return done, pictures

    def end(self) -> None:
        self._child.end()


@dataclass
class Slot:
    """The right to one process at a time; the process in it is replaced when it is lost."""

    process: _Process | None = None


class Workers:
    """Decoding processes for the threads of one replica or job.

    Args:
        many: processes; 0 for one per core.
    """

    def __init__(self, many: int = 0) -> None:
        config = settings()
        self.many = many or len(os.sched_getaffinity(0))
        self.limits = Limits(
            bytes=config.image_max_bytes,
            megapixels=config.image_max_megapixels,
            frames=config.image_max_frames,
            memory_mb=config.image_memory_mb,
        )
        self._timeout_s = config.image_timeout_s
        self._slots: queue.LifoQueue[Slot] = queue.LifoQueue()
        for _ in range(self.many):
            self._slots.put(Slot())
        self._all: set[_Process] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start the processes now, so that no caller waits for that."""
        slots = [self._slots.get() for _ in range(self.many)]
        for slot in slots:
            self._process_of(slot)
            self._slots.put(slot)

    @contextmanager
    def slot(self) -> Iterator[Slot]:
        """A process of one's own for a while.

        Raises:
            Overloaded: all are taken for as long as one picture may take at most.
        """
        try:
            slot = self._slots.get(timeout=self._timeout_s)
        except queue.Empty:
            raise Overloaded("Too many images at once; try again shortly.", 2) from None
        try:
            yield slot
        finally:
            self._slots.put(slot)

    def render(self, slot: Slot, data: bytes, order: Order) -> tuple[Report, list[bytes]]:
        """A picture made into others.

        Raises:
            Invalid: the picture can't be used.
        """
        done, pictures = self._ask(slot, Render(order=order, limits=self.limits), data)
        if done.report is None:
            raise Invalid(done.refused)
        return done.report, pictures

    def info(self, data: bytes, *, position: bool) -> Info:
        """What a picture's header says.

        Raises:
            Invalid: the picture can't be used.
        """
        with self.slot() as slot:
            done, _ = self._ask(slot, Look(position=position), data)
        if done.info is None:
            raise Invalid(done.refused)
        return done.info

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._all:
                process.end()
            self._all.clear()

    def pids(self) -> list[int]:
        """The processes that run now."""
        with self._lock:
            return [process.pid for process in self._all]

    def _ask(self, slot: Slot, task: Render | Look, data: bytes) -> tuple[Done, list[bytes]]:
        """Ask once more where the process was lost: something else may have killed it."""
        problem: MealPrepError = Invalid("The image crashes its decoder.")
        for _ in range(2):
            process = self._process_of(slot)
            try:
                done, pictures = process.ask(task, data, self._timeout_s)
            except _Lost:
                logger.warning("A decoding process was lost", extra={"bytes": len(data)})
                self._drop(slot)
            except _Late:
                logger.warning("A decoding process took too long", extra={"bytes": len(data)})
                self._drop(slot)
                problem = Invalid(f"The image takes more than {self._timeout_s:g} s.")
                break
            else:
                if done.retires:
                    self._drop(slot)
                return done, pictures
        raise problem

    def _process_of(self, slot: Slot) -> _Process:
        if slot.process is None:
            slot.process = _Process(self.limits.memory_mb)
            with self._lock:
                self._all.add(slot.process)
        return slot.process

    def _drop(self, slot: Slot) -> None:
        if slot.process is not None:
            with self._lock:
                self._all.discard(slot.process)
            slot.process.end()
            slot.process = None
