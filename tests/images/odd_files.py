"""Every odd and hostile file, made when asked for and never stored."""

from collections.abc import Callable
from functools import cache, partial

from tests.images import foreign_files, hostile_files, odd_animations, odd_heifs, odd_jpegs, odd_pngs
from tests.images.formats import photo, saved
from tests.images.heif import avif, heic
from tests.images.mutations import mutations
from tests.images.odd import (
    ACCEPTED,
    MOST_BYTES,
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SCANS,
    MOST_SIDE,
    PAYLOAD,
    Odd,
)
from tests.images.orientations import orientations

__all__ = [
    "ACCEPTED",
    "FILES",
    "MOST_BYTES",
    "MOST_FRAMES",
    "MOST_PIXELS",
    "MOST_SCANS",
    "MOST_SIDE",
    "PAYLOAD",
    "TABLES",
    "Odd",
    "mutations",
    "orientations",
]


def as_jpeg() -> bytes:
    """A picture with enough bytes to cut."""
    return saved(photo(256, 192), "JPEG")


def as_progressive_jpeg() -> bytes:
    """The same, coarse at first."""
    return saved(photo(256, 192), "JPEG", progressive=True)


def as_png() -> bytes:
    """The same as PNG."""
    return saved(photo(256, 192), "PNG")


def as_webp() -> bytes:
    """The same as WebP."""
    return saved(photo(256, 192), "WEBP", method=0)


def as_gif() -> bytes:
    """The same as GIF, in colors that need no choosing."""
    return saved(photo(256, 192).convert("L"), "GIF")


def as_avif() -> bytes:
    """The same as AVIF."""
    return avif(photo(256, 192))


@cache
def as_heic() -> bytes:
    """The same as HEIC."""
    return heic(photo(256, 192))


def cut(whole: Callable[[], bytes], percent: int) -> bytes:
    """The first part of a file."""
    data = whole()
    return data[: len(data) * percent // 100]


WHOLE: dict[str, Callable[[], bytes]] = {
    "jpg": as_jpeg,
    "progressive.jpg": as_progressive_jpeg,
    "png": as_png,
    "webp": as_webp,
    "gif": as_gif,
    "avif": as_avif,
    "heic": as_heic,
}

CUTS = {
    f"cut-at-{percent}-percent.{extension}": Odd(
        partial(cut, whole, percent),
        "refused" if percent <= 50 else "either",
        f"an upload that broke off after {percent}%",
    )
    for extension, whole in WHOLE.items()
    for percent in (10, 50, 90, 99)
}

MISNAMED = {
    "png-called.jpg": Odd(as_png, "ok", "a PNG by another name"),
    "jpeg-called.png": Odd(as_jpeg, "ok", "a JPEG by another name"),
    "webp-called.jpg": Odd(as_webp, "ok", "a WebP by another name, as browsers save it"),
    "heic-called.jpg": Odd(as_heic, "ok", "a HEIC by another name, as phones send it"),
    "avif-called.heic": Odd(as_avif, "ok", "an AVIF by another name"),
    "gif-called.txt": Odd(as_gif, "ok", "a GIF by no picture's name"),
}

TABLES: tuple[dict[str, Odd], ...] = (
    CUTS,
    MISNAMED,
    odd_jpegs.FILES,
    odd_pngs.FILES,
    odd_animations.FILES,
    odd_heifs.FILES,
    hostile_files.FILES,
    foreign_files.FILES,
)

FILES: dict[str, Odd] = {name: odd for table in TABLES for name, odd in table.items()}
