"""What is bought for a food: lemons for their juice, raw rice for cooked, one butter for two."""

import csv
from dataclasses import dataclass
from functools import lru_cache

from lib.nutrition.foods import Food, foods
from lib.nutrition.lines import Line
from lib.nutrition.quantities import Measure
from lib.shopping.sales import FOLDER, bought_grams

_STRICTER = ("vegetarian", "low-sodium", "extra-firm", "unsulphured")
"""Sorts that do for everything for which the plain one is asked; a vegan chicken doesn't."""

_FRUIT_PARTS = ("juice", "zest")


@dataclass(frozen=True, slots=True)
class Sold:
    """What is bought for a line's food.

    `grams` are of `food` as bought; None when the line says no amount. `part` is what of it is used
    where one piece gives several ("juice"), and then `pieces` are as many as it takes.
    """

    food: Food
    grams: float | None
    part: str = ""
    pieces: float = 0.0
    cooked: bool = False


@lru_cache(8192)
def as_sold(line: Line, food: Food) -> Sold:
    """What is bought for this line; sources: `data/shopping/sorts.csv`, the food table's yields."""
    grams = bought_grams(line, food)
    target, part = _sort(line, food)
    if part:
        one = bought_grams(Line("", Measure(1, 1), name=food.name, phrase=food.name, use="fruit"), food)
        return Sold(target, grams, part, grams / one if grams and one else 0.0)
    if target is not food:
        return Sold(target, grams)
    raw = foods().get(food.name.removeprefix("cooked ")) if food.name.startswith("cooked ") else None
    if raw and raw.cooked_yield:
        return Sold(raw, grams and grams / raw.cooked_yield / raw.edible, cooked=True)
    return Sold(food, grams)


def _sort(line: Line, food: Food) -> tuple[Food, str]:
    row = _sorts().get(food.name)
    if row and not (row[0].startswith("canned ") and "soak" in line.preparation):
        return foods()[row[0]], row[1]
    fruit, _, part = food.name.rpartition(" ")
    if line.use == "fruit" and part in _FRUIT_PARTS and fruit in foods():  # "1 orange, juiced"
        return foods()[fruit], part
    return food, ""


@lru_cache
def _sorts() -> dict[str, tuple[str, str]]:
    with (FOLDER / "sorts.csv").open(encoding="utf-8", newline="") as file:
        return {row["food"]: (row["bought_as"], row["part"]) for row in csv.DictReader(file)}


def stand_ins(name: str) -> list[str]:
    """Foods that do for the one of that name, so that nobody buys both; those most like it first.

    None of them brings in an allergen, or anything else that a diet forbids.
    Source: `data/shopping/stand_ins.csv`.
    """
    food = foods().get(name)
    if food is None:
        return []
    others = [*(f"{word} {name}" for word in _STRICTER), *_stand_ins().get(name, ())]
    return [other for other in others if other in foods() and _adds_nothing(foods()[other], food)]


def _adds_nothing(other: Food, food: Food) -> bool:
    """Whether whoever may eat a food may eat the other one."""
    return other.classes <= food.classes and other.may <= food.classes | food.may


@lru_cache
def _stand_ins() -> dict[str, tuple[str, ...]]:
    with (FOLDER / "stand_ins.csv").open(encoding="utf-8", newline="") as file:
        return {row["food"]: tuple(row["covered_by"].split("|")) for row in csv.DictReader(file)}
