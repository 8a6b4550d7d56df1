"""The ledger of jobs: jobs, items, attempts, effects, schedules, and requests that are answered once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def _time(name: str, now: bool = False, comment: str | None = None) -> sa.Column[object]:
    default = sa.text("now()") if now else None
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=not now, server_default=default, comment=comment
    )


def _counter(name: str, comment: str | None = None) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0", comment=comment)


def _job_id() -> sa.Column[str]:
    key = sa.ForeignKey("compute.jobs.id", ondelete="CASCADE")
    return sa.Column("job_id", sa.Text, key, primary_key=True)


def upgrade() -> None:
    _create_jobs()
    op.create_table(
        "job_items",
        _job_id(),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False, comment="done or failed"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="1"),
        sa.Column("result", JSONB),
        sa.Column("error", sa.Text),
        _time("finished_at", now=True),
        schema="compute",
    )
    op.create_table(
        "job_attempts",
        _job_id(),
        sa.Column("number", sa.Integer, primary_key=True),
        _time("started_at", now=True),
        _time("finished_at"),
        sa.Column("outcome", sa.Text, comment="null while it runs"),
        *[sa.Column(name, sa.Text) for name in ("error", "ray_job_id", "worker")],
        sa.Column("log", sa.Text, nullable=False, server_default="", comment="its last lines"),
        schema="compute",
    )
    _create_the_rest()


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column(
            "number",
            sa.BigInteger,
            sa.Identity(),
            nullable=False,
            unique=True,
            comment="in order of asking",
        ),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("args", JSONB, nullable=False),
        sa.Column("weight", sa.Text, nullable=False, comment="driver or task"),
        sa.Column("memory_mb", sa.Integer, nullable=False),
        sa.Column("timeout_s", sa.Integer, nullable=False, comment="of one attempt"),
        _counter("priority", "higher is earlier"),
        sa.Column("status", sa.Text, nullable=False, server_default="queued"),
        _counter("attempts"),
        sa.Column("max_attempts", sa.Integer, nullable=False),
        _time("run_after", now=True),
        _time("created_at", now=True),
        _time("started_at", comment="of the first attempt"),
        _time("finished_at"),
        _time("lease_until", comment="who has it must say so again before"),
        _time("deadline", comment="of the attempt that runs"),
        sa.Column(
            "token",
            sa.BigInteger,
            nullable=False,
            server_default="0",
            comment="grows with every lease; who has an older one may write nothing",
        ),
        sa.Column("cancel_requested", sa.Boolean, nullable=False, server_default=sa.text("false")),
        *[_counter(name, "items") for name in ("total", "done", "failed")],
        sa.Column("result", JSONB),
        sa.Column("error", sa.Text, comment="why the last attempt ended without success"),
        sa.Column("ray_job_id", sa.Text, comment="of the driver of the last attempt"),
        sa.Column("worker", sa.Text, comment="the Ray actor of the last attempt"),
        sa.Column("schedule", sa.Text),
        _time("tick", comment="of the schedule, that this job is the run of"),
        sa.UniqueConstraint("schedule", "tick", name="jobs_schedule_tick"),
        schema="compute",
    )
    for name, columns, where in (
        ("jobs_name", ["name", "number"], None),
        ("jobs_queued", ["weight", sa.text("priority desc"), "run_after", "number"], "queued"),
        ("jobs_running", ["lease_until"], "running"),
        ("jobs_finished", ["finished_at"], None),
    ):
        only = sa.text(f"status = '{where}'") if where else None
        op.create_index(name, "jobs", columns, schema="compute", postgresql_where=only)


def _create_the_rest() -> None:
    op.create_table(
        "job_effects",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("result", JSONB, comment="null: begun, and nobody knows whether it happened"),
        sa.Column("settled", sa.Boolean, nullable=False, comment="whether it has happened for sure"),
        _time("created_at", now=True),
        schema="compute",
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("cron", sa.Text),
        sa.Column("timezone", sa.Text),
        sa.Column("enabled", sa.Boolean),
        sa.Column(
            "seen_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="ticks up to here have had their run, or were left out by the rules",
        ),
        schema="compute",
    )
    op.create_table(
        "idempotent_requests",
        sa.Column("owner", sa.Text, primary_key=True, comment="the API key's id"),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("request_sha256", sa.Text, nullable=False),
        sa.Column("answer", JSONB, nullable=False),
        _time("created_at", now=True),
        schema="compute",
    )
    op.create_index(
        "ix_compute_job_attempts_finished_at", "job_attempts", ["finished_at"], schema="compute"
    )
    op.create_index("job_effects_created", "job_effects", ["created_at"], schema="compute")
    op.create_index(
        "idempotent_requests_created", "idempotent_requests", ["created_at"], schema="compute"
    )


def downgrade() -> None:
    for name in (
        "idempotent_requests",
        "schedules",
        "job_effects",
        "job_attempts",
        "job_items",
        "jobs",
    ):
        op.drop_table(name, schema="compute")
