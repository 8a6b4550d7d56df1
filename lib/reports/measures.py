"""Amounts in the units of the reader's kitchen, by how dense each ingredient is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lib.ai.measures import measured, practical
from lib.ai.scaling import scaled
from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
from lib.nutrition.units import Unit, find_unit
from lib.nutrition.units import units as kitchen
from lib.nutrition.weighing import weigh
from lib.recipes.amounts import line, plural, quantity
from lib.recipes.draft import DraftIngredient
from lib.shopping.sales import Units as Units

_SPOONS = frozenset({"tsp", "tbsp", "dessertspoon", "pinch", "dash", "drop", "shot"})
"""Used in kitchens of both kinds."""
_METRIC = frozenset({"g", "kg", "mg", "ml", "cl", "dl", "l"})
# What cooks pour, and what those who have cups measure in them; the rest is weighed.
_LIQUID = frozenset({"milk", "cream", "stock", "juice", "soft drink", "hot drink", "alcohol", "acid",
                     "water", "extract", "soup"})  # fmt: skip
_IN_CUPS = _LIQUID | frozenset(
    {"flour", "sweetener", "syrup", "grain side", "legume", "breakfast cereal", "nut", "seed",
     "nut butter", "yogurt", "soft cheese", "cooking fat", "spread", "dried fruit", "chocolate",
     "crunchy topping", "thickener", "leavener", "salt", "spice", "tomato product", "sauce", "condiment",
     "dressing", "dip", "jam", "salty seasoning"}
)  # fmt: skip
_THOUSANDTHS = {"kg": "g", "l": "ml"}
_OUNCE, _POUND = kitchen()["oz"].size, kitchen()["lb"].size
_CUP, _TBSP = kitchen()["cup"].size, kitchen()["tbsp"].size
_LEAST_OUNCES = 0.245
"""Below it kitchen scales are read in grams."""
_LEAST_CUPS, _MOST_SPOONED_CUPS = 0.24, 0.55
"""What is measured in cups at all; from where on it is, however near spoons come."""
_MANY_CUPS = 4
"""Below it there are cups for quarters and thirds."""
_NEAR = 0.06
"""Share by which an amount in a unit may miss the recipe's, where another comes nearer."""
_FAR = 0.13
"""Share by which none may: what spoons don't measure so well is weighed."""


@dataclass(frozen=True)
class Shown:
    """An ingredient's amount and what it is of, to be read one after the other."""

    amount: str
    rest: str

    @property
    def text(self) -> str:
        """The whole line."""
        return f"{self.amount} {self.rest}".strip()


def shown(
    amount: float | None,
    unit: str | None,
    name: str,
    notes: str | None,
    units: Units,
    factor: float = 1.0,
) -> Shown:
    """An ingredient as a cook with these units writes it.

    Args:
        factor: times as much; where it isn't 1, amounts become ones that can be measured.
    """
    if amount is None:
        return Shown("", line(None, unit, name, notes))
    known = find_unit(unit) if unit else None
    said = DraftIngredient.model_construct(name=name, amount=amount, unit=unit, notes=notes)
    more = scaled([said], factor)[0]
    number, unit, notes = more.amount or amount, more.unit, more.notes
    if known is not None:
        changed = _converted(amount * factor, known, name, notes, units)
        if not changed and factor != 1:
            changed = _nearer(amount * factor * known.size, known, number, unit, units, name)
        number, unit = changed or (number, unit)
    if unit in _THOUSANDTHS and number < 1:
        number, unit = number * 1000, _THOUSANDTHS[unit]
    text = line(number, unit, name, notes)
    said_number = re.escape(quantity(number))
    measured = f"(?: (?:{re.escape(unit)}|{re.escape(plural(unit))})\\b(?= ))?" if unit else ""
    found = re.match(f"{said_number}{measured}", text)
    front = found.group() if found else ""
    return Shown(front, text[len(front) :].strip())


def _converted(
    amount: float, unit: Unit, name: str, notes: str | None, units: Units
) -> tuple[float, str] | None:
    """The amount in other units; None where these are right already."""
    if (
        not amount
        or unit.kind == "count"
        or unit.name in _SPOONS
        or (unit.name in _METRIC) == (units == "metric")
    ):
        return None
    base = amount * unit.size
    role, density = _nature(name, notes)
    if units == "metric":
        if unit.kind == "mass":
            return _metric(base, "g", name)
        pours = role in _LIQUID or density is None
        return _metric(base, "ml", name) if pours else _metric(base * (density or 1.0), "g", name)
    if unit.kind == "volume":
        return _spooned(base, name)
    if role in _IN_CUPS and density:
        number, measure = _spooned(base / density, name)
        if _off(number * kitchen()[measure].size, base / density) <= _FAR:
            return number, measure
    return _in_pounds(base)


def _nearer(
    base: float, unit: Unit, number: float, now: str | None, units: Units, name: str
) -> tuple[float, str] | None:
    """A scaled mass or volume anew, where what it was rounded to is another amount."""
    rounded = find_unit(now) if now else None
    if rounded is None or unit.kind == "count" or unit.name in _SPOONS:
        return None
    if _off(number * rounded.size, base) <= _FAR:
        return None
    if units == "metric":
        return _metric(base, "g" if unit.kind == "mass" else "ml", name)
    return _in_pounds(base) if unit.kind == "mass" else _spooned(base, name)


def _off(found: float, wanted: float) -> float:
    """The share by which one amount misses the other."""
    return abs(found - wanted) / wanted if wanted else 0.0


def _stepped(amount: float, steps: Sequence[float]) -> float | None:
    """The amount to the first of these steps that is near enough; None if none is."""
    for step in steps:
        number = round(amount / step) * step
        if _off(number, amount) <= _NEAR:
            return number
    return None


def _in_pounds(grams: float) -> tuple[float, str]:
    """In pounds or ounces, and in grams what ounces don't come near."""
    pounds = _stepped(grams / _POUND, [0.25])
    if pounds and pounds >= 1:
        return pounds, "lb"
    ounces = grams / _OUNCE
    steps = [1.0] if ounces >= 8 else [0.5, 0.25] if ounces >= 2 else [0.25, 0.125]
    number = _stepped(ounces, steps) if ounces >= _LEAST_OUNCES else None
    return (number, "oz") if number else _metric(grams, "g", "")


def _nature(name: str, notes: str | None) -> tuple[str, float | None]:
    """An ingredient's role, and its grams per millilitre as it is prepared."""
    said = from_parts(name, 1.0, "cup", notes)
    found = match(said)
    if found is None:
        return "", None
    weight = weigh(said, found.food)
    pours = found.food.category == "oil" or found.food.unit == "ml"
    role = "water" if pours else found.food.role
    return role, weight.grams / _CUP if weight else None


def _metric(base: float, unit: str, name: str) -> tuple[float, str]:
    """So many grams or milliliters, in kilograms or liters from one on."""
    if base >= 1000:
        large = "kg" if unit == "g" else "l"
        return practical(base / 1000, large, name), large
    steps = [10, 5, 1] if base >= 250 else [5, 1] if base >= 15 else [1, 0.5, 0.1, 0.05]
    return round(_stepped(base, steps) or base, 2), unit


def _spooned(millilitres: float, name: str) -> tuple[float, str]:
    """In cups, or in the spoons that there are, whichever are near enough."""
    cups = millilitres / _CUP
    steps = (0.25, 1 / 3) if cups < _MANY_CUPS else (0.5,)
    number = min((round(cups / step) * step for step in steps), key=lambda each: abs(each - cups))
    missed = _off(number, cups)
    if cups > _MOST_SPOONED_CUPS or (cups >= _LEAST_CUPS and missed <= _NEAR):
        return number, "cup"
    spoons, unit = measured(millilitres / _TBSP, "tbsp", name)
    return spoons, unit or "tbsp"
