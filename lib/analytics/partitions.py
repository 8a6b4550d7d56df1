"""The months of the table of events, each a partition that is made when its first event comes."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

_LOCK = "mealprep events partitions"
# The catalog itself: what functions know of it may be older than the lock.
_MISSING = text("""
    select name from unnest(cast(:names as text[])) as name where not exists (
        select from pg_class where relname = name and relnamespace = 'compute'::regnamespace)
""")


def ensure(session: Session, days: Iterable[date]) -> None:
    """Make the partitions that those days need."""
    months = {f"events_{day:%Y_%m}": day.replace(day=1) for day in days}
    if not _missing(session, months):
        return
    session.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": _LOCK})
    for name in _missing(session, months):
        first = months[name]
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        # Attached rather than made in place: that would wait for everybody who reads or writes events.
        like = "like compute.events including defaults including comments"
        session.execute(text(f"create table compute.{name} ({like})"))
        limits = f"from ('{first} 00:00:00+00') to ('{after} 00:00:00+00')"
        attach = f"alter table compute.events attach partition compute.{name} for values {limits}"
        session.execute(text(attach))


def _missing(session: Session, months: Iterable[str]) -> list[str]:
    return sorted(session.scalars(_MISSING, {"names": list(months)}))
