"""Where the command writes."""

import sys

from rich.console import Console

_WIDTH_OF_FILES = 200

console = Console(
    highlight=False,
    soft_wrap=True,
    width=None if sys.stdout.isatty() else _WIDTH_OF_FILES,
)
"""Coloured on a terminal, plain and wide in a file or pipe."""
