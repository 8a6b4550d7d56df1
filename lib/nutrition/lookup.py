"""One food by name: its figures, its household weights, and how much an amount of it is."""

from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.errors import NotFound
from lib.nutrition.answers import FoodSource, food_source
from lib.nutrition.foods import Food, foods
from lib.nutrition.lines import Line, from_parts, parse
from lib.nutrition.matching import Match, match, suggestions
from lib.nutrition.nutrients import Nutrients, wire
from lib.nutrition.weighing import weigh
from lib.wire import Wire


class PortionWeight(Wire):
    """A household amount and its grams."""

    description: str
    grams: float


class AmountOf(Wire):
    """What the amount that was asked for comes to."""

    grams: float
    weighed_by: str
    nutrients: Nutrients


class FoodAnswer(Wire):
    """A food and its figures."""

    query: str
    food: FoodSource
    aisle: str
    role: str
    confidence: Annotated[float, Field(description="0 to 1: that this food is meant")]
    per100g: Annotated[Nutrients, Field(alias="per100g")]
    portions: list[PortionWeight]
    amount: AmountOf | SkipJsonSchema[None] = None
    alternatives: Annotated[list[str], Field(description="Other foods that may be meant")]


def look_up(name: str, amount: float | None, unit: str | None, other: Match | None = None) -> FoodAnswer:
    """The food of a name.

    Args:
        name: as in a recipe.
        amount: how much of it to compute; None without.
        unit: of the amount; None or "" counts pieces.
        other: the food, where it isn't one of the table.

    Raises:
        NotFound: no food is likely enough; tells what may have been meant.
    """
    line = parse(name)
    found = match(line) or other
    near = suggestions(name, most=6)
    if found is None:
        told = f" Did you mean {', '.join(near)}?" if near else ""
        raise NotFound(f"No food is known by this name.{told}", near)
    return FoodAnswer(
        query=name,
        food=food_source(found.food),
        aisle=found.food.aisle,
        role=found.food.role,
        confidence=round(found.confidence, 3),
        per100g=wire(found.food.per_100g),
        portions=[
            PortionWeight(description=f"1 {portion.text}", grams=round(portion.grams, 2))
            for portion in found.food.portions
        ],
        amount=_amount(line, found.food, amount, unit),
        alternatives=[other for other in near if other != found.food.name and other in foods()],
    )


def _amount(line: Line, food: Food, amount: float | None, unit: str | None) -> AmountOf | None:
    if amount is None:
        return None
    weight = weigh(from_parts(line.phrase, amount, unit), food)
    if weight is None:
        return None
    nutrients = wire(food.per_100g * (weight.grams / 100))
    return AmountOf(grams=round(weight.grams, 2), weighed_by=weight.how, nutrients=nutrients)
