"""Fruit, each drawn by a pen in its own square."""

import numpy as np

from lib.ai.cards.canvas import Color, Pen, darker, leaf, lighter, oval, smooth, turned
from lib.ai.cards.pigments import (
    AUBERGINE,
    BARK,
    BLUE,
    BUTTER,
    CREAM,
    CRIMSON,
    FOREST,
    LEAF,
    LIME,
    ORANGE,
    PLUM,
    RED,
    WHITE,
    YELLOW,
)


def citrus(pen: Pen, rind: Color, flesh: Color) -> None:
    """A slice, with its segments."""
    pen.ball(0, 0, 0.96, rind)
    pen.disc(0, 0, 0.8, CREAM)
    for number in range(8):
        wedge = [(0.1, 0), *map(tuple, oval(0, 0, 0.72, 0.72, arc=(-18, 18))), (0.1, 0)]
        pen.fill(turned(wedge, number * 45), flesh)
    pen.disc(0, 0, 0.09, CREAM)


def lemon(pen: Pen) -> None:
    """A slice of lemon."""
    citrus(pen, YELLOW, lighter(YELLOW, 0.35))


def lime(pen: Pen) -> None:
    """A slice of lime."""
    citrus(pen, LEAF, lighter(LIME, 0.35))


def orange(pen: Pen) -> None:
    """A slice of orange."""
    citrus(pen, ORANGE, lighter(ORANGE, 0.3))


def avocado(pen: Pen) -> None:
    """Half, with its stone."""
    shape = np.array([(0, -0.96), (0.34, -0.74), (0.5, -0.3), (0.74, 0.2), (0.62, 0.72), (0, 0.96),
                      (-0.62, 0.72), (-0.74, 0.2), (-0.5, -0.3), (-0.34, -0.74)])  # fmt: skip
    pen.fill(smooth(shape), FOREST)
    pen.fill(smooth(shape * 0.88), LIME)
    pen.fill(smooth(shape * 0.74 + (0, 0.02)), lighter(YELLOW, 0.45))
    pen.ball(0, 0.3, 0.34, BARK)
    pen.fill(oval(-0.1, 0.18, 0.08, 0.05, turn=30), lighter(BARK, 0.4))


def apple(pen: Pen, color: Color = CRIMSON) -> None:
    """A whole one."""
    side = [(0.3, -0.6), (0.72, -0.5), (0.9, -0.06), (0.72, 0.52), (0.34, 0.88)]
    pen.solid(smooth([(0, -0.46), *side, (0, 0.78), *[(-x, y) for x, y in reversed(side)]]), color)
    pen.fill(oval(-0.5, -0.16, 0.12, 0.24, turn=15), lighter(color, 0.42))
    pen.stroke(smooth([(0, -0.46), (0.04, -0.7), (0.14, -0.92)], closed=False), 0.09, BARK)
    pen.fill(leaf(0.5, 0.28, turn=25, at=(0.08, -0.66)), LEAF)


def pear(pen: Pen) -> None:
    """A whole one."""
    side = [(0.22, -0.66), (0.36, -0.22), (0.68, 0.24), (0.62, 0.72)]
    pen.solid(smooth([(0, -0.78), *side, (0, 0.92), *[(-x, y) for x, y in reversed(side)]]), LIME)
    pen.fill(oval(-0.36, 0.3, 0.1, 0.22, turn=10), lighter(LIME, 0.5))
    pen.stroke([(0, -0.76), (0.06, -0.98)], 0.08, BARK)
    pen.fill(leaf(0.42, 0.24, turn=20, at=(0.06, -0.84)), LEAF)


def banana(pen: Pen) -> None:
    """A whole one."""
    pen.solid(smooth([(-0.84, -0.5), (-0.66, -0.62), (-0.4, 0.0), (0.2, 0.32), (0.82, 0.28), (0.9, 0.46),
                      (0.4, 0.72), (-0.3, 0.62), (-0.74, 0.14)]), YELLOW)  # fmt: skip
    pen.stroke(smooth([(-0.7, -0.4), (-0.44, 0.16), (0.2, 0.5), (0.76, 0.44)], closed=False), 0.05,
               darker(YELLOW))  # fmt: skip
    pen.stroke([(-0.76, -0.58), (-0.82, -0.8)], 0.14, BARK)
    pen.disc(0.88, 0.38, 0.08, BARK)


def strawberry(pen: Pen) -> None:
    """A whole one."""
    pen.solid(smooth([(-0.7, -0.42), (-0.3, -0.6), (0.3, -0.6), (0.7, -0.42), (0.62, 0.16), (0.0, 0.96),
                      (-0.62, 0.16)]), CRIMSON)  # fmt: skip
    for x, y in ((-0.4, -0.18), (0, -0.22), (0.4, -0.18), (-0.22, 0.14), (0.2, 0.14), (0, 0.46)):
        pen.fill(oval(x, y, 0.045, 0.07), BUTTER)
    for turn in (20, 62, 118, 160, 215, 270, 325):
        pen.fill(leaf(0.46, 0.24, turn=turn, at=(0, -0.54)), LEAF)


def berries(pen: Pen, color: Color = BLUE) -> None:
    """Three blueberries and a leaf."""
    pen.fill(leaf(1.0, 0.5, turn=40, at=(0.05, -0.2)), LEAF)
    for x, y in ((-0.42, -0.24), (0.36, 0.06), (-0.26, 0.5)):
        pen.ball(x, y, 0.42, color)
        for number in range(5):
            pen.fill(leaf(0.17, 0.12, turn=number * 72, at=(x + 0.04, y - 0.04)), darker(color, 0.45))


def cherries(pen: Pen) -> None:
    """A pair."""
    for x, y in ((-0.46, 0.46), (0.46, 0.56)):
        pen.stroke(smooth([(0.1, -0.9), (x * 0.5, -0.2), (x, y)], closed=False), 0.06, FOREST)
        pen.ball(x, y, 0.4, CRIMSON)
        pen.fill(oval(x - 0.12, y - 0.12, 0.08, 0.06), lighter(CRIMSON, 0.5))
    pen.fill(leaf(0.8, 0.42, turn=12, at=(0.1, -0.88)), LEAF)


def peach(pen: Pen) -> None:
    """A stone fruit, with its leaf."""
    pen.ball(0, 0.12, 0.84, lighter(ORANGE, 0.25))
    pen.fill(oval(0.3, 0.2, 0.36, 0.6, turn=-12), lighter(RED, 0.22))
    pen.stroke(smooth([(0.02, -0.66), (-0.16, 0.0), (-0.02, 0.8)], closed=False), 0.05, darker(ORANGE))
    pen.fill(leaf(0.8, 0.4, turn=30, at=(0.02, -0.64)), LEAF)


def pineapple(pen: Pen) -> None:
    """A whole one."""
    for turn, length in ((90, 0.8), (62, 0.72), (118, 0.72), (36, 0.56), (144, 0.56)):
        pen.fill(leaf(length, 0.26, turn=turn, at=(0, -0.2)), LEAF if turn % 4 else FOREST)
    pen.solid(oval(0, 0.34, 0.5, 0.64), YELLOW)
    for row in range(5):
        for column in range(-2, 3):
            x, y = column * 0.2 + (row % 2) * 0.1, -0.06 + row * 0.2
            if (x / 0.42) ** 2 + ((y - 0.34) / 0.54) ** 2 < 1:
                pen.fill([(x, y - 0.07), (x + 0.06, y), (x, y + 0.07), (x - 0.06, y)], darker(ORANGE))


def coconut(pen: Pen) -> None:
    """Half, white inside."""
    pen.ball(0, 0, 0.94, BARK)
    pen.disc(0, 0, 0.78, WHITE)
    pen.disc(0.04, 0.05, 0.56, darker(CREAM, 0.1))


def olives(pen: Pen) -> None:
    """Two on a twig."""
    pen.stroke(smooth([(-0.9, -0.6), (-0.2, -0.5), (0.7, -0.84)], closed=False), 0.06, BARK)
    for turn, x, y in ((200, -0.4, -0.54), (20, 0.4, -0.66), (60, 0.0, -0.56)):
        pen.fill(leaf(0.66, 0.24, turn=turn, at=(x, y)), LEAF)
    for x, y, color in ((-0.4, 0.24, AUBERGINE), (0.42, 0.18, darker(LIME, 0.25))):
        pen.stroke([(x * 0.5, -0.54), (x, y - 0.3)], 0.05, BARK)
        pen.solid(oval(x, y, 0.36, 0.48, turn=x * 30), color)
        pen.fill(oval(x - 0.12, y - 0.18, 0.07, 0.11), lighter(color, 0.45))


def grapes(pen: Pen) -> None:
    """A bunch."""
    pen.fill(leaf(0.8, 0.5, turn=20, at=(0, -0.7)), LEAF)
    pen.stroke([(0, -0.56), (-0.06, -0.98)], 0.08, BARK)
    for row, many in enumerate((4, 3, 2, 1)):
        for column in range(many):
            pen.ball((column - (many - 1) / 2) * 0.42, -0.42 + row * 0.37, 0.24, PLUM)
