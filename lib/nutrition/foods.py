"""The food table: every food by its cooking name, with USDA's figures and what labels follow from."""

import csv
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from lib.nutrition.nutrients import NUTRIENTS, Amounts
from lib.nutrition.portions import Portion, own_portions, read_portion
from lib.settings import ROOT

FOLDER = ROOT / "data" / "foods"
FIGURES = FOLDER / "usda" / "nutrients.csv"
PORTIONS = FOLDER / "usda" / "portions.csv"

_KINDS_OF = {
    "wheat": {"gluten", "grain"},
    "gluten": {"grain"},
    "soy": {"legume"},
    "peanut": {"legume"},
    "lupin": {"legume"},
}

_LONGEST_NAME = 6
"""In words, for names inside a text."""


@dataclass(frozen=True, slots=True, eq=False)
class Food:
    """A food as a cook names it.

    `classes` holds facts such as "milk" or "gluten"; `may` those that products of this name often, but
    not always, contain. `per_100g` are the figures of USDA's record `fdc_id`, of the edible part;
    `edible` is that part's share of the weight that recipes state. `cooked_yield` is the weight cooked
    over the weight raw. Of a food that isn't `classed` nothing is known but its figures.
    """

    name: str
    fdc_id: int
    description: str
    data_type: str
    aisle: str
    category: str
    role: str
    unit: str
    classes: frozenset[str]
    may: frozenset[str]
    aliases: tuple[str, ...]
    edible: float
    cooked_yield: float | None
    note: str
    per_100g: Amounts = field(repr=False)
    portions: tuple[Portion, ...] = field(repr=False)
    classed: bool = True


@dataclass(frozen=True, slots=True)
class _Record:
    description: str
    data_type: str
    per_100g: Amounts


@lru_cache
def foods() -> dict[str, Food]:
    """Every food by its name."""
    records, portions = _records(), _portions()
    return {
        row["name"]: _food(row, records[row["fdc_id"]], portions.get(row["fdc_id"], []))
        for path in sources()
        for row in _rows(path)
    }


def sources() -> list[Path]:
    """The files that name and class the foods."""
    return sorted(FOLDER.glob("*.csv"))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _records() -> dict[str, _Record]:
    columns = [nutrient.column for nutrient in NUTRIENTS]
    return {
        row["fdc_id"]: _Record(
            row["description"],
            row["data_type"],
            np.array([float(row[column]) if row[column] else np.nan for column in columns]),
        )
        for row in _rows(FIGURES)
    }


def _portions() -> dict[str, list[Portion]]:
    found: dict[str, list[Portion]] = {}
    for row in _rows(PORTIONS):
        amount = float(row["amount"]) if row["amount"] else None
        portion = read_portion(amount, row["text"], float(row["grams"]))
        if portion:
            found.setdefault(row["fdc_id"], []).append(portion)
    return found


def _food(row: dict[str, str], record: _Record, portions: list[Portion]) -> Food:
    marks = row["classes"].split()
    sure = _implied(mark for mark in marks if not mark.startswith("may:"))
    may = _implied(mark.removeprefix("may:") for mark in marks if mark.startswith("may:"))
    return Food(
        name=row["name"],
        fdc_id=int(row["fdc_id"]),
        description=record.description,
        data_type=record.data_type,
        aisle=row["aisle"],
        category=row["category"],
        role=row["role"],
        unit=row["unit"],
        classes=sure,
        may=may - sure,
        aliases=tuple(filter(None, row["aliases"].split("|"))),
        edible=float(row["edible"] or 1),
        cooked_yield=float(row["yield"]) if row["yield"] else None,
        note=row["note"],
        per_100g=record.per_100g,
        portions=(*own_portions(row["grams"]), *portions),
    )


def _implied(marks: Iterable[str]) -> frozenset[str]:
    """The classes with those that they are kinds of."""
    found = set(marks)
    for mark in list(found):
        found |= _KINDS_OF.get(mark, set())
    return frozenset(found)


@lru_cache
def by_key() -> dict[str, Food]:
    """Every food by the key of each of its names."""
    names = {key(food.name): food for food in foods().values()}
    # Past the cache of `key`, which these once-only names would fill.
    aliases = {" ".join(words(alias)): food for food in foods().values() for alias in food.aliases}
    known = aliases | names
    # The rules of spelling give some words another singular than the one they have: "quiches".
    plurals = {" ".join(words(f"{name}s")): food for name, food in known.items()}
    return plurals | known


_WORD = re.compile(r"[^\W_]+(?:[%'./][^\W_]*)*%?")
_I = frozenset({"chilies", "chillies"})
_IE = _I | frozenset("cookies brownies smoothies veggies calories wheaties sweeties weenies".split())
_INVARIANT = frozenset("molasses couscous hummus asparagus swiss watercress brussels jus as is".split())


def words(text: str) -> list[str]:
    """The text's words in the singular, in lower case, without accents and hyphens."""
    plain = unaccented(text).lower().replace("-", " ")
    return [singular(word.strip("'.")) for word in _WORD.findall(plain)]


def unaccented(text: str) -> str:
    """The text without accents; fractions and the like become plain characters too."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


@lru_cache(20_000)
def singular(word: str) -> str:
    """A noun's singular by the rules of spelling; other words stay what they are."""
    word = word.removesuffix("'s").replace("'", "")
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")) or word in _INVARIANT:
        return "leaf" if word == "leave" else word
    if word.endswith("ies"):
        return (
            f"{word[:-3]}y"
            if len(word) > 5 and word not in _IE
            else word[:-1].removesuffix("e" * (word in _I))
        )
    if word.endswith("ves") and word not in ("olives", "chives", "cloves", "endives"):
        return f"{word[:-3]}f"
    if word.endswith(("ches", "shes", "sses", "xes", "toes", "goes")):
        return word[:-2]
    return word[:-1]


@lru_cache(50_000)
def key(name: str) -> str:
    """What a name is looked up by: its words, joined."""
    return " ".join(words(name))


def find(name: str) -> Food | None:
    """The food of that name or alias, singular or plural; None when it isn't known.

    Nothing is guessed from parts of a name: labels fail closed on what isn't found here.
    """
    return by_key().get(key(name))


def mentioned(text: str) -> list[Food]:
    """The foods that a text names, by the longest name at each place."""
    return [food for food, _, _ in places(words(text))]


def places(said: list[str]) -> list[tuple[Food, int, int]]:
    """The foods that these words name, each with where its name starts and ends."""
    known = by_key()
    found: list[tuple[Food, int, int]] = []
    start = 0
    while start < len(said):
        ends = range(min(len(said), start + _LONGEST_NAME), start, -1)
        spans = ((end, known.get(" ".join(said[start:end]))) for end in ends)
        end, food = next(((end, food) for end, food in spans if food), (start + 1, None))
        if food:
            found.append((food, start, end))
        start = end
    return found


@lru_cache
def table_sha256() -> str:
    """Hash of the table's files."""
    digest = hashlib.sha256()
    for path in (*sources(), FIGURES, PORTIONS):
        digest.update(path.read_bytes())
    return digest.hexdigest()
