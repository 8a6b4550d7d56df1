"""What a Nutrition Facts label says of a serving, rounded as the law has it: 21 CFR 101.9(c) and (d).

Amounts are rounded per nutrient:

- calories, (c)(1): below 5 none, up to 50 by 5, above by 10;
- total, saturated and trans fat, (c)(2): below 0.5 g none, below 5 g by 0.5 g, else by 1 g;
- cholesterol, (c)(3): below 2 mg none, up to 5 mg "less than 5 mg", above by 5 mg;
- sodium, (c)(4): below 5 mg none, up to 140 mg by 5 mg, above by 10 mg;
- carbohydrate, fiber, sugars, (c)(6), and protein, (c)(7): below 0.5 g none, below 1 g "less than 1 g",
  else by 1 g;
- vitamin D and iron by 0.1, calcium and potassium by 10: the significance of (c)(8)(iii) and (iv).

Percentages of daily values are those of amounts before rounding: by 1 % for (d)(7)(ii)'s nutrients; for
vitamins and minerals, (c)(8)(iii), below 2 % none, up to 10 % by 2, up to 50 % by 5, above by 10. Added
sugars can't be told from ingredients' figures, so the label doesn't state them.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from lib.nutrition.nutrients import DAILY_VALUES, PLACE, Nutrients

UNKNOWN = "–"
"""Stands for an amount that nobody measured."""


class Fact(BaseModel):
    """A line of a label.

    Args:
        name: of the nutrient.
        amount: with its unit.
        percent: of the daily value, with its sign; empty where there is none.
        level: 0 for what is bold, 1 for parts of that, which stand in, 2 for vitamins and minerals.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    amount: str
    percent: str = ""
    level: int = 0


class Facts(BaseModel):
    """A label: per serving.

    Args:
        servings: how many there are.
        serving_g: what one weighs, of its ingredients before they are cooked; None where it isn't known.
        calories: rounded.
        main: from fat to protein.
        minor: vitamins and minerals.
        incomplete: whether some ingredient isn't accounted for.
    """

    model_config = ConfigDict(frozen=True)

    servings: str
    serving_g: int | None
    calories: str
    main: list[Fact]
    minor: list[Fact]
    incomplete: bool


def calories(value: float) -> str:
    """In kcal, by (c)(1)."""
    if value < 5:
        return "0"
    return str(_nearest(value, 5 if value <= 50 else 10))


def fat(value: float) -> str:
    """In grams, by (c)(2)."""
    if value < 0.5:
        return "0g"
    return f"{round(_half_up(value * 2)) / 2:g}g" if value < 5 else f"{_nearest(value, 1)}g"


def cholesterol(value: float) -> str:
    """In milligrams, by (c)(3)."""
    if value < 2:
        return "0mg"
    return "less than 5mg" if value <= 5 else f"{_nearest(value, 5)}mg"


def sodium(value: float) -> str:
    """In milligrams, by (c)(4)."""
    if value < 5:
        return "0mg"
    return f"{_nearest(value, 5 if value <= 140 else 10)}mg"


def grams(value: float) -> str:
    """Of carbohydrate, fiber, sugars and protein, by (c)(6) and (7)."""
    if value < 0.5:
        return "0g"
    return "less than 1g" if value < 1 else f"{_nearest(value, 1)}g"


def vitamin_percent(share: float) -> str:
    """Of a vitamin's or mineral's daily value, by (c)(8)(iii).

    Args:
        share: 1.0 is all of it.
    """
    percent = share * 100
    if percent < 2:
        return "0%"
    return f"{_nearest(percent, 2 if percent <= 10 else 5 if percent <= 50 else 10)}%"


def _percent(share: float) -> str:
    return f"{_nearest(share * 100, 1)}%"


def _tenths(unit: str) -> Callable[[float], str]:
    return lambda value: f"{_half_up(value * 10) / 10:g}{unit}"


def _tens(unit: str) -> Callable[[float], str]:
    return lambda value: f"{_nearest(value, 10)}{unit}"


class _Rule(NamedTuple):
    field: str
    name: str
    rounded: Callable[[float], str]
    percent: Callable[[float], str] | None = _percent
    level: int = 0


_MAIN = (
    _Rule("fat_g", "Total Fat", fat),
    _Rule("saturated_fat_g", "Saturated Fat", fat, level=1),
    _Rule("trans_fat_g", "Trans Fat", fat, None, 1),
    _Rule("cholesterol_mg", "Cholesterol", cholesterol),
    _Rule("sodium_mg", "Sodium", sodium),
    _Rule("carbohydrate_g", "Total Carbohydrate", grams),
    _Rule("fiber_g", "Dietary Fiber", grams, level=1),
    _Rule("sugars_g", "Total Sugars", grams, None, 1),
    _Rule("protein_g", "Protein", grams, None),
)
_MINOR = (
    _Rule("vitamin_d_ug", "Vitamin D", _tenths("mcg"), vitamin_percent, 2),
    _Rule("calcium_mg", "Calcium", _tens("mg"), vitamin_percent, 2),
    _Rule("iron_mg", "Iron", _tenths("mg"), vitamin_percent, 2),
    _Rule("potassium_mg", "Potassium", _tens("mg"), vitamin_percent, 2),
)


def facts(
    per_serving: Nutrients, servings: float, serving_g: float | None, *, incomplete: bool = False
) -> Facts:
    """The label of that serving.

    Args:
        servings: how many the recipe makes.
        serving_g: grams of one, before cooking.
        incomplete: whether some ingredient isn't accounted for.
    """
    energy = per_serving.energy_kcal
    return Facts(
        servings=f"{servings:g}",
        serving_g=None if serving_g is None else round(serving_g),
        calories=UNKNOWN if energy is None else calories(energy),
        main=[_fact(rule, per_serving) for rule in _MAIN],
        minor=[_fact(rule, per_serving) for rule in _MINOR],
        incomplete=incomplete,
    )


def _fact(rule: _Rule, per_serving: Nutrients) -> Fact:
    value: float | None = getattr(per_serving, rule.field)
    if value is None:
        return Fact(name=rule.name, amount=UNKNOWN, level=rule.level)
    percent = rule.percent(value / float(DAILY_VALUES[PLACE[rule.field]])) if rule.percent else ""
    return Fact(name=rule.name, amount=rule.rounded(value), percent=percent, level=rule.level)


def _nearest(value: float, step: int) -> int:
    return _half_up(value / step) * step


def _half_up(value: float) -> int:
    return math.floor(value + 0.5 + 1e-9)
