"""What the AI service spends, and what it was answered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"

_DOLLARS = sa.Numeric(14, 8)


def _dollars(name: str, comment: str | None = None) -> sa.Column[object]:
    return sa.Column(name, _DOLLARS, nullable=False, server_default=sa.text("0"), comment=comment)


def _now(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()"))


def upgrade() -> None:
    op.create_table(
        "ai_budgets",
        sa.Column("period", sa.Text, primary_key=True, comment="the month, as 2026-11; UTC"),
        _dollars("spent_usd"),
        _dollars("reserved_usd"),
        schema="compute",
    )
    op.create_table(
        "ai_calls",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("period", sa.Text, sa.ForeignKey("compute.ai_budgets.period"), nullable=False),
        sa.Column("key_id", sa.Text, nullable=False, comment="of the API key that asked"),
        *[sa.Column(name, sa.Text, nullable=False) for name in ("endpoint", "provider", "model")],
        sa.Column(
            "status",
            sa.Text,
            nullable=False,
            comment="reserved, settled, or lost: its worst case counts",
        ),
        sa.Column("reserved_usd", _DOLLARS, nullable=False, comment="the worst case"),
        _dollars("cost_usd"),
        *[
            sa.Column(name, sa.Integer, nullable=False, server_default="0")
            for name in ("input_tokens", "output_tokens", "cached_tokens")
        ],
        _now("created_at"),
        sa.Column(
            "expires_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when its silence counts as a loss",
        ),
        schema="compute",
    )
    op.create_index("ai_calls_created_at", "ai_calls", ["created_at"], schema="compute")
    op.create_index(
        "ai_calls_reserved",
        "ai_calls",
        ["expires_at"],
        schema="compute",
        postgresql_where=sa.text("status = 'reserved'"),
    )
    op.create_table(
        "ai_answers",
        sa.Column(
            "key", sa.Text, primary_key=True, comment="SHA-256 of request, models, prompts and rules"
        ),
        sa.Column("answer", JSONB, nullable=False),
        _now("created_at"),
        schema="compute",
    )


def downgrade() -> None:
    for table in ("ai_answers", "ai_calls", "ai_budgets"):
        op.drop_table(table, schema="compute")
