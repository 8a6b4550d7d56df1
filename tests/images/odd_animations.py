"""Odd GIFs and WebPs, still and moving."""

import struct
from functools import partial
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from tests.images.formats import (
    GRAYS,
    control,
    gif,
    gif_frame,
    gray_profile,
    photo,
    riff,
    riff_chunk,
    saved,
    sub_blocks,
    tiff,
    vp8x,
    webp_frame,
    wide_gamut,
)
from tests.images.odd import PAYLOAD, Odd
from tests.images.orientations import turned_webp

WIDTH, HEIGHT = photo().size
REDS = bytes(channel for level in range(256) for channel in (level, 0, 0))
BOX_LEVEL, CLEAR_LEVEL = 200, 7
FOREVER = b"!\xff\x0bNETSCAPE2.0\x03\1\0\0\0"
BOX = np.full((16, 16), BOX_LEVEL, np.uint8)
WEBP_MOST_SIDE = 16_383


def grays() -> np.ndarray:
    """The photo's red as indices of 256 grays."""
    return np.asarray(photo())[..., 0]


def moving(disposal: int) -> bytes:
    """The photo, then a box with a clear middle at three places."""
    box = BOX.copy()
    box[4:12, 4:12] = CLEAR_LEVEL
    frames = (control(disposal, transparent=CLEAR_LEVEL) + gif_frame(box, x, 8) for x in (0, 30, 60))
    return gif(WIDTH, HEIGHT, FOREVER, control() + gif_frame(grays()), *frames, palette=REDS)


def with_code_size(bits: int) -> bytes:
    """A GIF whose LZW codes start at another size than they were written in."""
    frame = gif_frame(BOX)
    return gif(16, 16, frame[:10] + bytes((bits,)) + frame[11:])


def line_gif(width: int, height: int) -> bytes:
    """A gray ramp one pixel wide or high."""
    ramp = np.arange(width * height) // 128 % 256
    return gif(width, height, gif_frame(ramp.reshape(height, width)))


def webp(image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture as WebP, quickly."""
    return saved(image or photo(), "WEBP", **{"method": 0, **options})


def bitstream(width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """The chunk of a lossy picture."""
    return webp(photo(width, height))[12:]


def translucent() -> Image.Image:
    """The photo with an alpha that falls from top to bottom."""
    image = photo().copy()
    image.putalpha(Image.linear_gradient("L").resize(photo().size))
    return image


def animated_webp(**options: Any) -> bytes:
    """The photo, and its negative."""
    more = [ImageChops.invert(photo())]
    return webp(save_all=True, append_images=more, duration=100, **options)


def with_metadata(flag: int, kind: bytes, body: bytes) -> bytes:
    """The photo with EXIF, XMP or a profile."""
    extra = riff_chunk(kind, body)
    chunks = (extra, bitstream()) if kind == b"ICCP" else (bitstream(), extra)
    return riff(vp8x(WIDTH, HEIGHT, flag), *chunks)


def line_webp(width: int, height: int) -> bytes:
    """A gray ramp one pixel wide or high."""
    ramp = (np.arange(width * height) // 128 % 256).astype(np.uint8).reshape(height, width)
    return webp(Image.fromarray(ramp).convert("RGB"), lossless=True)


GIFS = {
    "still.gif": Odd(lambda: gif(WIDTH, HEIGHT, gif_frame(grays())), "ok", "one frame"),
    "gif-87a.gif": Odd(
        lambda: gif(WIDTH, HEIGHT, gif_frame(grays()), version=b"GIF87a"), "ok", "the first version"
    ),
    "interlaced.gif": Odd(
        lambda: gif(WIDTH, HEIGHT, gif_frame(grays(), interlaced=True)), "ok", "four passes"
    ),
    "disposal-keep.gif": Odd(partial(moving, 1), "ok", "frames stay; transparent middle"),
    "disposal-clear.gif": Odd(partial(moving, 2), "ok", "frames are cleared; transparent middle"),
    "disposal-restore.gif": Odd(partial(moving, 3), "ok", "frames are undone; transparent middle"),
    "disposal-7.gif": Odd(partial(moving, 7), "either", "no such disposal"),
    "transparent.gif": Odd(
        lambda: gif(16, 16, control(transparent=BOX_LEVEL) + gif_frame(BOX)),
        "ok",
        "all of it is clear",
    ),
    "local-palettes.gif": Odd(
        lambda: gif(16, 16, gif_frame(BOX, palette=GRAYS), gif_frame(BOX, palette=REDS), palette=b""),
        "ok",
        "a palette per frame, and none for all",
    ),
    "no-palette.gif": Odd(
        lambda: gif(16, 16, gif_frame(BOX), palette=b""), "either", "colors are unknown"
    ),
    "frame-smaller-than-screen.gif": Odd(
        lambda: gif(WIDTH, HEIGHT, gif_frame(BOX, 40, 24)), "ok", "a frame in the middle of the screen"
    ),
    "frame-over-the-edge.gif": Odd(
        lambda: gif(20, 20, gif_frame(BOX, 12, 12)), "either", "partly outside"
    ),
    "frame-outside.gif": Odd(
        lambda: gif(20, 20, gif_frame(BOX), gif_frame(BOX, 500, 500)),
        "either",
        "wholly outside the screen",
    ),
    "no-time.gif": Odd(
        lambda: gif(16, 16, *(control(hundredths=0) + gif_frame(BOX - n) for n in range(3))),
        "ok",
        "no delay",
    ),
    "screen-of-0.gif": Odd(lambda: gif(0, 0, gif_frame(BOX)), "either", "a screen without a size"),
    "frame-of-0.gif": Odd(
        lambda: gif(
            16, 16, b"," + struct.pack("<HHHHB", 0, 0, 0, 0, 0) + b"\x08" + sub_blocks(b"\0\3\2")
        ),
        "either",
        "a frame without a size",
    ),
    "no-frame.gif": Odd(lambda: gif(16, 16), "refused", "a screen, and nothing on it"),
    "code-size-0.gif": Odd(partial(with_code_size, 0), "either", "LZW codes of no bits"),
    "code-size-13.gif": Odd(partial(with_code_size, 13), "refused", "LZW codes have up to 12 bits"),
    "code-size-255.gif": Odd(partial(with_code_size, 255), "refused", "LZW codes have up to 12 bits"),
    "unknown-block.gif": Odd(
        lambda: gif(16, 16, b"\x99\x99", gif_frame(BOX)), "either", "no such block"
    ),
    "unknown-extension.gif": Odd(
        lambda: gif(16, 16, b"!\x77" + sub_blocks(b"hello"), gif_frame(BOX)), "ok", "may be skipped"
    ),
    "comment.gif": Odd(
        lambda: gif(16, 16, b"!\xfe" + sub_blocks(PAYLOAD), gif_frame(BOX)),
        "ok",
        "a payload in a comment",
    ),
    "no-trailer.gif": Odd(
        lambda: gif(16, 16, gif_frame(BOX))[:-1], "either", "only the trailer is missing"
    ),
    "garbage-after-the-end.gif": Odd(
        lambda: gif(16, 16, gif_frame(BOX)) + b"garbage" * 999, "ok", "whole"
    ),
    "1x1.gif": Odd(lambda: line_gif(1, 1), "ok", "the smallest picture"),
    "30000x1.gif": Odd(lambda: line_gif(30_000, 1), "ok", "long, but small"),
    "1x30000.gif": Odd(lambda: line_gif(1, 30_000), "ok", "high, but small"),
}

WEBPS = {
    "lossy.webp": Odd(webp, "ok", "VP8"),
    "lossless.webp": Odd(lambda: webp(lossless=True), "ok", "VP8L"),
    "alpha.webp": Odd(lambda: webp(translucent()), "ok", "VP8 and an alpha plane"),
    "lossless-alpha.webp": Odd(lambda: webp(translucent(), lossless=True), "ok", "VP8L with alpha"),
    "animated.webp": Odd(animated_webp, "ok", "two frames"),
    "animated-lossless.webp": Odd(lambda: animated_webp(lossless=True), "ok", "two lossless frames"),
    "orientation-5.webp": Odd(partial(turned_webp, 5), "ok", "orientation in EXIF"),
    "orientation-8.webp": Odd(partial(turned_webp, 8), "ok", "orientation in EXIF"),
    "exif-garbage.webp": Odd(lambda: with_metadata(8, b"EXIF", b"\xa5" * 99), "ok", "EXIF is noise"),
    "exif-with-jpeg-prefix.webp": Odd(
        lambda: with_metadata(8, b"EXIF", b"Exif\0\0" + tiff()), "ok", "EXIF as JPEG would have it"
    ),
    "xmp.webp": Odd(lambda: with_metadata(4, b"XMP ", PAYLOAD), "ok", "a payload in XMP"),
    "wide-gamut.webp": Odd(lambda: with_metadata(32, b"ICCP", wide_gamut()), "ok", "Display P3"),
    "gray-profile-on-rgb.webp": Odd(
        lambda: with_metadata(32, b"ICCP", gray_profile()), "ok", "a profile of one channel"
    ),
    "profile-of-garbage.webp": Odd(
        lambda: with_metadata(32, b"ICCP", b"\xa5" * 3000), "ok", "the profile is noise"
    ),
    "unknown-chunk.webp": Odd(
        lambda: riff(vp8x(WIDTH, HEIGHT), bitstream(), riff_chunk(b"RUST", b"hello")),
        "ok",
        "may be skipped",
    ),
    "no-riff-size.webp": Odd(lambda: riff(bitstream(), size=0), "either", "says it is empty"),
    "riff-too-short.webp": Odd(lambda: riff(bitstream(), size=400), "either", "says it ends early"),
    "riff-too-long.webp": Odd(
        lambda: riff(bitstream(), size=9_000_000), "either", "says that more follows"
    ),
    "riff-of-4-gb.webp": Odd(lambda: riff(bitstream(), size=0xFFFFFFFE), "refused", "says it has 4 GB"),
    "canvas-larger-than-frame.webp": Odd(
        lambda: riff(vp8x(2 * WIDTH, HEIGHT), bitstream()),
        "either",
        "a still picture smaller than its canvas",
    ),
    "canvas-smaller-than-frame.webp": Odd(
        lambda: riff(vp8x(WIDTH // 2, HEIGHT), bitstream()),
        "either",
        "a still picture beyond its canvas",
    ),
    "frame-outside.webp": Odd(
        lambda: riff(
            vp8x(32, 32, 2), riff_chunk(b"ANIM", bytes(6)), webp_frame(bitstream(16, 16), 16, 16, 30, 30)
        ),
        "either",
        "a frame of an animation beyond its canvas",
    ),
    "animated-without-frames.webp": Odd(
        lambda: riff(vp8x(32, 32, 2), riff_chunk(b"ANIM", bytes(6))), "refused", "nothing to show"
    ),
    "two-pictures.webp": Odd(
        lambda: riff(vp8x(WIDTH, HEIGHT), bitstream(), bitstream()), "either", "a second picture follows"
    ),
    "no-picture.webp": Odd(lambda: riff(vp8x(WIDTH, HEIGHT)), "refused", "a canvas, and nothing on it"),
    "garbage-after-the-end.webp": Odd(lambda: webp() + b"garbage" * 999, "ok", "the picture is whole"),
    "1x1.webp": Odd(lambda: line_webp(1, 1), "ok", "the smallest picture"),
    "16383x1.webp": Odd(lambda: line_webp(WEBP_MOST_SIDE, 1), "ok", "as long as WebP can be"),
    "1x16383.webp": Odd(lambda: line_webp(1, WEBP_MOST_SIDE), "ok", "as high as WebP can be"),
}

FILES = {**GIFS, **WEBPS}
