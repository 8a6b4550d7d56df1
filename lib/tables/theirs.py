"""The app's tables, in schema `public`; the TypeScript side owns them."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from lib.tables.columns import texts, times

app = MetaData()


def _id() -> Column[str]:
    return Column("id", Text, primary_key=True, server_default=text("gen_random_uuid()::text"))


def _ref(name: str, target: str, *, nullable: bool = False, unique: bool = False) -> Column[str]:
    return Column(
        name,
        Text,
        ForeignKey(f"{target}.id", ondelete="CASCADE"),
        nullable=nullable,
        unique=unique,
        index=not unique,
    )


users = Table(
    "users",
    app,
    _id(),
    Column("clerk_id", Text, nullable=False, unique=True),
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text),
    Column("avatar_url", Text),
    *times("created_at", "updated_at"),
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
    *times("created_at", "updated_at"),
)

user_preferences = Table(
    "user_preferences",
    app,
    _id(),
    _ref("user_id", "users", unique=True),
    texts("dietary_restrictions"),
    texts("allergens"),
    texts("cuisine_preferences"),
    Column("skill_level", Text),
    *times("created_at", "updated_at"),
)

recipes = Table(
    "recipes",
    app,
    _id(),
    _ref("user_id", "users"),
    Column("title", Text, nullable=False),
    Column("description", Text),
    texts("instructions"),
    Column("prep_time", Integer, comment="minutes"),
    Column("cook_time", Integer, comment="minutes"),
    Column("servings", Integer),
    Column("difficulty", Text, comment="easy, medium or hard"),
    Column("is_public", Boolean, nullable=False, server_default=text("true")),
    Column("image_url", Text),
    Column("source", Text),
    *times("created_at", "updated_at"),
)

ingredients = Table(
    "ingredients",
    app,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text),
    Column("default_unit", Text),
    *times("created_at", "updated_at"),
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
    *times("created_at"),
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
    *times("created_at", "updated_at"),
)

tags = Table(
    "tags",
    app,
    _id(),
    Column("name", Text, nullable=False, unique=True),
    Column("category", Text, comment="meal-type, cuisine, dietary, season, …"),
    *times("created_at"),
)

recipe_tags = Table(
    "recipe_tags",
    app,
    _id(),
    _ref("recipe_id", "recipes"),
    _ref("tag_id", "tags"),
    *times("created_at"),
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
    *times("created_at", "updated_at"),
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
    *times("created_at"),
)

shopping_lists = Table(
    "shopping_lists",
    app,
    _id(),
    _ref("user_id", "users"),
    _ref("meal_plan_id", "meal_plans", nullable=True),
    Column("name", Text, nullable=False),
    *times("created_at", "updated_at"),
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
    *times("created_at", "updated_at"),
)

posts = Table(
    "posts",
    app,
    _id(),
    _ref("user_id", "users"),
    _ref("recipe_id", "recipes", nullable=True),
    Column("content", Text, nullable=False),
    Column("image_url", Text),
    *times("created_at", "updated_at"),
)

post_likes = Table(
    "post_likes",
    app,
    _id(),
    _ref("post_id", "posts"),
    _ref("user_id", "users"),
    *times("created_at"),
    UniqueConstraint("post_id", "user_id"),
)

post_comments = Table(
    "post_comments",
    app,
    _id(),
    _ref("post_id", "posts"),
    _ref("user_id", "users"),
    Column("content", Text, nullable=False),
    *times("created_at", "updated_at"),
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
    *times("created_at", "updated_at"),
)
