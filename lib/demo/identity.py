"""By what people of the demo are known: ids that follow from seed and number, as nobody else's do."""

import re
import uuid
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.tables import users

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://mealprep360.example/demo")
_CLERK_ID = re.compile(r"demo:(\d{1,18}):(\d{4}-\d\d-\d\d):(\d{1,9})")


class Known(NamedTuple):
    """A person of the demo who is in the database.

    Args:
        anchor: the day before which everybody of this world joins.
    """

    user_id: str
    seed: int
    anchor: date
    number: int


def user_id(seed: int, number: int) -> str:
    """Of a person."""
    return str(uuid.uuid5(_NAMESPACE, f"{seed}:{number}"))


def clerk_id(seed: int, anchor: date, number: int) -> str:
    """Tells who somebody is, and of which world."""
    return f"demo:{seed}:{anchor}:{number}"


def email(seed: int, number: int) -> str:
    """An address that reaches nobody."""
    return f"demo-{seed}-{number}@example.com"


def known(session: Session) -> list[Known]:
    """Everybody of the demo who is in the database."""
    rows = session.execute(
        select(users.c.id, users.c.clerk_id).where(users.c.clerk_id.startswith("demo:"))
    )
    found = []
    for row in rows:
        if match := _CLERK_ID.fullmatch(row.clerk_id):
            seed, anchor, number = match.groups()
            if row.id == user_id(int(seed), int(number)):
                found.append(Known(row.id, int(seed), date.fromisoformat(anchor), int(number)))
    return found
