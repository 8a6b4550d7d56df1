"""The formats of pictures, told by their first bytes."""

from typing import Literal, get_args

from lib.errors import Invalid

Target = Literal["jpeg", "png", "webp", "avif"]
"""What is written."""
Source = Literal["jpeg", "png", "webp", "avif", "gif", "heic"]
"""What is read."""

TARGETS: tuple[Target, ...] = get_args(Target)
USUAL: tuple[Target, ...] = ("webp", "jpeg", "png")
"""What every browser of the last years shows, and is encoded in a moment."""

MEDIA_TYPES: dict[Source, str] = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "avif": "image/avif",
    "gif": "image/gif",
    "heic": "image/heic",
}
EXTENSIONS: dict[Target, str] = {"jpeg": "jpg", "png": "png", "webp": "webp", "avif": "avif"}
FORMAT_OF: dict[str, Target] = {extension: name for name, extension in EXTENSIONS.items()}

_LONGEST_FTYP = 256
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis"})
_OTHERS = {
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"%PDF": "PDF",
    b"%!PS": "PostScript",
    b"8BPS": "Photoshop",
    b"\0\0\1\0": "ICO",
    b"PK\3\4": "ZIP",
    b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL",
    b"\0\0\0\x0cjP  ": "JPEG 2000",
}


def sniff(data: bytes) -> Source:
    """The picture's format by its first bytes; a name or a media type proves nothing.

    Raises:
        Invalid: it is none of ours.
    """
    if not data:
        raise Invalid("The image is empty.")
    if data[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[4:8] == b"ftyp":
        brands = _brands(data)
        if brands & {b"avif", b"avis"}:
            return "avif"
        if brands & _HEIC_BRANDS:
            return "heic"
    raise Invalid(f"{_guess(data)} is not accepted; send JPEG, PNG, WebP, AVIF, GIF or HEIC.")


def _brands(data: bytes) -> set[bytes]:
    size = min(int.from_bytes(data[:4], "big"), _LONGEST_FTYP, len(data))
    return {data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))}


def _guess(data: bytes) -> str:
    for magic, name in _OTHERS.items():
        if data.startswith(magic):
            return name
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start or b"<!doctype svg" in start:
        return "SVG"
    return "This kind of file"
