"""Candidates for a request: what comes closest in meaning, and how close others are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from sqlalchemy import and_
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from lib.search import models
from lib.search.embedding import Vectors
from lib.search.filters import Filters, conditions

_FEW = 5000
_FEW_OF_MANY = 40
"""Times the root of all recipes. To compare each takes about 1 microsecond; the vector index takes about
1.5 ms divided by the share that meets the filters, since it comes upon so many others."""

_NEAREST = 50
_MANY = 50_000
_LIKELY, _LIKELY_OF_MANY = 100, 200
"""Vectors that the index keeps in sight on its way to the nearest, of up to so many recipes, and of
more: with 100 it finds 99.8% of the nearest of 25,000, and 81% of those of 250,000; with 200, 99.9%."""


def one_by_one(passing: int, recipes: int) -> bool:
    """Whether all recipes that meet the filters are compared, exactly, and not by the vector index."""
    return passing <= max(_FEW, _FEW_OF_MANY * math.sqrt(recipes))


def look_for_nearest(session: Session, recipes: int) -> None:
    """Have the vector index look as far as so many recipes want, for the rest of the transaction; a
    connection that has none keeps it."""
    likely = _LIKELY if recipes <= _MANY else _LIKELY_OF_MANY
    connection = session.connection()
    alone = connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT"
    if alone and connection.info.get("likely") == likely:
        return
    local = "" if alone else "local"
    connection.exec_driver_sql(
        f"set {local} hnsw.ef_search = {likely}; set {local} hnsw.iterative_scan = relaxed_order"
    )
    if alone:
        connection.info["likely"] = likely


@dataclass(frozen=True, slots=True)
class Query:
    """What candidates are sought for.

    `recipes` says how many there are in all; `numbers` are those of the recipes that meet the filters,
    given where they are few.
    """

    vector: Vectors
    model: str
    filters: Filters
    recipes: int
    numbers: Sequence[int] | None = None


class _Statement:
    """SQL for the driver: each request's is another, and SQLAlchemy would take longer to compile it than
    PostgreSQL to plan it."""

    def __init__(self, query: Query) -> None:
        self.query = query
        # Halves have three digits; shorter ones are faster to write and to read.
        vector = query.vector.astype(np.float64).round(5).tolist()
        self.parameters: dict[str, object] = {"vector": str(vector)}
        if query.numbers is not None:
            self.parameters["numbers"] = _array(query.numbers)
        self.model = f"model = {models.literal(query.model)}"
        # Read once: in a plan that serves all vectors a cast would read the text again for every row.
        self.asked = (
            "with asked as materialized (select cast(%(vector)s::text as compute.halfvec) as vector)"
        )
        self.distance = "(embedding <=> (select vector from asked))"

    def allowed(self) -> str:
        """Whether a row of `compute.recipe_index` meets the filters."""
        if self.query.numbers is not None:
            return "recipe_index.number = any(cast(%(numbers)s::text as int[]))"
        return sql_of(self.query.filters.model_dump_json())

    def nearest(self) -> str:
        """The nearest vectors, and how near."""
        if self.query.numbers is not None:
            # An expression that the vector index can't serve: these few are compared one by one.
            return f"""
                select number, 1 - {self.distance} as semantic from compute.recipe_vectors
                where {self.model} and number = any(cast(%(numbers)s::text as int[]))
                order by {self.distance} + 0 limit {_NEAREST}"""
        return f"""
            select recipe_index.number, 1 - {self.distance} as semantic from compute.recipe_vectors
            join compute.recipe_index on recipe_index.number = recipe_vectors.number
            where {self.model} and {self.allowed()}
            order by {self.distance} limit {_NEAREST}"""


def similarities(session: Session, query: Query, others: Sequence[int]) -> dict[int, float]:
    """Cosine similarities of the nearest recipes, and of these others that have a vector, by number."""
    statement = _Statement(query)
    statement.parameters["others"] = _array(others)
    look_for_nearest(session, query.recipes)
    found = f"""
        {statement.asked} ({statement.nearest()}) union all
        select number, 1 - {statement.distance} from compute.recipe_vectors
        where {statement.model} and number = any(cast(%(others)s::text as int[]))"""
    rows = session.connection().exec_driver_sql(found, statement.parameters)
    return dict(rows.tuples().all())


def rest(
    session: Session, query: Query, without: Sequence[int], limit: int, offset: int
) -> list[tuple[int, float | None]]:
    """The other recipes that meet the filters, by meaning, exactly: numbers and similarities."""
    statement = _Statement(query)
    statement.parameters |= {"without": _array(without), "limit": limit, "offset": offset}
    found = f"""
        {statement.asked} select recipe_index.number, 1 - {statement.distance} as semantic
        from compute.recipe_index
        left join compute.recipe_vectors
            on recipe_vectors.recipe_id = recipe_index.recipe_id and {statement.model}
        where {statement.allowed()}
            and not recipe_index.number = any(cast(%(without)s::text as int[]))
        order by {statement.distance} + 0 nulls last, recipe_index.number
        limit %(limit)s offset %(offset)s"""
    rows = session.connection().exec_driver_sql(found, statement.parameters)
    return [(number, semantic) for number, semantic in rows]


@lru_cache(1000)
def sql_of(filters: str) -> str:
    """The conditions of these filters, given as JSON, as text, with their values in it."""
    meant = and_(*conditions(Filters.model_validate_json(filters)))
    compiled = meant.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    return f"({compiled})"


def _array(numbers: Sequence[int]) -> str:
    return f"{{{str([*numbers])[1:-1]}}}"  # twice as fast as to join them
