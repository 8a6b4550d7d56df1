"""A document: pages, footers, bookmarks, title, language, date; the same bytes for the same content."""

import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from lib.reports.layout import COLUMN_GAP, Heading, Layout, Together
from lib.reports.style import COLORS, SCALE

AUTHOR = "MealPrep360"
_TOTAL = "total-pages"
_PAGE_OF = "page-of-"
_NUMBER_WIDTH = 24
_ABOVE_EDGE = 34.0
"""Of a footer's base line over the sheet's lower edge, in points."""
_GAP = 24.0


@dataclass(frozen=True)
class About:
    """What a document says of itself.

    Args:
        title, subject: shown by viewers; the footer has the title.
        as_of: the moment that its content is of; also its date of creation.
        author: who made it.
        language: of its words, by BCP 47.
        note: on the right of each footer; the title where it is empty.
    """

    title: str
    subject: str
    as_of: datetime.datetime
    author: str = AUTHOR
    language: str = "en"
    note: str = ""


@dataclass
class Rendered:
    """A document as it came out.

    Args:
        content: the PDF.
        pages: how many it has.
        places: the page of each heading, by its key; the first is 1.
    """

    content: bytes
    pages: int
    places: dict[str, int]


class Document(BaseDocTemplate):
    """Puts flowables on pages.

    `NextPageTemplate` leads to pages that are "plain", without a footer, or that have "two" or "three"
    columns, which are filled one after the other.
    """

    def __init__(self, file: io.BytesIO, about: About, layout: Layout) -> None:
        super().__init__(
            file,
            pagesize=(layout.sheet.width, layout.sheet.height),
            title=about.title,
            author=about.author,
            subject=about.subject,
            creator=AUTHOR,
            lang=about.language,
            invariant=1,
            keepTogetherClass=Together,
            initialFontName=layout.fonts.first("sans", "regular"),
        )
        self.about, self.look = about, layout
        self.places: dict[str, int] = {}
        self.total = 0
        self._deepest = -1
        self.addPageTemplates([
            PageTemplate("page", _frames(layout, 1), onPage=footer),
            PageTemplate("plain", _frames(layout, 1)),
            PageTemplate("two", _frames(layout, 2), onPage=footer),
            PageTemplate("three", _frames(layout, 3), onPage=footer),
        ])  # fmt: skip

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802
        """Note where headings are."""
        if isinstance(flowable, Heading):
            self.places[flowable.key] = self.page
            top = self.frame._y + flowable.height  # type: ignore[attr-defined]
            self.canv.bookmarkPage(flowable.key, fit="XYZ", top=top)
            self._deepest = min(flowable.level, self._deepest + 1)
            self.canv.addOutlineEntry(
                flowable.words, flowable.key, self._deepest, closed=self._deepest > 0
            )


def _frames(layout: Layout, columns: int) -> list[Frame]:
    sheet = layout.sheet
    width = layout.column(columns)
    return [
        Frame(
            sheet.side + place * (width + COLUMN_GAP), sheet.bottom, width, sheet.inner_height,
            leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
        )
        for place in range(columns)
    ]  # fmt: skip


class PageNumber(Flowable):
    """The page of a heading, whether it comes before or after, to the right of a text.

    Args:
        text: a paragraph; a link to that heading.
        key: of the heading.
    """

    def __init__(self, text: Paragraph, key: str) -> None:
        super().__init__()
        self._text, self._key = text, key
        self.spaceBefore, self.spaceAfter = text.getSpaceBefore(), text.getSpaceAfter()

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        """As high as the text."""
        self.width = width
        _, self.height = self._text.wrap(width - _NUMBER_WIDTH, height)
        return width, self.height

    def draw(self) -> None:
        """The text, and the number on its last line."""
        self._text.drawOn(self.canv, 0, 0)
        self.canv.saveState()
        self.canv.translate(self.width, SCALE["number"].leading - SCALE["number"].size)
        self.canv.doForm(f"{_PAGE_OF}{self._key}")
        self.canv.restoreState()


def render(
    story: Sequence[Flowable],
    about: About,
    layout: Layout,
    first: str | PageTemplate = "page",
) -> Rendered:
    """The PDF of these parts.

    Args:
        first: the kind of the first page, or one of its own.
    """
    file = io.BytesIO()
    document = Document(file, about, layout)
    if isinstance(first, PageTemplate):
        document.pageTemplates.insert(0, first)
    else:
        document.pageTemplates.sort(key=lambda template: template.id != first)
    document.build(list(story), canvasmaker=lambda *args, **options: _Canvas(document, *args, **options))
    return Rendered(file.getvalue(), document.total, document.places)


class _Canvas(Canvas):
    """A canvas that knows the document's date from the start, and the number of its pages in the end."""

    def __init__(self, document: Document, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._document = document
        self._doc._timeStamp = _Moment(document.about.as_of)  # type: ignore[attr-defined]
        self.setViewerPreference("DisplayDocTitle", "true")

    def save(self) -> None:
        document = self._document
        document.total = self.getPageNumber() - 1
        self._define(_TOTAL, document.total, "footer")
        for key, page in document.places.items():
            self._define(f"{_PAGE_OF}{key}", page, "number", right=True)
        if document.places:
            self.showOutline()
        super().save()

    def _define(self, form: str, number: int, style: str, *, right: bool = False) -> None:
        """Say what a number is that pages have shown before it was known."""
        self.beginForm(form, -_NUMBER_WIDTH, -_NUMBER_WIDTH, _NUMBER_WIDTH, _NUMBER_WIDTH)
        self.setFillColor(SCALE[style].color)
        self.setFont(self._document.look.fonts.first("sans", "regular"), SCALE[style].size)
        (self.drawRightString if right else self.drawString)(0, 0, str(number))
        self.endForm()


class _Moment:
    """A point in time as ReportLab writes it."""

    def __init__(self, when: datetime.datetime) -> None:
        utc = when.astimezone(datetime.UTC)
        self.t = utc.timestamp()
        self.lt = utc.timetuple()
        self.YMDhms = tuple(self.lt)[:6]
        self.dhh = self.dmm = 0
        self.tzname = "UTC"


def footer(canvas: Canvas, document: Document) -> None:
    """Page x of y on the left, the document's title on the right."""
    sheet, fonts, style = document.look.sheet, document.look.fonts, SCALE["footer"]
    canvas.saveState()
    canvas.setStrokeColor(COLORS.grid)
    canvas.setLineWidth(0.5)
    canvas.line(sheet.side, _ABOVE_EDGE + 12, sheet.width - sheet.side, _ABOVE_EDGE + 12)
    canvas.setFillColor(style.color)
    said = f"Page {canvas.getPageNumber()} of "
    at = sheet.side
    for name, part in fonts.runs(said, style.family, style.weight):
        canvas.setFont(name, style.size)
        canvas.drawString(at, _ABOVE_EDGE, part)
        at += canvas.stringWidth(part, name, style.size)
    canvas.saveState()
    canvas.translate(at, _ABOVE_EDGE)
    canvas.doForm(_TOTAL)
    canvas.restoreState()
    room = sheet.width - sheet.side - at - _GAP
    note = fonts.cut(
        document.about.note or document.about.title, style.family, style.weight, style.size, room
    )
    at = sheet.width - sheet.side - fonts.width(note, style.family, style.weight, style.size)
    for name, part in fonts.runs(note, style.family, style.weight):
        canvas.setFont(name, style.size)
        canvas.drawString(at, _ABOVE_EDGE, part)
        at += canvas.stringWidth(part, name, style.size)
    canvas.restoreState()
