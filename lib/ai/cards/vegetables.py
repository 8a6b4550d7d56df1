"""Vegetables and herbs, each drawn by a pen in its own square."""

import numpy as np

from lib.ai.cards.canvas import Color, Pen, darker, leaf, lighter, oval, smooth, turned
from lib.ai.cards.pigments import (
    AUBERGINE,
    CREAM,
    CRIMSON,
    FOREST,
    LEAF,
    LIME,
    ORANGE,
    PINK,
    PLUM,
    RED,
    SAND,
    TAN,
    WHITE,
    YELLOW,
)


def tomato(pen: Pen) -> None:
    """A whole one, with its green star."""
    pen.solid(smooth([(-0.95, 0.05), (-0.6, -0.68), (0, -0.6), (0.6, -0.68), (0.95, 0.05), (0.62, 0.74),
                      (0, 0.86), (-0.62, 0.74)]), RED)  # fmt: skip
    pen.fill(oval(-0.5, -0.18, 0.12, 0.22, turn=20), lighter(RED, 0.45))
    for angle in (-170, -128, -90, -52, -10):
        pen.fill(leaf(0.52, 0.2, turn=angle, at=(0, -0.56)), LEAF)
        pen.fill(leaf(0.36, 0.16, turn=180 - angle, at=(0, -0.56)), LEAF)
    pen.stroke([(0, -0.58), (0.06, -0.92)], 0.11, FOREST)


def chili(pen: Pen) -> None:
    """A red pod."""
    pen.solid(smooth([(-0.5, -0.62), (-0.2, -0.72), (0.02, -0.5), (0.2, 0.0), (0.55, 0.52), (0.92, 0.82),
                      (0.45, 0.76), (-0.05, 0.42), (-0.42, -0.1), (-0.58, -0.42)]), RED)  # fmt: skip
    pen.stroke(smooth([(-0.3, -0.42), (-0.18, -0.05), (0.1, 0.36)], closed=False), 0.07, lighter(RED))
    pen.fill(smooth([(-0.62, -0.5), (-0.5, -0.78), (-0.2, -0.82), (-0.04, -0.54), (-0.3, -0.62)]), LEAF)
    pen.stroke(smooth([(-0.36, -0.74), (-0.42, -0.9), (-0.6, -0.98)], closed=False), 0.12, FOREST)


def pepper(pen: Pen, color: Color = RED) -> None:
    """A sweet pepper."""
    side = [(0.2, -0.62), (0.62, -0.62), (0.86, -0.2), (0.7, 0.5), (0.42, 0.86), (0.14, 0.8)]
    pen.solid(smooth([*side, *[(-x, y) for x, y in reversed(side)]]), color)
    for x in (-1, 1):
        pen.stroke(smooth([(x * 0.2, -0.52), (x * 0.34, 0.1), (x * 0.2, 0.7)], closed=False), 0.05,
                   darker(color))  # fmt: skip
    pen.fill(oval(-0.56, -0.2, 0.09, 0.24, turn=8), lighter(color, 0.4))
    pen.fill(smooth([(-0.34, -0.62), (0, -0.74), (0.34, -0.62), (0, -0.46)]), LEAF)
    pen.stroke(smooth([(0, -0.62), (0.02, -0.84), (0.16, -0.98)], closed=False), 0.14, FOREST)


def carrot(pen: Pen) -> None:
    """A root with its green."""
    for angle, length in ((-118, 0.8), (-95, 0.9), (-70, 0.84), (-48, 0.68)):
        pen.fill(leaf(length, 0.24, turn=-angle, at=(0.36, -0.42)), LEAF if angle % 2 else FOREST)
    pen.solid(smooth([(0.14, -0.62), (0.46, -0.46), (0.6, -0.14), (0.3, 0.22), (-0.2, 0.62),
                      (-0.84, 0.94),
                      (-0.56, 0.4), (-0.24, -0.12), (-0.06, -0.46)]), ORANGE)  # fmt: skip
    for x, y in ((0.06, -0.3), (0.3, 0.02), (-0.26, 0.3), (-0.2, 0.06)):
        pen.stroke([(x, y), (x + 0.15, y + 0.09)], 0.045, darker(ORANGE))


def onion(pen: Pen) -> None:
    """Half a red onion, its rings showing."""
    shape = [(0, -0.94), (0.16, -0.62), (0.62, -0.4), (0.86, 0.1), (0.6, 0.62), (0.14, 0.78)]
    whole = np.array([*shape, (0, 0.92), *[(-x, y) for x, y in reversed(shape[1:])]])
    for number, share in enumerate((1.0, 0.9, 0.74, 0.66, 0.5, 0.42, 0.27, 0.19)):
        color = PLUM if number % 2 == 0 else lighter(PINK, 0.72)
        pen.fill(smooth((whole - (0, 0.12)) * (share, share) + (0, 0.12)), color)


def garlic(pen: Pen) -> None:
    """A bulb."""
    shape = [(0.05, -0.96), (0.12, -0.5), (0.5, -0.26), (0.82, 0.2), (0.7, 0.66), (0.3, 0.84)]
    pen.solid(smooth([*shape, (0, 0.8), *[(-x, y) for x, y in reversed(shape)]]), CREAM)
    for x in (-0.36, 0.0, 0.36):
        pen.stroke(smooth([(x * 0.2, -0.46), (x, 0.0), (x * 0.9, 0.7)], closed=False), 0.045, SAND)
    pen.fill(oval(0, 0.82, 0.2, 0.07), TAN)


def mushroom(pen: Pen) -> None:
    """One cut down its middle."""
    pen.solid(smooth([(-0.24, 0.0), (0.24, 0.0), (0.26, 0.5), (0.34, 0.82), (0, 0.94), (-0.34, 0.82),
                      (-0.26, 0.5)]), CREAM)  # fmt: skip
    cap = [(-0.94, 0.06), (-0.86, -0.34), (-0.46, -0.78), (0, -0.88), (0.46, -0.78), (0.86, -0.34),
           (0.94, 0.06), (0.6, 0.2), (0, 0.14), (-0.6, 0.2)]  # fmt: skip
    pen.solid(smooth(cap), TAN)
    pen.fill(oval(0, 0.1, 0.66, 0.11), darker(CREAM, 0.24))
    pen.fill(oval(-0.46, -0.44, 0.2, 0.09, turn=35), lighter(TAN, 0.4))


def sprig(pen: Pen) -> None:
    """A twig of herbs."""
    pen.stroke(smooth([(0.02, 0.98), (-0.02, 0.3), (0.02, -0.5)], closed=False), 0.06, FOREST)
    for number, y in enumerate((0.52, 0.1, -0.28)):
        length = 0.74 - 0.12 * number
        for side in (-1, 1):
            turn = 35 if side > 0 else 145
            pen.fill(
                leaf(length, 0.36 - 0.04 * number, turn=turn, at=(0, y)), LEAF if side > 0 else FOREST
            )
    pen.fill(leaf(0.52, 0.3, turn=90, at=(0.02, -0.44)), LEAF)


def green_leaf(pen: Pen, color: Color = LEAF) -> None:
    """One broad leaf."""
    tilted = pen.at(0, 0, 1, 35)
    tilted.stroke([(-0.98, 0), (-0.6, 0)], 0.1, FOREST)
    tilted.solid(leaf(1.7, 1.15, at=(-0.75, 0)), color)
    vein = lighter(color, 0.35)
    tilted.stroke([(-0.72, 0), (0.72, 0)], 0.05, vein)
    for x in (-0.4, -0.1, 0.2):
        for side in (-1, 1):
            tilted.stroke([(x, 0), (x + 0.24, side * 0.3)], 0.035, vein)


def eggplant(pen: Pen) -> None:
    """A whole one."""
    pen.solid(smooth([(0.28, -0.62), (0.6, -0.34), (0.52, 0.1), (0.3, 0.6), (-0.2, 0.94), (-0.72, 0.78),
                      (-0.82, 0.28), (-0.5, -0.12), (-0.1, -0.42)]), AUBERGINE)  # fmt: skip
    pen.stroke(smooth([(-0.6, 0.42), (-0.42, 0.08), (-0.1, -0.18)], closed=False), 0.09,
               lighter(AUBERGINE))  # fmt: skip
    for turn in (150, 190, 235, 275):
        pen.fill(leaf(0.46, 0.26, turn=turn, at=(0.42, -0.56)), LEAF)
    pen.stroke(smooth([(0.42, -0.54), (0.56, -0.78), (0.8, -0.9)], closed=False), 0.16, FOREST)


def corn(pen: Pen) -> None:
    """A cob between its leaves."""
    tilted = pen.at(0, 0, 1, -20)
    tilted.solid(smooth([(0, -0.98), (0.3, -0.6), (0.38, 0.1), (0.26, 0.7), (-0.26, 0.7), (-0.38, 0.1),
                         (-0.3, -0.6)]), YELLOW)  # fmt: skip
    for row in range(8):
        y = -0.7 + row * 0.17
        for x in (-0.18, 0.0, 0.18):
            tilted.fill(oval(x * (0.8 if row == 0 else 1.05), y, 0.07, 0.06), lighter(YELLOW, 0.5))
    for side in (-1, 1):
        tilted.fill(smooth([(0, 0.98), (side * 0.5, 0.66), (side * 0.62, -0.02), (side * 0.5, -0.3),
                            (side * 0.26, 0.3)]), LEAF if side > 0 else FOREST)  # fmt: skip


def potato(pen: Pen, color: Color = SAND) -> None:
    """A tuber with its eyes."""
    pen.solid(smooth([(-0.92, 0.12), (-0.66, -0.42), (-0.1, -0.6), (0.52, -0.56), (0.9, -0.12),
                      (0.76, 0.4), (0.2, 0.6), (-0.5, 0.58)]), color)  # fmt: skip
    for x, y in ((-0.5, -0.06), (-0.06, -0.3), (0.34, -0.1), (0.1, 0.26), (0.56, 0.16), (-0.34, 0.3)):
        pen.fill(oval(x, y, 0.07, 0.035, turn=25), darker(color, 0.3))


def sweet_potato(pen: Pen) -> None:
    """Cut at one end, orange inside."""
    pen.solid(smooth([(-0.96, 0.34), (-0.6, -0.1), (0.0, -0.44), (0.56, -0.62), (0.82, -0.26),
                      (0.6, 0.14),
                      (0.06, 0.44), (-0.5, 0.56)]), darker(ORANGE, 0.34))  # fmt: skip
    pen.fill(oval(0.66, -0.24, 0.26, 0.42, turn=-28), lighter(ORANGE, 0.1))
    pen.fill(oval(0.66, -0.24, 0.15, 0.28, turn=-28), lighter(ORANGE, 0.36))


def broccoli(pen: Pen, color: Color = LEAF) -> None:
    """A floret."""
    pen.solid(smooth([(-0.26, 0.0), (0.26, 0.0), (0.2, 0.6), (0.28, 0.92), (-0.28, 0.92), (-0.2, 0.6)]),
              lighter(LIME, 0.3))  # fmt: skip
    for side in (-1, 1):
        pen.stroke([(0, 0.4), (side * 0.42, -0.02)], 0.18, lighter(LIME, 0.3))
    for x, y, radius in ((-0.58, -0.1, 0.36), (0.58, -0.1, 0.36), (0, 0.0, 0.34), (-0.34, -0.46, 0.4),
                         (0.36, -0.46, 0.4), (0, -0.58, 0.36)):  # fmt: skip
        pen.ball(x, y, radius, color)
    for x, y in ((-0.5, -0.5), (-0.1, -0.66), (0.3, -0.56), (0.5, -0.16), (-0.62, -0.14), (0.0, -0.18)):
        pen.disc(x, y, 0.06, lighter(color, 0.4))


def cauliflower(pen: Pen) -> None:
    """A floret."""
    broccoli(pen, CREAM)


def pumpkin(pen: Pen) -> None:
    """A round one, ribbed."""
    for x, across in ((-0.58, 0.38), (0.58, 0.38), (-0.3, 0.4), (0.3, 0.4)):
        pen.solid(oval(x, 0.14, across, 0.66), darker(ORANGE, 0.1))
    pen.solid(oval(0, 0.14, 0.36, 0.7), ORANGE)
    pen.stroke(smooth([(0, -0.52), (0.02, -0.76), (0.2, -0.9)], closed=False), 0.16, FOREST)
    pen.stroke(smooth([(0.06, -0.62), (0.4, -0.78), (0.62, -0.58)], closed=False), 0.05, LEAF)


def beet(pen: Pen) -> None:
    """A root with its red stalks."""
    for turn in (70, 90, 112):
        pen.fill(leaf(0.96, 0.34, turn=turn, at=(0, -0.16)), LEAF if turn != 90 else FOREST)
        pen.stroke([(0, -0.2), tuple(turned([(0.62, 0)], -turn)[0] + (0, -0.16))], 0.05, CRIMSON)
    pen.solid(smooth([(0, -0.3), (0.56, -0.1), (0.6, 0.34), (0.2, 0.66), (0.02, 0.98), (-0.2, 0.66),
                      (-0.6, 0.34), (-0.56, -0.1)]), PLUM)  # fmt: skip


def cucumber(pen: Pen) -> None:
    """Three slices."""
    for x, y in ((-0.42, -0.38), (0.44, -0.1), (-0.22, 0.46)):
        pen.ball(x, y, 0.48, FOREST)
        pen.disc(x, y, 0.4, lighter(LIME, 0.55))
        for number in range(6):
            pen.at(x, y, 1, number * 60).fill(oval(0.2, 0, 0.07, 0.035), LIME)


def zucchini(pen: Pen) -> None:
    """A whole one, and a slice."""
    tilted = pen.at(-0.04, -0.06, 1, 40)
    tilted.solid(smooth([(-0.9, -0.16), (-0.3, -0.26), (0.5, -0.24), (0.9, 0), (0.5, 0.24), (-0.3, 0.26),
                         (-0.9, 0.16)]), FOREST)  # fmt: skip
    tilted.stroke([(-0.6, -0.06), (0.6, -0.08)], 0.05, LEAF)
    tilted.stroke([(-0.96, 0), (-0.82, 0)], 0.22, LIME)
    pen.ball(0.5, 0.52, 0.36, FOREST)
    pen.disc(0.5, 0.52, 0.29, lighter(LIME, 0.55))


def stalks(pen: Pen) -> None:
    """A bundle of spring onions or leeks."""
    for x, turn in ((-0.3, -6), (0.3, 6), (0, 0)):
        one = pen.at(x, 0, 1, turn)
        for tip in (-0.16, 0.16):
            one.fill(smooth([(0.1, 0.1), (-0.1, 0.1), (tip - 0.05, -0.9), (tip + 0.06, -0.9)]),
                     LEAF if tip > 0 else FOREST)  # fmt: skip
        one.fill([(-0.11, 0.0), (0.11, 0.0), (0.11, 0.7), (-0.11, 0.7)], lighter(LIME, 0.65))
        one.solid(oval(0, 0.76, 0.16, 0.16), CREAM)
    pen.fill([(-0.46, 0.14), (0.46, 0.14), (0.46, 0.26), (-0.46, 0.26)], TAN)


def asparagus(pen: Pen) -> None:
    """Three spears."""
    for x, turn in ((-0.3, -8), (0.3, 8), (0, 0)):
        one = pen.at(x, 0, 1, turn)
        one.fill([(-0.1, -0.4), (0.1, -0.4), (0.12, 0.9), (-0.12, 0.9)], LEAF)
        one.fill(leaf(0.62, 0.34, turn=90, at=(0, -0.34)), FOREST)
        for y in (-0.1, 0.26, 0.6):
            one.fill([(0, y - 0.14), (0.07, y), (-0.07, y)], FOREST)


def cabbage(pen: Pen) -> None:
    """A head, leaf over leaf."""
    for radius, color in ((0.94, FOREST), (0.78, LEAF), (0.6, LIME), (0.4, lighter(LIME, 0.45))):
        ring = [(radius * (1 + 0.07 * (number % 2)), number * 24.0) for number in range(15)]
        pen.fill(smooth([tuple(turned([(r, 0)], a)[0]) for r, a in ring]), color)
    for angle in (90, 162, 234, 306, 18):
        pen.stroke([(0, 0.1), tuple(turned([(0.66, 0)], angle)[0])], 0.045, lighter(LIME, 0.55))


def radish(pen: Pen) -> None:
    """One with its leaves."""
    for turn in (64, 92, 120):
        pen.fill(leaf(0.9, 0.34, turn=turn, at=(0, -0.16)), LEAF if turn != 92 else FOREST)
    pen.solid(smooth([(0, -0.28), (0.5, -0.12), (0.56, 0.3), (0.14, 0.62), (0.02, 0.98), (-0.14, 0.62),
                      (-0.56, 0.3), (-0.5, -0.12)]), CRIMSON)  # fmt: skip
    pen.fill(smooth([(0.24, 0.5), (0.02, 0.96), (-0.24, 0.5), (0, 0.56)]), WHITE)


def ginger(pen: Pen) -> None:
    """A knobbly root."""
    pen.solid(smooth([(-0.94, 0.1), (-0.7, -0.24), (-0.36, -0.2), (-0.3, -0.62), (0.0, -0.74),
                      (0.14, -0.3),
                      (0.5, -0.34), (0.66, -0.62), (0.94, -0.4), (0.8, 0.06), (0.5, 0.3), (0.34, 0.66),
                      (0.02, 0.62), (-0.12, 0.34), (-0.66, 0.44)]), SAND)  # fmt: skip
    for x, y in ((-0.5, 0.06), (-0.14, -0.36), (0.28, 0.02), (0.6, -0.2), (0.14, 0.4)):
        pen.stroke([(x - 0.09, y + 0.02), (x + 0.09, y - 0.02)], 0.04, darker(SAND, 0.3))
