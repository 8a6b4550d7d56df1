"""Candidates for a request: what holds its words and what comes closest in meaning.

Both legs obey the filters in SQL. Full text is bounded: where a request's words are common, only so
many of the recipes that hold most of them are looked at.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from sqlalchemy import TextClause, and_, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from lib.search import models
from lib.search.embedding import Vectors
from lib.search.filters import Filters, conditions
from lib.search.terms import HEAT, Term

EXACT_UP_TO = 5000
"""Up to so many candidates every distance is computed: exact, and not slower than the vector index."""

_VECTORS = 50
_TEXTS = 80
_LOOKED_AT = 250
_COMMON = 2000
"""Recipes that hold any one of the words are looked at while they are no more than these."""

_UNPACKED = "words || ''::tsvector as words"
"""The value is stored compressed: one that was computed is unpacked once, not for each comparison."""

LEVELS = "DCBA"
"""Weights of the index's words, rising: steps, description and synonyms, ingredients and tags, title."""

_MANY = 50_000
_LIKELY, _LIKELY_OF_MANY = 100, 200
"""Vectors that the index keeps in sight on its way to the nearest, of up to so many recipes, and of
more: with 100 it finds 99.8% of the nearest of 25,000, and 81% of those of 250,000; with 200, 99.9%."""

_PLANNING = """
    set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off
"""
"""The planner takes the few candidates for many, and would rather read whole tables."""


def planner_settings(recipes: int) -> TextClause:
    """How candidates are sought among so many recipes, for the rest of the transaction."""
    likely = _LIKELY if recipes <= _MANY else _LIKELY_OF_MANY
    scan = f"set local hnsw.ef_search = {likely}; set local hnsw.iterative_scan = strict_order;"
    return text(scan + _PLANNING)


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

    `recipes` says how many there are in all; `numbers` are those of the recipes that meet the filters,
    given where they are few.
    """

    vector: Vectors
    model: str
    terms: Sequence[Term]
    weights: Sequence[float]
    filters: Filters
    recipes: int
    numbers: Sequence[int] | None = None


class _Statement:
    """SQL in the making, for the driver: every request's is another, and SQLAlchemy would take longer to
    compile it than PostgreSQL to plan it."""

    def __init__(self, query: Query) -> None:
        self.query = query
        self.parameters: dict[str, object] = {"vector": f"[{','.join(map(str, query.vector.tolist()))}]"}
        if query.numbers is not None:
            self.parameters["numbers"] = f"{{{','.join(map(str, query.numbers))}}}"
        self.model = f"model = {models.literal(query.model)}"
        self.distance = "(embedding <=> cast(%(vector)s::text as compute.halfvec))"

    def bind(self, value: object) -> str:
        """A parameter of that value."""
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f"%({name})s"

    def holds(self, column: str, asked: str) -> str:
        """Whether a tsvector meets a tsquery."""
        return f"{column} @@ to_tsquery('english', {self.bind(asked)})"

    def allowed(self) -> str:
        """Whether a row of `compute.recipe_index` meets the filters."""
        if self.query.numbers is not None:
            return "recipe_index.number = any(cast(%(numbers)s::text as int[]))"
        return sql_of(self.query.filters.model_dump_json())

    def by_meaning(self) -> str:
        """The nearest vectors, and how near."""
        if self.query.numbers is not None:
            # An expression that the vector index can't serve: these few are compared one by one.
            return f"""
                select recipe_id, 1 - {self.distance} as semantic from compute.recipe_vectors
                where {self.model} and number = any(cast(%(numbers)s::text as int[]))
                order by {self.distance} + 0 limit {_VECTORS}"""
        return f"""
            select recipe_vectors.recipe_id, 1 - {self.distance} as semantic from compute.recipe_vectors
            join compute.recipe_index on recipe_index.recipe_id = recipe_vectors.recipe_id
            where {self.model} and {self.allowed()}
            order by {self.distance} limit {_VECTORS}"""

    def by_words(self) -> str:
        """Those that hold the words, the best of a bounded number."""
        sought = _sought(self.query.terms)
        asked = [self.holds("words", _written(sought))]
        # An index scan each, of which the rarest word leads: as one tsquery, all that hold any common
        # word would be gone through.
        relaxed = [self.holds("words", each) for each in _relaxed(sought)]
        asked += [f"({' or '.join(relaxed)})"] if relaxed else []
        asked += [self.holds("steps", _written([term])) for term in sought if _only_in_steps(term)]
        some = " union all ".join(
            f"(select recipe_id, {_UNPACKED} from compute.recipe_index where {each} and {self.allowed()}"
            f" limit {_LOOKED_AT})"
            for each in asked
        )
        score = " + ".join(
            f"{weight:.6f} * {self.coarse(term)}"
            for weight, term in zip(self.query.weights, self.query.terms, strict=True)
        )
        return f"""
            select recipe_id, null::float8 as semantic from ({some}) looked_at
            order by {score} desc, recipe_id limit {_TEXTS}"""

    def coarse(self, term: Term) -> str:
        """As `level`, in fewer comparisons: whether the title tells it, or anything does."""
        if term.sort in ("raw", "quick"):
            return "0"
        title = " | ".join(_phrase(way, "A") for way in (*term.ways, *term.narrower))
        return (
            f"(case when not {self.holds('words', _written([term]))} then 0"
            f" when {self.holds('words', title)} then {len(LEVELS)} else 2 end)"
        )

    def level(self, term: Term) -> str:
        """By which of `LEVELS` the recipe holds the term, 0 for none."""
        if term.sort == "quick":
            return "0"
        if term.sort == "raw":
            heated = self.holds("words", " | ".join(f"{word}:D" for word in HEAT))
            return f"(case when {heated} then 0 else {len(LEVELS)} end)"
        if _only_in_steps(term):
            return f"(case when {self.holds('steps', _written([term]))} then 1 else 0 end)"
        cases = [f"when not {self.holds('words', _written([term]))} then 0"]
        cases += [
            f"when {self.holds('words', _written([term], LEVELS[place:]))} then {place + 1}"
            for place in range(len(LEVELS) - 1, 0, -1)
        ]
        if term.narrower:
            told = " | ".join(_phrase(way, "A") for way in term.narrower)
            cases.insert(2, f"when {self.holds('words', told)} then {len(LEVELS)}")
        return f"(case {' '.join(cases)} else 1 end)"


def candidates(session: Session, query: Query) -> list[Candidate]:
    """The recipes that are best by words or by meaning, in no order."""
    statement = _Statement(query)
    legs = [statement.by_meaning(), *([statement.by_words()] if _sought(query.terms) else [])]
    both = " union all ".join(f"select * from ({leg}) leg" for leg in legs)
    levels = "".join(f", {statement.level(term)}" for term in query.terms)
    session.execute(planner_settings(query.recipes))
    found = f"""
        with both_legs as materialized (
            select recipe_id, max(semantic) as known from ({both}) legs group by recipe_id
        ), found as materialized (
            select recipe_index.recipe_id, title, {_UNPACKED}, steps, total_minutes,
                cardinality(needs) as needed, case when known is null then (
                    select 1 - {statement.distance} from compute.recipe_vectors
                    where recipe_vectors.recipe_id = both_legs.recipe_id and {statement.model}
                ) else known end as semantic
            from both_legs
            join compute.recipe_index on recipe_index.recipe_id = both_legs.recipe_id
        )
        select recipe_id, title, semantic, needed, total_minutes {levels} from found"""
    rows = session.connection().exec_driver_sql(found, statement.parameters).all()
    return [Candidate(row[0], row[1], row[2], row[3], row[4], tuple(row[5:])) for row in rows]


def rest(
    session: Session, query: Query, without: Sequence[str], limit: int, offset: int
) -> list[tuple[str, float | None]]:
    """The other recipes that meet the filters, by meaning, exactly: ids and similarities."""
    statement = _Statement(query)
    distance = f"{statement.distance} + 0"
    found = f"""
        select recipe_index.recipe_id, 1 - {statement.distance} as semantic
        from compute.recipe_index
        left join compute.recipe_vectors
            on recipe_vectors.recipe_id = recipe_index.recipe_id and {statement.model}
        where {statement.allowed()} and not recipe_index.recipe_id = any({statement.bind(list(without))})
        order by {distance} nulls last, recipe_index.recipe_id
        limit {statement.bind(limit)} offset {statement.bind(offset)}"""
    rows = session.connection().exec_driver_sql(found, statement.parameters)
    return [(row[0], row[1]) for row in rows]


@lru_cache(1000)
def sql_of(filters: str) -> str:
    """The conditions of these filters, given as JSON, as text, with their values in it."""
    meant = and_(*conditions(Filters.model_validate_json(filters)))
    compiled = meant.compile(
        dialect=postgresql.dialect(),  # type: ignore[no-untyped-call]
        compile_kwargs={"literal_binds": True},
    )
    return f"({compiled})"


def _only_in_steps(term: Term) -> bool:
    """Whether only steps can hold it: no title, ingredient, tag or other name does."""
    return term.sort == "word" and not term.recipes


def _sought(terms: Sequence[Term]) -> list[Term]:
    """The terms by which recipes are sought: sorts of dishes and methods, which many recipes share, only
    where nothing else is said. Of the others they tell the order."""
    telling = [term for term in terms if term.sort in ("word", "food")]
    return telling or [term for term in terms if term.sort in ("dish", "method")]


def _relaxed(sought: Sequence[Term]) -> list[str]:
    """All terms but one; or any one of the rare ones, as long as these are few together."""
    rare: list[str] = []
    sum_ = 0
    for term in sorted(sought, key=lambda term: term.recipes):
        sum_ += term.recipes
        if rare and sum_ > _COMMON:
            break
        rare.append(_written([term]))
    if len(sought) < 2:
        return []
    most = [_written(some) for some in combinations(sought, len(sought) - 1)] if len(sought) > 2 else []
    return [*dict.fromkeys([*most, *rare])]


def _written(terms: Sequence[Term], weights: str = "") -> str:
    """The terms as a tsquery: all of them, each in any way, with one of the weights."""
    each = []
    for term in terms:
        ways = [_phrase(way, weights) for way in _telling(term.ways)]
        if not weights:  # what tells a sort of dish finds it as well as its name
            ways += [_phrase(way, "A") for way in term.narrower]
        each.append(f"({' | '.join(ways)})")
    return " & ".join(each)


def _telling(ways: Sequence[str]) -> list[str]:
    """Those that find what no other does: where "curry" is found, "curry powder" adds nothing."""
    single = {way for way in ways if " " not in way}
    return [way for way in ways if way in single or single.isdisjoint(way.split())]


def _phrase(said: str, weights: str) -> str:
    mark = f":{weights}" if weights else ""
    return f"({' <-> '.join(_lexeme(word) + mark for word in said.split())})"


def _lexeme(word: str) -> str:
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "'"
