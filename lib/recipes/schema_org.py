"""Reads recipes in schema.org's JSON-LD (https://schema.org/Recipe): one, several, or a @graph."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from lib.recipes.amounts import parse
from lib.recipes.book import Item, describe, item
from lib.recipes.draft import DraftIngredient, RecipeDraft

_DURATION = re.compile(
    r"^P(?:0+Y)?(?:0+M)?(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?(?:\d+(?:\.\d+)?S)?)?$"
)
_MEALS = ("breakfast", "lunch", "dinner", "snack")
_DEPTH = 20


def read_json_ld(name: str, text: str) -> list[Item]:
    """The recipes in a JSON-LD document, each by itself: a bad one doesn't spoil the others."""
    try:
        document = json.loads(text)
        nodes = list(_recipes(document))
    except (ValueError, RecursionError) as error:
        return [Item(name, problem=f"not JSON: {error}")]
    if not nodes:
        return [Item(name, problem="no schema.org Recipe in it")]
    return [_item(f"{name}[{index}]", node) for index, node in enumerate(nodes)]


def _recipes(node: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(node, list):
        for child in node:
            yield from _recipes(child, depth + 1)
    elif isinstance(node, dict):
        kinds = [str(kind).rsplit("/", 1)[-1] for kind in _list(node.get("@type"))]
        if "Recipe" in kinds:
            yield node
        else:
            for key in ("@graph", "mainEntity", "itemListElement", "item"):
                yield from _recipes(node.get(key), depth + 1)


def _item(name: str, node: dict[str, Any]) -> Item:
    try:
        draft = _draft(node)
    except ValidationError as error:
        return Item(name, problem=describe(error))
    return item(draft.title, f"schema.org:{_global_id(node) or draft.title}", draft)


def _global_id(node: dict[str, Any]) -> str:
    """The recipe's address. "#recipe" and "_:b0", which many pages use alike, are none."""
    candidates = [_text(node.get(key)) for key in ("@id", "url")]
    return next((c for c in candidates if re.match(r"[A-Za-z][\w+.-]*:\S", c)), "")


def _draft(node: dict[str, Any]) -> RecipeDraft:
    prep, cook = _minutes(node.get("prepTime")), _minutes(node.get("cookTime"))
    total = _minutes(node.get("totalTime"))
    if total is not None and prep is None and cook is None:
        prep, cook = 0, total
    elif total is not None and cook is None and prep is not None:
        cook = max(total - prep, 0)
    elif total is not None and prep is None and cook is not None:
        prep = max(total - cook, 0)
    categories = [word.lower() for word in _words(node.get("recipeCategory"))]
    return RecipeDraft.model_validate(
        {
            "title": _text(node.get("name"))[:200],
            "description": _text(node.get("description"))[:5000] or None,
            "cuisine": next((word.lower() for word in _words(node.get("recipeCuisine"))), None),
            "meal_type": next((meal for meal in _MEALS if meal in categories), None),
            "category": next((word for word in categories if word not in _MEALS), None),
            "servings": _servings(node.get("recipeYield")),
            "prep_minutes": prep,
            "cook_minutes": cook,
            "ingredients": _ingredients(node.get("recipeIngredient", node.get("ingredients"))),
            "cooking_instructions": list(_steps(node.get("recipeInstructions"))),
            "tags": _words(node.get("keywords"))[:30],
            "image_url": _image(node.get("image")),
            "source": _text(node.get("url")) or None,
        }
    )


def _ingredients(value: Any) -> list[Any]:
    """One line per ingredient; a second line of the same one becomes a note of the first.

    What isn't a readable line stays as it is, for the validation to refuse: a recipe that silently
    lost an ingredient would be called free of its allergens.
    """
    lines: list[Any] = []
    places: dict[str, int] = {}
    for entry in _list(value):
        written = _text(entry)
        if entry is None or (isinstance(entry, str) and not written):
            continue
        try:
            new: Any = parse(written) if written else entry
        except ValidationError:
            new = {"name": written}
        if isinstance(new, DraftIngredient):
            place = places.setdefault(new.name.lower(), len(lines))
            if place < len(lines):
                notes = f"{lines[place].notes or ''}; plus {written}".lstrip("; ")
                lines[place] = lines[place].model_copy(update={"notes": notes[:500]})
                continue
        lines.append(new)
    return lines


def _steps(value: Any, depth: int = 0) -> Iterator[str]:
    """Steps from a text, a list of texts, HowToStep or HowToSection."""
    if depth > _DEPTH:
        return
    for entry in _list(value):
        if isinstance(entry, dict):
            content = entry.get("itemListElement") or entry.get("text") or entry.get("name")
            yield from _steps(content, depth + 1)
        elif isinstance(entry, str):
            yield from (_text(part)[:2000] for part in entry.splitlines() if _text(part))


def _servings(value: Any) -> int | None:
    for entry in _list(value):
        written = entry.get("value") if isinstance(entry, dict) else entry
        if isinstance(written, str | int | float) and (found := re.search(r"\d+", str(written))):
            number = int(found[0][:9])
            return number if 1 <= number <= 100 else None
    return None


def _minutes(value: Any) -> int | None:
    match = _DURATION.match(_text(value).upper()[:60])
    if not match or not any(match.groupdict().values()):
        return None
    days, hours, minutes = (float(match[unit] or 0) for unit in ("days", "hours", "minutes"))
    return round(days * 1440 + hours * 60 + minutes)


def _image(value: Any) -> str | None:
    first = next(iter(_list(value)), None)
    if isinstance(first, dict):
        first = first.get("url")
    return str(first)[:2000] if isinstance(first, str) and first.startswith("http") else None


def _words(value: Any) -> list[str]:
    """Words from a text with commas, or a list of texts or DefinedTerms."""
    terms = [entry.get("name") if isinstance(entry, dict) else entry for entry in _list(value)]
    parts = [part.strip()[:200] for term in terms for part in _text(term).split(",")]
    return list(dict.fromkeys(filter(None, parts)))


def _text(value: Any) -> str:
    """Plain text: entities decoded, tags and repeated white space removed."""
    if not isinstance(value, str):
        return ""
    return " ".join(re.sub(r"</?[A-Za-z!][^<>]*>", " ", html.unescape(value)).split())


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
