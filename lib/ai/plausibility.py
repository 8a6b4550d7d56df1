"""Whether a recipe can be what it says: amounts, heat, times and yield within kitchens' bounds."""

import re
from collections.abc import Iterator

from lib.nutrition.calculation import Sum
from lib.nutrition.foods import Food
from lib.recipes.draft import RecipeDraft

SODIUM_MOST_MG = 2300.0
"""Per serving: the adequate intake's ceiling for a whole day (FDA's daily value)."""

_KCAL = (20.0, 1600.0)
_GRAMS = (25.0, 1300.0)
# The most grams per serving of what is eaten in small amounts.
_MOST_G: dict[str, float] = {
    "salt": 8.0,
    "leavener": 8.0,
    "spice": 15.0,
    "extract": 10.0,
    "salty seasoning": 50.0,
    "cooking fat": 90.0,
    "spread": 90.0,
    "sweetener": 120.0,
    "syrup": 120.0,
    "alcohol": 250.0,
    "thickener": 50.0,
    "fresh herb": 60.0,
    "acid": 120.0,
}
_OVEN_C, _OVEN_F = (50, 300), (120, 575)
_HEAT = re.compile(r"(?P<n>\d{2,4})\s*(?:°|º|degrees?\s*)\s*(?P<unit>[CF])\b", re.IGNORECASE)
_INSIDE_C = {"poultry": 74, "ground meat": 70, "sausage": 70}
_FROZEN_TALK = re.compile(r"freez|fridge|refrigerat|thaw|defrost|chill", re.IGNORECASE)
_MINUTES = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?:\s*(?:-|–|to)\s*(?P<high>\d+(?:\.\d+)?))?[\s-]*(?P<unit>hours?|hrs?|h|minutes?|mins?)\b"
)
_MEANWHILE = re.compile(
    r"\b(?:meanwhile|in the meantime|while|at the same time|overnight|up to|or longer)\b", re.I
)
# "Stir after 2 hours" is within a time that is told already.
_WITHIN = re.compile(r"\b(?:after|every)(?: about| the first)? $", re.IGNORECASE)
_HEATED = re.compile(
    r"\b(?:heat|cook|bak|roast|grill|fr(?:y|i)|simmer|boil|steam|broil|sear|saut|poach|brais|brown"
    r"|toast|melt|microwave|stew|char)",
    re.IGNORECASE,
)
_SLACK_MINUTES, _SLACK = 15, 1.35


def amounts(found: Sum, servings: int) -> Iterator[str]:
    """What there is too much or too little of."""
    for item in found.counted:
        most = _MOST_G.get(item.match.food.role)
        each = item.bought / servings if item.bought else item.grams / servings
        if most and each > most and not _is_used_up(item.line.use):
            yield f"{item.line.text!r} is {each:.0f} g per serving; no dish takes over {most:.0f} g."
    edible = sum(item.grams for item in found.counted) / servings
    if not _GRAMS[0] <= edible <= _GRAMS[1]:
        bounds = f"{_GRAMS[0]:.0f} to {_GRAMS[1]:.0f} g"
        yield f"All ingredients come to {edible:.0f} g per serving; {bounds} are believable."


def _is_used_up(use: str | None) -> bool:
    """Whether most of it isn't eaten: fat for frying, salt of a brine."""
    return use in ("frying", "deep-frying", "brine", "brining", "boiling", "poaching")


def nutrition(each: dict[str, float]) -> Iterator[str]:
    """What a serving has too much or too little of."""
    kcal, sodium = each.get("energy_kcal"), each.get("sodium_mg")
    if kcal is None:
        yield "The energy of a serving can't be computed."
    elif not _KCAL[0] <= kcal <= _KCAL[1]:
        yield f"A serving has {kcal:.0f} kcal; {_KCAL[0]:.0f} to {_KCAL[1]:.0f} are believable."
    if sodium is not None and sodium > SODIUM_MOST_MG:
        yield f"A serving has {sodium:.0f} mg of sodium; {SODIUM_MOST_MG:.0f} mg are for a whole day."


def heat(draft: RecipeDraft, foods: list[Food]) -> Iterator[str]:
    """Temperatures that no oven has, or at which meat stays raw."""
    least = max((_INSIDE_C.get(food.role, 0) for food in foods), default=0)
    for step in (*draft.prep_instructions, *draft.cooking_instructions, *draft.serving_instructions):
        for said in _HEAT.finditer(step):
            degrees, unit = int(said["n"]), said["unit"].upper()
            low, high = _OVEN_C if unit == "C" else _OVEN_F
            if not (low if not _FROZEN_TALK.search(step) else 0) <= degrees <= high:
                yield f"{said[0]} is no temperature for cooking."
            celsius = degrees if unit == "C" else (degrees - 32) / 1.8
            inside = re.search(
                r"\b(?:cent(?:er|re)|inside|thickest|internal|middle|reach|reads?)\b", step
            )
            if inside and least and 45 <= celsius < least - 0.5 and celsius < 100 and _flesh(step):
                yield f"{said[0]} inside is not enough for {_flesh(step)}; it needs {least} °C."


_RAW_ROLES = frozenset({"poultry", "ground meat", "red meat"})
_READY = frozenset("cooked smoked canned cured dried rotisserie roasted deli jerky".split())


def uncooked(draft: RecipeDraft, foods: list[Food]) -> Iterator[str]:
    """Raw meat that no step puts on the heat."""
    if any(_HEATED.search(step) for step in (*draft.cooking_instructions, *draft.prep_instructions)):
        return
    for food in foods:
        if food.role in _RAW_ROLES and not _READY & set(food.name.split()):
            yield f"{food.name} is never cooked."


def _flesh(step: str) -> str:
    found = re.search(
        r"\b(chicken|turkey|duck|poultry|mince|meatballs?|burgers?|patt(?:y|ies)|sausages?)\b",
        step,
        re.I,
    )
    return found[0].lower() if found else ""


def times(draft: RecipeDraft) -> Iterator[str]:
    """Whether the stated minutes hold what the steps take."""
    prep, cook = draft.prep_minutes, draft.cook_minutes
    if prep is None or cook is None:
        yield "Preparation and cooking time are missing."
        return
    told = sum(_longest(step) for step in draft.cooking_instructions)
    if told > (prep + cook) * _SLACK + _SLACK_MINUTES:
        yield f"The cooking steps take {told:.0f} minutes, but {prep + cook} are stated in all."
    heated = any(_HEATED.search(step) for step in draft.cooking_instructions)
    if heated and cook == 0 and told > 5:
        yield "Something is cooked, but no cooking time is stated."
    if not draft.cooking_instructions and cook > 0:
        yield f"{cook} minutes of cooking are stated, but nothing is cooked."


def _longest(step: str) -> float:
    """Minutes that a step takes by its own word; what runs beside something else doesn't count twice."""
    if _MEANWHILE.search(step):
        return 0.0
    each = [
        (said.start(), float(said["low"]) * (60 if said["unit"].startswith("h") else 1))
        for said in _MINUTES.finditer(step)
    ]
    total = 0.0
    for place, (start, minutes) in enumerate(each):
        before = step[each[place - 1][0] : start] if place else ""
        since = step[max(0, start - 12) : start]
        if not re.search(r"\bor\b[^.;]*$", before) and not _WITHIN.search(since):
            total += minutes  # but for "6 hours on low or 3 on high"
    return total
