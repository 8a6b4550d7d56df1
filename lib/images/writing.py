"""From the pixels of one size to its file: at which quality, and never larger than what came."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image

from lib.images import encoding, quality
from lib.images.decoding import Frame, Pixels
from lib.images.formats import Target
from lib.images.models import Quality, Rendered
from lib.images.origins import Origin

_LEAST_QUALITY = 20


class Kept(NamedTuple):
    """What came, without its metadata, for a size that is the whole picture."""

    format: Target
    content: bytes


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be.

    Args:
        graphic: whether it was drawn, so that losing nothing may be cheaper.
        most: bytes of what came.
        kept: may be taken as it is, if that is the smaller one.
        loops: how often an animation is shown; 0 for ever.
        origin: how it came to be, to be said in the file.
    """

    target: Target
    quality: Quality
    graphic: bool
    most: int
    kept: Kept | None
    loops: int
    origin: Origin | None = None


def written(frames: Sequence[Frame], wish: Wish) -> tuple[Rendered, bytes]:
    """The file, and what is to be said of it."""
    target, (level, content) = wish.target, _first(frames, wish)
    if len(content) >= wish.most:
        if wish.kept is not None and len(wish.kept.content) <= len(content):
            return _said(frames, wish.kept.format, None, wish.kept.content), wish.kept.content
        if wish.quality == "auto" and level is not None:
            level, content = _lighter(frames, wish, level, content)
    made = _said(frames, target, level, content)
    if wish.quality == "auto" and level is not None and len(frames) == 1:
        shown = _shown(frames[0].pixels, target)
        made.ssim = round(quality.ssim(shown, encoding.decoded(content, target)), 4)
    made.lossless = level is None
    return made, content


def _first(frames: Sequence[Frame], wish: Wish) -> tuple[int | None, bytes]:
    level = _level(frames[0].pixels, wish)
    content = _encoded(frames, wish, level)
    if wish.graphic and level is not None and wish.target == "webp":
        exact = _encoded(frames, wish, None)
        if len(exact) <= len(content):
            return None, exact
    return level, content


def _encoded(frames: Sequence[Frame], wish: Wish, level: int | None) -> bytes:
    return encoding.encoded(frames, wish.target, level, loops=wish.loops, origin=wish.origin)


def _level(pixels: Pixels, wish: Wish) -> int | None:
    if wish.target == "png":
        return None
    if wish.quality != "auto":
        return wish.quality

    def through(sample: Pixels, level: int) -> Pixels:
        return encoding.decoded(encoding.encoded([Frame(sample)], wish.target, level), wish.target)

    return quality.lowest(_shown(pixels, wish.target), through)


def _lighter(frames: Sequence[Frame], wish: Wish, level: int, content: bytes) -> tuple[int, bytes]:
    """What was saved at a low quality needs no more bytes than it has."""
    while len(content) >= wish.most and level > _LEAST_QUALITY:
        level = max(_LEAST_QUALITY, level * 7 // 8)
        content = _encoded(frames, wish, level)
    return level, content


def _shown(pixels: Pixels, target: Target) -> Pixels:
    return pixels if target in encoding.WITH_ALPHA else encoding.flat(pixels)


def _said(frames: Sequence[Frame], target: Target, level: int | None, content: bytes) -> Rendered:
    height, width = frames[0].pixels.shape[:2]
    many = 1
    if len(frames) > 1:  # encoders merge frames that are the same
        many = int(getattr(Image.open(io.BytesIO(content)), "n_frames", 1))
    return Rendered(
        width=width, height=height, bytes=len(content), format=target, frames=many, quality=level
    )
