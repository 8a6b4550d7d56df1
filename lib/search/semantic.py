"""Answers a request: reads its demands, finds candidates by words and by meaning, ranks them."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import Field
from sqlalchemy.orm import Session

from lib.nutrition.foods import words
from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.search import constraints, models
from lib.search.candidates import EXACT_UP_TO, Candidate, Query, candidates, rest
from lib.search.catalogue import Catalogue
from lib.search.constraints import Request
from lib.search.embedding import Vectors, common_words, model_name
from lib.search.filters import Filters
from lib.search.snippets import marks, snippet
from lib.search.terms import Sort, Term, Vocabulary, terms
from lib.wire import Wire

# What a term counts for where it stands: nowhere, in the steps, in description and synonyms, among the
# ingredients and tags, in the title.
_VALUES: dict[Sort, tuple[float, ...]] = {
    "word": (0.0, 0.25, 0.5, 0.85, 1.0),
    "food": (0.0, 0.2, 0.6, 0.9, 1.0),
    "dish": (0.0, 0.1, 0.5, 1.0, 1.0),
    "method": (0.0, 0.6, 0.7, 0.8, 1.0),
    "raw": (0.0, 0.0, 0.0, 0.0, 1.0),
    "quick": (0.0, 0.0, 0.0, 0.0, 1.0),
}
_MODEL_KNOWN_S = 5.0
"""The vectors of a model that was replaced are kept for longer than that."""

_TYPO_VALUE = 0.9
_WEIGHT_OF: dict[Sort, float] = {"dish": 2.0, "method": 1.5, "raw": 2.0, "quick": 1.5}
_TITLE_WEIGHT = 0.25
_WORDS_LEAD = 0.65
_MEANING_LEADS = 0.35
_SHORT_REQUEST = 4
_WELL_HELD = 0.8
_FOOD_MISSING = 0.75
_LEAST = -1.0


class Why(Wire):
    """What a score is made of."""

    semantic: Annotated[float, Field(description="Cosine similarity of request and recipe, -1 to 1")]
    text: Annotated[
        float, Field(description="How much of the request's words the recipe holds, and where, 0 to 1")
    ]
    matched: Annotated[list[str], Field(description="The request's words that the recipe holds")]
    snippet: Annotated[
        str, Field(description="A place in the recipe as HTML, matched words in <mark>")
    ] = ""


class SemanticHit(Wire):
    """A recipe that was found."""

    recipe: RecipeCard
    score: Annotated[float, Field(description="What the order follows; never rises down the list")]
    why: Why


class Interpreted(Wire):
    """How the request was understood: the text to rank by, and what every result meets."""

    text: str
    filters: Filters
    corrections: Annotated[dict[str, str], Field(description="Words taken for typos, corrected")] = {}


class SemanticAnswer(Wire):
    """A page of recipes, best first."""

    query: str
    interpreted: Interpreted
    results: list[SemanticHit]
    total: Annotated[int, Field(description="Recipes that meet the filters")]
    took_ms: float = 0


@dataclass(frozen=True, slots=True)
class _Scored:
    recipe_id: str
    score: float
    semantic: float
    text: float
    levels: Sequence[int] = ()


class Searcher:
    """What a process keeps between requests: the index's facts and words."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.vocabulary = Vocabulary()
        self._model: tuple[str, float] = ("", -math.inf)

    def known_model(self) -> str | None:
        """The active model, if it was looked up a moment ago."""
        model, looked_at = self._model
        return model if time.monotonic() - looked_at < _MODEL_KNOWN_S else None

    def model(self, session: Session) -> str:
        """The model that requests are to be embedded by."""
        found = models.active(session) or model_name()
        self._model = (found, time.monotonic())
        return found

    def read(self, query: str) -> Request:
        """What a request demands, and what is left to rank by."""
        return constraints.read(query, lambda word: word in common_words())

    def search(
        self,
        session: Session,
        request: Request,
        vector: Vectors,
        model: str,
        given: Filters,
        limit: int,
        offset: int,
    ) -> SemanticAnswer:
        """A page of the recipes that meet the filters, best first; every one is on some page.

        Args:
            request: as `read` gave it.
            vector: the embedding of the request's text, shape `(384,)`.
            model: that made it.
            given: filters that hold besides those that were read.
        """
        filters = constraints.combined(given, request.filters)
        self.catalogue.update(session)
        passing = self.catalogue.matching(filters)
        asked = terms(session, request.text, self.vocabulary)
        weights = _weights(asked, len(self.catalogue))
        few = len(passing) <= EXACT_UP_TO
        numbers = [*passing] if few else None
        query = Query(vector, model, asked, weights, filters, len(self.catalogue), numbers)
        page = self._page(session, query, limit, offset) if passing else []
        shown = store.cards_and_texts(session, [scored.recipe_id for scored in page])
        return SemanticAnswer(
            query=request.query,
            interpreted=Interpreted(
                text=request.text,
                filters=filters,
                corrections={term.said: term.ways[0] for term in asked if term.typo},
            ),
            # A recipe deleted since it was indexed has no card.
            results=[_hit(s, *shown[s.recipe_id], asked) for s in page if s.recipe_id in shown],
            total=len(passing),
        )

    def _page(self, session: Session, query: Query, limit: int, offset: int) -> list[_Scored]:
        head = _ranked(candidates(session, query), query.terms, query.weights)
        page = head[offset : offset + limit]
        if len(page) < limit:
            without = [scored.recipe_id for scored in head]
            skip, most = max(offset - len(head), 0), limit - len(page)
            least = head[-1].score if head else 1.0
            page += [
                # One without a vector comes last.
                _Scored(recipe_id, min(least, _LEAST if s is None else round(s, 4)), s or 0.0, 0.0)
                for recipe_id, s in rest(session, query, without, most, skip)
            ]
        return page


def _weights(asked: Sequence[Term], recipes: int) -> list[float]:
    """Inverse document frequencies, as BM25 has them."""
    most = max(recipes, max((term.recipes for term in asked), default=0), 1)
    return [
        _WEIGHT_OF.get(t.sort) or math.log(1 + (most - t.recipes + 0.5) / (t.recipes + 0.5))
        for t in asked
    ]


def _ranked(
    found: Sequence[Candidate], asked: Sequence[Term], weights: Sequence[float]
) -> list[_Scored]:
    """Words lead in short requests, meaning in sentences, of which few words stand in a recipe."""
    counts = _counting(asked, weights)
    held = [_held(candidate, asked, counts) for candidate in found]
    share = _share_of_words(asked, max(held, default=0.0))
    said = {word for term in asked for word in words(term.ways[0])}
    foods = [place for place, term in enumerate(asked) if term.sort == "food"]
    scored = []
    for candidate, by_words in zip(found, held, strict=True):
        title = _words_of(candidate.title)
        alike = 2 * len(said & title) / (len(said) + len(title)) if said and title else 0.0
        by_words = (1 - _TITLE_WEIGHT) * by_words + _TITLE_WEIGHT * alike
        semantic = candidate.semantic or 0.0
        score = share * by_words + (1 - share) * semantic
        if foods:
            missing = sum(candidate.levels[place] < 2 for place in foods) / len(foods)
            score *= 1 - _FOOD_MISSING * share * missing
        rounded = round(score, 4), round(semantic, 4), round(by_words, 4)
        scored.append(_Scored(candidate.recipe_id, *rounded, candidate.levels))
    return sorted(scored, key=lambda s: (-s.score, -s.semantic, s.recipe_id))


@lru_cache(50_000)
def _words_of(title: str) -> frozenset[str]:
    return frozenset(words(title))


def _counting(asked: Sequence[Term], weights: Sequence[float]) -> list[list[float]]:
    """What each term counts for by how it is held, as a share of all."""
    whole = sum(weights) or 1.0
    return [
        [value * weight * (_TYPO_VALUE if term.typo else 1.0) / whole for value in _VALUES[term.sort]]
        for term, weight in zip(asked, weights, strict=True)
    ]


def _held(candidate: Candidate, asked: Sequence[Term], counts: Sequence[Sequence[float]]) -> float:
    """How much of what was said the recipe holds, 0 to 1."""
    held = 0.0
    for term, count, level in zip(asked, counts, candidate.levels, strict=True):
        held += count[-1] * _ease(candidate) if term.sort == "quick" else count[level]
    return held


def _ease(candidate: Candidate) -> float:
    """From 0 to 1: how little time the recipe takes or, where nobody knows, how few ingredients."""
    if candidate.minutes is not None:
        return min(1.0, max(0.0, (75 - candidate.minutes) / 55))
    return min(1.0, max(0.0, (14 - candidate.needs) / 9))


def _share_of_words(asked: Sequence[Term], best: float) -> float:
    """How far words lead: the shorter the request and the more of it some recipe holds, the further."""
    if not asked:
        return 0.0
    short = min(1.0, _SHORT_REQUEST / len(asked)) ** 2
    held = min(1.0, best / _WELL_HELD) ** 2
    return _MEANING_LEADS + (_WORDS_LEAD - _MEANING_LEADS) * short * held


def _hit(scored: _Scored, card: RecipeCard, texts: Sequence[str], asked: Sequence[Term]) -> SemanticHit:
    # What only meaning brought has no levels.
    matched = [term.said for term, level in zip(asked, scored.levels, strict=False) if level]
    why = Why(
        semantic=round(scored.semantic, 4),
        text=scored.text,
        matched=matched,
        snippet=snippet(texts, marks(asked, matched)),
    )
    return SemanticHit(recipe=card, score=scored.score, why=why)
