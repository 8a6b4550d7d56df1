"""A drawing process: `python -m lib.reports.worker FD MEMORY_MB PARENT`, see `lib.reports.rendering`.

ReportLab is pure Python and holds the interpreter for seconds: here it stops nobody else, and is ended
when it takes too long.
"""

from lib.children import serve
from lib.reports import book_pages, plan_pages, shopping_pages
from lib.typefaces import SANS, SANS_ITALIC, SERIF, path

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
        while True:
            draw, data, paper = connection.recv()
            try:
                done = draw(data, paper)
            except MemoryError:
                done = None
            del data
            connection.send(done)
            del done
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


if __name__ == "__main__":
    main()
