"""Grams of a line: from what it says, from the food's own household weights, or from kinds of food."""

import math
from dataclasses import dataclass

from lib.nutrition.foods import Food, words
from lib.nutrition.lines import Line
from lib.nutrition.portions import Portion, in_volume
from lib.nutrition.quantities import Measure
from lib.nutrition.units import find_unit

MOST_GRAMS = 1_000_000.0

# Standard deviations of the logarithm of a weight, by where it comes from.
_STATED, _OWN_VOLUME, _OWN_COUNT, _GENERIC_VOLUME, _GENERIC_COUNT = 0.03, 0.12, 0.22, 0.3, 0.5

# Cuts of meat differ in size, trim and bone from one another more than other foods do.
_VARYING = frozenset(
    ["poultry", "red meat", "ground meat", "cured meat", "sausage", "fish", "shellfish", "pasta"]
)
_VARIES = 0.15

# Grams per millilitre where a food has no volume of its own: estimates by a food's role.
_DENSITY = {
    "cooking fat": 0.92, "spread": 0.95, "cream": 1.0, "milk": 1.03, "yogurt": 1.03,
    "soft cheese": 0.95, "melting cheese": 0.48, "hard cheese": 0.42, "sweetener": 0.85,
    "syrup": 1.35, "salt": 1.2, "salty seasoning": 1.0, "stock": 1.0, "ground meat": 0.95,
    "red meat": 0.6, "poultry": 0.6, "cured meat": 0.57, "sausage": 0.6, "fish": 0.6,
    "shellfish": 0.6, "egg": 1.03, "plant protein": 0.65, "legume": 0.75, "pasta": 0.45,
    "grain side": 0.75, "flour": 0.53, "bread": 0.2, "breakfast cereal": 0.15,
    "crunchy topping": 0.3, "nut": 0.55, "seed": 0.6, "nut butter": 1.08, "starchy vegetable": 0.62,
    "vegetable": 0.5, "leafy green": 0.15, "aromatic": 0.55, "mushroom": 0.33, "fruit": 0.62,
    "dried fruit": 0.62, "juice": 1.04, "soft drink": 1.03, "hot drink": 1.0, "alcohol": 0.98,
    "chocolate": 0.7, "candy": 0.7, "thickener": 0.54, "leavener": 0.9, "acid": 1.01,
    "fresh herb": 0.15, "spice": 0.45, "extract": 0.9, "tomato product": 1.03, "sauce": 1.05,
    "dressing": 1.0, "condiment": 1.05, "pickle": 0.65, "dip": 1.0, "soup": 1.03, "snack": 0.25,
    "dessert": 0.6, "baked good": 0.4, "dough": 0.9, "jam": 1.33, "water": 1.0,
    "prepared dish": 0.95, "wrap": 0.4,
}  # fmt: skip

# Grams of one where a food has no such portion of its own: estimates, too.
_COUNTED = {
    "can": 400.0, "jar": 400.0, "package": 280.0, "box": 300.0, "bag": 340.0, "bottle": 350.0,
    "container": 225.0, "carton": 450.0, "tub": 225.0, "envelope": 28.0, "packet": 20.0,
    "pouch": 85.0, "bunch": 100.0, "head": 500.0, "sprig": 1.0, "leaf": 1.0, "stalk": 40.0,
    "stem": 10.0, "clove": 3.0, "slice": 28.0, "rasher": 25.0, "stick": 113.0, "handful": 30.0,
    "piece": 50.0, "cube": 10.0, "sheet": 10.0, "ball": 60.0, "bar": 50.0, "block": 225.0,
    "square": 20.0, "wedge": 30.0, "floret": 15.0, "fillet": 150.0, "breast": 174.0, "thigh": 100.0,
    "drumstick": 75.0, "wing": 35.0, "leg": 200.0, "ear": 100.0, "knob": 15.0, "scoop": 60.0,
    "dollop": 30.0, "drizzle": 7.0, "bulb": 200.0, "loaf": 450.0, "link": 75.0, "patty": 100.0,
    "round": 60.0, "pod": 5.0, "spear": 15.0, "strip": 15.0, "chunk": 30.0, "segment": 10.0,
    "kernel": 1.0, "slab": 100.0, "joint": 1500.0, "punnet": 250.0, "pot": 150.0, "tube": 150.0,
    "rack": 700.0, "rib": 40.0, "nugget": 17.0, "roll": 50.0, "branch": 3.0, "bowl": 250.0,
    "cutlet": 115.0, "strand": 0.01,
}  # fmt: skip
_PIECE_OF_ROLE = {
    "fruit": 130.0, "vegetable": 100.0, "starchy vegetable": 170.0, "aromatic": 80.0, "egg": 50.0,
    "bread": 45.0, "poultry": 150.0, "red meat": 200.0, "fish": 150.0, "shellfish": 10.0,
    "sausage": 75.0, "wrap": 45.0, "mushroom": 15.0, "baked good": 50.0, "spice": 1.0,
    "fresh herb": 1.0, "nut": 2.0, "candy": 8.0, "crunchy topping": 3.0, "snack": 10.0,
}  # fmt: skip
_SIZE_FACTOR = {"small": 0.7, "medium": 1.0, "large": 1.35}
_DRAINED_SHARE = 0.6
_DRAINED_FISH_SHARE = 0.8
_SPOONS = ("tsp", "tbsp")
# Cup weights of a food in a state that has to be said: a cup of cream isn't a cup of whipped cream.
_CHANGED = frozenset(
    "whipped mashed pureed puree crushed cooked melted ground grated crumbled drained heated "
    "popped".split()
)
_CONTAINERS = frozenset({"can", "jar", "bottle", "pouch"})
_WHOLE = ("piece", "medium", "large", "small", "fillet", "breast", "thigh", "link")
# A household unit and the words that USDA's texts have for the same thing.
_ALSO = {
    "stalk": ("rib", "stem"), "rib": ("stalk",), "rasher": ("slice",),
    "slice": ("rasher", "piece"), "package": ("box", "bag", "container", "packet"),
    "box": ("package",), "bag": ("package",), "tub": ("container",),
    "container": ("carton", "tub", "package"), "carton": ("container",),
    "packet": ("envelope", "package"), "envelope": ("packet",), "fillet": ("piece",),
    "block": ("package", "piece"), "round": ("piece",), "stick": ("piece",), "leg": ("piece",),
    "link": ("piece",), "loaf": ("piece",), "roll": ("piece",), "patty": ("piece",),
    "ear": ("piece",), "breast": ("piece",), "thigh": ("piece",), "drumstick": ("piece",),
    "wing": ("piece",), "bulb": ("piece", "head"), "pod": ("piece",), "spear": ("piece",),
    "head": ("piece",), "sheet": ("piece", "leaf"), "strip": ("slice", "piece"), "cube": ("piece",),
    "ball": ("piece",), "square": ("piece",), "stem": ("sprig", "stalk"), "sprig": ("leaf",),
    "cutlet": ("piece",), "steak": ("piece",), "chop": ("piece",), "bar": ("piece",),
    "knob": ("root", "piece"), "nugget": ("piece",), "jar": ("can",), "bottle": ("can",),
    "pouch": ("packet", "can"), "wedge": ("slice", "piece"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weight:
    """Grams of a line's food as its figures count it, with how sure that is.

    `sigma` is the standard deviation of the weight's logarithm; `how` tells where it comes from.
    """

    grams: float
    sigma: float
    how: str


def weigh(line: Line, food: Food) -> Weight | None:
    """What the line's food weighs; None when the line gives no amount."""
    if line.amount is None:
        return None
    weight = _weigh(line, line.amount, food)
    if line.extra:
        more = _measured(line.extra, line, food)
        weight = Weight(weight.grams + more.grams, max(weight.sigma, more.sigma), weight.how)
    low, high = line.amount.low, line.amount.high
    spread = math.log(high / low) / 3 if high > low > 0 else 0.0
    own = _VARIES if food.role in _VARYING else 0.0
    return Weight(min(weight.grams, MOST_GRAMS), math.hypot(weight.sigma, spread, own), weight.how)


def _weigh(line: Line, amount: Measure, food: Food) -> Weight:
    for said in (amount, line.also):
        if said and said.unit and said.unit.kind == "mass":
            return Weight(said.base * _stated_share(line, food), _STATED, "stated")
    if line.package and line.package.unit and (amount.unit is None or amount.unit.kind == "count"):
        one = line.package.base
        if line.package.unit.kind == "volume":
            density, sigma, how = _density(line, food)
            return Weight(amount.middle * one * density, sigma, how)
        return Weight(amount.middle * one * _stated_share(line, food), _STATED, "stated")
    return _measured(amount, line, food)


def _stated_share(line: Line, food: Food) -> float:
    """How much of a stated weight the food's figures stand for: without bones, peel and brine."""
    contained = line.unit is not None and line.unit.name in _CONTAINERS
    described = food.description.lower()
    drained = "drained" in described or "drained" in line.preparation
    cooked = food.category == "legume" and "solids and liquid" not in described and "boiled" in described
    if (
        contained
        and (drained or cooked)
        and food.category in ("vegetable", "legume", "fruit", "fish", "seafood")
    ):
        return _DRAINED_FISH_SHARE if food.category in ("fish", "seafood") else _DRAINED_SHARE
    return food.edible


def _measured(measure: Measure, line: Line, food: Food) -> Weight:
    unit = measure.unit
    if unit and unit.kind == "mass":
        return Weight(measure.base * food.edible, _STATED, "stated")
    if unit and unit.kind == "volume":
        density, sigma, how = _density(line, food)
        return Weight(measure.base * density, sigma, how)
    if line.use == "fruit" and (weight := _from_fruit(measure, food)):
        return weight
    grams, sigma, how = _one(unit.name if unit else None, line, food)
    return Weight(measure.middle * grams, sigma, how)


def _from_fruit(measure: Measure, food: Food) -> Weight | None:
    """The juice or zest of so many fruits."""
    for portion in food.portions:
        if portion.unit == "piece" and ("yield" in portion.detail or portion.ours):
            return Weight(measure.middle * portion.grams, _OWN_COUNT, portion.text)
    return None


def _density(line: Line, food: Food) -> tuple[float, float, str]:
    """Grams per millilitre of the food as the line has it, with its sigma."""
    measured = in_volume(food.portions)
    if not measured:
        return _DENSITY.get(food.role, 0.8), _GENERIC_VOLUME, "density of its kind"
    asked = set(words(f"{line.phrase} {line.preparation}"))
    wanted = line.unit.name if line.unit else "cup"

    def rank(entry: tuple[Portion, float]) -> tuple[int, bool, bool, bool, int]:
        portion, _ = entry
        detail = set(words(portion.detail))
        near = portion.unit == wanted or (portion.unit in _SPOONS) == (wanted in _SPOONS)
        changed = bool(detail & _CHANGED - asked)
        return (len(asked & detail), not changed, near, portion.ours, -len(detail))

    portion, density = max(measured, key=rank)
    return density, _OWN_VOLUME, portion.text


def _one(unit: str | None, line: Line, food: Food) -> tuple[float, float, str]:
    """Grams of one of a unit, or of one of the food itself."""
    for portion in _named(unit, line, food):
        factor = 1.0
        if (
            line.size
            and line.size not in (portion.unit, *portion.detail.split())
            and portion.unit == "piece"
        ):
            factor = _SIZE_FACTOR[line.size]
        return portion.grams * factor, _OWN_COUNT, portion.text
    if unit is None and (last := _last_unit(line, food)):
        unit = last[0]
    if unit is None:
        grams = _PIECE_OF_ROLE.get(food.role, 50.0) * _SIZE_FACTOR.get(line.size or "medium", 1.0)
        return grams, _GENERIC_COUNT, "piece of its kind"
    return _COUNTED.get(unit, 50.0), _GENERIC_COUNT, f"{unit} of no particular food"


def _named(unit: str | None, line: Line, food: Food) -> list[Portion]:
    """The food's portions that the unit may mean, the best first."""
    by_unit: dict[str, list[Portion]] = {}
    for portion in food.portions:
        by_unit.setdefault(portion.unit, []).append(portion)
    asked = set(words(f"{line.phrase} {line.preparation} {line.size or ''}"))
    if unit is not None:
        names = [unit, *_ALSO.get(unit, ())]
    else:
        names = [*_last_unit(line, food), *([line.size] if line.size else []), *_WHOLE]
    for name in names:
        if found := by_unit.get(name):
            return sorted(
                found,
                key=lambda p: (not p.ours, -len(asked & set(words(p.detail))), "medium" not in p.detail),
            )
    return []


def _last_unit(line: Line, food: Food) -> list[str]:
    """The unit that ends a name: "cabbage leaves"."""
    last = words(line.phrase)[-1:]
    unit = find_unit(last[0]) if last else None
    return [unit.name] if unit and last[0] not in food.name.split() else []
