"""What isn't fruit or vegetable, each drawn by a pen in its own square."""

import numpy as np

from lib.ai.cards.canvas import Color, Pen, darker, leaf, lighter, oval, smooth, turned
from lib.ai.cards.pigments import (
    BARK,
    BLACK,
    BUTTER,
    CREAM,
    CRIMSON,
    FOREST,
    LEAF,
    LIME,
    ORANGE,
    PINK,
    RUST,
    SALMON,
    SAND,
    STEEL,
    TAN,
    WHITE,
    YELLOW,
)


def egg(pen: Pen) -> None:
    """A fried one."""
    pen.solid(smooth([(-0.9, 0.1), (-0.66, -0.5), (-0.1, -0.64), (0.4, -0.86), (0.88, -0.3), (0.76, 0.3),
                      (0.84, 0.72), (0.2, 0.8), (-0.4, 0.66), (-0.82, 0.6)]), WHITE)  # fmt: skip
    pen.ball(0.02, 0.0, 0.38, YELLOW)
    pen.fill(oval(-0.12, -0.14, 0.1, 0.06, turn=30), lighter(YELLOW, 0.6))


def fish(pen: Pen, color: Color = STEEL) -> None:
    """A whole one, swimming to the left."""
    pen.solid(smooth([(0.46, 0.0), (0.94, -0.42), (0.82, 0.0), (0.94, 0.42)]), darker(color, 0.12))
    pen.fill(smooth([(-0.2, -0.3), (0.1, -0.62), (0.36, -0.2)]), darker(color, 0.12))
    pen.fill(smooth([(-0.1, 0.3), (0.12, 0.52), (0.3, 0.2)]), darker(color, 0.12))
    body = [(-0.96, 0.02), (-0.6, -0.32), (-0.1, -0.42), (0.36, -0.18), (0.62, 0.0), (0.36, 0.2),
            (-0.1, 0.4), (-0.6, 0.32)]  # fmt: skip
    pen.solid(smooth(body), color)
    pen.stroke(
        smooth([(-0.46, -0.3), (-0.34, 0.0), (-0.46, 0.28)], closed=False), 0.05, lighter(color, 0.45)
    )
    for x, y in ((-0.16, -0.12), (0.08, -0.1), (-0.16, 0.12), (0.08, 0.1), (0.28, 0.0)):
        pen.stroke(oval(x, y, 0.09, 0.09, arc=(-80, 80)), 0.035, lighter(color, 0.45))
    pen.disc(-0.66, -0.06, 0.085, WHITE)
    pen.disc(-0.67, -0.06, 0.045, BARK)


def salmon(pen: Pen) -> None:
    """A pink fish."""
    fish(pen, SALMON)


def shrimp(pen: Pen) -> None:
    """One, curled."""
    angles = np.radians(np.linspace(-62, -318, 40))
    half = np.linspace(0.34, 0.13, 40)
    across = np.stack([np.cos(angles), np.sin(angles)], 1)
    for turn in (38, 2, -34):
        pen.fill(leaf(0.46, 0.24, turn=turn, at=(0.4, 0.42)), ORANGE)
    for step in (10, 15, 20, 25):
        pen.stroke([tuple(across[step] * 0.3), tuple(across[step - 2] * 0.08)], 0.05, ORANGE)
    pen.solid(
        np.vstack([across * (0.56 + half)[:, None], (across * (0.56 - half)[:, None])[::-1]]), SALMON
    )
    for step in range(8, 38, 6):
        pen.stroke([tuple(across[step] * (0.56 - half[step])),
                   tuple(across[step - 3] * (0.56 + half[step]))],
                   0.045, lighter(SALMON, 0.5))  # fmt: skip
    pen.fill(leaf(0.62, 0.3, turn=-16, at=(0.2, -0.62)), ORANGE)
    pen.disc(0.3, -0.62, 0.06, BARK)
    pen.stroke(
        smooth([(0.6, -0.6), (0.86, -0.84), (0.5, -0.98), (0.0, -0.94)], closed=False), 0.035, ORANGE
    )


def drumstick(pen: Pen) -> None:
    """A roasted leg of chicken."""
    pen.stroke([(-0.3, 0.3), (-0.72, 0.72)], 0.2, CREAM)
    pen.disc(-0.84, 0.66, 0.14, CREAM)
    pen.disc(-0.68, 0.84, 0.14, CREAM)
    pen.solid(smooth([(-0.42, 0.34), (-0.3, -0.2), (0.06, -0.7), (0.62, -0.82), (0.9, -0.4),
                      (0.74, 0.12),
                      (0.22, 0.42), (-0.3, 0.46)]), TAN)  # fmt: skip
    pen.stroke(
        smooth([(0.1, -0.4), (0.36, -0.56), (0.6, -0.52)], closed=False), 0.09, lighter(TAN, 0.35)
    )


def meat(pen: Pen, color: Color = CRIMSON) -> None:
    """A steak with its fat and bone."""
    shape = np.array([(-0.92, 0.06), (-0.66, -0.52), (-0.06, -0.74), (0.6, -0.6), (0.92, -0.06),
                      (0.66, 0.42), (0.16, 0.44), (-0.16, 0.74), (-0.7, 0.62)])  # fmt: skip
    pen.solid(smooth(shape), CREAM)
    pen.fill(smooth(shape * 0.82), color)
    pen.disc(0.34, -0.16, 0.2, CREAM)
    pen.disc(0.34, -0.16, 0.11, SAND)
    pen.stroke(
        smooth([(-0.56, 0.16), (-0.3, -0.14), (0.02, -0.3)], closed=False), 0.06, lighter(color, 0.4)
    )


def wheat(pen: Pen) -> None:
    """An ear."""
    pen.stroke(smooth([(-0.06, 0.98), (0.02, 0.3), (0, -0.4)], closed=False), 0.05, TAN)
    for number in range(5):
        y = 0.26 - number * 0.24
        for side in (-1, 1):
            pen.stroke([(side * 0.1, y), (side * 0.5, y - 0.66)], 0.025, TAN)
            pen.fill(leaf(0.42, 0.2, turn=90 - side * 32, at=(side * 0.03, y)),
                     YELLOW if side > 0 else darker(YELLOW, 0.14))  # fmt: skip
    pen.fill(leaf(0.4, 0.2, turn=90, at=(0, -0.6)), YELLOW)


def beans(pen: Pen, color: Color = CRIMSON) -> None:
    """Three kidney beans."""
    shape = [(-0.46, 0.1), (-0.36, -0.24), (0.0, -0.32), (0.36, -0.24), (0.46, 0.1), (0.28, 0.24),
             (0.0, 0.06), (-0.28, 0.24)]  # fmt: skip
    for x, y, turn in ((-0.36, -0.46, 20), (0.44, -0.02, 95), (-0.3, 0.48, -30)):
        one = pen.at(x, y, 1.05, turn)
        one.solid(smooth(shape), color)
        one.stroke(
            smooth([(-0.24, -0.12), (0, -0.2), (0.2, -0.16)], closed=False), 0.06, lighter(color, 0.4)
        )


def black_beans(pen: Pen) -> None:
    """Three dark beans."""
    beans(pen, BLACK)


def white_beans(pen: Pen) -> None:
    """Three light beans."""
    beans(pen, CREAM)


def chickpeas(pen: Pen) -> None:
    """A few, each with its crease."""
    for x, y, turn in ((-0.42, -0.46, 20), (0.44, -0.36, 140), (0.0, 0.24, 260), (-0.66, 0.4, 80),
                       (0.66, 0.5, 330)):  # fmt: skip
        one = pen.at(x, y, 0.36, turn)
        one.solid(oval(0, 0, 1, 0.92), SAND)
        one.fill(leaf(0.5, 0.44, at=(0.72, 0)), darker(SAND, 0.1))
        one.stroke(
            smooth([(0.86, -0.06), (0.3, -0.1), (-0.2, 0.12)], closed=False), 0.1, darker(SAND, 0.22)
        )


def lentils(pen: Pen) -> None:
    """Many small ones."""
    places = ((-0.56, -0.56), (0.02, -0.66), (0.58, -0.46), (-0.74, 0.0), (-0.18, -0.08), (0.4, 0.06),
              (0.86, 0.12), (-0.5, 0.54), (0.08, 0.52), (0.62, 0.6))  # fmt: skip
    for number, (x, y) in enumerate(places):
        color = (ORANGE, darker(LIME, 0.25), TAN)[number % 3]
        pen.solid(oval(x, y, 0.27, 0.19, turn=number * 53), color)
        pen.fill(oval(x, y, 0.12, 0.05, turn=number * 53), lighter(color, 0.4))


def peas(pen: Pen) -> None:
    """A pod, open."""
    tilted = pen.at(0, 0, 1, -30)
    tilted.solid(
        smooth([(-0.98, 0), (-0.5, -0.3), (0.5, -0.3), (0.98, 0), (0.5, 0.36), (-0.5, 0.36)]), LEAF
    )
    tilted.fill(
        smooth([(-0.84, 0), (-0.4, -0.17), (0.4, -0.17), (0.84, 0), (0.4, 0.2), (-0.4, 0.2)]), FOREST
    )
    for x in (-0.5, -0.17, 0.17, 0.5):
        tilted.ball(x, 0, 0.18, LIME)
    tilted.stroke(smooth([(0.94, 0), (1.04, -0.1), (1.02, -0.24)], closed=False), 0.06, FOREST)


def nuts(pen: Pen) -> None:
    """Three almonds."""
    for x, y, turn in ((-0.36, -0.3, 65), (0.44, -0.1, 110), (-0.16, 0.52, 15)):
        one = pen.at(x, y, 0.58, turn)
        one.solid(leaf(2.0, 1.15, at=(-1, 0)), TAN)
        for across in (-0.2, 0.0, 0.2):
            one.stroke(smooth([(-0.6, across * 0.5), (0, across * 1.4),
                       (0.5, across)], closed=False), 0.06,
                       darker(TAN, 0.25))  # fmt: skip


def peanut(pen: Pen) -> None:
    """One in its shell."""
    tilted = pen.at(0, 0, 1, -35)
    tilted.solid(smooth([(-0.96, 0), (-0.66, -0.42), (-0.2, -0.3), (0.2, -0.26), (0.62, -0.42),
                         (0.94, 0),
                         (0.62, 0.42), (0.2, 0.28), (-0.2, 0.3), (-0.66, 0.42)]), SAND)  # fmt: skip
    for x in (-0.7, -0.46, 0.46, 0.7):
        for y in (-0.18, 0.04, 0.24):
            tilted.stroke([(x, y), (x + 0.08, y)], 0.05, darker(SAND, 0.3))


def chocolate(pen: Pen) -> None:
    """Four squares of a bar."""
    tilted = pen.at(0, 0, 1, 12)
    tilted.fill([(-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86)], darker(BARK, 0.3))
    for x in (-0.8, 0.04):
        for y in (-0.8, 0.04):
            tilted.fill(
                [(x, y), (x + 0.76, y), (x + 0.76, y + 0.76), (x, y + 0.76)], lighter(BARK, 0.12)
            )
            tilted.fill([(x + 0.12, y + 0.12), (x + 0.64, y + 0.12), (x + 0.64, y + 0.64),
                         (x + 0.12, y + 0.64)], BARK)  # fmt: skip


def cheese(pen: Pen) -> None:
    """A wedge with holes."""
    pen.fill([(-0.94, -0.02), (0.5, -0.66), (0.94, -0.02)], lighter(YELLOW, 0.35))
    pen.fill([(-0.94, -0.02), (0.94, -0.02), (0.94, 0.62), (-0.94, 0.62)], YELLOW)
    for x, y, radius in ((-0.5, 0.32, 0.16), (0.1, 0.2, 0.11), (0.5, 0.4, 0.17), (0.3, -0.28, 0.1)):
        pen.disc(x, y, radius, darker(YELLOW, 0.16))


def milk(pen: Pen) -> None:
    """A bottle."""
    pen.fill([(-0.24, -0.78), (0.24, -0.78), (0.24, -0.4), (-0.24, -0.4)], WHITE)
    pen.solid(smooth([(-0.24, -0.52), (0.24, -0.52), (0.5, -0.1), (0.52, 0.8), (0.4, 0.94), (-0.4, 0.94),
                      (-0.52, 0.8), (-0.5, -0.1)]), WHITE)  # fmt: skip
    pen.fill([(-0.28, -0.94), (0.28, -0.94), (0.28, -0.74), (-0.28, -0.74)], STEEL)
    pen.fill([(-0.5, 0.24), (0.5, 0.24), (0.5, 0.58), (-0.5, 0.58)], lighter(STEEL, 0.3))


def honey(pen: Pen) -> None:
    """A jar."""
    pen.solid(smooth([(-0.6, -0.5), (0.6, -0.5), (0.78, -0.2), (0.78, 0.6), (0.56, 0.9), (-0.56, 0.9),
                      (-0.78, 0.6), (-0.78, -0.2)]), ORANGE)  # fmt: skip
    pen.fill(oval(-0.48, 0.1, 0.08, 0.34), lighter(ORANGE, 0.45))
    pen.fill([(-0.66, -0.86), (0.66, -0.86), (0.66, -0.5), (-0.66, -0.5)], CREAM)
    pen.fill([(-0.4, 0.0), (0.56, 0.0), (0.56, 0.52), (-0.4, 0.52)], CREAM)
    pen.fill(oval(0.08, 0.26, 0.16, 0.12), YELLOW)


def tofu(pen: Pen) -> None:
    """A block, cut."""
    for x, y in ((0.34, -0.4), (-0.46, -0.1), (0.28, 0.42)):
        one = pen.at(x, y, 0.46)
        one.fill([(-0.9, -0.5), (0.1, -0.9), (0.95, -0.5), (0, -0.1)], WHITE)
        one.fill([(-0.9, -0.5), (0, -0.1), (0, 0.9), (-0.9, 0.45)], CREAM)
        one.fill([(0.95, -0.5), (0, -0.1), (0, 0.9), (0.95, 0.45)], darker(CREAM, 0.14))


def loaf(pen: Pen) -> None:
    """A round loaf, scored."""
    pen.solid(smooth([(-0.94, 0.36), (-0.86, -0.16), (-0.4, -0.6), (0.4, -0.6), (0.86, -0.16),
                      (0.94, 0.36),
                      (0.6, 0.56), (-0.6, 0.56)]), TAN)  # fmt: skip
    for x in (-0.44, 0.0, 0.44):
        pen.fill(leaf(0.66, 0.17, turn=68, at=(x - 0.14, 0.2)), lighter(SAND, 0.45))


def pasta(pen: Pen) -> None:
    """A nest of ribbons."""
    pen.ball(0, 0, 0.92, darker(BUTTER, 0.1))
    for number, radius in enumerate((0.82, 0.66, 0.5, 0.34, 0.18)):
        for start in (0, 130, 240):
            angle = start + number * 47
            pen.stroke(oval(0, 0, radius, radius * 0.92, turn=angle, arc=(0, 112)), 0.09,
                       BUTTER if number % 2 else lighter(BUTTER, 0.5))  # fmt: skip


def rice(pen: Pen) -> None:
    """Grains."""
    for number in range(17):
        angle, radius = number * 137.5, 0.22 * np.sqrt(number)
        x, y = turned([(radius, 0)], angle)[0]
        pen.solid(oval(float(x), float(y), 0.2, 0.085, turn=number * 71), WHITE)


def anise(pen: Pen) -> None:
    """A star of spice."""
    for number in range(8):
        one = pen.at(0, 0, 1, number * 45)
        one.fill(leaf(0.94, 0.36), BARK)
        one.fill(leaf(0.6, 0.16, at=(0.22, 0)), lighter(BARK, 0.24))
        one.fill(oval(0.52, 0, 0.12, 0.06), ORANGE)
    pen.disc(0, 0, 0.14, darker(BARK, 0.3))


def cinnamon(pen: Pen) -> None:
    """Two sticks, tied."""
    for turn, color in ((62, TAN), (28, BARK)):
        one = pen.at(0, 0, 1, turn)
        one.fill([(-0.9, -0.17), (0.9, -0.17), (0.9, 0.17), (-0.9, 0.17)], color)
        one.fill([(-0.9, 0.06), (0.9, 0.06), (0.9, 0.17), (-0.9, 0.17)], darker(color))
        one.fill(oval(0.9, 0, 0.07, 0.17), darker(color, 0.4))
    pen.at(0, 0, 1, 45).fill([(-0.1, -0.34), (0.1, -0.34), (0.1, 0.34), (-0.1, 0.34)], CREAM)


def oil(pen: Pen) -> None:
    """A bottle of oil."""
    pen.fill([(-0.13, -0.74), (0.13, -0.74), (0.13, -0.2), (-0.13, -0.2)], LEAF)
    pen.solid(smooth([(-0.13, -0.36), (0.13, -0.36), (0.4, 0.0), (0.4, 0.84), (0.3, 0.94), (-0.3, 0.94),
                      (-0.4, 0.84), (-0.4, 0.0)]), LIME)  # fmt: skip
    pen.fill([(-0.16, -0.98), (0.16, -0.98), (0.16, -0.72), (-0.16, -0.72)], TAN)
    pen.fill([(-0.4, 0.2), (0.4, 0.2), (0.4, 0.66), (-0.4, 0.66)], CREAM)
    pen.fill(leaf(0.44, 0.22, turn=35, at=(-0.18, 0.52)), FOREST)


def sausage(pen: Pen) -> None:
    """Two links."""
    for y, turn in ((-0.26, -14), (0.32, 10)):
        one = pen.at(0, y, 1, turn)
        one.stroke([(-0.96, 0), (0.96, 0)], 0.07, BARK)
        one.solid(smooth([(-0.8, 0.02), (-0.5, -0.24), (0.5, -0.24), (0.8, 0.02), (0.5, 0.26),
                  (-0.5, 0.26)]),
                  RUST)  # fmt: skip
        one.stroke([(-0.42, -0.08), (0.3, -0.08)], 0.06, PINK)
