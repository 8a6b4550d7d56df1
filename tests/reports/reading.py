"""What a PDF says, and whether it is sound."""

import io
import re
from dataclasses import dataclass

import pdfplumber
import pikepdf


@dataclass(frozen=True)
class Read:
    """A PDF, read by others than those who wrote it.

    Args:
        pages: the text of each.
        title, language: as viewers show them.
        outline: titles of bookmarks, in their order.
        fonts: names of all typefaces.
    """

    pages: list[str]
    title: str
    language: str
    outline: list[str]
    fonts: set[str]

    @property
    def text(self) -> str:
        """All of it, in one line."""
        return flat("\n".join(self.pages))


def flat(text: str) -> str:
    """The text without its line breaks."""
    return re.sub(r"\s+", " ", text)


def sound(content: bytes) -> Read:
    """The PDF, once its syntax and its typefaces were checked."""
    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.check_pdf_syntax() == []
        fonts = {str(font.get("/BaseFont")) for font in _fonts(document)}
        assert all("/FontFile2" in font.FontDescriptor for font in _fonts(document)), "not embedded"
        assert all("/ToUnicode" in font for font in _fonts(document))
        with document.open_outline() as outline:
            titles = [item.title for root in outline.root for item in (root, *root.children)]
        title, language = str(document.docinfo["/Title"]), str(document.Root.Lang)
        assert document.Root.ViewerPreferences.DisplayDocTitle
    with pdfplumber.open(io.BytesIO(content)) as opened:
        pages = [page.extract_text() for page in opened.pages]
    return Read(pages, title, language, titles, fonts)


def _fonts(document: pikepdf.Pdf) -> list[pikepdf.Object]:
    found = [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
    ]
    assert found
    return found
