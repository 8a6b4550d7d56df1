"""Short texts without hyphenation, several times faster than paragraphs: lists have hundreds."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

from lib.reports.layout import Layout, Text
from lib.reports.style import SCALE, Style
from lib.typefaces import is_east_asian

_ASCENT = 0.93
"""Of a line's type size, from its upper edge to its base line, besides half of the leading's rest."""


class _Run(NamedTuple):
    text: str
    font: str


class Words(Flowable):
    """A text in one style, broken between words.

    Args:
        runs: parts, each in one typeface.
    """

    def __init__(self, runs: Sequence[_Run], style: Style) -> None:
        super().__init__()
        self._runs, self.style = runs, style
        self._lines: list[list[_Run]] = []

    def wrap(self, width: float, height: float) -> tuple[float, float]:  # noqa: ARG002
        """Its size within that width."""
        self._lines = _broken(self._runs, self.style.size, width)
        self.width, self.height = width, len(self._lines) * self.style.leading
        return self.width, self.height

    def split(self, width: float, height: float) -> list[Flowable]:
        """What has room, and the rest; nothing where no line has."""
        self.wrap(width, height)
        fit = int(height // self.style.leading)
        if fit < 1 or fit >= len(self._lines):
            return []
        return [
            Words(_joined(self._lines[:fit]), self.style),
            Words(_joined(self._lines[fit:]), self.style),
        ]

    def draw(self) -> None:
        """The lines from the top."""
        style = self.style
        text = self.canv.beginText()
        text.setFillColor(_color(style.color))
        first = (style.leading - style.size) / 2 + style.size * _ASCENT
        for place, line in enumerate(self._lines):
            text.setTextOrigin(0, self.height - first - place * style.leading + style.size * 0.1)
            for run in line:
                text.setFont(run.font, style.size)
                text.textOut(run.text)
        self.canv.drawText(text)


def words(layout: Layout, text: Text, style: str, width: float) -> Flowable:
    """A text; a paragraph where it has words too long for the width, or a script without spaces."""
    look = SCALE[style]
    spans = (
        [(text, look.weight)]
        if isinstance(text, str)
        else [(part, look.weight) if isinstance(part, str) else part for part in text]
    )
    runs = [
        _Run(part, font)
        for said, weight in spans
        for font, part in layout.fonts.runs(said, look.family, weight)
    ]
    if any(_unbreakable(run, look.size, width) for run in runs):
        return layout.paragraph(text, style)
    return Words(runs, look)


def _unbreakable(run: _Run, size: float, width: float) -> bool:
    if is_east_asian(run.text):
        return True
    longest = max(run.text.split(), key=len, default="")
    return len(longest) * size * 0.4 > width / 2 and _width(longest, run.font, size) > width / 2


@lru_cache
def _color(written: str) -> Color:
    return HexColor(written)


@lru_cache(100_000)
def _width(word: str, font: str, size: float) -> float:
    return stringWidth(word, font, size)


def _tokens(runs: Sequence[_Run]) -> Iterator[tuple[str, str, bool]]:
    """Words with their typeface, and whether a line may be broken before each."""
    free = True
    for run in runs:
        for place, word in enumerate(run.text.split(" ")):
            free = free or place > 0
            if word:
                yield word, run.font, free
                free = False


def _broken(runs: Sequence[_Run], size: float, width: float) -> list[list[_Run]]:
    lines: list[list[_Run]] = [[]]
    used = 0.0
    for word, font, free in _tokens(runs):
        line = lines[-1]
        gap = _width(" ", font, size) if free and line else 0.0
        needed = _width(word, font, size)
        if free and line and used + gap + needed > width:
            lines.append([_Run(word, font)])
            used = needed
            continue
        text = f" {word}" if gap else word
        if line and line[-1].font == font:
            line[-1] = _Run(line[-1].text + text, font)
        else:
            line.append(_Run(text, font))
        used += gap + needed
    return lines


def _joined(lines: Sequence[Sequence[_Run]]) -> list[_Run]:
    found: list[_Run] = []
    for place, line in enumerate(lines):
        found += [_Run(" ", line[0].font)] if place and line else []
        found += line
    return found
