"""The one list of ingredient names, with aisle, category and the classes that labels follow from."""

import csv
import re
from dataclasses import dataclass
from functools import lru_cache

from lib.settings import ROOT

PATH = ROOT / "data" / "ingredients.csv"

_LONGEST_NAME = 5
"""In words."""


@dataclass(frozen=True)
class Ingredient:
    """A food as a cook names it.

    `classes` holds facts such as "milk" or "gluten"; `may` holds those that products of this name
    often, but not always, contain.
    """

    name: str
    aisle: str
    category: str
    unit: str
    classes: frozenset[str]
    may: frozenset[str]
    aliases: tuple[str, ...]


@lru_cache
def vocabulary() -> dict[str, Ingredient]:
    """Every ingredient by its canonical name."""
    with PATH.open(encoding="utf-8", newline="") as file:
        return {row["name"]: _ingredient(row) for row in csv.DictReader(file)}


def _ingredient(row: dict[str, str]) -> Ingredient:
    marks = row["classes"].split()
    return Ingredient(
        name=row["name"],
        aisle=row["aisle"],
        category=row["category"],
        unit=row["unit"],
        classes=frozenset(mark for mark in marks if not mark.startswith("may:")),
        may=frozenset(mark.removeprefix("may:") for mark in marks if mark.startswith("may:")),
        aliases=tuple(filter(None, row["aliases"].split("|"))),
    )


@lru_cache
def _by_any_name() -> dict[str, Ingredient]:
    names = {alias: item for item in vocabulary().values() for alias in item.aliases}
    return names | vocabulary()


def find(name: str) -> Ingredient | None:
    """The ingredient of that name or alias, singular or plural; None when it isn't known.

    Nothing is guessed from parts of a name: labels fail closed on what isn't found here.
    """
    known = _by_any_name()
    wanted = " ".join(name.lower().split())
    forms = [*_forms(wanted), *_forms(wanted.replace("-", " "))]
    return next((known[form] for form in forms if form in known), None)


def _forms(name: str) -> list[str]:
    forms = [name, f"{name}s", f"{name}es"]
    if name.endswith("ies"):
        forms.append(f"{name[:-3]}y")
    if name.endswith("ves"):
        forms += [f"{name[:-3]}f", f"{name[:-3]}fe"]
    if name.endswith("es"):
        forms.append(name[:-2])
    if name.endswith("s"):
        forms.append(name[:-1])
    return forms


def mentioned(text: str) -> list[Ingredient]:
    """The ingredients that a note names, by the longest name at each place.

    A note can hide a food ("tossed in butter", "and honey"), and what it names counts as contained.
    """
    words = re.findall(r"[\w'%]+(?:-[\w'%]+)*", text.lower())
    found: list[Ingredient] = []
    start = 0
    while start < len(words):
        ends = range(min(len(words), start + _LONGEST_NAME), start, -1)
        spans = ((end, find(" ".join(words[start:end]))) for end in ends)
        end, food = next(((end, food) for end, food in spans if food), (start + 1, None))
        found += [food] if food else []
        start = end
    return found
