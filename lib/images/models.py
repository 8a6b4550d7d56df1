"""What callers ask for and get, and what passes between a replica and its decoding processes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from lib.images.formats import USUAL, Source, Target
from lib.images.origins import Origin
from lib.wire import Wire

Quality = Annotated[int, Field(ge=1, le=100)] | Literal["auto"]
MAX_SIDE = 16_383
"""Pixels; the longest side that WebP can carry."""


Side = Annotated[int, Field(ge=1, le=MAX_SIDE)] | SkipJsonSchema[None]


class Size(Wire):
    """A box in pixels, and how the picture is fitted into it; a picture is never enlarged.

    `inside` keeps the whole picture, `cover` fills the box and cuts off what stands over, `contain`
    keeps the whole picture and fills up the rest of the box.
    """

    width: Side = None
    height: Side = None
    fit: Literal["inside", "cover", "contain"] = "inside"
    focus: Annotated[
        Literal["center", "smart"],
        Field(description="What `cover` keeps: the middle, or what stands out"),
    ] = "center"

    @model_validator(mode="after")
    def _has_a_side(self) -> Self:
        if self.width is None and self.height is None:
            raise ValueError("a size needs a width or a height")
        return self


class Order(Wire):
    """What is to be made of a picture.

    Args:
        sizes: none for the picture as large as it is.
        accept: formats that `auto` may choose from.
        origin: how it came to be, where that is known better than its file says.
    """

    sizes: list[Size] = []
    format: Target | Literal["auto"] = "auto"
    quality: Quality = "auto"
    accept: list[Target] = [*USUAL]
    placeholder: bool = False
    origin: Origin | None = None


class Original(Wire):
    """The picture that came."""

    width: int
    height: int
    bytes: int
    format: Source


class Rendered(Wire):
    """A picture that was made, without its content."""

    width: int
    height: int
    bytes: int
    format: Target
    frames: int = 1
    lossless: bool = False
    quality: Annotated[
        int | SkipJsonSchema[None],
        Field(description="The encoder's quality, 1 to 100; absent if lossless or kept"),
    ] = None
    ssim: Annotated[
        float | SkipJsonSchema[None],
        Field(description="Structural similarity with what was encoded, 0 to 1"),
    ] = None


class Placeholder(Wire):
    """What to show until the picture is there."""

    thumbhash: Annotated[str, Field(description="ThumbHash in base64, about 25 bytes")]
    color: Annotated[str, Field(description="The dominant color", examples=["#a1622f"])]


class Report(Wire):
    """What came of an order; the pictures follow it in the order of the sizes."""

    original: Original
    rendered: list[Rendered]
    placeholder: Placeholder | None = None


class Info(Wire):
    """What a picture's header says."""

    width: Annotated[int, Field(description="Pixels as displayed: after its orientation")]
    height: int
    format: Source
    mode: Annotated[str, Field(description="Channels as stored", examples=["RGB", "CMYK", "P"])]
    bytes: int
    frames: int
    orientation: Annotated[int, Field(ge=1, le=8, description="EXIF's: 1 is upright")]
    has_alpha: bool
    has_icc: bool
    exif: Annotated[
        dict[str, str], Field(description="Tags by name; where it was taken only if asked for")
    ]
    megapixels: float
