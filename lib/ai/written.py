"""The form in which a model writes a recipe, strict enough for schemas and read with patience."""

import json
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from lib.recipes import amounts
from lib.recipes.book import describe
from lib.recipes.draft import LEAST, DraftIngredient, RecipeDraft

_LISTS = (
    "prep_instructions", "cooking_instructions", "serving_instructions", "freezer_prep",
    "defrost_instructions", "container_suggestions", "tags",
)  # fmt: skip
_LONGEST_STEP = 2000
# Names under which models give a field whatever they are asked for.
_ALSO = {
    "name": "title", "instructions": "cooking_instructions", "steps": "cooking_instructions",
    "directions": "cooking_instructions", "method": "cooking_instructions", "prep_time": "prep_minutes",
    "cook_time": "cook_minutes", "storage_time": "storage_days", "serves": "servings",
    "yield": "servings",
}  # fmt: skip


class _Form(BaseModel):
    # Strict schemas want every property required and no others.
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class WrittenIngredient(_Form):
    """One line; an amount of 0 is "to taste"."""

    name: str
    amount: float
    unit: Literal["g", "kg", "ml", "l", "tsp", "tbsp", "cup", "pinch", "piece", "clove", "slice", "can",
                  "bunch", "sprig", "stalk", "leaf", "head", "handful"]  # fmt: skip
    notes: str


class WrittenRecipe(_Form):
    """A recipe as a model is asked to write it."""

    title: str
    summary: str
    description: str
    cuisine: str
    category: str
    meal_type: Literal["breakfast", "lunch", "dinner", "snack"]
    difficulty: Literal["easy", "medium", "hard"]
    servings: int
    prep_minutes: int
    cook_minutes: int
    ingredients: list[WrittenIngredient]
    prep_instructions: list[str]
    cooking_instructions: list[str]
    serving_instructions: list[str]
    freezer_prep: list[str]
    defrost_instructions: list[str]
    container_suggestions: list[str]
    storage_days: int
    tags: list[str]


class WrittenRecipes(_Form):
    """Several of them."""

    recipes: list[WrittenRecipe]


def schema(form: type[BaseModel]) -> dict[str, Any]:
    """The form as a JSON schema, without titles and descriptions, which cost tokens."""
    found: dict[str, Any] = _bare(form.model_json_schema(by_alias=True))
    return found


def _bare(node: Any) -> Any:
    if isinstance(node, dict):
        kept = {
            k: v for k, v in node.items() if not (k in ("title", "description") and isinstance(v, str))
        }
        return {key: _bare(value) for key, value in kept.items()}
    return [_bare(each) for each in node] if isinstance(node, list) else node


def draft(found: dict[str, Any]) -> RecipeDraft | str:
    """The draft in what a model has written, or what is wrong with it.

    Numbers in words' clothes, lines in place of parts and other names of fields are understood.
    """
    said = {_ALSO.get(name, name): value for key, value in found.items() for name in [_snake(key)]}
    data: dict[str, Any] = {
        name: said[name] for name in RecipeDraft.model_fields if said.get(name) is not None
    }
    for name in ("image_url", "source", "season"):
        data.pop(name, None)
    for name in ("title", "summary", "description", "cuisine", "category", "meal_type", "difficulty"):
        if name in data:
            data[name] = " ".join(str(data[name]).split())
    for name in ("cuisine", "category", "meal_type", "difficulty"):
        if name in data:
            data[name] = data[name].lower()
    for name in ("servings", "prep_minutes", "cook_minutes", "storage_days"):
        if name in data:
            data[name] = _whole(data[name])
    for name in _LISTS:
        if name in data:
            data[name] = [text for text in _texts(data[name]) if text][:60]
    data["ingredients"] = list(_joined(_ingredient(line) for line in _items(data.get("ingredients"))))
    try:
        return RecipeDraft.model_validate(data)
    except ValidationError as error:
        return describe(error)


def _snake(name: str) -> str:
    return (
        "".join(f"_{c.lower()}" if c.isupper() else c for c in str(name))
        .replace("-", "_")
        .replace(" ", "_")
    )


def _items(value: object) -> list[Any]:
    if isinstance(value, list):
        return value[:100]
    if isinstance(value, dict):
        return [f"{amount} {name}" for name, amount in value.items()][:100]
    return [line for line in str(value).split("\n") if line.strip()] if isinstance(value, str) else []


def _texts(value: object) -> list[str]:
    each = value if isinstance(value, list) else str(value).split("\n") if isinstance(value, str) else []
    return [_text(one)[:_LONGEST_STEP] for one in each]


def _text(one: object) -> str:
    if isinstance(one, dict):
        one = one.get("text") or one.get("instruction") or one.get("step") or json.dumps(one)
    return " ".join(str(one).split()).lstrip("-•* ").strip()


def _whole(value: object) -> int | None:
    digits = "".join(c for c in str(value).partition(".")[0] if c.isdigit())[:6]
    return int(digits) if digits and not str(value).strip().startswith("-") else None


def _ingredient(line: object) -> DraftIngredient | None:
    """One line, in parts or as text; None where there is nothing in it."""
    if isinstance(line, str):
        return amounts.parse(line) if line.strip() else None
    if not isinstance(line, dict):
        return None
    said = {_snake(key): value for key, value in line.items()}
    name = " ".join(str(said.get("name") or said.get("ingredient") or said.get("item") or "").split())
    if not name and isinstance(said.get("text"), str):
        return amounts.parse(said["text"])
    amount, unit = said.get("amount", said.get("quantity")), said.get("unit")
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        text = f"{amount or ''} {unit or ''} {name}".strip()
        return amounts.parse(text) if text else None
    notes = str(said.get("notes") or said.get("preparation") or "").strip()[:500]
    return DraftIngredient(
        name=name.lower()[:200] or "?",
        amount=float(amount) if LEAST <= amount < 100_000 else None if amount == 0 else 99_999.0,
        unit=str(unit).strip()[:200] if unit else None,
        notes=notes or None,
    )


def _joined(lines: Iterable[DraftIngredient | None]) -> Iterable[DraftIngredient]:
    """Each food once, as the app's tables want it; what comes again in the same unit adds up."""
    found: dict[str, DraftIngredient] = {}
    for line in lines:
        if line is None:
            continue
        key = line.name.lower()
        before = found.get(key)
        if before is None:
            found[key] = line
        elif before.unit == line.unit and before.amount and line.amount:
            found[key] = before.model_copy(update={"amount": round(before.amount + line.amount, 2)})
        else:
            found[f"{key} "] = line
    return found.values()
