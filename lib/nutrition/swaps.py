"""Swaps: replacements in the same role that improve what is asked for and keep the dish working.

Which food may stand in for which, in what amount, is a cook's knowledge: `data/swaps.csv`. What a swap
changes is computed from the same figures as everything else.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from lib.nutrition import labels
from lib.nutrition.calculation import Counted, calculate
from lib.nutrition.corrections import eaten
from lib.nutrition.foods import Food, foods
from lib.nutrition.labels import Allergen, Diet
from lib.nutrition.lines import Line
from lib.nutrition.nutrients import PLACE, Amounts, Nutrients, wire
from lib.settings import ROOT
from lib.wire import Wire

PATH = ROOT / "data" / "swaps.csv"

Goal = Literal[
    "less_sodium",
    "less_saturated_fat",
    "less_sugar",
    "fewer_calories",
    "more_protein",
    "more_fiber",
]

# Per goal: the nutrient, whether more or less of it is better, and the least change per serving worth a
# swap. One to two percent of FDA's daily value each.
_GOALS: dict[Goal, tuple[str, int, float]] = {
    "less_sodium": ("sodium_mg", -1, 40.0),
    "less_saturated_fat": ("saturated_fat_g", -1, 0.4),
    "less_sugar": ("sugars_g", -1, 1.0),
    "fewer_calories": ("energy_kcal", -1, 15.0),
    "more_protein": ("protein_g", 1, 0.8),
    "more_fiber": ("fiber_g", 1, 0.4),
}
_WORSE_MOST = 0.05
"""Share by which a swap may worsen another goal that was asked for."""

_FIX_WEIGHT = 2.0
_CARBOHYDRATE_LESS_G, _CARBOHYDRATE_MORE_G = 2.0, 1.0
"""Grams per serving: what helps a diet that is low in carbohydrate, and what it can bear."""


@dataclass(frozen=True, slots=True)
class Substitute:
    """What may stand in for a food: `ratio` grams of it per gram, the result's `closeness` 0 to 1."""

    food: Food
    ratio: float
    closeness: float
    note: str


class Swap(Wire):
    """A replacement for one ingredient."""

    from_: Annotated[str, Field(alias="from", description="The line that is replaced")]
    to: Annotated[str, Field(description="The food to take in its place")]
    grams: Annotated[float, Field(description="How much of it, for the whole recipe")]
    change_per_serving: Nutrients
    fixes: Annotated[list[str], Field(description="Goals, diets and allergens that it serves")]
    role: Annotated[str, Field(description="What both do in the dish")]
    closeness: Annotated[float, Field(description="0 to 1: how near the result comes to the original")]
    note: str


class SwapAnswer(Wire):
    """Swaps, the best first, and what the recipe comes to with the first of each ingredient."""

    swaps: list[Swap]
    before: Annotated[Nutrients, Field(description="Per serving")]
    after: Annotated[Nutrients, Field(description="Per serving, with the first swap of each ingredient")]


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked for: `wanted` are the goals to look at, `goals` those that were named."""

    servings: float
    before: Amounts
    wanted: Sequence[Goal]
    goals: Sequence[Goal]
    diets: Sequence[Diet]
    avoid: Sequence[Allergen]


@dataclass(frozen=True, slots=True)
class _Candidate:
    item: Counted
    to: Substitute
    grams: float
    change: Amounts
    fixes: list[str]
    score: float


@lru_cache
def substitutes() -> dict[str, list[Substitute]]:
    """What may stand in for each food, by its name."""
    found: dict[str, list[Substitute]] = {}
    with PATH.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            to = Substitute(
                foods()[row["to"]], float(row["ratio"]), float(row["closeness"]), row["note"]
            )
            found.setdefault(row["from"], []).append(to)
    return found


def suggest(
    lines: Sequence[Line],
    servings: float,
    goals: Sequence[Goal],
    diets: Sequence[Diet],
    avoid: Sequence[Allergen],
    limit: int,
) -> SwapAnswer:
    """Swaps that serve the goals, or replace what a diet or an allergy forbids.

    Nothing is suggested that a diet or an allergy forbids, nor what makes another of the goals worse.

    Args:
        lines: the recipe's.
        servings: how many it serves.
        goals: what to improve; none, with nothing to avoid either, means all.
        diets: that the replacements must fit.
        avoid: allergens of which the replacements must be clear.
        limit: the most swaps.
    """
    wanted = list(goals) or (list(_GOALS) if not diets and not avoid else [])
    found = calculate(lines, servings)
    before = found.total / servings
    request = _Request(servings, before, wanted, goals, diets, avoid)
    candidates = [
        candidate
        for item in found.counted
        for to in substitutes().get(item.match.food.name, [])
        if (candidate := _weighed(item, to, request))
    ]
    ranked = sorted(candidates, key=lambda candidate: (-candidate.score, candidate.to.food.name))[:limit]
    after = before + _first_of_each(ranked)
    return SwapAnswer(
        swaps=[_swap(candidate) for candidate in ranked], before=wire(before), after=wire(after)
    )


def _weighed(item: Counted, to: Substitute, request: _Request) -> _Candidate | None:
    """The swap with what it changes; None when it is forbidden or serves nothing that is asked for."""
    if _failed(to.food, request):
        return None
    grams = item.bought * to.ratio
    part = eaten(item.line, to.food, grams, request.servings)
    change = (part.food.per_100g * part.grams / 100 - item.amounts) / request.servings
    if any(_worsens(goal, request.before, change) for goal in request.goals):
        return None
    by_carbohydrate = [diet for diet in request.diets if diet in labels.BY_CARBOHYDRATE]
    carbohydrate = float(change[PLACE["carbohydrate_g"]])
    if by_carbohydrate and not carbohydrate <= _CARBOHYDRATE_MORE_G:
        return None
    gains = {goal: _gain(goal, request.before, change) for goal in request.wanted}
    served = [goal for goal, gain in gains.items() if gain > 0 and _enough(goal, change)]
    mended = _failed(item.food, request) if item.food.name != to.food.name else []
    mended += by_carbohydrate if carbohydrate <= -_CARBOHYDRATE_LESS_G else []
    if not served and not mended:
        return None
    gain = sum(gains[goal] for goal in served)
    score = (gain + _FIX_WEIGHT * len(mended)) * to.closeness**2
    return _Candidate(item, to, grams, change, [*mended, *served], score)


def _failed(food: Food, request: _Request) -> list[str]:
    """The diets and allergens asked for that the food, by what it is, isn't proven to meet."""
    known = labels.Evidence(food.classes, food.may, known=True)
    fits, clear = labels.diets(known), labels.allergens(known)
    return [
        *(d for d in request.diets if d not in labels.BY_CARBOHYDRATE and fits[d] != "yes"),
        *(allergen for allergen in request.avoid if clear[allergen] != "clear"),
    ]


def _gain(goal: Goal, before: Amounts, change: Amounts) -> float:
    """By what share of the recipe's amount the goal's nutrient gets better; negative when worse."""
    name, sign, least = _GOALS[goal]
    changed, now = float(change[PLACE[name]]), float(before[PLACE[name]])
    if changed != changed:
        return 0.0
    now = now if now == now else 0.0  # not every food has a figure: the share is of a usual amount
    return min(1.0, sign * changed / max(now, 10 * least))


def _worsens(goal: Goal, before: Amounts, change: Amounts) -> bool:
    """Whether the goal's nutrient gets noticeably worse, or nobody knows whether it does."""
    name, sign, least = _GOALS[goal]
    changed, now = float(change[PLACE[name]]), float(before[PLACE[name]])
    if changed != changed:
        return True
    worse = -sign * changed
    return worse >= least or (now == now and worse > _WORSE_MOST * now)


def _enough(goal: Goal, change: Amounts) -> bool:
    name, _, least = _GOALS[goal]
    return abs(float(change[PLACE[name]])) >= least


def _first_of_each(ranked: Sequence[_Candidate]) -> Amounts:
    """The change by the best swap of each ingredient."""
    first: dict[int, Amounts] = {}
    for candidate in ranked:
        first.setdefault(id(candidate.item), candidate.change)
    return np.sum(list(first.values()), axis=0) if first else np.zeros(len(PLACE))


def _swap(candidate: _Candidate) -> Swap:
    return Swap(
        from_=candidate.item.line.text,
        to=candidate.to.food.name,
        grams=round(candidate.grams, 1),
        change_per_serving=wire(candidate.change),
        fixes=candidate.fixes,
        role=candidate.item.match.food.role,
        closeness=candidate.to.closeness,
        note=candidate.to.note,
    )
