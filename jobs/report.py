"""Draws a report and keeps it to be fetched."""

import datetime
from typing import Self

from pydantic import Field, model_validator

from jobs.command_line import run_as_command
from lib import db
from lib.ledger import jobs
from lib.ledger.items import Items
from lib.recipes.readers import Reader
from lib.reports import files
from lib.reports.analytics_orders import AnalyticsFields
from lib.reports.book_orders import BookFields
from lib.reports.kinds import KINDS, KindName
from lib.reports.measures import Units
from lib.reports.paper import Paper
from lib.reports.plan_orders import PlanFields
from lib.reports.rendering import Renderer
from lib.shopping.models import ShoppingFields
from lib.wire import Wire

_ITEM = "pdf"


class Args(PlanFields, BookFields, ShoppingFields, AnalyticsFields):
    """Which report, and what its own request would say.

    Of recipes that aren't public it has those of its user alone: where others are named, it fails; of
    others in a stored plan it tells the title.
    """

    kind: KindName = Field(description="Of report")
    paper: Paper = Field("a4", description="Size of its pages")
    units: Units = Field("metric", description="Of its amounts")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        self.order()
        return self

    def order(self) -> Wire:
        """The request of that kind.

        Raises:
            ValueError: it isn't one; or something is said that this kind of report doesn't know.
        """
        wanted = KINDS[self.kind].order
        said = {name: getattr(self, name) for name in self.model_fields_set - _OWN}
        said = {name: value for name, value in said.items() if value is not None}
        return wanted.model_validate(said)


_OWN = {"kind", "paper", "units"}


class Result(Wire):
    """Where the report is."""

    file_id: str
    url: str
    filename: str
    pages: int
    bytes: int


def run(args: Args, items: Items) -> Result:
    """Read, draw, keep; the next attempt keeps it under the same id."""
    kind = KINDS[args.kind]
    for item in items.each([_ITEM], commit_each=True):
        with db.background_sessions().begin() as session:
            asked = jobs.get(session, items.job_id)
        with db.background_sessions().begin() as session:
            now = datetime.datetime.now(datetime.UTC)
            data = kind.read(session, args.order(), Reader(asked.user_id), args.units, now)
        renderer = Renderer(at_once=1)
        try:
            drawn = renderer.render(kind.draw, data, args.paper)
        finally:
            renderer.close()
        name = files.filename(kind.name, kind.title(data))
        with db.background_sessions().begin() as session:
            files.keep(session, items.job_id, asked.user_id, name, drawn)
        item.result = {"pages": drawn.pages}
    return _result(items.job_id)


def _result(job_id: str) -> Result:
    with db.background_sessions().begin() as session:
        kept = files.get(session, job_id)
    return Result(
        file_id=job_id,
        url=f"{files.URL}{job_id}",
        filename=kept.filename,
        pages=kept.pages,
        bytes=len(kept.content),
    )


if __name__ == "__main__":
    run_as_command("report")
