"""The index keeps titles, to list recipes by, and its words beside the rest of the row."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column(
        "recipe_index",
        sa.Column("title", sa.Text, nullable=False, server_default="", comment="200 characters of it"),
        schema="compute",
    )
    op.execute("""
        update compute.recipe_index set title = left(recipes.title, 200)
        from public.recipes where recipes.id = recipe_id
    """)
    # The default stays: an indexer that was started before this migration writes rows without titles.
    op.create_index(
        "recipe_index_title",
        "recipe_index",
        ["title", "recipe_id"],
        schema="compute",
        postgresql_where=sa.text("is_public and not removed"),
    )
    # For rows that are written from now on; those that are there move when they are indexed anew.
    op.execute("alter table compute.recipe_index alter column words set storage main")


def downgrade() -> None:
    op.execute("alter table compute.recipe_index alter column words set storage extended")
    op.drop_index("recipe_index_title", "recipe_index", schema="compute")
    op.drop_column("recipe_index", "title", schema="compute")
