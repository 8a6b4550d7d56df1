"""The door to models that make pictures, beside `provider`, which is the one to those that write.

Asked for is one picture as bytes in the answer. A server may give an address instead: what lies there is
fetched as any caller's URL is, so it leads to nothing that isn't public.
"""

import base64
import binascii
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import openai

from lib.ai import money
from lib.ai.catalogue import ImageChoice
from lib.ai.money import Spender
from lib.ai.trying import NO_REQUEST, check, client, patiently
from lib.errors import MealPrepError
from lib.images import sources
from lib.settings import settings

_CHUNK = 2**16
_AROUND = 2**16
"""Bytes of an answer around its picture."""
_REFUSALS = ("moderation_blocked", "content_policy_violation", "content_filter")
_HAS_NO_PICTURES = (404, 405, 501)
_WANTS_LESS = (400, 422)
_REMEMBERED_S = 3600.0
"""How long is remembered what a server couldn't do: it may learn it."""


@dataclass(frozen=True, slots=True)
class Painted:
    """What a model has answered: a picture, or `failed`, which says why there is none.

    Args:
        box: width and height in pixels that it was asked for.
    """

    provider: str
    model: str
    box: tuple[int, int]
    content: bytes = b""
    failed: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(slots=True)
class Painter:
    """Asks the models that make pictures.

    Args:
        choices: the models, in the order in which they are asked.
        pause: waits so many seconds; tests put their own here.
        clock: seconds that only grow.
    """

    choices: tuple[ImageChoice, ...]
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _plain: dict[str, float] = field(default_factory=dict)
    _unable: dict[str, float] = field(default_factory=dict)

    def paint(
        self, prompt: str, box: tuple[int, int], spender: Spender, reasons: list[str]
    ) -> Iterator[Painted]:
        """What the models answer, one after the other; who is content with one asks for no more.

        Args:
            box: width and height that the picture is for, in pixels.
            reasons: gets a line for each model that doesn't answer.

        Raises:
            BudgetSpent: a call could pass the budget.
        """
        for choice in self.choices:
            if self._remembers(self._unable, choice):
                reasons.append(f"{choice.provider}/{choice.model}: makes no pictures")
                continue
            asked = choice.abilities.nearest(box)
            ask = partial(self._once, choice, prompt, asked, spender)
            found = patiently(choice, ask, partial(self._with_less, choice), self.pause, reasons)
            if found is not None:
                yield found

    def _with_less(self, choice: ImageChoice, error: openai.APIStatusError) -> bool:
        """Whether to ask again without options, one of which is refused.

        Who has no such route isn't asked for a while.
        """
        if error.status_code in _HAS_NO_PICTURES:
            self._unable[choice.place] = self.clock()
        elif error.status_code in _WANTS_LESS and error.param in self._options(choice):
            self._plain[choice.place] = self.clock()
            return True
        return False

    def _options(self, choice: ImageChoice) -> dict[str, str | int]:
        return {} if self._remembers(self._plain, choice) else choice.abilities.options

    def _remembers(self, since: dict[str, float], choice: ImageChoice) -> bool:
        at = since.get(choice.place)
        return at is not None and self.clock() < at + _REMEMBERED_S

    def _once(
        self, choice: ImageChoice, prompt: str, box: tuple[int, int], spender: Spender, deadline: float
    ) -> Painted:
        worst = choice.abilities.worst(prompt)
        call = money.reserve(spender, choice.provider, choice.model, worst)
        cost, tokens = worst, (0, 0)  # what isn't known to have cost less
        try:
            answer = self._asked(choice, prompt, "{}x{}".format(*box), deadline)
            known = _tokens(answer)
            if known is not None:
                tokens, cost = known, choice.abilities.cost(*known)
            elif not choice.abilities.max_output:
                cost = choice.abilities.usd_per_image
        except openai.APIStatusError as error:
            cost = 0.0  # it has answered that it did nothing
            if _is_refusal(error):
                return Painted(
                    choice.provider, choice.model, box, failed="The model refused the request."
                )
            raise
        finally:
            money.settle(call, cost, *tokens)
        content, failed = _picture(answer)
        return Painted(choice.provider, choice.model, box, content, failed, *tokens, cost)

    def _asked(self, choice: ImageChoice, prompt: str, size: str, deadline: float) -> dict[str, Any]:
        """The answer as JSON, of which no more is read than a picture may have."""
        connection = client(choice.base_url, choice.key, settings().ai_timeout_s)
        most = settings().image_max_bytes * 4 // 3 + _AROUND
        whole = bytearray()
        try:
            with connection.images.with_streaming_response.generate(
                model=choice.model, prompt=prompt, n=1, size=size, extra_body=self._options(choice)
            ) as response:
                for chunk in response.iter_bytes(_CHUNK):
                    check(deadline)
                    whole += chunk
                    if len(whole) > most:
                        raise openai.OpenAIError("the answer is too long")
        except httpx.TimeoutException as error:
            raise openai.APITimeoutError(request=NO_REQUEST) from error
        except httpx.HTTPError as error:
            raise openai.APIConnectionError(request=NO_REQUEST) from error
        try:
            said = json.loads(whole)
        except ValueError as error:
            raise openai.OpenAIError("the answer is no JSON") from error
        return said if isinstance(said, dict) else {}


def _is_refusal(error: openai.APIStatusError) -> bool:
    body = error.body if isinstance(error.body, dict) else {}
    return error.code in _REFUSALS or body.get("type") == "image_generation_user_error"


def _tokens(answer: dict[str, Any]) -> tuple[int, int] | None:
    """Input and output tokens that the answer reports."""
    usage = answer.get("usage")
    if not isinstance(usage, dict):
        return None
    found = [usage.get(name) for name in ("input_tokens", "output_tokens")]
    counts = [each for each in found if isinstance(each, int) and each >= 0]
    return (counts[0], counts[1]) if len(counts) == 2 else None


def _picture(answer: dict[str, Any]) -> tuple[bytes, str]:
    """The picture of an answer, or else why there is none."""
    data = answer.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    text, url = first.get("b64_json"), first.get("url")
    if isinstance(text, str) and text:
        try:
            return base64.b64decode(text.rpartition(",")[2], validate=True), ""
        except (binascii.Error, ValueError):
            return b"", "The answer holds no picture."
    if not isinstance(url, str) or not url:
        return b"", "The answer holds no picture."
    try:
        return sources.fetched(url), ""
    except MealPrepError as error:
        return b"", f"The picture can't be fetched: {error.detail}"
