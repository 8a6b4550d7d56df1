"""Answers a request: reads its demands, finds candidates by words and by meaning, ranks them."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
from pydantic import Field
from pyroaring import BitMap
from sqlalchemy.orm import Session

from lib.recipes import store
from lib.recipes.models import RecipeCard
from lib.search import constraints, models
from lib.search.candidates import Query, one_by_one, rest, similarities
from lib.search.catalogue import Catalogue, as_array
from lib.search.constraints import Request
from lib.search.embedding import Vectors, common_words, model_name
from lib.search.filters import Filters
from lib.search.fulltext import FullText
from lib.search.snippets import marks, snippet
from lib.search.terms import Sort, Term, Vocabulary, terms
from lib.wire import Wire

_MODEL_KNOWN_S = 5.0
"""The vectors of a model that was replaced are kept for longer than that."""

_WEIGHT_OF: dict[Sort, float] = {"dish": 2.0, "method": 1.5, "raw": 2.0, "quick": 1.5}
_TEXTS = 80
_WORDS_LEAD = 0.72
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
    number: int
    score: float
    semantic: float
    text: float
    levels: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What is known of a request before it has a vector: the filters and the recipes that meet them, the
    terms, how these recipes hold them, and which hold them best."""

    request: Request
    filters: Filters
    passing: BitMap
    asked: Sequence[Term]
    held: FullText
    best: npt.NDArray[np.uint32]


class Searcher:
    """What a process keeps between requests: the index's facts and words."""

    def __init__(self) -> None:
        self.catalogue = Catalogue()
        self.vocabulary = Vocabulary()
        self._model: tuple[str, float] = ("", -math.inf)

    def model(self, session: Session) -> str:
        """The model that requests are to be embedded by, as it was a moment ago."""
        model, looked_at = self._model
        if time.monotonic() - looked_at > _MODEL_KNOWN_S:
            model = models.active(session) or model_name()
            self._model = (model, time.monotonic())
        return model

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
        return self.answer(session, self.look_up(session, request, given), vector, model, limit, offset)

    def look_up(self, session: Session, request: Request, given: Filters) -> LookedUp:
        """The part of `search` that needs no vector, which may be made meanwhile."""
        filters = constraints.combined(given, request.filters)
        self.catalogue.update(session)
        passing = self.catalogue.matching(filters)
        asked = terms(session, request.text, self.vocabulary, self.catalogue.postings)
        held = FullText(self.catalogue, asked, _weights(asked, len(self.catalogue)), passing)
        return LookedUp(request, filters, passing, asked, held, held.best(_TEXTS))

    def answer(
        self,
        session: Session,
        found: LookedUp,
        vector: Vectors,
        model: str,
        limit: int,
        offset: int,
    ) -> SemanticAnswer:
        """The rest of `search`, from what was looked up."""
        recipes = len(self.catalogue)
        numbers = [*found.passing] if one_by_one(len(found.passing), recipes) else None
        query = Query(vector, model, found.filters, recipes, numbers)
        page = _page(session, query, found, limit, offset) if found.passing else []
        shown = store.cards_and_texts(session, [scored.number for scored in page])
        return SemanticAnswer(
            query=found.request.query,
            interpreted=Interpreted(
                text=found.request.text,
                filters=found.filters,
                corrections={term.said: term.ways[0] for term in found.asked if term.typo},
            ),
            # A recipe deleted since it was indexed has no card.
            results=[_hit(s, *shown[s.number], found.asked) for s in page if s.number in shown],
            total=len(found.passing),
        )


def _page(session: Session, query: Query, found: LookedUp, limit: int, offset: int) -> list[_Scored]:
    similar = similarities(session, query, found.best.tolist())
    # What was indexed since the catalogue was read isn't counted yet.
    candidates = as_array(BitMap(found.best) | (BitMap(similar) & found.passing))
    head = _ranked(candidates, [similar.get(number) for number in candidates.tolist()], found.held)
    page = head[offset : offset + limit]
    if len(page) < limit:
        skip, most = max(offset - len(head), 0), limit - len(page)
        least = head[-1].score if head else 1.0
        page += [
            # One without a vector comes last.
            _Scored(number, min(least, _LEAST if s is None else round(s, 4)), s or 0.0, 0.0)
            for number, s in rest(session, query, candidates.tolist(), most, skip)
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
    numbers: npt.NDArray[np.uint32], similar: Sequence[float | None], held: FullText
) -> list[_Scored]:
    """Words lead in short requests, meaning in sentences, of which few words stand in a recipe."""
    known = np.nan_to_num(np.array(similar, dtype=np.float64))
    said = held.held(numbers)
    by_words = held.score(numbers, said)
    share = _share_of_words(held.terms, max(held.most, float(said.max(initial=0.0))))
    scores = share * by_words + (1 - share) * known
    scores *= 1 - _FOOD_MISSING * share * held.foods_missing(numbers)
    scores, known = scores.round(4), known.round(4)
    order = np.lexsort((numbers, -known, -scores))
    columns = (numbers[order], scores[order], known[order], by_words[order].round(4))
    levels = held.levels(numbers[order]).T.tolist()
    return [_Scored(*each) for each in zip(*(c.tolist() for c in columns), levels, strict=True)]


def _share_of_words(terms: int, most: float) -> float:
    """How far words lead: the shorter the request and the more of it some recipe holds, the further."""
    if not terms:
        return 0.0
    short = min(1.0, _SHORT_REQUEST / terms) ** 2
    well = min(1.0, most / _WELL_HELD) ** 2
    return _MEANING_LEADS + (_WORDS_LEAD - _MEANING_LEADS) * short * well


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
