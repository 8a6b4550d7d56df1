"""Recipes that may be recommended, with what they are compared by."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from pgvector import HalfVector
from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from lib.errors import NotFound
from lib.recommendations.models import Array
from lib.search import models
from lib.tables import EMBEDDING_DIMENSIONS, embedding_models, recipe_index, recipe_vectors, recipes

_NOTHING = bytes(2 * EMBEDDING_DIMENSIONS)
# Near enough will do here, in time: where few recipes are within the limits, few are looked at.
_HNSW = text("""
    select set_config('hnsw.ef_search', '64', true),
           set_config('hnsw.iterative_scan', 'strict_order', true),
           set_config('hnsw.max_scan_tuples', '1000', true)
""")
_WINDOW = 200
_FACTS = ("recipe_id", "title", "cuisine", "meal_type", "season", "difficulty")
_WIDTH = len(_FACTS) + 2
# As they are: SQLAlchemy would go through each list again.
_NEEDS = type_coerce(recipe_index.c.needs, NullType()).label("needs")
_INDEXED = (*(recipe_index.c[name] for name in _FACTS[2:]), _NEEDS)
_PUBLIC = and_(recipes.c.id == recipe_index.c.recipe_id, recipes.c.is_public)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A recipe; its vector has length 1, or 0 where it has none yet."""

    recipe_id: str
    title: str
    cuisine: str | None
    meal_type: str | None
    season: str | None
    difficulty: str | None
    needs: list[str]
    vector: Array


def model_is(model: str) -> ColumnElement[bool]:
    """Rows of that model's vectors, in words by which PostgreSQL sees that the model's index fits."""
    return recipe_vectors.c.model == literal_column(models.literal(model))


def nearest(
    session: Session,
    model: str,
    vector: Array,
    limits: Sequence[ColumnElement[bool]],
    most: int,
) -> list[Candidate]:
    """The recipes whose vectors come nearest, of those within the limits."""
    session.execute(_HNSW)
    distance = recipe_vectors.c.embedding.cosine_distance(HalfVector(vector))
    query = _columns().join(recipe_vectors, recipe_vectors.c.recipe_id == recipe_index.c.recipe_id)
    query = query.where(model_is(model), *limits).order_by(distance).limit(most)
    return _read(session, query)


def one(session: Session, recipe_id: str) -> tuple[Candidate, str | None]:
    """A public recipe, as far as it is indexed, and the model whose vectors are compared now.

    Raises:
        NotFound: there is no public recipe with that id.
    """
    mine = and_(
        recipe_vectors.c.recipe_id == recipes.c.id, recipe_vectors.c.model == embedding_models.c.model
    )
    query = (
        select(
            recipes.c.id.label("recipe_id"),
            recipes.c.title,
            *_INDEXED,
            _sent(),
            embedding_models.c.model,
        )
        .outerjoin(recipe_index, recipe_index.c.recipe_id == recipes.c.id)
        .outerjoin(embedding_models, embedding_models.c.active)
        .outerjoin(recipe_vectors, mine)
        .where(recipes.c.id == recipe_id, recipes.c.is_public)
    )
    row = session.execute(query).first()
    if row is None:
        raise NotFound("There is no recipe with this id.")
    return _candidates([row[:_WIDTH]])[0], row.model


def of_ids(
    session: Session,
    model: str,
    ids: Sequence[str],
    limits: Sequence[ColumnElement[bool]],
    most: int,
) -> list[Candidate]:
    """The first of these recipes that are within the limits, in order of their ids."""
    if not ids:
        return []
    # In two steps: for those that are left out nothing more is read than what decides that.
    each = func.unnest(literal(list(ids), ARRAY(Text)))
    given = each.table_valued("id", with_ordinality="place").render_derived()
    within = (
        select(recipe_index.c.recipe_id)
        .join(given, given.c.id == recipe_index.c.recipe_id)
        .join(recipes, _PUBLIC)
        .where(*limits)
        .order_by(given.c.place)
        .limit(most)
    )
    wanted = recipe_index.c.recipe_id.in_(within)
    return _read(session, _with_vectors(model).where(wanted).order_by(recipe_index.c.recipe_id))


def around(
    session: Session,
    model: str,
    place: str,
    limits: Sequence[ColumnElement[bool]],
    preferred: Sequence[ColumnElement[bool]],
    *,
    most: int,
    least: int,
) -> list[Candidate]:
    """Recipes within the limits whose ids lie around a place: of these the preferred ones, else any.

    Where less than `least` of some hundred to each side are within the limits, so many of all are.
    """
    ids = recipe_index.c.recipe_id
    after = select(ids).where(ids >= place).order_by(ids).limit(_WINDOW).subquery()
    before = select(ids).where(ids < place).order_by(ids.desc()).limit(_WINDOW).subquery()
    within = select(ids).join(recipes, _PUBLIC).where(*limits).limit(most)
    order = [func.coalesce(each, false()).desc() for each in preferred]
    near = within.where(ids.in_(union_all(select(after), select(before))))
    query = _with_vectors(model).order_by(ids)
    found = _read(session, query.where(ids.in_(near.order_by(*order, func.md5(ids + place), ids))))
    if len(found) >= least:
        return found
    return _read(session, query.where(ids.in_(within.order_by(ids).limit(least))))


def vectors(session: Session, model: str, ids: Sequence[str]) -> dict[str, Array]:
    """The vectors of those recipes that have one, by id."""
    rows = session.execute(_vectors(model), {"ids": list(ids)}).all()
    found = _unpacked([row.vector for row in rows])
    return {row.recipe_id: vector for row, vector in zip(rows, found, strict=True)}


@lru_cache
def _vectors(model: str) -> Select[Any]:
    ids = bindparam("ids", type_=ARRAY(Text))
    wanted = recipe_vectors.c.recipe_id == any_(ids)
    return select(recipe_vectors.c.recipe_id, _sent()).where(model_is(model), wanted)


def one_of(column: ColumnElement[str], ids: Sequence[str]) -> ColumnElement[bool]:
    """Whether the column holds one of these ids."""
    return column == any_(literal(list(ids), ARRAY(Text)))


def _sent() -> ColumnElement[bytes]:
    # The binary form is read twenty times faster than the text of the numbers.
    sent: ColumnElement[bytes] = func.halfvec_send(recipe_vectors.c.embedding).label("vector")
    return sent


def _columns() -> Select[Any]:
    return select(recipe_index.c.recipe_id, recipes.c.title, *_INDEXED, _sent()).join_from(
        recipe_index, recipes, _PUBLIC
    )


def _with_vectors(model: str) -> Select[Any]:
    mine = and_(model_is(model), recipe_vectors.c.recipe_id == recipe_index.c.recipe_id)
    return _columns().outerjoin(recipe_vectors, mine)


def _read(session: Session, query: Select[Any]) -> list[Candidate]:
    return _candidates(session.execute(query).all())


def _candidates(rows: Sequence[Sequence[Any]]) -> list[Candidate]:
    return [
        Candidate(*row[: _WIDTH - 2], row[-2] or [], vector)  # type: ignore[call-arg]
        for row, vector in zip(rows, _unpacked([row[-1] for row in rows]), strict=True)
    ]


def _unpacked(sent: Sequence[bytes | None]) -> Array:
    """Vectors of their binary form: two 16-bit words, then the numbers; 0 for None."""
    numbers = b"".join(_NOTHING if each is None else each[4:] for each in sent)
    return np.frombuffer(numbers, ">f2").astype(np.float32).reshape(-1, EMBEDDING_DIMENSIONS)
