"""FoodData Central over HTTP, for foods the table doesn't hold; without a key nothing is asked."""

import logging
import threading
import time
from collections import deque
from typing import Any

import httpx
from pydantic import BaseModel, Field, ValidationError
from rapidfuzz import fuzz

from lib.nutrition.foods import Food, key, words
from lib.nutrition.nutrients import NUTRIENTS, from_mapping
from lib.nutrition.portions import read_portion
from lib.settings import Settings

logger = logging.getLogger("mealprep.fdc")

PER_HOUR = 1000
"""FoodData Central's limit per key; it answers 429 beyond it."""

_HOUR_S = 3600.0
_LIKE = 90.0
_TYPES = ["Foundation", "SR Legacy", "Survey (FNDDS)"]
_DATA_TYPE = {
    "Foundation": "foundation_food",
    "SR Legacy": "sr_legacy_food",
    "Survey (FNDDS)": "survey_fndds_food",
}
_BY_ID = {nutrient.fdc_id: nutrient.name for nutrient in NUTRIENTS}
_BY_NUMBER = {str(nutrient.fdc_number): nutrient.name for nutrient in NUTRIENTS}


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
        if answer.is_error:
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


def _seconds(header: str | None, otherwise: float) -> float:
    try:
        return max(1.0, float(header or otherwise))
    except ValueError:
        return otherwise


def _values(hit: _Hit) -> dict[str, float]:
    values: dict[str, float] = {}
    for nutrient in hit.nutrients:
        name = _BY_ID.get(nutrient.nutrient_id or 0) or _BY_NUMBER.get(nutrient.number or "")
        if name and nutrient.value is not None and nutrient.value >= 0:
            values[name] = nutrient.value
    return values


def _has_energy(hit: _Hit) -> bool:
    return "energy_kcal" in _values(hit)


def _food(name: str, hit: _Hit) -> Food:
    portions = [
        portion
        for measure in hit.measures
        if measure.text and measure.grams
        for portion in [read_portion(_amount(measure.text), measure.text, measure.grams)]
        if portion
    ]
    unclassed: dict[str, Any] = {"aisle": "", "category": "", "role": "other", "unit": "g"}
    return Food(
        name=" ".join(words(name)),
        fdc_id=hit.fdc_id,
        description=hit.description,
        data_type=_DATA_TYPE.get(hit.data_type, hit.data_type),
        classes=frozenset(),
        may=frozenset(),
        aliases=(),
        edible=1.0,
        cooked_yield=None,
        note="looked up at FoodData Central",
        per_100g=from_mapping(_values(hit)),
        portions=tuple(portions),
        classed=False,
        **unclassed,
    )


def _amount(text: str) -> float | None:
    try:
        return float(text.split()[0])
    except ValueError:
        return None
