"""What a person's preferences mean: free words become hard limits, or a liking.

The words are whatever the app lets people write: "Vegan", "gluten-free", "Tree nuts", "no pork". A word
that means no diet, allergen or claim is an ingredient to leave out. Where health is at stake the
stricter reading holds.
"""

import re
from dataclasses import dataclass, field
from typing import Any, get_args

from sqlalchemy import ColumnElement

from lib.nutrition.claims import Claim
from lib.nutrition.foods import key
from lib.nutrition.labels import ALLERGENS, DIETS, Allergen, Diet
from lib.search.filters import Limits, conditions
from lib.search.objects import GROUPS, SINGLE, is_name

_LONGEST = 4
_LONGEST_NAME = 100
_AT_ONCE = 50

_DIETS: dict[str, tuple[Diet, ...]] = {
    **{key(diet.replace("_", " ")): (diet,) for diet in DIETS},
    **dict.fromkeys(("veggie", "veg", "lacto ovo vegetarian", "ovo lacto vegetarian"), ("vegetarian",)),
    **dict.fromkeys(("plant based", "plantbased", "strict vegetarian"), ("vegan",)),
    **dict.fromkeys(("pescetarian", "pesco vegetarian"), ("pescatarian",)),
    **dict.fromkeys(("celiac", "coeliac", "celiac disease", "coeliac disease"), ("gluten_free",)),
    **dict.fromkeys(("no dairy", "non dairy", "lactose intolerant", "milk free"), ("dairy_free",)),
    **dict.fromkeys(("ketogenic", "ketogenic diet"), ("keto",)),
    **dict.fromkeys(("paleolithic", "whole30", "whole 30"), ("paleo",)),
    **dict.fromkeys(("low carbohydrate", "lowcarb", "atkin"), ("low_carb",)),
    **dict.fromkeys(("lacto vegetarian", "ovo vegetarian", "jain"), ("vegetarian",)),
    "kosher": ("pescatarian",),  # no recipe says how its meat was slaughtered
}
_ALLERGENS: dict[str, tuple[Allergen, ...]] = {
    **{key(allergen.replace("_", " ")): (allergen,) for allergen in ALLERGENS},
    **GROUPS,
    **SINGLE,
    **dict.fromkeys(("lacto vegetarian", "jain"), ("egg",)),
    "ovo vegetarian": ("milk",),
    "kosher": ("shellfish", "mollusc"),
    **dict.fromkeys(("lactose intolerant", "no dairy", "non dairy"), ("milk",)),
    **dict.fromkeys(("celiac", "coeliac", "celiac disease", "coeliac disease"), ("gluten",)),
}
_INGREDIENTS: dict[str, tuple[str, ...]] = {
    "halal": ("pork", "alcohol", "gelatin", "lard"),
    "kosher": ("eel", "catfish", "shark", "gelatin"),
    "jain": ("onion", "garlic", "potato", "carrot", "beet", "radish", "turnip", "ginger", "honey"),
    **dict.fromkeys(("whole30", "whole 30"), ("honey", "maple syrup", "sweetener")),
    **{name: (name,) for name in SINGLE},
}
_CLAIMS: dict[str, tuple[Claim, ...]] = {
    **{key(claim.replace("_", " ")): (claim,) for claim in get_args(Claim)},
    **dict.fromkeys(("fat free", "no fat", "lowfat", "reduced fat"), ("low_fat",)),
    **dict.fromkeys(
        ("salt free", "low salt", "no salt", "sodium free", "reduced sodium"), ("low_sodium",)
    ),
    **dict.fromkeys(("no sugar", "sugar free", "diabetic", key("diabetes")), ("low_sugar",)),
    **dict.fromkeys(("low cal", "low kcal"), ("low_calorie",)),
    **dict.fromkeys(("high fibre", "fiber rich"), ("high_fiber",)),
}
_NO_LIMIT = frozenset(
    "none|no|n a|na|nothing|no restriction|no allergy|no known allergy|no preference|omnivore|"
    "omnivorous|everything|anything|all|any|standard|classic|balanced|regular|normal|flexitarian".split(
        "|"
    )
)
# What people write around the word that matters.
_AROUND = frozenset(
    """
    no non not free without avoid avoiding allergy allergic allergen intolerance intolerant sensitivity
    sensitive diet dietary friendly strict strictly eat eating food product any all of to and or i am im
    please the a an in only mostly severe mild
    """.split()
)
_EASY = frozenset("beginner novice easy basic starter".split())
_ABLE = frozenset("advanced expert professional pro hard chef".split())


@dataclass(slots=True)
class Preferences:
    """What a person wants of a recipe: limits that always hold, and likings that only weigh."""

    diets: dict[Diet, None] = field(default_factory=dict)
    allergens: dict[Allergen, None] = field(default_factory=dict)
    claims: dict[Claim, None] = field(default_factory=dict)
    ingredients: dict[str, None] = field(default_factory=dict)
    cuisines: frozenset[str] = frozenset()
    level: str = ""

    def limits(self) -> list[ColumnElement[bool]]:
        """SQL conditions on `recipe_index`."""
        names = [*self.ingredients]
        first = Limits(
            diets=[*self.diets],
            exclude_allergens=[*self.allergens],
            claims=[*self.claims],
            exclude_ingredients=names[:_AT_ONCE],
        )
        more = [
            Limits(exclude_ingredients=names[start : start + _AT_ONCE])
            for start in range(_AT_ONCE, len(names), _AT_ONCE)
        ]
        return [condition for part in (first, *more) for condition in conditions(part)]

    def liking(self, cuisine: str | None, difficulty: str | None) -> float:
        """How much the person likes such a recipe for its cuisine and difficulty, around 0."""
        liked = 0.2 if cuisine in self.cuisines else 0.0
        if self.level == "easy":
            liked += {"easy": 0.05, "hard": -0.15}.get(difficulty or "", 0.0)
        elif self.level == "able":
            liked += 0.05 if difficulty == "hard" else 0.0
        return liked


def read(row: Any) -> Preferences:
    """The preferences of a row of `user_preferences`; its fields are None where there is no row."""
    found = Preferences(
        cuisines=frozenset(
            " ".join((name or "").lower().split()) for name in row.cuisine_preferences or []
        ),
        level=_level(row.skill_level or ""),
    )
    for said in (*(row.dietary_restrictions or []), *(row.allergens or [])):
        _add(found, said or "")
    return found


def _level(said: str) -> str:
    words = set(said.lower().split())
    return "easy" if words & _EASY else "able" if words & _ABLE else ""


def _add(found: Preferences, said: str) -> None:
    """Add what the words mean: all that is known of them, and what is left as an ingredient."""
    words = key(re.sub(r"[_\W]+", " ", said)).split()
    if not said.strip() or " ".join(words) in _NO_LIMIT:
        return
    left: list[str] = []
    understood = False
    place = 0
    while place < len(words):
        sizes = range(_LONGEST, 0, -1)
        size = next((n for n in sizes if _means(found, " ".join(words[place : place + n]))), 0)
        understood |= size > 0
        if not size and words[place] not in _AROUND:
            left.append(words[place])
        place += size or 1
    if left or not understood:
        found.ingredients[" ".join(left or [said.strip()])[:_LONGEST_NAME]] = None


def _means(found: Preferences, name: str) -> bool:
    """Add the limits that go by this name; whether there are any."""
    found.diets |= dict.fromkeys(_DIETS.get(name, ()))
    found.allergens |= dict.fromkeys(_ALLERGENS.get(name, ()))
    found.claims |= dict.fromkeys(_CLAIMS.get(name, ()))
    found.ingredients |= dict.fromkeys(_INGREDIENTS.get(name, ()))
    if any(name in table for table in (_DIETS, _ALLERGENS, _CLAIMS, _INGREDIENTS)):
        return True
    if name in _AROUND or not is_name(name):
        return False
    found.ingredients[name] = None
    return True
