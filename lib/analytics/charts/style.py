"""The house style of charts.

- Calm: one typeface, DejaVu Sans, which comes with matplotlib; thin horizontal grid lines, no frames, no
  tick marks, no shadows, and nothing that stands for no number.
- A title that names the figure; below it in words, which dates, divided how, in which zone, as of when.
  At the bottom the figure's definition, as in `metrics.METRICS`, as far as there is room; the picture's
  description has all of it.
- Names stand beside what they name, as text in ink with a dot of its color, so no color carries meaning
  alone. Colors are told apart with any kind of color blindness and stand out from the paper by 3:1 at
  least, text by 4.5:1, in both themes.
- Whole numbers have thousands separators; on axes, millions are shortened.
- Axes begin at zero. Dates are labelled as densely as they can be read, at the beginnings of days, weeks
  or months; years below, where there are several.
- Without data, a sentence that says so.

Lengths are CSS pixels: 96 to an inch of the figure, at any resolution.
"""

from dataclasses import dataclass

from lib.analytics.charting import Theme

INCH = 96.0
TITLE, SUBTITLE, LABEL, SMALL = 18.0, 12.0, 12.0, 11.0
"""Sizes of text."""
LINE = 1.35
"""Distance of lines over the size of text."""


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
