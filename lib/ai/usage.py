"""What the AI service was asked and what it cost, by model, endpoint, key and day."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.orm import Session

from lib.ai import money
from lib.errors import Invalid
from lib.tables import ai_calls
from lib.wire import Wire

_DAYS = 30


class Tokens(Wire):
    """Tokens that went in, the cached among them, and that came out."""

    input: int
    output: int
    cached: int


class Spent(Wire):
    """Calls and their cost, of one model, endpoint, key or day."""

    name: str
    requests: int
    cost_usd: float
    tokens: Tokens


class BudgetNow(Wire):
    """This month's budget."""

    period: Annotated[str, Field(description="The month; UTC")]
    limit_usd: float
    spent_usd: float
    reserved_usd: Annotated[float, Field(description="The worst case of calls that are on their way")]


class UsageReport(Wire):
    """Calls and their cost; the composer's answers count, and cost nothing."""

    requests: int
    cost_usd: float
    tokens: Tokens
    by_model: list[Spent]
    by_endpoint: list[Spent]
    by_key: list[Spent]
    by_day: list[Spent]
    budget: BudgetNow


def report(session: Session, first: date | None, last: date | None) -> UsageReport:
    """The report from one day to another, both included; without them, the last 30 days.

    Raises:
        Invalid: the days are in the wrong order.
    """
    end = last or datetime.now(UTC).date()
    begin = first or end - timedelta(days=_DAYS - 1)
    if begin > end:
        raise Invalid("`from` must not be after `to`.", [(("query", "from"), "is after `to`")])
    start = datetime.combine(begin, time(), UTC)
    stop = datetime.combine(end, time(), UTC) + timedelta(days=1)
    within = (ai_calls.c.created_at >= start) & (ai_calls.c.created_at < stop)
    calls = ai_calls.c
    day = cast(func.timezone("UTC", calls.created_at), Date)
    total = session.execute(select(*_SUMS).where(within)).one()
    now = money.budget(session)
    return UsageReport(
        requests=total.requests,
        cost_usd=_money(total.cost),
        tokens=_tokens(total),
        by_model=_by(session, within, calls.provider + "/" + calls.model),
        by_endpoint=_by(session, within, calls.endpoint),
        by_key=_by(session, within, calls.key_id),
        by_day=_by(session, within, day),
        budget=BudgetNow(
            period=now.period,
            limit_usd=now.limit,
            spent_usd=_money(now.spent),
            reserved_usd=_money(now.reserved),
        ),
    )


_SUMS = (
    func.count().label("requests"),
    func.coalesce(func.sum(ai_calls.c.cost_usd), 0).label("cost"),
    func.coalesce(func.sum(ai_calls.c.input_tokens), 0).label("input"),
    func.coalesce(func.sum(ai_calls.c.output_tokens), 0).label("output"),
    func.coalesce(func.sum(ai_calls.c.cached_tokens), 0).label("cached"),
)


def _by(session: Session, within: ColumnElement[bool], group: ColumnElement[Any]) -> list[Spent]:
    named = group.label("name")
    rows = session.execute(select(named, *_SUMS).where(within).group_by(named).order_by(named))
    return [
        Spent(name=str(row.name), requests=row.requests, cost_usd=_money(row.cost), tokens=_tokens(row))
        for row in rows
    ]


def _tokens(row: Any) -> Tokens:
    return Tokens(input=row.input, output=row.output, cached=row.cached)


def _money(value: Any) -> float:
    return round(float(value), 6)
