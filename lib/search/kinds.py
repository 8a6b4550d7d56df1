"""Kinds of foods that cooks name: "cheese" stands for many foods, "pork" is in bacon and ham."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from lib.nutrition.foods import Food, foods, key, words
from lib.settings import ROOT

FILE = ROOT / "data" / "kinds.csv"
SYNONYMS = ROOT / "data" / "synonyms.csv"
DISHES = ROOT / "data" / "dishes.csv"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind with its names, and what makes a food one of it."""

    name: str
    names: tuple[str, ...]
    classes: frozenset[str]
    roles: frozenset[str]
    foods: frozenset[str]
    words: frozenset[str]
    exceptions: frozenset[str]

    def holds(self, food: Food) -> bool:
        """Whether the food is of this kind, contains it, or often does."""
        if food.name in self.foods:
            return True
        if food.name in self.exceptions:
            return False
        if self.classes & (food.classes | food.may) or {food.role, food.category} & self.roles:
            return True
        return not self.words.isdisjoint(words(food.name))


@lru_cache
def kinds() -> dict[str, Kind]:
    """Every kind by its name."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {row["kind"]: _kind(row) for row in csv.DictReader(file)}


def _kind(row: dict[str, str]) -> Kind:
    def listed(column: str) -> list[str]:
        return [each.strip() for each in row[column].split("|") if each.strip()]

    return Kind(
        name=row["kind"],
        names=tuple(listed("names")),
        classes=frozenset(row["classes"].split()),
        roles=frozenset(listed("roles")),
        foods=frozenset(listed("foods")),
        words=frozenset(key(word) for word in listed("words")),
        exceptions=frozenset(listed("except")),
    )


@lru_cache
def by_key() -> dict[str, Kind]:
    """Every kind by the key of each of its names."""
    return {key(name): kind for kind in kinds().values() for name in (kind.name, *kind.names)}


@lru_cache(20_000)
def _of(name: str) -> frozenset[str]:
    food = foods().get(name)
    return frozenset(kind.name for kind in kinds().values() if kind.holds(food)) if food else frozenset()


def kinds_of(found: Iterable[Food]) -> list[str]:
    """The kinds that these foods are of, in order of their names."""
    return sorted(frozenset().union(*(_of(food.name) for food in found)))


@lru_cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Other ways to say what is no food ("crockpot"), by the words' key."""
    found: dict[str, tuple[str, ...]] = {}
    with SYNONYMS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            group = [row["words"], *filter(None, row["same"].split("|"))]
            for word in group:
                others = [other for other in group if key(other) != key(word)]
                found[key(word)] = tuple(dict.fromkeys([*found.get(key(word), ()), *others]))
    return found


@lru_cache
def dishes() -> dict[str, tuple[str, ...]]:
    """Sorts of dishes, by the key of each name, with the words that tell them in a title."""
    found: dict[str, tuple[str, ...]] = {}
    with DISHES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in row["dish"].split("|"):
                found[key(name)] = tuple(row["narrower"].split("|"))
    return found
