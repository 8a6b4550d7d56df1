"""Takes the metadata out of a file and leaves its pixels as they are."""

from collections.abc import Iterator

from lib.images.formats import Source

_PNG_KEPT = frozenset(
    {
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"acTL",
        b"fcTL",
        b"fdAT",
    }
)
_WEBP_DROPPED = frozenset({b"EXIF", b"XMP "})
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04
_ICC_MARKER, _ADOBE_MARKER, _JFIF_MARKER = 0xE2, 0xEE, 0xE0
_START_OF_SCAN = 0xDA


def stripped(data: bytes, source: Source) -> bytes | None:
    """The file without EXIF, XMP, comments and what follows its end; None where that can't be done.

    Color profiles stay.
    """
    try:
        if source == "jpeg":
            return b"".join(_jpeg(data))
        if source == "png":
            return data[:8] + b"".join(_png(data))
        if source == "webp":
            body = b"WEBP" + b"".join(_webp(data))
            return b"RIFF" + len(body).to_bytes(4, "little") + body
    except (IndexError, ValueError):
        return None
    return None


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
    yield data[:2]
    at = 2
    while True:
        if data[at] != 0xFF:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _START_OF_SCAN:
            end = data.rindex(b"\xff\xd9") + 2
            yield data[at:end]
            return
        size = 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        segment = data[at : at + size]
        is_comment = marker == 0xFE
        is_icc = marker == _ICC_MARKER and segment[4:16] == b"ICC_PROFILE\0"
        is_app = 0xE0 <= marker <= 0xEF and marker not in (_ADOBE_MARKER, _JFIF_MARKER) and not is_icc
        if not is_comment and not is_app:
            yield segment
        at += size


def _png(data: bytes) -> Iterator[bytes]:
    for kind, chunk in png_chunks(data):
        if kind in _PNG_KEPT:
            yield chunk


def _webp(data: bytes) -> Iterator[bytes]:
    at, end = 12, 8 + int.from_bytes(data[4:8], "little")
    if end > len(data):
        raise ValueError("cut off")
    while at < end:
        kind = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        chunk = data[at : at + 8 + size + size % 2]
        if kind == b"VP8X":
            flags = chunk[8] & ~(_EXIF_FLAG | _XMP_FLAG)
            chunk = chunk[:8] + bytes([flags]) + chunk[9:]
        if kind not in _WEBP_DROPPED:
            yield chunk
        at += 8 + size + size % 2
