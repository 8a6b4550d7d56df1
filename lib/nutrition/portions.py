"""Household weights: what USDA's portion texts mean, and which of a food's portions a line means."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lib.nutrition.units import Unit, find_unit

_LEADING_NUMBER = re.compile(r"^(?:\d[\d./-]*\s+)+(?!x\b)")
_FLUID_OUNCE = re.compile(r"^(?:fl\.?|fluid) oz\b")
_SIZE = re.compile(r"^(extra[- ]large|jumbo|large|medium|small|extra[- ]small|miniature|mini)\b[\s,/-]*")
_SIZE_NAMES = {"jumbo": "extra large", "extra-large": "extra large", "miniature": "mini"}
_SERVED = frozenset({"glass", "shot", "dash", "pinch", "drop"})
# Weights that say how a laboratory or a label cuts a food, not how a cook does.
_NO_PORTION = re.compile(
    r"^(?:quantity not|guideline|serving|nlea|100 |oz\b|lb\b|ounce|pound|cubic inch|surface|"
    r"unit\b|order|"
    r"individual|g\b|gram|meal|inch\b|portion|recipe|any size|ind\b)|yield from|refuse|"
    r"not specified|NFS",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Portion:
    """A household amount of a food: one `unit` weighs `grams`, of its edible part.

    `unit` is a unit's name, "piece" for one of the food itself, or a size; `detail` is what the text
    adds ("chopped"), `text` how it is shown.
    """

    unit: str
    detail: str
    grams: float
    text: str
    ours: bool = False


def read_portion(amount: float | None, text: str, grams: float) -> Portion | None:
    """USDA's portion of that text; None when it is of no use in a kitchen.

    Args:
        amount: how many of it weigh `grams`; None counts as one.
        text: as in `portion_description` or `modifier`: "1 cup, chopped", "medium (2-1/2\" dia)".
        grams: their weight.
    """
    plain = _LEADING_NUMBER.sub("", text.strip().lower())
    if not plain or grams <= 0 or _NO_PORTION.search(plain):
        return None
    each = grams / (amount or 1.0)
    if match := _FLUID_OUNCE.match(plain):
        return Portion("fl oz", plain[match.end() :].strip(" ,()"), each, plain)
    if match := _SIZE.match(plain):
        size = _SIZE_NAMES.get(match[1], match[1].replace("-", " "))
        rest = plain[match.end() :].strip(" ,()")
        unit = _unit(rest.split(" ")[0].strip(",")) if rest else None
        if unit and unit.kind == "count":
            return Portion(unit.name, size, each, plain)
        return Portion(size, rest, each, plain)
    first, _, rest = plain.replace(",", " ").partition(" ")
    if "yield" in rest and _unit(first):  # what a cup becomes when it is cooked
        return None
    unit = _unit(first)
    if unit is None:
        return Portion("piece", plain, each, plain)
    return Portion(unit.name, rest.strip(" ()"), each, plain)


def own_portions(written: str) -> list[Portion]:
    """Portions as the food table writes them: "piece=118|cup=150"."""
    pairs = (entry.split("=") for entry in written.split("|") if entry)
    found = []
    for name, grams in pairs:
        unit = find_unit(name)
        found.append(Portion(unit.name if unit else name, "", float(grams), name, ours=True))
    return found


def _unit(word: str) -> Unit | None:
    return find_unit(word.split("/")[0]) if word else None


def in_volume(portions: Iterable[Portion]) -> list[tuple[Portion, float]]:
    """The portions measured by volume, each with its grams per millilitre."""
    found = []
    for portion in portions:
        unit = find_unit(portion.unit)
        if unit and unit.kind == "volume" and unit.name not in _SERVED:
            found.append((portion, portion.grams / unit.size))
    return found
