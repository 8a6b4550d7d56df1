"""Ingredients as callers send them: lines of text, or parts."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Discriminator, Field, StringConstraints, Tag
from pydantic.json_schema import SkipJsonSchema

from lib.errors import Invalid
from lib.nutrition.lines import Line, from_parts, parse
from lib.nutrition.quantities import impossible_amount
from lib.wire import Text, Wire

Amount = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
LineText = Annotated[Text, StringConstraints(max_length=1000, pattern=r"\S")]


class Part(Wire):
    """An ingredient in parts."""

    name: Annotated[Text, StringConstraints(min_length=1, max_length=300)]
    amount: Amount | SkipJsonSchema[None] = None
    unit: Annotated[Text, StringConstraints(max_length=40)] | SkipJsonSchema[None] = None
    notes: Annotated[Text, StringConstraints(max_length=500)] | SkipJsonSchema[None] = None


def _kind(entry: object) -> str:
    return "(text)" if isinstance(entry, str) else "(part)"


Entry = Annotated[
    Annotated[LineText, Tag("(text)")] | Annotated[Part, Tag("(part)")], Discriminator(_kind)
]


def lines_of(entries: Sequence[str | Part], field: str) -> list[Line]:
    """The lines, taken apart.

    Args:
        field: of the body, for the error.

    Raises:
        Invalid: as `check_amounts`.
    """
    check_amounts(entries, field)
    return [_line(entry) for entry in entries]


def check_amounts(entries: Sequence[str | Part], field: str) -> None:
    """Refuse impossible entries without taking them apart.

    Args:
        field: of the body, for the error.

    Raises:
        Invalid: one gives an amount that can't be: negative, beyond a million, divided by zero.
    """
    bad: list[tuple[tuple[str | int, ...], str]] = [
        (("body", field, place), reason)
        for place, entry in enumerate(entries)
        if isinstance(entry, str) and (reason := impossible_amount(entry))
    ]
    if bad:
        where = ", ".join(str(loc[-1]) for loc, _ in bad[:5])
        raise Invalid(f"These {field} have impossible amounts: {where}.", bad)


def _line(entry: str | Part) -> Line:
    if isinstance(entry, str):
        return parse(entry)
    return from_parts(entry.name, entry.amount, entry.unit, entry.notes)
