"""Odd JPEGs that cameras, editors and broken programs write."""

import struct
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image, ImageChops

from tests.images.formats import (
    XMP,
    cmyk_profile,
    exif,
    flat_jpeg,
    frame_header,
    gray_profile,
    ifd,
    long,
    photo,
    saved,
    segment,
    short,
    text,
    tiff,
    wide_gamut,
    with_segments,
    without_segment,
)
from tests.images.odd import PAYLOAD, Odd
from tests.images.orientations import ORIENTATION, turned

MAKE, MAKER_NOTE, GPS_IFD, EXIF_IFD = 0x010F, 0x927C, 0x8825, 0x8769
JPEG_OFFSET, JPEG_LENGTH = 0x0201, 0x0202


def jpeg(**options: Any) -> bytes:
    """The photo as JPEG."""
    return saved(photo(), "JPEG", **{"quality": 85, **options})


def with_exif(*entries: tuple[int, int, int, bytes], following: int = 0) -> bytes:
    """The photo with EXIF entries."""
    return with_segments(jpeg(), exif(*entries, following=following))


def cmyk(profile: bytes | None = None) -> bytes:
    """The photo in four inks."""
    return saved(photo().convert("CMYK"), "JPEG", quality=90, icc_profile=profile)


def ycck() -> bytes:
    """The photo in four inks, of which three are stored as luma and chroma, as Adobe does."""
    inks = ImageChops.invert(photo()).convert("YCbCr")
    channels = (ImageChops.invert(channel) for channel in inks.split())  # the writer turns them over
    image = Image.merge("CMYK", (*channels, Image.new("L", photo().size)))
    stored = saved(image, "JPEG", quality=95)
    at = stored.index(b"Adobe") + 11
    return stored[:at] + b"\2" + stored[at + 1 :]


def with_thumbnail() -> bytes:
    """The photo with a smaller JPEG of itself in EXIF's second IFD."""
    small = saved(photo().resize((24, 16)), "JPEG")
    pointers = long(JPEG_OFFSET, 26 + 30), long(JPEG_LENGTH, len(small))
    both = tiff(short(ORIENTATION, 1), following=26) + ifd(26, *pointers)
    return with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + both + small))


def with_place() -> bytes:
    """The photo with the coordinates of a kitchen."""
    degrees = struct.pack(">6I", 52, 1, 31, 1, 12, 1)
    place = ifd(26, text(1, b"N"), (2, 5, 3, degrees), text(3, b"E"), (4, 5, 3, degrees))
    return with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + tiff(long(GPS_IFD, 26)) + place))


def with_profile(profile: bytes, part: int = 1, parts: int = 1) -> bytes:
    """The photo with a color profile, or one part of it."""
    return with_segments(jpeg(), segment(0xE2, b"ICC_PROFILE\0" + bytes((part, parts)) + profile))


def lying_profile() -> bytes:
    """A profile that says it is 4 GB long."""
    return b"\xff\xff\xff\xff" + wide_gamut()[4:]


def laughing_xmp() -> bytes:
    """XMP whose entities would grow to gigabytes."""
    names = "abcdefghij"
    entities = f'<!ENTITY a "{PAYLOAD.hex()}">'
    for inner, outer in pairwise(names):
        entities += f'<!ENTITY {outer} "{f"&{inner};" * 10}">'
    document = f"<!DOCTYPE x [{entities}]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&j;</x:xmpmeta>"
    return with_segments(jpeg(), segment(0xE1, XMP + document.encode()))


def damaged_scan() -> bytes:
    """The photo with ones where its coefficients are, halfway through."""
    data = jpeg()
    middle = len(data) // 2
    return data[:middle] + b"\xfe" * 64 + data[middle + 64 :]


def height_after_the_scan() -> bytes:
    """A JPEG that states its height of 64 behind the scan, in a DNL marker."""
    data = flat_jpeg(64, 64)
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + b"\0\0" + data[at + 2 : -2] + segment(0xDC, b"\0\x40") + b"\xff\xd9"


def two_pictures() -> bytes:
    """A picture and its second view, as stereo cameras and phones store them."""
    return saved(photo(), "MPO", save_all=True, append_images=[ImageChops.invert(photo())])


def without_size(width: int, height: int) -> bytes:
    """A flat JPEG whose frame has no width or no height."""
    good = frame_header(64, 64, 0xC0, 8, (0x11,))
    return flat_jpeg(64, 64).replace(good, frame_header(width, height, 0xC0, 8, (0x11,)))


def line(width: int, height: int) -> bytes:
    """A gray ramp one pixel wide or high."""
    ramp = (np.arange(width * height) // 128 % 256).astype(np.uint8).reshape(height, width)
    return saved(Image.fromarray(ramp), "JPEG")


ENCODINGS = {
    "progressive.jpg": Odd(lambda: jpeg(progressive=True), "ok", "progressive"),
    "gray.jpg": Odd(lambda: saved(photo().convert("L"), "JPEG"), "ok", "one component"),
    "cmyk.jpg": Odd(cmyk, "ok", "CMYK, no profile"),
    "cmyk-with-profile.jpg": Odd(lambda: cmyk(cmyk_profile()), "ok", "CMYK and its profile"),
    "cmyk-with-rgb-profile.jpg": Odd(
        lambda: cmyk(wide_gamut()), "ok", "a profile of another color space"
    ),
    "ycck.jpg": Odd(ycck, "ok", "Adobe YCCK"),
    "stored-as-rgb.jpg": Odd(lambda: jpeg(keep_rgb=True), "ok", "RGB without luma and chroma"),
    "subsampled-4-4-4.jpg": Odd(lambda: jpeg(subsampling="4:4:4"), "ok", "full chroma"),
    "subsampled-4-2-2.jpg": Odd(lambda: jpeg(subsampling="4:2:2"), "ok", "half the columns of chroma"),
    "subsampled-4-2-0.jpg": Odd(lambda: jpeg(subsampling="4:2:0"), "ok", "a quarter of the chroma"),
    "subsampled-4-1-1.jpg": Odd(
        lambda: flat_jpeg(96, 64, sampling=(0x41, 0x11, 0x11)),
        "ok",
        "a quarter of the columns of chroma",
    ),
    "subsampled-4-4-0.jpg": Odd(
        lambda: flat_jpeg(96, 64, sampling=(0x12, 0x11, 0x11)), "ok", "half the rows of chroma"
    ),
    "subsampled-luma.jpg": Odd(
        lambda: flat_jpeg(96, 64, sampling=(0x11, 0x22, 0x22)), "either", "more chroma than luma"
    ),
    "subsampled-3-to-2.jpg": Odd(
        lambda: flat_jpeg(96, 64, sampling=(0x31, 0x21, 0x11)), "either", "factors that don't divide"
    ),
    "two-components.jpg": Odd(
        lambda: flat_jpeg(96, 64, sampling=(0x11, 0x11)), "either", "no known colors"
    ),
    "restart-markers.jpg": Odd(
        lambda: jpeg(restart_marker_blocks=3), "ok", "restarts every three blocks"
    ),
    "quality-1.jpg": Odd(lambda: jpeg(quality=1), "ok", "coarsest quantization"),
    "12-bit.jpg": Odd(lambda: flat_jpeg(96, 64, kind=0xC1, precision=12), "either", "12 bits a sample"),
    "extended.jpg": Odd(lambda: flat_jpeg(96, 64, kind=0xC1), "ok", "extended sequential, 8 bits"),
    "lossless.jpg": Odd(lambda: flat_jpeg(96, 64, kind=0xC3), "either", "marked as lossless"),
    "arithmetic.jpg": Odd(lambda: flat_jpeg(96, 64, kind=0xC9), "either", "marked as arithmetic coding"),
    "hierarchical.jpg": Odd(
        lambda: flat_jpeg(96, 64, kind=0xC5), "refused", "nobody reads hierarchical JPEG"
    ),
    "two-pictures.jpg": Odd(two_pictures, "ok", "MPO: two JPEGs, the first is the picture"),
    "1x1.jpg": Odd(lambda: line(1, 1), "ok", "the smallest picture"),
    "30000x1.jpg": Odd(lambda: line(30_000, 1), "ok", "long, but small"),
    "1x30000.jpg": Odd(lambda: line(1, 30_000), "ok", "high, but small"),
}

STRUCTURES = {
    "bare.jpg": Odd(lambda: without_segment(jpeg(), 0xE0), "ok", "neither JFIF nor EXIF"),
    "garbage-after-the-end.jpg": Odd(lambda: jpeg() + b"\0garbage" * 999, "ok", "the picture is whole"),
    "second-jpeg-after-the-end.jpg": Odd(lambda: jpeg() + jpeg(), "ok", "the first is the picture"),
    "fill-bytes.jpg": Odd(lambda: with_segments(jpeg(), b"\xff" * 99), "ok", "markers may be padded"),
    "garbage-between-markers.jpg": Odd(
        lambda: with_segments(jpeg(), bytes(99)), "either", "decoders skip to the next marker"
    ),
    "no-end-marker.jpg": Odd(lambda: jpeg()[:-2], "either", "only the end marker is missing"),
    "damaged-scan.jpg": Odd(damaged_scan, "either", "coefficients are damaged"),
    "no-frame.jpg": Odd(lambda: without_segment(jpeg(), 0xC0), "refused", "no start of frame"),
    "no-huffman-tables.jpg": Odd(
        lambda: without_segment(jpeg(), 0xC4), "either", "motion JPEG, which implies the usual tables"
    ),
    "no-quantization-tables.jpg": Odd(
        lambda: without_segment(jpeg(), 0xDB), "refused", "no way to scale"
    ),
    "no-scan.jpg": Odd(lambda: without_segment(jpeg(), 0xDA), "refused", "headers only"),
    "height-after-the-scan.jpg": Odd(height_after_the_scan, "either", "height only in DNL"),
    "zero-height.jpg": Odd(lambda: without_size(64, 0), "refused", "no rows, and none follow"),
    "zero-width.jpg": Odd(lambda: without_size(0, 64), "refused", "no columns"),
    "segment-of-length-0.jpg": Odd(
        lambda: with_segments(jpeg(), b"\xff\xe5\0\0"), "either", "a length less than itself"
    ),
    "many-comments.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xFE, b"x") * 20_000), "ok", "20,000 comments"
    ),
}

METADATA = {
    **{
        f"orientation-{value}.jpg": Odd(partial(turned, value), "ok", f"orientation {value}")
        for value in range(1, 9)
    },
    **{
        f"orientation-{value}.jpg": Odd(
            partial(with_exif, short(ORIENTATION, value)), "ok", "no such orientation: as it is"
        )
        for value in (0, 9, 255)
    },
    "orientation-text.jpg": Odd(
        lambda: with_exif(text(ORIENTATION, b"Rotate 90 CW")), "ok", "not a number"
    ),
    "orientation-none.jpg": Odd(lambda: with_exif((ORIENTATION, 3, 0, b"")), "ok", "no value"),
    "orientation-twice.jpg": Odd(
        lambda: with_exif(short(ORIENTATION, 1), short(ORIENTATION, 6)), "ok", "two answers"
    ),
    "thumbnail.jpg": Odd(with_thumbnail, "ok", "a JPEG inside its EXIF"),
    "huge-exif.jpg": Odd(
        lambda: with_exif((MAKER_NOTE, 7, 65_000, b"\x55" * 65_000)), "ok", "EXIF of the largest size"
    ),
    "exif-loop.jpg": Odd(
        lambda: with_exif(short(ORIENTATION, 1), following=8), "ok", "an IFD that follows itself"
    ),
    "exif-loop-of-sub-ifd.jpg": Odd(lambda: with_exif(long(EXIF_IFD, 8)), "ok", "an IFD inside itself"),
    "exif-out-of-bounds.jpg": Odd(
        lambda: with_exif((MAKE, 2, 1000, b"\xff\xff\xff\0")), "ok", "a value beyond the end"
    ),
    "exif-of-4-billion-values.jpg": Odd(
        lambda: with_exif((MAKE, 12, 0xFFFFFFFF, b"\0\0\0\x08")), "ok", "32 GB of numbers"
    ),
    "exif-of-unknown-type.jpg": Odd(lambda: with_exif((MAKE, 99, 1, b"\1\2\3\4")), "ok", "no such type"),
    "exif-cut.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0MM\0\x2a")),
        "ok",
        "EXIF ends in its header",
    ),
    "exif-empty.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0")), "ok", "EXIF is empty"
    ),
    "exif-garbage.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + b"\xa5" * 500)), "ok", "EXIF is noise"
    ),
    "place.jpg": Odd(with_place, "ok", "GPS coordinates, which nobody asked for"),
    "xmp.jpg": Odd(
        lambda: with_segments(jpeg(), segment(0xE1, XMP + b"<x:xmpmeta>" + PAYLOAD)),
        "ok",
        "XMP with a payload",
    ),
    "xmp-of-entities.jpg": Odd(laughing_xmp, "ok", "XMP that grows when it is parsed"),
    "wide-gamut.jpg": Odd(lambda: with_profile(wide_gamut()), "ok", "Display P3"),
    "gray-profile-on-rgb.jpg": Odd(
        lambda: with_profile(gray_profile()), "ok", "a profile of one channel"
    ),
    "profile-of-garbage.jpg": Odd(lambda: with_profile(b"\xa5" * 3000), "ok", "the profile is noise"),
    "profile-of-4-gb.jpg": Odd(
        lambda: with_profile(lying_profile()), "ok", "the profile lies about its size"
    ),
    "profile-cut.jpg": Odd(lambda: with_profile(wide_gamut()[:200]), "ok", "the profile ends early"),
    "profile-without-its-first-part.jpg": Odd(
        lambda: with_profile(wide_gamut(), 2, 2), "ok", "part 2 of 2 alone"
    ),
    "profile-part-0.jpg": Odd(lambda: with_profile(wide_gamut(), 0, 0), "ok", "parts count from 1"),
}

FILES = {**ENCODINGS, **STRUCTURES, **METADATA}
