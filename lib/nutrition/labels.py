"""Diets and allergens, derived from ingredients. They fail closed: what isn't known is never clear."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from lib.nutrition import vocabulary
from lib.nutrition.vocabulary import find, mentioned

Diet = Literal[
    "vegetarian",
    "vegan",
    "pescatarian",
    "gluten_free",
    "dairy_free",
    "keto",
    "paleo",
    "low_carb",
]
Allergen = Literal[
    "milk",
    "egg",
    "fish",
    "shellfish",
    "tree_nut",
    "peanut",
    "wheat",
    "soy",
    "sesame",
    "gluten",
    "celery",
    "mustard",
    "lupin",
    "mollusc",
    "sulphite",
]
DietStatus = Literal["yes", "no", "unknown"]
AllergenStatus = Literal["contains", "may", "clear", "unknown"]

DIETS: tuple[Diet, ...] = get_args(Diet)
ALLERGENS: tuple[Allergen, ...] = get_args(Allergen)

# An allergen is there when one of these classes is. Molluscs count as shellfish too: the US list
# means crustaceans, people who avoid shellfish mostly mean both.
_ALLERGEN_CLASSES: dict[Allergen, frozenset[str]] = {
    **{allergen: frozenset({allergen}) for allergen in ALLERGENS},
    "shellfish": frozenset({"crustacean", "mollusc"}),
    "gluten": frozenset({"gluten", "wheat"}),
}

_FLESH = frozenset({"meat", "poultry", "fish", "crustacean", "mollusc", "gelatin"})
_DIET_EXCLUDES: dict[Diet, frozenset[str]] = {
    "vegetarian": _FLESH | {"animal_rennet"},
    "vegan": _FLESH | {"animal_rennet", "milk", "egg", "honey"},
    "pescatarian": frozenset({"meat", "poultry", "gelatin"}),
    "gluten_free": frozenset({"gluten", "wheat"}),
    "dairy_free": frozenset({"milk"}),
    "paleo": frozenset(
        {"grain", "legume", "soy", "peanut", "milk", "refined_sugar", "alcohol", "gluten", "wheat"}
    ),
}

# Grams of carbohydrate per serving. There is no legal definition: 20 g keeps four meals within the
# 26% of energy (130 g a day) that the ADA calls low; 10 g net keeps them within keto's usual 50 g.
LOW_CARB_MAX_G = 20.0
KETO_MAX_NET_G = 10.0


def allergens(names: Iterable[str]) -> dict[Allergen, AllergenStatus]:
    """What is known of each allergen in a dish made of these ingredients.

    "contains" when an ingredient is or holds it, "may" when products of that name often do, "unknown"
    when an ingredient isn't in the vocabulary, "clear" otherwise. No ingredients: all unknown.
    """
    classes, may, known = _facts(names)

    def status(allergen: Allergen) -> AllergenStatus:
        marks = _ALLERGEN_CLASSES[allergen]
        if marks & classes:
            return "contains"
        if not known:
            return "unknown"
        return "may" if marks & may else "clear"

    return {allergen: status(allergen) for allergen in ALLERGENS}


def diets(
    names: Iterable[str],
    carbohydrate_g: float | None = None,
    fiber_g: float | None = None,
) -> dict[Diet, DietStatus]:
    """Which diets a dish made of these ingredients fits.

    Args:
        names: the ingredients.
        carbohydrate_g: grams per serving, fibre included; None leaves keto and low_carb unknown.
        fiber_g: grams per serving; None counts as none.
    """
    classes, may, known = _facts(names)

    def status(diet: Diet) -> DietStatus:
        if diet == "low_carb":
            return _at_most(carbohydrate_g, LOW_CARB_MAX_G)
        if diet == "keto":
            net = None if carbohydrate_g is None else carbohydrate_g - (fiber_g or 0)
            return _at_most(net, KETO_MAX_NET_G)
        if _DIET_EXCLUDES[diet] & classes:
            return "no"
        return "yes" if known and not _DIET_EXCLUDES[diet] & may else "unknown"

    return {diet: status(diet) for diet in DIETS}


def fits(statuses: dict[Diet, DietStatus]) -> list[Diet]:
    """The diets that are proven."""
    return [diet for diet, status in statuses.items() if status == "yes"]


def present(statuses: dict[Allergen, AllergenStatus]) -> list[Allergen]:
    """The allergens that are, or may be, contained."""
    return [allergen for allergen, status in statuses.items() if status in ("contains", "may")]


def foods(lines: Iterable[tuple[str, str | None]]) -> list[str]:
    """Names to derive labels from: each line's food, and the foods that its note mentions."""
    names: list[str] = []
    for name, notes in lines:
        names.append(name)
        names += [food.name for food in mentioned(notes or "")]
    return names


@lru_cache
def rules_sha256() -> str:
    """Hash of what labels follow from: when it changes, stored labels are out of date."""
    sources = [vocabulary.PATH, Path(vocabulary.__file__), Path(__file__)]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def all_known(names: Iterable[str]) -> bool:
    """Whether there are ingredients and each is in the vocabulary."""
    return _facts(names)[2]


def _facts(names: Iterable[str]) -> tuple[frozenset[str], frozenset[str], bool]:
    found = [find(name) for name in names]
    known = [item for item in found if item]
    return (
        frozenset().union(*(item.classes for item in known)),
        frozenset().union(*(item.may for item in known)),
        bool(found) and len(known) == len(found),
    )


def _at_most(value: float | None, limit: float) -> DietStatus:
    if value is None:
        return "unknown"
    return "yes" if value <= limit else "no"
