"""Writes image formats by hand, so that every field can lie."""

import io
import struct
import zlib
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
GRAYS = bytes(level for level in range(256) for _ in "rgb")
XMP = b"http://ns.adobe.com/xap/1.0/\0"

Entry = tuple[int, int, int, bytes]
"""Of an IFD: tag, type, count, and the value; four bytes of it stand in the entry itself."""


@cache
def photo(width: int = 96, height: int = 64) -> Image.Image:
    """An RGB picture of two gradients and noise; shared, so copy it before changing it."""
    y, x = np.mgrid[:height, :width]
    noise = np.random.default_rng(width * height).integers(0, 256, (height, width))
    channels = (x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), noise)
    return Image.fromarray(np.stack(channels, axis=-1).astype(np.uint8))


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as Pillow's writer of that format saves it."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


# PNG


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int, depth: int = 8, color: int = 2, interlace: int = 0) -> bytes:
    """An IHDR chunk; color 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def png(ihdr: bytes, data: bytes, *before: bytes, after: bytes = b"") -> bytes:
    """A PNG of deflated rows, with chunks before and after them."""
    return PNG_MAGIC + ihdr + b"".join(before) + chunk(b"IDAT", data) + after + chunk(b"IEND")


def filtered(pixels: np.ndarray, depth: int = 8) -> bytes:
    """Rows of pixels in PNG's bit depth, each after a filter byte of zero."""
    rows = pixels.reshape(len(pixels), -1)
    if depth < 8:
        bits = np.unpackbits(rows.astype(np.uint8)[..., None], axis=-1)[..., -depth:]
        packed = np.packbits(bits.reshape(len(rows), -1), axis=1)
    else:
        packed = rows.astype(">u2").view(np.uint8) if depth == 16 else rows.astype(np.uint8)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def adam7(pixels: np.ndarray, depth: int = 8) -> bytes:
    """Pixels in the seven passes of an interlaced PNG."""
    passes = (pixels[y::down, x::right] for x, y, right, down in ADAM7)
    return b"".join(filtered(part, depth) for part in passes if part.size)


def deflated_zeros(count: int) -> bytes:
    """A zlib stream of zeros, made without ever holding them."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    blocks, rest = divmod(count, 1 << 20)
    packer = zlib.compressobj(9, wbits=-15)
    tail = packer.compress(bytes(rest)) + packer.flush()
    checksum = (count % 65521 << 16) + 1
    return b"\x78\xda" + block * blocks + tail + struct.pack(">I", checksum)


# JPEG


def segment(marker: int, body: bytes) -> bytes:
    """A JPEG marker with its length and body."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put in front of its own."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def without_segment(jpeg: bytes, marker: int) -> bytes:
    """A JPEG without the header segments of that marker."""
    kept, at = jpeg[:2], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        kept += b"" if jpeg[at + 1] == marker else jpeg[at:end]
        at = end
    return kept + (b"" if marker == 0xDA else jpeg[at:])


def frame_header(width: int, height: int, kind: int, precision: int, sampling: tuple[int, ...]) -> bytes:
    """A start of frame; `sampling` is a byte of horizontal and vertical factor per component."""
    components = b"".join(bytes((i, factors, 0)) for i, factors in enumerate(sampling, 1))
    return segment(kind, struct.pack(">BHHB", precision, height, width, len(sampling)) + components)


def flat_jpeg(
    width: int, height: int, *, kind: int = 0xC0, precision: int = 8, sampling: tuple[int, ...] = (0x11,)
) -> bytes:
    """A sequential JPEG whose every coefficient is zero: mid-gray, two bits a block."""
    across, down = max(f >> 4 for f in sampling), max(f & 15 for f in sampling)
    units = -(-width // (8 * across)) * -(-height // (8 * down))
    blocks = units * sum((f >> 4) * (f & 15) for f in sampling)
    tables = segment(0xC4, b"\0\1" + bytes(16)) + segment(0xC4, b"\x10\1" + bytes(16))
    selectors = b"".join(bytes((i, 0)) for i in range(1, len(sampling) + 1))
    scan = segment(0xDA, bytes((len(sampling),)) + selectors + b"\0\x3f\0") + bytes(-(-blocks // 4))
    quantization = segment(0xDB, b"\0" + b"\1" * 64)
    frame = frame_header(width, height, kind, precision, sampling)
    return b"\xff\xd8" + quantization + frame + tables + scan + b"\xff\xd9"


def progressive_jpeg(side: int, scans: int) -> bytes:
    """A flat gray progressive JPEG that sends the same coefficients in scan after scan.

    A scan says in 15 bits that 16,384 blocks are empty, so its cost is not in its size.
    """
    blocks = (side // 8) ** 2
    tables = segment(0xC4, b"\0\1" + bytes(16)) + segment(0xC4, b"\x10\1" + bytes(15) + b"\xe0")
    first = segment(0xDA, b"\1\1\0\0\0\0") + bytes(-(-blocks // 8))
    more = segment(0xDA, b"\1\1\0\1\x3f\0") + bytes(-(-15 * -(-blocks // 16384) // 8))
    quantization = segment(0xDB, b"\0" + b"\1" * 64)
    frame = frame_header(side, side, 0xC2, 8, (0x11,))
    return b"\xff\xd8" + quantization + frame + tables + first + more * (scans - 1) + b"\xff\xd9"


# Metadata


def ifd(at: int, *entries: Entry, following: int = 0) -> bytes:
    """An IFD that stands at that offset, its longer values behind it; then the next one's offset."""
    listed, values = struct.pack(">H", len(entries)), b""
    behind = at + 6 + 12 * len(entries)
    for tag, kind, count, value in entries:
        inline = len(value) <= 4
        field = value.ljust(4, b"\0") if inline else struct.pack(">I", behind + len(values))
        listed += struct.pack(">HHI", tag, kind, count) + field
        values += b"" if inline else value
    return listed + struct.pack(">I", following) + values


def tiff(*entries: Entry, following: int = 0) -> bytes:
    """A big-endian TIFF of one IFD."""
    return b"MM\0\x2a\0\0\0\x08" + ifd(8, *entries, following=following)


def short(tag: int, value: int) -> Entry:
    """An entry of one 16-bit number."""
    return tag, 3, 1, struct.pack(">H", value)


def long(tag: int, value: int) -> Entry:
    """An entry of one 32-bit number."""
    return tag, 4, 1, struct.pack(">I", value)


def text(tag: int, value: bytes) -> Entry:
    """An entry of ASCII text."""
    return tag, 2, len(value) + 1, value + b"\0"


def exif(*entries: Entry, following: int = 0) -> bytes:
    """A JPEG segment of EXIF."""
    return segment(0xE1, b"Exif\0\0" + tiff(*entries, following=following))


def icc(space: bytes, tags: dict[bytes, bytes], pcs: bytes = b"XYZ ") -> bytes:
    """A version 2 display profile."""
    tags = {b"desc": described(b"odd"), b"wtpt": xyz(0.9642, 1, 0.8249), **tags}
    listed, values = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        listed += name + struct.pack(">II", 132 + 12 * len(tags) + len(values), len(value))
        values += value + bytes(-len(value) % 4)
    head = (
        bytes(8) + b"\x02\x20\0\0mntr" + space + pcs + struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    )
    head = head.ljust(68, b"\0") + xyz(0.9642, 1, 0.8249)[8:]
    body = head.ljust(128, b"\0") + listed + values
    return struct.pack(">I", len(body)) + body[4:]


def xyz(*values: float) -> bytes:
    """A profile's tag of one color, in 16.16 fixed point."""
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    """A profile's tag of one tone curve."""
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def described(words: bytes) -> bytes:
    """A profile's tag of its name."""
    return b"desc\0\0\0\0" + struct.pack(">I", len(words) + 1) + words + bytes(79)


def wide_gamut() -> bytes:
    """A matrix profile of Display P3's primaries."""
    curve = gamma(2.2)
    primaries = {
        b"rXYZ": xyz(0.5151, 0.2412, -0.0011),
        b"gXYZ": xyz(0.2920, 0.6922, 0.0419),
        b"bXYZ": xyz(0.1571, 0.0666, 0.7841),
    }
    return icc(b"RGB ", {**primaries, b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def gray_profile() -> bytes:
    """A profile of one channel."""
    return icc(b"GRAY", {b"kTRC": gamma(2.2)})


def cmyk_profile() -> bytes:
    """A profile of four inks, by a table of their 16 overprints in Lab."""
    straight = bytes(range(256))
    corners = b""
    for index in range(16):
        cyan, magenta, yellow, black = (index >> shift & 1 for shift in (3, 2, 1, 0))
        light = 0 if black else 255 - 50 * cyan - 80 * magenta - 15 * yellow
        tint = 0 if black else 1
        a, b = tint * (70 * magenta - 35 * cyan), tint * (90 * yellow - 50 * cyan)
        corners += bytes((light, 128 + a, 128 + b))
    identity = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft1\0\0\0\0\x04\x03\x02\0" + identity + straight * 4 + corners + straight * 3
    return icc(b"CMYK", {b"A2B0": table}, pcs=b"Lab ")


# GIF


def gif(
    width: int, height: int, *blocks: bytes, palette: bytes = GRAYS, version: bytes = b"GIF89a"
) -> bytes:
    """A GIF with a palette of 256 colors, or none."""
    flags = 0xF7 if palette else 0x70
    return (
        version + struct.pack("<HHBBB", width, height, flags, 0, 0) + palette + b"".join(blocks) + b";"
    )


def control(disposal: int = 0, transparent: int | None = None, hundredths: int = 10) -> bytes:
    """What a GIF says of its next frame; disposal 1 keeps, 2 clears, 3 restores."""
    flags = disposal << 2 | (transparent is not None)
    return b"!\xf9\x04" + struct.pack("<BHBB", flags, hundredths, transparent or 0, 0)


def gif_frame(
    pixels: np.ndarray, x: int = 0, y: int = 0, *, palette: bytes = b"", interlaced: bool = False
) -> bytes:
    """A frame at a place on the screen; LZW with codes of nine bits that compress nothing."""
    if interlaced:
        pixels = np.concatenate([pixels[0::8], pixels[4::8], pixels[2::4], pixels[1::2]])
    height, width = pixels.shape
    flags = (0x87 if palette else 0) | (0x40 if interlaced else 0)
    place = struct.pack("<HHHHB", x, y, width, height, flags)
    return b"," + place + palette + b"\x08" + sub_blocks(_nine_bit_codes(pixels))


def sub_blocks(data: bytes) -> bytes:
    """Data in the pieces of at most 255 bytes that GIF wants."""
    pieces = (data[at : at + 255] for at in range(0, len(data), 255))
    return b"".join(bytes((len(piece),)) + piece for piece in pieces) + b"\0"


def _nine_bit_codes(pixels: np.ndarray) -> bytes:
    codes = []
    flat = pixels.astype(np.uint16).ravel()
    for at in range(0, len(flat), 254):  # the decoder's table must not grow to ten bits
        codes += [256, *flat[at : at + 254].tolist()]
    bits = (np.array([*codes, 257])[:, None] >> np.arange(9)) & 1
    return np.packbits(bits.astype(np.uint8).ravel(), bitorder="little").tobytes()


# WebP


def riff(*chunks: bytes, size: int | None = None) -> bytes:
    """A WebP file of chunks; `size` is what it says of itself, by default the truth."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body) if size is None else size) + body


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk, padded to an even length."""
    return kind + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def vp8x(width: int, height: int, flags: int = 0) -> bytes:
    """The chunk that states the canvas; flags 2 animation, 4 XMP, 8 EXIF, 16 alpha, 32 profile."""
    return riff_chunk(b"VP8X", struct.pack("<I", flags) + _three(width - 1) + _three(height - 1))


def webp_frame(bitstream: bytes, width: int, height: int, x: int = 0, y: int = 0) -> bytes:
    """A frame of an animation; x and y are even."""
    place = b"".join(_three(value) for value in (x // 2, y // 2, width - 1, height - 1, 100))
    return riff_chunk(b"ANMF", place + b"\0" + bitstream)


def _three(value: int) -> bytes:
    return value.to_bytes(3, "little")
