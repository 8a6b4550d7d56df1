"""Sheets of paper and their margins, in points: 72 to an inch."""

from dataclasses import dataclass
from typing import Literal

Paper = Literal["a4", "letter"]


@dataclass(frozen=True)
class Sheet:
    """A sheet: its size, and how much of it stays white."""

    width: float
    height: float
    side: float = 51.0
    top: float = 48.0
    bottom: float = 60.0

    @property
    def inner_width(self) -> float:
        """What lines of text may take."""
        return self.width - 2 * self.side

    @property
    def inner_height(self) -> float:
        """What a page's content may take."""
        return self.height - self.top - self.bottom


# ISO 216 and ANSI/ASME Y14.1.
SHEETS: dict[Paper, Sheet] = {"a4": Sheet(595.28, 841.89), "letter": Sheet(612.0, 792.0)}
