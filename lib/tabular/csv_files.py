"""CSV by RFC 4180, in UTF-8.

It begins with a byte order mark: without one Excel takes UTF-8 for the machine's old code page; pandas
and DuckDB skip it. A text that a spreadsheet would compute gets an apostrophe before it.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from lib.tabular.tables import Row, Table, Type, Write, looks_like_formula

Shape = Callable[[Sequence[Any]], Sequence[Any]]


@contextmanager
def writing(file: BinaryIO, table: Table) -> Iterator[Write]:
    """Begin a CSV file; see `tables.Writing`."""
    shapes = [_shape(column.type, ZoneInfo(table.zone)) for column in table.columns]

    def write(rows: Sequence[Row]) -> None:
        columns = zip(*rows, strict=True)
        shown = [shape(values) for shape, values in zip(shapes, columns, strict=True)]
        file.write(_lines(zip(*shown, strict=True)))

    file.write(codecs.BOM_UTF8 + _lines([[column.name for column in table.columns]]))
    yield write


def _lines(rows: Iterable[Row]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _shape(kind: Type, zone: ZoneInfo) -> Shape:
    """Makes a column's values what the file has of them."""
    if kind in ("text", "json"):
        return lambda values: [_harmless(text) for text in values]
    if kind == "time":
        # The same length for all, so that readers see one format.
        return lambda values: [
            at and at.astimezone(zone).isoformat(timespec="microseconds") for at in values
        ]
    if kind == "date":
        return lambda values: [day and day.isoformat() for day in values]
    if kind == "boolean":
        return lambda values: [None if known is None else str(known).lower() for known in values]
    return lambda values: values


def _harmless(text: str | None) -> str | None:
    return f"'{text}" if text and looks_like_formula(text) else text
