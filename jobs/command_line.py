"""What `python -m jobs.NAME` does: flags to `Args`, `Result` to JSON on standard output."""

import sys
from collections.abc import Callable
from typing import TypeVar

from pydantic import BaseModel
from pydantic_settings import CliApp
from sqlalchemy.exc import OperationalError

from lib import logs
from lib.db import reason
from lib.errors import MealPrepError
from lib.settings import settings

A = TypeVar("A", bound=BaseModel)


def run_as_command(args: type[A], run: Callable[[A], BaseModel]) -> None:
    """Parse the flags, run, and print the result; a failure is one line and exit code 1."""
    logs.configure(settings().log_level)
    given = CliApp.run(args, cli_exit_on_error=True)
    try:
        result = run(given)
    except MealPrepError as error:
        sys.exit(f"failed: {error.detail}")
    except OperationalError as error:
        sys.exit(f"failed: the database: {reason(error)}")
    sys.stdout.write(result.model_dump_json() + "\n")
