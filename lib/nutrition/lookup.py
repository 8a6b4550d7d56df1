"""One food by name: its figures, its household weights, and how much an amount of it is."""

from dataclasses import replace
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.errors import NotFound
from lib.nutrition.answers import FoodSource, food_source
from lib.nutrition.foods import Food, foods
from lib.nutrition.lines import Line, parse
from lib.nutrition.matching import Match, match, suggestions
from lib.nutrition.nutrients import Nutrients, wire
from lib.nutrition.quantities import Measure
from lib.nutrition.units import find_unit
from lib.nutrition.weighing import weigh
from lib.nutrition.words import SIZES
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


def from_parts(name: str, amount: float | None, unit: str | None, notes: str | None = None) -> Line:
    """The line of an ingredient that is given in parts.

    Args:
        name: of the food, as a recipe has it.
        amount: 0 means none of it; None that the recipe doesn't say.
        unit: None or "" counts pieces; of a unit that nobody knows there is no amount.
        notes: what else is said.
    """
    word = (unit or "").strip()
    known = find_unit(word) if word else None
    counted = known is not None or word.lower() in ("", "piece", "whole", *SIZES)
    said = ", ".join(filter(None, [name, notes]))
    # With a number in front, what the notes say of weights and packages is read too.
    plain = name[:1].isdigit() or amount is None
    line = parse(said if plain else f"1 {known.name if known else ''} {said}")
    if amount is None and not word:
        return line
    measure = Measure(amount, amount, known) if amount is not None and amount >= 0 and counted else None
    shown = " ".join(filter(None, ["" if amount is None else f"{amount:g}", word, said]))
    size = SIZES.get(word.lower(), line.size)
    return replace(line, text=shown, amount=measure, size=size, unknown_unit=not counted)
