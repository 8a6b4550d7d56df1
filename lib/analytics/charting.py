"""Which charts there are, and their pictures, each made once for the same data and look.

What draws them is imported with the first one.
"""

import hashlib
import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from cachetools import LRUCache

from lib.analytics import metrics
from lib.analytics.answers import Asked
from lib.analytics.metrics import Group
from lib.analytics.view import View
from lib.errors import NotFound
from lib.palette import Theme

Format = Literal["png", "svg"]

MEDIA_TYPES: dict[Format, str] = {"png": "image/png", "svg": "image/svg+xml"}
LEAST_WIDTH, LEAST_HEIGHT, MOST_SIDE = 400, 300, 2400
"""In CSS pixels."""
MOST_SCALE = 3
"""Pixels of a PNG to a CSS pixel."""
MOST_PIXELS = 20_000_000
"""Of a PNG: four bytes each while it is drawn."""
MEMORY_BYTES = 32 * 1024 * 1024
"""Of pictures that a process keeps."""


class Kind(NamedTuple):
    """A chart.

    Args:
        name: in URLs.
        group: of the answer that it is drawn from.
        metric: there, which it shows; the chart has its title and definition.
        answer: computes the answer.
    """

    name: str
    group: Group
    metric: str
    answer: Callable[[View], Asked]


KINDS = (
    Kind("user-growth", "users", "series", metrics.users),
    Kind("retention", "users", "retention", metrics.users),
    Kind("popular-recipes", "recipes", "popular", metrics.recipe_figures),
    Kind("engagement", "engagement", "series", metrics.engagement_figures),
    Kind("funnel", "engagement", "funnel", metrics.engagement_figures),
)


class Look(NamedTuple):
    """What a picture is to look like.

    Args:
        width, height: in CSS pixels; None: as the chart's content needs.
        scale: pixels of a PNG to a CSS pixel.
    """

    format: Format = "png"
    theme: Theme = "light"
    width: int | None = None
    height: int | None = None
    scale: int = 1


class Picture(NamedTuple):
    """A chart as a file.

    Args:
        content: the same bytes for the same data and look.
        sha256: of it, in hex.
    """

    content: bytes
    sha256: str


class _Memory:
    """The pictures that were asked for last."""

    def __init__(self) -> None:
        # matplotlib isn't made for several threads, and two of them are no faster than one.
        self._drawing = threading.Lock()
        self._lock = threading.Lock()
        self._kept: LRUCache[Any, Picture] = LRUCache(
            MEMORY_BYTES, getsizeof=lambda kept: len(kept.content)
        )

    def get(self, key: Any, draw: Callable[[], bytes]) -> Picture:
        """The picture of that key, drawn if it isn't here."""
        found = self._find(key)
        if found:
            return found
        with self._drawing:
            found = self._find(key)  # by now another one may have drawn it
            if found:
                return found
            content = draw()
        found = Picture(content, hashlib.sha256(content).hexdigest())
        with self._lock:
            if len(content) < MEMORY_BYTES // 4:
                self._kept[key] = found
        return found

    def _find(self, key: Any) -> Picture | None:
        with self._lock:
            return self._kept.get(key)


@lru_cache
def _memory() -> _Memory:
    return _Memory()


def kind(name: str) -> Kind:
    """The chart of that name.

    Raises:
        NotFound: there is none.
    """
    for one in KINDS:
        if one.name == name:
            return one
    raise NotFound(f"There is no chart {name!r}.", [one.name for one in KINDS])


def picture(kind: Kind, answer: Asked, look: Look) -> Picture:
    """An answer as a chart, drawn anew only if something has changed that it shows.

    It says as of when to the minute, and so is drawn once a minute at least while its dates go on.

    Raises:
        Invalid: it would have too many pixels.
    """
    # Importing matplotlib takes half a second and 40 MB.
    from lib.analytics.charts import drawing, words

    data = answer.model_dump_json(exclude={"as_of"})
    shown = hashlib.sha256(f"{words.as_of(answer)} {data}".encode()).digest()
    return _memory().get((kind.name, look, shown), lambda: drawing.rendered(kind, answer, look))
