"""For whom recipes are read."""

from typing import NamedTuple


class Reader(NamedTuple):
    """For whom something is printed.

    Args:
        user_id: whose rows alone may be seen; None: everybody's.
        private: whether recipes that aren't public may be seen, too.
    """

    user_id: str | None = None
    private: bool = False
