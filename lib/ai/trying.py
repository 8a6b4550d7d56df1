"""Asks a model's server a few times while its failures may pass."""

import logging
import random
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import openai
from openai import OpenAI

from lib.ai.catalogue import Asked
from lib.settings import settings

logger = logging.getLogger("mealprep.ai")
T = TypeVar("T")

_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 10.0
_PASSING = (
    openai.APITimeoutError,
    openai.APIConnectionError,
    openai.RateLimitError,
    openai.InternalServerError,
)


class ProviderFailed(Exception):
    """No provider has answered; `reasons` has one line for each."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def patiently(
    choice: Asked,
    ask: Callable[[float], T],
    plainer: Callable[[openai.APIStatusError], bool],
    pause: Callable[[float], None],
    reasons: list[str],
) -> T | None:
    """What the model answers; None, with a line among the reasons, when it doesn't.

    Args:
        ask: asks once; told until when, by `time.monotonic()`.
        plainer: whether to ask again after this refusal, in a way that needs less of the server.
        pause: waits so many seconds.
    """
    deadline = time.monotonic() + settings().ai_timeout_s
    wait, tries = _FIRST_WAIT_S, settings().ai_retries + 1
    name = f"{choice.provider}/{choice.model}"
    while tries > 0:
        try:
            return ask(deadline)
        except _PASSING as error:
            tries -= 1
            reason = f"{name}: {type(error).__name__}"
            rest = max(_asked_to_wait(error), random.uniform(0, wait))  # noqa: S311
            logger.warning("A model didn't answer", extra={"reason": reason, "tries_left": tries})
            if tries == 0 or time.monotonic() + rest > deadline:
                reasons.append(reason)
                return None
            pause(rest)
            wait = min(2 * wait, _LONGEST_WAIT_S)
        except openai.APIStatusError as error:
            if plainer(error):
                continue
            reasons.append(f"{name}: HTTP {error.status_code}")
            logger.warning("A model refused a request", extra={"reason": reasons[-1]})
            return None
        except openai.OpenAIError as error:
            reasons.append(f"{name}: {type(error).__name__}")
            return None
    return None


@lru_cache
def client(base_url: str, key: str, timeout_s: float) -> OpenAI:
    """The connection to a server, one for all who ask it; it tries nothing again by itself."""
    return OpenAI(api_key=key, base_url=base_url, timeout=timeout_s, max_retries=0)


def check(deadline: float) -> None:
    """Raise what a timeout raises, once it is too late."""
    if time.monotonic() > deadline:
        raise openai.APITimeoutError(request=NO_REQUEST)


NO_REQUEST: Any = None
"""For errors that we raise ourselves."""


def _asked_to_wait(error: openai.OpenAIError) -> float:
    """Seconds that the server asks to wait, within reason."""
    response = getattr(error, "response", None)
    said = response.headers.get("retry-after", "") if response is not None else ""
    return min(float(said), _LONGEST_WAIT_S) if said.replace(".", "", 1).isdigit() else 0.0
