"""Rectangles on what is drawn; y grows downward."""

from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, in the units of what it is on."""

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

    def inside(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> "Box":
        """What is left of it without these margins."""
        return Box(self.left + left, self.top + top, self.right - right, self.bottom - bottom)
