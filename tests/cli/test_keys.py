"""`mealprep keys` over a database."""

import pytest
from typer.testing import CliRunner

from cli.keys import app
from lib import keys
from lib.db import transaction
from lib.errors import NotFound
from lib.tables import users


def run(*words):
    """What the command prints."""
    return CliRunner().invoke(app, words, catch_exceptions=False).stdout.strip()


def test_a_key_is_made_for_one_user_and_stays_so(database):
    with transaction() as session:
        session.execute(users.insert().values(id="anna", clerk_id="c", email="anna@example.com"))
    for token in (run("create", "app", "--user", "anna"), run("rotate", "app")):
        assert token.startswith("mp_")
    with transaction() as session:
        assert keys.verify(session, token).user_id == "anna"
        assert [key.user_id for key in keys.listed(session)] == ["anna", "anna"]
    with pytest.raises(NotFound, match="'ben'"):
        run("create", "app", "--user", "ben")
