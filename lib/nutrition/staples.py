"""Foods that most kitchens have."""

from functools import lru_cache

from lib.nutrition.foods import Food, foods, key

_ROLES = frozenset({"salt", "water", "spice", "leavener"})
_NAMES = frozenset(
    key(name)
    for name in (
        "salt and pepper|black pepper|vegetable oil|olive oil|extra-virgin olive oil|canola oil"
        "|sunflower oil|cooking oil|sugar|granulated sugar|all-purpose flour|cornstarch|white vinegar"
        "|vinegar|ice|boiling water"
    ).split("|")
)


@lru_cache
def staples() -> frozenset[str]:
    """Their names in the food table: salt, spices, leaveners, plain oils, flour, sugar, vinegar."""
    return frozenset(
        food.name
        for food in foods().values()
        if food.role in _ROLES or key(food.name) in _NAMES or _is_plain_oil(food)
    )


def _is_plain_oil(food: Food) -> bool:
    return food.role == "cooking fat" and food.category == "oil" and food.name.endswith(" oil")
