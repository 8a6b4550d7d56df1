"""Jobs of weight `task` in warm workers: Ray actors that do one job after the other."""

import logging
import uuid
from dataclasses import dataclass
from time import monotonic
from typing import Any

import ray
from ray.exceptions import RayActorError, RayError

from jobs import registry
from jobs.execution import Execution
from lib import db, logs
from lib.ledger import leases
from lib.ledger.leases import Room
from lib.settings import settings

logger = logging.getLogger("mealprep.jobs")

_IDLE_S = 60
_MEMORY_MB = 200


class Worker:
    """A process that does jobs of weight `task`.

    Args:
        name: of the worker, as the ledger knows it.
    """

    def __init__(self, name: str) -> None:
        logs.configure(settings().log_level)
        self._name = name

    def work(self, room: Room) -> int:
        """Do jobs as long as there are some that are due; returns how many."""
        done = 0
        while taken := self._take(room):
            Execution(registry.kind(taken.lease.name), taken.lease).run()
            done += 1
        return done

    def _take(self, room: Room) -> leases.Taken | None:
        with db.ledger_sessions().begin() as session:
            return leases.take(session, registry.kinds(), "task", room, self._name)


@dataclass
class _Hired:
    actor: Any
    work: Any = None
    idle_since: float = 0.0


class Workers:
    """The workers of one dispatcher. One stays; others come when there is more to do, and go again."""

    def __init__(self) -> None:
        self._hired: dict[str, _Hired] = {}

    def wake(self, due: int, room: Room) -> int:
        """Set idle workers to work, and hire more, as far as there is room; returns how many."""
        busy = sum(each.work is not None for each in self._hired.values())
        wanted = min(due, room.at_once - busy)
        while len(self._hired) - busy < max(wanted, 0) or not self._hired:
            self._hire()
        idle = [each for each in self._hired.values() if each.work is None]
        woken = idle[: max(wanted, 0)]
        for each in woken:
            each.work = each.actor.work.remote(room)
        return len(woken)

    def look(self) -> list[str]:
        """Note who has finished, dismiss who has long been idle; returns the names of those who died."""
        dead = []
        for name, each in list(self._hired.items()):
            if each.work is not None:
                if self._died(each):
                    dead.append(name)
                    del self._hired[name]
            elif monotonic() - each.idle_since > _IDLE_S and len(self._hired) > 1:
                self.dismiss(name)
        return dead

    def dismiss(self, name: str) -> None:
        """End a worker, if it is one of these, whatever it does."""
        if hired := self._hired.pop(name, None):
            ray.kill(hired.actor)

    def _died(self, each: _Hired) -> bool:
        ready, _ = ray.wait([each.work], timeout=0)
        if not ready:
            return False
        try:
            ray.get(each.work)
        except RayActorError:
            return True
        except RayError as error:
            logger.warning("A worker stumbled", extra={"error": str(error)})
        each.work = None
        each.idle_since = monotonic()
        return False

    def _hire(self) -> None:
        name = uuid.uuid4().hex
        kind = ray.remote(num_cpus=0, memory=_MEMORY_MB * 2**20)(Worker)
        self._hired[name] = _Hired(kind.remote(name), idle_since=monotonic())
