"""Who takes no mail."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "mail_optouts",
        sa.Column("user_id", sa.Text, primary_key=True, comment="is never written to"),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        schema="compute",
    )


def downgrade() -> None:
    op.drop_table("mail_optouts", schema="compute")
