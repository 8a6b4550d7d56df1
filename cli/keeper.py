"""Keeps the embedded PostgreSQL running: `python -m cli.keeper`, started by `mealprep up`."""

import logging
import os
import time

from cli import processes
from cli.postgres import EmbeddedPostgres
from cli.problems import Stuck
from lib import logs
from lib.settings import settings

logger = logging.getLogger("mealprep.keeper")

_LOOK_EVERY_S = 0.25
_REST_AFTER_FAILURE_S = 0.5


def keep(server: EmbeddedPostgres) -> None:
    """Start the server again whenever it doesn't answer; never returns."""
    while True:
        time.sleep(_LOOK_EVERY_S)
        if server.answers():
            continue
        logger.warning("PostgreSQL is gone; starting it again")
        try:
            server.ensure()
        except Stuck as problem:
            # After a crash the old server's processes need a moment to let go of its memory.
            logger.warning(str(problem))
            time.sleep(_REST_AFTER_FAILURE_S)


if __name__ == "__main__":
    # The server must outlive `mealprep down`'s first sweep, in order to be stopped properly.
    os.environ.pop(processes.MARK, None)
    config = settings()
    logs.configure(config.log_level)
    keep(EmbeddedPostgres.of(config))
