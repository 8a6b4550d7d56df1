"""Writes AVIF's and HEIC's container by hand."""

import io
import struct
from typing import Any, NamedTuple

import pillow_heif
from PIL import Image

from tests.images.formats import photo, saved


class Item(NamedTuple):
    """One item of the container: its four-letter kind, its bytes, and its property boxes."""

    kind: bytes
    data: bytes
    properties: tuple[bytes, ...]
    made_of: tuple[int, ...] = ()
    """Numbers of the items that it is put together from, counted from 1."""


def box(kind: bytes, body: bytes) -> bytes:
    """A box with its length."""
    return struct.pack(">I", len(body) + 8) + kind + body


def full(kind: bytes, body: bytes, version: int = 0) -> bytes:
    """A box with a version and no flags."""
    return box(kind, bytes((version, 0, 0, 0)) + body)


def ispe(width: int, height: int) -> bytes:
    """The property that states an item's size."""
    return full(b"ispe", struct.pack(">II", width, height))


def grid(rows: int, columns: int, width: int, height: int) -> bytes:
    """What an item of kind `grid` says of the picture that its tiles make."""
    return struct.pack(">BBBBII", 0, 1, rows - 1, columns - 1, width, height)


def heif(*items: Item, brand: bytes = b"avif") -> bytes:
    """A file whose first item is the picture."""
    properties = list(dict.fromkeys(prop for item in items for prop in item.properties))
    infos, places, uses, references, data = b"", b"", b"", b"", b""
    for number, item in enumerate(items, 1):
        infos += full(b"infe", struct.pack(">HH4sx", number, 0, item.kind), version=2)
        places += struct.pack(">HHHHII", number, 1, 0, 1, len(data), len(item.data))
        used = bytes(properties.index(prop) + 1 for prop in item.properties)
        uses += struct.pack(">HB", number, len(used)) + used
        data += item.data
        if item.made_of:
            tiles = struct.pack(f">{len(item.made_of)}H", *item.made_of)
            references += box(b"dimg", struct.pack(">HH", number, len(item.made_of)) + tiles)
    described = box(b"ipco", b"".join(properties)) + full(b"ipma", struct.pack(">I", len(items)) + uses)
    meta = full(b"hdlr", struct.pack(">I4s12xx", 0, b"pict"))
    meta += full(b"pitm", struct.pack(">H", 1))
    meta += full(b"iloc", struct.pack(">BBH", 0x44, 0, len(items)) + places, version=1)
    meta += full(b"iinf", struct.pack(">H", len(items)) + infos)
    meta += (full(b"iref", references) if references else b"") + box(b"iprp", described)
    ftyp = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    return ftyp + full(b"meta", meta + box(b"idat", data))


def found(file: bytes, kind: bytes) -> bytes:
    """The first box of that kind, wherever it is nested."""
    at = file.index(kind) - 4
    return file[at : at + int.from_bytes(file[at : at + 4], "big")]


def resized(file: bytes, width: int, height: int) -> bytes:
    """A file whose items all say that they have another size."""
    pieces = file.split(b"ispe")
    size = bytes(4) + struct.pack(">II", width, height)
    return pieces[0] + b"".join(b"ispe" + size + piece[12:] for piece in pieces[1:])


def avif(image: Image.Image | None = None, **options: Any) -> bytes:
    """A picture as AVIF; on one thread, so that its bytes are the same on every machine."""
    return saved(image or photo(), "AVIF", speed=9, max_threads=1, **options)


def avif_tile() -> Item:
    """A coded picture of 64 x 64."""
    file = avif(photo(64, 64))
    return Item(b"av01", found(file, b"mdat")[8:], (ispe(64, 64), found(file, b"av1C")))


def heic(*images: Image.Image, **options: Any) -> bytes:
    """Pictures as HEIC, the first of them as the one that is meant; by default the photo."""
    buffer = io.BytesIO()
    file = pillow_heif.HeifFile()
    for image in images or (photo(),):
        file.add_from_pillow(image)
    file.save(buffer, primary_index=0, **options)
    return buffer.getvalue()


def heic_of_10_bits(width: int = 96, height: int = 64) -> bytes:
    """A black picture in 10 bits a channel, as cameras of high dynamic range write."""
    buffer = io.BytesIO()
    pillow_heif.encode("RGB;16", (width, height), bytes(width * height * 6), buffer)
    return buffer.getvalue()
