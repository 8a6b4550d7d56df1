"""What dishes are served in, each drawn by a pen in its own square."""

from lib.ai.cards import pantry
from lib.ai.cards.canvas import Color, Pen, darker, leaf, lighter, mixed, oval, smooth
from lib.ai.cards.pigments import (
    BARK,
    BLUE,
    BUTTER,
    CREAM,
    LEAF,
    LIME,
    NIGHT,
    ORANGE,
    PLUM,
    RED,
    SAND,
    STEEL,
    TAN,
    WARE,
    WHITE,
    YELLOW,
)


def steam(pen: Pen, color: Color) -> None:
    """Three wisps that rise from below."""
    for x, high in ((-0.34, 0.7), (0.0, 1.0), (0.34, 0.7)):
        points = [
            (x, 0.5),
            (x + 0.12, 0.5 - high * 0.3),
            (x - 0.1, 0.5 - high * 0.7),
            (x + 0.03, 0.5 - high),
        ]
        pen.stroke(smooth(points, closed=False), 0.075, color)


def bowl(pen: Pen, color: Color, filling: Color) -> None:
    """A bowl from the side, filled."""
    pen.fill(oval(0, 0.92, 0.42, 0.1), darker(color, 0.4))
    body = [*map(tuple, oval(0, -0.02, 0.98, 0.9, arc=(0, 180)))]
    pen.solid(body, color)
    pen.fill(oval(0, -0.02, 0.98, 0.26), lighter(color, 0.2))
    pen.fill(oval(0, -0.01, 0.88, 0.2), darker(filling, 0.12))
    pen.fill(oval(0, 0.02, 0.84, 0.165), filling)
    pen.stroke(oval(0, -0.04, 0.92, 0.8, arc=(28, 152)), 0.05, lighter(color, 0.35))


def soup(pen: Pen, color: Color = WARE) -> None:
    """A bowl of soup."""
    bowl(pen, color, ORANGE)
    pen.fill(oval(-0.3, 0.02, 0.2, 0.045), lighter(ORANGE, 0.5))
    for x, turn in ((0.18, 20), (0.36, 150), (0.3, 80)):
        pen.fill(leaf(0.24, 0.1, turn=turn, at=(x, 0.02)), LEAF)


def curry(pen: Pen, color: Color = WARE) -> None:
    """A bowl of curry beside its rice."""
    pen.fill(oval(-0.28, -0.1, 0.56, 0.34, arc=(180, 360)), WHITE)
    bowl(pen, color, YELLOW)
    pen.fill(oval(-0.36, -0.02, 0.42, 0.15), WHITE)
    pen.fill(oval(-0.36, -0.1, 0.36, 0.17, arc=(180, 360)), WHITE)
    for x in (0.2, 0.44, 0.62):
        pen.fill(oval(x, 0.02, 0.09, 0.05), RED)


def greens(pen: Pen, color: Color = WARE) -> None:
    """A bowl of salad."""
    for turn, x, tone in (
        (150, -0.2, LEAF),
        (110, -0.1, LIME),
        (70, 0.1, LEAF),
        (30, 0.22, LIME),
        (90, 0, LEAF),
    ):
        pen.fill(leaf(0.84, 0.5, turn=turn, at=(x, 0.06)), tone)
    pen.ball(-0.46, -0.18, 0.2, RED)
    pen.ball(0.42, -0.2, 0.18, RED)
    pen.fill(oval(0.06, -0.24, 0.2, 0.13, turn=-20), lighter(PLUM, 0.4))
    pen.solid([*map(tuple, oval(0, -0.04, 0.98, 0.9, arc=(0, 180)))], color)
    pen.stroke([(-0.96, -0.02), (0.96, -0.02)], 0.09, lighter(color, 0.25))


def grains(pen: Pen, color: Color = WARE) -> None:
    """A bowl heaped with rice or the like."""
    pen.solid(oval(0, 0.0, 0.86, 0.56, arc=(180, 360)), CREAM)
    for x, y, tone in ((-0.4, -0.26, RED), (0.1, -0.4, LEAF), (0.44, -0.2, ORANGE), (-0.1, -0.16, LEAF),
                       (-0.6, -0.1, LIME), (0.66, -0.06, RED), (0.24, -0.12, YELLOW)):  # fmt: skip
        pen.fill(oval(x, y, 0.1, 0.075), tone)
    pen.solid([*map(tuple, oval(0, -0.02, 0.98, 0.9, arc=(0, 180)))], color)
    pen.stroke([(-0.96, 0), (0.96, 0)], 0.09, lighter(color, 0.25))


def noodles(pen: Pen, color: Color = WARE) -> None:
    """A bowl of noodles, with chopsticks."""
    bowl(pen, color, TAN)
    for number in range(6):
        x = -0.6 + number * 0.22
        pen.stroke(oval(x, 0.02, 0.2, 0.09, arc=(180, 350)), 0.05, BUTTER)
    pen.fill(oval(0.44, 0.0, 0.2, 0.08), WHITE)
    pen.fill(oval(0.44, 0.0, 0.1, 0.045), ORANGE)
    for shift in (0.0, 0.13):
        pen.stroke([(-0.2 + shift, 0.0), (0.66 + shift, -0.94)], 0.05, BARK)


def pot(pen: Pen, color: Color = RED) -> None:
    """A pot with its lid."""
    for side in (-1, 1):
        pen.fill(oval(side * 0.86, 0.16, 0.14, 0.1), darker(color, 0.25))
    pen.solid(
        smooth([(-0.8, -0.1), (0.8, -0.1), (0.82, 0.4), (0.66, 0.82), (-0.66, 0.82), (-0.82, 0.4)]),
        color,
    )
    pen.fill([(-0.86, -0.2), (0.86, -0.2), (0.86, -0.04), (-0.86, -0.04)], lighter(color, 0.2))
    pen.solid(oval(0, -0.2, 0.84, 0.42, arc=(180, 360)), darker(color, 0.08))
    pen.fill(oval(0, -0.66, 0.16, 0.1), darker(color, 0.35))
    pen.fill(oval(-0.56, 0.28, 0.08, 0.26), lighter(color, 0.35))


def dish(pen: Pen, color: Color = WARE) -> None:
    """A baking dish with a golden crust."""
    pen.solid(
        smooth([(-0.8, -0.02), (-0.4, -0.34), (0.0, -0.28), (0.4, -0.36), (0.8, -0.02), (0, 0.2)]),
        YELLOW,
    )
    for x, y, tone in ((-0.46, -0.1, TAN), (0.0, -0.14, RED), (0.42, -0.12, TAN), (-0.2, -0.02, LEAF),
                       (0.22, -0.02, lighter(YELLOW, 0.5))):  # fmt: skip
        pen.fill(oval(x, y, 0.12, 0.06), tone)
    for side in (-1, 1):
        pen.fill(oval(side * 0.9, 0.1, 0.12, 0.1), darker(color, 0.25))
    pen.solid([(-0.92, 0.02), (0.92, 0.02), (0.78, 0.66), (-0.78, 0.66)], color)
    pen.fill([(-0.96, -0.02), (0.96, -0.02), (0.96, 0.12), (-0.96, 0.12)], lighter(color, 0.25))


def pan(pen: Pen, color: Color = NIGHT) -> None:
    """A frying pan from above, with an egg."""
    pen.stroke([(0.5, 0.5), (0.92, 0.92)], 0.2, darker(TAN, 0.2))
    pen.ball(-0.12, -0.12, 0.8, color)
    pen.disc(-0.12, -0.12, 0.66, lighter(color, 0.18))
    pantry.egg(pen.at(-0.14, -0.12, 0.56))


def wok(pen: Pen, color: Color = NIGHT) -> None:
    """A wok with what is stirred in it."""
    for x, y, tone in ((-0.5, -0.22, RED), (-0.2, -0.4, LEAF), (0.12, -0.3, ORANGE), (0.42, -0.34, LIME),
                       (-0.02, -0.62, YELLOW), (0.6, -0.12, RED), (-0.66, -0.04, LIME)):  # fmt: skip
        pen.solid(oval(x, y, 0.24, 0.15, turn=x * 90), tone)
    pen.stroke([(0.8, -0.02), (1.0, -0.26)], 0.14, darker(TAN, 0.2))
    pen.solid([*map(tuple, oval(-0.06, -0.06, 0.92, 0.8, arc=(0, 180)))], color)
    pen.stroke([(-0.96, -0.05), (0.84, -0.05)], 0.09, lighter(color, 0.25))


def jar(pen: Pen, color: Color = STEEL) -> None:
    """A breakfast jar, layer upon layer."""
    pen.solid(smooth([(-0.5, -0.6), (0.5, -0.6), (0.62, -0.4), (0.62, 0.76), (0.46, 0.94), (-0.46, 0.94),
                      (-0.62, 0.76), (-0.62, -0.4)]), mixed(WHITE, color, 0.12))  # fmt: skip
    for top, tone in ((-0.36, CREAM), (0.06, lighter(PLUM, 0.3)), (0.3, WHITE), (0.56, SAND)):
        pen.fill([(-0.56, top), (0.56, top), (0.56, 0.86), (-0.56, 0.86)], tone)
    for x, y in ((-0.3, -0.44), (0.02, -0.52), (0.32, -0.44)):
        pen.ball(x, y, 0.16, BLUE)
    pen.fill([(-0.56, -0.94), (0.56, -0.94), (0.56, -0.68), (-0.56, -0.68)], color)


def pancakes(pen: Pen, color: Color = WARE) -> None:
    """A stack, with butter."""
    pen.solid(oval(0, 0.72, 0.98, 0.2), lighter(color, 0.5))
    for number in range(5):
        y = 0.62 - number * 0.22
        pen.fill(oval(0, y + 0.07, 0.74, 0.2), darker(TAN, 0.12))
        pen.fill(oval(0, y, 0.74, 0.2), SAND if number % 2 else lighter(TAN, 0.15))
    pen.fill(oval(0, -0.27, 0.62, 0.15), ORANGE)
    pen.fill(smooth([(0.3, -0.2), (0.56, -0.22), (0.56, 0.2), (0.46, 0.3), (0.38, 0.16)]), ORANGE)
    pen.solid(
        [(-0.2, -0.42), (0.1, -0.5), (0.26, -0.38), (0.24, -0.24), (-0.04, -0.16), (-0.2, -0.26)], BUTTER
    )


def wrap(pen: Pen) -> None:
    """A taco."""
    for x, y, tone in ((-0.5, -0.2, LEAF), (-0.2, -0.46, RED), (0.12, -0.5, LIME), (0.42, -0.34, RED),
                       (0.62, -0.1, LEAF), (-0.02, -0.26, YELLOW)):  # fmt: skip
        pen.solid(oval(x, y, 0.26, 0.2), tone)
    pen.solid([*map(tuple, oval(0, 0.5, 0.96, 0.94, arc=(180, 360)))], YELLOW)
    for x, y in ((-0.5, 0.2), (-0.1, 0.0), (0.3, 0.16), (0.6, 0.3), (-0.7, 0.4), (0.08, 0.34)):
        pen.fill(oval(x, y, 0.06, 0.04, turn=20), darker(YELLOW, 0.18))


def dumplings(pen: Pen) -> None:
    """Three, pleated."""
    for x, y in ((0.42, -0.3), (-0.44, -0.2), (0.02, 0.4)):
        one = pen.at(x, y, 0.54)
        one.solid(smooth([(-0.96, 0.3), (-0.7, -0.3), (-0.1, -0.66), (0.6, -0.4), (0.96, 0.26),
                          (0.5, 0.52),
                          (-0.5, 0.54)]), CREAM)  # fmt: skip
        for across in (-0.5, -0.2, 0.1, 0.42):
            one.stroke([(across, -0.34), (across + 0.08, 0.0)], 0.07, darker(CREAM, 0.2))


def patties(pen: Pen) -> None:
    """Three, browned."""
    for x, y in ((-0.42, -0.3), (0.46, -0.2), (0.0, 0.42)):
        pen.solid(oval(x, y, 0.48, 0.4), darker(TAN, 0.12))
        for shift in (-0.16, 0.0, 0.16):
            pen.stroke([(x + shift - 0.1, y + 0.18), (x + shift + 0.1, y - 0.18)], 0.05, BARK)
    pen.fill(leaf(0.5, 0.26, turn=60, at=(0.1, 0.3)), LEAF)


def bites(pen: Pen) -> None:
    """Energy bites, heaped."""
    for x, y in ((-0.56, 0.4), (0.0, 0.42), (0.56, 0.4), (-0.28, -0.06), (0.28, -0.06), (0, -0.5)):
        pen.ball(x, y, 0.32, BARK)
        for across, down in ((-0.1, -0.1), (0.08, 0.02), (-0.02, 0.14)):
            pen.fill(oval(x + across, y + down, 0.06, 0.035, turn=40), SAND)


def pie(pen: Pen, color: Color = TAN) -> None:
    """A pie from above, latticed."""
    for number in range(20):
        angle = number * 18
        pen.fill(oval(*_around(0.86, angle), 0.15, 0.15), color)
    pen.ball(0, 0, 0.84, lighter(color, 0.15))
    pen.disc(0, 0, 0.7, RED)
    for number in range(-2, 3):
        reach = (0.7**2 - (number * 0.27) ** 2) ** 0.5
        pen.stroke([(number * 0.27, -reach), (number * 0.27, reach)], 0.12, SAND)
    for number in range(-2, 3):
        reach = (0.7**2 - (number * 0.27) ** 2) ** 0.5
        pen.stroke([(-reach, number * 0.27), (reach, number * 0.27)], 0.12, lighter(SAND, 0.3))


def dip(pen: Pen, color: Color = WARE) -> None:
    """A shallow bowl from above, with oil in its swirl."""
    pen.ball(0, 0, 0.94, color)
    pen.disc(0, 0, 0.78, BUTTER)
    for radius, start in ((0.56, 20), (0.36, 200), (0.18, 60)):
        pen.stroke(oval(0, 0, radius, radius, arc=(start, start + 250)), 0.09, darker(BUTTER, 0.14))
    for angle, radius in ((10, 0.3), (130, 0.4), (250, 0.28)):
        pen.ball(*_around(radius, angle), 0.11, SAND)
    pen.fill(leaf(0.4, 0.2, turn=40, at=(-0.16, 0.16)), LEAF)


def _around(radius: float, degrees: float) -> tuple[float, float]:
    point = oval(0, 0, radius, radius, arc=(degrees, degrees + 1))[0]
    return float(point[0]), float(point[1])
