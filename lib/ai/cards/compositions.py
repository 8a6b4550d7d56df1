"""The ways in which a card is laid out: each paints its things and says where the words go."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from lib.ai.cards.canvas import Canvas, Color, Pen, darker, leaf, lightness, mixed, oval
from lib.ai.cards.motifs import Motif
from lib.ai.cards.palettes import Palette
from lib.ai.cards.pigments import FOREST, LEAF, WHITE
from lib.ai.cards.sheet import Sheet, Words, placed, standing
from lib.ai.cards.vessels import steam
from lib.boxes import Box

_SHORT = 42
"""So many characters fit in the middle of a wreath."""
_HOT = frozenset({"soup", "curry", "pot", "noodles"})
"""Drawings that steam."""


def plate(sheet: Sheet) -> Words:
    """A plate seen from above, with things beside it that reach over the edge."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    x, y = art.middle
    radius = 0.43 * min(art.width, art.height)
    y += 0.025 * sheet.unit
    first, second = sheet.things[0], sheet.things[1]
    third = sheet.things[2 % len(sheet.things)]
    reach = 0.92 * radius
    spots = ((-1, -0.66, second), (1, 0.7, third), (1, -0.72, third), (-1, 0.76, second))
    for across, down, thing in spots:
        placed(
            canvas, thing, x + across * 1.3 * reach, y + down * reach, 0.62 * radius, across * down * 40
        )
    ware = WHITE if lightness(first.color) < 0.6 else mixed(colors.second, WHITE, 0.1)
    pen = Pen(canvas, x, y, radius)
    pen.disc(0.02, 0.05, 1.02, darker(colors.ground, 0.2))
    pen.disc(0, 0, 1, ware)
    pen.disc(0, 0, 0.76, darker(ware, 0.07))
    pen.disc(0.01, 0.01, 0.73, ware)
    placed(canvas, first, x, y, 1.04 * radius)
    return Words.within(words, 0.07 * sheet.unit, colors.ground, centered=True)


def pattern(sheet: Sheet) -> Words:
    """Things all over, as on a cloth, over a plain panel."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    cloth(canvas.part(*art), sheet.things[:3], colors)
    _edge(sheet, art)
    return Words.within(words, 0.07 * sheet.unit, colors.panel)


def cloth(cloth: Canvas, things: Sequence[Motif], colors: Palette) -> None:
    """Things all over, in turn, and dots between them."""
    cloth.paint(colors.ground)
    short, long = sorted((cloth.width, cloth.height))
    cell = max(short / 2.5, min(long / 5, short))
    columns, rows = int(cloth.width / cell) + 3, int(cloth.height / cell) + 3
    stamps: dict[tuple[int, float], Canvas] = {}
    for column in range(-1, columns):
        for row in range(-1, rows):
            key = ((2 * column + row) % len(things), (-24, 18, 8)[(column + row) % 3])
            if key not in stamps:
                stamps[key] = _stamp(things[key[0]], cell, key[1], colors.ground)
            y = (row + 0.3 + 0.5 * (column % 2)) * cell
            cloth.stamp(stamps[key], (column + 0.4) * cell, y)
            Pen(cloth, (column + 0.9) * cell, y, cell * 0.03).disc(0, 0, 1, colors.second)


def _stamp(thing: Motif, cell: float, turn: float, ground: Color) -> Canvas:
    side = math.ceil(0.94 * cell)
    found = Canvas(side, side, ground)
    placed(found, thing, side / 2, side / 2, 0.68 * cell, turn)
    return found


def arch(sheet: Sheet) -> Words:
    """The dish in an arch, on a shelf above the words."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    x, _ = art.middle
    floor = art.bottom if words.top else art.height * 0.86
    half = min(0.36 * art.width, 0.44 * (floor - art.top))
    top = floor - 1.95 * half
    round_top = oval(x, top + half, half, half, arc=(180, 360))
    canvas.fill(np.vstack([round_top, [(x + half, floor), (x - half, floor)]]), colors.second)
    inner = 0.84 * half
    canvas.fill(oval(x, top + half, inner, inner), mixed(colors.second, WHITE, 0.22))
    hot = sheet.main.draw.__name__ in _HOT
    high = standing(canvas, sheet.main, x, floor, 1.46 * half)
    if hot:
        steam(Pen(canvas, x, high - 0.12 * half, 0.42 * half), mixed(colors.second, WHITE, 0.7))
    beside = [thing for thing in sheet.things if thing is not sheet.main][:2]
    for side, thing in zip((-1, 1), beside, strict=False):
        standing(
            canvas,
            thing,
            x + side * (half + 0.2 * (art.width - 2 * half)),
            floor,
            0.34 * half + 0.03 * sheet.unit,
        )
    if words.top:
        canvas.part(0, floor, canvas.width, canvas.height).paint(colors.panel)
        if colors.panel == colors.ground:
            line = 0.006 * sheet.unit
            canvas.part(0, floor, canvas.width, floor + line).paint(colors.accent)
    else:
        canvas.part(0, floor, art.right, canvas.height).paint(colors.accent)
        canvas.part(*words).paint(colors.panel)
    return Words.within(words, 0.07 * sheet.unit, colors.panel, centered=True)


def tiles(sheet: Sheet) -> Words:
    """Tiles with quarter circles between tiles with things."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    across = max(2, round(art.width / sheet.unit * 3))
    down = max(2, round(art.height / (art.width / across)))
    wide, high = art.width / across, art.height / down
    plain = mixed(colors.ground, WHITE if lightness(colors.ground) < 0.5 else colors.second, 0.14)
    for row in range(down):
        for column in range(across):
            left, top = column * wide, row * high
            tile = canvas.part(left, top, left + wide, top + high)
            if (row + column) % 2 == 0:
                tile.paint(colors.ground)
                thing = sheet.things[(row * across + column) // 2 % min(len(sheet.things), 4)]
                placed(tile, thing, tile.width / 2, tile.height / 2, 0.68 * min(wide, high))
            else:
                tone = (
                    colors.accent
                    if (row + column) % 4 == 1 and colors.accent != colors.ground
                    else colors.second
                )
                _quarters(tile, plain, tone, (sheet.number >> 2 * (row * across + column)) % 4)
    _edge(sheet, art)
    return Words.within(words, 0.07 * sheet.unit, colors.panel)


def stripes(sheet: Sheet) -> Words:
    """A thing on each of some stripes."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.panel)
    art, words = sheet.parts()
    many = min(3, len(sheet.things)) if art.height >= art.width * 0.5 else min(4, len(sheet.things))
    wide = art.width / many
    for number in range(many):
        color = (colors.ground, colors.second)[number % 2]
        stripe = canvas.part(number * wide, art.top, (number + 1) * wide, art.bottom)
        stripe.paint(color)
        y = art.height * (0.4 if number % 2 else 0.58)
        spot = Pen(stripe, wide / 2, y, 0.47 * wide)
        spot.disc(0, 0, 1, mixed(color, WHITE if lightness(color) < 0.7 else colors.accent, 0.22))
        placed(stripe, sheet.things[number], wide / 2, y, 0.72 * wide)
    _edge(sheet, art)
    return Words.within(words, 0.07 * sheet.unit, colors.panel)


def hero(sheet: Sheet) -> Words:
    """One thing, very large, before a disc, and the words in the room that is left."""
    canvas, colors = sheet.canvas, sheet.palette
    canvas.paint(colors.ground)
    art, words = sheet.parts()
    if words.top:  # here the words come first
        words, art = (
            Box(0, 0, canvas.width, words.height),
            Box(0, words.height, canvas.width, canvas.height),
        )
    side = min(art.width, art.height)
    x, y = art.middle
    y += 0.03 * sheet.unit
    Pen(canvas, x, y + 0.06 * side, 0.56 * side).disc(0, 0, 1, colors.second)
    for turn, at, size in ((24, -0.2, 0.62), (156, 0.2, 0.62), (52, -0.14, 0.56), (128, 0.14, 0.56)):
        pen = Pen(canvas, x - at * side, y + 0.26 * side, size * side)
        pen.fill(leaf(1, 0.34, turn=turn), FOREST if at > 0 else LEAF)
    placed(canvas, sheet.main, x, y, 0.86 * side)
    return Words.within(words, 0.07 * sheet.unit, colors.ground)


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
        tone = (
            (LEAF, FOREST)[number % 2]
            if lightness(colors.ground) > 0.12
            else (LEAF, mixed(LEAF, WHITE, 0.3))[number % 2]
        )
        pen.fill(leaf(1, 0.42, turn=(-24, 24)[number % 2]), tone)
    many = 9
    for number in range(many):
        spot = oval(x, y, radius, radius, arc=(number * 360 / many - 90, number * 360 / many - 89))[0]
        side = (0.185, 0.15, 0.15)[number % 3] * sheet.unit
        placed(
            canvas,
            sheet.things[number % min(3, len(sheet.things))],
            float(spot[0]),
            float(spot[1]),
            side,
        )
    half = (radius - 0.1 * sheet.unit) * 0.74
    return Words(
        Box(x - half * 1.12, y - half * 0.86, x + half * 1.12, y + half * 0.86),
        colors.ground,
        centered=True,
    )


Composition = Callable[[Sheet], Words]
COMPOSITIONS: tuple[Composition, ...] = (plate, pattern, arch, tiles, stripes, hero, wreath)
SERVED = frozenset({arch, hero})
"""Those that show what the dish is served in."""


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
        canvas.part(0, art.bottom - thick / 2, canvas.width, art.bottom + thick / 2).paint(
            sheet.palette.accent
        )
    else:
        canvas.part(art.right - thick / 2, 0, art.right + thick / 2, canvas.height).paint(
            sheet.palette.accent
        )


def _quarters(tile: Canvas, ground: Color, color: Color, corner: int) -> None:
    """Two quarter circles, one in the other, around a corner."""
    tile.paint(ground)
    x, y = (corner % 2) * tile.width, (corner // 2) * tile.height
    for share, tone in ((1.0, color), (0.56, ground), (0.28, color)):
        tile.fill(oval(x, y, share * tile.width, share * tile.height), tone)
