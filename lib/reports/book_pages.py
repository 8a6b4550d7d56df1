"""The pages of a recipe book: cover, contents, chapters, index by ingredient."""

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, NextPageTemplate, PageBreak

from lib.reports.document import About, PageNumber, Rendered, render
from lib.reports.layout import Layout
from lib.reports.paper import Paper, Sheet
from lib.reports.pictures import KINDS
from lib.reports.recipe_pages import recipe
from lib.reports.sheets import Book, Chapter, IndexEntry
from lib.reports.style import COLORS

_STRIPE, _BELOW = 9.0, 26.0
_LONG_TITLE = 60
"""Characters from which a title is too long for the largest size."""


def draw(book: Book, paper: Paper) -> Rendered:
    """The PDF."""
    layout = Layout(paper, book.model_dump_json())
    story: list[Flowable] = [*_cover(book, layout), NextPageTemplate("two"), PageBreak()]
    story += _contents(book, layout)
    for chapter in book.chapters:
        story += _chapter(chapter, layout)
    if book.index:
        story += [NextPageTemplate("three"), PageBreak(), *_index(book.index, layout)]
    about = About(book.title, f"Recipe book of {_recipes(book.size)}", book.as_of)
    return render(story, about, layout, first="plain")


def _cover(book: Book, layout: Layout) -> list[Flowable]:
    style = "display" if len(book.title) <= _LONG_TITLE else "title"
    made = f"{_recipes(book.size)} · {book.as_of:%B} {book.as_of.year}"
    return [
        _Block(layout.sheet, COLORS.ink, 0.45, [_color(chapter) for chapter in book.chapters]),
        layout.paragraph(book.title, style),
        *([layout.paragraph(book.owner, "lead")] if book.owner else []),
        layout.paragraph(made, "lead"),
    ]


def _contents(book: Book, layout: Layout) -> list[Flowable]:
    parts: list[Flowable] = [layout.heading("Contents", 0, "contents", "title"), layout.space(6)]
    for chapter in book.chapters:
        title = layout.paragraph(chapter.title, "entry-strong", link=chapter.key)
        parts.append(PageNumber(title, chapter.key))
        parts += [
            PageNumber(layout.paragraph(sheet.title, "entry", link=sheet.key), sheet.key)
            for sheet in chapter.recipes
        ]
    if book.index:
        parts.append(PageNumber(layout.paragraph("Index", "entry-strong", link="index"), "index"))
    return parts


def _chapter(chapter: Chapter, layout: Layout) -> list[Flowable]:
    parts: list[Flowable] = [
        NextPageTemplate("plain"),
        PageBreak(),
        _Block(layout.sheet, _color(chapter), 0.12),
        layout.heading(chapter.title, 0, chapter.key, "display"),
        layout.paragraph(_recipes(len(chapter.recipes)), "lead"),
        NextPageTemplate("page"),
    ]
    for sheet in chapter.recipes:
        parts += [PageBreak(), *recipe(sheet, layout, 1, pictured=True)]
    return parts


def _index(entries: list[IndexEntry], layout: Layout) -> list[Flowable]:
    parts: list[Flowable] = [layout.heading("Index", 0, "index", "title"), layout.space(6)]
    for entry in entries:
        parts.append(layout.paragraph(entry.name, "entry-strong"))
        parts += [
            PageNumber(layout.paragraph(each.title, "entry", link=each.key), each.key)
            for each in entry.recipes
        ]
    return parts


def _color(chapter: Chapter) -> str:
    return KINDS.get(chapter.kind, COLORS.muted)


def _recipes(number: int) -> str:
    return "1 recipe" if number == 1 else f"{number:,} recipes"


class _Block(Flowable):
    """The upper part of a page in a color, over its margins; what follows stands below.

    Args:
        share: of the page's height.
        stripes: further colors, side by side along its lower edge.
    """

    def __init__(self, sheet: Sheet, color: str, share: float, stripes: Sequence[str] = ()) -> None:
        super().__init__()
        self._sheet, self._color, self._stripes = sheet, color, stripes
        self._tall = sheet.height * share
        self.height = self._tall - sheet.top + _BELOW

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """As wide as the page allows."""
        self.width = width
        return width, self.height

    def draw(self) -> None:
        """Onto the canvas."""
        canvas: Canvas = self.canv
        sheet = self._sheet
        canvas.setFillColor(self._color)
        canvas.rect(-sheet.side, _BELOW, sheet.width, self._tall, stroke=0, fill=1)
        for place, color in enumerate(self._stripes):
            share = sheet.width / len(self._stripes)
            canvas.setFillColor(color)
            canvas.rect(place * share - sheet.side, _BELOW, share + 0.5, _STRIPE, stroke=0, fill=1)
