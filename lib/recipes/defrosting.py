"""What becomes of a frozen dish before it is eaten."""

import re
from collections.abc import Sequence

_THAWS = re.compile(r"refrigerat|fridge|overnight|thaw", re.IGNORECASE)
_FROZEN = re.compile(r"from frozen|do not (?:thaw|defrost)|straight from the freezer", re.IGNORECASE)


def overnight(instructions: Sequence[str]) -> bool:
    """Whether it may thaw in the refrigerator from the evening before, as its instructions say."""
    return bool(_THAWS.search(_FROZEN.sub("", " ".join(instructions))))


def as_it_is(instructions: Sequence[str]) -> bool:
    """Whether it is cooked without thawing."""
    return bool(_FROZEN.search(" ".join(instructions))) and not overnight(instructions)
