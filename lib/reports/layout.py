"""What pages are made of: paragraphs, headings, tables, in the styles of the scale."""

from collections.abc import Sequence
from typing import Any, cast
from xml.sax.saxutils import escape

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from lib import typefaces
from lib.reports.fonts import Fonts
from lib.reports.paper import SHEETS, Paper
from lib.reports.style import COLORS, SCALE, Align, paragraph_style
from lib.typefaces import Weight

Span = tuple[str, Weight]
Text = str | Sequence[str | Span]
"""A text, or parts of one, some of them bold or italic. Never markup: it is printed as it is."""
Cell = Text | Flowable | Sequence[Flowable]
Command = tuple[Any, ...]
"""Of ReportLab's `TableStyle`."""

_ROOM_BELOW = 56.0
"""Least room below a heading, in points."""


class Heading(Paragraph):
    """A heading, which stays with what follows it; document's bookmarks lead to it.

    Args:
        words: without typefaces.
        level: 0 for chapters.
        key: names the place; anything unique.
    """

    def __init__(self, markup: str, style: ParagraphStyle, words: str, level: int, key: str) -> None:
        super().__init__(markup, style)
        self.words, self.level, self.key = words, level, key

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """Take no place at a page's end, where what follows would stand on the next page."""
        taken = super().wrap(width, height)
        return (taken[0], height + 1) if height < taken[1] + _ROOM_BELOW else taken

    def split(self, width: float, height: float) -> list[Flowable]:  # noqa: ARG002
        """Never."""
        return []


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
        markup = self._markup(text, style)
        if link:
            target = link if "://" in link else f"#{link}"
            markup = f'<a href="{escape(target, {chr(34): "&quot;"})}">{markup}</a>'
        if bullet:
            markup = f"<bullet>{self._markup(bullet, style)}</bullet>{markup}"
        return Paragraph(markup, self._style(text, style, align))

    def heading(self, text: str, level: int, key: str, style: str = "heading") -> Heading:
        """A heading with a bookmark.

        Args:
            level: 0 for chapters, 1 below.
            key: unique in the document.
        """
        return Heading(self._markup(text, style), self._style(text, style, None), text, level, key)

    def space(self, height: float) -> Spacer:
        """White of that height in points."""
        return Spacer(1, height)

    def together(self, parts: Sequence[Flowable]) -> KeepTogether:
        """Parts that stay on one page, if one page has room."""
        return KeepTogether(list(parts))

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
            spaceAfter=8,
        )

    def _cell(self, cell: Cell, style: str, align: Align) -> Flowable | list[Flowable]:
        if isinstance(cell, Flowable):
            return cell
        flowables = [part for part in cell if isinstance(part, Flowable)]
        if flowables:
            return flowables
        return self.paragraph(cast("Text", cell), style, align=align)

    def _markup(self, text: Text, style: str) -> str:
        look = SCALE[style]
        if isinstance(text, str):
            return self.fonts.markup(text, look.family, look.weight)
        parts = [(part, look.weight) if isinstance(part, str) else part for part in text]
        usual = self.fonts.first(look.family, look.weight)
        written = []
        for words, weight in parts:
            markup = self.fonts.markup(words, look.family, weight)
            name = self.fonts.first(look.family, weight)
            written.append(markup if name == usual else f'<font name="{name}">{markup}</font>')
        return "".join(written)

    def _style(self, text: Text, style: str, align: Align | None) -> ParagraphStyle:
        look = SCALE[style]
        anywhere = any(
            typefaces.is_east_asian(char)
            for part in ([text] if isinstance(text, str) else text)
            for char in (part if isinstance(part, str) else part[0])
            if not char.isascii()
        )
        return paragraph_style(style, self.fonts.first(look.family, look.weight), align, anywhere)


def _nth(align: Sequence[Align], column: int) -> Align:
    return align[column] if column < len(align) else "left"
