"""Charts, drawn by matplotlib, which whoever imports any of this imports too.

Who wants a figure to draw on takes `Figure` from here: matplotlib must not be imported before this.
"""

import os
import warnings

from lib.settings import settings

# It keeps a list of the machine's fonts, by default in the home of whoever runs the process.
os.environ.setdefault("MPLCONFIGDIR", str(settings().home / "matplotlib"))

import matplotlib
from matplotlib.figure import Figure

__all__ = ["Figure"]

# Nobody changes these afterwards: they are the process's, and requests are answered in threads.
matplotlib.rcParams.update(
    {
        "font.sans-serif": ["DejaVu Sans", "Verdana", "Segoe UI", "Helvetica Neue", "Arial"],
        "svg.fonttype": "none",  # text stays text: to be read aloud, found and copied
        "svg.hashsalt": "mealprep",  # the same data makes the same bytes
        "text.hinting": "none",  # text is as wide at any scale as it was measured to be
    }
)

# A script that no typeface here has is shown as boxes; each character would be a line of the log.
warnings.filterwarnings("ignore", r"Glyph \d+ .* missing from font", UserWarning)
