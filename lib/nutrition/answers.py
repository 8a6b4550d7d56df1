"""What callers get to see of a calculation: amounts, sources, doubts and labels."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.nutrition import labels
from lib.nutrition.calculation import WITH_INTERVAL, Counted, Sum, interval
from lib.nutrition.foods import Food
from lib.nutrition.labels import Allergen, AllergenStatus, Diet, DietStatus
from lib.nutrition.lines import Line
from lib.nutrition.matching import How, suggestions
from lib.nutrition.nutrients import DAILY_VALUES, PLACE, Amounts, Maybe, Nutrients, as_dict, wire
from lib.wire import Wire

LONGEST_SHOWN = 200
_MOST_SUGGESTED = 20


class Parsed(Wire):
    """A line, taken apart."""

    amount: Maybe = None
    amount_max: Annotated[Maybe, Field(description="Upper end of a range")] = None
    unit: str | SkipJsonSchema[None] = None
    size: str | SkipJsonSchema[None] = None
    name: str
    preparation: str | SkipJsonSchema[None] = None
    alternatives: list[str] = []
    to_taste: bool = False
    optional: bool = False


class FoodSource(Wire):
    """The food whose figures are used, and the record they come from."""

    name: Annotated[str, Field(description="As a cook names it")]
    fdc_id: Annotated[int, Field(description="FoodData Central's id")]
    description: str
    data_type: str
    note: Annotated[str | SkipJsonSchema[None], Field(description="What the name is taken to mean")] = (
        None
    )


class Ingredient(Wire):
    """A line that was counted."""

    input: str
    parsed: Parsed
    food: FoodSource
    grams: Annotated[float, Field(description="As eaten: without bones, peel, brine or frying fat")]
    weighed_by: Annotated[str, Field(description="Where the grams come from")]
    matched_by: How
    confidence: Annotated[float, Field(description="0 to 1: that the food is right and the weight near")]
    nutrients: Nutrients
    remark: Annotated[str | SkipJsonSchema[None], Field(description="What was corrected, and why")] = (
        None
    )


class Unmatched(Wire):
    """A line that isn't counted."""

    input: str
    reason: str
    suggestions: list[str]


class Interval(Wire):
    """The 10th and the 90th percentile."""

    p10: float
    p90: float


class Intervals(Wire):
    """How far the sums may be off, per serving."""

    energy_kcal: Interval | SkipJsonSchema[None] = None
    protein_g: Interval | SkipJsonSchema[None] = None
    fat_g: Interval | SkipJsonSchema[None] = None
    carbohydrate_g: Interval | SkipJsonSchema[None] = None


class Calculation(Wire):
    """The nutrition of a recipe."""

    servings: float
    total: Nutrients
    per_serving: Nutrients
    daily_values: Annotated[Nutrients, Field(description="Percent of FDA's daily values, per serving")]
    intervals: Intervals
    ingredients: list[Ingredient]
    unmatched: list[Unmatched]
    not_counted: Annotated[
        list[Unmatched], Field(description="Known foods of which the line gives no amount")
    ]
    incomplete: Annotated[
        list[str], Field(description="Nutrients for which some foods have no figure: at least so much")
    ]
    coverage: Annotated[float, Field(description="Share of the lines that are accounted for, 0 to 1")]
    diets: dict[Diet, DietStatus]
    allergens: dict[Allergen, AllergenStatus]


def calculation(found: Sum, lines: Sequence[Line], servings: float) -> Calculation:
    """The answer for a sum.

    Args:
        found: the sum.
        lines: all its lines, for the labels.
        servings: how many it is divided by.
    """
    known = labels.evidence_of(lines)
    each = found.total / servings
    per_serving = as_dict(each)
    missing = found.coverage < 1
    carbohydrate = None if missing else per_serving.get("carbohydrate_g")
    return Calculation(
        servings=servings,
        total=wire(found.total),
        per_serving=wire(each),
        daily_values=daily_values(each),
        intervals=intervals(found, servings),
        ingredients=[_ingredient(item) for item in found.counted],
        unmatched=[
            _unmatched(line, place < _MOST_SUGGESTED) for place, line in enumerate(found.unmatched)
        ],
        not_counted=[
            Unmatched(input=_shown(line.text), reason=reason, suggestions=[match.food.name])
            for line, match, reason in found.skipped
        ],
        incomplete=[_camel(name) for name in found.incomplete],
        coverage=round(found.coverage, 4),
        diets=labels.diets(known, carbohydrate, per_serving.get("fiber_g")),
        allergens=labels.allergens(known),
    )


def daily_values(each: Amounts) -> Nutrients:
    """Percent of the daily values, of those nutrients that have one."""
    percent = as_dict(each / DAILY_VALUES * 100)
    rounded: Any = {name: float(round(value)) for name, value in percent.items()}
    return Nutrients.model_construct(**rounded)


def intervals(found: Sum, servings: float) -> Intervals:
    """The intervals of energy and macronutrients, per serving."""
    bounds: dict[str, Interval] = {}
    for name in WITH_INTERVAL:
        value = found.total[PLACE[name]] / servings
        if value == value:
            low, high = interval(float(value), found.sigmas[name])
            bounds[name] = Interval(p10=round(low, 1), p90=round(high, 1))
    return Intervals.model_validate(bounds)


def food_source(food: Food) -> FoodSource:
    """Where a food's figures come from."""
    return FoodSource.model_construct(
        name=food.name,
        fdc_id=food.fdc_id,
        description=food.description,
        data_type=food.data_type,
        note=food.note or None,
    )


def _ingredient(item: Counted) -> Ingredient:
    return Ingredient.model_construct(
        input=_shown(item.line.text),
        parsed=parsed(item.line),
        food=food_source(item.food),
        grams=round(item.grams, 2),
        weighed_by=item.how,
        matched_by=item.match.how,
        confidence=round(item.confidence, 3),
        nutrients=wire(item.amounts),
        remark=item.reason or None,
    )


def parsed(line: Line) -> Parsed:
    """The parts of a line."""
    amount = line.amount
    return Parsed.model_construct(
        amount=round(amount.low, 4) if amount else None,
        amount_max=round(amount.high, 4) if amount and amount.high > amount.low else None,
        unit=line.unit.name if line.unit else None,
        size=line.size,
        name=line.name,
        preparation=line.preparation or None,
        alternatives=list(line.alternatives),
        to_taste=line.to_taste,
        optional=line.optional,
    )


def _unmatched(line: Line, suggest: bool) -> Unmatched:
    near = suggestions(line.name) if suggest else []
    reason = "no food of this name is known" if near else "this names no food that is known"
    return Unmatched(input=_shown(line.text), reason=reason, suggestions=near)


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _camel(name: str) -> str:
    return str(Nutrients.model_fields[name].alias)
