"""What is bought but not eaten, and what is eaten though no amount is given.

Every rule names its reason, which goes into the answer.
"""

from dataclasses import dataclass

from lib.nutrition.foods import Food, find
from lib.nutrition.lines import Line

# Rules of thumb: fried food takes up about a tenth of the fat it is fried in; where that isn't known, a
# serving takes up about 10 g (two teaspoons).
FRYING_SHARE = 0.1
FRYING_G_PER_SERVING = 10.0
FRYING_MOST_G_PER_SERVING = 20.0
FRYING_FROM_G = 440.0
_FAT_ROLES = ("cooking fat", "spread")

_MARINADE_SHARE = 0.5
_BRINE_SHARE = 0.1
_COATING_SHARE = 0.6

NEGLIGIBLE_ROLES = frozenset(
    {
        "salt",
        "spice",
        "water",
        "fresh herb",
        "leavener",
        "extract",
        "acid",
        "salty seasoning",
        "leafy green",
        "pickle",
    }
)
"""Foods that, where no amount is given, matter little for energy and macronutrients."""


@dataclass(frozen=True, slots=True)
class Eaten:
    """The part of a line's food that is eaten, of a food that may differ from what is bought."""

    food: Food
    grams: float
    reason: str = ""


def eaten(line: Line, food: Food, grams: float, servings: float) -> Eaten:
    """What of these grams ends up on the plates."""
    said = f"{line.phrase} {line.preparation}"
    if food.role in _FAT_ROLES and _for_frying(line, grams, food):
        taken_up = min(grams * FRYING_SHARE, FRYING_MOST_G_PER_SERVING * servings)
        return Eaten(food, taken_up, f"fat for frying: {FRYING_SHARE:.0%} is taken up")
    if "reserved" not in said and (cooked := _rendered(food)) and food.cooked_yield:
        return Eaten(cooked, grams * food.cooked_yield, "counted cooked, without the fat that runs out")
    if line.use in ("brine", "brining", "boiling", "poaching") and food.role in ("salt", "sweetener"):
        return Eaten(food, grams * _BRINE_SHARE, f"{_BRINE_SHARE:.0%} of what is in a brine is taken up")
    if line.use in ("marinade", "marinating"):
        return Eaten(food, grams * _MARINADE_SHARE, f"{_MARINADE_SHARE:.0%} of a marinade is eaten")
    if line.use in ("dredging", "dusting", "rolling", "coating") and grams > 30 and food.role == "flour":
        return Eaten(food, grams * _COATING_SHARE, f"{_COATING_SHARE:.0%} of what coats sticks")
    return Eaten(food, grams)


def _for_frying(line: Line, grams: float, food: Food) -> bool:
    if line.use in ("frying", "deep-frying") and grams > 60:
        return True
    return food.category == "oil" and grams > FRYING_FROM_G


def _rendered(food: Food) -> Food | None:
    runs_out = food.role == "cured meat" and (food.cooked_yield or 1) < 0.5
    return find(f"cooked {food.name}") if runs_out else None


def without_amount(line: Line, food: Food, servings: float) -> Eaten | None:
    """What a line without an amount stands for; None when it can't be said."""
    if food.role in _FAT_ROLES:
        if food.name.endswith("spray"):
            return Eaten(food, 1.0, "no amount given: a second of spray")
        if line.use in ("frying", "deep-frying"):
            grams = FRYING_G_PER_SERVING * servings
            return Eaten(food, grams, f"no amount given: {FRYING_G_PER_SERVING:.0f} g a serving")
        grams = 14.0 if line.use in (None, "cooking", "sauteing", "sautéing") else 7.0
        return Eaten(food, grams, f"no amount given: {grams:.0f} g")
    if line.use in ("dusting", "rolling", "kneading", "dredging") and food.role in (
        "flour",
        "sweetener",
        "thickener",
    ):
        return Eaten(food, 15.0, "no amount given: 15 g")
    return None
