"""A recipe for other servings: amounts that can be measured, and those that its steps name."""

import math
import re
from collections.abc import Callable

from lib.nutrition.foods import find
from lib.recipes.amounts import quantity
from lib.recipes.draft import LEAST, DraftIngredient

_SPOONS = (0.125, 0.25, 0.33, 0.5, 0.67, 0.75)
_WHOLE = frozenset({"egg", "egg yolk", "egg white", "bay leaf", "cinnamon stick", "star anise"})
_QUARTERED = frozenset({"bunch", "head", "can", "handful"})

_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen".split(),
        start=1,
    )
}
_NUMBER = (
    rf"(?:\d+ ?[{''.join(_FRACTIONS)}]|[{''.join(_FRACTIONS)}]|\d+ \d/\d|\d/\d|\d+(?:\.\d+)?"
    rf"|\b(?:{'|'.join(_WORDS)}|half a)\b)"
)
_MEASURE = (
    r"(?:tbsp|tsp|tablespoons?|teaspoons?|cups?|g|kg|ml|l|litres?|liters?|cloves?|sprigs?|handfuls?)\b"
)
_VESSEL = (
    r"(?:[a-z-]+ ){0,2}(?:dish|dishes|tubs?|jars?|box|boxes|cookers?|pots?|pans?|bags?|bowls?|tins?"
    r"|skillet"
    r"|sheets?|containers?|casserole|ovens?|mold|blocks?|portions?|balls?|pieces?|rounds?|headspace|headroom"
    r"|space|water to|slices?|layers?)\b"
)
_EACH = r"(?: of [a-z ]{1,30}?| [a-z]+)? (?:each|apiece|per |a (?:piece|portion|serving|head)|for each)"
_AMOUNT = re.compile(
    rf"(?P<before>\b(?:about|deep|at least|of|to|in|into|every|per) )?(?P<n>{_NUMBER})"
    rf"(?P<to>(?:-| to )(?P<high>{_NUMBER}))?(?P<gap>[ -])(?P<unit>{_MEASURE})(?P<after>.{{0,40}})"
)
_COUNTED = re.compile(
    rf"(?P<verb>\b(?:[Rr]oll|[Ss]hape|[Ff]orm|[Mm]ake|into|get|[Cc]ut|have|[Mm]akes|[Ss]coop|[Pp]ress|[Ff]ill"
    rf"|about|for) (?:the [a-z ]{{1,20}} into |it into |them into |out |about |at least |exactly )?)"
    rf"(?P<n>\d+|{'|'.join(_WORDS)})(?P<after> (?:small |thick |equal |large |flat |even |oval "
    rf"|good |thin )?"
    r"(?:balls|patties|cakes|meatballs|pancakes|rolls|rounds|squares|bars|bites|muffins|burgers|pieces|fritters"
    r"|parcels|triangles|dumplings|cookies|crackers|rectangles|wraps|burritos|skewers|cups|ones|fingers"
    r"|portions|shells|jars|bowls|plates|boxes|glasses)\b)"
)
_HOLDS = re.compile(_VESSEL)
_SIZE_OF_ONE = re.compile(
    r"(?:balls?|pieces?|patties|cakes|jars?|tubs?|boxes|dish(?:es)?|molds?|ladle|batter|tablespoons|filling"
    r"|portions?|bowls?|eight|six|four|twelve)(?: of|,|:)? ?(?:about |roughly |around )?$"
)
_EACH_ONE = re.compile(r"\b(?:each|apiece|every|balls? of|pieces of|per)\b")
_PER = re.compile(_EACH)


def scaled(lines: list[DraftIngredient], factor: float) -> list[DraftIngredient]:
    """The ingredients for `factor` times as many servings."""
    if factor == 1:
        return lines
    return [
        line.model_copy(
            update={
                "amount": practical(line.amount * factor, line.unit, line.name) if line.amount else None,
                "notes": _note(line, factor),
            }
        )
        for line in lines
    ]


def practical(amount: float, unit: str | None, name: str = "") -> float:
    """The nearest amount that can be measured; never none of it."""
    if unit in ("g", "ml"):
        step = 1 if amount < 50 else 5 if amount < 250 else 10 if amount < 1000 else 25
        return max(float(round(amount / step) * step), 1.0)
    if unit in ("kg", "l"):
        return max(round(amount * 20) / 20, 0.05)
    if unit in ("tsp", "tbsp", "cup"):
        return _spoons(amount)
    food = find(name)
    if (
        name in _WHOLE
        or (food and food.role == "egg")
        or unit in ("clove", "sprig", "leaf", "slice", "stalk")
    ):
        return float(max(1, math.floor(amount + 0.5)))
    if unit in _QUARTERED:
        return max(round(amount * 4) / 4, 0.25) if amount < 1 else max(round(amount * 2) / 2, 1.0)
    if amount >= 3:
        return float(round(amount))
    return max(round(amount * 2) / 2, 0.5)


def _spoons(amount: float) -> float:
    whole = math.floor(amount + 1e-9)
    rest = amount - whole
    parts = (
        (0.0, *_SPOONS, 1.0)
        if whole == 0
        else (0.0, 0.25, 0.5, 0.75, 1.0)
        if whole < 4
        else (0.0, 0.5, 1.0)
    )
    found = whole + min(parts, key=lambda part: abs(part - rest))
    return round(max(found, _SPOONS[0]), 2)


def _note(line: DraftIngredient, factor: float) -> str | None:
    """The note, whose partial amounts ("1 tsp for the marinade") follow the whole one."""
    if not line.notes or not line.amount:
        return line.notes
    if line.unit == "can" or re.search(r"\beach\b", line.notes):
        return line.notes
    if re.search(r"\bfor the\b|\bjuiced|\bin all\b|^about \d|, about \d+ k?g\b|\bpeeled$", line.notes):
        return _in_text(line.notes, factor)
    return line.notes


def steps(said: list[str], factor: float) -> list[str]:
    """Steps whose amounts and counts are those for `factor` times as many servings.

    What is said per piece or per portion, of vessels, of time, heat and size stays as it is.
    """
    return said if factor == 1 else [_in_text(text, factor) for text in said]


def _in_text(text: str, factor: float) -> str:
    def amount(match: re.Match[str]) -> str:
        after, unit = match["after"], match["unit"]
        if _PER.match(after) or (_HOLDS.match(after.lstrip(" ,")) and "of the" not in after[:8]):
            return match[0]
        if _SIZE_OF_ONE.search(text[: match.start("n")]) or (unit == "g" and _EACH_ONE.search(text)):
            return match[0]
        low = _written(match["n"], factor, unit)
        high = (
            f"{'-' if '-' in match['to'] else ' to '}{_written(match['high'], factor, unit)}"
            if match["to"]
            else ""
        )
        counted = _unit_for(unit, low)
        return f"{match['before'] or ''}{low}{high}{match['gap']}{counted}{_in_text(after, factor)}"

    said = _AMOUNT.sub(amount, text)

    def count(match: re.Match[str]) -> str:
        number = _value(match["n"]) * factor
        if said[match.end() :].startswith(" per ") or number < 1:
            return match[0]
        whole = round(number)
        about = "about " if abs(number - whole) > 0.15 and "about" not in match["verb"] else ""
        return f"{match['verb']}{about}{whole}{match['after']}"

    return _COUNTED.sub(count, said)


def _value(said: str) -> float:
    """The number that a text writes as figures, a fraction or a word."""
    said = said.strip().lower()
    if said in _WORDS:
        return float(_WORDS[said])
    if said == "half a":
        return 0.5
    parts = re.fullmatch(r"(?P<whole>\d+(?:\.\d+)?(?!/))? ?(?P<part>[¼½¾⅓⅔⅛]|\d/\d)?", said)
    if parts is None:
        return 1.0
    part = parts["part"] or "0"
    above, _, below = part.partition("/")
    return float(parts["whole"] or 0) + _FRACTIONS.get(
        part, int(above) / int(below or 1) if below else 0.0
    )


_ROUNDED: dict[str, Callable[[float], float]] = {
    "g": lambda n: practical(n, "g"),
    "ml": lambda n: practical(n, "ml"),
    "kg": lambda n: practical(n, "kg"),
    "l": lambda n: practical(n, "l"),
    "c": lambda n: float(max(1, round(n))),
    "t": _spoons,
}


def _written(said: str, factor: float, unit: str) -> str:
    kind = "g" if unit == "g" else "ml" if unit == "ml" else "kg" if unit == "kg" else unit[0]
    if unit.startswith("cup"):
        kind = "t"
    if unit.startswith(("sprig", "handful", "clove")):
        kind = "c"
    return quantity(max(_ROUNDED.get(kind, _spoons)(_value(said) * factor), LEAST))


def _unit_for(unit: str, amount: str) -> str:
    if unit in ("tbsp", "tsp", "g", "kg", "ml", "l"):
        return unit
    one = unit.removesuffix("s")
    few = not amount.isdigit() and not amount[:1].isdigit()
    return one if amount == "1" or few else f"{one}s"
