"""Finds the foods that a request names after or before a cue: "no nuts, eggs or dairy"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from lib.nutrition.foods import by_key as food_by_key
from lib.nutrition.foods import find, key
from lib.nutrition.labels import Allergen
from lib.search.kinds import by_key as kind_by_key

Known = Callable[[str], bool]
"""Whether a word is one that the recipes use."""

_NUTS = "almond walnut cashew pecan hazelnut pistachio macadamia chestnut"
_MOLLUSCS = "mussel clam oyster squid scallop octopus calamari"
_CRUSTACEANS = "prawn shrimp crab lobster crayfish langoustine"

GROUPS: dict[str, tuple[Allergen, ...]] = {
    **dict.fromkeys(("milk", "dairy", "lactose", "casein", "whey", "dairy product"), ("milk",)),
    **dict.fromkeys(("egg", "albumen"), ("egg",)),
    "fish": ("fish",),
    "shellfish": ("shellfish", "mollusc"),
    "seafood": ("fish", "shellfish", "mollusc"),
    "crustacean": ("shellfish",),
    **dict.fromkeys(("mollusc", "mollusk"), ("mollusc",)),
    **dict.fromkeys(("nut",), ("tree_nut", "peanut")),
    "tree nut": ("tree_nut",),
    **dict.fromkeys(("peanut", "groundnut", "monkey nut"), ("peanut",)),
    "wheat": ("wheat",),
    "gluten": ("gluten",),
    **dict.fromkeys(("soy", "soya", "soybean", "soya bean"), ("soy",)),
    **dict.fromkeys(("sesame", "sesame seed", "tahini"), ("sesame",)),
    "celery": ("celery",),
    "mustard": ("mustard",),
    **dict.fromkeys(("lupin", "lupine"), ("lupin",)),
    **dict.fromkeys(("sulphite", "sulfite", "sulphate"), ("sulphite",)),
}
"""What a word means to somebody who doesn't tolerate it."""

SINGLE: dict[str, tuple[Allergen, ...]] = {
    **dict.fromkeys((*_NUTS.split(), "brazil nut", "pine nut"), ("tree_nut",)),
    **dict.fromkeys(_MOLLUSCS.split(), ("mollusc",)),
    **dict.fromkeys(_CRUSTACEANS.split(), ("shellfish",)),
}
"""Foods to which people are rarely allergic alone: the food itself is excluded too."""

_LONGEST = 4
_DISHES = frozenset(
    "chili salad pizza soup stew curry sandwich pasta pie cake burger rice casserole omelet omelette "
    "lasagna taco burrito wrap bake".split()
)
_WORD = re.compile(r"[a-z][a-z'-]*|\d+%?")
_SKIPPED = frozenset(
    "any the a an some all his her my our their those these of added extra fresh raw actual real even "
    "either more other type types kind kinds using whole much too".split()
)
_JOIN = re.compile(r"\s*(?:,\s*(?:and\s+|or\s+|nor\s+)?|\s(?:and|or|nor|&)\s+|/)\s*")
_CLOSES = re.compile(
    r"\s*(?:$|[.,;:!?)(]|(?:-|\s)(?:and|or|nor|but|in|for|please|thanks|so|what|need|want|looking|can|"
    r"left|is|are|tonight|today|at|to|with|on|though|anyway|allowed|either|if|when|because|since|&)\b)"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Names of foods, kinds or groups, and the place in the text that they take."""

    names: tuple[str, ...]
    start: int
    end: int


def after(text: str, start: int, known: Known) -> Found | None:
    """The food, or list of foods, that begins there."""
    first = _item(text, start, known)
    if first is None:
        return None
    names, end = [first[0]], first[1]
    pending: list[tuple[str, int]] = []
    while join := _JOIN.match(text, end if not pending else pending[-1][1]):
        following = _item(text, join.end(), known)
        if following is None or not _CLOSES.match(text, following[1]):
            break
        pending.append(following)
        if "," not in join[0] or join[0].strip() != ",":  # "and", "or": this ends a list
            names += [name for name, _ in pending]
            end, pending = pending[-1][1], []
    if len(pending) > 1:  # "no nuts, eggs, dairy": three are a list without an "or"
        names += [name for name, _ in pending]
        end = pending[-1][1]
    return Found(tuple(names), start, end)


def before(text: str, end: int, known: Known) -> Found | None:
    """The food, or two joined by "and" or "or", that ends there."""
    spans = [match.span() for match in _WORD.finditer(text[:end])]
    for length in range(min(_LONGEST, len(spans)), 0, -1):
        start = spans[-length][0]
        said = text[start:end].strip(" -")
        if re.search(r"[,.;:!?]", said):
            continue
        if name := named(said, known):
            joined = re.search(r"(?:\s(?:and|or)|,|/|\s&)\s*$", text[:start])
            other = before(text, joined.start(), known) if joined else None
            if other and (joined and joined[0].strip() != ","):
                return Found((*other.names, name), other.start, end)
            return Found((name,), start, end)
    return None


def _item(text: str, start: int, known: Known) -> tuple[str, int] | None:
    position = start
    while True:
        space = re.compile(r"[\s\"(]*").match(text, position)
        position = space.end() if space else position
        word = _WORD.match(text, position)
        if word is None:
            return None
        if word[0] not in _SKIPPED or named(word[0], known):
            break
        position = word.end()
    ends: list[int] = []
    place = position
    while len(ends) < _LONGEST and (word := _WORD.match(text, place)):
        ends.append(word.end())
        gap = re.compile(r"[ -]").match(text, word.end())
        if gap is None:
            break
        place = gap.end()
    for end in reversed(ends):
        said = text[position:end]
        name = named(said, known)
        if name and not (len(ends) > 1 and end != ends[0] and _names_a_dish(name)):
            return name, end
    return None


def _names_a_dish(name: str) -> bool:
    """ "egg salad", "beans chili": what is unwanted is the egg, the salad may be wanted."""
    *front, last = name.split()
    return bool(front) and key(last) in _DISHES and is_name(" ".join(front[:1]))


def named(said: str, known: Known) -> str | None:
    """What the words name: a group, a kind, or a food; a word that nobody uses may be misspelled."""
    said = said.strip(" -'")
    if is_name(said):
        return said
    *front, last = [_spelled(word, known) for word in said.split()] or [[]]
    start = " ".join(choices[0] for choices in front)
    return next((name for word in last if is_name(name := f"{start} {word}".strip())), None)


def is_name(said: str) -> bool:
    """Whether the words name a group, a kind or a food."""
    asked = key(said)
    return asked in GROUPS or asked in SINGLE or asked in kind_by_key() or find(said) is not None


def _spelled(word: str, known: Known) -> list[str]:
    """The word, or where nobody knows it those that may be meant, the nearest first."""
    if len(word) < 5 or word in _words() or key(word) in _words() or known(word):
        return [word]
    most = 1 if len(word) < 7 else 2
    found = {
        other: distance
        for said in {word, key(word)}
        for other, distance, _ in process.extract(
            said, _words(), scorer=OSA.distance, score_cutoff=most, limit=5
        )
        if other[0] == word[0]  # people rarely get the first letter wrong
    }
    return sorted(found, key=lambda other: (found[other], other)) or [word]


@lru_cache
def _words() -> tuple[str, ...]:
    """The words that names of one or two words are made of."""
    names = [*GROUPS, *SINGLE, *kind_by_key(), *food_by_key()]
    short = {word for name in names if name.count(" ") <= 1 for word in name.split()}
    return tuple(sorted(word for word in short if len(word) > 2 and word.isalpha()))
