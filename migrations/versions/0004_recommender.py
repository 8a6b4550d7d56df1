"""Recommendations: trained models, one row each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "recommender_models",
        sa.Column("version", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column(
            "trained_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")
        ),
        sa.Column(
            "recipe_ids", ARRAY(sa.Text), nullable=False, comment="the recipes it knows, in its order"
        ),
        sa.Column("factors", sa.LargeBinary, nullable=False, comment="float32, a row for each recipe"),
        sa.Column("popularity", sa.LargeBinary, nullable=False, comment="float32, one for each recipe"),
        sa.Column("weight", sa.Float, nullable=False, comment="of its scores beside popularity, 0 to 1"),
        sa.Column("figures", JSONB, nullable=False, comment="what was measured when it was trained"),
        schema="compute",
    )


def downgrade() -> None:
    op.drop_table("recommender_models", schema="compute")
