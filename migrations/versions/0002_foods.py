"""The food table: bundled, imported and looked-up foods with their household weights."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0002"
down_revision = "0001"


def _texts(*names: str) -> list[sa.Column[object]]:
    empty = sa.text("'{}'::text[]")
    return [sa.Column(n, ARRAY(sa.Text), nullable=False, server_default=empty) for n in names]


def upgrade() -> None:
    op.create_table(
        "foods",
        sa.Column("name", sa.Text, primary_key=True, comment="as a cook names it"),
        sa.Column("lookup", sa.Text, nullable=False, comment="the name's words in the singular"),
        sa.Column("fdc_id", sa.Integer, nullable=False, comment="FoodData Central's id"),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("data_type", sa.Text, nullable=False),
        *[sa.Column(n, sa.Text) for n in ("aisle", "category", "role", "unit", "note")],
        *_texts("classes", "may", "aliases"),
        sa.Column(
            "classed",
            sa.Boolean,
            nullable=False,
            comment="diets and allergens may follow from it",
        ),
        sa.Column("edible", sa.Float, nullable=False, server_default="1"),
        sa.Column("cooked_yield", sa.Float, comment="weight cooked over weight raw"),
        sa.Column("per_100g", JSONB, nullable=False),
        sa.Column("origin", sa.Text, nullable=False, comment="bundled, import or fdc"),
        sa.Column("content_sha256", sa.Text, nullable=False),
        sa.Column("embedding", HALFVEC(384), comment="of the name"),
        sa.Column("model", sa.Text, comment="that made the embedding"),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        schema="compute",
    )
    op.create_index("ix_compute_foods_lookup", "foods", ["lookup"], schema="compute")
    op.create_table(
        "food_portions",
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "food", sa.Text, sa.ForeignKey("compute.foods.name", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("grams", sa.Float, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("ours", sa.Boolean, nullable=False, comment="not USDA's"),
        schema="compute",
    )
    op.create_index("ix_compute_food_portions_food", "food_portions", ["food"], schema="compute")

    op.create_table(
        "recipe_sums",
        sa.Column("recipe_id", sa.Text, primary_key=True),
        sa.Column(
            "per_serving",
            JSONB,
            nullable=False,
            comment="as computed and stored in recipe_nutrition",
        ),
        schema="compute",
    )


def downgrade() -> None:
    op.drop_table("recipe_sums", schema="compute")
    op.drop_table("food_portions", schema="compute")
    op.drop_table("foods", schema="compute")
