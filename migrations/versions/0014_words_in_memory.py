"""Words are matched in memory, so nobody looks for them in PostgreSQL."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for column in ("words", "steps"):
        op.drop_index(f"recipe_index_{column}", "recipe_index", schema="compute")


def downgrade() -> None:
    for column in ("words", "steps"):
        op.create_index(
            f"recipe_index_{column}",
            "recipe_index",
            [column],
            schema="compute",
            postgresql_using="gin",
        )
