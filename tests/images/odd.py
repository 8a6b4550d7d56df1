"""What an odd file is, and the limits that the tables of them assume."""

from collections.abc import Callable
from typing import Literal, NamedTuple

MOST_BYTES = 30_000_000
MOST_PIXELS = 100_000_000
MOST_SIDE = 32_767
MOST_FRAMES = 1_000
MOST_SCANS = 500
"""Of a progressive JPEG; encoders write about ten."""
ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "HEIF")

PAYLOAD = b"<?php payload(); ?><script>payload()</script>"
"""Hidden in pictures that are fine otherwise; no output may carry it."""


class Odd(NamedTuple):
    """A file that is made when asked for.

    `ok` must become a picture, `refused` must be a 4xx whose reason is clear, `either` may be both,
    but is never a 5xx.
    """

    make: Callable[[], bytes]
    expect: Literal["ok", "refused", "either"]
    reason: str
