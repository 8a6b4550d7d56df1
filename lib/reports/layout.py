"""What pages are made of: paragraphs, headings, tables, in the styles of the scale."""

import re
from collections.abc import Sequence
from typing import Any, cast

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle
from reportlab.platypus.paraparser import ParaFrag

from lib import typefaces
from lib.reports.fonts import Fonts
from lib.reports.paper import SHEETS, Paper
from lib.reports.style import COLORS, LONG_WORD, SCALE, Align, paragraph_style
from lib.typefaces import Weight

Span = tuple[str, Weight]
Text = str | Sequence[str | Span]
"""A text, or parts of one, some of them bold or italic. Never markup: it is printed as it is."""
Cell = Text | Flowable | Sequence[Flowable]
Command = tuple[Any, ...]
"""Of ReportLab's `TableStyle`."""

_LONG = re.compile(rf"[A-Za-z]{{{LONG_WORD},}}")
COLUMN_GAP = 18.0
_ROOM_BELOW = 56.0
"""Least room below a heading, in points."""


class Heading(Paragraph):
    """A heading, which stays with what follows it; document's bookmarks lead to it.

    Args:
        words: without typefaces.
        level: 0 for chapters.
        key: names the place; anything unique.
    """

    def __init__(
        self, fragments: list[ParaFrag], style: ParagraphStyle, words: str, level: int, key: str
    ) -> None:
        super().__init__("", style, frags=fragments)
        self.words, self.level, self.key = words, level, key
        self.fits_with_next = False

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take no place at a page's end, where what follows would stand on the next page."""
        taken = super().wrap(width, height)
        alone = height < taken[1] + _ROOM_BELOW and not self.fits_with_next
        return (taken[0], height + 1) if alone else taken

    def split(self, width: float, height: float) -> list[Flowable]:  # noqa: ARG002
        """Never."""
        return []


class Together(KeepTogether):
    """Parts that stay on one page, if one page has room."""

    def split(self, width: float, height: float) -> list[Flowable]:
        """Where the parts fit here, a heading among them needs no more room than they have."""
        parts: list[Flowable] = super().split(width, height)
        if parts and isinstance(parts[0], Heading):
            parts[0].fits_with_next = True
        return parts


class Layout:
    """Makes the parts of one document.

    Args:
        paper: of the document.
        text: any text that holds each Chinese, Japanese and Korean character of the document.
    """

    def __init__(self, paper: Paper, text: str = "") -> None:
        self.sheet = SHEETS[paper]
        self.fonts = Fonts(text)

    @property
    def width(self) -> float:
        """Of a page's content, in points."""
        return self.sheet.inner_width

    def column(self, columns: int) -> float:
        """The width of each of so many columns."""
        return (self.width - (columns - 1) * COLUMN_GAP) / columns

    def paragraph(
        self,
        text: Text,
        style: str = "body",
        *,
        align: Align | None = None,
        bullet: str = "",
        link: str = "",
    ) -> Paragraph:
        """A paragraph in a style of `SCALE`.

        Args:
            bullet: stands before it, as in a list.
            link: the key of a heading, or a URL, that it leads to.
        """
        return Paragraph(
            "",
            self._style(text, style, align),
            bulletText=self._fragments(bullet, style) if bullet else None,  # type: ignore[arg-type]
            frags=self._fragments(text, style, link),
        )

    def heading(self, text: str, level: int, key: str, style: str = "heading") -> Heading:
        """A heading with a bookmark.

        Args:
            level: 0 for chapters, 1 below.
            key: unique in the document.
        """
        return Heading(self._fragments(text, style), self._style(text, style, None), text, level, key)

    def space(self, height: float) -> Spacer:
        """White of that height in points."""
        return Spacer(1, height)

    def together(self, parts: Sequence[Flowable]) -> Together:
        """Parts that stay on one page, if one page has room."""
        return Together(list(parts))

    def table(
        self,
        rows: Sequence[Sequence[Cell]],
        widths: Sequence[float],
        *,
        header: int = 1,
        align: Sequence[Align] = (),
        style: str = "cell",
        rules: bool = True,
        extra: Sequence[Command] = (),
    ) -> Table:
        """A table with thin lines between rows; its header is repeated on each page.

        Args:
            widths: of columns, as shares of the page; they are scaled to fill it.
            header: rows of column names.
            align: of columns; left where it says nothing.
            extra: further commands.
        """
        total = sum(widths)
        cells = [
            [self._cell(cell, "column" if row < header else style, _nth(align, column))
             for column, cell in enumerate(line)]
            for row, line in enumerate(rows)
        ]  # fmt: skip
        commands: list[Command] = [
            ("FONTNAME", (0, 0), (-1, -1), self.fonts.first("sans", "regular")),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("LEFTPADDING", (1, 0), (-1, -1), 5),
            ("RIGHTPADDING", (0, 0), (-2, -1), 5),
            ("TOPPADDING", (0, 0), (-1, -1), 3),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ]
        if rules:
            commands.append(("LINEBELOW", (0, 0), (-1, -1), 0.5, COLORS.grid))
        if header and rules:
            commands.append(("LINEBELOW", (0, header - 1), (-1, header - 1), 0.8, COLORS.muted))
        return Table(
            cells,
            colWidths=[self.width * width / total for width in widths],
            repeatRows=header,
            style=TableStyle([*commands, *extra]),
            splitInRow=1,
            hAlign="LEFT",
            spaceBefore=4,
            spaceAfter=8,
        )

    def _cell(self, cell: Cell, style: str, align: Align) -> Flowable | list[Flowable]:
        if isinstance(cell, Flowable):
            return cell
        flowables = [part for part in cell if isinstance(part, Flowable)]
        if flowables:
            return flowables
        return self.paragraph(cast("Text", cell), style, align=align)

    def _fragments(self, text: Text, style: str, link: str = "") -> list[ParaFrag]:
        """The text in parts that each have one typeface, as ReportLab's parser would give them."""
        look = SCALE[style]
        target = link if not link or "://" in link else f"#{link}"
        parts = [text] if isinstance(text, str) else text
        return [
            ParaFrag(
                text=run,
                fontName=name,
                fontSize=look.size,
                textColor=HexColor(look.color),
                link=[(0, target)] if target else [],
                rise=0,
                us_lines=[],
                greek=0,
                bold=0,
                italic=0,
            )
            for words, weight in (
                (part, look.weight) if isinstance(part, str) else part for part in parts
            )
            for name, run in self.fonts.runs(words, look.family, weight)
        ]

    def _style(self, text: Text, style: str, align: Align | None) -> ParagraphStyle:
        look = SCALE[style]
        words = (
            text
            if isinstance(text, str)
            else "".join(part if isinstance(part, str) else part[0] for part in text)
        )
        anywhere = typefaces.is_east_asian(words)
        # ReportLab loses its way in the slashes of addresses.
        hyphenate = not anywhere and "://" not in words and _LONG.search(words) is not None
        font = self.fonts.first(look.family, look.weight)
        return paragraph_style(style, font, align, anywhere, hyphenate)


def _nth(align: Sequence[Align], column: int) -> Align:
    return align[column] if column < len(align) else "left"
