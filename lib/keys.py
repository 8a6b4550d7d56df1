"""API keys: made once, shown once, stored as a hash.

A key reads `mp_<id>_<secret>`. The secret holds 192 random bits, so one SHA-256 protects it as well as
a slow hash would.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from lib.errors import Invalid, NotFound, Unauthenticated
from lib.tables import api_keys, users

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""From the narrowest to the widest; each includes those before it."""

_TOKEN = re.compile(r"mp_([0-9a-f]{8})_([0-9a-f]{48})")


@dataclass(frozen=True)
class Caller:
    """Who is calling: a valid key.

    Args:
        user_id: whose rows alone it may see; None: everybody's.
    """

    key_id: str
    name: str
    scope: Scope
    user_id: str | None = None

    def may(self, scope: Scope) -> bool:
        """Whether the key's scope includes that one."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)

    def may_see(self, user_id: str | None) -> bool:
        """Whether it may see rows of that user; None: rows that are nobody's."""
        return self.user_id is None or self.user_id == user_id


@dataclass(frozen=True)
class KeyInfo:
    """A key as listed: never its secret."""

    id: str
    name: str
    scope: str
    user_id: str | None
    created_at: datetime
    revoked_at: datetime | None


def issue(session: Session, name: str, scope: Scope, user_id: str | None = None) -> str:
    """Make a key and return it; this is the only time it can be seen.

    Args:
        user_id: whose rows alone it may see; None: everybody's.

    Raises:
        Invalid: a name that says nothing or too much; scope admin for one user's rows.
        NotFound: there is no such user.
    """
    if not name.strip() or len(name) > 100:
        raise Invalid("A key's name has 1 to 100 characters.")
    if user_id is not None:
        _check_user(session, scope, user_id)
    key_id, secret = secrets.token_hex(4), secrets.token_hex(24)
    row = {"id": key_id, "name": name, "scope": scope, "user_id": user_id}
    session.execute(insert(api_keys).values(row | {"secret_sha256": _digest(secret)}))
    return f"mp_{key_id}_{secret}"


def verify(session: Session, token: str) -> Caller:
    """Who holds this key.

    Raises:
        Unauthenticated: it isn't a key of ours, or it has been revoked. Which of them isn't said.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise Unauthenticated("This API key is not valid.")
    key_id, secret = parts.groups()
    row = session.execute(select(api_keys).where(api_keys.c.id == key_id, _is_valid())).first()
    # Also computed for an unknown id, so that timing doesn't tell which ids exist.
    same = hmac.compare_digest(_digest(secret), row.secret_sha256 if row else _digest(""))
    if row is None or not same:
        raise Unauthenticated("This API key is not valid.")
    return Caller(row.id, row.name, row.scope, row.user_id)


def revoke(session: Session, name_or_id: str) -> int:
    """Revoke every valid key of that name or id; returns how many.

    Raises:
        NotFound: there is none.
    """
    named = (api_keys.c.id == name_or_id) | (api_keys.c.name == name_or_id)
    revoked = session.execute(
        api_keys.update()
        .where(named, _is_valid())
        .values(revoked_at=func.now())
        .returning(api_keys.c.id)
    ).all()
    if not revoked:
        raise NotFound(f"There is no valid key named {name_or_id!r}.")
    return len(revoked)


def rotate(session: Session, name: str) -> str:
    """Revoke the valid keys of that name and return a new one with scope and user of the newest.

    Raises:
        NotFound: there is none.
    """
    newest = session.execute(
        select(api_keys.c.scope, api_keys.c.user_id)
        .where(api_keys.c.name == name, _is_valid())
        .order_by(api_keys.c.created_at.desc())
        .limit(1)
    ).first()
    if newest is None:
        raise NotFound(f"There is no valid key named {name!r}.")
    revoke(session, name)
    return issue(session, name, newest.scope, newest.user_id)


def listed(session: Session) -> list[KeyInfo]:
    """Every key, oldest first."""
    query = select(
        api_keys.c.id,
        api_keys.c.name,
        api_keys.c.scope,
        api_keys.c.user_id,
        api_keys.c.created_at,
        api_keys.c.revoked_at,
    ).order_by(api_keys.c.created_at)
    return [KeyInfo(*row) for row in session.execute(query)]


def _check_user(session: Session, scope: Scope, user_id: str) -> None:
    if scope == "admin":
        raise Invalid("A key of scope admin sees everybody's rows; it can't be bound to a user.")
    if session.scalar(select(users.c.id).where(users.c.id == user_id)) is None:
        raise NotFound(f"There is no user {user_id!r}.")


def _is_valid() -> ColumnElement[bool]:
    return api_keys.c.revoked_at.is_(None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
