"""The tables: the app's (schema `public`, owned by the TypeScript side) and ours (`compute`)."""

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR

EMBEDDING_DIMENSIONS = 384

app = MetaData()
compute = MetaData(schema="compute")


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True, server_default=text("gen_random_uuid()::text"))


def _times(*names: str) -> list[Column[object]]:
    return [
        Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))
        for name in names
    ]


def _ref(name: str, target: str, *, nullable: bool = False, unique: bool = False) -> Column[str]:
    return Column(
        name,
        Text,
        ForeignKey(f"{target}.id", ondelete="CASCADE"),
        nullable=nullable,
        unique=unique,
        index=not unique,
    )


def _texts(name: str, comment: str | None = None) -> Column[list[str]]:
    empty = text("'{}'::text[]")
    return Column(name, ARRAY(Text), nullable=False, server_default=empty, comment=comment)


users = Table(
    "users",
    app,
    _id(),
    Column("clerk_id", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("avatar_url", Text),
    *_times("created_at", "updated_at"),
)

subscriptions = Table(
    "subscriptions",
    app,
    _id(),
    _ref("user_id", "users", unique=True),
    Column("plan", Text, nullable=False, server_default="free"),
    Column("status", Text, nullable=False, server_default="active"),
    Column("current_period_start", DateTime(timezone=True)),
    Column("current_period_end", DateTime(timezone=True)),
    *_times("created_at", "updated_at"),
)

user_preferences = Table(
    "user_preferences",
    app,
    _id(),
    _ref("user_id", "users", unique=True),
    _texts("dietary_restrictions"),
    _texts("allergens"),
    _texts("cuisine_preferences"),
    Column("skill_level", Text),
    *_times("created_at", "updated_at"),
)

recipes = Table(
    "recipes",
    app,
    _id(),
    _ref("user_id", "users"),
    Column("title", Text, nullable=False),
    Column("description", Text),
    _texts("instructions"),
    Column("prep_time", Integer, comment="minutes"),
    Column("cook_time", Integer, comment="minutes"),
    Column("servings", Integer),
    Column("difficulty", Text, comment="easy, medium or hard"),
    Column("is_public", Boolean, nullable=False, server_default=text("true")),
    Column("image_url", Text),
    Column("source", Text),
    *_times("created_at", "updated_at"),
)

ingredients = Table(
    "ingredients",
    app,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text),
    Column("default_unit", Text),
    *_times("created_at", "updated_at"),
)

recipe_ingredients = Table(
    "recipe_ingredients",
    app,
    _id(),
    _ref("recipe_id", "recipes"),
    _ref("ingredient_id", "ingredients"),
    Column("amount", Numeric(10, 2)),
    Column("unit", Text),
    Column("notes", Text),
    *_times("created_at"),
    UniqueConstraint("recipe_id", "ingredient_id"),
)

recipe_nutrition = Table(
    "recipe_nutrition",
    app,
    _id(),
    _ref("recipe_id", "recipes", unique=True),
    Column("calories", Integer),
    *[Column(name, Numeric(10, 2)) for name in ("protein", "carbs", "fat", "fiber", "sugar")],
    Column("sodium", Numeric(10, 2)),
    *_times("created_at", "updated_at"),
)

tags = Table(
    "tags",
    app,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text, comment="meal-type, cuisine, dietary, season, …"),
    *_times("created_at"),
)

recipe_tags = Table(
    "recipe_tags",
    app,
    _id(),
    _ref("recipe_id", "recipes"),
    _ref("tag_id", "tags"),
    *_times("created_at"),
    UniqueConstraint("recipe_id", "tag_id"),
)

meal_plans = Table(
    "meal_plans",
    app,
    _id(),
    _ref("user_id", "users"),
    Column("name", Text, nullable=False),
    Column("start_date", Date, nullable=False),
    Column("end_date", Date, nullable=False),
    *_times("created_at", "updated_at"),
)

meal_plan_items = Table(
    "meal_plan_items",
    app,
    _id(),
    _ref("meal_plan_id", "meal_plans"),
    _ref("recipe_id", "recipes"),
    Column("day_of_week", Integer, nullable=False, comment="0 is Sunday"),
    Column("meal_type", Text, nullable=False, comment="breakfast, lunch, dinner or snack"),
    Column("servings", Integer),
    Column("notes", Text),
    *_times("created_at"),
)

shopping_lists = Table(
    "shopping_lists",
    app,
    _id(),
    _ref("user_id", "users"),
    _ref("meal_plan_id", "meal_plans", nullable=True),
    Column("name", Text, nullable=False),
    *_times("created_at", "updated_at"),
)

shopping_list_items = Table(
    "shopping_list_items",
    app,
    _id(),
    _ref("shopping_list_id", "shopping_lists"),
    _ref("ingredient_id", "ingredients"),
    Column("amount", Numeric(10, 2)),
    Column("unit", Text),
    Column("checked", Boolean, nullable=False, server_default=text("false")),
    Column("notes", Text),
    *_times("created_at", "updated_at"),
)

posts = Table(
    "posts",
    app,
    _id(),
    _ref("user_id", "users"),
    _ref("recipe_id", "recipes", nullable=True),
    Column("content", Text, nullable=False),
    Column("image_url", Text),
    *_times("created_at", "updated_at"),
)

post_likes = Table(
    "post_likes",
    app,
    _id(),
    _ref("post_id", "posts"),
    _ref("user_id", "users"),
    *_times("created_at"),
    UniqueConstraint("post_id", "user_id"),
)

post_comments = Table(
    "post_comments",
    app,
    _id(),
    _ref("post_id", "posts"),
    _ref("user_id", "users"),
    Column("content", Text, nullable=False),
    *_times("created_at", "updated_at"),
)

blog_posts = Table(
    "blog_posts",
    app,
    _id(),
    _ref("author_id", "users"),
    Column("title", Text, nullable=False),
    Column("slug", Text, nullable=False, unique=True),
    Column("content", Text, nullable=False),
    Column("excerpt", Text),
    Column("featured_image", Text),
    Column("published", Boolean, nullable=False, server_default=text("false")),
    Column("published_at", DateTime(timezone=True)),
    *_times("created_at", "updated_at"),
)

# Ours refer to the app's rows by id without foreign keys: a foreign key would put triggers on tables
# that belong to somebody else. `lib.search.index` drops what refers to nothing.

api_keys = Table(
    "api_keys",
    compute,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("secret_sha256", Text, nullable=False),
    Column("scope", Text, nullable=False, comment="read, write or admin"),
    *_times("created_at"),
    Column("revoked_at", DateTime(timezone=True)),
)

recipe_details = Table(
    "recipe_details",
    compute,
    Column("recipe_id", Text, primary_key=True),
    *[Column(name, Text) for name in ("summary", "category", "cuisine", "meal_type", "season")],
    *[
        _texts(name)
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
    *_times("created_at", "updated_at"),
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
    _texts("claims"),
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
    Column("words", TSVECTOR, nullable=False),
    Column("steps", TSVECTOR, nullable=False, comment="apart: large, and rarely looked at"),
    Column("is_public", Boolean, nullable=False),
    *[Column(name, Text) for name in ("cuisine", "meal_type", "season", "difficulty")],
    Column("total_minutes", Integer),
    Column("servings", Integer),
    _texts("diets"),
    _texts("allergens"),
    _texts("clear_allergens"),
    Column("all_known", Boolean, nullable=False, comment="every ingredient is in the vocabulary"),
    _texts("claims", "low_fat and the like, proven"),
    _texts("terms", "words and phrases of the ingredients' names"),
    _texts("foods", "foods that are or may be in it"),
    _texts("kinds", "kinds of foods that are or may be in it"),
    _texts("needs", "one food for each line that can't be left out; words where no food is known"),
    *[
        Column(name, Float)
        for name in ("energy_kcal", "protein_g", "carbohydrate_g", "fat_g", "fiber_g", "sugars_g")
    ],
    Column("sodium_mg", Float),
    *_times("indexed_at"),
    Index("recipe_index_words", "words", postgresql_using="gin"),
    Index("recipe_index_steps", "steps", postgresql_using="gin"),
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
    *_times("created_at"),
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
    _texts("classes"),
    _texts("may"),
    _texts("aliases"),
    Column("classed", Boolean, nullable=False, comment="diets and allergens may follow from it"),
    Column("edible", Float, nullable=False, server_default="1"),
    Column("cooked_yield", Float, comment="weight cooked over weight raw"),
    Column("per_100g", JSONB, nullable=False),
    Column("origin", Text, nullable=False, comment="bundled, import or fdc"),
    Column("content_sha256", Text, nullable=False),
    Column("embedding", HALFVEC(EMBEDDING_DIMENSIONS), comment="of the name"),
    Column("model", Text, comment="that made the embedding"),
    *_times("updated_at"),
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
    *_times("trained_at"),
    Column("recipe_ids", ARRAY(Text), nullable=False, comment="the recipes it knows, in its order"),
    Column("factors", LargeBinary, nullable=False, comment="float32, a row for each recipe"),
    Column("popularity", LargeBinary, nullable=False, comment="float32, one for each recipe"),
    Column("weight", Float, nullable=False, comment="of its scores beside popularity, 0 to 1"),
    Column("figures", JSONB, nullable=False, comment="what was measured when it was trained"),
)
