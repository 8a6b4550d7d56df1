"""What was made of an image, as callers see it."""

import base64
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.images.making import Made
from lib.images.models import Original, Placeholder, Rendered, Size
from lib.images.store import URL, Store
from lib.wire import Wire

SIDES = {"main": 1024, "mobile": 640, "thumbnail": 300}
"""Longest sides of the variants, in pixels."""
VARIANTS = [Size(width=side, height=side) for side in SIDES.values()]


class Variant(Rendered):
    """An image that was made, and where it is."""

    url: Annotated[
        str | SkipJsonSchema[None], Field(description="Path under this API; absent if inline")
    ] = None
    data: Annotated[
        str | SkipJsonSchema[None], Field(description="The image in base64; only if inline")
    ] = None


class Variants(Wire):
    """The image in three sizes; none is larger than the original."""

    main: Annotated[Variant, Field(description="At most 1024 pixels a side")]
    mobile: Annotated[Variant, Field(description="At most 640 pixels a side")]
    thumbnail: Annotated[Variant, Field(description="At most 300 pixels a side")]


class Optimized(Wire):
    """An image ready for the web."""

    original: Original
    variants: Variants
    saved_percent: Annotated[float, Field(description="By how much main is smaller than the original")]
    placeholder: Placeholder


class Resized(Wire):
    """An image in the sizes that were asked for, in their order."""

    original: Original
    variants: list[Variant]


def optimized(made: Made, store: Store, *, inline: bool) -> Optimized:
    """The answer to an order of `VARIANTS` with a placeholder."""
    report = made.report
    assert report.placeholder is not None  # noqa: S101
    variants = Variants(**dict(zip(SIDES, _variants(made, store, inline), strict=True)))
    saved = 100 * (1 - variants.main.bytes / report.original.bytes)
    return Optimized(
        original=report.original,
        variants=variants,
        saved_percent=round(saved, 1),
        placeholder=report.placeholder,
    )


def resized(made: Made, store: Store, *, inline: bool) -> Resized:
    """The answer to any other order."""
    return Resized(original=made.report.original, variants=_variants(made, store, inline))


def _variants(made: Made, store: Store, inline: bool) -> list[Variant]:
    return [
        Variant(
            **dict(rendered),
            url=None if inline else f"{URL}{name}",
            data=base64.b64encode(store.path(name).read_bytes()).decode() if inline else None,
        )
        for rendered, name in zip(made.report.rendered, made.names, strict=True)
    ]
