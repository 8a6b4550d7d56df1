"""Odd AVIFs and HEICs: alpha, grids, sizes that lie."""

import struct
from functools import partial

from PIL import ImageChops

from tests.images.formats import gray_profile, photo, short, tiff, wide_gamut
from tests.images.heif import (
    Item,
    avif,
    avif_tile,
    box,
    found,
    full,
    grid,
    heic,
    heic_of_10_bits,
    heif,
    ispe,
    resized,
)
from tests.images.odd import PAYLOAD, Odd
from tests.images.odd_animations import translucent
from tests.images.orientations import ORIENTATION, stored

BIG = 20_000


def of_tiles(
    rows: int, columns: int, width: int, height: int, *, tiles: tuple[int, ...] | None = None
) -> bytes:
    """An AVIF that a grid of 64 x 64 tiles makes up, and what it says of its size."""
    count = rows * columns
    made_of = tuple(range(2, count + 2)) if tiles is None else tiles
    whole = Item(b"grid", grid(rows, columns, width, height), (ispe(width, height),), made_of)
    return heif(whole, *[avif_tile()] * count)


def alone(*properties: bytes, data: bytes | None = None) -> bytes:
    """One tile with further properties, or with other data."""
    tile = avif_tile()
    return heif(tile._replace(properties=(*tile.properties, *properties), data=data or tile.data))


def turned(orientation: int, kind: str) -> bytes:
    """The arrow, upright once the container's rotation or mirror is applied."""
    if kind == "avif":
        return avif(stored(orientation), quality=90, exif=tiff(short(ORIENTATION, orientation)))
    return heic(
        stored(orientation), quality=90, exif=b"Exif\0\0" + tiff(short(ORIENTATION, orientation))
    )


def of_another_brand(brand: bytes) -> bytes:
    """An AVIF that says it is something else."""
    return avif().replace(b"ftypavif", b"ftyp" + brand, 1)


def animated() -> bytes:
    """The photo, and its negative, in a track without the time at which it was written."""
    file = avif(save_all=True, append_images=[ImageChops.invert(photo())], duration=100)
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = file.index(kind) + 8
        file = file[:at] + bytes(16) + file[at + 16 :]
    return file


def pointing(file: bytes, offset: int) -> bytes:
    """A file whose first item lies somewhere else."""
    places = found(file, b"iloc")
    data = found(file, b"mdat")
    start = struct.pack(">I", file.index(data) + 8)
    return file.replace(places, places.replace(start, struct.pack(">I", offset)))


AVIFS = {
    "lossy.avif": Odd(avif, "ok", "AV1"),
    "alpha.avif": Odd(lambda: avif(translucent()), "ok", "an alpha plane beside the colors"),
    "gray.avif": Odd(lambda: avif(photo().convert("L")), "ok", "luma alone"),
    "full-chroma.avif": Odd(lambda: avif(subsampling="4:4:4"), "ok", "4:4:4"),
    "odd-size.avif": Odd(lambda: avif(photo(33, 17)), "ok", "halved chroma of an odd size"),
    "1x1.avif": Odd(lambda: avif(photo(1, 1)), "ok", "the smallest picture"),
    "animated.avif": Odd(animated, "ok", "two frames in a track"),
    "wide-gamut.avif": Odd(lambda: avif(icc_profile=wide_gamut()), "ok", "Display P3"),
    "gray-profile-on-rgb.avif": Odd(
        lambda: avif(icc_profile=gray_profile()), "ok", "a profile of one channel"
    ),
    "profile-of-garbage.avif": Odd(
        lambda: avif(icc_profile=b"\xa5" * 3000), "ok", "the profile is noise"
    ),
    "exif-garbage.avif": Odd(lambda: avif(exif=tiff()[:8] + b"\xa5" * 99), "ok", "EXIF is noise"),
    "xmp.avif": Odd(lambda: avif(xmp=PAYLOAD), "ok", "a payload in XMP"),
    **{
        f"orientation-{value}.avif": Odd(partial(turned, value, "avif"), "ok", "turned by irot and imir")
        for value in (3, 6, 7)
    },
    "data-in-its-header.avif": Odd(alone, "ok", "the picture lies in idat"),
    "turned-and-cropped-to-nothing.avif": Odd(
        lambda: alone(box(b"clap", struct.pack(">8I", 0, 1, 0, 1, 0, 1, 0, 1))),
        "either",
        "crops to 0 x 0",
    ),
    "unknown-essential-property.avif": Odd(
        lambda: alone(full(b"rust", b"hello")).replace(b"\3\1\2\3", b"\3\1\2\x83"),
        "either",
        "may matter",
    ),
    "grid.avif": Odd(lambda: of_tiles(2, 2, 128, 128), "ok", "four tiles"),
    "grid-cut-at-the-edge.avif": Odd(
        lambda: of_tiles(2, 2, 100, 90), "ok", "tiles reach beyond the picture"
    ),
    "grid-with-gaps.avif": Odd(
        lambda: of_tiles(2, 2, 500, 500), "refused", "tiles don't reach the edge"
    ),
    "grid-without-tiles.avif": Odd(
        lambda: of_tiles(2, 2, 128, 128, tiles=()), "refused", "no tile is named"
    ),
    "grid-of-missing-tiles.avif": Odd(
        lambda: of_tiles(2, 2, 128, 128, tiles=(7, 8, 9, 10)), "refused", "tiles that don't exist"
    ),
    "grid-of-itself.avif": Odd(
        lambda: of_tiles(2, 2, 128, 128, tiles=(1, 1, 1, 1)), "refused", "a picture made of itself"
    ),
    "grid-of-one-tile.avif": Odd(
        lambda: of_tiles(2, 2, 128, 128, tiles=(2, 2, 2, 2)), "either", "the same tile four times"
    ),
    "grid-of-65536-tiles.avif": Odd(
        lambda: of_tiles(1, 1, 64, 64).replace(grid(1, 1, 64, 64), grid(256, 256, 64 * 256, 64 * 256)),
        "refused",
        "a grid that has one of its tiles",
    ),
    "size-too-small.avif": Odd(lambda: resized(avif(), 48, 32), "either", "ispe less than the picture"),
    "size-too-large.avif": Odd(
        lambda: resized(avif(), 960, 640), "either", "ispe more than the picture"
    ),
    "size-of-0.avif": Odd(lambda: resized(avif(), 0, 0), "either", "ispe without a size"),
    "data-of-garbage.avif": Odd(lambda: alone(data=b"\xa5" * 500), "refused", "the AV1 data are noise"),
    "data-beyond-the-end.avif": Odd(
        lambda: pointing(avif(), 0x7FFFFFFF), "refused", "the picture lies behind the end of the file"
    ),
    "brand-unknown.avif": Odd(lambda: of_another_brand(b"rust"), "either", "no such brand"),
    "garbage-after-the-end.avif": Odd(lambda: avif() + b"garbage" * 999, "either", "no box follows"),
}

HEICS = {
    "lossy.heic": Odd(heic, "ok", "HEVC, as phones write"),
    "alpha.heic": Odd(lambda: heic(translucent()), "ok", "an alpha plane beside the colors"),
    "gray.heic": Odd(lambda: heic(photo().convert("L")), "ok", "luma alone"),
    "10-bit.heic": Odd(heic_of_10_bits, "ok", "10 bits a channel"),
    "odd-size.heic": Odd(lambda: heic(photo(33, 17)), "ok", "halved chroma of an odd size"),
    "two-pictures.heic": Odd(
        lambda: heic(photo(), photo(48, 32)),
        "ok",
        "two pictures, the first is meant",
    ),
    "wide-gamut.heic": Odd(lambda: heic(icc_profile=wide_gamut()), "ok", "Display P3"),
    "orientation-6.heic": Odd(partial(turned, 6, "heic"), "ok", "turned by irot"),
    "size-too-small.heic": Odd(lambda: resized(heic(), 48, 32), "either", "ispe less than the picture"),
    "size-too-large.heic": Odd(
        lambda: resized(heic(), 960, 640), "either", "ispe more than the picture"
    ),
    "data-beyond-the-end.heic": Odd(
        lambda: pointing(heic(), 0x7FFFFFFF), "refused", "the picture lies behind the end of the file"
    ),
}

BOMBS = {
    "size-of-65535.avif": Odd(lambda: resized(avif(), 65_535, 65_535), "refused", "claims 4 gigapixels"),
    "size-of-65535.heic": Odd(lambda: resized(heic(), 65_535, 65_535), "refused", "claims 4 gigapixels"),
    "size-of-4-billion.avif": Odd(
        lambda: resized(avif(), 0xFFFFFFFF, 0xFFFFFFFF), "refused", "width x height overflows"
    ),
    "grid-of-400-megapixels.avif": Odd(
        lambda: of_tiles(1, 1, BIG, BIG), "refused", "a grid of 20,000 x 20,000 with one tile"
    ),
}

FILES = {**AVIFS, **HEICS, **BOMBS}
