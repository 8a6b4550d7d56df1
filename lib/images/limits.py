"""What is refused before a pixel is decoded."""

from dataclasses import dataclass

from lib.errors import Invalid
from lib.images.headers import Header

_START_OF_SCAN = b"\xff\xda"


@dataclass(frozen=True, slots=True)
class Limits:
    """Largest pictures.

    Args:
        bytes: of the file.
        megapixels: of one frame.
        side: pixels; longer ones are never photos.
        frames: of an animation.
        scans: of a progressive JPEG, each of which is gone through whole; encoders write about ten.
        memory_mb: predicted peak of decoding, in MiB.
    """

    bytes: int = 30_000_000
    megapixels: int = 100
    side: int = 32_767
    frames: int = 1000
    scans: int = 500
    memory_mb: int = 1024


def check(data: bytes, header: Header, limits: Limits) -> None:
    """Refuse what is too large.

    Raises:
        Invalid: which limit it passes.
    """
    check_bytes(len(data), limits.bytes)
    width, height = header.stored
    said = f"The image has {width}×{height} pixels"
    if not width or not height:
        raise Invalid(f"{said}.")
    if max(width, height) > limits.side:
        raise Invalid(f"{said}; a side may have {limits.side}.")
    if width * height > limits.megapixels * 1_000_000:
        raise Invalid(f"{said}; {limits.megapixels} megapixels are allowed.")
    if header.frames > limits.frames:
        raise Invalid(f"The image has {header.frames} frames; {limits.frames} are allowed.")
    if header.format == "jpeg" and data.count(_START_OF_SCAN) > limits.scans:
        raise Invalid(f"The image is built up in more than {limits.scans} scans.")
    needed = predicted_bytes(header) // 2**20
    if needed > limits.memory_mb:
        raise Invalid(f"Decoding the image would take {needed} MB; {limits.memory_mb} are allowed.")


def check_bytes(size: int, most: int) -> None:
    """Refuse a file that is too long.

    Raises:
        Invalid: it is.
    """
    if size > most:
        raise Invalid(f"The image has {size} bytes; {most} are allowed.")


def predicted_bytes(header: Header) -> int:
    """Peak memory of decoding, in bytes: the decoder's own pixels, ours, and a copy while converting.

    A progressive JPEG holds all its coefficients, two bytes for each of up to four channels.
    """
    width, height = header.stored
    if header.format == "jpeg":
        channels = 4 if header.mode == "CMYK" else 3
        coefficients = 2 * channels if header.progressive else 0
        pixels = 12 if header.mode == "CMYK" else 4  # CMYK is decoded in full, others at half the size
        return width * height * (coefficients + pixels)
    deep = 4 if header.bits > 8 else 0
    return width * height * (deep + (20 if header.has_alpha else 10))
