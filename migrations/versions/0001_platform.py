"""Schema `compute`, and the app's tables where the TypeScript side has not made them yet."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

from lib import tables

revision = "0001"
down_revision = None

NOW = sa.text("now()")


def _time(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=NOW)


def _texts(*names: str) -> list[sa.Column[object]]:
    empty = sa.text("'{}'::text[]")
    return [sa.Column(n, ARRAY(sa.Text), nullable=False, server_default=empty) for n in names]


def upgrade() -> None:
    op.execute("create extension if not exists vector with schema compute")
    # Not a copy: what the app's tables are is the TypeScript side's to say, and told in one place.
    tables.app.create_all(op.get_bind(), checkfirst=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_sha256", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False, comment="read, write or admin"),
        _time("created_at"),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        schema="compute",
    )
    op.create_table(
        "recipe_details",
        sa.Column("recipe_id", sa.Text, primary_key=True),
        *[sa.Column(n, sa.Text) for n in ("summary", "category", "cuisine", "meal_type", "season")],
        *_texts(
            "prep_instructions",
            "cooking_instructions",
            "serving_instructions",
            "freezer_prep",
            "defrost_instructions",
            "container_suggestions",
            "ingredient_order",
        ),
        sa.Column("storage_days", sa.Integer),
        sa.Column("content_sha256", sa.Text, nullable=False, comment="of the imported item"),
        _time("created_at"),
        _time("updated_at"),
        schema="compute",
    )
    _create_recipe_index()


def _create_recipe_index() -> None:
    nutrients = ("energy_kcal", "protein_g", "carbohydrate_g", "fat_g", "fiber_g", "sugars_g")
    op.create_table(
        "recipe_index",
        sa.Column("recipe_id", sa.Text, primary_key=True),
        sa.Column(
            "row_versions",
            sa.BigInteger,
            nullable=False,
            comment="changes when a source row does",
        ),
        sa.Column("content_sha256", sa.Text, nullable=False, comment="of the embedded text"),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("embedding", HALFVEC(384), nullable=False),
        sa.Column("words", TSVECTOR, nullable=False),
        sa.Column("ingredient_words", TSVECTOR, nullable=False),
        sa.Column("is_public", sa.Boolean, nullable=False),
        *[sa.Column(n, sa.Text) for n in ("cuisine", "meal_type", "season", "difficulty")],
        sa.Column("total_minutes", sa.Integer),
        *_texts("diets", "allergens", "clear_allergens"),
        sa.Column(
            "all_known",
            sa.Boolean,
            nullable=False,
            comment="every ingredient is in the vocabulary",
        ),
        *[sa.Column(n, sa.Float) for n in (*nutrients, "sodium_mg")],
        _time("indexed_at"),
        schema="compute",
    )
    op.create_index(
        "recipe_index_embedding",
        "recipe_index",
        ["embedding"],
        schema="compute",
        postgresql_using="hnsw",
        postgresql_ops={"embedding": "halfvec_cosine_ops"},
        postgresql_with={"m": 24, "ef_construction": 200},
    )
    for column in ("words", "ingredient_words"):
        op.create_index(
            f"recipe_index_{column}",
            "recipe_index",
            [column],
            schema="compute",
            postgresql_using="gin",
        )


def downgrade() -> None:
    for table in ("recipe_index", "recipe_details", "api_keys"):
        op.drop_table(table, schema="compute")
