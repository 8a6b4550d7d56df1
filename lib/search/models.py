"""Which embedding model's vectors are compared, and how another one takes its place.

The vectors of a model are kept beside those of the one before it until all recipes have one; then a
single transaction swaps them. Each model has an HNSW index of its own.
"""

import re

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from lib.tables import embedding_models, recipe_index, recipe_vectors

_NAME = re.compile(r"[0-9a-z-]{1,48}")
_BYTES_PER_VECTOR = 2500
_LEAST_KB, _MOST_KB = 65_536, 2_097_152


def active(session: Session) -> str | None:
    """The model that queries are compared by; None before the first recipe was indexed."""
    return session.scalar(select(embedding_models.c.model).where(embedding_models.c.active))


def literal(model: str) -> str:
    """The model's name as an SQL literal, by which the planner sees that the model's own index serves.

    Raises:
        ValueError: the name could end the literal, or is too long for the index's name.
    """
    if not _NAME.fullmatch(model):
        raise ValueError(f"{model!r} can't name a model")
    return f"'{model}'"


def register(session: Session, model: str) -> None:
    """Make the model known as the newest; the first one is active at once."""
    first = ~select(embedding_models.c.model).exists()
    values = select(text(literal(model)), first)
    session.execute(
        insert(embedding_models)
        .from_select(["model", "active"], values)
        .on_conflict_do_update(
            index_elements=["model"],
            set_={"created_at": func.now()},
            where=~embedding_models.c.active,
        )
    )


def finish(session: Session, model: str) -> bool:
    """Index the model's vectors and make it the active one if every recipe has one; whether it is.

    What older models left is dropped by the next call: until then, queries that were embedded by them
    may still be on their way.
    """
    is_active = active(session) == model
    if is_active and _is_indexed(session, model):
        _drop_older(session, model)
        return True
    if _lacks_vectors(session, model):
        return False
    _index(session, model)
    if not is_active:
        session.execute(update(embedding_models).values(active=embedding_models.c.model == model))
    return True


def _lacks_vectors(session: Session, model: str) -> bool:
    has_one = exists().where(
        recipe_vectors.c.model == model, recipe_vectors.c.recipe_id == recipe_index.c.recipe_id
    )
    without = select(recipe_index.c.recipe_id).where(~recipe_index.c.removed, ~has_one).limit(1)
    return session.scalar(without) is not None


def _is_indexed(session: Session, model: str) -> bool:
    return session.scalar(select(func.to_regclass(f'compute."recipe_vectors_{model}"'))) is not None


def _index(session: Session, model: str) -> None:
    if _is_indexed(session, model):
        return
    vectors = session.scalar(
        select(func.count()).select_from(recipe_vectors).where(recipe_vectors.c.model == model)
    )
    # A graph that doesn't fit into this memory is built ten times slower.
    needed = min(max((vectors or 0) * _BYTES_PER_VECTOR // 1024, _LEAST_KB), _MOST_KB)
    session.execute(text(f"set local maintenance_work_mem = '{needed}kB'"))
    session.execute(text("set local statement_timeout = 0"))
    session.execute(
        text(f"""
            create index "recipe_vectors_{model}" on compute.recipe_vectors
            using hnsw (embedding compute.halfvec_cosine_ops) with (m = 24, ef_construction = 200)
            where model = '{model}'
        """)
    )


def _drop_older(session: Session, kept: str) -> None:
    # A newer one is being built beside it.
    since = select(embedding_models.c.created_at).where(embedding_models.c.model == kept)
    gone = session.scalars(
        delete(embedding_models)
        .where(embedding_models.c.created_at < since.scalar_subquery())
        .returning(embedding_models.c.model)
    )
    for model in gone.all():
        session.execute(delete(recipe_vectors).where(recipe_vectors.c.model == model))
        session.execute(text(f'drop index if exists compute."recipe_vectors_{model}"'))
