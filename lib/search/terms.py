"""The words and phrases of a request, each with the other ways to say it and how rare it is."""

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.orm import Session

from lib.nutrition.foods import find, key, places, unaccented, words
from lib.search.embedding import common_words
from lib.search.kinds import by_key as kind_by_key
from lib.search.kinds import dishes, synonyms
from lib.search.postings import Postings
from lib.tables import search_words

MOST_TERMS = 12
_LONGEST_PHRASE = 4
DISHES = frozenset({"prepared", "soup", "sweet", "bread", "snack"})
"""Categories of foods whose names are sought word by word: "chicken curry" is a dish."""

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_RELOAD_S = 60
_MOST_WAYS = 8

# PostgreSQL's English stop words that stand in requests, and words that say nothing about a dish.
STOP = frozenset(
    """
    a about all an and any are as at be but by can do for from get had has have how i if in into
    is it its just me more most my no not of off on or our out over own so some such than that
    the their them then there these they this to too up very was we were what when which while
    who will with you your recipe recipes dish dishes meal food make made making idea ideas
    something good best want need please like nice great
    """.split()
)


Sort = Literal["word", "food", "dish", "method", "raw", "quick"]

METHODS = frozenset(
    """
    baked roasted grilled fried steamed braised sauteed poached smoked barbecued toasted broiled
    blended boiled stewed charred seared simmered pickled candied glazed whipped chilled frozen
    """.split()
)
_RAW = frozenset({"no cook", "uncooked", "raw"})
_QUICK = frozenset({"quick and easy", "quick", "easy", "fast", "simple", "speedy", "effortless"})
_SAYS_NOTHING = frozenset({"kid friendly", "family friendly", "crowd pleasing"})
HEAT = "bake oven heat cook boil simmer fry grill roast saute toast broil microwave steam melt".split()
"""Words of steps in which something is heated."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase that was said.

    `ways` are all ways to say it, itself included unless it is a typo; `narrower` are words that tell
    it in a title ("brownie" tells a dessert); `recipes` how many hold the commonest way outside their
    steps; `typo` says that the ways are guesses.
    """

    said: str
    ways: tuple[str, ...]
    recipes: int
    sort: Sort = "word"
    narrower: tuple[str, ...] = ()
    typo: bool = False


class Vocabulary:
    """The words that recipes use; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: dict[str, int] = {}
        self._by_length: dict[int, list[str]] = {}
        self._loaded_at = -float("inf")

    def nearest(self, session: Session, word: str) -> str | None:
        """The word that is probably meant: the nearest, among equals the commonest."""
        if len(word) < 4 or not word.isalpha():
            return None
        with self._lock:
            if time.monotonic() - self._loaded_at > _RELOAD_S:
                rows = session.execute(select(search_words.c.word, search_words.c.recipes))
                self._words = {row.word: row.recipes for row in rows}
                self._by_length = {}
                for known in self._words:
                    self._by_length.setdefault(len(known), []).append(known)
                self._loaded_at = time.monotonic()
            known_words, by_length = self._words, self._by_length
        if word in known_words:
            return word
        most = 1 if len(word) < 6 else 2 if len(word) < 11 else 3
        near: list[tuple[float, int, str]] = []
        for length in range(len(word) - most, len(word) + most + 1):
            for other, distance, _ in process.extract(
                word, by_length.get(length, ()), scorer=OSA.distance, score_cutoff=most, limit=8
            ):
                # A wrong first letter is as rare as a second mistake.
                far = distance + (other[0] != word[0])
                near.append((far, -known_words[other], other))
        return min(near)[2] if near else None


def terms(session: Session, text: str, vocabulary: Vocabulary, postings: Postings) -> list[Term]:
    """The terms of a text, in order; the postings have read all that is sought for them."""
    said_in_ways = {said: _ways(said) for said in [*dict.fromkeys(_said(text))][:MOST_TERMS]}
    postings.read(session, [way for ways in said_in_ways.values() for way in telling(ways)])
    found: list[Term] = []
    for said, ways in said_in_ways.items():
        sort = _sort(said)
        held = _recipes(postings, ways)
        guess = _meant(session, said, vocabulary, postings, held > 0) if sort == "word" else None
        if guess:
            ways, sort = (*_ways(guess)[: _MOST_WAYS - 1], said), _sort(guess)
            postings.read(session, telling(ways))
            held = _recipes(postings, ways)
        narrower = dishes().get(key(ways[0]), ()) if sort == "dish" else ()
        found.append(Term(said, ways, held, sort, narrower, typo=guess is not None))
    heat = HEAT if any(term.sort == "raw" for term in found) else []
    postings.read(session, [*heat, *(way for term in found for way in term.narrower)])
    return found


def _meant(
    session: Session, said: str, vocabulary: Vocabulary, postings: Postings, held: bool
) -> str | None:
    """The word that a typo was meant to be; where recipes hold the typo's stem, one of that stem."""
    if " " in said or said in common_words():
        return None
    word = (words(said) or [said])[0]
    guess = vocabulary.nearest(session, word)
    if guess is None or guess == word:
        return None
    if held:
        postings.read(session, [guess])
        return guess if postings.same(said, guess) else None
    return guess


def _recipes(postings: Postings, ways: Sequence[str]) -> int:
    """How many recipes hold the commonest way, not only in their steps."""
    return max(sum(map(len, postings.places(way)[2:])) for way in telling(ways))


def telling(ways: Sequence[str]) -> list[str]:
    """Those that find what no other does: where "curry" is found, "curry powder" adds nothing."""
    single = {way for way in ways if " " not in way}
    return [way for way in ways if way in single or single.isdisjoint(way.split())]


def _sort(said: str) -> Sort:
    if said in _RAW:
        return "raw"
    if said in _QUICK:
        return "quick"
    if said in METHODS:
        return "method"
    if key(said) in dishes():
        return "dish"
    return "food" if find(said) or key(said) in kind_by_key() else "word"


def _said(text: str) -> list[str]:
    """The text's words without those that say nothing, known phrases in one piece."""
    said = [match.group() for match in WORD.finditer(unaccented(text).lower().replace("-", " "))]
    keys = [(words(word) or [""])[0] for word in said]
    spans = {start: end for food, start, end in places(keys) if food.category not in DISHES}
    found: list[str] = []
    place = 0
    while place < len(said):
        end = max(spans.get(place, place + 1), _phrase_end(said, keys, place))
        piece = " ".join(said[place:end])
        if piece not in STOP and piece not in _SAYS_NOTHING:
            found.append(piece)
        place = end
    return found


def _phrase_end(said: list[str], keys: list[str], start: int) -> int:
    """Where the longest phrase that is known begins there and ends; at least one word on."""
    for end in range(min(len(keys), start + _LONGEST_PHRASE), start + 1, -1):
        plain, phrase = " ".join(said[start:end]), " ".join(keys[start:end])
        if plain in _RAW or plain in _QUICK or plain in _SAYS_NOTHING:
            return end
        if phrase in synonyms() or phrase in kind_by_key() or phrase in dishes():
            return end
    return start + 1


def _ways(said: str) -> tuple[str, ...]:
    """All ways to say it, as words: its own, the food's or kind's name, the synonyms."""
    food, kind = find(said), kind_by_key().get(key(said))
    names = [
        said,
        *([food.name] if food else []),
        *([kind.name] if kind else []),
        *synonyms().get(key(said), ()),
    ]
    plain = (" ".join(WORD.findall(unaccented(n).lower().replace("-", " "))) for n in names)
    return tuple(dict.fromkeys(filter(None, plain)))[:_MOST_WAYS]
