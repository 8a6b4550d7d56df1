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

from lib.palette import STYLES, Style

__all__ = ["INCH", "LABEL", "LINE", "SMALL", "STYLES", "SUBTITLE", "TITLE", "Style"]

INCH = 96.0
TITLE, SUBTITLE, LABEL, SMALL = 18.0, 12.0, 12.0, 11.0
"""Sizes of text."""
LINE = 1.35
"""Distance of lines over the size of text."""
