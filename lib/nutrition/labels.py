"""Diets and allergens, derived from ingredients. They fail closed: what isn't known is never clear."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from lib.nutrition.foods import Food, mentioned, singular, table_sha256, unaccented, words
from lib.nutrition.lines import Line
from lib.nutrition.matching import match_name
from lib.nutrition.patterns import EQUIPMENT
from lib.nutrition.units import find_unit
from lib.nutrition.words import KINDS, NEUTRAL, PREPARATION, REMARKS, SHAPES, USES

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
    return _joined(_named(name) + _noted(notes or "") for name, notes in lines)


def evidence_of(lines: Iterable[Line]) -> Evidence:
    """What follows from ingredient lines.

    Headings add nothing, but foods that they name may be in the dish.
    """
    said = list(lines)
    found = _joined(
        _aside(line)
        if line.no_food
        else _named(line.phrase) + _instead(line.alternatives) + _noted(line.preparation)
        for line in said
    )
    return replace(found, known=found.known and any(not line.no_food for line in said))


# "half for the sauce": the dish's own parts, of which nothing new is said.
_PARTS = "|".join(
    """
    sauce filling batter dough marinade soup crust cake dressing glaze topping frosting stew curry
    salad roux mash coating greens vegetables fish meat beef chicken falafel beans onions mushrooms
    meatballs rice crumbs paste powder dip dipping spice béchamel ragù batches griddle top tops side
    others cookies pie icing base
    """.split()
)
_PART_OF_DISH = re.compile(
    rf"\b(?:(?:for|of|to) (?:the |a |each )?(?:milder )?|(?:in|into|from|with) the )(?:{_PARTS})"
    rf"(?: and (?:the )?(?:{_PARTS}))?\b"
    r"|\b(?:excess|visible|trimmed of) fat\b|(?:\b(?:full|low|reduced)|\d%)[ -]fat\b"
)

# What a part is made of stands among the ingredients: "half for the sauce" brings in no bottled sauce.
_OWN_PARTS = "|".join(
    """
    sauce filling batter dough marinade crust dressing glaze topping frosting coating base top tops mash
    roux dip paste icing soup stew curry salad ragù béchamel falafel meatballs patties spice
    """.split()
)
_OWN_PART = re.compile(
    rf"\b(?:for|into|in|to) the (?:{_OWN_PARTS})(?: and (?:the )?(?:{_OWN_PARTS}))?\b"
)

# Of what follows "not", foods count as they would elsewhere; other words only say what is meant.
_NOT_MEANT = re.compile(r"\b(?:not|do not use|don['’]t use|never)\b[^,;.()]*")
_DEGREES = re.compile(r"\d[\d./]*\s*(?:°|degrees)\s*[fc]?\b|°", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|plus|&)\s")
_NOT_EATEN = re.compile(r"^(?:special )?equipment\b|^(?:accompaniments?|ingredient info)$")
_DIMENSIONS = re.compile(
    r"^[\d\s./x-]+[\s-]inch(?:es)?(?:[\s-](?:thick|long|wide|square))?\s+"
    r"(?:(?:cubes?|slices?|pieces?|strips?|chunks?|wedges?|rounds?|lengths|matchsticks)\s+(?:of\s+)?)?"
)
_CUT = re.compile(r"\s*[,;]\s*")

_Found = list[tuple[Food | None, bool]]
"""Foods with whether they are sure to be in; None for words that nobody knows."""


def _named(name: str) -> _Found:
    """The food of a name. What a name that isn't understood mentions may be in.

    A name may hold a note behind a comma: where a recipe needs a food twice, the app's tables want
    two names.
    """
    found = match_name(name)
    if found and found.exact and not _has_symbols(name):
        return [(found.food, True)]
    if (bare := _DIMENSIONS.sub("", name)) != name and bare:
        return _named(bare)
    if EQUIPMENT.match(name) or _NOT_EATEN.match(name):
        return [(food, False) for food in mentioned(name)]
    if cut := _CUT.search(name):
        head, note = name[: cut.start()], name[cut.end() :]
        plain = match_name(head)
        if plain and plain.exact and not _has_symbols(head):
            return [(plain.food, True), *_noted(note)]
    parts = [match_name(part) for part in _AND.split(name)]
    if len(parts) > 1 and all(part and part.exact for part in parts) and not _has_symbols(name):
        return [(part.food, True) for part in parts if part]
    sure: _Found = [(found.food, True)] if found else []
    return [(None, True), *sure, *((food, False) for food in mentioned(name))]


def _aside(line: Line) -> _Found:
    foods: _Found = [(food, False) for food in mentioned(line.phrase)]
    return foods + _noted(line.preparation)


def _instead(alternatives: Iterable[str]) -> _Found:
    return [(food, False) for other in alternatives for food, _ in _named(other)]


def _noted(notes: str) -> _Found:
    """The foods that a note names: it can hide one ("tossed in butter", "with honey")."""
    if not notes:
        return []
    foods: _Found = [(food, True) for food in mentioned(_OWN_PART.sub(" part ", notes))]
    return foods if understood(notes) else [*foods, (None, True)]


def understood(notes: str) -> bool:
    """Whether every word of a note names a known food or none at all."""
    if _has_symbols(_DEGREES.sub(" ", notes)):
        return False
    foods = mentioned(notes)
    known = {word for food in foods for name in (food.name, *food.aliases) for word in words(name)}
    rest = unaccented(notes.lower())
    for saying_no_food in (_DEGREES, _NOT_MEANT, _PART_OF_DISH):
        rest = saying_no_food.sub(" ", rest)
    return all(
        word in known or singular(word) in known or _says_no_food(word)
        for word in re.findall(r"[^\W\d_]+", rest)
    )


def _has_symbols(text: str) -> bool:
    """Whether there are pictures in it: a peanut may be one."""
    return not text.isascii() and any(unicodedata.category(character) == "So" for character in text)


def _says_no_food(word: str) -> bool:
    if word in PREPARATION or word in REMARKS or word in NEUTRAL or word in USES or word in KINDS:
        return True
    return singular(word) in SHAPES or find_unit(word) is not None


def _joined(found: Iterable[_Found]) -> Evidence:
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
