"""How shops sell each food: by the piece, by weight, or in packages of certain sizes."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lib.nutrition.foods import Food
from lib.nutrition.lines import Line
from lib.nutrition.quantities import Measure, clean, take_measure
from lib.nutrition.units import find_unit
from lib.nutrition.weighing import weigh
from lib.settings import ROOT

FOLDER = ROOT / "data" / "shopping"

Units = Literal["metric", "us"]
Form = Literal["count", "weight", "pack"]

_STRICTER = ("vegetarian", "vegan", "gluten-free", "unsalted", "unsweetened", "low-sodium", "light")
"""Sorts that shops sell in the same packages as the plain food."""


@dataclass(frozen=True, slots=True)
class Pack:
    """A package.

    `word` is what it is called, `label` its size as printed on it, `contents` what it holds by the
    label, and `grams` what of that counts as the food: a can's beans without their brine.
    """

    word: str
    label: str
    contents: Measure
    grams: float


@dataclass(frozen=True, slots=True)
class Sale:
    """How a food is sold.

    `word` is what is counted ("bunch"), or "" for the food's own pieces; `step` how many are sold at a
    time. `packs` has the sizes, small ones first. `either` says that people ask for so many or for so
    much of it.
    """

    form: Form
    word: str = ""
    step: int = 1
    packs: tuple[Pack, ...] = ()
    either: bool = False

    @property
    def fluid(self) -> bool:
        """Whether packages are labelled by volume."""
        unit = self.packs[0].contents.unit if self.packs else None
        return unit is not None and unit.kind == "volume"


def bought_grams(line: Line, food: Food) -> float | None:
    """Grams of a line as a shop weighs them, bones and peel included; None when it says no amount."""
    weight = weigh(line, food)
    return None if weight is None else weight.grams / food.edible


@lru_cache(20_000)
def sale_of(food: Food, units: Units) -> Sale:
    """How that food is sold.

    Source: sizes that are common in European and in US supermarkets; `data/shopping/packages.csv`.
    """
    row = next((_rows()[key] for key in _keys(food) if key in _rows()), None)
    if row is None:
        return Sale("count" if food.unit == "piece" else "weight", either=True)
    word = row["word"].split("/")[-1 if units == "us" else 0]
    sizes = row[units]
    if row["form"] == "count":
        return Sale("count", "" if word == "piece" else word, int(sizes or 1))
    if row["form"] == "weight":
        return Sale("weight")
    packs = (_pack(food, word, label) for label in sizes.split("|"))
    return Sale("pack", word, packs=tuple(pack for pack in packs if pack))


def _keys(food: Food) -> Iterator[str]:
    """What a row may be found by, from the food itself to the widest group it is in."""
    name = food.name
    yield name
    for word in _STRICTER:
        if name.startswith(f"{word} "):
            yield name.removeprefix(f"{word} ")
    groups = (f"aisle:{food.aisle}", f"unit:{food.unit}", f"category:{food.category}")
    for group in groups:
        yield f"role:{food.role}/{group}"
    yield f"category:{food.category}/aisle:{food.aisle}"
    yield f"role:{food.role}"
    yield from groups


@lru_cache
def _rows() -> dict[str, dict[str, str]]:
    with (FOLDER / "packages.csv").open(encoding="utf-8", newline="") as file:
        return {row["what"]: row for row in csv.DictReader(file)}


def _pack(food: Food, word: str, label: str) -> Pack | None:
    contents, _ = take_measure(clean(label))
    if contents is None:
        raise ValueError(f"{label!r} is no size of a package")
    unit = find_unit(word) or find_unit("package")
    line = Line("", Measure(1, 1, unit), package=contents, name=food.name, phrase=food.name)
    grams = bought_grams(line, food)
    return Pack(word, label, contents, grams) if grams else None
