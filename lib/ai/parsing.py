"""JSON in what a model has said: fenced, with words around it, cut off, or not quite JSON."""

import json
import re
from typing import Any

_FENCE = re.compile(r"```(?:json|JSON)?\s*(?P<inside>.*?)(?:```|\Z)", re.DOTALL)
_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_COMMENT = re.compile(r"(?m)^\s*//.*$")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"'})
_LONGEST = 200_000
_DEEPEST = 60


def json_in(text: str) -> Any:
    """The first object or list in the text; None where there is none.

    What is cut off in the middle is closed behind the last whole value.
    """
    text = _THOUGHTS.sub("", text[:_LONGEST])
    fenced = [match["inside"] for match in _FENCE.finditer(text)]
    for candidate in [*fenced, text]:
        start = next((place for place, c in enumerate(candidate) if c in "{["), None)
        if start is None:
            continue
        for attempt in (candidate[start:], _plainer(candidate[start:])):
            found = _read(attempt)
            if found is not None:
                return found
    return None


def _read(text: str) -> Any:
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        pass
    return _closed(text)


def _plainer(text: str) -> str:
    return _TRAILING_COMMA.sub("", _COMMENT.sub("", text.translate(_QUOTES)))


def _closed(text: str) -> Any:
    """What is whole of a text that ends too early."""
    places, stack, quoted, escaped = [], [], False, False
    for place, c in enumerate(text):
        if quoted:
            quoted, escaped = (c != '"' or escaped), c == "\\" and not escaped
            continue
        if c == '"':
            quoted = True
        elif c in "{[":
            stack.append("}" if c == "{" else "]")
            if len(stack) > _DEEPEST:
                return None
        elif c in "}]":
            if not stack or stack.pop() != c:
                return None
            places.append((place + 1, "".join(reversed(stack))))
        elif c == ",":
            places.append((place, "".join(reversed(stack))))
    for end, closing in reversed(places[-200:]):
        try:
            return json.loads(text[:end] + closing)
        except (ValueError, RecursionError):
            continue
    return None


def recipes_in(text: str) -> list[dict[str, Any]]:
    """The recipes in the text: of one object, a list, or an object with a list."""
    found = json_in(text)
    if isinstance(found, dict):
        inside = next(
            (found[key] for key in ("recipes", "recipe", "data", "result") if key in found), None
        )
        found = inside if isinstance(inside, dict | list) else found
    if isinstance(found, dict):
        found = [found]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
