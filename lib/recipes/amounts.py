"""Ingredient lines as a cook writes them: parts to text, and text to parts."""

import re
import unicodedata
from fractions import Fraction

from lib.nutrition.foods import mentioned
from lib.nutrition.words import REMARKS
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
_PLURALS = {"leaf": "leaves", "loaf": "loaves", "half": "halves", "bunch": "bunches", "inch": "inches"}
_UNCHANGED = {"asparagus", "couscous", "hummus", "shrimp", "fish", "squid", "garlic", "tofu", "okra"}
_OES = {"tomato", "potato", "mango"}

_UNIT_NAMES = {
    "g": "g gram grams gr",
    "kg": "kg kilogram kilograms kilo kilos",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "l": "l litre litres liter liters",
    "tsp": "tsp teaspoon teaspoons tsps",
    "tbsp": "tbsp tablespoon tablespoons tbsps tbs",
    "cup": "cup cups",
    "oz": "oz ounce ounces",
    "lb": "lb lbs pound pounds",
    "pinch": "pinch pinches",
    "piece": "piece pieces",
    "clove": "clove cloves",
    "slice": "slice slices",
    "can": "can cans tin tins",
    "bunch": "bunch bunches",
    "sprig": "sprig sprigs",
    "stalk": "stalk stalks",
    "leaf": "leaf leaves",
    "head": "head heads",
    "handful": "handful handfuls",
}
_UNIT_OF = {word: unit for unit, words in _UNIT_NAMES.items() for word in words.split()}

_LONGEST_LINE = 1000

_NUMBER = r"\d+\s+\d+/\d+|\d+/\d+|\d+(?:[.,]\d+)?"
# "1% milk", "5-spice powder" and a bare "1/2" don't start with a quantity.
_LINE = re.compile(
    rf"^(?P<low>{_NUMBER})(?:\s*(?:-|–|to)\s*(?P<high>{_NUMBER}))?"
    r"\s*(?P<rest>(?!\s*[/%]|[-–]\w|[.,]\d)\D.*)$",
    re.DOTALL,
)
_THOUSANDS = re.compile(r"([1-9]\d{0,2}),(\d{3})")


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
    counted = plural(unit) if amount > 1 and unit not in ("tsp", "tbsp") else unit
    return f"{quantity(amount)} {counted} {name}{tail}"


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
    """The parts of a line: leading quantity, unit, name, and what follows a comma or in parentheses.

    A range counts as its lower end. A line without a leading number is a name with no amount. What
    follows is a note only when it is known to name no food that isn't in the vocabulary; else all of
    it stays in the name, which then is unknown to everything that must not overlook a food.
    """
    if len(text) > _LONGEST_LINE:  # no ingredient line; what is cut off it might be a food
        return DraftIngredient(name=f"{text[:_LONGEST_LINE].strip()[:199]}…")
    # NFKC turns "½" into "1⁄2"; a space keeps "1½" from reading as 11/2.
    spaced = re.sub(r"(?<=\d)(?=[¼-¾⅐-⅞])", " ", text)
    cleaned = " ".join(unicodedata.normalize("NFKC", spaced).replace("⁄", "/").split())
    match = _LINE.match(cleaned)
    amount = _number(match["low"]) if match else None
    rest = match["rest"].strip() if match and amount else cleaned
    asides = re.findall(r"\(([^()]*)\)", rest)
    rest = re.sub(r"\s*\([^()]*\)", "", rest).strip(" ,;")
    first, _, remainder = rest.partition(" ")
    unit = _UNIT_OF.get(first.lower().rstrip(".")) if amount else None
    if unit and remainder:
        rest = remainder.removeprefix("of ")
    name, _, after = rest.partition(",")
    notes = ", ".join(filter(None, [after.strip(), *map(str.strip, asides)]))
    if not _is_preparation(notes):
        name, notes = f"{name.strip()}, {notes}", ""
    return DraftIngredient(
        name=(name.strip() or cleaned)[:200],
        amount=amount,
        unit=unit if remainder else None,
        notes=notes[:500] or None,
    )


def _is_preparation(notes: str) -> bool:
    """Whether a note says only what is done to a food, or names foods that are known."""
    known = {word for food in mentioned(notes) for word in " ".join((food.name, *food.aliases)).split()}
    known |= {plural(word) for word in known}
    return all(
        word in known or word in REMARKS or word in _UNIT_OF or word.endswith(("ed", "ly"))
        for word in re.findall(r"[^\W\d_]+", notes.lower())
    )


def _number(written: str) -> float | None:
    written = _THOUSANDS.sub(r"\1\2", written).replace(",", ".")
    try:
        value = float(sum(Fraction(part) for part in written.split()))
    except (ValueError, ArithmeticError):
        return None
    return value if LEAST <= value < 100_000 else None
