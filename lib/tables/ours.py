"""Our tables, in schema `compute`."""

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

from lib.tables.columns import texts, times

EMBEDDING_DIMENSIONS = 384

compute = MetaData(schema="compute")

# Ours refer to the app's rows by id without foreign keys: a foreign key would put triggers on tables
# that belong to somebody else. `lib.search.index` drops what refers to nothing.

api_keys = Table(
    "api_keys",
    compute,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_sha256", Text, nullable=False),
    Column("scope", Text, nullable=False, comment="read, write or admin"),
    *times("created_at"),
    Column("revoked_at", DateTime(timezone=True)),
    Column("user_id", Text, comment="sees only this user's rows; null: everybody's"),
)

recipe_details = Table(
    "recipe_details",
    compute,
    Column("recipe_id", Text, primary_key=True),
    *[Column(name, Text) for name in ("summary", "category", "cuisine", "meal_type", "season")],
    *[
        texts(name)
        for name in (
            "prep_instructions",
            "cooking_instructions",
            "serving_instructions",
            "freezer_prep",
            "defrost_instructions",
            "container_suggestions",
            "ingredient_order",
        )
    ],
    Column("storage_days", Integer),
    Column("content_sha256", Text, nullable=False, comment="of the imported item"),
    *times("created_at", "updated_at"),
)

recipe_sums = Table(
    "recipe_sums",
    compute,
    Column("recipe_id", Text, primary_key=True),
    Column("per_serving", JSONB, nullable=False, comment="as computed and stored in recipe_nutrition"),
)

recipe_claims = Table(
    "recipe_claims",
    compute,
    Column("recipe_id", Text, primary_key=True),
    texts("claims"),
)

recipe_index = Table(
    "recipe_index",
    compute,
    Column("recipe_id", Text, primary_key=True),
    Column("number", Integer, Identity(always=True), nullable=False, unique=True),
    Column("row_versions", BigInteger, nullable=False, comment="changes when a source row does"),
    Column(
        "written_by",
        BigInteger,
        nullable=False,
        index=True,
        server_default=text("pg_current_xact_id()::text::bigint"),
        comment="the transaction that wrote this row",
    ),
    Column(
        "removed", Boolean, nullable=False, server_default=text("false"), comment="a day ago at most"
    ),
    Column("title", Text, nullable=False, server_default="", comment="200 characters of it"),
    Column("words", TSVECTOR, nullable=False),
    Column("steps", TSVECTOR, nullable=False, comment="apart: large, and rarely looked at"),
    Column("is_public", Boolean, nullable=False),
    *[Column(name, Text) for name in ("cuisine", "meal_type", "season", "difficulty")],
    Column("total_minutes", Integer),
    Column("servings", Integer),
    texts("diets"),
    texts("allergens"),
    texts("clear_allergens"),
    Column("all_known", Boolean, nullable=False, comment="every ingredient is in the vocabulary"),
    texts("claims", "low_fat and the like, proven"),
    texts("terms", "words and phrases of the ingredients' names"),
    texts("foods", "foods that are or may be in it"),
    texts("kinds", "kinds of foods that are or may be in it"),
    texts("needs", "one food for each line that can't be left out; words where no food is known"),
    *[
        Column(name, Float)
        for name in ("energy_kcal", "protein_g", "carbohydrate_g", "fat_g", "fiber_g", "sugars_g")
    ],
    Column("sodium_mg", Float),
    *times("indexed_at"),
    Index(
        "recipe_index_title",
        "title",
        "recipe_id",
        postgresql_where=text("is_public and not removed"),
    ),
    Index("recipe_index_terms", "terms", postgresql_using="gin"),
)

# Each model has an HNSW index of its own on its rows; `lib.search.models` makes it.
recipe_vectors = Table(
    "recipe_vectors",
    compute,
    Column("model", Text, primary_key=True),
    Column("recipe_id", Text, primary_key=True, index=True),
    Column("number", Integer, nullable=False, index=True, comment="the recipe's in recipe_index"),
    Column("content_sha256", Text, nullable=False, comment="of the embedded text"),
    Column("embedding", HALFVEC(EMBEDDING_DIMENSIONS), nullable=False),
)

embedding_models = Table(
    "embedding_models",
    compute,
    Column("model", Text, primary_key=True),
    Column("active", Boolean, nullable=False, comment="queries are compared with its vectors"),
    *times("created_at"),
)

# Words stay when the last recipe that holds them is gone; a rebuild forgets them.
search_words = Table(
    "search_words",
    compute,
    Column("word", Text, primary_key=True, comment="lower case, no accents"),
    Column("recipes", Integer, nullable=False, comment="about how many hold it"),
)

foods = Table(
    "foods",
    compute,
    Column("name", Text, primary_key=True, comment="as a cook names it"),
    Column("lookup", Text, nullable=False, index=True, comment="the name's words in the singular"),
    Column("fdc_id", Integer, nullable=False, comment="FoodData Central's id"),
    Column("description", Text, nullable=False),
    Column("data_type", Text, nullable=False),
    *[Column(name, Text) for name in ("aisle", "category", "role", "unit", "note")],
    texts("classes"),
    texts("may"),
    texts("aliases"),
    Column("classed", Boolean, nullable=False, comment="diets and allergens may follow from it"),
    Column("edible", Float, nullable=False, server_default="1"),
    Column("cooked_yield", Float, comment="weight cooked over weight raw"),
    Column("per_100g", JSONB, nullable=False),
    Column("origin", Text, nullable=False, comment="bundled, import or fdc"),
    Column("content_sha256", Text, nullable=False),
    Column("embedding", HALFVEC(EMBEDDING_DIMENSIONS), comment="of the name"),
    Column("model", Text, comment="that made the embedding"),
    *times("updated_at"),
)

food_portions = Table(
    "food_portions",
    compute,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("food", Text, ForeignKey(foods.c.name, ondelete="CASCADE"), nullable=False, index=True),
    Column("unit", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("grams", Float, nullable=False),
    Column("text", Text, nullable=False),
    Column("ours", Boolean, nullable=False, comment="not USDA's"),
)

# A model is one row, so that it is there as a whole or not at all. The newest is in force.
recommender_models = Table(
    "recommender_models",
    compute,
    Column("version", BigInteger, Identity(), primary_key=True),
    *times("trained_at"),
    Column("recipe_ids", ARRAY(Text), nullable=False, comment="the recipes it knows, in its order"),
    Column("factors", LargeBinary, nullable=False, comment="float32, a row for each recipe"),
    Column("popularity", LargeBinary, nullable=False, comment="float32, one for each recipe"),
    Column("weight", Float, nullable=False, comment="of its scores beside popularity, 0 to 1"),
    Column("figures", JSONB, nullable=False, comment="what was measured when it was trained"),
)

# The app's page behind "unsubscribe" writes here.
mail_optouts = Table(
    "mail_optouts",
    compute,
    Column("user_id", Text, primary_key=True, comment="is never written to"),
    *times("created_at"),
)

# Reports that were drawn by jobs, until they are fetched or old.
report_files = Table(
    "report_files",
    compute,
    Column("id", Text, primary_key=True, comment="of the job"),
    Column("user_id", Text, comment="of the key that asked for it, if it is bound to one"),
    Column("filename", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    *times("created_at"),
)

# What was made of an image is found by the hash of its content and of what was ordered.
image_answers = Table(
    "image_answers",
    compute,
    Column("key", Text, primary_key=True, comment="SHA-256 of content, order and version"),
    Column("answer", JSONB, nullable=False, comment="the report, and the names of its pictures"),
    *times("created_at"),
)
