"""A recipe for other servings: amounts that can be measured, and those that its steps name."""

import re
from collections.abc import Sequence

from lib.ai.grammar import one_of_many
from lib.ai.measures import measured, spoons
from lib.ai.portions import SAID, WORDS
from lib.nutrition.foods import find, singular
from lib.recipes.amounts import quantity
from lib.recipes.draft import LEAST, DraftIngredient

_FRACTIONS = {"¼": 0.25, "½": 0.5, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_SAID_PARTS = {
    "half a": 0.5,
    "a half": 0.5,
    "a quarter": 0.25,
    "a quarter of a": 0.25,
    "three quarters of a": 0.75,
}
_NUMBER = (
    rf"(?:\d+ ?[{''.join(_FRACTIONS)}]|[{''.join(_FRACTIONS)}]|\d+ \d/\d|\d/\d|\d+(?:\.\d+)?"
    rf"|\b(?:{'|'.join(WORDS)}|{'|'.join(reversed(_SAID_PARTS))})\b)"
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
    rf"|about|for|around|of|put|[Ff]ry|in) (?:the [a-z ]{{1,20}} into |it into |them into |out |about "
    rf"|at least |exactly )?)"
    rf"(?P<n>\d+|{'|'.join(WORDS)})(?P<after> (?:small |thick |equal |large |flat |even |oval "
    rf"|good |thin |paper |flat metal |metal |\d+ ml ice pop |ice pop |muffin )?"
    r"(?:liners|molds|balls|patties|cakes|meatballs|pancakes|rolls|rounds|squares|bars|bites|muffins|burgers|pieces|fritters"
    r"|parcels|triangles|dumplings|cookies|crackers|rectangles|wraps|burritos|skewers|cups|ones|fingers"
    r"|portions|shells|jars|bowls|plates|boxes|glasses)\b)"
)
_HOLDS = re.compile(_VESSEL)
_CAPACITY = re.compile(
    r"\b(?:cooker|pot|pan|oven|dish|bowl|saucepan|casserole|skillet)s? (?:of|that holds) "
    r"(?:at least |about |around )?$"
)
_SIZE_OF_ONE = re.compile(
    r"(?:balls?|pieces?|patties|cakes|jars?|tubs?|boxes|dish(?:es)?|molds?|ladle|batter|tablespoons|filling"
    r"|portions?|bowls?|eight|six|four|twelve)(?: of|,|:)? ?(?:about |roughly |around )?$"
)
_EACH_ONE = re.compile(r"\b(?:each|apiece|every|balls? of|pieces of|per)\b")
_PER = re.compile(_EACH)


_ONE_CAN = re.compile(r"\bone can(?P<after>\b)")
_VESSELS = re.compile(
    rf"\b(?P<n>{'|'.join(WORDS)})(?P<kind> (?:\d+ ?(?:ml|g) |[a-z]+-?[a-z]* ){{0,2}})"
    r"(?P<what>tubs|boxes|jars|bags|containers|trays|dishes|pans)\b",
    re.IGNORECASE,
)
_OR_MANY = re.compile(r"(\b1 [a-z]+ or )([a-z]+s)\b")
_TO_EACH = re.compile(r"(?: [a-z-]+)? (?:per|each|apiece|a head|a person)\b")
_WHICH = re.compile(
    r"\b(?P<which>[Aa]nother|last|remaining|final|other|first) "
    r"(?P<unit>tablespoon|teaspoon|tbsp|tsp|cup)\b"
)
_CAN = re.compile(r"^(?P<n>\d+) (?P<unit>g|ml)\b(?: \([^)]*\))?(?: each)?(?:, )?")
_PARTIAL = re.compile(r"(?P<n>\d+(?:\.\d+)?) (?P<unit>g|ml|tsp|tbsp)\b")
_PARTS = re.compile(
    r"(?:^|(?<=, )|(?<=; ))(?P<n>\d+)(?= (?!g\b|kg\b|ml\b|l\b|cm\b|mm\b|tbsp\b|tsp\b|oz\b)\w)"
)
_INTO = re.compile(
    r"(?P<before>\b(?:in|into|about) |^)(?P<n>\d+)(?! (?:cm|mm|g|kg|ml|l)\b)"
    r"(?P<after> (?:[a-z]+ ){0,2}(?:slices|pieces|strips|sheets|wedges))"
)


def scaled(lines: list[DraftIngredient], factor: float) -> list[DraftIngredient]:
    """The ingredients for `factor` times as many servings."""
    return lines if factor == 1 else [_line(each, factor) for each in lines]


def _line(line: DraftIngredient, factor: float) -> DraftIngredient:
    if not line.amount:
        return line
    if line.unit == "can" and (weighed := _out_of_a_can(line, factor)):
        return weighed
    amount, unit = measured(line.amount * factor, line.unit, line.name)
    notes = _note(line, factor, amount)
    return line.model_copy(update={"amount": round(amount, 2), "unit": unit, "notes": notes})


def _out_of_a_can(line: DraftIngredient, factor: float) -> DraftIngredient | None:
    """Grams or milliliters, where it would be a part of a can that nobody can tell by eye."""
    amount, size = (line.amount or 0) * factor, _CAN.match(line.notes or "")
    if amount >= 0.45 and abs(amount * 2 - round(amount * 2)) < 0.1:
        return None
    food = find(line.name)
    if size is None or "drain" in (line.notes or "") or (food and food.role == "legume"):
        return None  # the grams on the can are with what is poured off
    whole, unit = measured(amount * float(size["n"]), size["unit"])
    notes = (line.notes or "")[size.end() :]
    return line.model_copy(update={"amount": whole, "unit": unit, "notes": notes or None})


def _note(line: DraftIngredient, factor: float, amount: float) -> str | None:
    """The note, whose partial amounts ("1 tsp for the marinade") and counts follow the whole one."""
    if not line.notes or line.unit == "can" or re.search(r"\beach\b", line.notes):
        return line.notes
    said = _PARTIAL.sub(lambda match: _partial(match, factor), line.notes)
    said = _INTO.sub(lambda m: f"{m['before']}{max(1, round(int(m['n']) * factor))}{m['after']}", said)
    parts = [int(match["n"]) for match in _PARTS.finditer(said)]
    if len(parts) > 1 and sum(parts) == line.amount:
        shares = iter(_shared(parts, amount))
        said = _PARTS.sub(lambda _: quantity(next(shares)), said)
    return said


def _partial(match: re.Match[str], factor: float) -> str:
    amount, unit = measured(float(match["n"]) * factor, match["unit"])
    return f"{quantity(amount)} {unit}"


def _shared(parts: Sequence[int], whole: float) -> list[float]:
    """The whole in the same proportions, to halves or to whole ones as the whole is."""
    step = 1.0 if whole == int(whole) and whole >= len(parts) else 0.5
    each = [max(step, round(part * whole / sum(parts) / step) * step) for part in parts]
    each[each.index(max(each))] += whole - sum(each)
    return each


def steps(said: list[str], factor: float) -> list[str]:
    """Steps whose amounts and counts are those for `factor` times as many servings.

    What is said per piece or per portion, of vessels, of time, heat and size stays as it is.
    """
    return said if factor == 1 else [_in_text(text, factor) for text in said]


def storage(said: list[str], factor: float) -> list[str]:
    """Notes on storage, with as many tubs and boxes as `factor` times as many servings fill."""

    def vessels(match: re.Match[str]) -> str:
        number = max(1, round(WORDS[match["n"].lower()] * factor))
        told = SAID.get(number, str(number))
        told = told.capitalize() if match["n"][:1].isupper() else told
        return f"{told}{match['kind']}{match['what'] if number > 1 else singular(match['what'])}"

    return said if factor == 1 else [_VESSELS.sub(vessels, text) for text in said]


def _in_text(text: str, factor: float) -> str:
    text = _ONE_CAN.sub(lambda m: f"{quantity(max(0.25, round(factor * 4) / 4))} can{m['after']}", text)
    text = _amounts(text, factor)

    def which(match: re.Match[str]) -> str:
        one = match["unit"]
        unit = {"tablespoon": "tbsp", "teaspoon": "tsp"}.get(one, one)
        amount, told = _written("1", factor, unit, spelled=len(one) > 4)
        return match[0] if amount == "1" and told == one else f"{match['which']} {amount} {told}"

    text = _WHICH.sub(which, text)

    def count(match: re.Match[str]) -> str:
        number = _value(match["n"]) * factor
        if (
            re.match(r"(?: [a-z-]+)? (?:per|each|apiece|a head|a person)\b", text[match.end() :])
            or number < 0.6
        ):
            return match[0]
        whole = round(number)
        about = "about " if abs(number - whole) > 0.15 and "about" not in match["verb"] else ""
        after = match["after"] if whole != 1 else _singular(match["after"])
        return f"{match['verb']}{about}{whole}{after}"

    return _OR_MANY.sub(lambda m: m[1] + singular(m[2]), _COUNTED.sub(count, text))


def _singular(after: str) -> str:
    front, _, last = after.rpartition(" ")
    return f"{front} {singular(last)}"


def _amounts(text: str, factor: float) -> str:
    def amount(match: re.Match[str]) -> str:
        after, unit = match["after"], match["unit"]
        if _PER.match(after) or (_HOLDS.match(after.lstrip(" ,")) and "of the" not in after[:8]):
            return match[0]
        if _SIZE_OF_ONE.search(text[: match.start("n")]) or (unit == "g" and _EACH_ONE.search(text)):
            return match[0]
        if _CAPACITY.search(text[: match.start("n")]):
            return match[0]
        low, told = _written(match["n"], factor, unit, spelled=True, keep=bool(match["to"]))
        high = ""
        if match["to"]:
            most, told = _written(match["high"], factor, unit, spelled=True, keep=True)
            high = f"{'-' if '-' in match['to'] else ' to '}{most}"
            if most == low:
                high = ""
        return f"{match['before'] or ''}{low}{high}{match['gap']}{told}{_amounts(after, factor)}"

    return _AMOUNT.sub(amount, text)


def _value(said: str) -> float:
    """The number that a text writes as figures, a fraction or a word."""
    said = said.strip().lower()
    if said in WORDS:
        return float(WORDS[said])
    if said in _SAID_PARTS:
        return _SAID_PARTS[said]
    parts = re.fullmatch(r"(?P<whole>\d+(?:\.\d+)?(?!/))? ?(?P<part>[¼½¾⅓⅔⅛]|\d/\d)?", said)
    if parts is None:
        return 1.0
    part = parts["part"] or "0"
    above, _, below = part.partition("/")
    return float(parts["whole"] or 0) + _FRACTIONS.get(
        part, int(above) / int(below or 1) if below else 0.0
    )


_SHORT = {"tablespoon": "tbsp", "teaspoon": "tsp", "litre": "l", "liter": "l", "cup": "cup"}
_SPELLED = {"tbsp": "tablespoon", "tsp": "teaspoon", "l": "liter", "cup": "cup"}


def _written(
    said: str, factor: float, unit: str, *, spelled: bool = False, keep: bool = False
) -> tuple[str, str]:
    """An amount `factor` times as large, and its unit, as long or short as it was.

    Args:
        keep: stay with the unit, as in ranges.
    """
    one = unit if unit in ("tbsp", "tsp", "g", "kg", "ml", "l") else unit.removesuffix("s")
    short = _SHORT.get(one, one)
    number = _value(said) * factor
    if short in ("sprig", "handful", "clove"):
        amount, now = float(max(1, round(number))), short
    elif keep and short in ("tbsp", "tsp"):
        amount, now = spoons(number), short
    else:
        found, unit_now = measured(max(number, LEAST), short)
        amount, now = found, unit_now or short
    written = quantity(amount)
    if one in _SHORT and spelled:
        name = _SPELLED.get(now, now)
        return written, name if amount <= 1 or name in ("g", "ml") else f"{name}s"
    if now in ("sprig", "handful", "clove") and amount > 1:
        return written, f"{now}s"
    return written, now


def singled(
    steps: dict[str, list[str]], before: Sequence[DraftIngredient], now: Sequence[DraftIngredient]
) -> None:
    """Speak of one egg where several have become one."""
    had = {line.name: line.amount or 0 for line in before}
    for line in now:
        if line.name != "egg" or line.amount != 1 or had.get("egg", 1) <= 1:
            continue
        for name, texts in steps.items():
            steps[name] = [one_of_many(text, "eggs", "egg") for text in texts]
