"""`/reports`: PDFs to print and keep; large ones, and those that nobody waits for, are jobs."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Response
from pydantic.json_schema import SkipJsonSchema

from deployments.downloads import Download
from deployments.web import (
    UNBOUND,
    Db,
    Key,
    Replica,
    Who,
    accepted_job,
    application,
    as_reader,
    create_app,
    needs,
    replica,
)
from jobs import registry, report
from lib import db, idempotency
from lib.analytics.periods import Interval, WeekStart
from lib.errors import Invalid, NotFound
from lib.ledger import jobs
from lib.ledger.jobs import Job
from lib.recipes.readers import Reader
from lib.reports import files
from lib.reports.analytics_orders import AnalyticsOrder
from lib.reports.book_orders import BookOrder
from lib.reports.kinds import KINDS, MOST_AT_ONCE, Kind, KindName
from lib.reports.measures import Units
from lib.reports.paper import Paper
from lib.reports.plan_orders import PlanOrder
from lib.reports.rendering import Renderer
from lib.shopping import files as tables
from lib.shopping import loading as shopping
from lib.shopping.models import ShoppingList, ShoppingOrder
from lib.tabular.files import FORMATS
from lib.wire import Text, Wire

routes = APIRouter(prefix="/reports", tags=["Reports"], dependencies=[Depends(needs("read"))])

MEDIA_TYPE = "application/pdf"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The report", "content": {MEDIA_TYPE: {}}},
}
_PDF: dict[int | str, dict[str, Any]] = {
    **_FILE,
    202: {
        "description": "A job that draws it; its result says where it is",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReportJob"}}},
    },
}

ListForm = Literal["json", "csv", "xlsx"]
_TABLES: dict[int | str, dict[str, Any]] = {
    200: {"content": {FORMATS[form].media_type: {} for form in ("csv", "xlsx")}},
}


def service() -> "Reports":
    """What belongs to this replica; tests put their own here."""
    found: Reports = replica()
    return found


Service = Annotated["Reports", Depends(service)]


class Printing:
    """How a report is asked for, whichever it is."""

    def __init__(
        self,
        here: Service,
        who: Who,
        paper: Paper = "a4",
        units: Units = "metric",
        key: Key = None,
        prefer: Annotated[Text, Header(description="`respond-async` for a job")] = "",
    ) -> None:
        self._here, self._who, self._key = here, who, key
        self._paper, self._units = paper, units
        self._later = "respond-async" in prefer.lower()

    def answer(self, name: KindName, order: Wire) -> Response:
        """The report, or the job that draws it: if that is asked for, or if it is large."""
        kind = KINDS[name]
        reader = as_reader(self._who)
        with db.transaction() as session:
            large = kind.size(session, order, reader) > MOST_AT_ONCE
            if self._later or large:
                self._check_as_job(session, kind, order, reader)
                answer = accepted_job(self._job(session, name, order))
                if self._later:
                    answer.headers["Preference-Applied"] = "respond-async"
                return answer
            data = kind.read(session, order, reader, self._units, datetime.now(UTC))
        drawn = self._here.renderer.render(kind.draw, data, self._paper)
        return pdf(drawn.content, files.filename(kind.name, kind.title(data)), drawn.pages)

    def _check_as_job(self, session: Db, kind: Kind, order: Wire, reader: Reader) -> None:
        """A job reads what its user may, and no other private recipes: nobody else should see them."""
        if not reader.private:
            return
        try:
            kind.size(session, order, Reader(reader.user_id))
        except NotFound as error:
            raise Invalid(
                f"As a job, private recipes of others can't be printed: ask for at most {MOST_AT_ONCE}"
                f" recipes and without `Prefer: respond-async`. {error.detail}"
            ) from None

    def _job(self, session: Db, name: KindName, order: Wire) -> Job:
        said = order.model_dump(mode="json", exclude_none=True, by_alias=True)
        args = said | {"kind": name, "paper": self._paper, "units": self._units}

        def asked() -> Job:
            checked = report.Args.model_validate(args).model_dump(mode="json", exclude_none=True)
            kind, user_id = registry.kind("report"), self._who.user_id
            return jobs.get(session, jobs.enqueue(session, kind, checked, user_id=user_id))

        return idempotency.once(session, self._who.key_id, self._key, ["report", args], Job, asked)


Print = Annotated[Printing, Depends()]


@routes.post("/meal-plan-pdf", response_class=Response, responses=_PDF)
def print_meal_plan(body: PlanOrder, how: Print) -> Response:
    """A meal plan: the week at a glance, and each recipe for as many as will eat it."""
    return how.answer("meal-plan", body)


@routes.post("/recipe-book-pdf", response_class=Response, responses=_PDF)
def print_recipe_book(body: BookOrder, how: Print) -> Response:
    """A recipe book: contents, chapters by meal, an index by ingredient. Large ones are jobs."""
    return how.answer("recipe-book", body)


Day = date | SkipJsonSchema[None]


def _dates(
    from_: Annotated[Day, Query(alias="from", description="First date; 29 days before `to`")] = None,
    to: Annotated[Day, Query(description="Last date, included; today")] = None,
    interval: Annotated[
        Interval | SkipJsonSchema[None],
        Query(description="What series are divided into; by default so that charts can be read"),
    ] = None,
    timezone: Annotated[Text, Query(max_length=64, description="Where dates begin and end")] = "UTC",
    week_start: Annotated[WeekStart, Query(alias="weekStart")] = "monday",
) -> AnalyticsOrder:
    return AnalyticsOrder(
        from_=from_, to=to, interval=interval, timezone=timezone, week_start=week_start
    )


@routes.get("/analytics-pdf", response_class=Response, responses=_PDF, dependencies=UNBOUND)
def print_analytics(how: Print, order: Annotated[AnalyticsOrder, Depends(_dates)]) -> Response:
    """Analytics: key figures on one page, then users, retention, recipes and engagement with charts.

    Its numbers are those of `/analytics` for the same dates, divided alike.
    """
    return how.answer("analytics", order)


@routes.post("/shopping-list-pdf", response_class=Response, responses=_PDF)
def print_shopping_list(body: ShoppingOrder, how: Print) -> Response:
    """What to buy, by aisle, with boxes to tick off."""
    return how.answer("shopping-list", body)


@routes.post(
    "/shopping-list", response_model=ShoppingList, response_model_exclude_none=True, responses=_TABLES
)
def make_shopping_list(
    body: ShoppingOrder,
    session: Db,
    who: Who,
    form: Annotated[ListForm, Query(alias="format")] = "json",
    units: Units = "metric",
) -> ShoppingList | Response:
    """What to buy for a plan, recipes, a stored list or items: added up, less what is at home, by aisle.

    Of every food, bought + pantry = needed + leftover.
    """
    data = shopping.load(session, body, units, as_reader(who))
    if form == "json":
        return data
    told = FORMATS[form].media_type
    return Download(tables.written(data, form), told, f"shopping-list.{form}", {})


@routes.get("/files/{id}", response_class=Response, responses=_FILE)
def get_report(
    session: Db, who: Who, file_id: Annotated[Text, Path(alias="id", max_length=100)]
) -> Response:
    """A report that a job has drawn."""
    kept = files.get(session, file_id, who.user_id)
    return pdf(kept.content, kept.filename, kept.pages)


def pdf(content: bytes, filename: str, pages: int) -> Response:
    """A PDF as an attachment."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Page-Count": str(pages),
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Reports(Replica):
    """A replica of this service, with drawing processes of its own."""

    def __init__(self) -> None:
        self.renderer = Renderer()
        self.renderer.start()


app = application(api, Reports)
