"""A drawing process: `python -m lib.reports.worker FD MEMORY_MB PARENT`, see `lib.reports.rendering`.

ReportLab is pure Python and holds the interpreter for seconds: here it stops nobody else, and is ended
when it takes too long.
"""

import logging
from multiprocessing.connection import Connection

from lib.children import serve
from lib.reports import book_pages, plan_pages, shopping_pages
from lib.typefaces import SANS, SANS_ITALIC, SERIF, path

logger = logging.getLogger("mealprep.reports")

_OWN_MB = 512
"""Virtual memory that libraries take before any report."""

WARM = (book_pages, plan_pages, shopping_pages)
"""Imported before anybody asks."""


def main() -> None:
    """Draw one report after the other until nobody asks any more."""
    connection = serve(_OWN_MB)
    for face in (SANS, SANS_ITALIC, SERIF):
        for weight in face.weights:
            path(face, weight)
    connection.send(None)  # ready
    try:
        while _answered(connection):
            pass
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _answered(connection: Connection) -> bool:
    """Draw one report; whether the process is good for more."""
    try:
        draw, data, paper = connection.recv()
        done = draw(data, paper)
    except MemoryError:
        connection.send("memory")
        return False
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception:
        # The edge of the process: what one report can't be drawn for isn't the next one's end.
        logger.exception("A report can't be drawn")
        done = "layout"
    connection.send(done)
    return True


if __name__ == "__main__":
    main()
