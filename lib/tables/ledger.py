"""The ledger of jobs, in schema `compute`: what is to be done, who does it, what became of it."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from lib.tables.columns import times
from lib.tables.ours import compute


def _job_id(**options: bool) -> Column[str]:
    key = ForeignKey("compute.jobs.id", ondelete="CASCADE")
    return Column("job_id", Text, key, nullable=False, **options)  # type: ignore[arg-type]


def _counter(name: str, comment: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0", comment=comment)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=text("false"))


jobs = Table(
    "jobs",
    compute,
    Column("id", Text, primary_key=True),
    Column("number", BigInteger, Identity(), nullable=False, unique=True, comment="in order of asking"),
    Column("name", Text, nullable=False),
    Column("args", JSONB, nullable=False),
    Column("weight", Text, nullable=False, comment="driver or task"),
    Column("memory_mb", Integer, nullable=False),
    Column("timeout_s", Integer, nullable=False, comment="of one attempt"),
    Column("priority", Integer, nullable=False, server_default="0", comment="higher is earlier"),
    Column("status", Text, nullable=False, server_default="queued"),
    _counter("attempts"),
    Column("max_attempts", Integer, nullable=False),
    *times("run_after", "created_at"),
    Column("started_at", DateTime(timezone=True), comment="of the first attempt"),
    Column("finished_at", DateTime(timezone=True)),
    Column("lease_until", DateTime(timezone=True), comment="who has it must say so again before"),
    Column("deadline", DateTime(timezone=True), comment="of the attempt that runs"),
    Column(
        "token",
        BigInteger,
        nullable=False,
        server_default="0",
        comment="grows with every lease; who has an older one may write nothing",
    ),
    _flag("cancel_requested"),
    _counter("total", "items"),
    _counter("done", "items"),
    _counter("failed", "items"),
    Column("result", JSONB(none_as_null=True)),
    Column("error", Text, comment="why the last attempt ended without success"),
    Column("ray_job_id", Text, comment="of the driver of the last attempt"),
    Column("worker", Text, comment="the Ray actor of the last attempt"),
    Column("schedule", Text),
    Column("tick", DateTime(timezone=True), comment="of the schedule, that this job is the run of"),
    Column("user_id", Text, comment="of the key that asked for it, if it is bound to one"),
    UniqueConstraint("schedule", "tick", name="jobs_schedule_tick"),
    Index("jobs_name", "name", "number"),
    Index("jobs_user", "user_id", "number", postgresql_where=text("user_id is not null")),
    Index(
        "jobs_queued",
        "weight",
        text("priority desc"),
        "run_after",
        "number",
        postgresql_where=text("status = 'queued'"),
    ),
    Index("jobs_running", "lease_until", postgresql_where=text("status = 'running'")),
    Index("jobs_finished", "finished_at"),
)

job_items = Table(
    "job_items",
    compute,
    _job_id(primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("status", Text, nullable=False, comment="done or failed"),
    Column("attempts", Integer, nullable=False, server_default="1"),
    Column("result", JSONB(none_as_null=True)),
    Column("error", Text),
    *times("finished_at"),
)

job_attempts = Table(
    "job_attempts",
    compute,
    _job_id(primary_key=True),
    Column("number", Integer, primary_key=True),
    *times("started_at"),
    Column("finished_at", DateTime(timezone=True), index=True),
    Column("outcome", Text, comment="null while it runs"),
    Column("error", Text),
    Column("ray_job_id", Text),
    Column("worker", Text),
    Column("log", Text, nullable=False, server_default="", comment="its last lines"),
)

# Effects outlive the jobs that had them, so that no retry has one twice.
job_effects = Table(
    "job_effects",
    compute,
    Column("key", Text, primary_key=True),
    Column(
        "result", JSONB(none_as_null=True), comment="null: begun, and nobody knows whether it happened"
    ),
    Column("settled", Boolean, nullable=False, comment="whether it has happened for sure"),
    *times("created_at"),
    Index("job_effects_created", "created_at"),
)

# What a schedule is by default stands in the code; null means that nobody has changed it.
schedules = Table(
    "schedules",
    compute,
    Column("name", Text, primary_key=True),
    Column("cron", Text),
    Column("timezone", Text),
    Column("enabled", Boolean),
    Column(
        "seen_until",
        DateTime(timezone=True),
        nullable=False,
        comment="ticks up to here have had their run, or were left out by the rules",
    ),
)

idempotent_requests = Table(
    "idempotent_requests",
    compute,
    Column("owner", Text, primary_key=True, comment="the API key's id"),
    Column("key", Text, primary_key=True),
    Column("request_sha256", Text, nullable=False),
    Column("answer", JSONB, nullable=False),
    *times("created_at"),
    Index("idempotent_requests_created", "created_at"),
)
