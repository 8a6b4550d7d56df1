"""The house's colors, on paper and on screens."""

from dataclasses import dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True)
class Style:
    """The colors of a theme, as #rrggbb.

    Args:
        paper: behind everything.
        ink: titles, names and values.
        muted: what explains them.
        grid: lines, and areas of no weight.
        blue, green, amber, pink: what is counted.
        heat: from a share of nothing to the largest one.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    blue: str
    green: str
    amber: str
    pink: str
    heat: tuple[str, ...]


STYLES: dict[Theme, Style] = {
    "light": Style(
        paper="#ffffff",
        ink="#1b2430",
        muted="#5b6675",
        grid="#e3e7ec",
        blue="#0b63a5",
        green="#159a78",
        amber="#cc7a00",
        pink="#b2508b",
        heat=("#e4eef8", "#9fc6e4", "#3f8cc4", "#0a4a80"),
    ),
    "dark": Style(
        paper="#12171d",
        ink="#e8ecf1",
        muted="#9ba6b4",
        grid="#2a323c",
        blue="#3f8fd0",
        green="#35c49c",
        amber="#f2b04c",
        pink="#d98bc2",
        heat=("#22384d", "#22567f", "#3b8ac4", "#a5d4f5"),
    ),
}
