"""Amounts on a shopping list, as people read them: metric or US."""

from lib.nutrition.lines import Line
from lib.nutrition.quantities import Measure
from lib.nutrition.units import Unit, units
from lib.recipes.amounts import plural, quantity
from lib.shopping.names import many, of_one
from lib.shopping.sales import Units

_OUNCE, _POUND = units()["oz"].size, units()["lb"].size
_TSP, _TBSP, _CUP = units()["tsp"].size, units()["tbsp"].size, units()["cup"].size
_SPOONS_UP_TO_ML = 4.1 * _TBSP
_NOTHING = 0.005
_PINCH_ML = _TSP / 8
_SPOONS = frozenset({"tsp", "tbsp"})
_MOST_SPOONS = 8.1
_KITCHEN = _SPOONS | {"pinch", "dash", "drop"}


def mass(grams: float, system: Units) -> str:
    """A weight: "450 g", "1.2 kg", or "12 oz", "1¼ lb"; what no kitchen scale shows, in grams."""
    if system == "us" and grams >= _OUNCE / 8:
        heavy = grams > _POUND - 0.1
        return f"{_near(grams / _POUND, 8)} lb" if heavy else f"{_near(grams / _OUNCE)} oz"
    if grams >= 999.5:
        return f"{_decimal(grams / 1000, 2)} kg"
    return f"{_decimal(grams, 0 if grams >= 9.95 else 1)} g"


def volume(millilitres: float, system: Units) -> str:
    """A volume, small ones in spoons: "2 tbsp", "250 ml", or "1½ cups"."""
    if millilitres < _PINCH_ML:
        return "a pinch"
    if in_spoons(millilitres):
        spoon, name = (_TBSP, "tbsp") if millilitres >= 0.95 * _TBSP else (_TSP, "tsp")
        return f"{_near(millilitres / spoon)} {name}"
    if system == "us":
        return pieces(millilitres / _CUP, "cup")
    if millilitres >= 999.5:
        return f"{_decimal(millilitres / 1000, 2)} l"
    return f"{_decimal(round(millilitres / 5) * 5, 0)} ml"


def in_unit(amount: float, unit: str, system: Units) -> str:
    """An amount of something unknown: in g, in ml, or counted."""
    if amount < _NOTHING:
        return "none"
    if unit == "g":
        return mass(amount, system)
    if unit == "ml":
        return volume(amount, system)
    noun = "" if unit == "piece" else f" {plural(unit) if amount > 1 else unit}"
    return f"{_near(amount)}{noun}"


def pieces(number: float, noun: str) -> str:
    """So many of something: "2 onions", "½ bunch"."""
    shown = _near(number)
    several = number > 1 and shown != "1" and noun not in _SPOONS
    return f"{shown} {many(noun) if several else noun}"


def own_piece(unit: Unit | None, name: str) -> bool:
    """Whether a unit counts the food itself: a piece, or a bay leaf's leaf."""
    return unit is None or unit.name == "piece" or unit.name in name.split()


def count(low: float, high: float, unit: Unit | None, name: str) -> str:
    """So many pieces or bunches: "2 onions", "3–4 cloves"."""
    noun = of_one(name) if own_piece(unit, name) or unit is None else unit.name
    whole = pieces(high, noun)
    return whole if high - low < 0.05 else f"{_near(low)}–{whole}"


def said(line: Line, name: str, grams: float | None, fluid: bool, system: Units) -> str:
    """A line's amount in these units; a solid's cups become grams where the kitchen is metric.

    Args:
        line: scaled.
        name: of one.
        grams: what it weighs, where that is known.
        fluid: whether it is measured by volume everywhere.
    """
    amount = line.amount
    if amount is None:
        return "to taste" if line.to_taste else line.text if line.unknown_unit else "as needed"
    unit = amount.unit
    if unit is None or unit.kind == "count":
        inside = f" ({measure(line.package, system)})" if line.package and unit else ""
        return f"{count(amount.low, amount.high, unit, name)}{inside}"
    cups = unit.kind == "volume" and unit.name not in _KITCHEN
    if system == "metric" and cups and grams and not fluid:
        return mass(grams, system)
    return measure(amount, system)


def in_spoons(millilitres: float) -> bool:
    """Whether a kitchen measures so little with spoons."""
    return millilitres < _SPOONS_UP_TO_ML


def measure(amount: Measure, system: Units) -> str:
    """A mass or a volume; of a range both ends."""
    if amount.unit and amount.unit.name in _SPOONS and amount.high <= _MOST_SPOONS:
        return count(amount.low, amount.high, amount.unit, "")
    show = mass if amount.unit and amount.unit.kind == "mass" else volume
    size = amount.unit.size if amount.unit else 1.0
    low, high = show(amount.low * size, system), show(amount.high * size, system)
    return high if low == high else f"{low} to {high}"


def _near(number: float, parts: int = 4) -> str:
    """A number to the nearest eighth below 1, to these parts below 10, else whole; thirds stay."""
    if number < 0.095:
        return _decimal(max(number, 0.01), 2)
    step = 8 if number < 0.95 else parts if number < 9.9 else 1
    nearest = round(number * step) / step
    thirds = round(number * 3) / 3
    best = thirds if number < 9.9 and abs(thirds - number) < abs(nearest - number) - 0.01 else nearest
    return quantity(best)


def _decimal(number: float, places: int) -> str:
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
