"""What tests of the ledger share: kinds, leased jobs, a look at the tables."""

from dataclasses import replace

from sqlalchemy import text

from lib import db
from lib.ledger import jobs, leases
from lib.ledger.kinds import Kind
from lib.ledger.leases import Room

TASK = Kind(
    "task", "tests.jobs.samples", "task", memory_mb=100, timeout_s=60, max_attempts=3, at_once=50
)
DRIVER = Kind("driver", "tests.jobs.samples", "driver", memory_mb=400, at_once=50)
ALONE = Kind("alone", "tests.jobs.samples", "task", memory_mb=100, at_once=1)
KINDS = {kind.name: kind for kind in (TASK, DRIVER, ALONE)}
ROOM = Room(at_once=50, memory_mb=100_000)


def ask(kind=TASK, args=None, **options):
    """The id of a new job."""
    with db.transaction() as session:
        return jobs.enqueue(session, kind, args or {}, **options)


def take(weight="task", room=ROOM, kinds=KINDS):
    """The lease of the next job; None if there is none."""
    with db.transaction() as session:
        taken = leases.take(session, kinds, weight, room)
        return taken and taken.lease


def leased(kind=TASK, args=None, kinds=KINDS):
    """A lease on a new job."""
    job_id = ask(kind, args)
    lease = take(kind.weight, kinds={name: replace(each, at_once=50) for name, each in kinds.items()})
    assert lease.job_id == job_id
    return lease


def give_up(lease, setback="crashed", error="It broke."):
    """The job's state after an attempt that got nowhere."""
    with db.transaction() as session:
        return leases.give_up(session, lease.job_id, lease.token, setback, error)


def look(job_id):
    """The job as it is."""
    with db.transaction() as session:
        return jobs.get(session, job_id)


def attempts(job_id):
    """The outcomes of its attempts."""
    with db.transaction() as session:
        return [attempt.outcome for attempt in jobs.attempts(session, job_id)]


def item_states(job_id):
    """State by key."""
    with db.transaction() as session:
        return {item.key: item.status for item in jobs.items(session, job_id, 1000).items}


def run_sql(statement, **parameters):
    """Run a statement in a transaction of its own."""
    with db.transaction() as session:
        return session.execute(text(statement), parameters)


def make_due(job_id):
    """Let the wait before the next attempt be over."""
    run_sql("update compute.jobs set run_after = now() where id = :id", id=job_id)
