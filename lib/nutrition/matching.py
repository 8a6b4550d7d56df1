"""From the words of a line to a food, with a confidence; a doubtful food is no food."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from lib.nutrition.foods import Food, by_key, foods, key, words
from lib.nutrition.lines import Line
from lib.nutrition.words import FLAVOURED, NEUTRAL, ORIGINS, PREPARATION, SHAPES, STATES

How = Literal["name", "words", "spelling", "meaning", "imported", "fdc"]

THRESHOLD = 0.45
"""Below this confidence a line stays unmatched."""

_PREPOSITIONS = frozenset(
    {"and", "or", "in", "with", "from", "without", "of", "for", "on", "packed", "per", "at"}
)
_UNKNOWN_COST, _UNKNOWN_COST_MOST = 0.18, 0.45
_MODIFIER_COST = 0.15
_FOOD_COST, _FLAVOUR_COST, _FLAVOUR_COST_MOST = 0.55, 0.35, 0.5
_ORIGIN_COST = 0.05
_SHAPE_COST = 0.03
_SPELLING = 0.72
_MOST_TYPOS = 3
_GUESS = 0.75
_CUTS = frozenset(
    {"leg", "breast", "thigh", "wing", "drumstick", "rib", "rack", "fillet", "cube", "ball"}
)
"""Units that make another food of what they count: a leg of lamb isn't lamb in general."""
_PRODUCE = frozenset({"fruit", "vegetable", "herb"})
_GENERIC = frozenset({"crudites", "fruit salad", "mixed fresh herbs"})
"""Names of no food in particular: its pieces may be of anything."""
_CUT_UP = frozenset(
    "slice wedge piece half chunk cube quarter segment floret spear sliver matchstick round".split()
)
"""Shapes of produce in which nothing is added; strips, rings and bites may be breaded."""
_LONGEST_NAME = 200
_LONGEST_SUGGESTED = 100
"""Characters of a name for which neighbours are sought; a longer one is none."""

# Bare names that mean a spice by the spoon and a vegetable by the piece or cup.
_BY_THE_SPOON = {"pepper": "black pepper", "coriander": "ground coriander", "chili": "chili powder"}
_BY_THE_PIECE = {"pepper": "bell pepper", "coriander": "cilantro", "chili": "chili pepper"}
_SPOONS = frozenset({"tsp", "tbsp", "pinch", "dash"})
_AND = re.compile(r"\s+(?:and|&|with|plus)\s+(?:\d\S* )?")


@dataclass(frozen=True, slots=True)
class Match:
    """A food for a name.

    `exact` says that every word of the name was understood: only then may anything be said to be free
    of something. `left` are the words that the food's name doesn't account for.
    """

    food: Food
    confidence: float
    how: How
    exact: bool = False
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Index:
    """What names are made of: names by word, words that are foods, words that only qualify."""

    names: dict[str, list[tuple[Counter[str], Food]]]
    vocabulary: frozenset[str]
    foods: frozenset[str]


@lru_cache
def _index() -> _Index:
    names: dict[str, list[tuple[Counter[str], Food]]] = {}
    single: set[str] = set()
    for name, food in by_key().items():
        parts = Counter(name.split())
        if not parts:
            continue
        for part in parts:
            names.setdefault(part, []).append((parts, food))
        if len(parts) == 1:
            single |= set(parts)
    return _Index(
        names=names,
        vocabulary=frozenset(names) | NEUTRAL | PREPARATION | ORIGINS | SHAPES | frozenset(STATES),
        foods=frozenset(single - NEUTRAL - ORIGINS - SHAPES - frozenset(STATES)),
    )


def match(line: Line) -> Match | None:
    """The food of a line; None when no food is likely enough."""
    best: Match | None = None
    for name in _choices(line):
        found = match_name(name)
        if found and (best is None or found.confidence > best.confidence + 0.02):
            best = found
    return best or _last_resort(line)


def _choices(line: Line) -> Iterable[str]:
    """The names that the line may mean, the likeliest first.

    "chicken or vegetable stock" offers chicken stock first, "butter or oil" takes butter.
    """
    for other in line.alternatives[:1]:
        front = line.name.split()
        tail = other.split()
        if len(tail) < 2 or len(front) > 3:
            continue
        for start in range(1, len(tail)):
            together = key(" ".join([*front, *tail[start:]]))
            if together in by_key():
                yield together
                return
    if (bare := key(line.name)) in _BY_THE_SPOON:
        spoon = line.amount is None or (line.unit is not None and line.unit.name in _SPOONS)
        yield (_BY_THE_SPOON if spoon and not line.name.endswith("s") else _BY_THE_PIECE)[bare]
        return
    for measured in _by_measure(line):
        if key(measured) in by_key():
            yield measured
            return
    yield line.phrase
    if line.name != line.phrase:
        yield line.name


def _by_measure(line: Line) -> Iterable[str]:
    """Names in which the measure takes part: a leg of lamb isn't lamb in general."""
    unit = line.unit.name if line.unit else ""
    if line.inches:
        yield f"{line.inches} inch {line.name}"
    if unit in ("can", "jar"):
        yield f"canned {line.name}"
    if unit in _CUTS:
        yield f"{line.name} {unit}"


def _last_resort(line: Line) -> Match | None:
    """Lines that name two foods, or go on after a comma or an "or" that ends no name."""
    names = [f"{line.phrase} {line.preparation.partition(',')[0]}", *line.alternatives[:3]]
    both = _AND.split(line.phrase)
    if len(both) > 1 and all(match_name(part) for part in both):
        names.append(both[0])
    for name in names:
        found = match_name(name.strip())
        if found and found.confidence * _GUESS >= THRESHOLD:
            return Match(found.food, found.confidence * _GUESS, "words", left=found.left)
    return None


def match_name(name: str) -> Match | None:
    """The food of a name by names, then words, then spelling; None when none is likely enough."""
    return _match_name(name) if len(name) <= _LONGEST_NAME else None


@lru_cache(50_000)
def _match_name(name: str) -> Match | None:
    said = words(name)
    if not said or len(said) > 40:
        return None
    if food := by_key().get(" ".join(said)):
        return Match(food, 1.0, "name", exact=True)
    if found := _without(said, PREPARATION, 0.98) or _without(said, PREPARATION | NEUTRAL, 0.95):
        return found
    found = _by_words(said)
    if found is None or found.confidence < _SPELLING:
        corrected = _corrected(said)
        if corrected != said:
            other = _by_key_or_words(corrected)
            if other and (found is None or other.confidence * _SPELLING > found.confidence):
                confidence = other.confidence * _SPELLING
                found = Match(other.food, confidence, "spelling", left=other.left)
    return found if found and found.confidence >= THRESHOLD else None


def _without(said: list[str], dropped: frozenset[str], confidence: float) -> Match | None:
    kept = [word for word in said if word not in dropped]
    if "and" in kept and kept[0] == "and":
        kept = kept[1:]
    food = by_key().get(" ".join(kept)) if kept and len(kept) < len(said) else None
    return Match(food, confidence, "name", exact=True) if food else None


def _by_key_or_words(said: list[str]) -> Match | None:
    food = by_key().get(" ".join(said))
    return Match(food, 1.0, "name") if food else _by_words(said)


def _by_words(said: list[str]) -> Match | None:
    """The food whose name's words are all said, among them the noun, and which leaves least unsaid."""
    index = _index()
    asked = Counter(said)
    head = _head(said)
    if head is None:
        return None
    best: tuple[float, int, Match] | None = None
    for parts, food in index.names.get(head, ()):
        if any(asked[part] < count for part, count in parts.items()):
            continue
        left = tuple(word for word in said if word not in parts)
        cost = _cost(left, food, index)
        confidence = round(0.97 - cost, 3)
        rank = (confidence, len(parts))
        if best is None or rank > best[:2]:
            exact = _says_the_same(left, food)
            best = (*rank, Match(food, confidence, "words", exact, left))
    return best[2] if best else None


def _says_the_same(left: tuple[str, ...], food: Food) -> bool:
    """Whether these words leave the food what it is: a slice of lime is lime, a chicken bite isn't."""
    plain = food.category in _PRODUCE and "potato" not in food.name and food.name not in _GENERIC
    cut = plain and any(word in _CUT_UP for word in left)
    return all(
        word in PREPARATION
        or word in NEUTRAL
        or (plain and word in _CUT_UP)
        or (cut and word in ("thin", "paper"))
        or (plain and word == "whole")
        for word in left
    )


def _head(said: list[str]) -> str | None:
    """The noun: the last word not about shape or preparation, before "in", "with" and the like."""
    index = _index()
    for end, word in enumerate(said):
        if word in _PREPOSITIONS and end:
            said = said[:end] if word != "of" or said[end - 1] not in SHAPES else said[end + 1 :]
            break
    for word in reversed(said):
        said_of_it = word in SHAPES or word in PREPARATION or word in NEUTRAL
        if word in index.names and not said_of_it:
            return word
        said_of_it = said_of_it or word in STATES or word in ORIGINS
        if not (said_of_it or word.isdigit() or word.endswith(("ed", "ly"))):
            return None
    return next((word for word in reversed(said) if word in index.names), None)


def _cost(left: tuple[str, ...], food: Food, index: _Index) -> float:
    cost = unknown = flavour = 0.0
    for word in left:
        if word in PREPARATION or word in NEUTRAL or word in _PREPOSITIONS or word == "a":
            continue
        if word in STATES:
            cost += STATES[word]
        elif word in ORIGINS:
            cost += _ORIGIN_COST
        elif word in SHAPES:
            cost += _SHAPE_COST
        elif word in index.foods:
            if food.category in FLAVOURED:
                flavour += _FLAVOUR_COST
            else:
                cost += _FOOD_COST
        elif word in index.names:
            cost += _MODIFIER_COST
        else:
            unknown += _UNKNOWN_COST
    return cost + min(unknown, _UNKNOWN_COST_MOST) + min(flavour, _FLAVOUR_COST_MOST)


def _corrected(said: list[str]) -> list[str]:
    """The words with those that nobody knows replaced by what they nearly are; many are no typos."""
    if sum(word not in _index().vocabulary for word in said) > _MOST_TYPOS:
        return said
    return [word if word in _index().vocabulary else _spelled(word) for word in said]


@lru_cache(10_000)
def _spelled(word: str) -> str:
    if len(word) < 5 or not word.isalpha() or len(word) > 30:
        return word
    allowed = 1 if len(word) < 8 else 2
    found = process.extractOne(
        word, _index().names.keys(), scorer=DamerauLevenshtein.distance, score_cutoff=allowed
    )
    return found[0] if found and found[0][0] == word[0] else word


def suggestions(name: str, most: int = 3) -> list[str]:
    """Foods that the name may mean, the likeliest first."""
    return list(_suggestions(name[:_LONGEST_SUGGESTED], most))


@lru_cache(4096)
def _suggestions(name: str, most: int) -> tuple[str, ...]:
    spelled = _corrected(words(name)[:20])
    said = [word for word in spelled if word in _index().names and word not in NEUTRAL]
    wanted = " ".join(spelled)
    related = {
        food.name for word in said for _, food in _index().names[word] if word in key(food.name).split()
    }
    close = process.extract(wanted, list(foods()), scorer=fuzz.ratio, score_cutoff=60, limit=most)
    near = {found[0] for found in close} | related

    def likeness(other: str) -> float:
        return max(fuzz.ratio(wanted, key(other)), fuzz.token_sort_ratio(wanted, key(other)))

    ranked = sorted(near, key=lambda other: (-likeness(other), other))
    return tuple(ranked[:most])
