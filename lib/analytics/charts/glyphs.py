"""Typefaces for what the house's one lacks, lent to matplotlib for one picture."""

import itertools
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.font_manager import FontEntry, fontManager

from lib import typefaces
from lib.analytics.answers import Asked
from lib.analytics.charts import text
from lib.typefaces import Face

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
# matplotlib remembers where a name was found, so no name comes twice.
_numbers = itertools.count()


def strings(answer: Asked) -> set[str]:
    """Every text of an answer."""
    return {json.loads(found) for found in _STRING.findall(answer.model_dump_json())}


@contextmanager
def lent(texts: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Names under which matplotlib finds, for as long as this lasts, what these texts need.

    Chinese, Japanese and Korean ones have no other characters than these, which takes half a second.
    """
    wanted: dict[Face, set[str]] = {}
    for face, part in itertools.chain.from_iterable(typefaces.runs(one) for one in texts):
        if missing := {char for char in part if ord(char) not in text.characters()}:
            wanted.setdefault(face, set()).update(missing)
    with tempfile.TemporaryDirectory(prefix="mealprep-glyphs-") as folder:
        entries = [_entry(face, chars, Path(folder)) for face, chars in wanted.items()]
        fontManager.ttflist.extend(entries)
        try:
            yield tuple(entry.name for entry in entries)
        finally:
            for entry in entries:
                fontManager.ttflist.remove(entry)


def _entry(face: Face, characters: set[str], folder: Path) -> FontEntry:
    path = folder / f"{face.name}.ttf"
    path.write_bytes(typefaces.data(face, "regular", characters))
    return FontEntry(
        fname=str(path), name=f"glyphs-{next(_numbers)}", style="normal", variant="normal",
        weight=400, stretch="normal", size="scalable",
    )  # fmt: skip
