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
    """Every recipe of the bundled book."""
    for path in sorted(BOOK.rglob("*.yaml")):
        yield from read_yaml(path.stem, path.read_text(encoding="utf-8"), BookRecipe, "book:")


def read_yaml(
    name: str, text: str, model: type[RecipeDraft] = RecipeDraft, namespace: str = "import:"
) -> list[Item]:
    """The recipes of one file; a mapping is one recipe, a list is several."""
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except _UNREADABLE as error:
        return [Item(name, problem=f"not YAML: {error}")]
    if content == []:
        return [Item(name, problem="no recipe in it")]
    if not isinstance(content, list):
        return [_read(name, content, model, namespace + name)]
    names = [f"{name}[{index}]" for index in range(len(content))]
    return [_read(n, c, model, namespace + n) for n, c in zip(names, content, strict=True)]


def _read(name: str, content: object, model: type[RecipeDraft], key: str) -> Item:
    try:
        return item(name, key, model.model_validate(content))
    except ValidationError as error:
        return Item(name, problem=describe(error))


def describe(error: ValidationError) -> str:
    """The bad fields in one line: "servings: Input should be …; ingredients.2.unit: …"."""
    return "; ".join(
        f"{'.'.join(map(str, bad['loc'])) or 'recipe'}: {bad['msg'].removeprefix('Value error, ')}"
        for bad in error.errors()
    )
