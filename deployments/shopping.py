"""The shopping list's routes of `/reports`."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from deployments.downloads import Download
from deployments.web import Db, Who, needs
from lib.reports.paper import Paper
from lib.reports.shopping_pages import ShoppingReport, draw
from lib.shopping import files, loading
from lib.shopping.models import ShoppingList, ShoppingQuery
from lib.shopping.sales import Units
from lib.tabular.files import FORMATS

routes = APIRouter(prefix="/reports", tags=["Reports"], dependencies=[Depends(needs("read"))])

_FILENAME = "shopping-list"
_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "application/json": {},
            **{FORMATS[name].media_type: {} for name in ("csv", "xlsx")},
        }
    }
}


@routes.post(
    "/shopping-list",
    response_model=ShoppingList,
    response_model_exclude_none=True,
    responses=_FILES,
)
def make_shopping_list(
    body: ShoppingQuery,
    db: Db,
    who: Who,
    format: Annotated[Literal["json", "csv", "xlsx"], Query()] = "json",  # noqa: A002
    units: Units = "metric",
) -> ShoppingList | Response:
    """What to buy for a plan, recipes, a stored list or items: added up, less what is at home, by aisle.

    Of each food, bought + pantry = needed + leftover.
    """
    data = loading.load(db, body, units, who)
    if format == "json":
        return data
    return Download(files.written(data, format), FORMATS[format].media_type, f"{_FILENAME}.{format}", {})


@routes.post(
    "/shopping-list-pdf",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {}}}},
)
def print_shopping_list(
    body: ShoppingQuery, db: Db, who: Who, paper: Paper = "a4", units: Units = "metric"
) -> Response:
    """The same list to print, with boxes to tick off."""
    data = loading.load(db, body, units, who)
    made = draw(ShoppingReport(data, datetime.now(UTC)), paper)
    told = {
        "Content-Disposition": f'attachment; filename="{_FILENAME}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type="application/pdf", headers=told)
