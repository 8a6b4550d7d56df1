"""`mealprep foods`: imports foods, shows one, and rewrites the bundled figures."""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import OperationalError

from cli.console import console
from lib import db
from lib.errors import Invalid, NotFound, Unavailable
from lib.nutrition import foods as bundled
from lib.nutrition import store
from lib.nutrition.foods import Food
from lib.nutrition.lines import parse
from lib.nutrition.matching import match, suggestions
from lib.nutrition.nutrients import NUTRIENTS, PLACE, as_dict
from lib.nutrition.portions import read_portion

if TYPE_CHECKING:
    from lib.nutrition.usda import Record

app = typer.Typer(no_args_is_help=True, help="Foods: import more, show one, rewrite the figures.")

FOODS_PER_TRANSACTION = 2000
_SKIPPED = {
    "bundled": "whose name the bundled table has",
    "older": "older than another of the same name",
}

Folder = Annotated[Path, typer.Argument(help="What one of FoodData Central's CSV downloads unzips to.")]


@app.command("import")
def import_foods(folder: Folder) -> None:
    """Load a download of FoodData Central into the database; the same again changes nothing."""
    from lib.nutrition.usda import Download  # brings pandas, which no other command waits for

    download = Download(folder)
    counts: Counter[str] = Counter()
    with console.status("") as line:
        for batch in _batches(download.foods()):
            with db.background_sessions().begin() as session:
                counts += store.add(session, batch)
            line.update(f"{counts.total():,} foods")
    console.print(f"{counts['written']:,} foods written, {counts['unchanged']:,} are unchanged.")
    reasons = [(counts[fate], reason) for fate, reason in _SKIPPED.items()]
    reasons += [(count, reason) for reason, count in download.skipped.items()]
    for count, reason in reasons:
        if count:
            console.print(f"{count:,} skipped: {reason}.")


@app.command()
def figures(
    folders: Annotated[list[Path], typer.Argument(help="Downloads; the first that has an id counts.")],
) -> None:
    """Rewrite data/foods/usda from downloads, for the ids that data/foods names (for maintainers)."""
    from lib.nutrition.usda import Download

    wanted = _named_ids()
    found: dict[int, Record] = {}
    for folder in folders:
        for record in Download(folder).records(wanted - found.keys()):
            if not np.isnan(record.per_100g[PLACE["energy_kcal"]]):
                found[record.fdc_id] = record
    if missing := sorted(wanted - found.keys()):
        raise Invalid(f"No folder has figures of these ids: {', '.join(map(str, missing))}.")
    records = [found[fdc_id] for fdc_id in sorted(found)]
    portions = [row for record in records for row in _portion_rows(record)]
    columns = ["fdc_id", "data_type", "description", *(nutrient.column for nutrient in NUTRIENTS)]
    # Both are complete before one takes the place of the present file.
    new = [
        _written(bundled.FIGURES, columns, map(_figure_row, records)),
        _written(bundled.PORTIONS, ["fdc_id", "amount", "text", "grams"], portions),
    ]
    for path, target in zip(new, (bundled.FIGURES, bundled.PORTIONS), strict=True):
        path.replace(target)
    console.print(f"{len(records):,} foods and {len(portions):,} portions written.")


@app.command()
def show(name: Annotated[str, typer.Argument(help="As in a recipe, without an amount.")]) -> None:
    """The food that a name means: its source, figures, household weights and classes."""
    found = match(parse(name))
    food, how = (found.food, found.how) if found else (_imported(name), "imported")
    if food is None:
        near = suggestions(name)
        told = f" Did you mean {', '.join(near)}?" if near else ""
        raise NotFound(f"No food is known as {name}.{told}", near)
    amounts = as_dict(food.per_100g)
    macros = ("protein_g", "fat_g", "carbohydrate_g")
    kinds = [*sorted(food.classes), *(f"may contain {kind}" for kind in sorted(food.may))]
    table = Table(show_header=False, box=None, pad_edge=False)
    for label, text in (
        ("food", food.name),
        ("found by", how),
        ("note", food.note),
        ("source", f"FoodData Central {food.fdc_id}, {food.data_type}: {food.description}"),
        ("energy", f"{amounts.get('energy_kcal', 0):g} kcal per 100 g"),
        ("of it", ", ".join(f"{name[:-2]} {amounts[name]:g} g" for name in macros if name in amounts)),
        ("kind", ", ".join(filter(None, (food.aisle, food.category, food.role)))),
        ("classes", (", ".join(kinds) or "none") if food.classed else "unknown"),
        ("edible", f"{food.edible:.0%} of the stated weight"),
        ("portions", "\n".join(f"{one.grams:g} g  {one.text}" for one in food.portions)),
    ):
        if text:
            table.add_row(label, escape(text))
    console.print(table)


def _imported(name: str) -> Food | None:
    try:
        with db.transaction() as session:
            return store.added(session, [name]).get(name)
    except (Unavailable, OperationalError):  # the bundled foods can be shown without a database
        return None


def _batches(foods: Iterator[Food]) -> Iterator[list[Food]]:
    while batch := list(islice(foods, FOODS_PER_TRANSACTION)):
        yield batch


def _named_ids() -> set[int]:
    ids: set[int] = set()
    for path in bundled.sources():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if not (row.get("fdc_id") or "").isdecimal():
                    raise Invalid(f"{path} has no number in fdc_id of {row.get('name')}.")
                ids.add(int(row["fdc_id"]))
    return ids


def _figure_row(record: "Record") -> list[str | int]:
    amounts = map(_number, record.per_100g.tolist())
    return [record.fdc_id, record.data_type, record.description, *amounts]


def _portion_rows(record: "Record") -> Iterator[list[str | int]]:
    for one in record.portions:
        if read_portion(one.amount, one.text, one.grams):
            yield [record.fdc_id, _number(one.amount), one.text, _number(one.grams)]


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _written(target: Path, columns: list[str], rows: Iterable[list[str | int]]) -> Path:
    """The name of a new file beside the target."""
    path = target.with_name(f"{target.name}.{os.getpid()}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    return path
