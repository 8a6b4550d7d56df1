"""Providers, their models, prices and capabilities, from the table in the settings."""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lib.errors import Unavailable
from lib.settings import settings

Protocol = Literal["responses", "chat"]
_MILLION = 1_000_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Prices(_Strict):
    """Dollars for a million tokens; `cached` for input that the provider remembers."""

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float = Field(ge=0)


class Abilities(_Strict):
    """What a model can do, and what it costs; `limit_field` tells Chat Completions their length."""

    protocol: Protocol
    strict_schema: bool
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    usd_per_million: Prices
    max_output: int = Field(ge=256, le=1_000_000)

    def cost(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """Dollars for these tokens; the cached ones are among the input."""
        prices = self.usd_per_million
        fresh = max(0, input_tokens - cached_tokens)
        parts = fresh * prices.input + cached_tokens * prices.cached + output_tokens * prices.output
        return parts / _MILLION

    def worst(self, prompt: str, output_tokens: int) -> float:
        """The most that a call may cost: a token is a byte at least, and output ends at its limit."""
        prices = self.usd_per_million
        tokens = len(prompt.encode()) + _OVERHEAD_TOKENS
        dearest = max(prices.input, prices.cached)
        return (tokens * dearest + output_tokens * prices.output) / _MILLION


_OVERHEAD_TOKENS = 500
"""What a protocol adds around the texts: roles, the schema's own words."""


class ImageAbilities(_Strict):
    """What a model of pictures can do, and what one of them costs.

    `sizes` are those it is asked for, as "1024x1024"; `options` are sent along as they are; `max_output`
    is the most tokens that a picture may take, `usd_per_image` what it costs where tokens don't count.
    """

    sizes: tuple[Annotated[str, Field(pattern=r"^\d{2,5}x\d{2,5}$")], ...] = Field(min_length=1)
    options: dict[str, str | int] = {}
    usd_per_million: Prices = Prices(input=0, output=0, cached=0)
    usd_per_image: float = Field(0, ge=0)
    max_output: int = Field(0, ge=0, le=1_000_000)

    def cost(self, input_tokens: int, output_tokens: int) -> float:
        """Dollars for a picture that took these tokens."""
        prices = self.usd_per_million
        tokens = input_tokens * prices.input + output_tokens * prices.output
        return self.usd_per_image + tokens / _MILLION

    def worst(self, prompt: str) -> float:
        """The most that a picture may cost: a token is a byte at least."""
        return self.cost(len(prompt.encode()) + _OVERHEAD_TOKENS, self.max_output)

    def nearest(self, box: tuple[int, int]) -> tuple[int, int]:
        """The size to ask for: of the box's shape as nearly as can be, then the smallest that fills it.

        Args:
            box: width and height in pixels.
        """
        wanted = math.log(box[0] / box[1])
        sizes = [(int(width), int(height)) for width, height in (each.split("x") for each in self.sizes)]
        return min(
            sizes,
            key=lambda size: (
                round(abs(math.log(size[0] / size[1]) - wanted), 3),
                max(0.0, box[0] / size[0] - 1),
                size,
            ),
        )


class _Model(Abilities):
    name: str = ""


class _ImageModel(ImageAbilities):
    name: str = ""


class _Provider(_Strict):
    name: str = Field(min_length=1)
    base_url: str
    key_env: str = ""
    models: list[_Model] = []
    image_models: list[_ImageModel] = []


class _Table(_Strict):
    providers: list[_Provider] = Field(min_length=1)
    unknown_model: _Model
    unknown_image_model: _ImageModel


M = TypeVar("M", _Model, _ImageModel)


@dataclass(frozen=True, slots=True)
class Asked:
    """A model of a provider that can be asked, with its key."""

    provider: str
    base_url: str
    key: str
    model: str

    @property
    def place(self) -> str:
        """Which model on which server; what is learned of one holds for it alone."""
        return f"{self.base_url}|{self.model}"


@dataclass(frozen=True, slots=True)
class Choice(Asked):
    """A model that writes."""

    abilities: Abilities


@dataclass(frozen=True, slots=True)
class ImageChoice(Asked):
    """A model that makes pictures."""

    abilities: ImageAbilities


@lru_cache
def choices() -> tuple[Choice, ...]:
    """The models that write, one after the other; none where no provider has its key.

    Raises:
        Unavailable: the table can't be used; the log of the process that says so has why.
    """
    table, wanted = _table(), settings().ai_model
    return tuple(
        Choice(provider.name, address, key, model.name, _as_set(model))
        for provider, address, key, first in _reachable(table)
        for model in _wanted(provider.models, wanted if first else "", table.unknown_model)
    )


@lru_cache
def image_choices() -> tuple[ImageChoice, ...]:
    """The models that make pictures, as `choices`."""
    table, wanted = _table(), settings().ai_image_model
    return tuple(
        ImageChoice(provider.name, address, key, model.name, model)
        for provider, address, key, first in _reachable(table)
        for model in _wanted(provider.image_models, wanted if first else "", table.unknown_image_model)
    )


def _reachable(table: _Table) -> Iterator[tuple[_Provider, str, str, bool]]:
    """Providers with what they need: their address, their key, and whether they are the first."""
    for place, provider in enumerate(table.providers):
        key = (
            settings().openai_api_key
            if provider.key_env == "OPENAI_API_KEY"
            else os.environ.get(provider.key_env, "")
        )
        if key or not provider.key_env:
            own = settings().openai_base_url if place == 0 else ""
            yield provider, own or provider.base_url, key or "none", place == 0


def _wanted(models: list[M], name: str, unknown: M) -> list[M]:
    """All models, or the one of that name, which the table may not know."""
    if not name:
        return models
    known = [model for model in models if model.name == name]
    return known or [unknown.model_copy(update={"name": name})]


def _as_set(model: _Model) -> Abilities:
    protocol = settings().ai_protocol
    return model if protocol == "auto" else model.model_copy(update={"protocol": protocol})


def _table() -> _Table:
    path = settings().ai_models
    try:
        return _Table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise Unavailable(f"The table of models can't be read: {type(error).__name__}.", 60) from error
    except ValidationError as error:
        bad = "; ".join(".".join(map(str, each["loc"])) for each in error.errors()[:5])
        raise Unavailable(f"The table of models has bad fields: {bad}.", 60) from error
