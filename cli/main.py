"""`mealprep`: starts, watches and stops the stack, and looks after recipes, keys and jobs."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import OperationalError

from cli import doctor as health
from cli import foods, jobs, keys, logs
from cli.console import console
from cli.demo import demo
from cli.importing import import_file, save
from cli.problems import Stuck
from cli.stack import Stack
from lib import migrate
from lib.db import database_url, reason, transaction
from lib.errors import MealPrepError
from lib.nutrition import store as foods_in_database
from lib.recipes import book
from lib.settings import settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(keys.app, name="keys")
app.add_typer(foods.app, name="foods")
app.add_typer(jobs.app, name="jobs")
app.command("logs")(logs.show)
app.command("demo")(demo)


@contextmanager
def _stack() -> Iterator[Stack]:
    """A stack that tells on one line what it does, or on many where the output is no terminal."""
    said = [""]
    with console.status("") as line:

        def say(what: str) -> None:
            line.update(what)
            if not console.is_terminal and what != said[0]:
                console.print(f"· {what}")
            said[0] = what

        yield Stack(settings(), say)


@app.command()
def up() -> None:
    """Start whatever isn't running yet, and say how to use it."""
    with _stack() as stack:
        key, new = stack.up()
    config = settings()
    # Where the output may be kept, as in a service's log, a key that isn't new is not shown again.
    shown = new or console.is_terminal
    told = f"{key}  (also in {stack.key_file})" if shown else f"in {stack.key_file}"
    bearer = key if shown else f"$(cat '{stack.key_file}')"
    body = json.dumps({"query": "comforting soup for a cold evening", "limit": 3})
    console.print(
        f"\n[bold green]MealPrep360 is up[/]  {config.url}  (documentation: {config.url}/docs)"
    )
    console.print(f"API key        {told}")
    console.print(f"Ray dashboard  {config.dashboard_url}  (token: {stack.ray.token_file})")
    console.print("\nTry it:\n")
    print(
        f'curl -s {config.url}/search/semantic -H "Authorization: Bearer {bearer}" '
        f"-H 'Content-Type: application/json' -d '{body}'"
    )


@app.command()
def down() -> None:
    """Stop everything; data stays."""
    with _stack() as stack:
        stack.down()
    console.print("Everything is stopped; the data is still there.")


@app.command()
def status() -> None:
    """What runs, and how much memory it holds."""
    with _stack() as stack:
        parts = stack.parts()
    table = Table("part", "state", "processes", "memory", box=None, pad_edge=False)
    for part in parts:
        colour = "green" if part.state in ("ok", "running", "by DATABASE_URL") else "red"
        memory = f"{part.memory_bytes / 1e6:,.0f} MB" if part.memory_bytes else ""
        table.add_row(part.name, f"[{colour}]{escape(part.state)}[/]", str(part.processes or ""), memory)
    console.print(table)
    console.print(f"{sum(part.memory_bytes for part in parts) / 1e6:,.0f} MB in all, {settings().url}")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
) -> None:
    """Stop everything and delete its data: embedded database, keys, models, logs."""
    home = settings().home
    what = "the API key, models and logs" if settings().database_url else "the database"
    if not yes:
        typer.confirm(f"Delete {what} in {home}?", abort=True)
    with _stack() as stack:
        stack.reset()
    console.print(f"The data in {home} is deleted.")


@app.command("migrate")
def run_migrations() -> None:
    """Bring the database to the newest version of our schema; `up` does it by itself."""
    migrate.upgrade(database_url())
    with transaction() as session:
        foods_in_database.load(session)
    console.print("The database is up to date.")


@app.command("import")
def import_recipes(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="YAML as in data/recipes, or JSON-LD; none: the bundled recipe book."),
    ] = None,
) -> None:
    """Load recipes, and say of each what became of it; the same again changes nothing."""
    sources = [import_file(path) for path in files] if files else [save(book.book())]
    failed = False
    for name, outcome in chain.from_iterable(sources):
        failed |= outcome not in ("created", "updated", "unchanged")
        console.print(f"{escape(name)}: {escape(outcome)}")
    raise typer.Exit(1 if failed else 0)


@app.command()
def doctor() -> None:
    """Look for what could be in the way, and say how to get it out."""
    healthy = True
    for check in health.checks(settings()):
        healthy &= check.problem is None
        if check.problem is None:
            console.print(f"[green]✓[/] {check.name}: {escape(check.found)}")
        else:
            console.print(f"[red]✗[/] {check.name}: {escape(check.problem)}")
    raise typer.Exit(0 if healthy else 1)


@app.command()
def env() -> None:
    """Print what `ray` commands need: eval "$(mealprep env)"."""
    for name, value in Stack(settings(), lambda _: None).ray.client_environment().items():
        print(f"export {name}={value}")


def main() -> None:
    """Run a command; what can go wrong is said in one line."""
    try:
        app()
    except Stuck as problem:
        console.print(f"[bold red]{escape(problem.problem)}.[/] Way out: {escape(problem.way_out)}.")
        raise SystemExit(1) from None
    except MealPrepError as problem:
        console.print(f"[bold red]{escape(problem.detail)}[/]")
        raise SystemExit(1) from None
    except ValidationError as error:
        bad = "; ".join(f"{found['loc'][0]}: {found['msg']}" for found in error.errors())
        console.print(
            f"[bold red]A setting is wrong: {escape(bad)}.[/] Way out: change it and try again."
        )
        raise SystemExit(1) from None
    except OperationalError as error:
        console.print(
            f"[bold red]The database fails: {escape(reason(error))}.[/] Way out: `make up`, `make logs`."
        )
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        os._exit(130)
