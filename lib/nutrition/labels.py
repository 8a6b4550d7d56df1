"""Diets and allergens, derived from ingredients. They fail closed: what isn't known is never clear."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from lib.nutrition import mentions
from lib.nutrition.foods import table_sha256
from lib.nutrition.lines import Line

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
BY_CARBOHYDRATE: tuple[Diet, ...] = ("keto", "low_carb")
"""The diets that follow from an amount, not from what the ingredients are."""
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


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of the ingredients of a dish.

    `classes` are in it, `may` are in some products of these names or in what a line offers instead;
    `known` says that every word of every line was understood, and that there are lines.
    """

    classes: frozenset[str]
    may: frozenset[str]
    known: bool


def evidence(lines: Iterable[tuple[str, str | None]]) -> Evidence:
    """What follows from ingredients as recipes store them: a name and a note each."""
    said = list(lines)
    found = [
        mentions.named(name)
        + mentions.noted(notes or "", name)
        + mentions.left_out(f"{name}, {notes}" if notes else name)
        for name, notes in said
    ]
    return _joined([*found, mentions.empty_headings([name for name, _ in said])])


def evidence_of(lines: Iterable[Line]) -> Evidence:
    """What follows from ingredient lines.

    Headings of something add nothing, but foods that they name may be in the dish.
    """
    said = list(lines)
    each = [
        mentions.aside(line)
        if line.no_food
        else mentions.named(line.phrase)
        + mentions.instead(line.alternatives)
        + mentions.noted(line.preparation, line.name)
        + mentions.left_out(line.text)
        for line in said
    ]
    found = _joined([*each, mentions.empty_headings([line.phrase for line in said])])
    return replace(found, known=found.known and any(not line.no_food for line in said))


def _joined(found: Iterable[mentions.Found]) -> Evidence:
    each = [item for line in found for item in line]
    sure = [food for food, in_it in each if food and in_it]
    maybe = [food for food, in_it in each if food and not in_it]
    return Evidence(
        classes=frozenset().union(*(food.classes for food in sure)),
        may=frozenset().union(
            *(food.may for food in sure), *(food.classes | food.may for food in maybe)
        ),
        known=bool(each) and all(food for food, _ in each),
    )


def allergens(known: Evidence) -> dict[Allergen, AllergenStatus]:
    """What is known of each allergen in a dish of these ingredients.

    "contains" when an ingredient is or holds it, "unknown" when not every ingredient is known, "may"
    when products of that name often hold it, "clear" otherwise. No ingredients: all unknown.
    """

    def status(allergen: Allergen) -> AllergenStatus:
        marks = _ALLERGEN_CLASSES[allergen]
        if marks & known.classes:
            return "contains"
        if not known.known:
            return "unknown"
        return "may" if marks & known.may else "clear"

    return {allergen: status(allergen) for allergen in ALLERGENS}


def diets(
    known: Evidence,
    carbohydrate_g: float | None = None,
    fiber_g: float | None = None,
) -> dict[Diet, DietStatus]:
    """Which diets a dish of these ingredients fits.

    Args:
        known: the ingredients.
        carbohydrate_g: grams per serving, fibre included; None leaves keto and low_carb unknown.
        fiber_g: grams per serving; None counts as none.
    """

    def status(diet: Diet) -> DietStatus:
        if diet == "low_carb":
            return _at_most(carbohydrate_g, LOW_CARB_MAX_G, known.known)
        if diet == "keto":
            net = None if carbohydrate_g is None else carbohydrate_g - (fiber_g or 0)
            return _at_most(net, KETO_MAX_NET_G, known.known)
        if _DIET_EXCLUDES[diet] & known.classes:
            return "no"
        return "yes" if known.known and not _DIET_EXCLUDES[diet] & known.may else "unknown"

    return {diet: status(diet) for diet in DIETS}


def fits(statuses: dict[Diet, DietStatus]) -> list[Diet]:
    """The diets that are proven."""
    return [diet for diet, status in statuses.items() if status == "yes"]


def present(statuses: dict[Allergen, AllergenStatus]) -> list[Allergen]:
    """The allergens that are, or may be, contained."""
    return [allergen for allergen, status in statuses.items() if status in ("contains", "may")]


# Modules that neither labels nor sums depend on.
_NO_RULES = ("answers", "fdc", "lookup", "plans", "store", "swaps", "usda")


@lru_cache
def rules_sha256() -> str:
    """Hash of what labels and nutrients follow from: when it changes, stored ones are out of date."""
    here = Path(__file__).parent
    sources = sorted(path for path in here.glob("*.py") if path.stem not in _NO_RULES)
    digest = hashlib.sha256(table_sha256().encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _at_most(value: float | None, limit: float, known: bool) -> DietStatus:
    if value is None or value != value:
        return "unknown"
    if value > limit:
        return "no"
    return "yes" if known else "unknown"
