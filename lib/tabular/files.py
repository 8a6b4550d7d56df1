"""Tables as whole files: written to the end, counted and summed up before anybody gets a byte."""

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from typing import BinaryIO, Literal, NamedTuple

from lib.errors import Invalid, Unavailable
from lib.tabular import csv_files, excel, parquet
from lib.tabular.tables import Row, Table, Writing

FormatName = Literal["csv", "xlsx", "parquet"]

BATCH = 5_000
"""Rows that are in memory at once."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RETRY_S = 60


class Format(NamedTuple):
    """A kind of file.

    Args:
        media_type: for `Content-Type`.
        writing: begins one.
        most_rows: what it can hold.
    """

    media_type: str
    writing: Writing
    most_rows: int | None = None


FORMATS: dict[FormatName, Format] = {
    "csv": Format("text/csv; charset=utf-8; header=present", csv_files.writing),
    "xlsx": Format(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        excel.writing,
        excel.MOST_ROWS,
    ),
    "parquet": Format("application/vnd.apache.parquet", parquet.writing),
}


class Whole(NamedTuple):
    """What is said of a file that was written to its end."""

    size: int
    rows: int
    sha256: str


class Written(NamedTuple):
    """A whole file, at its beginning; it has no name, and is gone when it is closed."""

    file: BinaryIO
    whole: Whole


def check_rows(name: FormatName, count: int) -> None:
    """Refuse what a format can't hold.

    Raises:
        Invalid: these are more rows.
    """
    most = FORMATS[name].most_rows
    if most is not None and count > most:
        raise Invalid(
            f"These are {count:,} rows, and Excel holds {most:,}: "
            "ask for CSV or Parquet, or for fewer days."
        )


def written(
    name: FormatName, table: Table, rows: Iterable[Row], count: int, check: Callable[[], None]
) -> Written:
    """A new file, as `write` makes it."""
    with room(), ExitStack() as undo:
        file: BinaryIO = undo.enter_context(tempfile.TemporaryFile())
        whole = write(file, name, table, rows, count, check)
        undo.pop_all()
    return Written(file, whole)


def write(
    file: BinaryIO,
    name: FormatName,
    table: Table,
    rows: Iterable[Row],
    count: int,
    check: Callable[[], None],
) -> Whole:
    """Write into an empty file; however long the table is, one batch of it is in memory.

    Args:
        count: how many rows there are.
        check: called between batches; raises when it should go no further.

    Raises:
        Invalid: the format can't hold it.
        Unavailable: the disk is full.
        RuntimeError: there were more or fewer rows.
    """
    check_rows(name, count)
    done = 0
    with room():
        with FORMATS[name].writing(file, table) as add:
            for batch in _batches(rows):
                check()
                add(batch)
                done += len(batch)
            if done != count:
                raise RuntimeError(f"{done} rows came, and {count} were counted")
        file.flush()
        size = file.seek(0, os.SEEK_END)
    return Whole(size, done, _sha256(file))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _sha256(file: BinaryIO) -> str:
    """Of the whole file, which is at its beginning afterwards."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    file.seek(0)
    return found


@contextmanager
def room() -> Iterator[None]:
    """Where the disk is full within it, that is what is said.

    Raises:
        Unavailable: it is.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable("There is no room on the disk for this file.", _RETRY_S) from error
