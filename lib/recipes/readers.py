"""For whom recipes are read, and which they may see."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, false, true

from lib.tables import recipes


class Reader(NamedTuple):
    """For whom something is read or printed.

    Args:
        user_id: whose rows alone may be seen; None: everybody's.
        private: whether recipes that aren't public may be seen, too.
    """

    user_id: str | None = None
    private: bool = False

    def instead_of(self, owner: str | None) -> "Reader":
        """Who may have a person's plan or book may read what that person may."""
        return self._replace(user_id=owner or self.user_id)

    @property
    def sees(self) -> ColumnElement[bool]:
        """Which recipes may be seen: public ones and one's own, without a user none is one's own."""
        own = false() if self.user_id is None else recipes.c.user_id == self.user_id
        return true() if self.private else recipes.c.is_public | own
