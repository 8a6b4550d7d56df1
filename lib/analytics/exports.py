"""Whole tables to take along: people, recipes, periods, events, and the system's figures.

Each is read as of one moment, and has as many rows as the answers of `/analytics` count. What tells who
somebody is comes only for those who may see it; for others there are no such columns.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from time import monotonic
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from lib.analytics import export_rows, metrics
from lib.analytics.export_rows import Content, Looked, Source
from lib.analytics.metrics import Group
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.errors import Invalid
from lib.tabular import files
from lib.tabular.files import FormatName, Written
from lib.tabular.tables import Column, Row, Table

ExportName = Literal["users", "recipes", "engagement", "events", "system"]

MOST_SECONDS = 600
"""How long one may be written."""


class Export(NamedTuple):
    """A table that can be had.

    Args:
        title: for people.
        columns: those that are always there.
        read: gives its rows.
    """

    title: str
    columns: tuple[Column, ...]
    read: Callable[[Source], Content]


class Exported(NamedTuple):
    """A table as a file.

    Args:
        written: the file.
        filename: says what is in it.
        facts: what it says of itself, by name.
    """

    written: Written
    filename: str
    facts: Mapping[str, str | int]


def _meaning(group: Group, figure: str) -> str:
    return metrics.definition(group, figure).definition


_CHOSEN = "chosen by the sender, so it may tell who it was"

EXPORTS: dict[ExportName, Export] = {
    "users": Export("Users", (
        Column("id", "text", "The account.", personal=True),
        Column("email", "text", "Its address.", personal=True),
        Column("name", "text", "Its owner's name.", personal=True),
        Column("plan", "text", "Plan of its subscription, as of now."),
        Column("status", "text", "Whether the subscription is active, cancelled or expired, as of now."),
        Column("createdAt", "time", "When it was made."),
        Column("firstEventAt", "time", "Its first event until the end of the range."),
        Column("lastEventAt", "time", "Its last event until the end of the range."),
        Column("events", "integer", "Its events in the range.", "events"),
        Column("sessions", "integer", _meaning("engagement", "sessions"), "sessions"),
    ), export_rows.users),
    "recipes": Export("Recipes", (
        Column("id", "text", "The recipe."),
        Column("title", "text", "Its title."),
        Column("userId", "text", "Who wrote it.", personal=True),
        Column("public", "boolean", "Whether everybody may see it."),
        Column("cuisine", "text", "Its cuisine, where it is known."),
        Column("mealType", "text", "Its meal, where it is known."),
        Column("season", "text", "Its season, where it has one."),
        Column("difficulty", "text", "How hard it is."),
        Column("prepMinutes", "integer", "Preparation.", "minutes"),
        Column("cookMinutes", "integer", "Cooking.", "minutes"),
        Column("totalMinutes", "integer", "All in all.", "minutes"),
        Column("servings", "integer", "For how many it is.", "servings"),
        Column("caloriesPerServing", "number", "Energy of a serving, where it is known.", "kcal"),
        Column("diets", "text", "Diets it is proven to fit."),
        Column("allergens", "text", "Allergens it contains or may contain, as far as is known."),
        Column("createdAt", "time", "When it was made."),
        Column("updatedAt", "time", "When it was last changed."),
        Column("views", "integer", "Views in the range.", "events"),
        Column("saves", "integer", "Saves in the range.", "events"),
        Column("plans", "integer", "Plans in the range.", "events"),
        Column("cooks", "integer", "Cooks in the range.", "events"),
        Column("score", "number", _meaning("recipes", "popular"), "score"),
    ), export_rows.recipe_rows),
    "engagement": Export("Engagement", (
        Column("date", "date", "First day of the period."),
        Column("events", "integer", "Events in it.", "events"),
        Column("users", "integer", "Users with at least one.", "users"),
        Column("sessions", "integer", "Sessions that began in it.", "sessions"),
    ), export_rows.periods),
    "events": Export("Events", (
        Column("id", "text", "The event; a name that the sender gave it as a UUID."),
        Column("occurredAt", "time", "When it occurred, in whole milliseconds."),
        Column("userId", "text", "Who did it.", personal=True),
        Column("type", "text", "What was done."),
        Column("recipeId", "text", "With which recipe."),
        Column("sessionId", "text", f"The sender's session; {_CHOSEN}.", personal=True),
        Column("properties", "json", f"What else was told; {_CHOSEN}.", personal=True),
    ), export_rows.events),
    "system": Export("System", (
        Column("name", "text", "Where the figure is in the answer of /analytics/system."),
        Column("title", "text", "What it belongs to."),
        Column("definition", "text", "What that means."),
        Column("value", "number", "The figure, if it is a number."),
        Column("time", "time", "The figure, if it is a time."),
        Column("unit", "text", "Of the figure."),
    ), export_rows.system),
}  # fmt: skip


def export(
    session: Session,
    name: ExportName,
    form: FormatName,
    asked: Range,
    *,
    private: bool,
    look: Callable[[], Looked],
    check: Callable[[], None],
) -> Exported:
    """A table as a file.

    Args:
        session: at the start of its transaction.
        private: whether personal columns, and recipes that aren't public, are in it.
        look: asks Ray, for the system's figures.
        check: called now and then; raises when nobody wants the file any more.

    Raises:
        Invalid: it is more than the format can hold, or takes too long.
        Unavailable: the disk is full.
    """
    until = monotonic() + MOST_SECONDS

    def patient() -> None:
        check()
        if monotonic() > until:
            raise Invalid(f"This takes more than {MOST_SECONDS} seconds; ask for fewer days.")

    view = View(Snapshot(session), asked)
    chosen = EXPORTS[name]
    content = chosen.read(Source(view, private, look))
    columns = (*chosen.columns, *content.more)
    shown = [place for place, column in enumerate(columns) if private or not column.personal]
    omitted = tuple(column.name for place, column in enumerate(columns) if place not in shown)
    facts = _facts(view, content.total, omitted, whole=private or name != "recipes")
    table = Table(chosen.title, [columns[place] for place in shown], asked.zone, facts)
    rows = _part(content.rows, shown) if omitted else content.rows
    written = files.written(form, table, rows, content.total, patient)
    return Exported(written, f"analytics-{name}-{_span(name, view)}.{form}", facts)


def _part(rows: Iterable[Row], places: list[int]) -> Iterable[Row]:
    return map(itemgetter(*places), rows)


def _span(name: ExportName, view: View) -> str:
    if name == "system":
        return f"{view.snapshot.as_of:%Y-%m-%d}"
    return f"{view.range.first}-to-{view.range.last}"


def _facts(view: View, count: int, omitted: tuple[str, ...], *, whole: bool) -> dict[str, str | int]:
    """What a file says of itself."""
    asked = view.range
    facts: dict[str, str | int] = {
        "asOf": view.snapshot.as_of.isoformat(timespec="milliseconds"),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "interval": asked.interval,
        "timezone": asked.zone,
        "weekStart": asked.week_start,
        "rows": count,
    }
    if omitted:
        facts["omittedColumns"] = ", ".join(omitted)
    if not whole:
        facts["omittedRows"] = "recipes that aren't public"
    return facts
