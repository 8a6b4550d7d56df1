"""A document's typefaces in ReportLab: every character in one that has it."""

import io
import re
from functools import lru_cache

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFStream
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from lib import typefaces
from lib.typefaces import Face, Family, Weight

ELLIPSIS = "…"
_BEYOND = re.compile(r"<([0-9A-F]{5,6})>")


class _Readable(TTFont):
    """A typeface whose text can be copied also beyond Unicode's first plane, as emoji are."""

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802
        """Write those characters as the two halves that the format wants."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:") and isinstance(stream, PDFStream):
                stream.content = _BEYOND.sub(_halves, stream.content)


def _halves(code: re.Match[str]) -> str:
    return f"<{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>"


class Fonts:
    """The typefaces of one document.

    Args:
        text: holds every character of a large script that the document has; its order doesn't matter.
    """

    def __init__(self, text: str = "") -> None:
        composed = typefaces.shown(text) if typefaces.is_east_asian(text) else ""
        self._east_asian = frozenset(filter(_is_large, set(composed)))

    def name(self, face: Face, weight: Weight) -> str:
        """The name under which a typeface is registered."""
        return _registered(face, weight, self._east_asian if face.large else frozenset())

    def first(self, family: Family, weight: Weight) -> str:
        """The name of the one that has most characters."""
        return self.name(typefaces.face_of(family, weight), weight)

    def runs(self, text: str, family: Family, weight: Weight) -> list[tuple[str, str]]:
        """Parts of a text with the name of the typeface of each."""
        return [
            (self.name(face, weight), part)
            for face, part in typefaces.runs(self._known(text), family, weight)
        ]

    def width(self, text: str, family: Family, weight: Weight, size: float) -> float:
        """Of the text in one line, in points."""
        return sum(stringWidth(part, name, size) for name, part in self.runs(text, family, weight))

    def cut(self, text: str, family: Family, weight: Weight, size: float, width: float) -> str:
        """As much of the text as fits into a line so wide, and an ellipsis where that isn't all."""
        text = " ".join(text.split())
        if self.width(text, family, weight, size) <= width:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            if self.width(text[:middle].rstrip() + ELLIPSIS, family, weight, size) <= width:
                low = middle
            else:
                high = middle - 1
        return text[:low].rstrip() + ELLIPSIS

    def _known(self, text: str) -> str:
        """Without characters of large scripts that weren't announced: their typeface lacks them."""
        if not typefaces.is_east_asian(text):
            return text
        shown = typefaces.shown(text)
        return "".join(
            typefaces.MISSING if _is_large(char) and char not in self._east_asian else char
            for char in shown
        )


@lru_cache(65536)
def _is_large(char: str) -> bool:
    return any(face.large for face, _ in typefaces.runs(char))


@lru_cache(256)
def _registered(face: Face, weight: Weight, characters: frozenset[str]) -> str:
    weight = weight if weight in face.weights else face.weights[0]
    content = typefaces.data(face, weight, characters)
    read = _Readable("", io.BytesIO(content))
    name: str = read.face.name.decode()
    read.fontName = name
    registerFont(read)
    return name
