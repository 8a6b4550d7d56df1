"""Candidates for a request: what holds its words and what comes closest in meaning.

Both legs obey the filters in SQL. Full text is bounded: where a request's words are common, only so
many of the recipes that hold most of them are looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    not_,
    select,
    text,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from lib.search.embedding import Vectors
from lib.search.terms import HEAT, Term
from lib.tables import recipe_index, recipe_vectors, recipes

EXACT_UP_TO = 5000
"""Up to so many candidates every distance is computed: exact, and not slower than the vector index."""

_VECTORS = 80
_TEXTS = 120
_LOOKED_AT = 400
_COMMON = 2000
"""Recipes that hold any one of the words are looked at while they are no more than these."""

LEVELS = "DCBA"
"""Weights of the index's words, rising: steps, description and synonyms, ingredients and tags, title."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recipe with its cosine similarity, None without a vector, and how each term is held.

    `levels` has a number per term: 0 where it isn't held, 1 in the steps, up to 4 in the title;
    `needs` how many ingredients it needs; `minutes` may be unknown.
    """

    recipe_id: str
    title: str
    semantic: float | None
    needs: int
    minutes: int | None
    levels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What candidates are sought for.

    `numbers` are those of the recipes that meet the filters, given where they are few.
    """

    vector: Vectors
    model: str
    terms: Sequence[Term]
    weights: Sequence[float]
    conditions: Sequence[ColumnElement[bool]]
    numbers: Sequence[int] | None = None


def candidates(session: Session, query: Query) -> list[Candidate]:
    """The recipes that are best by words or by meaning, in no order."""
    legs = [_by_meaning(query)]
    if _sought(query.terms):
        legs.append(_by_words(query))
    # Joined to whole tables, the few candidates would cost more than they do one by one.
    session.execute(
        text(
            "set local hnsw.ef_search = 100; set local hnsw.iterative_scan = strict_order; "
            "set local enable_hashjoin = off; set local enable_mergejoin = off"
        )
    )
    both = union(*(select(leg.c.recipe_id) for leg in legs)).cte("both")
    index, vectors = recipe_index.c, recipe_vectors.c
    found = (
        select(
            index.recipe_id,
            recipes.c.title,
            (1 - vectors.embedding.cosine_distance(query.vector)).label("semantic"),
            func.cardinality(index.needs).label("needs"),
            index.total_minutes,
            index.words,
            index.steps,
        )
        .select_from(both)
        .join(recipe_index, index.recipe_id == both.c.recipe_id)
        .join(recipes, recipes.c.id == both.c.recipe_id)
        .outerjoin(
            recipe_vectors,
            and_(vectors.recipe_id == both.c.recipe_id, vectors.model == _model(query.model)),
        )
        .cte("found")
        .prefix_with("materialized")
    )
    facts = [column for column in found.c if column.name not in ("words", "steps")]
    levels = _levels(query.terms, found)
    rows = session.execute(
        select(*facts, *(level.label(f"level{place}") for place, level in enumerate(levels)))
    )
    return [Candidate(row[0], row[1], row[2], row[3], row[4], tuple(row[5:])) for row in rows]


def rest(
    session: Session, query: Query, without: Sequence[str], limit: int, offset: int
) -> list[tuple[str, float | None]]:
    """The other recipes that meet the filters, by meaning, exactly: ids and similarities."""
    index, vectors = recipe_index.c, recipe_vectors.c
    distance = vectors.embedding.cosine_distance(query.vector) + literal(0.0, Float)
    found = (
        select(index.recipe_id, (1 - distance).label("semantic"))
        .select_from(recipe_index)
        .outerjoin(
            recipe_vectors,
            and_(vectors.recipe_id == index.recipe_id, vectors.model == _model(query.model)),
        )
        .where(*query.conditions, index.recipe_id.not_in(without))
        .order_by(distance.nulls_last(), index.recipe_id)
        .limit(limit)
        .offset(offset)
    )
    return [(row.recipe_id, row.semantic) for row in session.execute(found)]


def _model(model: str) -> ColumnElement[str]:
    """As a literal, so that the planner sees that the model's own index serves."""
    if not re.fullmatch(r"[0-9a-z-]+", model):
        raise ValueError(f"{model!r} can't name a model")
    return literal_column(f"'{model}'")


def _by_meaning(query: Query) -> Any:
    index, vectors = recipe_index.c, recipe_vectors.c
    distance = vectors.embedding.cosine_distance(query.vector)
    found = select(vectors.recipe_id).where(vectors.model == _model(query.model))
    if query.numbers is not None:
        # An expression that the vector index can't serve: these few are compared one by one.
        exact = distance + literal(0.0, Float)
        found = found.where(vectors.number == func.any(list(query.numbers))).order_by(exact)
    else:
        found = (
            found.join(recipe_index, index.recipe_id == vectors.recipe_id)
            .where(*query.conditions)
            .order_by(distance)
        )
    return found.limit(_VECTORS).cte("by_meaning").prefix_with("materialized")


def _by_words(query: Query) -> Any:
    index = recipe_index.c
    sought = _sought(query.terms)
    asked = [_match(index.words, each) for each in dict.fromkeys([_written(sought), _relaxed(sought)])]
    asked += [_match(index.steps, _written([term])) for term in sought if _only_in_steps(term)]
    found = [_holding(query, each) for each in asked]
    some = union_all(*found).cte("some").prefix_with("materialized")
    score: Any = literal(0.0, Float)
    for weight, term in zip(query.weights, query.terms, strict=True):
        score = score + literal(weight, Float) * _coarse(term, some.c.words)
    best = select(some.c.recipe_id).order_by(score.desc(), some.c.recipe_id).limit(_TEXTS)
    return best.cte("by_words").prefix_with("materialized")


def _holding(query: Query, asked: ColumnElement[bool]) -> Any:
    index = recipe_index.c
    held: Select[Any] = select(index.recipe_id, index.words, index.steps).where(asked)
    if query.numbers is not None:
        held = held.where(index.number == func.any(list(query.numbers)))
    else:
        held = held.where(*query.conditions)
    return select(held.limit(_LOOKED_AT).subquery())


def _levels(terms: Sequence[Term], among: Any) -> list[Any]:
    """For each term an expression: by which of `LEVELS` the recipe holds it, 0 for none."""
    return [_level(term, among.c.words, among.c.steps) for term in terms]


def _level(term: Term, words: Any, steps: Any) -> Any:
    none, title = literal(0, Integer), len(LEVELS)
    if term.sort == "quick":
        return none
    if term.sort == "raw":
        return case((_match(words, " | ".join(f"{word}:D" for word in HEAT)), none), else_=title)
    missing = not_(_match(words, _written([term])))
    if _only_in_steps(term):
        return case((missing, case((_match(steps, _written([term])), 1), else_=none)), else_=title)
    held = [
        (_match(words, _written([term], LEVELS[level:])), level + 1) for level in range(title - 1, 0, -1)
    ]
    if term.narrower:
        told = _match(words, " | ".join(_phrase(way, "A") for way in term.narrower))
        held.insert(1, (told, title))
    return case((missing, none), *held, else_=literal(1, Integer))


def _coarse(term: Term, words: Any) -> Any:
    """As `_level`, in fewer comparisons: whether the title tells it, or anything does."""
    if term.sort in ("raw", "quick"):
        return literal(0, Integer)
    anywhere = _match(words, _written([term]))
    title = [*(_phrase(way, "A") for way in (*term.ways, *term.narrower))]
    told = _match(words, " | ".join(title))
    return case((not_(anywhere), 0), (told, len(LEVELS)), else_=literal(2, Integer))


def _match(column: Any, asked: str) -> Any:
    return column.op("@@")(func.to_tsquery("english", asked))


def _only_in_steps(term: Term) -> bool:
    """Whether only steps can hold it: no title, ingredient, tag or other name does."""
    return term.sort == "word" and not term.recipes


def _sought(terms: Sequence[Term]) -> list[Term]:
    """The terms by which recipes are sought: sorts of dishes and methods, which many recipes share, only
    where nothing else is said. Of the others they tell the order."""
    telling = [term for term in terms if term.sort in ("word", "food")]
    return telling or [term for term in terms if term.sort in ("dish", "method")]


def _relaxed(sought: Sequence[Term]) -> str:
    """All terms, or all but one; or any one of the rare ones, as long as these are few together."""
    rare: list[str] = []
    sum_ = 0
    for term in sorted(sought, key=lambda term: term.recipes):
        sum_ += term.recipes
        if rare and sum_ > _COMMON:
            break
        rare.append(_written([term]))
    alternatives = [_written(sought)]
    if len(sought) > 2:
        alternatives += [_written(some) for some in combinations(sought, len(sought) - 1)]
    return " | ".join(f"({each})" for each in dict.fromkeys([*alternatives, *rare]))


def _written(terms: Sequence[Term], weights: str = "") -> str:
    """The terms as a tsquery: all of them, each in any way, with one of the weights."""
    mark = "" if weights == LEVELS else weights
    each = []
    for term in terms:
        ways = [_phrase(way, mark) for way in term.ways]
        if not weights:  # what tells a sort of dish finds it as well as its name
            ways += [_phrase(way, "A") for way in term.narrower]
        each.append(f"({' | '.join(ways)})")
    return " & ".join(each)


def _phrase(said: str, weights: str) -> str:
    mark = f":{weights}" if weights else ""
    return f"({' <-> '.join(_lexeme(word) + mark for word in said.split())})"


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "'"
