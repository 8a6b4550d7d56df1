"""Prompts as files; what callers say goes into them as JSON, as data and not as words to the model."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Any

_FOLDER = Path(__file__).parent
_LONGEST_FINDINGS = 20


@lru_cache
def _text(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8").strip()


def rendered(name: str, **values: object) -> str:
    """A prompt with its values: texts as they are, everything else as JSON.

    Raises:
        KeyError: the prompt names a value that isn't given.
    """
    return Template(_text(name)).substitute({key: _said(value) for key, value in values.items()})


def _said(value: object) -> str:
    return value if isinstance(value, str) else as_data(value)


def as_data(value: Any) -> str:
    """A value as JSON that can't end the block it stands in."""
    return (
        json.dumps(value, ensure_ascii=False, indent=1).replace("<", "\\u003c").replace("`", "\\u0060")
    )


def findings(found: list[str]) -> str:
    """What was wrong with a draft, one finding a line."""
    return "\n".join(f"- {finding}" for finding in found[:_LONGEST_FINDINGS])


@lru_cache
def sha256() -> str:
    """Hash of all prompts: answers to older ones aren't given again."""
    digest = hashlib.sha256()
    for path in sorted(_FOLDER.glob("*.md")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
