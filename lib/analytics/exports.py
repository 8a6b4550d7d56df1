"""Whole tables to take along: people, recipes, periods, events, and the system's figures.

Each is read as of one moment, and has as many rows as the answers of `/analytics` count. What tells who
somebody is comes only for those who may see it; for others there are no such columns.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Literal, NamedTuple

from sqlalchemy.orm import Session

from lib.analytics import export_rows, metrics
from lib.analytics.export_rows import Content, Looked, Source
from lib.analytics.metrics import Group
from lib.analytics.periods import Range
from lib.analytics.snapshot import Snapshot
from lib.analytics.view import View
from lib.tabular import files
from lib.tabular.files import FormatName
from lib.tabular.tables import Column, Row, Table

ExportName = Literal["users", "recipes", "engagement", "events", "system"]


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


class Order(NamedTuple):
    """What somebody wants to take along.

    Args:
        private: whether personal columns, and recipes that aren't public, are in it.
    """

    name: ExportName
    form: FormatName
    asked: Range
    private: bool


class Prepared(NamedTuple):
    """An order whose rows are counted, and can be read as long as its transaction lives.

    Args:
        filename: says what is in it.
    """

    form: FormatName
    filename: str
    table: Table
    rows: Iterable[Row]
    total: int


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


def prepared(session: Session, order: Order, look: Callable[[], Looked]) -> Prepared:
    """An order, ready to be written.

    Args:
        session: at the start of its transaction.
        look: asks Ray, for the system's figures.

    Raises:
        Invalid: it is more than the format can hold.
    """
    view = View(Snapshot(session), order.asked)
    chosen = EXPORTS[order.name]
    content = chosen.read(Source(view, order.private, look))
    files.check_rows(order.form, content.total)
    columns = (*chosen.columns, *content.more)
    shown = [n for n, column in enumerate(columns) if order.private or not column.personal]
    omitted = [column.name for n, column in enumerate(columns) if n not in shown]
    facts = _facts(view, content.total)
    if omitted:
        facts["omittedColumns"] = ", ".join(omitted)
    if order.name == "recipes" and not order.private:
        facts["omittedRows"] = "recipes that aren't public"
    table = Table(chosen.title, [columns[n] for n in shown], order.asked.zone, facts)
    rows = map(itemgetter(*shown), content.rows) if omitted else content.rows
    filename = f"analytics-{order.name}-{_span(order.name, view)}.{order.form}"
    return Prepared(order.form, filename, table, rows, content.total)


def _span(name: ExportName, view: View) -> str:
    if name == "system":
        return f"{view.snapshot.as_of:%Y-%m-%d}"
    return f"{view.range.first}-to-{view.range.last}"


def _facts(view: View, total: int) -> dict[str, str | int]:
    """What a file says of itself."""
    asked = view.range
    return {
        "asOf": view.snapshot.as_of.isoformat(timespec="milliseconds"),
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "interval": asked.interval,
        "timezone": asked.zone,
        "weekStart": asked.week_start,
        "rows": total,
    }
