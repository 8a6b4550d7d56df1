"""The job that forgets what is old."""

import pytest
from pydantic import ValidationError

from jobs import cleanup, registry
from jobs.cleanup import Args
from jobs.execution import Execution
from lib import db
from lib.ledger import effects, leases, pruning
from lib.ledger.items import Items
from tests.ledger import ask, item_states, leased, run_sql, take

CLEANUP = registry.kinds()["cleanup"]


def clean(**args):
    job_id = ask(CLEANUP, args)
    lease = take(kinds=registry.kinds())
    assert lease.job_id == job_id
    outcome, result = Execution(CLEANUP, lease).run()
    assert outcome == "succeeded"
    assert len(item_states(job_id)) == len(cleanup.KINDS)
    return result["deleted"]


def ended(days):
    lease = leased()
    Items(db.sessions(), lease, lambda: None).done({"a": None})
    with db.transaction() as session:
        leases.conclude(session, lease, "succeeded")
    run_sql(
        "update compute.jobs set finished_at = now() - make_interval(days => :days),"
        " created_at = now() - make_interval(days => :days) where id = :id",
        days=days,
        id=lease.job_id,
    )
    return lease.job_id


def left(table):
    return run_sql(f"select count(*) from compute.{table}").scalar()


def test_old_jobs_go_with_their_items_and_attempts_and_young_ones_stay(database, monkeypatch):
    monkeypatch.setattr(pruning, "BATCH", 2)  # several batches
    for _ in range(5):
        ended(40)
    young = ended(20)
    waiting = ask()
    run_sql("update compute.jobs set created_at = now() - interval '90 days' where id = :id", id=waiting)
    assert clean(dry_run=True)["jobs"] == 5
    assert left("jobs") == 5 + 2 + 1
    assert clean()["jobs"] == 5
    kept = {row.id for row in run_sql("select id from compute.jobs where name = 'task'")}
    assert kept == {young, waiting}
    assert run_sql("select job_id from compute.job_items where key = 'a'").scalars().all() == [young]
    assert clean(older_than_days=10)["jobs"] == 1


def test_an_effect_stays_as_long_as_a_job_that_could_have_it_again(database):
    with db.transaction() as session:
        effects.once(session, "mail")
    job_id = ended(50)
    run_sql("update compute.job_effects set created_at = now() - interval '45 days'")
    assert clean(older_than_days=60)["effects"] == 0
    left = {"jobs": 1, "effects": 1, "idempotentRequests": 0}
    assert clean(older_than_days=40).items() >= left.items()
    assert run_sql("select 1 from compute.jobs where id = :id", id=job_id).first() is None


@pytest.mark.parametrize("days", [0, -1, 10**9, None, "many"])
def test_an_age_that_means_nothing_is_refused(days):
    with pytest.raises(ValidationError):
        Args(older_than_days=days)
