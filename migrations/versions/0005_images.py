"""Images: what was made of which, one row each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "image_answers",
        sa.Column("key", sa.Text, primary_key=True, comment="SHA-256 of content, order and version"),
        sa.Column("answer", JSONB, nullable=False, comment="the report, and the names of its pictures"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        schema="compute",
    )


def downgrade() -> None:
    op.drop_table("image_answers", schema="compute")
