"""Every kind of report: what is asked for, what is read for it, how it is drawn."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.orm import Session

from lib.recipes.readers import Reader
from lib.reports import (
    analytics,
    analytics_loading,
    book,
    book_loading,
    book_pages,
    plan_loading,
    plan_pages,
    planning,
    shopping_pages,
)
from lib.reports.analytics import AnalyticsReport
from lib.reports.analytics_orders import AnalyticsOrder
from lib.reports.book_orders import BookOrder
from lib.reports.document import Rendered
from lib.reports.measures import Units
from lib.reports.paper import Paper
from lib.reports.plan_orders import PlanOrder
from lib.reports.sheets import Book, PlanReport
from lib.reports.shopping_pages import ShoppingReport
from lib.shopping import loading as shopping
from lib.shopping.models import ShoppingOrder
from lib.wire import Wire

KindName = Literal["analytics", "meal-plan", "recipe-book", "shopping-list"]

MOST_AT_ONCE = 250
"""Recipes that a caller waits for: about 5 s on two cores; larger reports are jobs."""


@dataclass(frozen=True)
class Kind:
    """A kind of report.

    Args:
        name: of jobs and files.
        order: the request's body.
        size: of an order, in recipes; raises NotFound where what it names isn't there.
        read: what is drawn, in those units, as of that moment.
        draw: the PDF, without a database.
        title: of what is drawn.
    """

    name: KindName
    order: type[Wire]
    size: Callable[[Session, Any, Reader], int]
    read: Callable[[Session, Any, Reader, Units, datetime.datetime], Any]
    draw: Callable[[Any, Paper], Rendered]
    title: Callable[[Any], str]


def _plan_size(session: Session, order: PlanOrder, reader: Reader) -> int:
    return len(plan_loading.wanted(session, order, reader).recipe_ids)


def _plan(
    session: Session, order: PlanOrder, reader: Reader, units: Units, as_of: datetime.datetime
) -> PlanReport:
    return planning.plan_report(plan_loading.load(session, order, reader), units, as_of)


def _book(
    session: Session, order: BookOrder, reader: Reader, units: Units, as_of: datetime.datetime
) -> Book:
    return book.book(book_loading.load(session, order, reader), units, as_of)


def _analytics_size(_session: Session, order: AnalyticsOrder, _reader: Reader) -> int:
    """Nothing that grows; dates that make no range are told at once."""
    analytics_loading.dates(order)
    return 0


def _analytics(
    session: Session, order: AnalyticsOrder, _reader: Reader, _units: Units, _as_of: datetime.datetime
) -> AnalyticsReport:
    return analytics_loading.load(session, order)


def _list(
    session: Session, order: ShoppingOrder, reader: Reader, units: Units, as_of: datetime.datetime
) -> ShoppingReport:
    return ShoppingReport(shopping.load(session, order, units, reader), as_of)


KINDS: dict[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "analytics", AnalyticsOrder, _analytics_size, _analytics, analytics.draw, analytics.title
        ),
        Kind("meal-plan", PlanOrder, _plan_size, _plan, plan_pages.draw, lambda data: str(data.title)),
        Kind(
            "recipe-book", BookOrder, book_loading.count, _book, book_pages.draw,
            lambda data: str(data.title),
        ),
        Kind(
            "shopping-list", ShoppingOrder, shopping.size, _list, shopping_pages.draw,
            lambda data: "" if data.data.title == shopping.TITLE else str(data.data.title),
        ),
    )
}  # fmt: skip
