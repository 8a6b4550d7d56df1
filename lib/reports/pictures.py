"""Pictures on pages: cut to their place, and a band of color where there is none."""

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from lib.reports.style import COLORS, SCALE

_PIXELS_PER_POINT = 2.2
"""About 160 to an inch: fine enough for photographs on paper."""
_QUALITY = 82
_BAND = 10.0
KINDS = {"breakfast": COLORS.amber, "lunch": COLORS.green, "dinner": COLORS.blue, "snack": COLORS.pink}


class Picture(Flowable):
    """A photograph that fills its place; the kind's color as a band where there is none to be had.

    Args:
        file: None where there is no picture.
        width, height: of its place, in points.
        kind: of meal; decides the color.
    """

    def __init__(self, file: Path | None, width: float, height: float, kind: str = "") -> None:
        super().__init__()
        self._picture = _fitted(file, width, height) if file else None
        self._color = KINDS.get(kind, COLORS.muted)
        self.width, self.height = width, height if self._picture else _BAND
        self.spaceAfter = SCALE["title"].size * 0.6

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its place."""
        return self.width, self.height

    def draw(self) -> None:
        """Onto the canvas."""
        if self._picture is None:
            self.canv.setFillColor(self._color)
            self.canv.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        else:
            self.canv.drawImage(ImageReader(self._picture), 0, 0, self.width, self.height)


def _fitted(file: Path, width: float, height: float) -> io.BytesIO | None:
    """The picture as a JPEG of the place's shape; None for one that can't be read."""
    size = (round(width * _PIXELS_PER_POINT), round(height * _PIXELS_PER_POINT))
    try:
        with Image.open(file) as picture:
            picture.draft("RGB", size)
            turned = ImageOps.exif_transpose(picture).convert("RGB")
            fitted = ImageOps.fit(turned, size, Image.Resampling.LANCZOS)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        return None
    content = io.BytesIO()
    fitted.save(content, "JPEG", quality=_QUALITY, optimize=False)
    content.seek(0)
    return content
