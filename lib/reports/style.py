"""The typographic scale and colors of reports.

One sans serif for what is read and a serif for titles; sizes in points. Colors are those of the charts.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle

from lib.palette import STYLES
from lib.typefaces import Family, Weight

Align = Literal["left", "right", "center"]

COLORS = STYLES["light"]
TINT = "#f4f7fa"
"""Behind what stands out a little."""

_ALIGNMENTS: dict[Align, Literal[0, 1, 2]] = {"left": TA_LEFT, "center": TA_CENTER, "right": TA_RIGHT}
LONG_WORD = 18
"""Letters from which a word may be hyphenated."""


@dataclass(frozen=True)
class Style:
    """How a paragraph looks; lengths in points."""

    size: float
    leading: float
    family: Family = "sans"
    weight: Weight = "regular"
    color: str = COLORS.ink
    before: float = 0.0
    after: float = 0.0
    align: Align = "left"
    indent: float = 0.0
    hang: float = 0.0
    with_next: bool = False


_BODY = Style(9.5, 13.5, after=4)
_CELL = Style(8.5, 11.5)

SCALE: dict[str, Style] = {
    "display": Style(34, 40, "serif", "bold", after=10),
    "title": Style(22, 27, "serif", "bold", after=4),
    "figure": Style(19, 24),
    "chapter": Style(18, 23, "serif", "bold", before=16, after=4),
    "heading": Style(14, 18, "serif", "bold", before=12, after=5),
    "subheading": Style(10, 13.5, weight="bold", before=8, after=3, with_next=True),
    "lead": Style(11, 16, color=COLORS.muted, after=8),
    "body": _BODY,
    "strong": replace(_BODY, weight="bold"),
    "note": replace(_BODY, color=COLORS.muted, weight="italic"),
    "meta": Style(8.5, 12, weight="bold", color=COLORS.blue, after=5),
    "summary": Style(10, 14, color=COLORS.muted, after=4),
    "step": Style(9, 12.6, after=2.6, indent=14),
    "ingredient-tight": Style(8.3, 10.8, after=1.5, hang=8),
    "step-tight": Style(8.3, 11.2, after=2, indent=13),
    "subheading-tight": Style(9.2, 12, weight="bold", before=5.5, after=2, with_next=True),
    "planned": Style(8.5, 12, after=1),
    "ingredient": Style(9, 12.2, after=2.2, hang=8),
    "item": replace(_BODY, after=2.5, indent=14),
    "small": Style(8, 11, color=COLORS.muted, after=3),
    "cell": _CELL,
    "cell-line": Style(9.5, 12.5),
    "cell-strong": replace(_CELL, weight="bold"),
    "cell-small": Style(7, 9.2, color=COLORS.muted),
    "column": Style(7.5, 10, weight="bold", color=COLORS.muted),
    "entry": Style(8.2, 11, after=2, hang=8),
    "entry-strong": Style(8.2, 11, weight="bold", before=5, after=1.5, with_next=True),
    "number": Style(8.2, 11, color=COLORS.muted),
    "footer": Style(7.5, 10, color=COLORS.muted),
}
"""Every kind of text, by name."""


@lru_cache
def paragraph_style(
    name: str, font: str, align: Align | None, wrap_anywhere: bool, hyphenate: bool
) -> ParagraphStyle:
    """A kind of text for ReportLab.

    Args:
        font: the registered name of its typeface.
        align: other than the kind's own.
        wrap_anywhere: whether lines break between any two characters, as in Chinese.
        hyphenate: whether long words are broken between syllables.
    """
    style = SCALE[name]
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=style.size,
        leading=style.leading,
        textColor=HexColor(style.color),
        spaceBefore=style.before,
        spaceAfter=style.after,
        alignment=_ALIGNMENTS[align or style.align],
        leftIndent=style.indent + style.hang,
        firstLineIndent=-style.hang,
        keepWithNext=int(style.with_next),
        bulletFontName=font,
        bulletFontSize=style.size,
        allowWidows=0,
        allowOrphans=0,
        splitLongWords=1,
        wordWrap="CJK" if wrap_anywhere else None,
        hyphenationLang="en_US" if hyphenate else "",
        hyphenationMinWordLength=LONG_WORD,
    )
