"""Jobs of weight `driver` as Ray Jobs: a process each, with logs and resources in the dashboard."""

import shlex
from collections.abc import Callable
from functools import cached_property
from typing import Any

import ray
from ray.job_submission import JobStatus, JobSubmissionClient

from jobs.command_line import JOB_ID, TOKEN
from lib.ledger.kinds import Kind
from lib.ledger.leases import Taken

_NOT_FOUND = "status code 404"
_IS_TAKEN = "already exists"


class Drivers:
    """Starts, watches and stops drivers, wherever in the cluster they are."""

    @cached_property
    def _client(self) -> JobSubmissionClient:
        return JobSubmissionClient(ray.get_runtime_context().gcs_address)

    def start(self, kind: Kind, taken: Taken) -> None:
        """Start the driver of a leased job; again makes no difference.

        The lease travels on the command line and not in a runtime environment: Ray would start new
        processes for every child task, to give them the same.

        Raises:
            RuntimeError: Ray refuses.
            ConnectionError: Ray doesn't answer.
        """
        lease = taken.lease
        variables = [f"{JOB_ID}={lease.job_id}", f"{TOKEN}={lease.token}"]
        try:
            self._client.submit_job(
                entrypoint=shlex.join(["env", *variables, "python", "-m", kind.module]),
                submission_id=taken.ray_job_id,
                metadata={"job": lease.name, "id": lease.job_id},
                entrypoint_memory=kind.memory_mb * 2**20,
            )
        except RuntimeError as error:
            if _IS_TAKEN not in str(error):
                raise

    def lives(self, ray_job_id: str) -> bool | None:
        """Whether it runs or will; None when Ray doesn't know it.

        Raises:
            RuntimeError: Ray can't say.
            ConnectionError: Ray doesn't answer.
        """
        status = _if_known(self._client.get_job_status, ray_job_id)
        if status is None:
            return None
        return status in (JobStatus.PENDING, JobStatus.RUNNING)

    def stop(self, ray_job_id: str) -> None:
        """End it, by force after three seconds; one that is unknown or has ended is left alone.

        Raises:
            ConnectionError: Ray doesn't answer.
        """
        _if_known(self._client.stop_job, ray_job_id)

    def log(self, ray_job_id: str) -> str | None:
        """What it wrote, as long as Ray remembers it.

        Raises:
            RuntimeError: Ray can't say.
            ConnectionError: Ray doesn't answer.
        """
        found: str | None = _if_known(self._client.get_job_logs, ray_job_id)
        return found


def _if_known(ask: Callable[[str], Any], ray_job_id: str) -> Any:
    """What Ray says; None when it doesn't know the driver."""
    try:
        return ask(ray_job_id)
    except RuntimeError as error:
        if _NOT_FOUND in str(error):
            return None
        raise
