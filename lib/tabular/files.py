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


class Written(NamedTuple):
    """A whole file, at its beginning; it has no name, and is gone when it is closed."""

    file: BinaryIO
    size: int
    rows: int
    sha256: bytes


def written(
    name: FormatName, table: Table, rows: Iterable[Row], count: int, check: Callable[[], None]
) -> Written:
    """Write a file; however long the table is, one batch of it is in memory.

    Args:
        count: how many rows there are.
        check: called between batches; raises when it should go no further.

    Raises:
        Invalid: the format can't hold it.
        Unavailable: the disk is full.
        RuntimeError: there were more or fewer rows.
    """
    form = FORMATS[name]
    if form.most_rows is not None and count > form.most_rows:
        raise Invalid(
            f"These are {count:,} rows, and Excel holds {form.most_rows:,}: "
            "ask for CSV or Parquet, or for fewer days."
        )
    with _room(), ExitStack() as undo:
        file: BinaryIO = undo.enter_context(tempfile.TemporaryFile())
        done = 0
        with form.writing(file, table) as write:
            for batch in _batches(rows):
                check()
                write(batch)
                done += len(batch)
            if done != count:
                raise RuntimeError(f"{done} rows came, and {count} were counted")
        file.flush()
        size = file.seek(0, os.SEEK_END)
        digest = _sha256(file)
        undo.pop_all()
    return Written(file, size, done, digest)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _sha256(file: BinaryIO) -> bytes:
    """Of the whole file, which is at its beginning afterwards."""
    file.seek(0)
    found = hashlib.file_digest(file, "sha256").digest()  # type: ignore[arg-type]
    file.seek(0)
    return found


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise Unavailable("There is no room on the disk for this file.", _RETRY_S) from error
