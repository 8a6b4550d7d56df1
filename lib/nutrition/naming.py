"""What in a line is the food's name, what is only said of it, and what may stand in its place."""

import re

from lib.nutrition import patterns
from lib.nutrition.foods import find
from lib.nutrition.units import find_unit
from lib.nutrition.words import KINDS, LEADING, NEUTRAL, PREPARATION


def name_and_remarks(text: str) -> tuple[str, list[str]]:
    """The name, and what follows it; a comma between adjectives ends no name."""
    pieces = [piece.strip() for piece in patterns.SPLIT.split(text)]
    name = pieces.pop(0)
    while pieces and _all_leading(name):
        name = f"{_listed(name, pieces)} {pieces.pop(0)}".strip()
    remarks: list[str] = []
    if shaped := patterns.SHAPED.match(name):
        remarks.append(shaped[0].strip())
        name = name[shaped.end() :]
    for pattern in (patterns.CUT, patterns.PARTS_SAID):
        if (cut := pattern.search(name)) and (pattern is patterns.CUT or find(name) is None):
            remarks.append(cut[0].strip())
            name = name[: cut.start()]
    return name.strip(" .*-:"), [piece for piece in (*remarks, *pieces) if piece]


def choices(name: str) -> tuple[str, list[str]]:
    """The first of the foods that a name offers, and the others.

    Where only adjectives differ, the first has the noun of the others: "red or brown rice" is red rice.
    """
    first, *others = [part for part in patterns.OR.split(name) if part] or [""]
    whole = next((other for other in others if not _all_leading(other, _QUALIFYING)), None)
    if whole and _all_leading(first, _QUALIFYING):
        noun = _noun(first, whole)
        first = f"{first} {noun}"
        others = [f"{o} {noun}" if _all_leading(o, _QUALIFYING) else o for o in others]
    return first, others


_TELLS_NOTHING = PREPARATION | NEUTRAL | patterns.SIZE_WORDS
_QUALIFYING = _TELLS_NOTHING | LEADING | KINDS


def _listed(name: str, pieces: list[str]) -> str:
    """The adjective with an "or" behind it where a choice of them is listed: "red, white, or brown"."""
    ends = (place for place, piece in enumerate(pieces) if piece.lower().startswith(("or ", "and/or ")))
    end = next(ends, None)
    if end is None or not all(_all_leading(piece) for piece in pieces[:end]):
        return name
    return name if end == 0 else f"{name} or"


def _all_leading(name: str, among: frozenset[str] = LEADING | PREPARATION | patterns.SIZE_WORDS) -> bool:
    return all(word in among or word == "or" for word in re.findall(r"[\w'-]+", name.lower()))


def _noun(adjectives: str, name: str) -> str:
    """The last words of the name that are a food with these adjectives; else all but its own."""
    said = name.split()
    free = (i for i, word in enumerate(said) if not _qualifies(word, said[max(i - 1, 0)]))
    start = next(free, len(said) - 1)
    telling = [word for word in adjectives.lower().split() if word not in _TELLS_NOTHING]
    nouns = [" ".join(said[place:]) for place in (start, *range(1, len(said)))]
    return next((noun for noun in nouns if find(" ".join([*telling, noun]))), nouns[0])


def _qualifies(word: str, before: str) -> bool:
    """Whether it is an adjective, or part of an amount."""
    amount = word[:1].isdigit() or (before[:1].isdigit() and find_unit(word) is not None)
    return amount or _all_leading(word, _QUALIFYING)
