"""What people do, event by event and summed up by day, in schema `compute`."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from lib.tables.columns import times
from lib.tables.ours import compute

_TRANSACTION = text("pg_current_xact_id()::text::bigint")

# Numbers in place of long texts: small in a row, and what bitmaps are made of.
event_people = Table(
    "event_people",
    compute,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("user_id", Text, nullable=False, unique=True),
)

event_types = Table(
    "event_types",
    compute,
    Column("number", SmallInteger, Identity(always=True), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

event_recipes = Table(
    "event_recipes",
    compute,
    Column("number", Integer, Identity(always=True), primary_key=True),
    Column("recipe_id", Text, nullable=False, unique=True),
)

# An event is the same wherever its time puts it, so its id is unique over all months.
event_ids = Table("event_ids", compute, Column("id", UUID(as_uuid=False), primary_key=True))

# A partition per month; `lib.analytics.partitions` makes them. Lines up by time and by transaction, so
# the smallest of indexes will do.
events = Table(
    "events",
    compute,
    Column("id", UUID(as_uuid=False), nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False, comment="whole milliseconds"),
    Column("written_by", BigInteger, nullable=False, server_default=_TRANSACTION),
    Column("person", Integer, nullable=False),
    Column("recipe", Integer, nullable=False, comment="0: none"),
    Column("type", SmallInteger, nullable=False),
    Column("session_id", Text),
    Column("properties", JSONB),
    *times("received_at"),
    Index("events_occurred_at", "occurred_at", postgresql_using="brin"),
    Index("events_written_by", "written_by", postgresql_using="brin"),
    postgresql_partition_by="RANGE (occurred_at)",
)

# What was written since a day was summed up is found by these.
event_batches = Table(
    "event_batches",
    compute,
    Column("number", BigInteger, Identity(), primary_key=True),
    Column("written_by", BigInteger, nullable=False, server_default=_TRANSACTION),
    Column("days", ARRAY(Date), nullable=False, comment="UTC days of its events"),
    Column("events", Integer, nullable=False),
    *times("received_at"),
)

event_days = Table(
    "event_days",
    compute,
    Column("day", Date, primary_key=True, comment="UTC"),
    Column("version", BigInteger, Identity(), nullable=False, comment="another one for other content"),
    Column("rolled_to", BigInteger, nullable=False, comment="transactions before this one are in"),
    Column("types", ARRAY(SmallInteger), nullable=False, comment="0: all types; then those that occur"),
    Column("counts", ARRAY(Integer), nullable=False, comment="events, type by type"),
    Column("users", ARRAY(LargeBinary), nullable=False, comment="roaring bitmaps, type by type"),
    Column("columns", LargeBinary, nullable=False, comment="the day's events, column by column"),
    Column("sessions", LargeBinary, nullable=False, comment="runs of events without a long gap"),
    Column("recipes", LargeBinary, nullable=False, comment="events by recipe and type"),
    *times("rolled_up_at"),
)

forgotten_people = Table(
    "forgotten_people",
    compute,
    Column("user_sha256", LargeBinary, primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("days", Integer, nullable=False),
    *times("forgotten_at"),
)
