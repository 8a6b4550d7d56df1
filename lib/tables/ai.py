"""What the AI service spends, and what it was answered, in schema `compute`."""

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from lib.tables.columns import times
from lib.tables.ours import EMBEDDING_DIMENSIONS, compute

_DOLLARS = Numeric(14, 8)

# One row per month. Whoever reserves or settles holds its lock, so the sums are exact.
ai_budgets = Table(
    "ai_budgets",
    compute,
    Column("period", Text, primary_key=True, comment="the month, as 2026-11; UTC"),
    Column("spent_usd", _DOLLARS, nullable=False, server_default=text("0")),
    Column("reserved_usd", _DOLLARS, nullable=False, server_default=text("0")),
)

ai_calls = Table(
    "ai_calls",
    compute,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("period", Text, ForeignKey("compute.ai_budgets.period"), nullable=False),
    Column("key_id", Text, nullable=False, comment="of the API key that asked"),
    *[Column(name, Text, nullable=False) for name in ("endpoint", "provider", "model")],
    Column("status", Text, nullable=False, comment="reserved, settled, or lost: its worst case counts"),
    Column("reserved_usd", _DOLLARS, nullable=False, comment="the worst case"),
    Column("cost_usd", _DOLLARS, nullable=False, server_default=text("0")),
    *[
        Column(name, Integer, nullable=False, server_default="0")
        for name in ("input_tokens", "output_tokens", "cached_tokens")
    ],
    *times("created_at"),
    Column(
        "expires_at",
        DateTime(timezone=True),
        nullable=False,
        comment="when its silence counts as a loss",
    ),
    Index("ai_calls_created_at", "created_at"),
    Index("ai_calls_reserved", "expires_at", postgresql_where=text("status = 'reserved'")),
)

ai_answers = Table(
    "ai_answers",
    compute,
    Column("key", Text, primary_key=True, comment="SHA-256 of request, models, prompts and rules"),
    Column("answer", JSONB, nullable=False),
    Column("demands", Text, comment="SHA-256 of what a request in other words must have in common"),
    Column("model", Text, comment="that made the vector"),
    Column("embedding", HALFVEC(EMBEDDING_DIMENSIONS), comment="of the dish's words"),
    *times("created_at"),
    Index("ai_answers_demands", "demands"),
)
