"""Small valid pictures with random damage, the same for the same seed."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Literal

from tests.images.formats import exif, photo, saved, short, with_segments
from tests.images.heif import avif, heic
from tests.images.hostile_files import many_frames_webp
from tests.images.odd_animations import moving
from tests.images.odd_heifs import of_tiles
from tests.images.odd_pngs import animated, interlaced, of_palette
from tests.images.orientations import ORIENTATION

EXTREMES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)
HEADER_BYTES = 64
PART = re.compile(rb"\xff[\xc0-\xfe]|[A-Za-z][A-Za-z0-9 ]{3}|\x21[\xf9\xfe\xff]")
"""Where parts begin: JPEG's markers, the names of chunks and boxes, GIF's extensions."""


@cache
def seeds() -> tuple[bytes, ...]:
    """A few hundred bytes to a few kilobytes of every accepted format."""
    small = photo(16, 12)
    jpeg = saved(small, "JPEG")
    return (
        jpeg,
        saved(small, "JPEG", progressive=True),
        with_segments(jpeg, exif(short(ORIENTATION, 6))),
        saved(small, "PNG"),
        of_palette(4),
        interlaced(1, 0),
        animated(),
        saved(small, "GIF"),
        moving(2),
        saved(small, "WEBP"),
        saved(small, "WEBP", lossless=True),
        many_frames_webp(3),
        avif(small),
        of_tiles(1, 2, 128, 64),
        heic(small),
    )


def flip(rng: Random, data: bytearray) -> None:
    """Flip one to eight bits."""
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def cut(rng: Random, data: bytearray) -> None:
    """Drop the end."""
    del data[rng.randrange(1, len(data) + 1) :]


def drop(rng: Random, data: bytearray) -> None:
    """Drop a piece from within."""
    at = rng.randrange(len(data))
    del data[at : min(at + rng.randint(1, 64), len(data) - 1)]


def insert(rng: Random, data: bytearray) -> None:
    """Put random bytes in between."""
    at = rng.randrange(len(data))
    data[at:at] = rng.randbytes(rng.randint(1, 64))


def swap(rng: Random, data: bytearray) -> None:
    """Exchange two neighboring parts of any length."""
    places = [0, *(found.start() for found in PART.finditer(data)), len(data)]
    first, middle, last = sorted(rng.choices(places, k=3))
    data[first:last] = data[middle:last] + data[first:middle]


def repeat(rng: Random, data: bytearray) -> None:
    """Write a part twice or more."""
    places = [0, *(found.start() for found in PART.finditer(data)), len(data)]
    first, last = sorted(rng.choices(places, k=2))
    data[last:last] = data[first:last] * rng.randint(1, 4)


def lie_about_length(rng: Random, data: bytearray) -> None:
    """Overwrite the bytes beside a part's name, where its length is, with an extreme or a near miss."""
    names = list(PART.finditer(data))
    if names:
        name = rng.choice(names)
        size = rng.choice((2, 4))
        overwrite(rng, data, rng.choice((name.start() - size, name.end())), size)


def exaggerate(rng: Random, data: bytearray) -> None:
    """Overwrite a field of the header with an extreme."""
    overwrite(rng, data, rng.randrange(min(HEADER_BYTES, len(data))), rng.choice((1, 2, 4)))


def overwrite(rng: Random, data: bytearray, at: int, size: int) -> None:
    """Put an extreme, or a number close to what was there, into a field."""
    if not 0 <= at <= len(data) - size:
        return
    order: Literal["big", "little"] = rng.choice(("big", "little"))
    there = int.from_bytes(data[at : at + size], order)
    value = rng.choice((*EXTREMES, there - 1, there + 1, there * 2)) % (1 << 8 * size)
    data[at : at + size] = value.to_bytes(size, order)


def splice(rng: Random, data: bytearray) -> None:
    """Go on with the end of another file."""
    other = rng.choice(seeds())
    data[rng.randrange(1, len(data) + 1) :] = other[rng.randrange(len(other)) :]


MUTATORS: tuple[Callable[[Random, bytearray], None], ...] = (
    flip,
    flip,
    cut,
    drop,
    insert,
    swap,
    repeat,
    lie_about_length,
    lie_about_length,
    exaggerate,
    exaggerate,
    splice,
)


def mutations(seed: int, many: int) -> Iterator[bytes]:
    """That many damaged pictures; one to four kinds of damage each."""
    rng = Random(seed)
    for _ in range(many):
        data = bytearray(rng.choice(seeds()))
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            rng.choice(MUTATORS)(rng, data)
        yield bytes(data)
