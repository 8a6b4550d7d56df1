"""A card on its way: its boxes, its things, and how things are put on it."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lib.ai.cards.canvas import Canvas, Color, Pen
from lib.ai.cards.motifs import Motif
from lib.ai.cards.palettes import Palette
from lib.boxes import Box

_WIDE = 1.25
"""From this ratio of the sides on, words stand beside the things and not below them."""
_SHARES = ((22, 0.32), (70, 0.37), (140, 0.44), (10_000, 0.54))
"""Of the card for the words, by how many letters the title has at most."""


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words go: the box that they stay in, the color behind them, and how they are set."""

    box: Box
    panel: Color
    centered: bool = False

    @classmethod
    def within(cls, box: Box, margin: float, panel: Color, *, centered: bool = False) -> "Words":
        """In a box without a margin on all sides."""
        return cls(box.inside(margin, margin, margin, margin), panel, centered)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card on its way.

    Args:
        things: at least two.
        vessel: what the dish is served in, if that is known.
        letters: how long its title is.
        number: of the recipe, for what could be one way or another.
    """

    canvas: Canvas
    palette: Palette
    things: list[Motif]
    vessel: Motif | None
    letters: int
    number: int

    @property
    def unit(self) -> float:
        """The shorter side."""
        return float(min(self.canvas.width, self.canvas.height))

    @property
    def main(self) -> Motif:
        """What a card with one thing shows."""
        return self.vessel or self.things[0]

    def parts(self) -> tuple[Box, Box]:
        """The box of the things and the box of the words; long titles get more."""
        width, height = self.canvas.width, self.canvas.height
        share = next(share for letters, share in _SHARES if self.letters <= letters)
        if width >= _WIDE * height:
            edge = width * (1 - max(0.42, share))
            return Box(0, 0, edge, height), Box(edge, 0, width, height)
        edge = height * (1 - share)
        return Box(0, 0, width, edge), Box(0, edge, width, height)


@lru_cache
def extent(motif: Motif) -> Box:
    """How much of its square a thing takes, from -1 to 1; some reach a little beyond."""
    side, half, never = 128, 1.6, (255, 0, 255)
    canvas = Canvas(side, side, never)
    motif.draw(Pen(canvas, side / 2, side / 2, side / 2 / half))
    seen = (np.asarray(canvas.image()) != never).any(axis=2)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    bounds = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1])
    return Box(*((bounds / side - 0.5) * 2 * half).tolist())


def placed(canvas: Canvas, motif: Motif, x: float, y: float, side: float, turn: float = 0) -> None:
    """A thing with its visible middle at that place, its longer side as long as said."""
    seen = extent(motif)
    size = side / max(seen.width, seen.height)
    middle = seen.middle
    pen = Pen(canvas, x, y, size, turn)
    motif.draw(pen.at(-middle[0], -middle[1], 1))


def standing(canvas: Canvas, motif: Motif, x: float, floor: float, side: float) -> float:
    """A thing that stands on the floor; returns how high it reaches."""
    seen = extent(motif)
    size = side / max(seen.width, seen.height)
    motif.draw(Pen(canvas, x - seen.middle[0] * size, floor - seen.bottom * size, size))
    return floor - seen.height * size
