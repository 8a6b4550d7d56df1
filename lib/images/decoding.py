"""From bytes to pixels, no more of them than are needed.

Arrays have the shape `(height, width)` for gray, `(height, width, 3)` for RGB, `(height, width, 4)` for
RGBA with straight alpha, always of 8 bits. JPEGs are decoded by OpenCV at a half, a quarter or an eighth
of their size, which costs nothing in quality when less is needed; it takes two thirds of the time that
Pillow and libvips take for the same (ADR 7).
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from lib.errors import Invalid
from lib.images import colour
from lib.images.headers import DECODER_ERRORS, Header, broken, can_see_through
from lib.images.stripping import is_whole

Pixels = NDArray[np.uint8]

_REDUCED = {
    1: (cv2.IMREAD_COLOR, cv2.IMREAD_GRAYSCALE),
    2: (cv2.IMREAD_REDUCED_COLOR_2, cv2.IMREAD_REDUCED_GRAYSCALE_2),
    4: (cv2.IMREAD_REDUCED_COLOR_4, cv2.IMREAD_REDUCED_GRAYSCALE_4),
    8: (cv2.IMREAD_REDUCED_COLOR_8, cv2.IMREAD_REDUCED_GRAYSCALE_8),
}
_SHORTEST_FRAME_MS = 20
_USUAL_FRAME_MS = 100

# What is cut off is refused, not shown half gray.
ImageFile.LOAD_TRUNCATED_IMAGES = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture, for how long it is shown, and the profile that its colors are meant by; empty: sRGB."""

    pixels: Pixels
    duration_ms: int = 0
    icc: bytes = b""


def frames(
    data: bytes, image: Image.Image, header: Header, size: tuple[int, int], *, animated: bool
) -> Iterator[Frame]:
    """Decode, one frame after the other.

    Args:
        image: as `headers.open_image` gave it.
        size: width and height, as stored, that are needed at least; more may come.
        animated: all frames of an animation; else the first only.

    Raises:
        Invalid: the picture is damaged or cut off.
    """
    if header.format == "jpeg" and header.mode in ("RGB", "L"):
        yield _jpeg(data, header, size)
        return
    for place in range(header.frames if animated else 1):
        yield _frame(image, header, place)


def _jpeg(data: bytes, header: Header, size: tuple[int, int]) -> Frame:
    # OpenCV fills what is missing with gray and says nothing.
    if not is_whole(data):
        raise broken("jpeg")
    enough = [each for each in _REDUCED if header.stored[0] >= each * size[0]]
    factor = max((each for each in enough if header.stored[1] >= each * size[1]), default=1)
    flag = _REDUCED[factor][header.mode == "L"] | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        decoded = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error:
        decoded = None
    if decoded is None:
        raise broken("jpeg")
    if (decoded.shape[1], decoded.shape[0]) != size:
        decoded = cv2.resize(decoded, size, interpolation=cv2.INTER_AREA)
    if decoded.ndim == 3:
        decoded = cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB)
    return Frame(decoded.astype(np.uint8, copy=False), icc=header.icc)


def _frame(image: Image.Image, header: Header, place: int) -> Frame:
    try:
        with contextlib.suppress(EOFError):  # a header that promises more frames than there are
            image.seek(place)
        image.load()
        duration = image.info.get("duration", 0)
        shown, icc = _eight_bits(image), header.icc
        if shown.mode == "CMYK":
            shown, icc = colour.from_cmyk(shown, icc), b""
        return Frame(np.asarray(shown), _milliseconds(duration), icc)
    except DECODER_ERRORS:
        raise broken(header.format) from None
    except MemoryError:
        raise Invalid("Decoding the image takes more memory than is allowed.") from None


def _milliseconds(duration: Any) -> int:
    """As browsers do it: a frame that is hardly shown is shown for a tenth of a second."""
    found = round(duration) if isinstance(duration, int | float) else 0
    return found if found >= _SHORTEST_FRAME_MS else _USUAL_FRAME_MS


def _eight_bits(image: Image.Image) -> Image.Image:
    """The picture as gray, RGB, RGBA or CMYK of 8 bits; a gray one with alpha becomes RGBA."""
    if image.mode.startswith("I;16") or image.mode == "I":
        deep = np.asarray(image).astype(np.uint32)
        light = Image.fromarray((deep >> 8).clip(0, 255).astype(np.uint8))
        clear = image.info.get("transparency")
        if not isinstance(clear, int):
            return light
        seen = Image.fromarray(np.where(deep == clear, 0, 255).astype(np.uint8))
        return Image.merge("LA", (light, seen)).convert("RGBA")
    if image.mode in ("RGB", "RGBA", "L", "CMYK"):
        return image.convert("RGBA") if can_see_through(image) else image
    if can_see_through(image):
        return image.convert("RGBA")
    return image.convert("L" if image.mode in ("1", "F") else "RGB")
