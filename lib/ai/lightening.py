"""Fewer carbohydrates, where a diet goes by their amount: starch is swapped for what has little."""

from collections.abc import Collection

from lib.ai.cookbook import Entry
from lib.ai.needs import Needs
from lib.ai.swapping import Substitution, grams, reachable
from lib.nutrition.foods import Food
from lib.nutrition.labels import BY_CARBOHYDRATE, KETO_MAX_NET_G, LOW_CARB_MAX_G
from lib.nutrition.nutrients import PLACE

_STARCHES = frozenset(
    {
        "pasta",
        "grain side",
        "starchy vegetable",
        "legume",
        "bread",
        "wrap",
        "sweetener",
        "syrup",
        "dough",
    }
)
_CLOSE_ENOUGH = 0.45
_LEAST_GAIN_G = 3.0
_MARGIN = 0.95


def lightened(entry: Entry, taken: Collection[str], needs: Needs) -> dict[int, Substitution] | None:
    """The swaps that bring the dish below what the diets allow; None where none do."""
    asked = [diet for diet in needs.diets if diet in BY_CARBOHYDRATE and diet not in entry.diets]
    swaps: dict[int, Substitution] = {}
    if not asked:
        return swaps
    weights, servings = grams(entry), entry.draft.servings
    net = "keto" in asked

    def carbs(food: Food) -> float:
        return carbohydrate(food, net=net)

    total = (
        sum(carbs(food) * weight for food, weight in zip(entry.foods, weights, strict=True)) / servings
    )
    limit = (KETO_MAX_NET_G if net else LOW_CARB_MAX_G) * _MARGIN
    gains = []
    for place, (food, weight) in enumerate(zip(entry.foods, weights, strict=True)):
        for to in reachable(food.name) if food.role in _STARCHES else ():
            if to.food.name in taken or to.closeness < _CLOSE_ENOUGH or not needs.allows(to.food):
                continue
            gain = (carbs(food) - carbs(to.food) * to.ratio) * weight / servings
            if gain >= _LEAST_GAIN_G:
                gains.append((gain, to.closeness, place, to))
    for gain, _, place, to in sorted(gains, key=lambda each: (-each[0], -each[1], each[2])):
        if total <= limit:
            break
        if place not in swaps:
            swaps[place] = to
            total -= gain
    return swaps if total <= limit else None


def carbohydrate(food: Food, *, net: bool) -> float:
    """Carbohydrate in a gram, or what is left of it without fiber; a missing figure counts as none."""
    whole, fiber = food.per_100g[PLACE["carbohydrate_g"]], food.per_100g[PLACE["fiber_g"]]
    grams_in_100 = float(whole) - (float(fiber) if net and fiber == fiber else 0.0)
    return max(0.0, grams_in_100) / 100 if grams_in_100 == grams_in_100 else 0.0
