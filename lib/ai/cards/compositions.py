"""The ways in which a card is laid out: each paints its things and says where the words go."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import NamedTuple

import numpy as np

from lib.ai.cards.canvas import Canvas, Color, Pen, darker, leaf, lightness, mixed, oval
from lib.ai.cards.motifs import Motif
from lib.ai.cards.palettes import Palette
from lib.ai.cards.pigments import FOREST, LEAF, WHITE
from lib.ai.cards.vessels import steam

_WIDE = 1.25
"""From this ratio of the sides on, words stand beside the things and not below them."""
_SHORT = 42
"""So many characters fit in the middle of a wreath."""
_HOT = frozenset({"a bowl of soup", "a bowl of curry with rice", "a pot with its lid", "a bowl of noodles"})


class Box(NamedTuple):
    """A rectangle, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """Its center."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def inside(self, margin: float) -> "Box":
        """Without a margin on all sides."""
        return Box(self.left + margin, self.top + margin, self.right - margin, self.bottom - margin)


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words go: the box that they stay in, the color behind them, and how they are set."""

    box: Box
    panel: Color
    centered: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card on its way.

    Args:
        things: at least two.
        vessel: what the dish is served in, if that is known.
        letters: how long its title is.
    """

    canvas: Canvas
    palette: Palette
    things: list[Motif]
    vessel: Motif | None
    letters: int
    chance: Random

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
        share = 0.32 if self.letters <= 30 else 0.37 if self.letters <= 70 else 0.44 if self.letters <= 140 else 0.54
        if width >= _WIDE * height:
            edge = width * (1 - max(0.42, share))
            return Box(0, 0, edge, height), Box(edge, 0, width, height)
        edge = height * (1 - share)
        return Box(0, 0, width, edge), Box(0, edge, width, height)


@lru_cache
def extent(motif: Motif) -> Box:
    """How much of its square a thing takes, from -1 to 1."""
    side, never = 96, (255, 0, 255)
    canvas = Canvas(side, side, never)
    motif.draw(Pen(canvas, side / 2, side / 2, side / 2.6))
    seen = (np.asarray(canvas.image()) != never).any(axis=2)
    rows, columns = np.flatnonzero(seen.any(1)), np.flatnonzero(seen.any(0))
    bounds = [(float(each) - side / 2) * 2.6 / side for each in (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)]
    return Box(*bounds)


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


def plate(sheet: Sheet) -> Words:
    """A plate seen from above, with things beside it that reach over the edge."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    x, y = art.middle
    radius = 0.41 * min(art.width, art.height)
    y += 0.02 * sheet.unit
    first, second = sheet.things[0], sheet.things[1]
    third = sheet.things[2 % len(sheet.things)]
    reach = 0.92 * radius
    spots = ((-1, -0.66, second), (1, 0.7, third), (1, -0.72, third), (-1, 0.76, second))
    for across, down, thing in spots:
        placed(canvas, thing, x + across * 1.3 * reach, y + down * reach, 0.62 * radius, across * down * 40)
    ware = WHITE if lightness(first.color) < 0.6 else mixed(colors.second, WHITE, 0.1)
    pen = Pen(canvas, x, y, radius)
    pen.disc(0.02, 0.05, 1.02, darker(colors.ground, 0.2))
    pen.disc(0, 0, 1, ware)
    pen.disc(0, 0, 0.76, darker(ware, 0.07))
    pen.disc(0.01, 0.01, 0.73, ware)
    placed(canvas, first, x, y, 1.04 * radius)
    return Words(words.inside(0.07 * sheet.unit), colors.ground, centered=True)


def pattern(sheet: Sheet) -> Words:
    """Things all over, as on a cloth, over a plain panel."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    cloth = canvas.part(*art)
    cloth.paint(colors.ground)
    things = sheet.things[:3]
    cell = max(min(art.width, art.height) / 2.3, max(art.width, art.height) / 5)
    columns, rows = int(cloth.width / cell) + 3, int(cloth.height / cell) + 3
    for column in range(-1, columns):
        for row in range(-1, rows):
            drop = 0.5 * cell * (column % 2)
            number = (2 * column + row) % len(things)
            turn = (-24, 18, 8)[(column + row) % 3]
            x, y = (column + 0.4) * cell, (row + 0.3) * cell + drop
            placed(cloth, things[number], x, y, 0.62 * cell, turn)
            pen = Pen(cloth, x + cell / 2, y + cell * 0.02, cell * 0.03)
            pen.disc(0, 0, 1, colors.second)
    _edge(sheet, art)
    return Words(words.inside(0.07 * sheet.unit), colors.panel)


def arch(sheet: Sheet) -> Words:
    """The dish in an arch, on a shelf above the words."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    x, _ = art.middle
    floor = art.bottom if words.top else art.height * 0.86
    half = min(0.36 * art.width, 0.44 * (floor - art.top))
    top = floor - 1.95 * half
    canvas.fill(np.vstack([oval(x, top + half, half, half, arc=(180, 360)), [(x + half, floor), (x - half, floor)]]),
                colors.second)  # fmt: skip
    inner = 0.84 * half
    canvas.fill(oval(x, top + half, inner, inner), mixed(colors.second, WHITE, 0.22))
    hot = sheet.main.name in _HOT
    high = standing(canvas, sheet.main, x, floor, 1.46 * half)
    if hot:
        steam(Pen(canvas, x, high - 0.12 * half, 0.42 * half), mixed(colors.second, WHITE, 0.7))
    beside = [thing for thing in sheet.things if thing is not sheet.main][:2]
    for side, thing in zip((-1, 1), beside, strict=False):
        standing(canvas, thing, x + side * (half + 0.2 * (art.width - 2 * half)), floor, 0.34 * half + 0.03 * sheet.unit)
    if words.top:
        canvas.part(0, floor, canvas.width, canvas.height).paint(colors.panel)
    else:
        canvas.part(0, floor, art.right, canvas.height).paint(colors.accent)
        canvas.part(*words).paint(colors.panel)
    return Words(words.inside(0.07 * sheet.unit), colors.panel, centered=True)


def tiles(sheet: Sheet) -> Words:
    """Tiles with quarter circles between tiles with things."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    across = max(2, round(art.width / sheet.unit * 3))
    down = max(2, round(art.height / (art.width / across)))
    wide, high = art.width / across, art.height / down
    grounds = (colors.ground, mixed(colors.ground, colors.second, 0.5), colors.second)
    for row in range(down):
        for column in range(across):
            left, top = column * wide, row * high
            tile = canvas.part(left, top, left + wide, top + high)
            if (row + column) % 2 == 0:
                tile.paint(grounds[0])
                thing = sheet.things[(row * across + column) // 2 % min(len(sheet.things), 4)]
                placed(tile, thing, tile.width / 2, tile.height / 2, 0.68 * min(wide, high))
            else:
                _quarters(tile, grounds[1], colors.accent if row % 2 else grounds[2], sheet.chance.randrange(4))
    _edge(sheet, art)
    return Words(words.inside(0.07 * sheet.unit), colors.panel)


def stripes(sheet: Sheet) -> Words:
    """A thing on each of some stripes."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    many = min(3, len(sheet.things)) if art.height >= art.width * 0.5 else min(4, len(sheet.things))
    between = mixed(colors.ground, colors.second, 0.45)
    wide = art.width / many
    for number in range(many):
        color = (colors.ground, between)[number % 2]
        stripe = canvas.part(number * wide, art.top, (number + 1) * wide, art.bottom)
        stripe.paint(color)
        y = art.height * (0.4 if number % 2 else 0.58)
        spot = Pen(stripe, wide / 2, y, 0.47 * wide)
        spot.disc(0, 0, 1, mixed(color, colors.second if number % 2 else WHITE, 0.35))
        placed(stripe, sheet.things[number], wide / 2, y, 0.72 * wide)
    _edge(sheet, art)
    return Words(words.inside(0.07 * sheet.unit), colors.panel)


def hero(sheet: Sheet) -> Words:
    """One thing, very large, before a disc, and the words in the room that is left."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    if words.top:  # here the words come first
        words, art = Box(0, 0, canvas.width, words.height), Box(0, words.height, canvas.width, canvas.height)
    side = min(art.width, art.height)
    x, y = art.middle
    y += 0.03 * sheet.unit
    Pen(canvas, x, y + 0.06 * side, 0.56 * side).disc(0, 0, 1, colors.second)
    for turn, at, size in ((28, -0.34, 0.5), (152, 0.34, 0.5), (60, -0.2, 0.42), (120, 0.2, 0.42)):
        pen = Pen(canvas, x + at * -side, y + 0.2 * side, size * side)
        pen.fill(leaf(1, 0.34, turn=turn), FOREST if at > 0 else LEAF)
    placed(canvas, sheet.main, x, y, 0.86 * side)
    return Words(words.inside(0.07 * sheet.unit), colors.ground)


def wreath(sheet: Sheet) -> Words:
    """Leaves and things around the words; for short titles on cards that aren't wide."""
    canvas, colors = sheet.canvas, sheet.palette
    if sheet.letters > _SHORT:
        return pattern(sheet)
    canvas.paint(colors.ground)
    x, y = canvas.width / 2, canvas.height / 2
    radius = 0.385 * sheet.unit
    for number in range(44):
        angle = number * 360 / 44
        start = oval(x, y, radius, radius, arc=(angle, angle + 1))[0]
        pen = Pen(canvas, float(start[0]), float(start[1]), 0.115 * sheet.unit, angle + 62)
        tone = (LEAF, FOREST)[number % 2] if lightness(colors.ground) > 0.12 else (LEAF, mixed(LEAF, WHITE, 0.3))[number % 2]
        pen.fill(leaf(1, 0.42, turn=(-24, 24)[number % 2]), tone)
    many = 9
    for number in range(many):
        spot = oval(x, y, radius, radius, arc=(number * 360 / many - 90, number * 360 / many - 89))[0]
        side = (0.185, 0.15, 0.15)[number % 3] * sheet.unit
        placed(canvas, sheet.things[number % min(3, len(sheet.things))], float(spot[0]), float(spot[1]), side)
    half = (radius - 0.1 * sheet.unit) * 0.74
    return Words(Box(x - half * 1.12, y - half * 0.86, x + half * 1.12, y + half * 0.86), colors.ground, centered=True)


Composition = Callable[[Sheet], Words]
COMPOSITIONS: tuple[Composition, ...] = (plate, pattern, arch, tiles, stripes, hero, wreath)


def season_mark(pen: Pen, season: str, color: Color, behind: Color) -> None:
    """A blossom, a sun, a leaf or a flake."""
    if season == "spring":
        for number in range(5):
            pen.fill(leaf(1, 0.72, turn=90 + number * 72), color)
        pen.disc(0, 0, 0.22, behind)
    elif season == "summer":
        pen.disc(0, 0, 0.46, color)
        for number in range(8):
            ray = oval(0, 0, 1, 1, arc=(number * 45, number * 45 + 1))[0]
            pen.stroke([tuple(ray * 0.66), tuple(ray)], 0.16, color)
    elif season == "autumn":
        pen.fill(leaf(1.9, 1.2, turn=45, at=(-0.7, 0.7)), color)
        pen.stroke([(-0.9, 0.9), (0.3, -0.3)], 0.12, behind)
    elif season == "winter":
        for number in range(6):
            tip = oval(0, 0, 1, 1, arc=(number * 60 + 30, number * 60 + 31))[0]
            pen.stroke([(0, 0), tuple(tip)], 0.14, color)
            pen.disc(float(tip[0]) * 0.66, float(tip[1]) * 0.66, 0.17, color)


def _edge(sheet: Sheet, art: Box) -> None:
    """A line where the things end and the words begin."""
    thick, canvas = max(2.0, 0.012 * sheet.unit), sheet.canvas
    if art.bottom < canvas.height:
        canvas.part(0, art.bottom - thick / 2, canvas.width, art.bottom + thick / 2).paint(sheet.palette.accent)
    else:
        canvas.part(art.right - thick / 2, 0, art.right + thick / 2, canvas.height).paint(sheet.palette.accent)


def _quarters(tile: Canvas, ground: Color, color: Color, corner: int) -> None:
    """Two quarter circles, one in the other, around a corner."""
    tile.paint(ground)
    x, y = (corner % 2) * tile.width, (corner // 2) * tile.height
    for share, tone in ((1.0, color), (0.56, ground), (0.28, color)):
        tile.fill(oval(x, y, share * tile.width, share * tile.height), tone)
