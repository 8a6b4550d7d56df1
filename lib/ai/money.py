"""The budget: a call's worst case is reserved before it is made, and what it cost is settled after.

Both are transactions of their own, under the lock of the month's row: a call may take minutes and must
hold no transaction, and what was spent is spent, whatever becomes of the request. Whoever dies between
the two leaves a reservation that counts as spent in full once it has expired.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from lib import db
from lib.errors import Overloaded, Unavailable
from lib.settings import settings
from lib.tables import ai_budgets, ai_calls

logger = logging.getLogger("mealprep.ai")

_EXPIRES_AFTER_S = 900
_RETRY_SOON_S = 15


class BudgetSpent(Overloaded):
    """Another call could pass the month's limit."""


@dataclass(frozen=True, slots=True)
class Spender:
    """On whose behalf money is spent, and for what."""

    key_id: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Budget:
    """The month's sums, in dollars."""

    period: str
    limit: float
    spent: float
    reserved: float


def reserve(spender: Spender, provider: str, model: str, worst: float) -> int:
    """Set the worst case aside and return the call's number.

    Raises:
        BudgetSpent: it doesn't fit into what is left of the month.
    """
    dollars, now = _dollars(worst), datetime.now(UTC)
    with _sessions().begin() as session:
        _expire(session, now)
        row = _locked(session, _period(now))
        limit = _dollars(settings().ai_budget_usd)
        if row.spent + row.reserved + dollars > limit:
            raise _spent(row, limit, now)
        _add(session, row.period, reserved=dollars)
        values = {
            "period": row.period,
            "key_id": spender.key_id,
            "endpoint": spender.endpoint,
            "provider": provider,
            "model": model,
            "status": "reserved",
            "reserved_usd": dollars,
            "expires_at": now + timedelta(seconds=_EXPIRES_AFTER_S),
        }
        return int(
            session.execute(insert(ai_calls).values(values).returning(ai_calls.c.id)).scalar_one()
        )


def settle(
    call: int, cost: float, input_tokens: int = 0, output_tokens: int = 0, cached_tokens: int = 0
) -> None:
    """Write down what a call has cost, in place of what was set aside for it.

    A call that was given up as lost is corrected.
    """
    dollars = _dollars(cost)
    with _sessions().begin() as session:
        period = session.scalar(select(ai_calls.c.period).where(ai_calls.c.id == call))
        if period is None:
            return
        _locked(session, period)
        row = session.execute(
            select(ai_calls.c.status, ai_calls.c.reserved_usd, ai_calls.c.cost_usd).where(
                ai_calls.c.id == call
            )
        ).one()
        if row.status == "settled":
            return
        held = row.reserved_usd if row.status == "reserved" else Decimal(0)
        _add(session, period, spent=dollars - row.cost_usd, reserved=-held)
        session.execute(
            update(ai_calls)
            .where(ai_calls.c.id == call)
            .values(
                status="settled",
                cost_usd=dollars,
                input_tokens=input_tokens,
                output_tokens=output_tokens,
                cached_tokens=cached_tokens,
            )
        )


def note(spender: Spender, provider: str, model: str) -> None:
    """Write down an answer that cost nothing: the composer's, or one given again.

    Without a database it isn't: nobody waits for the books to be kept.
    """
    try:
        _note(spender, provider, model)
    except (SQLAlchemyError, Unavailable) as error:
        logger.warning("An answer isn't counted", extra={"error": repr(error)})


def _note(spender: Spender, provider: str, model: str) -> None:
    now = datetime.now(UTC)
    with _sessions().begin() as session:
        period = _period(now)
        session.execute(upsert(ai_budgets).values(period=period).on_conflict_do_nothing())
        session.execute(
            insert(ai_calls).values(
                period=period,
                key_id=spender.key_id,
                endpoint=spender.endpoint,
                provider=provider,
                model=model,
                status="settled",
                reserved_usd=0,
                expires_at=now,
            )
        )


def budget(session: Session) -> Budget:
    """This month's sums, with what has expired counted as spent; nobody has to wait for it."""
    now = datetime.now(UTC)
    period = _period(now)
    row = session.execute(select(ai_budgets).where(ai_budgets.c.period == period)).first()
    lost = session.scalar(
        select(func.coalesce(func.sum(ai_calls.c.reserved_usd), 0)).where(
            _expired(now), ai_calls.c.period == period
        )
    )
    spent, reserved = (row.spent_usd + lost, row.reserved_usd - lost) if row else (0, 0)
    return Budget(period, settings().ai_budget_usd, float(spent), float(reserved))


@dataclass(frozen=True, slots=True)
class _Row:
    period: str
    spent: Decimal
    reserved: Decimal


def _sessions() -> sessionmaker[Session]:
    return db.sessions()


def _locked(session: Session, period: str) -> _Row:
    """The month's row, which nobody else changes until this transaction ends.

    Calls that are written down meanwhile may refer to it: they only need its key.
    """
    session.execute(upsert(ai_budgets).values(period=period).on_conflict_do_nothing())
    row = session.execute(
        select(ai_budgets).where(ai_budgets.c.period == period).with_for_update(key_share=True)
    ).one()
    return _Row(row.period, row.spent_usd, row.reserved_usd)


def _expire(session: Session, now: datetime) -> None:
    """Count what nobody has settled in time as spent, in its own month.

    Months are locked in order, so that no two wait for each other.
    """
    periods = select(ai_calls.c.period).where(_expired(now)).distinct().order_by(ai_calls.c.period)
    for period in session.scalars(periods).all():
        _locked(session, period)
        lost = session.execute(
            update(ai_calls)
            .where(_expired(now), ai_calls.c.period == period)
            .values(status="lost", cost_usd=ai_calls.c.reserved_usd)
            .returning(ai_calls.c.reserved_usd)
        ).scalars()
        sum_ = sum(lost, Decimal(0))
        _add(session, period, spent=sum_, reserved=-sum_)


def _expired(now: datetime) -> ColumnElement[bool]:
    return and_(ai_calls.c.status == "reserved", ai_calls.c.expires_at < now)


def _add(
    session: Session, period: str, spent: Decimal = Decimal(0), reserved: Decimal = Decimal(0)
) -> None:
    session.execute(
        update(ai_budgets)
        .where(ai_budgets.c.period == period)
        .values(
            spent_usd=ai_budgets.c.spent_usd + spent,
            reserved_usd=func.greatest(ai_budgets.c.reserved_usd + reserved, 0),
        )
    )


def _spent(row: _Row, limit: Decimal, now: datetime) -> BudgetSpent:
    """The reason; what is only reserved may come back soon, what is spent not before the next month."""
    told = f"${row.spent:.4f} of ${limit:.2f} are spent and ${row.reserved:.4f} reserved"
    detail = f"The AI budget of {row.period} leaves no room for this call: {told}."
    if row.reserved:
        return BudgetSpent(detail, _RETRY_SOON_S)
    month = now.replace(day=28, hour=0, minute=0, second=0, microsecond=0) + timedelta(days=4)
    return BudgetSpent(detail, int((month.replace(day=1) - now).total_seconds()) + 1)


def _period(now: datetime) -> str:
    return f"{now:%Y-%m}"


def _dollars(value: float) -> Decimal:
    return Decimal(f"{value:.8f}")
