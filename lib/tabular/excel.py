"""Excel workbooks: the table with real types, and a sheet that says what it is about."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError, FileSizeError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.errors import Invalid
from lib.tabular.tables import Column, Row, Table, Write, looks_like_formula

MOST_ROWS = 1_048_576 - 1
"""What a sheet holds below its header."""

_TOO_LARGE = "Excel can't hold {}; ask for CSV or Parquet."
_NUMBERS = {
    "integer": "#,##0",
    "number": "#,##0.00",
    "date": "yyyy-mm-dd",
    "time": "yyyy-mm-dd hh:mm:ss.000",
}
_WIDTHS = {"integer": 12, "number": 12, "boolean": 8, "date": 11, "time": 23, "text": 8, "json": 8}
_WIDEST = 60
_ROOM_FOR_FILTER = 4
_LOOKED_AT = 1000

Put = Callable[[int, int, Any], None]


class _Sheet(Worksheet):  # type: ignore[misc]
    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        # A text from <r> to </r> would be written as it is, and could bring cells and formulas along.
        self._xml_inline_string(string, True, attributes)


@contextmanager
def writing(file: BinaryIO, table: Table) -> Iterator[Write]:
    """Begin a workbook, of which one row at a time is in memory; see `tables.Writing`."""
    with TemporaryDirectory(prefix="mealprep-") as folder, ExitStack() as undo:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        undo.callback(_let_go, book)
        sheet = _Data(book, table)
        yield sheet.write
        sheet.finish()
        _about(book, table)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None
        except FileSizeError:
            raise Invalid(_TOO_LARGE.format("so much text")) from None


class _Data:
    """The sheet with the rows."""

    def __init__(self, book: Workbook, table: Table) -> None:
        self._sheet = book.add_worksheet(table.title, worksheet_class=_Sheet)
        self._names = [_header(column, table.zone) for column in table.columns]
        self._columns = table.columns
        self._puts = [_put(book, self._sheet, column, ZoneInfo(table.zone)) for column in table.columns]
        self._row = 0
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, name in enumerate(self._names):
            self._sheet.write_string(0, place, name, bold)
        self._sheet.freeze_panes(1, 0)
        self._fit([])

    def write(self, rows: Sequence[Row]) -> None:
        """Add rows; the first ones say how wide columns are."""
        if not self._row:
            self._fit(rows[:_LOOKED_AT])
        for number, row in enumerate(rows, start=self._row + 1):
            for place, value in enumerate(row):
                if value is not None:
                    self._puts[place](number, place, value)
        self._row += len(rows)

    def finish(self) -> None:
        """Let people filter."""
        self._sheet.autofilter(0, 0, self._row, len(self._names) - 1)

    def _fit(self, rows: Sequence[Row]) -> None:
        for place, (name, column) in enumerate(zip(self._names, self._columns, strict=True)):
            width = max(_WIDTHS[column.type], len(name) + _ROOM_FOR_FILTER)
            if column.type in ("text", "json"):
                width = max([width, *(len(row[place] or "") + 1 for row in rows)])
            self._sheet.set_column(place, place, min(width, _WIDEST))


def _let_go(book: Workbook) -> None:
    """Close what a workbook closes only at its own end: as long as it is open, it takes room."""
    for sheet in book.worksheets():
        for file in (sheet.row_data_fh, sheet.fh):
            if file is not None:
                with suppress(OSError):  # what it still holds finds no room
                    file.close()


def _header(column: Column, zone: str) -> str:
    """Excel's times have no zone, so the header says it."""
    return f"{column.name} ({zone})" if column.type == "time" else column.name


def _put(book: Workbook, sheet: Worksheet, column: Column, zone: ZoneInfo) -> Put:
    """Writes a column's values."""
    shown = book.add_format({"num_format": _NUMBERS[column.type]}) if column.type in _NUMBERS else None
    if column.type in ("text", "json"):
        return _put_text(sheet, column, book.add_format({"quote_prefix": True}))
    if column.type == "boolean":
        return lambda row, place, value: sheet.write_boolean(row, place, value)
    if column.type == "date":
        return lambda row, place, value: sheet.write_datetime(row, place, value, shown)
    if column.type == "time":
        return lambda row, place, value: sheet.write_datetime(
            row, place, value.astimezone(zone).replace(tzinfo=None), shown
        )
    return lambda row, place, value: sheet.write_number(row, place, value, shown)


def _put_text(sheet: Worksheet, column: Column, quoted: Format) -> Put:
    def put(row: int, place: int, value: str) -> None:
        # A cell of type text isn't computed; marked as quoted, it isn't either when somebody edits it.
        shown = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
        if sheet.write_string(row, place, shown, quoted if looks_like_formula(value) else None):
            much = f"the {len(value):,} characters of {column.name} in row {row + 1:,}"
            raise Invalid(_TOO_LARGE.format(much))

    return put


def _about(book: Workbook, table: Table) -> None:
    """What the table is about, and what its columns mean."""
    sheet = book.add_worksheet("About", worksheet_class=_Sheet)
    bold = book.add_format({"bold": True})
    number = book.add_format({"num_format": _NUMBERS["integer"], "align": "left"})
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 2, 16)
    sheet.set_column(3, 3, 100)
    sheet.write_string(0, 0, table.title, bold)
    for row, (name, value) in enumerate(table.facts.items(), start=2):
        sheet.write_string(row, 0, name)
        if isinstance(value, int):
            sheet.write_number(row, 1, value, number)
        else:
            sheet.write_string(row, 1, value)
    head = len(table.facts) + 3
    for place, name in enumerate(("column", "type", "unit", "definition")):
        sheet.write_string(head, place, name, bold)
    for row, column in enumerate(table.columns, start=head + 1):
        for place, text in enumerate((column.name, column.type, column.unit, column.definition)):
            sheet.write_string(row, place, text)
