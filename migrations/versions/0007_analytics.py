"""Events, and what is summed up of them by day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

revision = "0007"
down_revision = "0006"

_NUMBERED = {
    "event_people": ("user_id", sa.Integer),
    "event_types": ("name", sa.SmallInteger),
    "event_recipes": ("recipe_id", sa.Integer),
}
_TABLES = (*_NUMBERED, "event_ids", "events", "event_batches", "event_days", "forgotten_people")


def _now(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def _transaction() -> sa.Column:
    default = sa.text("pg_current_xact_id()::text::bigint")
    return sa.Column("written_by", sa.BigInteger, nullable=False, server_default=default)


def upgrade() -> None:
    for table, (name, number) in _NUMBERED.items():
        op.create_table(
            table,
            sa.Column("number", number, sa.Identity(always=True), primary_key=True),
            sa.Column(name, sa.Text, nullable=False, unique=True),
            schema="compute",
        )
    op.create_table(
        "event_ids", sa.Column("id", UUID(as_uuid=False), primary_key=True), schema="compute"
    )
    _events()
    op.create_table(
        "event_batches",
        sa.Column("number", sa.BigInteger, sa.Identity(), primary_key=True),
        _transaction(),
        sa.Column("days", ARRAY(sa.Date), nullable=False, comment="UTC days of its events"),
        sa.Column("events", sa.Integer, nullable=False),
        _now("received_at"),
        schema="compute",
    )
    _days()
    op.create_table(
        "forgotten_people",
        sa.Column("user_sha256", sa.LargeBinary, primary_key=True),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        _now("forgotten_at"),
        schema="compute",
    )


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", UUID(as_uuid=False), nullable=False),
        sa.Column(
            "occurred_at", sa.DateTime(timezone=True), nullable=False, comment="whole milliseconds"
        ),
        _transaction(),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("recipe", sa.Integer, nullable=False, comment="0: none"),
        sa.Column("type", sa.SmallInteger, nullable=False),
        sa.Column("session_id", sa.Text),
        sa.Column("properties", JSONB),
        _now("received_at"),
        schema="compute",
        postgresql_partition_by="RANGE (occurred_at)",
    )
    for name in ("occurred_at", "written_by"):
        op.create_index(f"events_{name}", "events", [name], schema="compute", postgresql_using="brin")


def _days() -> None:
    def blob(name: str, comment: str) -> sa.Column:
        return sa.Column(name, sa.LargeBinary, nullable=False, comment=comment)

    op.create_table(
        "event_days",
        sa.Column("day", sa.Date, primary_key=True, comment="UTC"),
        sa.Column(
            "version",
            sa.BigInteger,
            sa.Identity(),
            nullable=False,
            comment="another one for other content",
        ),
        sa.Column(
            "rolled_to", sa.BigInteger, nullable=False, comment="transactions before this one are in"
        ),
        sa.Column(
            "types",
            ARRAY(sa.SmallInteger),
            nullable=False,
            comment="0: all types; then those that occur",
        ),
        sa.Column("counts", ARRAY(sa.Integer), nullable=False, comment="events, type by type"),
        sa.Column(
            "users",
            ARRAY(sa.LargeBinary),
            nullable=False,
            comment="roaring bitmaps, type by type",
        ),
        blob("columns", "the day's events, column by column"),
        blob("sessions", "runs of events without a long gap"),
        blob("recipes", "events by recipe and type"),
        _now("rolled_up_at"),
        schema="compute",
    )
    # They are compressed already, where it helps.
    for name in ("users", "columns", "sessions", "recipes"):
        op.execute(f"alter table compute.event_days alter column {name} set storage external")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table, schema="compute")
