"""Starts what is due, as far as there is room, and takes jobs away from those who are dead.

Any number of dispatchers may run: what they decide by is in the ledger, and each decision is one
transaction. A dispatcher that dies leaves drivers that go on, and leases that end by themselves.
"""

import logging
from datetime import UTC, datetime
from time import monotonic

import ray
from sqlalchemy.orm import Session, sessionmaker

from jobs import registry
from jobs.drivers import Drivers
from jobs.workers import Workers
from lib import db
from lib.ledger import leases, schedules, stats
from lib.ledger.jobs import Setback
from lib.ledger.leases import LeaseLost, Room, Running, Taken

logger = logging.getLogger("mealprep.jobs")

_ROOM_KNOWN_S = 10
_UNKNOWN_S = 20
"""Seconds that Ray has to know a driver that it was told to start."""

_STUBBORN_S = 6
"""Seconds after which somebody else ends a job that should have ended itself."""

_SHARE_OF_MEMORY = 0.5


class Dispatcher:
    """One dispatcher; `start_due` is called when something is due, `look_after` every second."""

    def __init__(self) -> None:
        self._drivers = Drivers()
        self._workers = Workers()
        self._room: Room | None = None
        self._room_until = 0.0
        self._cancelling: dict[str, float] = {}

    @property
    def _sessions(self) -> sessionmaker[Session]:
        return db.ledger_sessions()

    def start_due(self) -> bool:
        """Start drivers and set workers to work, as far as there is room; whether tasks still wait."""
        room = self._whole_room()
        while (taken := self._take_driver(room)) and self._start(taken):
            pass
        for worker in self._workers.look():
            for job in self._running(worker):
                self._give_up(job, "crashed", "Its worker died.")
        with self._sessions.begin() as session:
            due = stats.due_tasks(session, room.at_once)
        return self._workers.wake(due, room) < due

    def look_after(self) -> None:
        """Run schedules, and end what is dead, silent or stubborn."""
        with self._sessions.begin() as session:
            schedules.run_due(session, registry.schedules(), datetime.now(UTC))
        jobs = self._running()
        for job in jobs:
            self._examine(job)
        self._cancelling = {
            job.job_id: self._cancelling.get(job.job_id, monotonic())
            for job in jobs
            if job.cancel_requested
        }

    def _take_driver(self, room: Room) -> Taken | None:
        with self._sessions.begin() as session:
            return leases.take(session, registry.kinds(), "driver", room)

    def _start(self, taken: Taken) -> bool:
        """Start a driver; where Ray can't, the job is as if it had not been leased."""
        lease = taken.lease
        try:
            self._drivers.start(registry.kind(lease.name), taken)
        except (RuntimeError, ConnectionError) as error:
            logger.warning("Ray starts no driver", extra={"job": lease.job_id, "error": str(error)})
            with self._sessions.begin() as session:
                leases.hand_back(session, lease)
            return False
        return True

    def _examine(self, job: Running) -> None:
        if job.silent:
            self._end(job)
            if job.overdue:
                self._give_up(job, "timed_out", "It took longer than it may.")
            else:
                self._give_up(job, "crashed", "Nothing was heard of it any more.")
        elif monotonic() - self._cancelling.get(job.job_id, monotonic()) > _STUBBORN_S:
            self._end(job)
            self._give_up(job, "crashed", "It was cancelled.")
        elif job.ray_job_id:
            lives = self._drivers.lives(job.ray_job_id)
            if lives is False:
                self._give_up(job, "crashed", "Its driver died.")
            elif lives is None and job.age_s > _UNKNOWN_S:
                self._give_up(job, "crashed", "Ray knows nothing of its driver.")

    def _end(self, job: Running) -> None:
        if job.ray_job_id:
            self._drivers.stop(job.ray_job_id)
        if job.worker:
            self._workers.dismiss(job.worker)

    def _give_up(self, job: Running, setback: Setback, error: str) -> None:
        try:
            with self._sessions.begin() as session:
                status = leases.give_up(session, job.job_id, job.token, setback, error)
        except LeaseLost:  # it has ended meanwhile, or another dispatcher was faster
            return
        logger.warning("attempt ended", extra={"job": job.job_id, "error": error, "job_status": status})

    def _running(self, worker: str | None = None) -> list[Running]:
        with self._sessions.begin() as session:
            return leases.running(session, worker)

    def _whole_room(self) -> Room:
        """What the cluster has: a job for each CPU, half of the memory that Ray may give away."""
        if self._room is None or monotonic() > self._room_until:
            resources = ray.cluster_resources()
            self._room = Room(
                at_once=max(1, int(resources.get("CPU", 1))),
                memory_mb=int(resources.get("memory", 0) * _SHARE_OF_MEMORY / 2**20),
            )
            self._room_until = monotonic() + _ROOM_KNOWN_S
        return self._room
