"""Nutrients of a list of ingredient lines: matched, weighed, corrected and summed."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lib.nutrition.corrections import NEGLIGIBLE_ROLES, eaten, without_amount
from lib.nutrition.foods import Food
from lib.nutrition.lines import Line
from lib.nutrition.matching import Match, match
from lib.nutrition.nutrients import PLACE, Amounts
from lib.nutrition.weighing import weigh

Resolve = Callable[[Line], Match | None]

UNMEASURED_MOST = 0.1
"""Share of the weight whose figures may lack a nutrient without making the sum worthless."""

_P90 = 1.2815515655446004
"""The normal distribution's 90th percentile."""

# Of a recipe as a whole: how far foods differ from USDA's averages, and cooks from recipes.
_SIGMA_RECIPE = 0.2
_SIGMA_GUESSED = 0.7
_LEAST = 1e-6
WITH_INTERVAL = ("energy_kcal", "protein_g", "fat_g", "carbohydrate_g")


@dataclass(frozen=True, slots=True)
class Counted:
    """A line that was matched. `grams` is 0 where it gives no amount that matters.

    `food` is the one whose figures count: cooked bacon where the line has bacon. `bought` are the grams
    that the line means, before what isn't eaten was taken off.
    """

    line: Line
    match: Match
    food: Food
    grams: float
    sigma: float
    how: str
    reason: str = ""
    bought: float = 0.0

    @property
    def amounts(self) -> Amounts:
        """The nutrients in these grams."""
        return self.food.per_100g * (self.grams / 100)

    @property
    def confidence(self) -> float:
        """From 0 to 1: that the food is right and the weight near."""
        return self.match.confidence * math.exp(-1.5 * self.sigma)


@dataclass(frozen=True, slots=True)
class Sum:
    """What a recipe's lines come to.

    `skipped` are lines whose food is known but that say no amount; `unmatched` those with no food.
    `incomplete` names nutrients that some of the foods lack figures for.
    """

    counted: list[Counted]
    skipped: list[tuple[Line, Match, str]]
    unmatched: list[Line]
    total: Amounts
    incomplete: list[str]
    coverage: float
    sigmas: dict[str, float]


def calculate(lines: Sequence[Line], servings: float, resolve: Resolve = match) -> Sum:
    """The sum of these lines' nutrients.

    Args:
        lines: as `lib.nutrition.lines.parse` gives them; what is no food is passed over.
        servings: how many they serve, for what depends on it (fat for frying without an amount).
        resolve: finds a line's food.
    """
    counted: list[Counted] = []
    skipped: list[tuple[Line, Match, str]] = []
    unmatched: list[Line] = []
    each = [part for line in lines for part in (line, *line.more)]
    said = [line for line in each if not line.no_food and line.text.strip()]
    for line in said:
        found = resolve(line) if line.name else None
        if found is None:
            unmatched.append(line)
        elif (item := _count(line, found, servings)) is not None:
            counted.append(item)
        else:
            reason = "the unit isn't known" if line.unknown_unit else "no amount given"
            skipped.append((line, found, reason))
    total, incomplete = _total(counted)
    missing = [line for line, found, _ in skipped if found.food.role not in NEGLIGIBLE_ROLES]
    coverage = 1 - (len(unmatched) + len(missing)) / len(said) if said else 0.0
    sigmas = {name: _sigma(counted, PLACE[name]) for name in WITH_INTERVAL}
    return Sum(counted, skipped, unmatched, total, incomplete, coverage, sigmas)


def _count(line: Line, found: Match, servings: float) -> Counted | None:
    weight = weigh(line, found.food)
    if weight is None and line.unknown_unit:
        return None
    if weight is None:
        part = without_amount(line, found.food, servings)
        if part is None:
            return None
        guess = (_SIGMA_GUESSED, "assumed", part.reason, part.grams)
        return Counted(line, found, part.food, part.grams, *guess)
    part = eaten(line, found.food, weight.grams, servings)
    sigma = weight.sigma if not part.reason else math.hypot(weight.sigma, 0.3)
    return Counted(line, found, part.food, part.grams, sigma, weight.how, part.reason, weight.grams)


def _total(counted: Sequence[Counted]) -> tuple[Amounts, list[str]]:
    """The sums, and which of them lack a food's figure; those that lack too much are NaN."""
    if not counted:
        return np.full(len(PLACE), np.nan), []
    table = np.array([item.food.per_100g for item in counted])
    grams = np.array([item.grams for item in counted])
    weighed = np.where([item.food.role == "water" for item in counted], 0.0, grams)
    unmeasured = np.isnan(table)
    total = np.nansum(table * grams[:, None], axis=0) / 100
    lacking = weighed @ unmeasured
    whole = weighed.sum()
    share = lacking / whole if whole else unmeasured.all(axis=0).astype(float)
    total[(share > UNMEASURED_MOST) | unmeasured.all(axis=0)] = np.nan
    incomplete = [
        name for name, place in PLACE.items() if lacking[place] > 0 and total[place] == total[place]
    ]
    return total, incomplete


def _sigma(counted: Sequence[Counted], place: int) -> float:
    """Standard deviation of the logarithm of a nutrient's sum, from the lines' own.

    A line's food is in doubt as much as its match: four fifths of 1 - confidence are taken as the
    standard deviation. Lines are taken as independent, the recipe's own deviation as common to all.
    """
    total = variance = 0.0
    for item in counted:
        value = item.food.per_100g[place] * item.grams / 100
        if value == value and value > 0:
            total += value
            variance += value**2 * (item.sigma**2 + (0.8 * (1 - item.match.confidence)) ** 2)
    if total < _LEAST:
        return 0.0
    return math.sqrt(math.log1p(variance / total**2) + _SIGMA_RECIPE**2)


def interval(value: float, sigma: float) -> tuple[float, float]:
    """The 10th and the 90th percentile of a log-normal whose median is the value."""
    return value * math.exp(-_P90 * sigma), value * math.exp(_P90 * sigma)
