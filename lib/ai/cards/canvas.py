"""Flat shapes with smooth edges, drawn at twice their size and reduced.

Colors are RGB, 0 to 255. Points are arrays of the shape `(n, 2)`, x to the right and y down.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Color = tuple[int, int, int]
Points = NDArray[np.float64]
Path = Points | Sequence[tuple[float, float]]

_OVER = 2
_SHIFT = 4
"""Bits of a pixel's fractions in which OpenCV takes coordinates."""
_CURVE = 10
_ROUND = 128
"""Corners of a circle: so many that none is seen at the largest size."""
_SHADE, _LIGHT = 0.84, 0.3


def mixed(one: Color, other: Color, share: float) -> Color:
    """The first color with a share of the second, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darker(color: Color, by: float = 1 - _SHADE) -> Color:
    """The color in the shade."""
    return mixed(color, (24, 18, 30), by)


def lighter(color: Color, by: float = _LIGHT) -> Color:
    """The color in the light."""
    return mixed(color, (255, 252, 240), by)


def lightness(color: Color) -> float:
    """How light it looks, 0 to 1: relative luminance as WCAG computes it."""
    shares = [each / 255 for each in color]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def smooth(points: Path, *, closed: bool = True) -> Points:
    """A curve through all points (Catmull-Rom)."""
    p = np.asarray(points, dtype=np.float64)
    before = np.roll(p, 1, 0) if closed else np.vstack([p[:1], p[:-1]])
    after = np.roll(p, -1, 0) if closed else np.vstack([p[1:], p[-1:]])
    later = np.roll(p, -2, 0) if closed else np.vstack([p[2:], p[-1:], p[-1:]])
    t = np.linspace(0, 1, _CURVE, endpoint=False)[:, None, None]
    curve = 0.5 * (
        2 * p
        + (after - before) * t
        + (2 * before - 5 * p + 4 * after - later) * t**2
        + (3 * p - before - 3 * after + later) * t**3
    )
    found = curve.transpose(1, 0, 2).reshape(-1, 2)
    return found if closed else np.vstack([found[: -_CURVE + 1], p[-1:]])


def oval(
    x: float,
    y: float,
    across: float,
    down: float,
    *,
    turn: float = 0,
    arc: tuple[float, float] = (0, 360),
) -> Points:
    """An ellipse by its center and radii, or the part of it between two angles in degrees."""
    whole = arc[1] - arc[0] >= 360
    angles = np.radians(np.linspace(arc[0], arc[1], _ROUND, endpoint=not whole))
    around = np.stack([across * np.cos(angles), down * np.sin(angles)], 1)
    found: Points = turned(around, turn) + np.array((x, y))
    return found


def leaf(length: float, width: float, *, turn: float = 0, at: tuple[float, float] = (0, 0)) -> Points:
    """A pointed leaf that grows from a point to the right, or as far turned to the left as said."""
    t = np.linspace(0, 1, 18)
    half = width / 2 * np.sin(np.pi * t**0.8) * (1 - 0.15 * t)
    there = np.stack([length * t, -half], 1)
    back = np.stack([length * t, half], 1)[::-1]
    return turned(np.vstack([there, back[1:-1]]), -turn) + at


def turned(points: Path, degrees: float) -> Points:
    """Points turned clockwise around the origin."""
    angle = np.radians(degrees)
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    found: Points = np.asarray(points, dtype=np.float64) @ matrix
    return found


class Canvas:
    """A picture that is drawn on, in pixels.

    Args:
        width, height: of the finished picture.
        ground: its color at first.
    """

    def __init__(self, width: int, height: int, ground: Color) -> None:
        self.width, self.height = width, height
        self._pixels = np.empty((height * _OVER, width * _OVER, 3), np.uint8)
        self.paint(ground)

    def part(self, left: float, top: float, right: float, bottom: float) -> "Canvas":
        """A part of it, beyond which nothing is drawn; shares its pixels and counts from its corner."""
        x, y, until_x, until_y = (round(side) for side in (left, top, right, bottom))
        x, y = max(x, 0), max(y, 0)
        found = object.__new__(Canvas)
        found._pixels = self._pixels[y * _OVER : until_y * _OVER, x * _OVER : until_x * _OVER]
        found.height, found.width = (side // _OVER for side in found._pixels.shape[:2])
        return found

    def paint(self, ground: Color) -> None:
        """Cover it."""
        height, width = self._pixels.shape[:2]
        cv2.rectangle(self._pixels, (0, 0), (width, height), ground, cv2.FILLED)

    def stamp(self, other: "Canvas", x: float, y: float) -> None:
        """Another canvas with its middle at that place; what doesn't fit is left out."""
        left, top = round((x - other.width / 2) * _OVER), round((y - other.height / 2) * _OVER)
        there = self._pixels[max(top, 0) :, max(left, 0) :]
        cut = other._pixels[max(-top, 0) :, max(-left, 0) :]
        high, wide = min(there.shape[0], cut.shape[0]), min(there.shape[1], cut.shape[1])
        there[:high, :wide] = cut[:high, :wide]

    def fill(self, points: Points, color: Color) -> None:
        """A polygon."""
        scaled = np.round(points * (_OVER << _SHIFT)).astype(np.int32)
        cv2.fillPoly(self._pixels, [scaled], color, cv2.LINE_AA, _SHIFT)

    def stroke(self, points: Points, width: float, color: Color) -> None:
        """A line with round ends, as wide as said."""
        scaled = np.round(points * (_OVER << _SHIFT)).astype(np.int32)
        thick = max(1, round(width * _OVER))
        cv2.polylines(self._pixels, [scaled], False, color, thick, cv2.LINE_AA, _SHIFT)

    def image(self) -> Image.Image:
        """The finished picture."""
        size = (self.width, self.height)
        return Image.fromarray(cv2.resize(self._pixels, size, interpolation=cv2.INTER_AREA))


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws in a square of its own, from -1 to 1 both ways, wherever it lies on the canvas.

    Args:
        x, y: the square's middle.
        size: half its side, in pixels.
        turn: by how many degrees it is turned.
    """

    canvas: Canvas
    x: float
    y: float
    size: float
    turn: float = 0

    def at(self, x: float, y: float, size: float, turn: float = 0) -> "Pen":
        """A smaller square in this one."""
        there = self._there(np.array([[x, y]], dtype=np.float64))[0]
        return Pen(self.canvas, float(there[0]), float(there[1]), self.size * size, self.turn + turn)

    def fill(self, points: Path, color: Color) -> None:
        """A flat shape."""
        self.canvas.fill(self._there(points), color)

    def solid(self, points: Path, color: Color) -> None:
        """A shape that light falls on from above left, so that its other edge is darker."""
        there = self._there(points)
        self.canvas.fill(there, darker(color))
        middle = there.mean(axis=0)
        extent = np.ptp(there, axis=0).min() / 2
        self.canvas.fill((there - middle) * 0.92 + middle - extent * 0.075, color)

    def disc(self, x: float, y: float, radius: float, color: Color) -> None:
        """A flat circle."""
        self.fill(oval(x, y, radius, radius), color)

    def ball(self, x: float, y: float, radius: float, color: Color) -> None:
        """A circle that light falls on."""
        self.solid(oval(x, y, radius, radius), color)

    def stroke(self, points: Path, width: float, color: Color) -> None:
        """A line."""
        self.canvas.stroke(self._there(points), width * self.size, color)

    def _there(self, points: Path) -> Points:
        found: Points = turned(points, self.turn) * self.size + (self.x, self.y)
        return found
