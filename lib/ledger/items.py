"""A job's items: each is written down when it is done or failed; a rerun does only what is left."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

from pydantic import JsonValue
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, sessionmaker

from lib.ledger import leases
from lib.ledger.leases import Cancelled, Lease
from lib.ledger.patience import patiently
from lib.tables import job_items

_MOST_UNWRITTEN = 500
_LONGEST_UNWRITTEN_S = 1.0


@dataclass
class Item:
    """An item that is being worked on; done when the next one is asked for, unless it was failed."""

    key: str
    result: JsonValue = None
    error: str | None = None

    def fail(self, reason: str) -> None:
        """Say that this item can't be done, and why; raise instead for what time may heal."""
        self.error = reason


class Items:
    """What a job iterates over, and reports through.

    Outcomes are written in batches, within a second: whoever is killed does what was not written yet
    once more. `commit_each` is for items that are dearer than a transaction.

    Args:
        sessions: makes the sessions in which outcomes are written.
        lease: of the job.
        check: raises when the job must stop; called before every item.
    """

    def __init__(self, sessions: sessionmaker[Session], lease: Lease, check: Callable[[], None]) -> None:
        self.job_id = lease.job_id
        self._sessions = sessions
        self._lease = lease
        self._check = check
        self._unwritten: dict[str, Item] = {}
        self._written_at = monotonic()
        self._position: dict[str, int] = {}
        self._status: dict[str, str] | None = None

    def each(self, keys: Iterable[str], *, commit_each: bool = False) -> Iterator[Item]:
        """The items that are not done yet, one after the other.

        Raises:
            Stopped: the job is cancelled, or somebody else's.
        """
        for key in self.left(keys):
            item = Item(key)
            yield item
            self._unwritten[key] = item
            if commit_each or self._is_time():
                self.flush()
            self._check()
        self.flush()

    def left(self, keys: Iterable[str]) -> list[str]:
        """Those which are not done yet, and from now on part of the job's total."""
        wanted = list(dict.fromkeys(keys))
        for key in wanted:
            self._position.setdefault(key, len(self._position))
        self.flush()
        return [key for key in wanted if self._known().get(key) != "done"]

    def done(self, results: Mapping[str, JsonValue]) -> None:
        """Write down that these are done, in a transaction of their own."""
        self._unwritten |= {key: Item(key, result) for key, result in results.items()}
        self.flush()

    def failed(self, reasons: Mapping[str, str]) -> None:
        """Write down that these can't be done, and why."""
        self._unwritten |= {key: Item(key, error=reason) for key, reason in reasons.items()}
        self.flush()

    @property
    def resumed(self) -> bool:
        """Whether items were written down by this attempt or an earlier one."""
        return bool(self._known())

    def count_done(self) -> int:
        """How many items this attempt or an earlier one has done."""
        return sum(status == "done" for status in self._known().values())

    def flush(self) -> None:
        """Write down what isn't yet.

        Raises:
            Stopped: the job is cancelled, or somebody else's.
        """
        status = self._known() | {
            key: "failed" if item.error is not None else "done" for key, item in self._unwritten.items()
        }
        done = sum(one == "done" for one in status.values())
        counts = {
            "total": len(status.keys() | self._position.keys()),
            "done": done,
            "failed": len(status) - done,
        }
        rows = [self._row(item) for item in self._unwritten.values()]

        def write() -> bool:
            with self._sessions.begin() as session:
                cancelled = leases.write(session, self._lease, **counts)
                if rows:
                    _write(session, rows)
                return cancelled

        cancelled = patiently(write)
        self._status = status
        self._unwritten = {}
        self._written_at = monotonic()
        if cancelled:
            raise Cancelled

    def close(self) -> int:
        """Write down what isn't yet; how many items have failed. Costs nothing without items."""
        if not self._position and not self._unwritten:
            return 0
        self.flush()
        return sum(status == "failed" for status in self._known().values())

    def _known(self) -> dict[str, str]:
        if self._status is None:
            self._status = patiently(self._read)
        return self._status

    def _read(self) -> dict[str, str]:
        table = job_items.c
        query = select(table.key, table.status).where(table.job_id == self._lease.job_id)
        with self._sessions.begin() as session:
            return {row.key: row.status for row in session.execute(query)}

    def _is_time(self) -> bool:
        late = monotonic() - self._written_at >= _LONGEST_UNWRITTEN_S
        return late or len(self._unwritten) >= _MOST_UNWRITTEN

    def _row(self, item: Item) -> dict[str, Any]:
        failed = item.error is not None
        return {
            "job_id": self._lease.job_id,
            "key": item.key,
            "position": self._position.setdefault(item.key, len(self._position)),
            "status": "failed" if failed else "done",
            "result": None if failed else item.result,
            "error": item.error,
        }


def _write(session: Session, rows: list[dict[str, Any]]) -> None:
    statement = insert(job_items)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["job_id", "key"],
            set_={
                "status": new.status,
                "result": new.result,
                "error": new.error,
                "attempts": job_items.c.attempts + 1,
                "finished_at": func.now(),
            },
        ),
        rows,
    )
