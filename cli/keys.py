"""`mealprep keys`: make, list, replace and revoke API keys."""

from typing import Annotated

import typer
from rich.table import Table

from cli.console import console
from lib import db
from lib import keys as api_keys
from lib.keys import Scope

app = typer.Typer(no_args_is_help=True, help="API keys: make, list, rotate, revoke.")

Name = Annotated[str, typer.Argument(help="A name that says who uses the key.")]


@app.command()
def create(
    name: Name,
    scope: Annotated[Scope, typer.Option(help="read, write or admin.")] = "read",
    user: Annotated[
        str | None, typer.Option(help="A user's id: the key sees this user's rows and nobody else's.")
    ] = None,
) -> None:
    """Make a key and print it; it can't be shown again."""
    with db.transaction() as session:
        key = api_keys.issue(session, name, scope, user)
    print(key)


@app.command("list")
def list_keys() -> None:
    """Every key, never its secret."""
    table = Table("id", "name", "scope", "user", "created", "revoked", box=None, pad_edge=False)
    with db.transaction() as session:
        for key in api_keys.listed(session):
            revoked = f"{key.revoked_at:%Y-%m-%d %H:%M}" if key.revoked_at else ""
            created = f"{key.created_at:%Y-%m-%d %H:%M}"
            table.add_row(key.id, key.name, key.scope, key.user_id or "", created, revoked)
    console.print(table)


@app.command()
def rotate(name: Name) -> None:
    """Make a new key of the same name, scope and user, and revoke the old ones."""
    with db.transaction() as session:
        key = api_keys.rotate(session, name)
    print(key)


@app.command()
def revoke(name: Annotated[str, typer.Argument(help="The key's name or id.")]) -> None:
    """Revoke every key of that name or id; callers are refused within ten seconds."""
    with db.transaction() as session:
        count = api_keys.revoke(session, name)
    console.print(f"{count} revoked.")
