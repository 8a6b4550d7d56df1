"""A side of rice made of cauliflower: what boils in water is cooked in a dry pan then."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lib.ai.sense import Pair
from lib.ai.wording import Names
from lib.recipes.draft import DraftIngredient

NAME = "cauliflower rice"
_COOKED = (
    "Cook the cauliflower rice in a dry, wide skillet over medium-high heat for 5 minutes, stirring now "
    "and then, until tender and no longer wet."
)
_BOILED = re.compile(r"\b(?:boil|cook|bring|simmer|steam|lowest|low heat|soak)", re.IGNORECASE)
_SHARE = re.compile(r"\b(?P<n>\d+(?:\.\d+)?) (?P<unit>ml|liters?|litres?|l) of (?:the )?water\b")
_REST = re.compile(r"\b(?:remaining|rest of the|other|last of the) water\b", re.IGNORECASE)
_BESIDE = frozenset({"water", "salt"})


@dataclass(slots=True)
class Side:
    """The steps with the rice cooked otherwise, and how much of the water is for something else.

    `water` are milliliters that are left of it, by the place of its line; none of it: the line goes.
    """

    steps: dict[str, list[str]]
    water: dict[int, float] = field(default_factory=dict)


def of_cauliflower(
    steps: dict[str, list[str]], names: Names, pair: Pair, listed: Sequence[DraftIngredient]
) -> Side | None:
    """The steps for cauliflower in place of rice; None where the rice is no side of its own.

    Args:
        steps: as they are after the change.
        names: of the ingredients as they are after the change.
        pair: the rice, and the cauliflower that stands in.
        listed: the ingredients as they were.
    """
    beside = {place for place, line in enumerate(listed) if line.name in _BESIDE}
    found = Side(dict(steps))
    own: list[str] = []
    for name in ("prep_instructions", "cooking_instructions"):
        texts = []
        for text in steps[name]:
            spoken = {place for mention in names.mentions(text) for place in mention.ingredients}
            if pair.place not in spoken or not _BOILED.search(text):
                texts.append(text)
                continue
            if spoken - beside - {pair.place}:
                return None
            own.append(text)
            texts.append(_COOKED)
        found.steps[name] = texts
    if len(own) != 1 or _REST.search(own[0]):
        return None
    water = next((place for place, line in enumerate(listed) if line.name == "water"), None)
    if water is not None:
        left = _left(own[0], found.steps, names, water, listed[water])
        if left is None:
            return None
        found.water[water] = left
    return found


def _left(
    text: str, steps: dict[str, list[str]], names: Names, place: int, line: DraftIngredient
) -> float | None:
    """Milliliters of water that the rest of the dish takes; None where nobody can tell."""
    others = [each for name in ("prep_instructions", "cooking_instructions") for each in steps[name]]
    elsewhere = any(place in mention.ingredients for each in others for mention in names.mentions(each))
    if not elsewhere:
        return 0.0
    share = _SHARE.search(text)
    if share is None or line.unit not in ("ml", "l") or not line.amount:
        return None
    whole = line.amount * (1000 if line.unit == "l" else 1)
    return whole - float(share["n"]) * (1 if share["unit"] == "ml" else 1000)
