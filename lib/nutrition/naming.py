"""What in a line is the food's name, what is only said of it, and what may stand in its place."""

import re
from collections.abc import Iterable

from lib.nutrition import patterns
from lib.nutrition.foods import find, singular
from lib.nutrition.units import find_unit
from lib.nutrition.words import FLAVOURED, KINDS, LEADING, NEUTRAL, PREPARATION


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
    if cut := patterns.CUT.search(name):
        remarks.append(cut[0].strip())
        name = name[: cut.start()]
    if find(name) is None and (cut := own_part(name)):
        remarks.append(cut[0].strip())
        name = name[: cut.start()]
    return name.strip(" .*-:"), [piece for piece in (*remarks, *pieces) if piece]


def own_part(name: str) -> re.Match[str] | None:
    """Where a name goes on about what its food has anyway: "tomatoes with their juice".

    Of other foods such words may be food of their own: "kale with seeds", "beef and shells".
    """
    said = patterns.PARTS_SAID.search(name)
    if said is None or said["own"] or said["held"]:
        return said
    food = find(_telling(name[: said.start()]))
    if food is None:
        return None
    if said["more"] or said["part"].lower().startswith(("sprig", "stem", "lea", "frond")):
        return said if food.category == "herb" else None
    has = _HAVE.get(singular(said["part"].lower()), ())
    named = food.category in _GROWN and any(singular(word) in has for word in food.name.split())
    return said if food.category in has or named else None


def choices(name: str) -> tuple[str, list[str]]:
    """The first of the foods that a name offers, and the others.

    Where only adjectives differ, the first has the noun of the others: "red or brown rice" is red rice.
    Where the others' noun is no food or can't be told, the first stays what it is, which nobody knows.
    """
    parts = [part for part in patterns.OR.split(name) if part] or [""]
    first, *others = parts
    whole = next((other for other in others if not _all_leading(other, _QUALIFYING)), None)
    if whole and _all_leading(first, _QUALIFYING) and (noun := _noun(first, whole)):
        first = f"{first} {noun}"
        others = [f"{o} {noun}" if _all_leading(o, _QUALIFYING) else o for o in others]
    hidden = (
        food
        for place, part in enumerate(parts)
        for other in parts[place + 1 :]
        for food in offered(part, other)
    )
    return first, _with_new(first, others, hidden)


def offered(words: str, name: str) -> list[str]:
    """The foods, the shortest name first, that words before an "or" may mean by a later name's noun.

    "Regular or soy milk" may be milk, and "vanilla or soy yogurt" one of milk with vanilla.
    """
    leading = _all_leading(words, _QUALIFYING)
    telling = _telling(words)
    found = []
    for tail in _tails(name):
        if find(f"{telling} {tail}"):
            found.append(f"{telling} {tail}".strip())
        elif find(tail) and (leading or _flavours(words, tail)):
            found.append(tail)
    return found


_TELLS_NOTHING = PREPARATION | NEUTRAL | patterns.SIZE_WORDS
_QUALIFYING = _TELLS_NOTHING | LEADING | KINDS
_COMPOUND = re.compile(r"(\w)(milk|butter|flour|bread)\b", re.IGNORECASE)
_FLESH = ("poultry", "meat", "fish")
_GROWN = ("vegetable", "fruit")
_SEEDED = (
    "tomato",
    "cucumber",
    "chili",
    "jalapeño",
    "jalapeno",
    "serrano",
    "habanero",
    "pepper",
    "pomegranate",
)
_HAVE = {
    "seed": _SEEDED,
    "skin": (*_FLESH, "tomato"),
    "bone": _FLESH,
    "peel": ("fruit",),
    "juice": ("fruit", "tomato"),
}
"""Parts, and the categories and names of the foods that have them."""
_TASTES = frozenset({"fruit", "nut", "spice", "herb", "sweet", "sweetener", "drink", "baking"})
"""Categories of what milk and the like are flavoured with."""


def _listed(name: str, pieces: list[str]) -> str:
    """The adjective with an "or" behind it where a choice of them is listed: "red, white, or brown"."""
    ends = (place for place, piece in enumerate(pieces) if piece.lower().startswith(("or ", "and/or ")))
    end = next(ends, None)
    if end is None or not all(_all_leading(piece) for piece in pieces[:end]):
        return name
    return name if end == 0 else f"{name} or"


def _all_leading(name: str, among: frozenset[str] = LEADING | PREPARATION | patterns.SIZE_WORDS) -> bool:
    return all(word in among or word == "or" for word in re.findall(r"[\w'-]+", name.lower()))


def _noun(adjectives: str, name: str) -> str | None:
    """The last words of the name that these adjectives are said of too; None when that can't be told."""
    said = name.split()
    free = (i for i, word in enumerate(said) if not _qualifies(word, said[max(i - 1, 0)]))
    start = next(free, len(said) - 1)
    if start == 0:  # "soy milk": of "regular" it is the milk
        return next((tail for tail in _tails(name) if find(tail)), None)
    telling = _telling(adjectives)
    nouns = [" ".join(said[place:]) for place in (start, *range(1, len(said)))]
    return next((noun for noun in nouns if find(f"{telling} {noun}")), nouns[0])


def _tails(name: str) -> list[str]:
    said = _COMPOUND.sub(r"\1 \2", name).split()
    return [" ".join(said[place:]) for place in range(len(said) - 1, 0, -1)]


def _telling(words: str) -> str:
    return " ".join(word for word in words.lower().split() if word not in _TELLS_NOTHING)


def _flavours(words: str, name: str) -> bool:
    """Whether the words may be a flavour of the food: "strawberry", of a yogurt."""
    taste, food = find(words), find(name)
    return bool(taste and food and taste.category in _TASTES and food.category in FLAVOURED)


def _with_new(first: str, others: list[str], hidden: Iterable[str]) -> list[str]:
    """The others, and those of the hidden foods that may hold what none of them does."""
    known = [food for name in (first, *others) if (food := find(_telling(name)))]
    held = frozenset().union(*(food.classes | food.may for food in known))
    more = []
    for name in hidden:
        if (food := find(name)) and not food.classes | food.may <= held:
            more.append(name)
            held |= food.classes | food.may
    return [*others, *more]


def _qualifies(word: str, before: str) -> bool:
    """Whether it is an adjective, or part of an amount."""
    amount = word[:1].isdigit() or (before[:1].isdigit() and find_unit(word) is not None)
    return amount or _all_leading(word, _QUALIFYING)
