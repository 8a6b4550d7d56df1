"""Takes the metadata out of a file and leaves its pixels as they are."""

import re
from collections.abc import Iterator

from lib.images.formats import Source

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP acTL fcTL fdAT".split(),
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_START_OF_SCAN, _END_OF_IMAGE, _COMMENT = 0xDA, 0xD9, 0xFE
_APPS = range(0xE0, 0xF0)
# What of the application segments a decoder needs: marker, how it begins, and how long it may be.
_APPS_KEPT = ((0xE0, b"JFIF\0", 18), (0xE2, b"ICC_PROFILE\0", 65_537), (0xEE, b"Adobe", 16))
# After a scan's data: no stuffed byte, fill byte or restart marker.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def stripped(data: bytes, source: Source) -> bytes | None:
    """The file without EXIF, XMP, comments and what follows its end; None where that can't be done.

    Color profiles stay.
    """
    try:
        if source == "jpeg":
            return b"".join(_jpeg(data))
        if source == "png":
            return data[:8] + b"".join(chunk for kind, chunk in png_chunks(data) if kind in _PNG_KEPT)
        if source == "webp":
            body = b"WEBP" + b"".join(_webp(data))
            return b"RIFF" + len(body).to_bytes(4, "little") + body
    except ValueError:
        return None
    return None


def is_whole(data: bytes) -> bool:
    """Whether a JPEG's first scan begins and an end comes after it; a hundredth of the walk's time."""
    at = 2
    while data[at : at + 1] == b"\xff" and at + 4 <= len(data):
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return data.rfind(b"\xff\xd9") > at
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return False


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments of a JPEG up to its end, each with its marker; a scan's data is part of its segment.

    Raises:
        ValueError: it is cut off, or there is something else between the segments.
    """
    yield 0xD8, data[:2]
    at, marker = 2, 0
    while marker != _END_OF_IMAGE:
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if data[at : at + 1] != b"\xff" or at + 2 > len(data):
            raise ValueError("no marker")
        marker = data[at + 1]
        end = at + 2
        if marker != _END_OF_IMAGE:
            end += int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _START_OF_SCAN:
            following = _MARKER.search(data, end)
            if following is None:
                raise ValueError("cut off")
            end = following.start()
        if end > len(data) or (end < at + 4 and marker != _END_OF_IMAGE):
            raise ValueError("cut off")
        yield marker, data[at:end]
        at = end


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG up to its end, each with its type.

    Raises:
        ValueError: it is cut off.
    """
    at, kind = 8, b""
    while kind != b"IEND":
        size = 12 + int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if at + size > len(data):
            raise ValueError("cut off")
        yield kind, data[at : at + size]
        at += size


def _jpeg(data: bytes) -> Iterator[bytes]:
    for marker, segment in jpeg_segments(data):
        if marker in _APPS:
            yield from _app(marker, segment)
        elif marker != _COMMENT:
            yield segment


def _app(marker: int, segment: bytes) -> Iterator[bytes]:
    for kept, beginning, longest in _APPS_KEPT:
        if marker == kept and segment[4:].startswith(beginning) and len(segment) <= longest:
            yield segment


def _webp(data: bytes) -> Iterator[bytes]:
    at, end = 12, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError("cut off")
    while at < end:
        kind = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + size + size % 2]
        if kind == b"VP8X" and size:
            flags = chunk[8] & ~(_EXIF_FLAG | _XMP_FLAG)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind in _WEBP_KEPT:
            yield chunk
        at += 8 + size + size % 2
