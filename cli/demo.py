"""`mealprep demo`: people who look around, plan and cook, so that there is something to show."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.console import console
from cli.problems import Stuck
from lib import db
from lib.settings import settings

MOST_USERS, MOST_DAYS = 50_000, 1095


def demo(
    users: Annotated[int, typer.Option(min=1, max=MOST_USERS, help="How many people.")] = 300,
    days: Annotated[int, typer.Option(min=1, max=MOST_DAYS, help="How many of their days.")] = 365,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day, UTC; today.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2**31, help="Another one makes other people.")] = 1,
    remove: Annotated[bool, typer.Option("--remove", help="Take out all that demos have made.")] = False,
) -> None:
    """Load a demo: people, their plans, lists, posts and events; the same again changes nothing."""
    from lib.demo import loading  # brings SciPy, which no other command waits for

    if remove:
        _show({"taken out": loading.remove(db.background_sessions())})
        return
    today = datetime.now(UTC).date()
    last = until.date() if until else today
    if last > today:
        raise Stuck(f"{last} lies in the future", "give a day that has begun, or leave --until out")
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading the recipe book", total=1.0)
        loaded = loading.load(
            db.background_sessions(),
            loading.Asked(seed, users, days, last),
            lambda what, share: bar.update(task, description=what, completed=share),
        )
    _show({"made": loaded.new, "there already": loaded.there})
    with db.transaction() as session:
        somebody = loading.somebody(session, seed)
    _suggest(last, somebody)


def _show(counts: Mapping[str, Mapping[str, int]]) -> None:
    table = Table("", box=None, pad_edge=False)
    for name in counts:
        table.add_column(name, justify="right")
    for what in next(iter(counts.values())):
        table.add_row(what.replace("_", " "), *(f"{found[what]:,}" for found in counts.values()))
    console.print(table)


def _suggest(last: date, somebody: tuple[str, str] | None) -> None:
    """What to look at first."""
    config = settings()
    year = f"from={last.replace(year=last.year - 1, day=1)}&to={last}"
    paths = [f"/analytics/users?{year}&interval=month", "/analytics/engagement", "/analytics/recipes"]
    console.print("\nTry it, where the stack runs:\n")
    for path in paths if somebody is None else [*paths, f"/recommendations/user/{somebody[0]}"]:
        print(_curl(f"{config.url}{path}"))
    if somebody:
        print(f"{_curl(f'{config.url}/nutrition/meal-plan/{somebody[1]}')} -X POST")
    console.print("\n`mealprep jobs submit train-recommender` lets recommendations learn from it.")


def _curl(url: str) -> str:
    return f"curl -s '{url}' -H \"Authorization: Bearer $(cat '{settings().home / 'api-key'}')\""
