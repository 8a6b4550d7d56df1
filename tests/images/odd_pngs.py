"""Odd PNGs: every color type and depth, and what broken programs write."""

import struct
import zlib
from functools import partial

import numpy as np

from tests.images.formats import (
    PNG_MAGIC,
    adam7,
    chunk,
    deflated_zeros,
    filtered,
    gray_profile,
    header,
    photo,
    png,
    saved,
    wide_gamut,
)
from tests.images.odd import PAYLOAD, Odd
from tests.images.orientations import turned_png

GRAY, RGB, PALETTE, GRAY_ALPHA, RGBA = 0, 2, 3, 4, 6
WIDTH, HEIGHT = photo().size


def pixels(color: int = RGB) -> np.ndarray:
    """The photo's samples, with an alpha that falls from left to right where the color type has one."""
    rgb = np.asarray(photo())
    if color in (RGB, GRAY):
        return rgb if color == RGB else rgb[..., 0]
    alpha = np.broadcast_to(np.linspace(255, 0, WIDTH), (HEIGHT, WIDTH)).astype(np.uint8)[..., None]
    return np.concatenate([rgb if color == RGBA else rgb[..., :1], alpha], axis=-1)


def plain(*before: bytes, after: bytes = b"") -> bytes:
    """The photo in 8-bit RGB, with chunks before and after its rows."""
    return png(header(WIDTH, HEIGHT), zlib.compress(filtered(pixels())), *before, after=after)


def of_depth(depth: int, color: int, *before: bytes) -> bytes:
    """The photo in another depth and color type."""
    samples = pixels(color)
    samples = samples.astype(np.uint16) * 257 if depth == 16 else samples >> 8 - depth
    ihdr = header(WIDTH, HEIGHT, depth, color)
    return png(ihdr, zlib.compress(filtered(samples, depth)), *before)


def of_palette(depth: int, *more: bytes, colors: int | None = None) -> bytes:
    """The photo's red as indices of a palette from black to orange."""
    count = colors or 1 << depth
    ramp = np.linspace((0, 0, 0), (255, 128, 0), count).astype(np.uint8)
    indices = pixels(GRAY) >> 8 - depth
    ihdr = header(WIDTH, HEIGHT, depth, PALETTE)
    palette = chunk(b"PLTE", ramp.tobytes())
    return png(ihdr, zlib.compress(filtered(indices, depth)), palette, *more)


def interlaced(depth: int = 8, color: int = RGB) -> bytes:
    """The photo in Adam7's seven passes."""
    samples = pixels(color) >> 8 - min(depth, 8)
    ihdr = header(WIDTH, HEIGHT, depth, color, interlace=1)
    return png(ihdr, zlib.compress(adam7(samples, depth)))


def claiming(depth: int, color: int) -> bytes:
    """The photo under an IHDR of a color type and depth that don't go together."""
    return png(header(WIDTH, HEIGHT, depth, color), zlib.compress(filtered(pixels())))


def of_size(width: int, height: int) -> bytes:
    """The photo under an IHDR of another size."""
    return png(header(width, height), zlib.compress(filtered(pixels())))


def with_bad_checksum(kind: bytes) -> bytes:
    """The photo with a wrong checksum on its first chunk of that kind."""
    data = plain(chunk(b"tEXt", b"Comment\0hello"))
    at = data.index(kind)
    end = at + 4 + int.from_bytes(data[at - 4 : at], "big")
    return data[:end] + bytes(byte ^ 0xFF for byte in data[end : end + 4]) + data[end + 4 :]


def in_pieces(size: int) -> bytes:
    """The photo whose data come in IDAT chunks of that size, with an empty one in front."""
    data = zlib.compress(filtered(pixels()))
    pieces = (chunk(b"IDAT", data[at : at + size]) for at in range(0, len(data), size))
    return PNG_MAGIC + header(WIDTH, HEIGHT) + chunk(b"IDAT") + b"".join(pieces) + chunk(b"IEND")


def profile(data: bytes) -> bytes:
    """An iCCP chunk."""
    return chunk(b"iCCP", b"odd\0\0" + zlib.compress(data))


def line(width: int, height: int) -> bytes:
    """A gray ramp one pixel wide or high."""
    ramp = (np.arange(width * height) // 128 % 256).reshape(height, width)
    return png(header(width, height, 8, GRAY), zlib.compress(filtered(ramp)))


def animated(frames: int = 2) -> bytes:
    """An APNG of the photo and ever darker copies."""
    small = photo().resize((24, 16))
    more = [small.point(lambda level, n=n: level * n // frames) for n in range(frames - 1, 0, -1)]
    return saved(small, "PNG", save_all=True, append_images=more, duration=100, loop=0)


def numbered_wrongly() -> bytes:
    """An APNG that claims four billion frames and has two."""
    data = animated()
    claim = struct.pack(">II", 0xFFFFFFFF, 0)
    at = data.index(b"acTL") - 4
    return data[:at] + chunk(b"acTL", claim) + data[at + 20 :]


def as_apple_packs() -> bytes:
    """What Xcode makes of a PNG: a chunk in front, raw deflate, blue first."""
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(filtered(pixels()[..., ::-1])) + packer.flush()
    return PNG_MAGIC + chunk(b"CgBI", b"\x50\0\x20\x02") + png(header(WIDTH, HEIGHT), data)[8:]


COLORS = {
    "gray-1-bit.png": Odd(lambda: of_depth(1, GRAY), "ok", "black and white"),
    "gray-2-bit.png": Odd(lambda: of_depth(2, GRAY), "ok", "four grays"),
    "gray-4-bit.png": Odd(lambda: of_depth(4, GRAY), "ok", "sixteen grays"),
    "gray-8-bit.png": Odd(lambda: of_depth(8, GRAY), "ok", "gray"),
    "gray-16-bit.png": Odd(lambda: of_depth(16, GRAY), "ok", "65,536 grays, not to be clipped to white"),
    "rgb-16-bit.png": Odd(lambda: of_depth(16, RGB), "ok", "16 bits a channel"),
    "rgba-8-bit.png": Odd(lambda: of_depth(8, RGBA), "ok", "alpha"),
    "rgba-16-bit.png": Odd(lambda: of_depth(16, RGBA), "ok", "alpha in 16 bits"),
    "gray-alpha-8-bit.png": Odd(lambda: of_depth(8, GRAY_ALPHA), "ok", "gray and alpha"),
    "gray-alpha-16-bit.png": Odd(lambda: of_depth(16, GRAY_ALPHA), "ok", "gray and alpha in 16 bits"),
    "palette-1-bit.png": Odd(lambda: of_palette(1), "ok", "two colors"),
    "palette-2-bit.png": Odd(lambda: of_palette(2), "ok", "four colors"),
    "palette-4-bit.png": Odd(lambda: of_palette(4), "ok", "sixteen colors"),
    "palette-8-bit.png": Odd(lambda: of_palette(8), "ok", "256 colors"),
    "palette-with-alpha.png": Odd(
        lambda: of_palette(4, chunk(b"tRNS", bytes(range(0, 256, 17)))),
        "ok",
        "an alpha per palette color",
    ),
    "rgb-with-transparent-color.png": Odd(
        lambda: plain(chunk(b"tRNS", struct.pack(">3H", *pixels()[0, 0].tolist()))),
        "ok",
        "one clear color",
    ),
    "gray-16-bit-with-transparent-color.png": Odd(
        lambda: of_depth(16, GRAY, chunk(b"tRNS", b"\0\0")), "ok", "one clear gray"
    ),
    "palette-too-short.png": Odd(
        lambda: of_palette(8, colors=16), "either", "indices beyond the palette"
    ),
    "palette-missing.png": Odd(
        lambda: png(header(WIDTH, HEIGHT, 8, PALETTE), zlib.compress(filtered(pixels(GRAY)))),
        "either",
        "indices without a palette",
    ),
    "adam7.png": Odd(interlaced, "ok", "interlaced"),
    "adam7-gray-1-bit.png": Odd(lambda: interlaced(1, GRAY), "ok", "interlaced, eight pixels a byte"),
    "wide-gamut.png": Odd(lambda: plain(profile(wide_gamut())), "ok", "Display P3 in iCCP"),
    "gray-profile-on-rgb.png": Odd(
        lambda: plain(profile(gray_profile())), "ok", "a profile of one channel"
    ),
    "profile-of-garbage.png": Odd(lambda: plain(profile(b"\xa5" * 3000)), "ok", "the profile is noise"),
    "gamma-0.png": Odd(lambda: plain(chunk(b"gAMA", bytes(4))), "ok", "a gamma to divide by"),
    "coding-of-hdr.png": Odd(
        lambda: plain(chunk(b"cICP", b"\x09\x10\0\1")), "ok", "BT.2020 with PQ in cICP"
    ),
    "1x1.png": Odd(lambda: line(1, 1), "ok", "the smallest picture"),
    "30000x1.png": Odd(lambda: line(30_000, 1), "ok", "long, but small"),
    "1x30000.png": Odd(lambda: line(1, 30_000), "ok", "high, but small"),
}

STRUCTURES = {
    "orientation-6.png": Odd(partial(turned_png, 6), "ok", "orientation in eXIf"),
    "orientation-7.png": Odd(partial(turned_png, 7), "ok", "orientation in eXIf"),
    "exif-garbage.png": Odd(lambda: plain(chunk(b"eXIf", b"\xa5" * 99)), "ok", "eXIf is noise"),
    "animated.png": Odd(animated, "ok", "APNG, the first frame is the picture"),
    "animated-4-billion-frames.png": Odd(numbered_wrongly, "either", "claims frames that it hasn't"),
    "unknown-chunk.png": Odd(lambda: plain(chunk(b"ruSt", b"hello")), "ok", "may be skipped"),
    "unknown-critical-chunk.png": Odd(
        lambda: plain(chunk(b"RUST", b"hello")), "either", "may not be skipped"
    ),
    "many-chunks.png": Odd(
        lambda: plain(chunk(b"tEXt", b"Comment\0x") * 20_000), "either", "20,000 comments"
    ),
    "pieces-of-1-byte.png": Odd(lambda: in_pieces(1), "ok", "an IDAT per byte"),
    "bad-checksum-of-text.png": Odd(lambda: with_bad_checksum(b"tEXt"), "either", "CRC of a comment"),
    "bad-checksum-of-data.png": Odd(lambda: with_bad_checksum(b"IDAT"), "either", "CRC of the picture"),
    "bad-checksum-of-header.png": Odd(lambda: with_bad_checksum(b"IHDR"), "either", "CRC of the size"),
    "bad-checksum-of-rows.png": Odd(
        lambda: png(header(WIDTH, HEIGHT), zlib.compress(filtered(pixels()))[:-4] + b"oops"),
        "either",
        "Adler-32 of the rows",
    ),
    "no-end-chunk.png": Odd(lambda: plain()[:-12], "either", "only IEND is missing"),
    "garbage-after-the-end.png": Odd(lambda: plain() + b"garbage" * 999, "ok", "the picture is whole"),
    "chunk-of-4-gb.png": Odd(
        lambda: plain(b"\xff\xff\xff\xffruSt"), "refused", "a chunk that is longer than the file"
    ),
    "color-type-5.png": Odd(lambda: claiming(8, 5), "refused", "no such color type"),
    "depth-3.png": Odd(lambda: claiming(3, GRAY), "refused", "no such depth"),
    "rgb-4-bit.png": Odd(lambda: claiming(4, RGB), "refused", "RGB has 8 or 16 bits"),
    "palette-16-bit.png": Odd(lambda: claiming(16, PALETTE), "refused", "palettes have up to 8 bits"),
    "interlace-9.png": Odd(
        lambda: png(header(WIDTH, HEIGHT, interlace=9), zlib.compress(filtered(pixels()))),
        "either",
        "no such interlacing",
    ),
    "filter-9.png": Odd(
        lambda: png(header(2, 2, 8, GRAY), zlib.compress(b"\x09\1\1\x09\1\1")),
        "either",
        "no such row filter",
    ),
    "zero-width.png": Odd(lambda: of_size(0, HEIGHT), "refused", "no columns"),
    "zero-height.png": Odd(lambda: of_size(WIDTH, 0), "refused", "no rows"),
    "too-few-rows.png": Odd(lambda: of_size(WIDTH, 9 * HEIGHT), "either", "eight ninths are missing"),
    "too-many-rows.png": Odd(lambda: of_size(WIDTH, HEIGHT // 2), "either", "more rows than it states"),
    "too-many-rows-by-far.png": Odd(
        lambda: png(header(8, 8, 8, GRAY), deflated_zeros(512 << 20)),
        "either",
        "512 MB of rows behind 64 pixels",
    ),
    "no-header.png": Odd(lambda: plain().replace(header(WIDTH, HEIGHT), b""), "refused", "no IHDR"),
    "two-headers.png": Odd(
        lambda: plain(header(1, 1, 8, GRAY)), "either", "a second IHDR of another size"
    ),
    "no-data.png": Odd(
        lambda: PNG_MAGIC + header(WIDTH, HEIGHT) + chunk(b"IEND"),
        "refused",
        "a header without a picture",
    ),
    "apple.png": Odd(as_apple_packs, "either", "repacked by Xcode, and no PNG any more"),
    "text-with-html.png": Odd(lambda: plain(chunk(b"tEXt", b"Title\0" + PAYLOAD)), "ok", "HTML in tEXt"),
    "line-ends-changed.png": Odd(
        lambda: plain().replace(b"\r\n", b"\n", 1), "refused", "sent as text: the signature shows it"
    ),
}

FILES = {**COLORS, **STRUCTURES}
