"""The aisles of a shop, in the order in which people walk through them."""

import csv
from functools import lru_cache
from typing import NamedTuple

from lib.nutrition.foods import Food
from lib.shopping.sales import FOLDER


class Aisle(NamedTuple):
    """An aisle.

    Args:
        place: in the order of the walk; what thaws comes late.
        name: as the food table has it.
        title: for people.
    """

    place: int
    name: str
    title: str


@lru_cache
def aisles() -> dict[str, Aisle]:
    """Every aisle by its name; source: `data/shopping/aisles.csv`."""
    return {row["aisle"]: Aisle(place, row["aisle"], row["title"]) for place, row in enumerate(_rows())}


@lru_cache
def _by_category() -> dict[str, str]:
    return {category: row["aisle"] for row in _rows() for category in row["categories"].split()}


def _rows() -> list[dict[str, str]]:
    with (FOLDER / "aisles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def aisle_of(food: Food | None, category: str | None = None) -> Aisle:
    """Where a food lies.

    Args:
        food: None when it isn't known.
        category: of the ingredient, as the app's table has it; counts where the food says nothing.
    """
    if food is not None and food.aisle in aisles():
        return aisles()[food.aisle]
    said = (category or (food.category if food else "") or "").strip().lower()
    return aisles()[_by_category().get(said, said if said in aisles() else "other")]
