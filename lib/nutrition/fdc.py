"""FoodData Central over HTTP, for foods the table doesn't hold; without a key nothing is asked."""

import logging
import math
import re
import threading
import time
from collections import deque
from collections.abc import Iterable

import httpx
from pydantic import BaseModel, Field, ValidationError
from rapidfuzz import fuzz

from lib.nutrition.foods import Food, key
from lib.nutrition.nutrients import NUTRIENTS, Amounts, from_mapping
from lib.nutrition.portions import Portion, read_portion
from lib.nutrition.quantities import number
from lib.settings import Settings

logger = logging.getLogger("mealprep.fdc")

PER_HOUR = 1000
"""FoodData Central's limit per key; it answers 429 beyond it."""

FALLBACKS = {"energy_kcal": (2047, 2048), "sugars_g": (1063,)}
"""Ids that count where a nutrient's own has no amount: energy by Atwater's general or specific factors,
and the sugars of Foundation foods."""

LOOKED_UP = "looked up at FoodData Central"
"""The note of foods that came from there."""

_HOUR_S = 3600.0
_LIKE = 90.0
_TYPES = ["Foundation", "SR Legacy", "Survey (FNDDS)"]
_DATA_TYPE = {
    "Foundation": "foundation_food",
    "SR Legacy": "sr_legacy_food",
    "Survey (FNDDS)": "survey_fndds_food",
}
_ID_OF = {str(nutrient.fdc_number): nutrient.fdc_id for nutrient in NUTRIENTS}
_STATED = re.compile(r"(\d+ \d+/\d+|\d+/\d+|\d+(?:\.\d+)?|\.\d+)\s")


class _Nutrient(BaseModel):
    nutrient_id: int | None = Field(None, alias="nutrientId")
    number: str | None = Field(None, alias="nutrientNumber")
    value: float | None = None


class _Measure(BaseModel):
    text: str | None = Field(None, alias="disseminationText")
    grams: float | None = Field(None, alias="gramWeight")


class _Hit(BaseModel):
    fdc_id: int = Field(alias="fdcId")
    description: str
    data_type: str = Field(alias="dataType")
    nutrients: list[_Nutrient] = Field([], alias="foodNutrients")
    measures: list[_Measure] = Field([], alias="foodMeasures")


class _Answer(BaseModel):
    foods: list[_Hit] = []


class FoodDataCentral:
    """A client that keeps within the hourly limit and gives up quickly.

    Args:
        settings: key, address and time limit.
        transport: another way to send requests, for tests.
    """

    def __init__(self, settings: Settings, transport: httpx.BaseTransport | None = None) -> None:
        self._key = settings.fdc_api_key
        self._client = httpx.Client(
            base_url=settings.fdc_url,
            timeout=settings.fdc_timeout_s,
            transport=transport,
            headers={"X-Api-Key": self._key},
        )
        self._lock = threading.Lock()
        self._asked: deque[float] = deque()
        self._rests_until = 0.0

    def find(self, name: str) -> Food | None:
        """The food whose description says the name and little else; None when there is none.

        None also when there is no key, the limit is reached, or no answer comes in time: a food that
        can't be looked up is an unknown food.
        """
        if not self._key or not self._may_ask():
            return None
        body = {"query": name, "dataType": _TYPES, "pageSize": 10}
        try:
            answer = self._client.post("/foods/search", json=body)
        except httpx.HTTPError as error:
            self._rest(30.0, repr(error))
            return None
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            self._rest(_seconds(answer.headers.get("Retry-After"), 600.0), "the hourly limit is reached")
            return None
        if not answer.is_success:
            self._rest(60.0, f"status {answer.status_code}")
            return None
        try:
            hits = _Answer.model_validate_json(answer.content).foods
        except ValidationError as error:
            logger.warning("FoodData Central answers what can't be read", extra={"error": str(error)})
            return None
        likely = [(fuzz.token_sort_ratio(key(name), key(hit.description)), hit) for hit in hits]
        likely = [(score, hit) for score, hit in likely if score >= _LIKE and _has_energy(hit)]
        return _food(name, max(likely, key=lambda pair: pair[0])[1]) if likely else None

    def _may_ask(self) -> bool:
        now = time.monotonic()
        with self._lock:
            while self._asked and self._asked[0] < now - _HOUR_S:
                self._asked.popleft()
            if now < self._rests_until or len(self._asked) >= PER_HOUR:
                return False
            self._asked.append(now)
            return True

    def _rest(self, seconds: float, why: str) -> None:
        with self._lock:
            self._rests_until = time.monotonic() + seconds
        logger.warning("FoodData Central is left alone for a while", extra={"error": why})


def stated_amount(text: str) -> float | None:
    """The number that a portion's text starts with: 0.5 of "1/2 cup"; None without one."""
    match = _STATED.match(text.strip())
    return number(match[1]) if match else None


def unclassed(
    name: str,
    fdc_id: int,
    description: str,
    data_type: str,
    per_100g: Amounts,
    portions: Iterable[Portion],
    note: str = "",
) -> Food:
    """A food of which nothing is known but USDA's figures, so that no label follows from it."""
    return Food(
        name=name,
        fdc_id=fdc_id,
        description=description,
        data_type=data_type,
        aisle="",
        category="",
        role="other",
        unit="g",
        classes=frozenset(),
        may=frozenset(),
        aliases=(),
        edible=1.0,
        cooked_yield=None,
        note=note,
        per_100g=per_100g,
        portions=tuple(portions),
        classed=False,
    )


def _seconds(header: str | None, otherwise: float) -> float:
    """How long to rest: what the header says if it is a number, an hour at most."""
    try:
        seconds = float(header or otherwise)
    except ValueError:  # it may be a date, too
        return otherwise
    return min(max(1.0, seconds), _HOUR_S) if math.isfinite(seconds) else otherwise


def _values(hit: _Hit) -> dict[str, float]:
    said = {
        nutrient.nutrient_id or _ID_OF.get(nutrient.number or "", 0): nutrient.value
        for nutrient in hit.nutrients
        if nutrient.value is not None and math.isfinite(nutrient.value)
    }
    values: dict[str, float] = {}
    for nutrient in NUTRIENTS:
        ids = (nutrient.fdc_id, *FALLBACKS.get(nutrient.name, ()))
        if (known := next((code for code in ids if code in said), None)) is not None:
            # Carbohydrate "by difference" of meats comes out slightly negative.
            values[nutrient.name] = max(0.0, said[known])
    return values


def _has_energy(hit: _Hit) -> bool:
    return "energy_kcal" in _values(hit)


def _food(name: str, hit: _Hit) -> Food:
    portions = (
        read_portion(stated_amount(measure.text), measure.text, measure.grams)
        for measure in hit.measures
        if measure.text and measure.grams
    )
    return unclassed(
        name=key(name),
        fdc_id=hit.fdc_id,
        description=hit.description,
        data_type=_DATA_TYPE.get(hit.data_type, hit.data_type),
        per_100g=from_mapping(_values(hit)),
        portions=filter(None, portions),
        note=LOOKED_UP,
    )
