"""Whose key and whose job it is, where it is one user's."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column(
        "api_keys",
        sa.Column("user_id", sa.Text, comment="sees only this user's rows; null: everybody's"),
        schema="compute",
    )
    op.add_column(
        "jobs",
        sa.Column("user_id", sa.Text, comment="of the key that asked for it, if it is bound to one"),
        schema="compute",
    )
    op.create_index(
        "jobs_user",
        "jobs",
        ["user_id", "number"],
        schema="compute",
        postgresql_where=sa.text("user_id is not null"),
    )


def downgrade() -> None:
    op.drop_index("jobs_user", "jobs", schema="compute")
    op.drop_column("jobs", "user_id", schema="compute")
    op.drop_column("api_keys", "user_id", schema="compute")
