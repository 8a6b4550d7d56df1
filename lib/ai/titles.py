"""Titles: what a dish is called after it has changed, and what no title may be."""

import re
from collections.abc import Iterable, Sequence

from lib.nutrition.foods import singular
from lib.nutrition.labels import Allergen, Diet
from lib.recipes.amounts import plural

LONGEST = 90
_SEASON = re.compile(
    r"\b(?:spring(?!\s+(?:roll|onion|green))|summer(?!\s+squash)|autumn|winter(?!\s+squash)|fall|springtime"
    r"|summertime|wintertime|wintry|summery|autumnal|seasonal)\b",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"[<>{}\[\]*_`#|\\\n\r]|https?:|www\.|\d{3,}|[!?]{2,}")
_SMALL = frozenset("and or with in on of the a an to for from de la al à du des con y e".split())
_DIET_NAMES: dict[Diet, str] = {
    "vegan": "Vegan",
    "vegetarian": "Vegetarian",
    "pescatarian": "Pescatarian",
    "gluten_free": "Gluten-Free",
    "dairy_free": "Dairy-Free",
    "paleo": "Paleo",
    "keto": "Keto",
    "low_carb": "Low-Carb",
}
_ALLERGEN_NAMES: dict[Allergen, str] = {
    "milk": "Dairy-Free",
    "egg": "Egg-Free",
    "fish": "Fish-Free",
    "tree_nut": "Nut-Free",
    "peanut": "Peanut-Free",
    "wheat": "Wheat-Free",
    "soy": "Soy-Free",
    "sesame": "Sesame-Free",
    "gluten": "Gluten-Free",
    "celery": "Celery-Free",
    "mustard": "Mustard-Free",
}


def problems(title: str) -> list[str]:
    """What is wrong with a title, in words for whoever wrote it."""
    found = []
    if season := _SEASON.search(title):
        found.append(f"The title names a season ({season[0]}); titles say what the dish is.")
    if _NO_TITLE.search(title):
        found.append("The title has markup, an address or figures in it.")
    if not 3 <= len(title) <= LONGEST:
        found.append(f"The title must have 3 to {LONGEST} characters.")
    if title.isupper() or not re.search(r"[^\W\d_]{3}", title):
        found.append("The title isn't written like a dish's name.")
    return found


_MEATLESS = re.compile(r"\b(?:Meatless|Plant-Based|Vegan)\b")
_MEATS = r"(?:Chicken|Beef|Turkey|Sausages?|Bacon|Mince|Ham|Fish|Tuna|Pepperoni|Ground)"


def meatless(title: str, *, vegan: bool) -> str:
    """The title of a dish without flesh: balls, and "Meatless Chicken" where not all of it is vegan."""
    title = re.sub(r"\b(?:Turkey |Chicken |Beef |Pork |Lamb )?Meatball", "Ball", title)
    return title if vegan else re.sub(rf"\bVegan (?={_MEATS}\b)", "Meatless ", title)


def marked(title: str, mended: Sequence[str]) -> str:
    """The title with the diet, or the one allergen, that the dish was changed for."""
    if mended:  # the mark in front says it for all of it
        title = re.sub(rf"\b(?:Vegan|Vegetarian) (?!{_MEATS}\b)", "", title)
    for diet, name in _DIET_NAMES.items():
        if diet in mended and diet == "vegetarian" and _MEATLESS.search(title):
            return title
        if diet in mended:
            return title if name.lower() in title.lower() else _shortened(f"{name} {title}", title)
    for allergen, name in _ALLERGEN_NAMES.items():
        if allergen in mended:
            # No "Soy-Free Soy-Ginger Ribs".
            title = re.sub(rf"\b{name.partition('-')[0]}-(?!Free\b)", "", title)
            return title if name.lower() in title.lower() else _shortened(f"{name} {title}", title)
    return title


def with_foods(title: str, names: Sequence[str]) -> str:
    """The title with what was added to the dish."""
    for name in names:
        if name.lower() in title.lower() or plural(name).lower() in title.lower():
            continue
        joined = (
            ", "
            if title.count(" and ") and " with " in title
            else " and "
            if " with " in title
            else " with "
        )
        if joined == ", ":
            front, _, last = title.rpartition(" and ")
            title = _shortened(f"{front}, {last} and {capitals(name)}", title)
        else:
            title = _shortened(f"{title}{joined}{capitals(name)}", title)
    return title


def attributive(title: str, names: Iterable[str]) -> str:
    """The title with foods in the singular where another noun follows: "Lentil Moussaka"."""
    for name in names:
        for said in {name, plural(name)}:
            *front, last = said.split()
            one = " ".join([*front, capitals(singular(last.lower()))])
            title = re.sub(rf"\b{re.escape(said)}(?=[ -](?!(?:With|And|In|Or|Of)\b)[A-Z])", one, title)
    return title


def capitals(name: str) -> str:
    """A name as titles write it."""
    said = name.split()
    return " ".join(
        word
        if place and word in _SMALL
        else "-".join(
            part if part in _SMALL else part[:1].upper() + part[1:] for part in word.split("-")
        )
        for place, word in enumerate(said)
    )


def _shortened(title: str, otherwise: str) -> str:
    return title if len(title) <= LONGEST else otherwise
