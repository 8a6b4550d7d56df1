"""Answers of models are found by nearly the same words too."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    for column in (
        sa.Column(
            "demands", sa.Text, comment="SHA-256 of what a request in other words must have in common"
        ),
        sa.Column("model", sa.Text, comment="that made the vector"),
        sa.Column("embedding", HALFVEC(384), comment="of the dish's words"),
    ):
        op.add_column("ai_answers", column, schema="compute")
    op.create_index("ai_answers_demands", "ai_answers", ["demands"], schema="compute")


def downgrade() -> None:
    op.drop_index("ai_answers_demands", "ai_answers", schema="compute")
    for name in ("embedding", "model", "demands"):
        op.drop_column("ai_answers", name, schema="compute")
