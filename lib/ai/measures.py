"""Amounts that can be measured in a kitchen: the nearest to what scaling or swapping comes to."""

import math

from lib.nutrition.foods import find
from lib.recipes.draft import LEAST

_WHOLE = frozenset({"egg", "egg yolk", "egg white", "bay leaf", "cinnamon stick", "star anise"})
_WHOLE_UNITS = frozenset({"clove", "sprig", "leaf", "slice", "stalk", "pinch"})
_QUARTERED = frozenset({"bunch", "head", "can", "handful"})
# Teaspoons that spoons can measure: up to two exactly, then whole ones; a tablespoon is three.
_FEW = (0.125, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5)
_TEASPOONS = (0.125, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 4.5, 5.0, 6.0, 7.5, 9.0, 10.5, 12.0)
_CUPS = (0.25, 0.33, 0.5, 0.67, 0.75, 1.0)
_TSP_IN_TBSP, _MANY_TSP = 3.0, 5.75


def measured(amount: float, unit: str | None, name: str = "") -> tuple[float, str | None]:
    """The nearest amount that can be measured, never none of it, and the unit for it.

    Two thirds of a tablespoon are two teaspoons, and less than a kilogram or liter is told in grams or
    milliliters.
    """
    if unit in ("kg", "l") and amount < 0.995:
        unit = "g" if unit == "kg" else "ml"
        amount *= 1000
    if unit == "tbsp":
        teaspoons = _nearest(amount * _TSP_IN_TBSP)
        if teaspoons >= _TSP_IN_TBSP and teaspoons % 1.5 == 0:
            return teaspoons / _TSP_IN_TBSP, "tbsp"
        return teaspoons, "tsp"
    if unit == "tsp" and amount >= _MANY_TSP:
        return measured(amount / _TSP_IN_TBSP, "tbsp")
    return practical(amount, unit, name), unit


def _nearest(teaspoons: float) -> float:
    if teaspoons > _TEASPOONS[-1]:
        step = 1.5 if teaspoons < 18 else _TSP_IN_TBSP
        return round(teaspoons / step) * step
    return min(_TEASPOONS, key=lambda each: abs(each - teaspoons))


def practical(amount: float, unit: str | None, name: str = "") -> float:
    """The nearest amount that can be measured in this unit; never none of it."""
    if unit in ("g", "ml"):
        return _weighed(amount)
    if unit in ("kg", "l"):
        return max(round(amount * 20) / 20, 0.05)
    if unit in ("tsp", "tbsp"):
        return spoons(amount)
    if unit == "cup":
        if amount >= 4:
            return round(amount * 2) / 2
        return min((cups + part for cups in range(4) for part in _CUPS), key=lambda n: abs(n - amount))
    food = find(name)
    dried = food is not None and food.role == "spice"
    if name in _WHOLE or dried or (food and food.role == "egg") or unit in _WHOLE_UNITS:
        return float(max(1, math.floor(amount + 0.5)))
    if unit in _QUARTERED:
        return max(round(amount * 4) / 4, 0.25) if amount < 1 else max(round(amount * 2) / 2, 1.0)
    if amount >= 3:
        return float(round(amount))
    return max(round(amount * 2) / 2, 0.5)


def _weighed(amount: float) -> float:
    step = 1 if amount < 20 else 5 if amount < 250 else 10 if amount < 1000 else 25
    return max(float(round(amount / step) * step), 1.0)


def spoons(amount: float) -> float:
    """The nearest number of spoons of one size."""
    if amount < _FEW[-1]:
        return min(_FEW, key=lambda each: abs(each - amount))
    return max(round(amount * 2) / 2 if amount < 4 else float(round(amount)), LEAST)
