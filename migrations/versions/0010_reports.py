"""Reports that jobs have drawn."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "report_files",
        sa.Column("id", sa.Text, primary_key=True, comment="of the job"),
        sa.Column("user_id", sa.Text, comment="of the key that asked for it, if it is bound to one"),
        sa.Column("filename", sa.Text, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        schema="compute",
    )


def downgrade() -> None:
    op.drop_table("report_files", schema="compute")
