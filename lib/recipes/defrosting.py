"""Which dishes leave the freezer the evening before."""

import re
from collections.abc import Sequence

_FRIDGE = re.compile(r"\b(?:fridge|refrigerat)", re.IGNORECASE)
_FROZEN = re.compile(r"\bfrom frozen\b", re.IGNORECASE)


def overnight(instructions: Sequence[str]) -> bool:
    """Whether a dish thaws in the fridge, by its first step; one that is heated from frozen doesn't."""
    first = instructions[0] if instructions else ""
    return bool(_FRIDGE.search(first)) and not _FROZEN.search(first)
