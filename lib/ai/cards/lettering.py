"""Words that are set as large as their box allows, in whatever script, and never leave it.

Each character is drawn by a typeface that has it. Arabic, Indic and other scripts whose letters change
by their neighbors are shaped by Raqm, which comes with Pillow. Lines break at spaces, between the
characters of East Asian texts, and within a word only where it is longer than a line.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont

from lib import typefaces
from lib.ai.cards.canvas import Color
from lib.boxes import Box
from lib.errors import Invalid
from lib.typefaces import Face, Family

_REFERENCE = 100
"""Pixels at which words are measured once; other sizes are in proportion."""
_TIGHT, _LOOSE = 1.16, 1.5
"""Line heights: of Latin, Greek and Cyrillic, and of scripts that reach higher or lower."""
_LEAST = 7
_OPTICAL = 36
"""One design for all sizes, so that their widths are in proportion."""
_ROUNDING = 0.985
"""Of the width is filled at first: widths at a size are rounded, pixel by pixel."""
_RIGHT_TO_LEFT = ("R", "AL")


@dataclass(frozen=True, slots=True)
class Look:
    """How words are set: family, weight from 100 to 900, and whether in the middle."""

    family: Family = "serif"
    weight: int = 700
    centered: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one typeface in a line, from an x and a baseline on, in pixels."""

    text: str
    face: Face
    weight: int
    size: int
    x: float
    y: float

    @property
    def font(self) -> FreeTypeFont:
        """What draws it."""
        return font(self.face, self.weight, self.size)

    @property
    def ink(self) -> Box:
        """What of the picture it covers."""
        left, top, right, bottom = self.font.getbbox(self.text, anchor="ls")
        return Box(self.x + left, self.y + top, self.x + right, self.y + bottom)


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that were set: their runs, their size, and all that they cover."""

    runs: tuple[Run, ...]
    size: int
    ink: Box

    def moved(self, right: float, down: float) -> "Block":
        """The same lines so many pixels further to the right and down."""
        runs = tuple(replace(run, x=run.x + right, y=run.y + down) for run in self.runs)
        box = self.ink
        ink = Box(box.left + right, box.top + down, box.right + right, box.bottom + down)
        return Block(runs, self.size, ink)

    def draw(self, image: Image.Image, color: Color) -> None:
        """Draw them.

        Raises:
            Invalid: a character is too intricate to be drawn.
        """
        drawing = ImageDraw.Draw(image)
        for run in self.runs:
            try:
                drawing.text((run.x, run.y), run.text, fill=color, font=run.font, anchor="ls")
            except OSError as error:  # FreeType's "raster overflow"
                raise Invalid(f"{run.text[:40]!r} can't be drawn on a card.") from error


def fitted(text: str, box: Box, look: Look, most: float) -> Block:
    """The text as large as fits into the box, at its top.

    Args:
        most: pixels; no larger.
    """
    words = _words(text)
    least, size = _LEAST, max(_LEAST, int(most))
    for breaking in (False, True):
        # Rather smaller letters than broken words, as long as they can be read with ease.
        floor = least if breaking else max(least, int(most * 0.34))
        found = _largest(words, box, look, floor, size, breaking=breaking)
        if found is not None:
            return found
    return _cut(words, box, look)


def _largest(
    words: Sequence[str], box: Box, look: Look, least: int, most: int, *, breaking: bool
) -> Block | None:
    """By halving what is left between two sizes."""
    found = None
    while least <= most:
        size = (least + most + 1) // 2
        block = _set(words, box, look, size, breaking=breaking)
        if block is not None:
            found, least = block, size + 1
        else:
            most = size - 1
    return found


def _cut(words: Sequence[str], box: Box, look: Look) -> Block:
    """As much as fits at the smallest size, with an ellipsis."""
    low, high = 0, len(words)
    best = Block((), _LEAST, Box(box.left, box.top, box.left, box.top))
    while low <= high:
        many = (low + high) // 2
        block = _set([*words[:many], "…"], box, look, _LEAST, breaking=True)
        if block is not None:
            best, low = block, many + 1
        else:
            high = many - 1
    return best


def _set(words: Sequence[str], box: Box, look: Look, size: int, *, breaking: bool) -> Block | None:
    """The words at that size; None where they don't fit."""
    scale = size / _REFERENCE
    width = box.width * _ROUNDING / scale
    pieces = list(_pieces(words, width, look, breaking=breaking))
    if any(_width(piece.rstrip(), look) > width for piece in pieces):
        return None
    height = size * (_TIGHT if all(_is_plain(piece, look) for piece in pieces) else _LOOSE)
    many = int(box.height / height) if box.height >= size else 0
    lines = _balanced(pieces, width, look)
    if not lines or len(lines) > max(many, 1):
        return None
    runs: list[Run] = []
    for number, line in enumerate(lines):
        baseline = box.top + size * (_TIGHT if height <= size * _TIGHT else 1.2) * 0.86 + number * height
        runs += _line(line, box, look, size, baseline)
    ink = _around([run.ink for run in runs])
    # Some letters reach over their own place, a J to the left or an accent upward.
    if ink.width > box.width or ink.height > box.height:
        return None
    right = _back(ink.left, ink.right, box.left, box.right)
    return Block(tuple(runs), size, ink).moved(right, _back(ink.top, ink.bottom, box.top, box.bottom))


def _back(start: float, end: float, least: float, most: float) -> float:
    """How far to move what is too far on one side."""
    return max(0.0, least - start) or min(0.0, most - end)


def _balanced(pieces: Sequence[str], width: float, look: Look) -> list[str]:
    """Lines of about one length: as few as there must be, each no wider than it need be."""
    lines = _lines(pieces, width, look)
    low, high = max((_width(piece, look) for piece in pieces), default=0.0), width
    for _ in range(7):
        middle = (low + high) / 2
        tried = _lines(pieces, middle, look)
        if len(tried) <= len(lines):
            lines, high = tried, middle
        else:
            low = middle
    return lines


def _lines(pieces: Sequence[str], width: float, look: Look) -> list[str]:
    lines: list[str] = []
    current, long = "", 0.0
    for piece in pieces:
        added = _width(piece, look)
        if current and long + added - _trailing(piece, look) > width:
            lines.append(current.rstrip())
            current, long = "", 0.0
        current += piece
        long += added
    return [*lines, current.rstrip()] if current.strip() else lines


def _trailing(piece: str, look: Look) -> float:
    return _width(" ", look) if piece.endswith(" ") else 0.0


def _words(text: str) -> list[str]:
    """What lines are made of: words with the space behind them, and single East Asian characters."""
    found: list[str] = []
    for word in typefaces.shown(" ".join(text.split())).split():
        current = ""
        for cluster in _clusters(word):
            if typefaces.is_east_asian(cluster[0]):
                found += [each for each in (current, cluster) if each]
                current = ""
            else:
                current += cluster
        found += [current] if current else []
        found[-1] += " "
    return found


def _clusters(word: str) -> Iterator[str]:
    """Characters with the marks that belong to them; punctuation stays with what is before it."""
    current = ""
    for char in word:
        if current and not (
            unicodedata.category(char)[0] == "M" or char in "、。，．！？）」』】・ー々"
        ):
            yield current
            current = ""
        current += char
    if current:
        yield current


def _pieces(words: Sequence[str], width: float, look: Look, *, breaking: bool) -> Iterator[str]:
    """The words; those wider than a line in parts, if they may be broken."""
    for word in words:
        if not breaking or _width(word.rstrip(), look) <= width:
            yield word
            continue
        current = ""
        for cluster in _clusters(word.rstrip()):
            if current and _width(current + cluster, look) > width:
                yield current
                current = ""
            current += cluster
        yield f"{current} "


def _line(line: str, box: Box, look: Look, size: int, baseline: float) -> list[Run]:
    """A line's runs in the order in which they are seen."""
    ordered, to_left = _seen(_runs(line, look))
    widths = [font(face, look.weight, size).getlength(text) for face, text in ordered]
    spare = box.width - sum(widths)
    x = box.left + (spare / 2 if look.centered else spare if to_left else 0.0)
    runs = []
    for (face, text), width in zip(ordered, widths, strict=True):
        runs.append(Run(text, face, look.weight, size, x, baseline))
        x += width
    return runs


def _seen(runs: list[tuple[Face, str]]) -> tuple[list[tuple[Face, str]], bool]:
    """The runs from left to right, and whether the line is read from the right.

    The first letter gives the direction; what has none, as a space, goes with both its neighbors.
    """
    ways = [_direction(text) for _, text in runs]
    base = next((way for way in ways if way), 1)
    for number, way in enumerate(ways):
        if not way:
            before = next((each for each in reversed(ways[:number]) if each), base)
            after = next((each for each in ways[number + 1 :] if each), base)
            ways[number] = before if before == after else base
    groups: list[list[tuple[Face, str]]] = []
    previous = 0
    for run, way in zip(runs, ways, strict=True):
        if way != previous:
            groups.append([])
        groups[-1].insert(0 if way < 0 else len(groups[-1]), run)
        previous = way
    if base < 0:
        groups.reverse()
    return [run for group in groups for run in group], base < 0


def _direction(text: str) -> int:
    for char in text:
        way = unicodedata.bidirectional(char)
        if way in _RIGHT_TO_LEFT:
            return -1
        if way == "L":
            return 1
    return 0


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


@lru_cache(8192)
def _width(text: str, look: Look) -> float:
    """At the reference size."""
    return sum(font(face, look.weight, _REFERENCE).getlength(part) for face, part in _runs(text, look))


@lru_cache(8192)
def _runs(text: str, look: Look) -> list[tuple[Face, str]]:
    return typefaces.runs(text, look.family)


def _is_plain(text: str, look: Look) -> bool:
    return all(face in (typefaces.SERIF, typefaces.SANS) for face, _ in _runs(text, look))


@lru_cache(256)
def font(face: Face, weight: int, size: int) -> FreeTypeFont:
    """A typeface at a size in pixels, of the nearest weight that it has."""
    found = ImageFont.truetype(str(face.source), size)
    try:
        axes = found.get_variation_axes()
    except OSError:  # it has one weight
        return found
    wanted: dict[bytes, float] = {b"Weight": weight, b"Optical Size": _OPTICAL}
    found.set_variation_by_axes(
        [
            min(
                max(wanted.get(axis["name"] or b"", axis["default"] or 0), axis["minimum"] or 0),
                axis["maximum"] or 0,
            )
            for axis in axes
        ]
    )
    return found
