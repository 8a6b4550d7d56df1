"""What `python -m jobs.NAME` does: flags to `Args`, a run under a lease, `Result` to JSON."""

import json
import os
import sys
from typing import Any

from pydantic import BaseModel
from pydantic_settings import CliApp
from sqlalchemy.exc import OperationalError

from jobs import registry
from jobs.execution import Execution
from lib import db, logs
from lib.db import reason
from lib.errors import MealPrepError
from lib.ledger import jobs, leases
from lib.ledger.kinds import Kind
from lib.ledger.leases import Lease, LeaseLost
from lib.settings import settings

JOB_ID, TOKEN = "MEALPREP_JOB_ID", "MEALPREP_JOB_TOKEN"
"""Environment variables by which a dispatcher hands a lease to the driver that it starts."""

_RAY_JOB_CONFIG = "RAY_JOB_CONFIG_JSON_ENV_VAR"  # Ray's name of it


def run_as_command(name: str) -> None:
    """Run that job, under the lease in the environment or else as a job that the flags ask for.

    The result is printed; a failure is one line and exit code 1.
    """
    logs.configure(settings().log_level)
    kind = registry.kind(name)
    try:
        lease = _handed_over() if JOB_ID in os.environ else _of_ones_own(kind, args_of(kind))
        outcome, result = Execution(kind, lease).run()
        if outcome != "succeeded":
            sys.exit(f"{outcome or 'taken away'}: {_error(lease)}")
    except LeaseLost:
        sys.exit("failed: the lease was taken away before the job began")
    except MealPrepError as error:
        sys.exit(f"failed: {error.detail}")
    except OperationalError as error:
        sys.exit(f"failed: the database: {reason(error)}")
    sys.stdout.write(json.dumps(result) + "\n")


def _handed_over() -> Lease:
    # Taken out of the environment, so that a job which starts another one doesn't pass it on.
    job_id, token = os.environ.pop(JOB_ID), int(os.environ.pop(TOKEN))
    with db.ledger_sessions().begin() as session:
        return leases.held(session, job_id, token)


def _of_ones_own(kind: Kind, args: dict[str, Any]) -> Lease:
    with db.ledger_sessions().begin() as session:
        job_id = jobs.enqueue(session, kind, args)
        return leases.take_this(session, job_id, _ray_job_id())


def _ray_job_id() -> str | None:
    """Under which id Ray knows this process, if `ray job submit` has started it."""
    config = json.loads(os.environ.get(_RAY_JOB_CONFIG, "{}"))
    found: str | None = config.get("metadata", {}).get("job_submission_id")
    return found


def _error(lease: Lease) -> str:
    with db.ledger_sessions().begin() as session:
        return jobs.get(session, lease.job_id).error or ""


def args_of(kind: Kind, words: list[str] | None = None) -> dict[str, Any]:
    """The job's arguments as JSON, from flags: --older-than-days is `olderThanDays`.

    Args:
        words: the flags; None: those of this process. Bad ones end it, with exit code 2.
    """
    args: type[BaseModel] = registry.module(kind).Args
    given = CliApp.run(_flags(args), cli_args=words, cli_exit_on_error=True)
    return args.model_validate(given.model_dump(by_alias=False)).model_dump(mode="json")


def _flags(args: type[BaseModel]) -> type[BaseModel]:
    renamed = {
        "model_config": {"alias_generator": lambda name: name.replace("_", "-")},
        "__module__": args.__module__,
        "__doc__": args.__doc__,
    }
    return type("Flags", (args,), renamed)
