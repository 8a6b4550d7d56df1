"""Deletes what nobody needs any more: each kind of rows in batches, or only counts them: `--dry-run`."""

import logging
from datetime import UTC, datetime, timedelta

from pydantic import Field

from jobs.command_line import run_as_command
from lib import db
from lib.ai import earlier
from lib.images.pruning import IMAGES
from lib.ledger import pruning
from lib.ledger.items import Items
from lib.ledger.pruning import Prunable
from lib.reports import files
from lib.wire import Wire

logger = logging.getLogger("mealprep.jobs")

KINDS: tuple[Prunable, ...] = (*pruning.LEDGER, *IMAGES, *earlier.OLD, *files.OLD)
"""What is cleaned up; a service adds what it leaves behind."""


class Args(Wire):
    """How old is old, and whether anything is deleted."""

    dry_run: bool = Field(False, description="Only count what would be deleted")
    older_than_days: int = Field(30, ge=1, le=36_500, description="Keep what is younger")


class Result(Wire):
    """Rows that were, or would be, deleted, by kind."""

    dry_run: bool
    deleted: dict[str, int]


def run(args: Args, items: Items) -> Result:
    """Delete what is older, kind by kind; killed at any point, the next run goes on from there."""
    before = datetime.now(UTC) - timedelta(days=args.older_than_days)
    kinds = {kind.name: kind for kind in KINDS}
    deleted = {}
    for item in items.each(kinds):
        found = (_count if args.dry_run else _delete)(kinds[item.key], before)
        item.result = deleted[item.key] = found
    logger.info("cleaned up", extra={"dry_run": args.dry_run, "deleted": deleted})
    return Result(dry_run=args.dry_run, deleted=deleted)


def _count(kind: Prunable, before: datetime) -> int:
    with db.background_sessions().begin() as session:
        return kind.count(session, before)


def _delete(kind: Prunable, before: datetime) -> int:
    deleted = 0
    while True:
        with db.background_sessions().begin() as session:
            some = kind.prune(session, before)
        deleted += some
        if some < pruning.BATCH:
            return deleted


if __name__ == "__main__":
    run_as_command("cleanup")
