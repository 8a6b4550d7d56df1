"""Files made to harm: bombs, pictures that are also something else, scans without end."""

import io
import struct
import zipfile
import zlib
from functools import partial

import numpy as np

from tests.images.formats import (
    PNG_MAGIC,
    chunk,
    control,
    deflated_zeros,
    flat_jpeg,
    frame_header,
    gif,
    gif_frame,
    header,
    photo,
    png,
    progressive_jpeg,
    riff,
    riff_chunk,
    saved,
    segment,
    vp8x,
    webp_frame,
    with_segments,
)
from tests.images.odd import MOST_BYTES, MOST_FRAMES, MOST_PIXELS, MOST_SCANS, MOST_SIDE, PAYLOAD, Odd
from tests.images.odd_jpegs import jpeg
from tests.images.odd_pngs import GRAY, plain

BOMB_BYTES = 256 << 20
TOO_MANY_FRAMES = 5_000
DOT = np.zeros((1, 1), np.uint8)


def zipped() -> bytes:
    """A ZIP that holds a page with a script."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.html"), PAYLOAD)
    return buffer.getvalue()


def flat_png(width: int, height: int, depth: int = 1, color: int = GRAY) -> bytes:
    """A black PNG; depth 1 needs an eighth of a byte a pixel before compression."""
    channels = {0: 1, 2: 3, 6: 4}[color]
    size = height * (1 + -(-width * depth * channels // 8))
    return png(header(width, height, depth, color), deflated_zeros(size))


def claimed_png(width: int, height: int) -> bytes:
    """A PNG of that size with a few bytes of data."""
    return png(header(width, height), zlib.compress(bytes(1000)))


def claimed_jpeg(side: int) -> bytes:
    """A JPEG of that size with the data of 64 x 64."""
    good = frame_header(64, 64, 0xC0, 8, (0x11,))
    return flat_jpeg(64, 64).replace(good, frame_header(side, side, 0xC0, 8, (0x11,)))


def claimed_webp(lossless: bool) -> bytes:
    """A WebP of the largest size its bitstream can state, with the data of a small one."""
    data = saved(photo(), "WEBP", lossless=lossless)
    at = 21 if lossless else 26
    size = 0x0FFFFFFF if lossless else 0x3FFF3FFF  # twice 14 bits, in a row or in two words
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def just_too_wide_gif() -> bytes:
    """A GIF whose frame is as wide as its screen."""
    return gif(MOST_SIDE + 1, 1, gif_frame(np.zeros((1, MOST_SIDE + 1))))


def canvas_webp(width: int, height: int) -> bytes:
    """An animation of one small frame on a canvas of that size."""
    frame = webp_frame(saved(photo(16, 16), "WEBP")[12:], 16, 16)
    return riff(vp8x(width, height, 2), riff_chunk(b"ANIM", bytes(6)), frame)


def many_frames_gif(count: int, screen: int = 1) -> bytes:
    """An animation of dots."""
    return gif(screen, screen, (control(hundredths=2) + gif_frame(DOT)) * count)


def many_frames_webp(count: int) -> bytes:
    """An animation of dots."""
    frame = webp_frame(saved(photo(1, 1), "WEBP", lossless=True)[12:], 1, 1)
    return riff(vp8x(1, 1, 2), riff_chunk(b"ANIM", bytes(6)), frame * count)


def many_frames_png(count: int) -> bytes:
    """An animation of dots."""
    dot = zlib.compress(b"\0\x7f")
    place = struct.pack(">IIIIHHBB", 1, 1, 0, 0, 1, 10, 0, 0)
    first = chunk(b"fcTL", struct.pack(">I", 0) + place) + chunk(b"IDAT", dot)
    more = b"".join(
        chunk(b"fcTL", struct.pack(">I", number) + place)
        + chunk(b"fdAT", struct.pack(">I", number + 1) + dot)
        for number in range(1, 2 * count - 1, 2)
    )
    count_chunk = chunk(b"acTL", struct.pack(">II", count, 0))
    return PNG_MAGIC + header(1, 1, 8, GRAY) + count_chunk + first + more + chunk(b"IEND")


def zeros_in(kind: bytes, prefix: bytes, times: int = 1) -> bytes:
    """The photo with a chunk that decompresses to 256 MB, or several."""
    return plain(chunk(kind, prefix + deflated_zeros(BOMB_BYTES)) * times)


BOMBS = {
    "1-bit-900-megapixels.png": Odd(
        lambda: flat_png(30_000, 30_000), "refused", "900 megapixels in 110 KB, within the sides"
    ),
    "rgba-400-megapixels.png": Odd(
        lambda: flat_png(20_000, 20_000, 8, 6), "refused", "1.6 GB in 1.6 MB, within the sides"
    ),
    "just-too-many-pixels.png": Odd(
        lambda: flat_png(10_001, 10_000), "refused", f"just over {MOST_PIXELS:,} pixels"
    ),
    "just-few-enough-pixels.png": Odd(
        lambda: flat_png(10_000, 10_000), "ok", f"{MOST_PIXELS:,} pixels are allowed"
    ),
    "just-too-wide.png": Odd(lambda: flat_png(MOST_SIDE + 1, 1), "refused", f"wider than {MOST_SIDE:,}"),
    "just-too-high.png": Odd(
        lambda: flat_png(1, MOST_SIDE + 1), "refused", f"higher than {MOST_SIDE:,}"
    ),
    "just-too-wide.jpg": Odd(
        lambda: flat_jpeg(MOST_SIDE + 1, 8), "refused", f"wider than {MOST_SIDE:,}"
    ),
    "just-too-wide.gif": Odd(
        lambda: gif(MOST_SIDE + 1, 8, gif_frame(np.zeros((8, MOST_SIDE + 1)))),
        "refused",
        f"wider than {MOST_SIDE:,}",
    ),
    "claims-65535.png": Odd(partial(claimed_png, 65_535, 65_535), "refused", "4 gigapixels, few data"),
    "claims-2-billion.png": Odd(
        partial(claimed_png, 2**31 - 1, 2**31 - 1), "refused", "width x height overflows"
    ),
    "claims-4-billion.png": Odd(
        partial(claimed_png, 2**32 - 1, 2**32 - 1), "refused", "sides beyond PNG's own"
    ),
    "claims-65535.jpg": Odd(partial(claimed_jpeg, 65_535), "refused", "4 gigapixels, few data"),
    "claims-65500.jpg": Odd(partial(claimed_jpeg, 65_500), "refused", "the most that libjpeg takes"),
    "flat-256-megapixels.jpg": Odd(
        lambda: flat_jpeg(16_000, 16_000), "refused", "256 megapixels in 1 MB"
    ),
    "claims-65535.gif": Odd(
        lambda: gif(65_535, 65_535, gif_frame(DOT)),
        "refused",
        "a screen of 4 gigapixels, a frame of one pixel",
    ),
    "frame-of-65535.gif": Odd(
        lambda: gif(16, 16, gif_frame(DOT)[:5] + b"\xff\xff\xff\xff" + gif_frame(DOT)[9:]),
        "either",
        "a frame of 4 gigapixels on a screen of 256 pixels",
    ),
    "claims-16383.webp": Odd(partial(claimed_webp, False), "refused", "268 megapixels, few data"),
    "claims-16384-lossless.webp": Odd(
        partial(claimed_webp, True), "refused", "268 megapixels, few data"
    ),
    "canvas-of-16777216.webp": Odd(
        partial(canvas_webp, 1 << 24, 1 << 24), "refused", "a canvas whose pixels overflow"
    ),
    "canvas-of-16777216x16.webp": Odd(
        partial(canvas_webp, 1 << 24, 16), "refused", "268 megapixels in rows of 16 million"
    ),
    "canvas-of-4194304x16.webp": Odd(
        partial(canvas_webp, 1 << 22, 16), "refused", "few enough pixels, but rows of 4 million"
    ),
    "1000-frames.gif": Odd(
        partial(many_frames_gif, MOST_FRAMES), "ok", f"{MOST_FRAMES:,} frames are allowed"
    ),
    "5000-frames.gif": Odd(
        partial(many_frames_gif, TOO_MANY_FRAMES), "refused", f"over {MOST_FRAMES:,} frames"
    ),
    "5000-frames.png": Odd(
        partial(many_frames_png, TOO_MANY_FRAMES), "refused", f"over {MOST_FRAMES:,} frames"
    ),
    "5000-frames.webp": Odd(
        partial(many_frames_webp, TOO_MANY_FRAMES), "refused", f"over {MOST_FRAMES:,} frames"
    ),
    "1000-frames-of-64-megapixels.gif": Odd(
        partial(many_frames_gif, MOST_FRAMES, 8_000), "either", "64 gigapixels in all, a dot a frame"
    ),
    "2000-scans.jpg": Odd(partial(progressive_jpeg, 8192, 2000), "refused", f"over {MOST_SCANS} scans"),
    "50-scans.jpg": Odd(
        partial(progressive_jpeg, 512, 50), "either", "more scans than any encoder writes"
    ),
    "just-too-many-bytes.jpg": Odd(
        lambda: jpeg().ljust(MOST_BYTES + 1, b"\0"), "refused", f"over {MOST_BYTES:,} bytes"
    ),
    "text-of-256-mb.png": Odd(
        lambda: zeros_in(b"zTXt", b"Comment\0\0"),
        "either",
        "256 MB of text in 260 KB; the picture is fine",
    ),
    "text-of-2-gb.png": Odd(
        lambda: zeros_in(b"zTXt", b"Comment\0\0", 8), "either", "2 GB of text in eight chunks"
    ),
    "international-text-of-256-mb.png": Odd(
        lambda: zeros_in(b"iTXt", b"Comment\0\1\0\0\0"), "either", "256 MB of text in 260 KB"
    ),
    "profile-of-256-mb.png": Odd(
        lambda: zeros_in(b"iCCP", b"odd\0\0"),
        "either",
        "256 MB of profile in 260 KB; the picture is fine",
    ),
}

POLYGLOTS = {
    "jpeg-and-zip.jpg": Odd(lambda: jpeg() + zipped(), "ok", "also a ZIP; the output must not be"),
    "jpeg-with-zip-in-comment.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xFE, zipped())), "ok", "a ZIP in a comment"
    ),
    "jpeg-with-php.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xFE, PAYLOAD)),
        "ok",
        "PHP in a comment; the output has none",
    ),
    "jpeg-and-script.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xE0, b"*/=1;/*" + PAYLOAD)), "ok", "JPEG and JavaScript"
    ),
    "png-with-html.png": Odd(
        lambda: plain(
            chunk(b"tEXt", b"Comment\0" + PAYLOAD), after=chunk(b"tEXt", b"After\0" + PAYLOAD)
        ),
        "ok",
        "HTML in comments before and after the picture",
    ),
    "png-and-html.png": Odd(lambda: plain() + PAYLOAD, "ok", "HTML behind the end"),
    "gif-and-script.gif": Odd(
        lambda: gif(16, 16, gif_frame(np.zeros((16, 16)))) + b"=1;" + PAYLOAD,
        "ok",
        "a script behind the end",
    ),
    "html-with-gif-magic.gif": Odd(
        lambda: b"GIF89a" + PAYLOAD * 9, "refused", "HTML that begins as a GIF"
    ),
    "html-with-jpeg-magic.jpg": Odd(
        lambda: b"\xff\xd8\xff\xe0" + PAYLOAD * 9, "refused", "HTML that begins as JPEG"
    ),
    "html-with-png-magic.png": Odd(
        lambda: PNG_MAGIC + PAYLOAD * 9, "refused", "HTML that begins as a PNG"
    ),
    "html-with-webp-magic.webp": Odd(
        lambda: b"RIFF\x99\1\0\0WEBP" + PAYLOAD * 9, "refused", "HTML that begins as WebP"
    ),
    "png-inside-jpeg.jpg": Odd(
        lambda: b"\xff\xd8\xff" + plain(), "refused", "a PNG behind the start of a JPEG"
    ),
}

FILES = {**BOMBS, **POLYGLOTS}
