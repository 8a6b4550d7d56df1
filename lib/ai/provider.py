"""The one door to models: any server that speaks OpenAI's protocol, Responses or Chat Completions.

Tried are the choices of the catalogue, one after the other; each a few times while its failures may
pass. What a server can't do (Responses, schemas) is noticed and left out from then on. Every call
reserves its worst case first and settles after, whatever became of it.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import openai
from openai import OpenAI

from lib.ai import money
from lib.ai.catalogue import Choice, Protocol
from lib.ai.money import Spender
from lib.ai.trying import NO_REQUEST, ProviderFailed, check, client, patiently
from lib.settings import settings

OnText = Callable[[int], None]
"""Told how many characters have come so far; stops the answer by raising."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked. `schema` is the form of the answer; `limit` its longest, in tokens."""

    system: str
    user: str
    name: str
    schema: dict[str, Any]
    limit: int = 6000

    @property
    def text(self) -> str:
        """All that is sent, for its size."""
        return f"{self.system}{self.user}{self.schema}"


@dataclass(slots=True)
class Completion:
    """What a model has said. `refused` says that it won't; `cut` that its end is missing."""

    text: str
    provider: str = ""
    model: str = ""
    refused: bool = False
    cut: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    cost_usd: float = 0.0


@dataclass(slots=True)
class Door:
    """Asks the models that there are.

    Args:
        choices: the models, in the order in which they are asked.
        pause: waits so many seconds; tests put their own here.
    """

    choices: tuple[Choice, ...]
    pause: Callable[[float], None] = time.sleep
    _only_chat: set[str] = field(default_factory=set)
    _no_schema: set[str] = field(default_factory=set)
    _no_stream: set[str] = field(default_factory=set)

    def complete(self, prompt: Prompt, spender: Spender, on_text: OnText | None = None) -> Completion:
        """The first answer that any of the models gives.

        Raises:
            ProviderFailed: none has answered.
            BudgetSpent: a call could pass the budget.
        """
        reasons: list[str] = []
        for choice in self.choices:
            answer = patiently(
                choice,
                partial(self._once, choice, prompt, spender, on_text),
                partial(self._can_do_with_less, choice),
                self.pause,
                reasons,
            )
            if answer is not None:
                return answer
        raise ProviderFailed(reasons)

    def _can_do_with_less(self, choice: Choice, error: openai.APIStatusError) -> bool:
        """Whether to ask again in a plainer way: without Responses, or without a schema."""
        if error.status_code in (404, 405, 501) and self._protocol(choice) == "responses":
            self._only_chat.add(choice.place)
            return True
        if error.status_code in (400, 422, 501) and self._strict(choice):
            self._no_schema.add(choice.place)
            return True
        return False

    def _protocol(self, choice: Choice) -> Protocol:
        return "chat" if choice.place in self._only_chat else choice.abilities.protocol

    def _strict(self, choice: Choice) -> bool:
        return choice.abilities.strict_schema and choice.place not in self._no_schema

    def _once(
        self, choice: Choice, prompt: Prompt, spender: Spender, on_text: OnText | None, deadline: float
    ) -> Completion:
        limit = min(prompt.limit, choice.abilities.max_output)
        worst = choice.abilities.worst(prompt.text, limit)
        call = money.reserve(spender, choice.provider, choice.model, worst)
        cost = worst  # what isn't known to have cost less
        answer = Completion("")
        try:
            connection = client(choice.base_url, choice.key, settings().ai_timeout_s)
            responses = self._protocol(choice) == "responses"
            ask = self._responses if responses else self._chat
            listening = None if choice.place in self._no_stream else on_text
            answer = ask(connection, choice, prompt, limit, listening, deadline)
            if listening and _is_nothing(answer):  # some servers answer in one piece, unread by a stream
                self._no_stream.add(choice.place)
                answer = ask(connection, choice, prompt, limit, None, deadline)
            if answer.input_tokens is not None and answer.output_tokens is not None:
                tokens = (answer.input_tokens, answer.output_tokens, answer.cached_tokens)
                cost = choice.abilities.cost(*tokens)
        except openai.APIStatusError:
            cost = 0.0  # it has answered that it did nothing
            raise
        finally:
            counts = (answer.input_tokens or 0, answer.output_tokens or 0, answer.cached_tokens)
            money.settle(call, cost, *counts)
        answer.provider, answer.model, answer.cost_usd = choice.provider, choice.model, cost
        return answer

    def _chat(
        self,
        client: OpenAI,
        choice: Choice,
        prompt: Prompt,
        limit: int,
        on_text: OnText | None,
        deadline: float,
    ) -> Completion:
        options: dict[str, Any] = {
            "model": choice.model,
            "messages": [
                {"role": "system", "content": prompt.system},
                {"role": "user", "content": prompt.user},
            ],
            choice.abilities.limit_field: limit,
        }
        if self._strict(choice):
            schema = {"name": prompt.name, "schema": prompt.schema, "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": schema}
        if on_text is None:
            return _from_chat(client.chat.completions.create(**options))
        chunks = client.chat.completions.create(
            **options, stream=True, stream_options={"include_usage": True}
        )
        return _from_chunks(chunks, on_text, deadline)

    def _responses(
        self,
        client: OpenAI,
        choice: Choice,
        prompt: Prompt,
        limit: int,
        on_text: OnText | None,
        deadline: float,
    ) -> Completion:
        options: dict[str, Any] = {
            "model": choice.model,
            "instructions": prompt.system,
            "input": prompt.user,
            "max_output_tokens": limit,
            "store": False,
        }
        if self._strict(choice):
            schema = {
                "type": "json_schema",
                "name": prompt.name,
                "schema": prompt.schema,
                "strict": True,
            }
            options["text"] = {"format": schema}
        if on_text is None:
            return _from_response(client.responses.create(**options))
        return _from_events(client.responses.create(**options, stream=True), on_text, deadline)


def _from_chat(answer: Any) -> Completion:
    choice = (answer.choices or [None])[0]
    message = getattr(choice, "message", None)
    reason = getattr(choice, "finish_reason", None)
    found = Completion(
        text=getattr(message, "content", None) or "",
        refused=bool(getattr(message, "refusal", None)) or reason == "content_filter",
        cut=reason == "length",
    )
    return _with_usage(found, answer.usage)


def _from_chunks(chunks: Iterable[Any], on_text: OnText, deadline: float) -> Completion:
    found, parts, length = Completion(""), [], 0
    for chunk in chunks:
        check(deadline)
        for choice in chunk.choices or []:
            if said := getattr(choice.delta, "content", None):
                parts.append(said)
                length += len(said)
                on_text(length)
            found.refused |= bool(getattr(choice.delta, "refusal", None))
            found.refused |= choice.finish_reason == "content_filter"
            found.cut |= choice.finish_reason == "length"
        _with_usage(found, getattr(chunk, "usage", None))
    found.text = "".join(parts)
    return found


def _from_response(answer: Any) -> Completion:
    contents = [part for item in answer.output or [] for part in getattr(item, "content", None) or []]
    found = Completion(
        text=answer.output_text,
        refused=any(getattr(part, "type", "") == "refusal" for part in contents),
        cut=answer.status == "incomplete",
    )
    return _with_usage(found, answer.usage)


def _from_events(events: Iterable[Any], on_text: OnText, deadline: float) -> Completion:
    found, length = Completion(""), 0
    parts: list[str] = []
    for event in events:
        check(deadline)
        if event.type == "response.output_text.delta":
            parts.append(event.delta)
            length += len(event.delta)
            on_text(length)
        elif event.type in ("response.completed", "response.incomplete"):
            found = _from_response(event.response)
        elif event.type in ("response.failed", "error"):
            raise openai.APIConnectionError(message="the stream ended in an error", request=NO_REQUEST)
    found.text = found.text or "".join(parts)
    return found


def _is_nothing(answer: Completion) -> bool:
    return not answer.text and not answer.refused and not answer.cut and answer.input_tokens is None


def _with_usage(found: Completion, usage: Any) -> Completion:
    """The completion with the tokens that either protocol reports."""
    if usage is None:
        return found
    found.input_tokens = (
        getattr(usage, "input_tokens", None) or getattr(usage, "prompt_tokens", None) or 0
    )
    found.output_tokens = (
        getattr(usage, "output_tokens", None) or getattr(usage, "completion_tokens", None) or 0
    )
    details = getattr(usage, "input_tokens_details", None) or getattr(
        usage, "prompt_tokens_details", None
    )
    found.cached_tokens = min(getattr(details, "cached_tokens", None) or 0, found.input_tokens)
    return found
