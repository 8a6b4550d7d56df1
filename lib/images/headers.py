"""What a picture's header says, read without decoding a pixel."""

import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from lib.errors import Invalid
from lib.images import origins
from lib.images.formats import Source, sniff
from lib.images.models import Info
from lib.images.origins import Origin
from lib.images.stripping import png_chunks

pillow_heif.register_heif_opener(thumbnails=False)
# Sizes are checked by `limits`, which says what is allowed; Pillow would only say "bomb".
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")  # over broken EXIF

_PLUGINS: dict[Source, str] = {
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WEBP",
    "avif": "AVIF",
    "gif": "GIF",
    "heic": "HEIF",
}
_MOST_TAGS = 200
_LONGEST_TAG = 500
_ORIENTATION = ExifTags.Base.Orientation
DECODER_ERRORS = (
    AssertionError,
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OverflowError,
    RuntimeError,
    ZeroDivisionError,
    NotImplementedError,
    struct.error,
    Image.DecompressionBombError,
)
"""What Pillow and its plugins raise over broken files."""


@dataclass(frozen=True, slots=True)
class Header:
    """A picture before decoding.

    Args:
        stored: width and height as stored, before the orientation is applied.
        orientation: EXIF's, 1 to 8.
        bits: per channel.
        loops: how often an animation is shown; 0 for ever.
        origin: what it says of how it came to be.
    """

    format: Source
    stored: tuple[int, int]
    mode: str
    frames: int
    orientation: int
    has_alpha: bool
    icc: bytes
    bits: int
    progressive: bool
    loops: int
    origin: Origin | None = None

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as displayed."""
        width, height = self.stored
        return (height, width) if self.orientation >= 5 else (width, height)


def open_image(data: bytes) -> Image.Image:
    """The picture, its header read.

    Raises:
        Invalid: it is none of ours, or broken from the start.
    """
    source = sniff(data)
    if source == "webp":
        _check_webp(data)
    try:
        return Image.open(io.BytesIO(data), formats=(_PLUGINS[source],))
    except (UnidentifiedImageError, *DECODER_ERRORS):
        raise broken(source) from None


def broken(source: Source) -> Invalid:
    """The error for a file that begins like that format and can't be read."""
    return Invalid(f"The {source.upper()} image is damaged, cut off, or not what it says it is.")


def read(data: bytes, image: Image.Image) -> Header:
    """The header of an opened picture.

    Raises:
        Invalid: it is broken.
    """
    source = sniff(data)
    try:
        return Header(
            format=source,
            stored=image.size,
            mode=image.mode,
            frames=int(getattr(image, "n_frames", 1)) if source != "jpeg" else 1,
            orientation=_orientation(data, image, source),
            has_alpha=can_see_through(image),
            icc=image.info.get("icc_profile") or b"",
            bits=_bits(data, source, image),
            progressive=bool(image.info.get("progressive")),
            loops=_loops(image, source),
            origin=origins.read(image.info.get("xmp")),
        )
    except DECODER_ERRORS:
        raise broken(source) from None


def can_see_through(image: Image.Image) -> bool:
    """Whether it has alpha, in whatever form; Pillow's own property fails on some GIFs."""
    palette = image.palette.mode if image.mode == "P" and image.palette else ""
    return "A" in image.getbands() or palette.endswith("A") or "transparency" in image.info


def info(data: bytes, image: Image.Image, *, position: bool) -> Info:
    """What there is to say about an opened picture.

    Args:
        position: tell where it was taken, too.
    """
    header = read(data, image)
    width, height = header.shown
    return Info(
        width=width,
        height=height,
        format=header.format,
        mode=header.mode,
        bytes=len(data),
        frames=header.frames,
        orientation=header.orientation,
        has_alpha=header.has_alpha,
        has_icc=bool(header.icc),
        exif=dict(_tags(data, image, header.format, position)),
        megapixels=round(width * height / 1_000_000, 2),
    )


def _orientation(data: bytes, image: Image.Image, source: Source) -> int:
    if source == "heic":  # its decoder turns it
        return 1
    try:
        found = _exif(data, image, source).get(_ORIENTATION, 1)
    except DECODER_ERRORS:
        return 1
    return found if isinstance(found, int) and 1 <= found <= 8 else 1


def _exif(data: bytes, image: Image.Image, source: Source) -> Image.Exif:
    if source != "png":
        return image.getexif()
    # Pillow would decode all pixels first, since the chunk may follow them.
    exif = Image.Exif()
    for kind, chunk in png_chunks(data):
        if kind == b"eXIf":
            exif.load(chunk[8:-4])
    return exif


def _loops(image: Image.Image, source: Source) -> int:
    found = image.info.get("loop")
    if source == "gif":  # which says how often it is shown again
        return 1 if found is None else found and found + 1
    return found if isinstance(found, int) else 0


def _bits(data: bytes, source: Source, image: Image.Image) -> int:
    if source == "png":
        return data[24] if len(data) > 24 else 8
    return 16 if image.mode.startswith(("I", "F")) else 8


def _tags(data: bytes, image: Image.Image, source: Source, position: bool) -> Iterator[tuple[str, str]]:
    """Tags that can be read, as text; a broken one is left out."""
    try:
        exif = _exif(data, image, source)
        parts: list[tuple[dict[int, str], Any]] = [
            (ExifTags.TAGS, exif),
            (ExifTags.TAGS, exif.get_ifd(ExifTags.IFD.Exif)),
        ]
        if position:
            parts.append((ExifTags.GPSTAGS, exif.get_ifd(ExifTags.IFD.GPSInfo)))
        found = [(names.get(tag), value) for names, part in parts for tag, value in part.items()]
    except DECODER_ERRORS:
        return
    for name, value in found[:_MOST_TAGS]:
        if name and not isinstance(value, bytes | dict) and name not in ("GPSInfo", "ExifOffset"):
            text = str(value).encode(errors="replace").decode().replace("\0", "").strip()
            if text:
                yield name, text[:_LONGEST_TAG]


def _check_webp(data: bytes) -> None:
    """Refuse a canvas that Pillow would take memory for while it only opens the file."""
    kind, body = data[12:16], data[20:30]
    if kind == b"VP8X" and len(body) == 10:
        width = int.from_bytes(body[4:7], "little") + 1
        height = int.from_bytes(body[7:10], "little") + 1
        if width * height > 2**27 or max(width, height) > 2 * 16_383:
            raise Invalid(f"The image has {width}×{height} pixels, more than WebP can have.")
    elif kind not in (b"VP8 ", b"VP8L", b"VP8X"):
        raise broken("webp")
