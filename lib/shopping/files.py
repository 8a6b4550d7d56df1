"""The list as a table: a row for each line, and for what is left out."""

from collections.abc import Iterator

from lib.shopping.models import LeftOut, ListItem, Quantity, RecipeUse, ShoppingList
from lib.tabular import files
from lib.tabular.files import FormatName, Written
from lib.tabular.tables import Column, Row, Table

COLUMNS = (
    Column("aisle", "text", "Where the shop has it; empty for what isn't bought."),
    Column("name", "text", "The food, as the food table names it, or as the recipe does."),
    Column("text", "text", "The whole line."),
    Column("amount", "number", "To buy."),
    Column("unit", "text", "Of that amount."),
    Column("size", "text", "Of a package."),
    Column("display", "text", "To buy, in words."),
    Column("grams", "number", "To buy; empty where nobody knows what it weighs.", "g"),
    Column("bought", "number", "The same as part of the balance: bought + pantry = needed + leftover."),
    Column("pantry", "number", "What is at home."),
    Column("needed", "number", "What the recipes need."),
    Column("leftover", "number", "What will be left."),
    Column("balanceUnit", "text", "Of these four: g wherever it can be weighed."),
    Column("neededDisplay", "text", "What the recipes need, in words."),
    Column("leftoverDisplay", "text", "What will be left, in words."),
    Column("forRecipes", "text", "Which recipes need it, and how much."),
    Column("notes", "text", "What else there is to know."),
    Column("optional", "boolean", "Whether no recipe insists on it."),
    Column("leftOut", "text", "Why it isn't bought; empty for what is."),
)

_TITLE = "Shopping list"


def written(data: ShoppingList, form: FormatName) -> Written:
    """A whole file of the list.

    Raises:
        Unavailable: the disk is full.
    """
    total = data.total_items + len(data.left_out)
    facts: dict[str, str | int] = {"list": data.title, "units": data.units, "rows": total}
    table = Table(_TITLE, COLUMNS, "UTC", facts)
    return files.written(form, table, rows(data), total, _go_on)


def _go_on() -> None:
    """A list is short, so nothing ends it early."""


def rows(data: ShoppingList) -> Iterator[Row]:
    """The rows, in the order of the list."""
    for section in data.sections:
        for item in section.items:
            yield _item(section.aisle, item)
    for left in data.left_out:
        yield _left_out(left)


def _item(aisle: str, item: ListItem) -> Row:
    balance = (item.bought, item.pantry, item.needed, item.leftover)
    return (
        *(aisle, item.name, item.text, item.amount, item.unit, item.size, item.display, item.grams),
        *(quantity.amount for quantity in balance),
        *(item.needed.unit, item.needed.display, item.leftover.display),
        *(_uses(item.for_recipes), "; ".join(item.notes), item.optional, None),
    )


def _left_out(left: LeftOut) -> Row:
    known = left.needed is not None
    return (
        *(None, left.name, None, None, None, None, None, None),
        *(0.0 if known else None, _amount(left.pantry), _amount(left.needed), _amount(left.leftover)),
        *(left.needed.unit if left.needed else None, _words(left.needed), _words(left.leftover)),
        *(_uses(left.for_recipes), None, None, left.reason),
    )


def _amount(quantity: Quantity | None) -> float | None:
    return None if quantity is None else quantity.amount


def _words(quantity: Quantity | None) -> str | None:
    return None if quantity is None else quantity.display


def _uses(uses: list[RecipeUse]) -> str:
    return "; ".join(f"{use.title}: {use.display}" for use in uses)
