"""Search: vectors apart from facts and by model, foods and kinds of each recipe, the words there are."""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR

revision = "0003"
down_revision = "0002"


def _texts(name: str, comment: str) -> sa.Column[object]:
    empty = sa.text("'{}'::text[]")
    return sa.Column(name, ARRAY(sa.Text), nullable=False, server_default=empty, comment=comment)


def upgrade() -> None:
    columns = (
        sa.Column("number", sa.Integer, sa.Identity(always=True), nullable=False, unique=True),
        sa.Column(
            "written_by",
            sa.BigInteger,
            nullable=False,
            server_default=sa.text("pg_current_xact_id()::text::bigint"),
            comment="the transaction that wrote this row",
        ),
        sa.Column(
            "removed",
            sa.Boolean,
            nullable=False,
            server_default=sa.text("false"),
            comment="a day ago at most",
        ),
        sa.Column(
            "steps",
            TSVECTOR,
            nullable=False,
            server_default=sa.text("''"),
            comment="apart: large, and rarely looked at",
        ),
        sa.Column("servings", sa.Integer),
        _texts("claims", "low_fat and the like, proven"),
        _texts("terms", "words and phrases of the ingredients' names"),
        _texts("foods", "foods that are or may be in it"),
        _texts("kinds", "kinds of foods that are or may be in it"),
        _texts("needs", "one food for each line that can't be left out; words where no food is known"),
    )
    for column in columns:
        op.add_column("recipe_index", column, schema="compute")
    op.create_index(
        op.f("ix_compute_recipe_index_written_by"), "recipe_index", ["written_by"], schema="compute"
    )
    op.alter_column("recipe_index", "steps", server_default=None, schema="compute")
    for name in ("steps", "terms"):
        op.create_index(
            f"recipe_index_{name}", "recipe_index", [name], schema="compute", postgresql_using="gin"
        )
    _create_vectors()
    op.drop_index("recipe_index_embedding", "recipe_index", schema="compute")
    for name in ("embedding", "model", "content_sha256", "ingredient_words"):
        op.drop_column("recipe_index", name, schema="compute")
    op.execute("update compute.recipe_index set row_versions = 0")  # read everything again
    op.create_table(
        "recipe_claims",
        sa.Column("recipe_id", sa.Text, primary_key=True),
        sa.Column("claims", ARRAY(sa.Text), nullable=False, server_default=sa.text("'{}'::text[]")),
        schema="compute",
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text, primary_key=True, comment="lower case, no accents"),
        sa.Column("recipes", sa.Integer, nullable=False, comment="about how many hold it"),
        schema="compute",
    )


def _create_vectors() -> None:
    op.create_table(
        "recipe_vectors",
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column("recipe_id", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False, comment="the recipe's in recipe_index"),
        sa.Column("content_sha256", sa.Text, nullable=False, comment="of the embedded text"),
        sa.Column("embedding", HALFVEC(384), nullable=False),
        schema="compute",
    )
    for name in ("recipe_id", "number"):
        op.create_index(
            op.f(f"ix_compute_recipe_vectors_{name}"), "recipe_vectors", [name], schema="compute"
        )
    op.create_table(
        "embedding_models",
        sa.Column("model", sa.Text, primary_key=True),
        sa.Column(
            "active",
            sa.Boolean,
            nullable=False,
            comment="queries are compared with its vectors",
        ),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        schema="compute",
    )
    op.execute("""
        insert into compute.recipe_vectors (model, recipe_id, number, content_sha256, embedding)
        select model, recipe_id, number, content_sha256, embedding from compute.recipe_index
    """)
    op.execute("""
        insert into compute.embedding_models (model, active)
        select model, true from compute.recipe_vectors group by model order by count(*) desc limit 1
    """)


def downgrade() -> None:
    for table in ("recipe_vectors", "embedding_models", "search_words", "recipe_claims"):
        op.drop_table(table, schema="compute")
    for name in ("steps", "terms"):
        op.drop_index(f"recipe_index_{name}", "recipe_index", schema="compute")
    added = "number written_by removed steps servings claims terms foods kinds needs"
    for name in added.split():
        op.drop_column("recipe_index", name, schema="compute")
    op.execute("truncate compute.recipe_index")  # it is made anew from the recipes
    for column in (
        sa.Column("content_sha256", sa.Text, nullable=False, comment="of the embedded text"),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("embedding", HALFVEC(384), nullable=False),
    ):
        op.add_column("recipe_index", column, schema="compute")
    op.add_column(
        "recipe_index", sa.Column("ingredient_words", TSVECTOR, nullable=False), schema="compute"
    )
    op.create_index(
        "recipe_index_ingredient_words",
        "recipe_index",
        ["ingredient_words"],
        schema="compute",
        postgresql_using="gin",
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
