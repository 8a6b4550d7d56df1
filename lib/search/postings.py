"""Which recipes hold which words, and where: the index's full text in memory.

PostgreSQL takes the texts apart into lexemes and keeps them; ranking in it would unpack the words of
hundreds of recipes for every request. Here each lexeme has bitmaps of recipe numbers, one for each
place, as `lib.search.catalogue` has them of facts.
"""

import array
import itertools
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache
from pyroaring import BitMap
from sqlalchemy import text
from sqlalchemy.orm import Session

from lib.nutrition.foods import words

STEPS, TITLE = 0, 4
"""Places rise with what they tell: anywhere in the steps; what these say of heat and the like;
description and names of kinds; ingredients and tags; the title."""

WEIGHTS = "DCBA"
"""PostgreSQL's letters for the places from 1 to 4."""

Places = list[BitMap]
"""The recipes that hold something, for each place: those in whose index it stands there and nowhere
higher. The first has all in whose steps it stands, whatever else holds it."""

# More than all requests at once can ask for, so that none loses what it has just read.
_MOST_PHRASES = 10_000
_MOST_WAYS = 50_000
# At once, so that each statement ends in time.
_LOOKED_AT = 20_000

_READ = text("""
    select lexeme, strpos('DCBA', weight) as place, string_agg(int4send(number), '') as numbers
    from (
        select number, lexeme, weights[1] as weight
        from compute.recipe_index, unnest(words) where number = any(:numbers)
        union all
        select number, lexeme, '-'
        from compute.recipe_index, unnest(tsvector_to_array(steps)) lexeme where number = any(:numbers)
    ) held
    group by lexeme, weight
""")
"""Of a lexeme's weights the first is the highest: the index writes what weighs most first."""

_LEXEMES = text("""
    select way, array(
        select lexeme from unnest(to_tsvector('english', way)), unnest(positions) position
    ) as lexemes
    from unnest(cast(:ways as text[])) way
""")
# The queries are made once: in a plan that serves all phrases they would be made for every recipe.
_PHRASE = text("""
    with asked as materialized (select
        to_tsquery('english', :place_1) as anywhere, to_tsquery('english', :place_2) as above_steps,
        to_tsquery('english', :place_3) as listed, to_tsquery('english', :place_4) as titled)
    select number, case
        when words @@ (select titled from asked) then 4
        when words @@ (select listed from asked) then 3
        when words @@ (select above_steps from asked) then 2 else 1 end as place
    from compute.recipe_index
    where number = any(:numbers) and words @@ (select anywhere from asked)
""")


class _Phrase:
    """Where a phrase stands.

    `unread` are the recipes that are still to be looked at, None for all; `changed` those that were
    written since the last look began, of which there is one at a time.
    """

    def __init__(self) -> None:
        self.looking = threading.Lock()
        self.places = _nowhere()
        self.unread: BitMap | None = None
        self.changed = BitMap()

    @property
    def known(self) -> bool:
        """Whether no recipe is still to be looked at."""
        return self.unread is not None and not self.unread


class Postings:
    """A process's copy; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: dict[tuple[str, int], BitMap] = {}
        self._lexemes: LRUCache[str, tuple[str, ...]] = LRUCache(_MOST_WAYS)
        self._phrases: LRUCache[str, _Phrase] = LRUCache(_MOST_PHRASES)
        self._titles: dict[str, BitMap] = {}
        self._title_lengths: npt.NDArray[np.uint16] = np.zeros(0, dtype=np.uint16)

    def replace(self, session: Session, changed: Sequence[int], titles: Mapping[int, str]) -> None:
        """Forget the changed recipes, and read those that are still shown, whose titles these are."""
        with self._lock:
            self._forget(BitMap(changed))
            for lexeme, place, packed in session.execute(_READ, {"numbers": [*titles]}):
                self._words.setdefault((lexeme, place), BitMap()).update(unpacked(packed))
            found: dict[str, list[int]] = {}
            for number, title in titles.items():
                said = set(words(title))
                self._title_lengths[number] = len(said)
                for word in said:
                    found.setdefault(word, []).append(number)
            for word, numbers in found.items():
                self._titles.setdefault(word, BitMap()).update(numbers)

    def _forget(self, changed: BitMap) -> None:
        if not changed:
            return
        size = changed.max() + 1
        if size > len(self._title_lengths):
            longer = np.zeros(max(size, len(self._title_lengths) * 5 // 4), dtype=np.uint16)
            longer[: len(self._title_lengths)] = self._title_lengths
            self._title_lengths = longer
        for holding in itertools.chain(self._words.values(), self._titles.values()):
            holding -= changed
        for phrase in self._phrases.values():
            for place in phrase.places:
                place -= changed
            phrase.changed |= changed
            if phrase.unread is not None:
                phrase.unread |= changed

    def read(self, session: Session, ways: Sequence[str]) -> None:
        """Prepare to look for these words and phrases.

        A phrase that is new takes about 10 microseconds for each recipe that has all its words; only who
        wants the same phrase waits for it.
        """
        with self._lock:
            # Those that are known are asked for, so that they aren't the first to be forgotten.
            unknown = [way for way in dict.fromkeys(ways) if self._lexemes.get(way) is None]
        if unknown:
            rows = session.execute(_LEXEMES, {"ways": unknown}).all()
            with self._lock:
                self._lexemes.update((way, tuple(lexemes)) for way, lexemes in rows)
        for way in ways:
            self._read_phrase(session, way)

    def _read_phrase(self, session: Session, way: str) -> None:
        """Find the phrase in the recipes that hold all its words, unless it was found in them before."""
        with self._lock:
            lexemes = self._lexemes.get(way, ())
            if len(lexemes) < 2:
                return
            phrase = self._phrases.get(way)
            if phrase is None:
                phrase = self._phrases[way] = _Phrase()
            elif phrase.known:
                return
        with phrase.looking:
            with self._lock:
                if phrase.known:  # since somebody else looked meanwhile
                    return
                phrase.changed = BitMap()
                having = BitMap.intersection(
                    *(BitMap.union(*self._places(each)[1:]) for each in lexemes)
                )
                if phrase.unread is not None:
                    having &= phrase.unread
            found = _looked_for(session, way, [*having])
            with self._lock:
                for number, place in found:
                    if number not in phrase.changed:
                        phrase.places[place].add(number)
                phrase.unread = phrase.changed.copy()

    def _places(self, lexeme: str) -> Places:
        return [self._words.get((lexeme, place)) or BitMap() for place in range(TITLE + 1)]

    def places(self, way: str) -> Places:
        """Where the word or phrase, which was `read`, stands; phrases aren't sought in steps."""
        with self._lock:
            lexemes = self._lexemes.get(way, ())
            if len(lexemes) == 1:
                return [place.copy() for place in self._places(lexemes[0])]
            phrase = self._phrases.get(way) if lexemes else None
            return [place.copy() for place in phrase.places] if phrase else _nowhere()

    def same(self, way: str, other: str) -> bool:
        """Whether these, which were `read`, come to the same lexemes."""
        with self._lock:
            return self._lexemes.get(way) == self._lexemes.get(other)

    def titles_with(self, word: str) -> BitMap:
        """The recipes whose title has the word as it is spelled, but for its number."""
        with self._lock:
            return (self._titles.get(word) or BitMap()).copy()

    def title_lengths(self, numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint16]:
        """How many words the titles of these recipes have."""
        with self._lock:
            return self._title_lengths[numbers]


def _looked_for(session: Session, way: str, among: Sequence[int]) -> list[tuple[int, int]]:
    """Which of these recipes hold the phrase, and at which place."""
    asked: dict[str, Any] = {
        f"place_{place}": _tsquery(way, WEIGHTS[place - 1 :]) for place in range(1, TITLE + 1)
    }
    found: list[tuple[int, int]] = []
    for start in range(0, len(among), _LOOKED_AT):
        numbers = among[start : start + _LOOKED_AT]
        found += session.execute(_PHRASE, asked | {"numbers": numbers}).tuples()
    return found


def _nowhere() -> Places:
    return [BitMap() for _ in range(TITLE + 1)]


def unpacked(packed: bytes) -> "array.array[int]":
    """Numbers that PostgreSQL's `int4send` wrote one after the other."""
    numbers = array.array("I", packed)
    if sys.byteorder == "little":  # PostgreSQL sends the other order
        numbers.byteswap()
    return numbers


def _tsquery(way: str, weights: str) -> str:
    """The words one after the other, each with one of the weights."""
    return f"({' <-> '.join(f'{_quoted(word)}:{weights}' for word in way.split())})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
