"""A table on its way into a file: what its columns are, and how its rows are written."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, BinaryIO, Literal, NamedTuple

Type = Literal["text", "json", "integer", "number", "boolean", "date", "time"]
"""What a column's values are; `json` is text, a `time` has its zone. None is unknown in each."""

Row = Sequence[Any]


class Column(NamedTuple):
    """A column.

    Args:
        name: as JSON would have it.
        type: of every value.
        definition: in words.
        unit: of its values.
        personal: tells who somebody is.
    """

    name: str
    type: Type
    definition: str
    unit: str = ""
    personal: bool = False


class Table(NamedTuple):
    """All that is said of a table but its rows.

    Args:
        title: for people.
        columns: in their order.
        zone: IANA name of the zone in which times are written.
        facts: what else there is to know, by name.
    """

    title: str
    columns: Sequence[Column]
    zone: str
    facts: Mapping[str, str | int]


Write = Callable[[Sequence[Row]], None]
"""Takes the next rows."""

Writing = Callable[[BinaryIO, Table], AbstractContextManager[Write]]
"""Begins a file; at the end of the context it is whole."""

# What a spreadsheet would take for the beginning of a formula, in Japanese editions too.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet might compute a text instead of showing it."""
    return text[:1] in _FORMULA and text != ""
