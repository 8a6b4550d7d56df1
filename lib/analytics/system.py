"""How the system does: its services, jobs, database and cluster."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from lib.analytics import rollup
from lib.analytics.answers import ClusterFigures, ServiceFigures
from lib.ledger import stats
from lib.ledger.stats import Counts
from lib.tables import event_days


@dataclass(frozen=True)
class SystemView:
    """What the answer is computed from.

    Args:
        session: whose database is looked at.
        services: what Ray Serve knows.
        cluster: what Ray knows.
    """

    session: Session
    services: list[ServiceFigures]
    cluster: ClusterFigures


def services(view: SystemView) -> list[ServiceFigures]:
    """Each service's requests, since its replicas started."""
    return view.services


def cluster(view: SystemView) -> ClusterFigures:
    """What the nodes have, and what of it is in use."""
    return view.cluster


def jobs(view: SystemView) -> Counts:
    """Jobs by state."""
    return stats.counts(view.session)


def size_bytes(view: SystemView) -> int:
    """Of this database on disk."""
    return _number(view, "select pg_database_size(current_database())")


def connections(view: SystemView) -> int:
    """To this database."""
    return _number(view, "select count(*) from pg_stat_activity where datname = current_database()")


def max_connections(view: SystemView) -> int:
    """That the server takes, for all its databases."""
    return _number(view, "select current_setting('max_connections')::int")


def waiting(view: SystemView) -> int:
    """Events that aren't summed up yet."""
    return rollup.waiting_events(view.session)


def rolled_up_at(view: SystemView) -> datetime | None:
    """When a day was last summed up."""
    found: Any = view.session.scalar(select(func.max(event_days.c.rolled_up_at)))
    return found  # type: ignore[no-any-return]


def _number(view: SystemView, query: str) -> int:
    return int(view.session.scalars(text(query)).one())
