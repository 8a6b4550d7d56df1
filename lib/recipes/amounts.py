"""Ingredient lines as a cook writes them: parts to text, and text to parts."""

from fractions import Fraction
from functools import lru_cache

from lib.nutrition import labels, lines
from lib.nutrition.foods import find
from lib.nutrition.matching import match
from lib.nutrition.quantities import Measure
from lib.recipes.draft import LEAST, DraftIngredient

_FRACTIONS = {
    Fraction(1, 8): "⅛",
    Fraction(1, 4): "¼",
    Fraction(1, 3): "⅓",
    Fraction(3, 8): "⅜",
    Fraction(1, 2): "½",
    Fraction(5, 8): "⅝",
    Fraction(2, 3): "⅔",
    Fraction(3, 4): "¾",
    Fraction(7, 8): "⅞",
}
_METRIC = {"g", "kg", "ml", "l"}
_ABBREVIATED = {"tsp", "tbsp", "oz", "lb", "fl oz"}
_PLURALS = {"leaf": "leaves", "loaf": "loaves", "half": "halves", "bunch": "bunches", "inch": "inches"}
_UNCHANGED = {"asparagus", "couscous", "hummus", "shrimp", "fish", "squid", "garlic", "tofu", "okra"}
_OES = {"tomato", "potato", "mango"}

_MOST = 100_000
_LONGEST_NOTE = 500


def line(amount: float | None, unit: str | None, name: str, notes: str | None) -> str:
    """The ingredient line of these parts: `(0.5, "cup", "rolled oats", "toasted")` is
    "½ cup rolled oats, toasted"."""
    tail = f", {notes}" if notes else ""
    if amount is None:
        return f"{name}{tail}"
    if unit in (None, "", "piece") or name.endswith(f" {unit}"):  # "2 bay leaves"
        return f"{quantity(amount)} {plural(name) if amount > 1 else name}{tail}"
    if unit in _METRIC:
        return f"{quantity(amount)} {unit} {name}{tail}"
    if unit == "can":
        name = name.removeprefix("canned ")
    counted = plural(unit) if amount > 1 and unit not in _ABBREVIATED else unit
    return f"{quantity(amount)} {counted} {name}{tail}"


@lru_cache(4096)
def quantity(amount: float) -> str:
    """A number as cooks write it: 1.5 is "1½", 0.33 is "⅓", 250.0 is "250"."""
    whole, rest = divmod(amount, 1)
    nearest = min(_FRACTIONS, key=lambda fraction: abs(float(fraction) - rest))
    if abs(float(nearest) - rest) < 0.01:
        return f"{int(whole) or ''}{_FRACTIONS[nearest]}"
    return f"{amount:.2f}".rstrip("0").rstrip(".")


def plural(noun: str) -> str:
    """The plural of an ingredient's or a unit's last word."""
    *front, last = noun.split(" ")
    if last in _UNCHANGED or last.endswith("s"):
        return noun
    if last in _PLURALS:
        last = _PLURALS[last]
    elif last in _OES or last.endswith(("ch", "sh", "x")):
        last += "es"
    elif last.endswith("y") and last[-2:-1] not in "aeiou":
        last = f"{last[:-1]}ies"
    else:
        last += "s"
    return " ".join([*front, last])


def parse(text: str) -> DraftIngredient:
    """The parts of a line: quantity, unit, name, and a note with all else that it says.

    A range counts as its lower end. What follows the name is a note only when it names no food that
    nobody knows; else all of it stays in the name, which then is unknown to everything that must not
    overlook a food.
    """
    said = lines.parse(text)
    amount = said.amount.low if said.amount and LEAST <= said.amount.low < _MOST else None
    if said.no_food or not said.name or (said.amount and amount is None):
        return DraftIngredient(name=" ".join(text.split())[:200])
    notes = "; ".join(filter(None, [said.preparation, *_asides(said)]))
    name = said.phrase if find(said.phrase) else said.name
    if find(name) is None and said.alternatives and (meant := match(said)) and meant.exact:
        name = meant.food.name  # "bittersweet or semisweet chocolate"
    if (
        len(notes) > _LONGEST_NOTE
        or not labels.understood(said.preparation)
        or not all(map(find, said.alternatives))
    ):
        name, notes = f"{name}, {notes}", ""
    return DraftIngredient(
        name=name[:200],
        amount=amount,
        unit=said.unit.name if said.unit and amount else None,
        notes=notes or None,
    )


def _asides(said: lines.Line) -> list[str]:
    """What a line says beside its quantity, name and preparation."""
    measures = (("{} each", said.package), ("about {}", said.also), ("plus {}", said.extra))
    written = [
        form.format(_measure(measure))
        for form, measure in measures
        if measure and quantity(measure.low) not in said.preparation
    ]
    inches = f"{said.inches} inch" if said.inches else ""
    return [said.size or "", inches, *written, *(f"or {other}" for other in said.alternatives)]


def _measure(measure: Measure) -> str:
    unit = f" {measure.unit.name}" if measure.unit else ""
    return f"{quantity(measure.middle)}{unit}"
