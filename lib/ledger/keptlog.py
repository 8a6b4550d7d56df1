"""What a job writes to its log, kept beside Ray's own files, which go with the head node."""

import logging
from collections import deque
from typing import Self

from lib.logs import JsonFormatter

_LINES = 500
_LINE_LENGTH = 2000


class KeptLog(logging.Handler):
    """The last lines that the `mealprep` loggers of this process wrote while a job ran."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self._lines: deque[str] = deque(maxlen=_LINES)
        self._grew = False

    def __enter__(self) -> Self:
        logging.getLogger("mealprep").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mealprep").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._lines.append(self.format(record)[:_LINE_LENGTH].replace("\x00", "") + "\n")
        self._grew = True

    def grew(self) -> bool:
        """Whether there are lines since this was asked last."""
        grew, self._grew = self._grew, False
        return grew

    def text(self) -> str:
        """The lines, one below the other."""
        return "".join(self._lines.copy())
