"""Amounts in the units of the reader's kitchen, by how dense each ingredient is."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lib.ai.scaling import practical, scaled
from lib.nutrition.lines import from_parts
from lib.nutrition.matching import match
from lib.nutrition.units import Unit, find_unit
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
_GRAMS_PER_OUNCE, _OUNCES_PER_POUND = 28.349523125, 16
_SPOONED = (("cup", 236.5882365), ("tbsp", 14.78676478125), ("tsp", 4.92892159375))
_CUP = _SPOONED[0][1]
_LEAST_OF = {"cup": 0.24, "tbsp": 0.98, "tsp": 0.0}
"""Of a unit, what is measured in it."""
_MOST_SPOONS = {"cup": 0.55, "tbsp": 8.5, "tsp": 1e9}
"""Of a unit, from which on it is taken however near others come."""
_NEAR = 0.05
"""Share by which an amount in another unit may miss the recipe's, where another unit comes nearer."""


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
    number, notes = more.amount or amount, more.notes
    if known is not None and (changed := _converted(amount * factor, known, name, notes, units)):
        number, unit = changed
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
    if unit.kind == "count" or unit.name in _SPOONS or (unit.name in _METRIC) == (units == "metric"):
        return None
    base = amount * unit.size
    role, density = _nature(name, notes)
    if units == "metric":
        pours = unit.kind == "volume" and (role in _LIQUID or density is None)
        if unit.kind == "mass" or not pours:
            return _weighed(base if unit.kind == "mass" else base * (density or 1.0), name)
        return _poured(base, name)
    if unit.kind == "volume":
        return _spooned(base, name)
    if role in _IN_CUPS and density:
        return _spooned(base / density, name)
    return _in_pounds(base)


def _in_pounds(grams: float) -> tuple[float, str]:
    ounces = grams / _GRAMS_PER_OUNCE
    pounds = round(ounces / _OUNCES_PER_POUND * 4) / 4
    if pounds >= 1 and abs(pounds * _OUNCES_PER_POUND - ounces) <= _NEAR * ounces:
        return pounds, "lb"
    step = 0.25 if ounces < 2 else 0.5 if ounces < 8 else 1.0
    return max(round(ounces / step) * step, 0.25), "oz"


@lru_cache(4096)
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


def _weighed(grams: float, name: str) -> tuple[float, str]:
    if grams >= 1000:
        return practical(grams / 1000, "kg", name), "kg"
    step = 1 if grams < 15 else 5 if grams < 250 else 10
    return max(float(round(grams / step) * step), 1.0), "g"


def _poured(millilitres: float, name: str) -> tuple[float, str]:
    if millilitres >= 1000:
        return practical(millilitres / 1000, "l", name), "l"
    return practical(millilitres, "ml", name), "ml"


def _spooned(millilitres: float, name: str) -> tuple[float, str]:
    """In the largest of cups and spoons that is near enough."""
    found = []
    for unit, size in _SPOONED:
        amount = practical(millilitres / size, unit, name)
        found.append((abs(amount * size / millilitres - 1), amount, unit))
        many = millilitres / size
        if many > _MOST_SPOONS[unit] or (found[-1][0] <= _NEAR and many >= _LEAST_OF[unit]):
            break
    else:
        return min(found)[1:]
    return found[-1][1:]
