"""Pictures on pages: photographs cut to their place, and drawn strips where there is none."""

import io
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from lib.ai import cards
from lib.images import origins
from lib.reports.sheets import Illustration
from lib.reports.style import COLORS, SCALE

_PIXELS_PER_POINT = 2.2
"""About 160 to an inch: fine enough for photographs on paper."""
_QUALITY = 82
_STRIP = 44.0
"""Height of a drawn strip, in points: so low that most recipes stay on one page."""
KINDS = {"breakfast": COLORS.amber, "lunch": COLORS.green, "dinner": COLORS.blue, "snack": COLORS.pink}


class Picture(Flowable):
    """A photograph that fills its place, or a drawn strip.

    A stored picture that is a drawn card isn't cut to size, which would cut its title; the strip stands
    for it.

    Args:
        file: None where there is no picture.
        width, height: of a photograph's place, in points.
        illustration: what is drawn where there is none to be had; nothing where it is None.
    """

    def __init__(
        self, file: Path | None, width: float, height: float, illustration: Illustration | None
    ) -> None:
        super().__init__()
        self._picture = _fitted(file, width, height) if file else None
        self.width, self.height = width, height
        if self._picture is None:
            self.height = _STRIP if illustration else 0.0
            self._picture = _drawn(illustration, width, _STRIP) if illustration else None
        self.spaceAfter = SCALE["title"].size * 0.6

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its place."""
        return self.width, self.height

    def draw(self) -> None:
        """Onto the canvas."""
        if self._picture is not None:
            self.canv.drawImage(ImageReader(self._picture), 0, 0, self.width, self.height)


def _size(width: float, height: float) -> tuple[int, int]:
    return round(width * _PIXELS_PER_POINT), round(height * _PIXELS_PER_POINT)


def _drawn(illustration: Illustration, width: float, height: float) -> io.BytesIO:
    look = cards.look(**illustration.model_dump())
    return _jpeg(cards.frieze(look, _size(width, height)))


def _fitted(file: Path, width: float, height: float) -> io.BytesIO | None:
    """The picture as a JPEG of the place's shape; None for a drawn one and one that can't be read."""
    size = _size(width, height)
    try:
        with Image.open(file) as picture:
            if origins.read(picture.info.get("xmp")) == "algorithmicMedia":
                return None
            picture.draft("RGB", size)
            turned = ImageOps.exif_transpose(picture).convert("RGB")
            fitted = ImageOps.fit(turned, size, Image.Resampling.LANCZOS)
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError):
        return None
    return _jpeg(fitted)


def _jpeg(picture: Image.Image) -> io.BytesIO:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=_QUALITY, optimize=False)
    content.seek(0)
    return content
