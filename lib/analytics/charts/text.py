"""Text that fits: measured, wrapped between words, and cut with an ellipsis where there is no room."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

Weight = Literal["normal", "bold"]

ELLIPSIS = "…"

# For scripts that DejaVu Sans doesn't have; the first of these that the machine has.
_OTHERS = (
    ("Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "WenQuanYi Zen Hei"),
    ("Noto Sans Devanagari", "Lohit Devanagari", "FreeSans"),
    ("Noto Sans Thai", "Loma", "Waree"),
    ("Noto Emoji", "Symbola"),
)
_MEASURED_AT = 100.0
_WIDE = "WF"
_BREAKS = " -_/"
_JOINER = "\u200d"
_SELECTORS = "\ufe0e\ufe0f"
# What has no place in a line, or none in XML.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@lru_cache
def families() -> tuple[str, ...]:
    """Names of typefaces, each for what those before it don't have."""
    there = set(font_manager.get_font_names())
    found = (next((name for name in names if name in there), None) for names in _OTHERS)
    return ("sans-serif", *filter(None, found))


@lru_cache
def font(weight: Weight = "normal", others: tuple[str, ...] = ()) -> FontProperties:
    """The house's typeface, and others for what it lacks."""
    return FontProperties(family=[*families(), *others], weight=weight, size=_MEASURED_AT)


@lru_cache(4096)
def _width(text: str, weight: Weight) -> float:
    width, _, _ = text_to_path.get_text_width_height_descent(text, font(weight), ismath=False)
    # Instead of what no typeface here has, those who look may see a wide character of one of theirs.
    wide = sum(unicodedata.east_asian_width(char) in _WIDE for char in text)
    return max(float(width), wide * _MEASURED_AT) / _MEASURED_AT


def width(text: str, size: float, weight: Weight = "normal") -> float:
    """In pixels, of a line.

    Args:
        size: of the text, in pixels.
    """
    return _width(text, weight) * size if text else 0.0


def widest(texts: list[str], size: float, weight: Weight = "normal") -> float:
    """The width in pixels of the widest line."""
    return max((width(text, size, weight) for text in texts), default=0.0)


def line(text: str) -> str:
    """As one line, without control characters, and without emoji that no typeface here has."""
    clean = " ".join(_UNSEEN.sub(" ", text).split())
    shown = "".join(char for char in clean if char not in _SELECTORS and not _missing_symbol(char))
    return " ".join(shown.split()) or clean


def _missing_symbol(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sk") and ord(char) not in characters()


@lru_cache
def characters() -> frozenset[int]:
    """What the typefaces have."""
    found: set[int] = set()
    for name in families():
        path = font_manager.findfont(FontProperties(family=[name]))
        found.update(font_manager.get_font(path).get_charmap())
    return frozenset(found)


def fitted(text: str, size: float, room: float, weight: Weight = "normal") -> str:
    """As much of a line as there is room for, with an ellipsis unless that is all."""
    if width(text, size, weight) <= room:
        return text
    clusters = list(_clusters(text))
    low, high = 0, len(clusters) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if width(_cut(clusters[:middle]), size, weight) <= room:
            low = middle
        else:
            high = middle - 1
    return _cut(clusters[:low])


def wrapped(text: str, size: float, room: float, most: int) -> list[str]:
    """Lines of some text, as few as there is room for; the last of the allowed ones may be cut."""
    lines: list[str] = []
    rest = line(text) if most else ""
    while rest and len(lines) < most - 1:
        head, rest = _split(rest, size, room)
        lines.append(head)
    return [*lines, fitted(rest, size, room)] if rest else lines


def joined(parts: Sequence[str], size: float, room: float) -> list[str]:
    """Lines of parts; a line is as long as there is room for, and no part is divided."""
    lines: list[str] = []
    for part in parts:
        longer = f"{lines[-1]} · {part}" if lines else part
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(fitted(part, size, room))
    return lines


def _split(text: str, size: float, room: float) -> tuple[str, str]:
    """A line that fits, and the rest."""
    best = 0
    end = 0
    for piece in _pieces(text):
        end += len(piece)
        if width(text[:end].rstrip(), size) > room:
            break
        best = end
    if not best:  # a word wider than a line
        best = max(1, len(fitted(text, size, room).removesuffix(ELLIPSIS)))
    return text[:best].rstrip(), text[best:].lstrip()


def _pieces(text: str) -> Iterator[str]:
    """Parts after which a line may end: words, parts of compounds, and wide characters."""
    piece = ""
    clusters = list(_clusters(text))
    for here, after in zip(clusters, [*clusters[1:], " "], strict=True):
        piece += here
        wide = unicodedata.east_asian_width(here[0]) in _WIDE
        if here in _BREAKS or (wide and unicodedata.category(after[0])[0] != "P"):
            yield piece
            piece = ""
    if piece:
        yield piece


def _clusters(text: str) -> Iterator[str]:
    """What readers take for single characters: with their marks, and joined emoji."""
    cluster = ""
    for char in text:
        joined = unicodedata.category(char)[0] == "M" or char == _JOINER or cluster.endswith(_JOINER)
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _cut(clusters: list[str]) -> str:
    return "".join(clusters).rstrip(" .,;:–-") + ELLIPSIS
