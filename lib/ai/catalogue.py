"""Providers, their models, prices and capabilities, from the table in the settings."""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

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


class _Model(Abilities):
    name: str = Field(min_length=1)


class _Provider(_Strict):
    name: str = Field(min_length=1)
    base_url: str
    key_env: str = ""
    models: list[_Model] = Field(min_length=1)


class _Table(_Strict):
    providers: list[_Provider] = Field(min_length=1)
    unknown_model: Abilities


@dataclass(frozen=True, slots=True)
class Choice:
    """A model of a provider that can be asked, with its key."""

    provider: str
    base_url: str
    key: str
    model: str
    abilities: Abilities

    @property
    def place(self) -> str:
        """Which model on which server; what is learned of one holds for it alone."""
        return f"{self.base_url}|{self.model}"


@lru_cache
def choices() -> tuple[Choice, ...]:
    """The models to ask, one after the other; none where no provider has its key.

    Raises:
        Unavailable: the table can't be used; the log of the process that says so has why.
    """
    table = _table()
    found: list[Choice] = []
    for place, provider in enumerate(table.providers):
        key = (
            settings().openai_api_key
            if provider.key_env == "OPENAI_API_KEY"
            else os.environ.get(provider.key_env, "")
        )
        if provider.key_env and not key:
            continue
        models = [_chosen(provider, table)] if place == 0 and settings().ai_model else provider.models
        address = (
            settings().openai_base_url
            if place == 0 and settings().openai_base_url
            else provider.base_url
        )
        for model in models:
            found.append(Choice(provider.name, address, key or "none", model.name, _as_set(model)))
    return tuple(found)


def _chosen(provider: _Provider, table: _Table) -> _Model:
    wanted = settings().ai_model
    known = next((model for model in provider.models if model.name == wanted), None)
    return known or _Model(name=wanted, **table.unknown_model.model_dump())


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
