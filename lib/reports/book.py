"""Arranges a recipe book for paper: chapters by meal, and an index by ingredient."""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping

from lib.nutrition.foods import find
from lib.nutrition.plans import MEALS
from lib.recipes.models import Recipe
from lib.reports.book_loading import LoadedBook
from lib.reports.measures import Units
from lib.reports.recipe_loading import picture_of
from lib.reports.recipe_sheets import arranged, cut_title
from lib.reports.sheets import Book, Chapter, IndexEntry, RecipeSheet, Reference

_NAMES = {"breakfast": "Breakfasts", "lunch": "Lunches", "dinner": "Dinners", "snack": "Snacks"}
_OTHERS = "More recipes"
# Nobody looks a recipe up by these.
_EVERYWHERE = frozenset(
    ["water", "salt", "spice", "leavener", "cooking fat", "extract", "acid", "stock", "salty seasoning"]
)
_MANY_RECIPES = 12
_COMMON_SHARE = 0.25
_LONGEST_NAME = 60


def book(loaded: LoadedBook, units: Units, as_of: datetime.datetime) -> Book:
    """The book in those units."""
    by_kind: dict[str, list[RecipeSheet]] = {}
    for recipe_id, recipe in loaded.recipes.items():
        sheet = arranged(
            recipe,
            loaded.cooked.get(recipe_id),
            units,
            key=_key(recipe),
            picture=picture_of(recipe),
        )
        by_kind.setdefault(sheet.kind if sheet.kind in MEALS else "", []).append(sheet)
    chapters = [
        Chapter(
            key=f"chapter-{kind or 'more'}",
            kind=kind,
            title=_NAMES.get(kind, _OTHERS),
            recipes=sorted(by_kind[kind], key=lambda sheet: (collated(sheet.title), sheet.key)),
        )
        for kind in (*MEALS, "")
        if kind in by_kind
    ]
    return Book(
        title=cut_title(loaded.title),
        owner=cut_title(loaded.owner),
        as_of=as_of,
        chapters=chapters,
        index=_index(loaded.recipes),
    )


def collated(text: str) -> str:
    """What a text is ordered by: without accents, case, and "The" or "A" at its beginning."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    return re.sub(r"^(?:the|an?)\s+|[^\w\s]", "", letters)


def _key(recipe: Recipe) -> str:
    return f"recipe-{recipe.id}"


def _index(recipes: Mapping[str, Recipe]) -> list[IndexEntry]:
    found: dict[str, dict[str, Recipe]] = {}
    for recipe in recipes.values():
        for name in _indexed(entry.name for entry in recipe.ingredients):
            found.setdefault(name, {})[recipe.id] = recipe
    most = len(recipes) * _COMMON_SHARE if len(recipes) >= _MANY_RECIPES else len(recipes)
    return [
        IndexEntry(
            name=name[:1].upper() + name[1:],
            recipes=[
                Reference(title=cut_title(recipe.title), key=_key(recipe))
                for recipe in sorted(found[name].values(), key=lambda one: (collated(one.title), one.id))
            ],
        )
        for name in sorted(found, key=lambda name: (collated(name), name))
        if len(found[name]) <= most
    ]


def _indexed(names: Iterable[str]) -> set[str]:
    wanted = set()
    for name in names:
        food = find(name)
        if food is None:
            wanted.add(" ".join(name.split())[:_LONGEST_NAME])
        elif food.role not in _EVERYWHERE:
            wanted.add(food.name)
    return wanted - {""}
