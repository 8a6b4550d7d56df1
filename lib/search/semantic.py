"""Ranks recipes by the meaning of a sentence."""

import re
from typing import Annotated

from pydantic import Field
from sqlalchemy import Float, cast, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY
from sqlalchemy.orm import Session
from sqlalchemy.types import Text

from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.search.embedding import Vectors
from lib.search.filters import Filters, conditions
from lib.tables import recipe_index
from lib.wire import Wire

# Up to so many candidates every distance is computed: exact, and not slower than the vector index.
EXACT_UP_TO = 5000
_MAX_WORDS = 32


class Why(Wire):
    """What a score is made of."""

    semantic: Annotated[float, Field(description="Cosine similarity of query and recipe, -1 to 1")]
    text: Annotated[
        float, Field(description="How much of the query's words the recipe holds, 0 to 1 (ts_rank_cd)")
    ]
    matched: Annotated[list[str], Field(description="The query's words that the recipe holds")]


class SemanticHit(Wire):
    """A recipe that was found."""

    recipe: RecipeCard
    score: Annotated[float, Field(description="What the order follows, the semantic part")]
    why: Why


class Interpreted(Wire):
    """How the query was understood."""

    text: str
    filters: Filters


class SemanticAnswer(Wire):
    """A page of recipes, best first."""

    query: str
    interpreted: Interpreted
    results: list[SemanticHit]
    total: Annotated[int, Field(description="Recipes that meet the filters")]
    took_ms: float = 0


def search(
    session: Session, query: str, vector: Vectors, filters: Filters, limit: int, offset: int
) -> SemanticAnswer:
    """The page of recipes that come closest in meaning.

    Args:
        vector: the query's embedding, shape `(384,)`.
    """
    ranked, total = _rank(session, query, vector, filters, limit, offset)
    cards = store.cards(session, list(ranked))
    return SemanticAnswer(
        query=query,
        interpreted=Interpreted(text=query, filters=filters),
        # A recipe deleted since it was indexed has no card.
        results=[
            SemanticHit(recipe=cards[recipe_id], score=why.semantic, why=why)
            for recipe_id, why in ranked.items()
            if recipe_id in cards
        ],
        total=total,
    )


def _rank(
    session: Session, query: str, vector: Vectors, filters: Filters, limit: int, offset: int
) -> tuple[dict[str, Why], int]:
    """Recipe ids, best first, and how many recipes pass the filters in all."""
    index = recipe_index.c
    limits = conditions(filters)
    total = session.scalar(select(func.count()).where(*limits)) or 0
    distance = index.embedding.cosine_distance(vector)
    order = [distance, index.recipe_id]
    if total <= EXACT_UP_TO:
        order[0] = distance + literal(0.0, Float)  # an expression the vector index can't serve
    else:
        session.execute(text("set local hnsw.ef_search = 100"))
        session.execute(text("set local hnsw.iterative_scan = strict_order"))
    words = list(dict.fromkeys(re.findall(r"\w+", query.lower())))[:_MAX_WORDS]
    page = (
        select(
            index.recipe_id,
            (1 - distance).label("semantic"),
            index.words,
        )
        .where(*limits)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    word = func.unnest(cast(words, ARRAY(Text))).column_valued("word")
    holds = page.c.words.op("@@")(func.plainto_tsquery("english", word))
    matched = select(func.array_agg(word)).where(holds).scalar_subquery()
    any_word = func.replace(cast(func.plainto_tsquery("english", query), Text), "&", "|")
    score = func.ts_rank_cd(page.c.words, cast(any_word, TSQUERY), 32)
    rows = session.execute(
        select(
            page.c.recipe_id, page.c.semantic, score.label("text"), matched.label("matched")
        ).order_by(page.c.semantic.desc(), page.c.recipe_id)
    )
    ranked = {
        row.recipe_id: Why(
            semantic=round(row.semantic, 4),
            text=round(row.text, 4),
            matched=sorted(row.matched or [], key=words.index),
        )
        for row in rows
    }
    return ranked, total
