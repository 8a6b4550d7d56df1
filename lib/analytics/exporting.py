"""Writes exports: small ones here, large ones in a process of their own.

A million rows keep a Python process busy for a minute, and everybody whom it serves would wait. The one
of an export starts within about a second, yields to others, and ends when nobody wants its file.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from time import monotonic
from typing import BinaryIO, Literal, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy.exc import DBAPIError

from lib import db
from lib.analytics import exports
from lib.analytics.export_rows import Looked
from lib.analytics.exports import Order
from lib.errors import Conflict, Invalid, RetryLater, Unavailable
from lib.settings import ROOT
from lib.tabular import files
from lib.tabular.files import Whole, Written

SMALL = 10_000
"""As many rows are written in less time than a process needs to start."""
MOST_SECONDS = 600
"""How long one may be written."""

_LOOK_EVERY_S = 0.2
_NICE = 5

Check = Callable[[], None]


class Exported(NamedTuple):
    """A table as a file.

    Args:
        filename: says what is in it.
        facts: what it says of itself, by name.
    """

    written: Written
    filename: str
    facts: dict[str, str | int]


class Done(NamedTuple):
    """What the process has to say: of the file, or why there is none."""

    whole: Whole | None = None
    filename: str = ""
    facts: dict[str, str | int] = {}
    problem: Literal["", "invalid", "unavailable"] = ""
    detail: str = ""
    retry_after_s: int = 1


_order = TypeAdapter(Order)
_done = TypeAdapter(Done)


def export(order: Order, look: Callable[[], Looked], check: Check) -> Exported:
    """A table as a file.

    Args:
        look: asks Ray, for the system's figures.
        check: called now and then; raises when nobody wants the file any more.

    Raises:
        Invalid: it is more than the format can hold, or takes too long.
        Unavailable: the disk is full, or the database is gone.
    """
    with db.background_sessions().begin() as session:
        ready = exports.prepared(session, order, look)
        if ready.total <= SMALL:
            written = files.written(ready.form, ready.table, ready.rows, ready.total, check)
            return Exported(written, ready.filename, dict(ready.table.facts))
    return _apart(order, check)


def _apart(order: Order, check: Check) -> Exported:
    with files.room(), ExitStack() as undo:
        file: BinaryIO = undo.enter_context(tempfile.TemporaryFile())
        done = _answer(order, file, check)
        if done.problem == "invalid":
            raise Invalid(done.detail)
        if done.whole is None:
            raise Unavailable(done.detail, done.retry_after_s)
        undo.pop_all()
    return Exported(Written(file, done.whole), done.filename, done.facts)


def _answer(order: Order, file: BinaryIO, check: Check) -> Done:
    """What the process says when it has filled the file."""
    until = monotonic() + MOST_SECONDS
    asked: bytes | None = _order.dump_json(order)
    with (
        tempfile.TemporaryDirectory(prefix="mealprep-") as folder,
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "lib.analytics.exporting", str(file.fileno())],
            pass_fds=[file.fileno()],
            cwd=ROOT,
            env=os.environ | {"TMPDIR": folder},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as process,
    ):
        try:
            while True:
                try:
                    told, _ = process.communicate(asked, _LOOK_EVERY_S)
                    break
                except subprocess.TimeoutExpired:
                    asked = None
                check()
                if monotonic() > until:
                    raise Invalid(f"This takes more than {MOST_SECONDS} seconds; ask for fewer days.")
        finally:
            process.kill()
    if process.returncode:
        raise RuntimeError(f"The process of an export ended with {process.returncode}")
    return _done.validate_json(told)


def _nobody() -> Looked:
    raise RuntimeError("The system's figures are few")


def main() -> None:
    """The process: fill the file whose descriptor is the argument with what standard input says."""
    os.nice(_NICE)
    parent = os.getppid()

    def check() -> None:
        if os.getppid() != parent:
            raise Conflict("Nobody waits for this any more.")

    order = _order.validate_json(sys.stdin.buffer.read())
    with os.fdopen(int(sys.argv[1]), "w+b") as file:
        sys.stdout.buffer.write(_done.dump_json(_filled(order, file, check)))


def _filled(order: Order, file: BinaryIO, check: Check) -> Done:
    try:
        with db.background_sessions().begin() as session:
            ready = exports.prepared(session, order, _nobody)
            whole = files.write(file, ready.form, ready.table, ready.rows, ready.total, check)
        return Done(whole, ready.filename, dict(ready.table.facts))
    except Invalid as error:
        return Done(problem="invalid", detail=error.detail)
    except RetryLater as error:
        return Done(problem="unavailable", detail=error.detail, retry_after_s=error.retry_after_s)
    except DBAPIError as error:
        if not db.passes(error):
            raise
        return Done(problem="unavailable", detail="The database is not answering.", retry_after_s=2)


if __name__ == "__main__":
    main()
