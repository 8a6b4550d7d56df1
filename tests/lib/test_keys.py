"""API keys in PostgreSQL."""

import re

import pytest
from sqlalchemy import select

from lib import keys
from lib.db import transaction
from lib.errors import Invalid, NotFound, Unauthenticated
from lib.tables import api_keys
from lib.tables import users as user_table
from tests.conftest import new_key

pytestmark = pytest.mark.usefixtures("database")


def verify(token):
    with transaction() as session:
        return keys.verify(session, token)


def revoke(name_or_id):
    with transaction() as session:
        return keys.revoke(session, name_or_id)


def rotate(name):
    with transaction() as session:
        return keys.rotate(session, name)


def is_valid(token):
    try:
        return bool(verify(token))
    except Unauthenticated:
        return False


@pytest.mark.parametrize("scope", keys.SCOPES)
def test_a_new_key_says_whose_it_is(scope):
    token = new_key(scope, "kitchen")
    caller = verify(token)
    assert (caller.name, caller.scope) == ("kitchen", scope)
    assert re.fullmatch(f"mp_{caller.key_id}_[0-9a-f]{{48}}", token)


@pytest.mark.parametrize(
    ("scope", "may"),
    [("read", ["read"]), ("write", ["read", "write"]), ("admin", ["read", "write", "admin"])],
)
def test_a_scope_includes_the_narrower_ones(scope, may):
    caller = keys.Caller("id", "name", scope)
    assert [wanted for wanted in keys.SCOPES if caller.may(wanted)] == may


SPOILED = {
    "one character short": lambda t: t[:-1],
    "one character more": lambda t: t + "0",
    "half": lambda t: t[:12],
    "without prefix": lambda t: t[3:],
    "capitals": lambda t: t.upper(),
    "leading space": lambda t: f" {t}",
    "trailing newline": lambda t: f"{t}\n",
    "trailing NUL": lambda t: f"{t}\x00",
    "NUL for _": lambda t: t.replace("_", "\x00"),
    "other prefix": lambda t: t.replace("mp_", "sk_"),
    "other secret": lambda t: t[:-48] + "0" * 48,
    "other id": lambda t: t[:3] + "0" * 8 + t[11:],
    "é": lambda t: t[:-48] + "é" * 48,
    "surrogates": lambda t: t[:-48] + "\ud800" * 48,
    "Arabic digits": lambda t: t[:-48] + "٣" * 48,
    "empty": lambda _: "",
    "only separators": lambda _: "__",
    "no id and secret": lambda _: "mp__",
    "SQL": lambda _: "' or 1=1 --",
    "huge": lambda _: "x" * 100_000,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_anything_but_the_key_itself_is_refused(spoil):
    token = new_key("read")
    with pytest.raises(Unauthenticated, match="not valid"):
        verify(spoil(token))
    assert is_valid(token)


def test_the_secret_is_nowhere_in_the_row():
    token = new_key("read")
    with transaction() as session:
        (row,) = session.execute(select(api_keys)).all()
    secret = token.rsplit("_", 1)[1]
    assert secret not in repr(row)
    assert re.fullmatch("[0-9a-f]{64}", row.secret_sha256)


@pytest.mark.parametrize("name", ["", "  ", "\t\n", "x" * 101])
def test_a_name_that_says_nothing_or_too_much_is_refused(name):
    with pytest.raises(Invalid, match="1 to 100 characters"):
        new_key("read", name)
    with transaction() as session:
        assert keys.listed(session) == []


def test_a_name_may_have_100_characters_of_any_kind():
    assert verify(new_key("read", "é" * 100)).name == "é" * 100


def test_revoking_by_name_ends_every_key_of_that_name_and_no_other():
    first, second, other = new_key("read", "app"), new_key("write", "app"), new_key("read", "other")
    assert revoke("app") == 2
    assert [is_valid(token) for token in (first, second, other)] == [False, False, True]
    with pytest.raises(NotFound, match="'app'"):
        revoke("app")


def test_revoking_by_id_ends_that_key_alone():
    first, second = new_key("read", "app"), new_key("read", "app")
    assert revoke(verify(first).key_id) == 1
    assert [is_valid(first), is_valid(second)] == [False, True]


def test_rotating_keeps_the_name_and_the_newest_scope_and_ends_the_old_keys():
    old = [new_key("admin", "app"), new_key("write", "app")]
    other = new_key("read", "other")
    new = rotate("app")
    assert (verify(new).name, verify(new).scope) == ("app", "write")
    assert [is_valid(token) for token in (*old, other)] == [False, False, True]


def test_a_revoked_key_is_not_rotated_back_to_life():
    new_key("read", "app")
    revoke("app")
    for name in ("app", "nobody"):
        with pytest.raises(NotFound, match=name):
            rotate(name)


def test_the_list_shows_every_key_in_order_and_when_it_ended():
    for name in ("first", "second", "third"):
        new_key("read", name)
    revoke("second")
    with transaction() as session:
        listed = keys.listed(session)
    assert [key.name for key in listed] == ["first", "second", "third"]
    assert [key.revoked_at is None for key in listed] == [True, False, True]
    assert all(key.created_at for key in listed)


@pytest.fixture
def users(database):
    """Two users, a and b."""
    with transaction() as session:
        for user_id in ("a", "b"):
            session.execute(
                user_table.insert().values(id=user_id, clerk_id=user_id, email=f"{user_id}@example.com")
            )


@pytest.mark.parametrize(
    ("bound_to", "sees"), [(None, ["a", "b", None]), ("a", ["a"]), ("b", ["b"]), ("c", [])]
)
def test_a_bound_key_sees_the_rows_of_its_user_alone(bound_to, sees):
    caller = keys.Caller("id", "name", "read", bound_to)
    assert [user_id for user_id in ("a", "b", None) if caller.may_see(user_id)] == sees


def test_a_key_is_bound_for_good(users):
    assert verify(new_key("read", "free")).user_id is None
    for make in (lambda: new_key("write", "app", "a"), lambda: rotate("app")):
        caller = verify(make())
        assert (caller.name, caller.scope, caller.user_id) == ("app", "write", "a")
    with transaction() as session:
        assert [key.user_id for key in keys.listed(session)] == [None, "a", "a"]


@pytest.mark.parametrize(
    ("scope", "user_id", "error", "told"),
    [
        ("admin", "a", Invalid, "can't be bound"),
        ("read", "nobody", NotFound, "'nobody'"),
        ("read", "", NotFound, "''"),
    ],
)
def test_a_key_is_bound_to_nobody_that_is_not_there_and_never_an_admins(
    users, scope, user_id, error, told
):
    with pytest.raises(error, match=told):
        new_key(scope, "app", user_id)
    with transaction() as session:
        assert keys.listed(session) == []
