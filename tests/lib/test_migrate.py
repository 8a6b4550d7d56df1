"""Migrations beside tables that belong to somebody else."""

import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import sessionmaker

from lib import migrate, tables
from lib.recipes import store
from lib.recipes.draft import DraftIngredient, RecipeDraft
from lib.settings import ROOT
from tests.conftest import _administer, url_of

OURS = {
    "ai_answers",
    "ai_budgets",
    "ai_calls",
    "api_keys",
    "embedding_models",
    "event_batches",
    "event_days",
    "event_ids",
    "event_people",
    "event_recipes",
    "event_types",
    "events",
    "food_portions",
    "foods",
    "forgotten_people",
    "idempotent_requests",
    "image_answers",
    "job_attempts",
    "job_effects",
    "job_items",
    "jobs",
    "mail_optouts",
    "recipe_claims",
    "recipe_details",
    "recipe_index",
    "recipe_sums",
    "recipe_vectors",
    "recommender_models",
    "report_files",
    "schedules",
    "search_words",
}
VALUES = {
    String: "½",
    Integer: 1,
    Boolean: True,
    Numeric: Decimal("1.50"),
    Date: date(2026, 1, 2),
    DateTime: datetime(2026, 1, 2, 3, 4),
    ARRAY: ["a", "b"],
}
DEFINITIONS = {
    "columns": """
        select table_name, column_name, ordinal_position, data_type, character_maximum_length,
               is_nullable, column_default
        from information_schema.columns where table_schema = 'public' order by 1, 3""",
    "indexes": """
        select tablename, indexname, indexdef
        from pg_indexes where schemaname = 'public' order by 1, 2""",
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid)
        from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2""",
    "triggers": """
        select tgrelid::regclass::text, tgname
        from pg_trigger join pg_class on pg_class.oid = tgrelid
        where relnamespace = 'public'::regnamespace order by 1, 2""",
    "relations": """
        select relname, relkind::text, relfilenode, relacl::text
        from pg_class where relnamespace = 'public'::regnamespace order by 1""",
    "functions": """
        select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1""",
}


@pytest.fixture
def engine(server):
    """Of an empty database."""
    name = f"migrate_{uuid.uuid4().hex[:12]}"
    _administer(server, f"create database {name}")
    engine = create_engine(url_of(server, name), connect_args={"options": "-c statement_timeout=30000"})
    yield engine
    engine.dispose()
    _administer(server, f"drop database {name} with (force)")


def upgrade(engine):
    migrate.upgrade(engine.url.render_as_string(hide_password=False))


def downgrade(engine):
    config = Config(ROOT / "alembic.ini")
    url = engine.url.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.downgrade(config, "base")


def typescript_makes_its_tables(engine, *names):
    """With a row in each: columns in another order, other types, more columns and indexes than ours."""
    theirs = MetaData()
    for table in tables.app.sorted_tables:
        if names and table.name not in names:
            continue
        columns = [Column("updated_by", String(80), server_default="drizzle")]
        for ours in reversed(table.columns):
            kind = String(36) if ours.name == "id" or ours.foreign_keys else ours.type
            column = Column(ours.name, kind, primary_key=ours.primary_key, nullable=ours.nullable)
            column.unique = ours.unique
            for key in ours.foreign_keys:
                column.append_foreign_key(ForeignKey(key.target_fullname))
            columns.append(column)
        Table(table.name, theirs, *columns, Index(f"idx_{table.name}_by", "updated_by"))
    theirs.create_all(engine)
    with engine.begin() as connection:
        for table in theirs.sorted_tables:
            row = {column.name: value_of(column) for column in table.columns}
            connection.execute(table.insert().values(row))


def value_of(column):
    if column.name == "id" or column.foreign_keys:
        return "0123456789abcdef0123456789abcdef0123"
    return next(value for kind, value in VALUES.items() if isinstance(column.type, kind))


def everything_in_public(engine, *names):
    """The definitions and rows of schema public: of all its tables, or of those."""
    with engine.connect() as connection:
        found = {
            kind: [row for row in connection.execute(text(query)) if not names or row[0] in names]
            for kind, query in DEFINITIONS.items()
        }
        for table in names or inspect(connection).get_table_names():
            rows = connection.execute(text(f'select xmin::text, to_jsonb(t) from public."{table}" t'))
            found[f"rows of {table}"] = rows.all()
    return found


def table_names(engine, schema):
    return set(inspect(engine).get_table_names(schema))


def test_an_empty_database_gets_the_apps_tables_and_ours(engine):
    upgrade(engine)
    assert table_names(engine, "public") == {table.name for table in tables.app.sorted_tables}
    assert table_names(engine, "compute") == OURS | {"alembic_version"}


def test_tables_that_typescript_made_stay_as_they_are(engine):
    typescript_makes_its_tables(engine)
    before = everything_in_public(engine)
    upgrade(engine)
    assert everything_in_public(engine) == before
    assert table_names(engine, "compute") >= OURS


def test_the_apps_tables_that_are_missing_are_made_beside_theirs(engine):
    theirs = ("users", "recipes", "ingredients", "recipe_ingredients")
    typescript_makes_its_tables(engine, *theirs)
    before = everything_in_public(engine, *theirs)
    upgrade(engine)
    after = everything_in_public(engine, *theirs)
    assert after.pop("triggers") != before.pop("triggers")  # of the new tables' foreign keys
    assert after == before
    assert table_names(engine, "public") == {table.name for table in tables.app.sorted_tables}


def test_a_recipe_can_be_saved_beside_theirs(engine):
    typescript_makes_its_tables(engine)
    upgrade(engine)
    draft = RecipeDraft(
        title="Soup", ingredients=[DraftIngredient(name="leek", amount=2)], tags=["quick"]
    )
    with sessionmaker(engine).begin() as session:
        session.execute(text("set local search_path = public, compute"))
        assert store.save(session, "r1", draft) == "created"
        assert [entry.text for entry in store.get(session, "r1").ingredients] == ["2 leeks"]


def test_pgvector_may_already_be_there(engine):
    with engine.begin() as connection:
        connection.execute(text("create extension vector schema public"))
    upgrade(engine)
    assert table_names(engine, "compute") >= OURS


def test_upgrading_again_changes_nothing(engine):
    upgrade(engine)
    before = everything_in_public(engine)
    with engine.begin() as connection:
        connection.execute(text("insert into compute.api_keys values ('k', 'n', 's', 'read')"))
        versions = text("select xmin::text, version_num from compute.alembic_version")
        version = connection.execute(versions).all()
    upgrade(engine)
    assert everything_in_public(engine) == before
    with engine.connect() as connection:
        assert connection.execute(versions).all() == version
        assert connection.scalar(text("select count(*) from compute.api_keys")) == 1


def test_two_threads_may_upgrade_at_once(engine):
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(upgrade, [engine, engine])) == [None, None]
    assert table_names(engine, "compute") >= OURS


def test_two_processes_may_upgrade_at_once(engine):
    script = "import sys; from lib import migrate; migrate.upgrade(sys.argv[1])"
    url = engine.url.render_as_string(hide_password=False)
    both = [
        subprocess.Popen([sys.executable, "-c", script, url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0)] * 2
    assert table_names(engine, "compute") >= OURS


def test_after_a_failure_nothing_of_it_is_left_and_the_next_upgrade_works(engine):
    with engine.begin() as connection:
        connection.execute(text("create schema compute; create table compute.recipe_index (x int)"))
    with pytest.raises(ProgrammingError, match="already exists"):
        upgrade(engine)
    assert table_names(engine, "public") == set()
    with engine.begin() as connection:
        connection.execute(text("drop table compute.recipe_index"))
    upgrade(engine)
    assert table_names(engine, "compute") >= OURS


def test_the_migrations_lead_to_the_tables_that_the_code_knows(engine):
    upgrade(engine)
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == "compute",
        "version_table_schema": "compute",
        "compare_server_default": True,
    }
    with engine.connect() as connection:
        connection.execute(text("set search_path = public, compute"))
        assert (
            compare_metadata(MigrationContext.configure(connection, opts=options), tables.compute) == []
        )
        connection.execute(text("alter table compute.api_keys drop column scope"))
        context = MigrationContext.configure(connection, opts=options)
        assert len(compare_metadata(context, tables.compute)) == 1


def test_going_back_removes_our_tables_only(engine):
    typescript_makes_its_tables(engine)
    before = everything_in_public(engine)
    upgrade(engine)
    downgrade(engine)
    assert everything_in_public(engine) == before
    assert table_names(engine, "compute") == {"alembic_version"}
    upgrade(engine)
    assert table_names(engine, "compute") >= OURS
