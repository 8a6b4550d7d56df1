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
from lib.tables import api_keys

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""From the narrowest to the widest; each includes those before it."""

_TOKEN = re.compile(r"mp_([0-9a-f]{8})_([0-9a-f]{48})")


@dataclass(frozen=True)
class Caller:
    """Who is calling: a valid key."""

    key_id: str
    name: str
    scope: Scope

    def may(self, scope: Scope) -> bool:
        """Whether the key's scope includes that one."""
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


@dataclass(frozen=True)
class KeyInfo:
    """A key as listed: never its secret."""

    id: str
    name: str
    scope: str
    created_at: datetime
    revoked_at: datetime | None


def issue(session: Session, name: str, scope: Scope) -> str:
    """Make a key and return it; this is the only time it can be seen."""
    if not name.strip() or len(name) > 100:
        raise Invalid("A key's name has 1 to 100 characters.")
    key_id, secret = secrets.token_hex(4), secrets.token_hex(24)
    session.execute(
        insert(api_keys).values(id=key_id, name=name, scope=scope, secret_sha256=_digest(secret))
    )
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
    return Caller(row.id, row.name, row.scope)


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
    """Revoke the valid keys of that name and return a new one with the scope of the newest.

    Raises:
        NotFound: there is none.
    """
    scope = session.scalar(
        select(api_keys.c.scope)
        .where(api_keys.c.name == name, _is_valid())
        .order_by(api_keys.c.created_at.desc())
        .limit(1)
    )
    if scope is None:
        raise NotFound(f"There is no valid key named {name!r}.")
    revoke(session, name)
    return issue(session, name, scope)


def listed(session: Session) -> list[KeyInfo]:
    """Every key, oldest first."""
    query = select(
        api_keys.c.id,
        api_keys.c.name,
        api_keys.c.scope,
        api_keys.c.created_at,
        api_keys.c.revoked_at,
    ).order_by(api_keys.c.created_at)
    return [KeyInfo(*row) for row in session.execute(query)]


def _is_valid() -> ColumnElement[bool]:
    return api_keys.c.revoked_at.is_(None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
