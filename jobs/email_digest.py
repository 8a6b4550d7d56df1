"""Writes to people once a week what they have planned for the next, and to nobody without a plan."""

import logging
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import func, select

from jobs.command_line import run_as_command
from lib import db
from lib.errors import Conflict, Invalid
from lib.ledger import effects
from lib.ledger.items import Items
from lib.mail.digest import addressees, digest, week_after
from lib.mail.message import key, message
from lib.mail.server import MailServer, Postponed, Refused
from lib.settings import settings
from lib.tables import jobs
from lib.wire import Text, Wire

logger = logging.getLogger("mealprep.jobs")

MOST = 100_000
_WEEK = timedelta(days=7)


class Args(Wire):
    """Whom to write to."""

    user_ids: Annotated[
        list[Text] | SkipJsonSchema[None],
        Field(max_length=MOST, description="These, if they have planned meals; absent: all who have"),
    ] = None


class Result(Wire):
    """What the last attempt did, in people; each item has its own answer."""

    week: date
    sent: int
    failed: int
    skipped: Annotated[int, Field(description="Without meals in that week, or don't want mail")]


def run(args: Args, items: Items) -> Result:
    """Write to each once; whom the server takes no mail for now is left for the next attempt."""
    monday = _monday(items.job_id)
    done = Result(week=monday, sent=0, failed=0, skipped=0)
    with db.background_sessions().begin() as session:
        written = addressees(session, monday, args.user_ids)
    writable = set(written)
    postponed: list[Postponed] = []
    with MailServer(settings()) as server:
        for user_id in items.left(written if args.user_ids is None else args.user_ids):
            try:
                sent = user_id in writable and _send(server, user_id, monday)
            except Postponed as error:
                postponed.append(error)
            except (Refused, Conflict, _Unwritable) as error:
                done.failed += 1
                items.failed({user_id: error.detail})
            else:
                done.sent, done.skipped = done.sent + sent, done.skipped + (not sent)
                items.done({user_id: {"sent": sent}})
    logger.info("digests", extra={"sent": done.sent, "postponed": len(postponed)})
    if postponed:
        raise postponed[0]
    return done


class _Unwritable(Invalid):
    """A message that can't be made."""


def _send(server: MailServer, user_id: str, monday: date) -> bool:
    """Whether there was something to write; written once, whoever asks how often."""
    now = datetime.now(UTC)
    with db.background_sessions().begin() as session:
        told = digest(session, user_id, monday, now.date())
    if told is None:
        return False
    try:
        mail = message(told, settings(), now)
    except Invalid as error:
        raise _Unwritable(error.detail) from error
    server.ready()
    effects.call(
        db.ledger_sessions(),
        f"email-digest {key(user_id, monday)}",
        lambda: server.send(mail),
        undone=(Refused, Postponed),
    )
    return True


def _monday(job_id: str) -> date:
    """Of the week after the schedule's tick or else the first attempt: all write about the same.

    Raises:
        Invalid: that week is over.
    """
    since = func.coalesce(jobs.c.tick, jobs.c.started_at, func.now())
    with db.background_sessions().begin() as session:
        begun_at: datetime = session.execute(select(since).where(jobs.c.id == job_id)).scalar_one()
    monday = week_after(begun_at.astimezone(UTC).date())
    if datetime.now(UTC).date() >= monday + _WEEK:
        raise Invalid("The week that this job was to write about is over; ask for a new one.")
    return monday


if __name__ == "__main__":
    run_as_command("email-digest")
