"""Reads recipe files: the book's YAML, one recipe per file, or several in a list."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from pydantic import ValidationError

from lib.recipes.draft import BookRecipe, RecipeDraft
from lib.settings import ROOT

BOOK = ROOT / "data" / "recipes"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://mealprep360.example/recipes")
# PyYAML lets the errors of its own conversions through: `title: 2024-13-45` is a ValueError.
_UNREADABLE = (yaml.YAMLError, ValueError, LookupError, ArithmeticError, AttributeError)


@dataclass(frozen=True)
class Item:
    """One thing found in a source: a recipe with its id, or the reason why it is none."""

    name: str
    id: str = ""
    draft: RecipeDraft | None = None
    problem: str = ""


def item(name: str, key: str, draft: RecipeDraft) -> Item:
    """An item whose id follows from `key`, so that reading it again gives the same recipe."""
    return Item(name, str(uuid.uuid5(_NAMESPACE, key)), draft)


def book() -> Iterator[Item]:
    """Every recipe of the bundled book, each known by its file's name."""
    for path in sorted(BOOK.rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        yield from read_yaml(path.stem, text, BookRecipe, f"book:{path.stem}")


def read_yaml(
    name: str, text: str, model: type[RecipeDraft] = RecipeDraft, key: str | None = None
) -> list[Item]:
    """The recipes of one file; a mapping is one recipe, a list is several.

    Args:
        key: what a recipe is known by when it is read again; without it, its title.
    """
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except _UNREADABLE as error:
        return [Item(name, problem=f"not YAML: {error}")]
    if content == []:
        return [Item(name, problem="no recipe in it")]
    if not isinstance(content, list):
        return [_read(name, content, model, key)]
    return [_read(f"{name}[{index}]", entry, model, key) for index, entry in enumerate(content)]


def _read(name: str, content: object, model: type[RecipeDraft], key: str | None) -> Item:
    try:
        draft = model.model_validate(content)
    except ValidationError as error:
        return Item(name, problem=describe(error))
    return item(name, key or f"import:{draft.title.lower()}", draft)


def describe(error: ValidationError) -> str:
    """The bad fields in one line: "servings: Input should be …; ingredients.2.unit: …"."""
    return "; ".join(
        f"{'.'.join(map(str, bad['loc'])) or 'recipe'}: {bad['msg'].removeprefix('Value error, ')}"
        for bad in error.errors()
    )
