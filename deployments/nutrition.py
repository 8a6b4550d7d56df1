"""`/nutrition`: nutrients of recipes, foods and plans, and what to swap for better ones."""

import logging
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Path, Query
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.orm import Session

from deployments import vectors
from deployments.vectors import Encode, Encoder
from deployments.web import Db, Replica, SharedCache, Who, application, create_app, needs, replica
from lib.cache import Cache
from lib.errors import Unavailable
from lib.nutrition import answers, plans, resolving, swaps
from lib.nutrition.answers import Calculation
from lib.nutrition.calculation import calculate
from lib.nutrition.entries import Entry, lines_of
from lib.nutrition.foods import foods
from lib.nutrition.labels import Allergen, Diet
from lib.nutrition.lines import Line, parse
from lib.nutrition.lookup import FoodAnswer, look_up
from lib.nutrition.matching import Match, match, match_name
from lib.nutrition.plans import PlanAnswer, Targets
from lib.nutrition.swaps import Goal, SwapAnswer
from lib.search.embedding import model_name
from lib.wire import Text, Wire

logger = logging.getLogger("mealprep.nutrition")

routes = APIRouter(prefix="/nutrition", tags=["Nutrition"], dependencies=[Depends(needs("read"))])

_MOST_LINES = 200
_MOST_EMBEDDED = 20

Lines = Annotated[
    list[Entry],
    Field(min_length=1, max_length=_MOST_LINES, examples=[["2 large eggs", "1/2 cup rolled oats"]]),
]
Servings = Annotated[float, Field(ge=0.001, le=10_000, allow_inf_nan=False, examples=[2])]


class CalculateQuery(Wire):
    """What a recipe is made of."""

    ingredients: Lines
    servings: Servings = 1


class SwapQuery(CalculateQuery):
    """What to improve, and within which bounds."""

    goals: Annotated[list[Goal], Field(max_length=6)] = []
    diets: Annotated[list[Diet], Field(max_length=8)] = []
    avoid_allergens: Annotated[list[Allergen], Field(max_length=15)] = []
    limit: Annotated[int, Field(ge=1, le=50)] = 10


class PlanQuery(Wire):
    """What each day should come to."""

    targets: Targets | SkipJsonSchema[None] = None


_NO_TARGETS = PlanQuery()


def encode() -> Encode:
    """Turns a name into its vector; tests put their own here."""
    service: Nutrition = replica()
    return service.encode


Encoding = Annotated[Encode, Depends(encode)]


@routes.post("/calculate", response_model_exclude_none=True)
def calculate_nutrition(
    body: CalculateQuery, db: Db, shared: SharedCache, encode: Encoding
) -> Calculation:
    """Nutrients of a list of ingredients, with the source and the confidence of each number."""
    lines = lines_of(body.ingredients, "ingredients")
    return _calculated(lines, body.servings, _others(lines, db, shared, encode))


@routes.get("/ingredient/{name:path}", response_model_exclude_none=True)
def get_ingredient(
    name: Annotated[Text, Path(min_length=1, max_length=300)],
    db: Db,
    shared: SharedCache,
    encode: Encoding,
    amount: Annotated[
        float, Query(ge=0, le=100_000, allow_inf_nan=False, description="0: none is computed")
    ] = 0,
    unit: Annotated[Text, Query(max_length=40)] = "",
) -> FoodAnswer:
    """One food: figures per 100 g, household weights, and what an amount of it comes to."""
    line = parse(name)
    others = _others([line], db, shared, encode)
    return look_up(name, amount or None, unit, others.get(line.name))


@routes.post("/suggest-swaps", response_model_exclude_none=True)
def suggest_swaps(body: SwapQuery) -> SwapAnswer:
    """Replacements in the same role, each with what it changes per serving."""
    lines = lines_of(body.ingredients, "ingredients")
    return swaps.suggest(lines, body.servings, body.goals, body.diets, body.avoid_allergens, body.limit)


@routes.post("/meal-plan/{plan_id}", response_model_exclude_none=True)
def analyze_meal_plan(
    plan_id: Annotated[Text, Path(min_length=1, max_length=100)],
    db: Db,
    who: Who,
    body: PlanQuery = _NO_TARGETS,
) -> PlanAnswer:
    """A meal plan's nutrients by day and meal, against targets."""
    return plans.analyze(db, plan_id, body.targets, who.user_id)


def _calculated(lines: Sequence[Line], servings: float, others: dict[str, Match]) -> Calculation:
    def resolve(line: Line) -> Match | None:
        return match(line) or others.get(line.name)

    return answers.calculation(calculate(lines, servings, resolve), lines, servings)


def _others(lines: Sequence[Line], db: Session, shared: Cache, encode: Encode) -> dict[str, Match]:
    """Foods for what the table doesn't know by name; without model or database there are fewer."""
    names = resolving.unknown(lines)
    if not names:
        return {}
    embedded: dict[str, list[float]] = {}
    try:
        for name in names[:_MOST_EMBEDDED]:
            embedded[name] = vectors.vector(shared, encode, name, model_name())
    except Unavailable:
        logger.warning("Names can't be compared by meaning")
    return resolving.elsewhere(db, shared, names, embedded)


def api() -> FastAPI:
    """The app, also without Serve."""
    return create_app(routes)


class Nutrition(Replica):
    """A replica of this service."""

    def __init__(self) -> None:
        foods()  # reads the table once, before the first request
        match_name("warm up the index of words")
        self.encode = Encoder().encode


app = application(api, Nutrition)
