"""What callers ask of pictures, and what they get."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from lib.ai.models import Name, Source, Usage
from lib.images.answers import Variants
from lib.images.formats import Target
from lib.images.models import Placeholder
from lib.recipes.draft import MealType, Season
from lib.wire import Text, Wire

LEAST_SIDE, MOST_SIDE = 256, 2048
_MOST_STRETCH = 2
LONGEST_TITLE = 300
LONGEST_ALT = 250
"""What IPTC and screen readers recommend for a text that stands for a picture."""

_BOX = re.compile(r"(\d{3,4})x(\d{3,4})")


def _bounded(size: str) -> str:
    width, height = _sides(size)
    if min(width, height) < LEAST_SIDE or max(width, height) > MOST_SIDE:
        raise ValueError(f"each side must have {LEAST_SIDE} to {MOST_SIDE} pixels")
    if max(width, height) > _MOST_STRETCH * min(width, height):
        raise ValueError(f"no side may be more than {_MOST_STRETCH} times as long as the other")
    return size


def _sides(size: str) -> tuple[int, int]:
    found = _BOX.fullmatch(size)
    if found is None:
        raise ValueError("must be as 1024x1024")
    return int(found[1]), int(found[2])


Side = Annotated[int, Field(ge=LEAST_SIDE, le=MOST_SIDE)]
Box = Annotated[str, Field(pattern=r"^\d{3,4}x\d{3,4}$"), AfterValidator(_bounded)]


class PictureRequest(Wire):
    """A picture of a dish: of a stored recipe, or of one that is only named."""

    recipe_id: Annotated[Text | SkipJsonSchema[None], Field(min_length=1, max_length=200)] = None
    recipe_title: Annotated[
        Text | SkipJsonSchema[None], Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S")
    ] = None
    description: Annotated[
        Text | SkipJsonSchema[None], Field(max_length=1000, description="What the dish is like")
    ] = None
    cuisine: Name | SkipJsonSchema[None] = None
    season: Season | SkipJsonSchema[None] = None
    meal_type: MealType | SkipJsonSchema[None] = None
    style: Annotated[
        Name | SkipJsonSchema[None],
        Field(
            description="How it is to look, in words; the card, which needs no model, has its own look"
        ),
    ] = None
    size: Annotated[
        Side | Box, Field(description="Pixels: a square's side, or as 1024x768; no larger is made")
    ] = "1024x1024"
    format: Annotated[Target | SkipJsonSchema[None], Field(description="What suits, if absent")] = None

    @model_validator(mode="after")
    def _one_dish(self) -> Self:
        if (self.recipe_id is None) == (self.recipe_title is None):
            raise ValueError("give one of recipeId and recipeTitle")
        return self

    @property
    def box(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return (self.size, self.size) if isinstance(self.size, int) else _sides(self.size)


class Dish(Wire):
    """What a picture is of."""

    title: str
    summary: str = ""
    cuisine: str = ""
    season: str = ""
    meal_type: str = ""
    category: str = ""
    ingredients: list[str] = []


class Picture(Wire):
    """A picture that was made, and how; `url` is its largest size."""

    url: Annotated[str, Field(description="Path under this API")]
    width: int
    height: int
    format: Target
    alt: Annotated[str, Field(description="What is seen, for those who don't see it")]
    variants: Variants
    placeholder: Placeholder
    digital_source_type: Annotated[
        str, Field(description="IPTC's term for how it came to be; the files say it, too")
    ]
    source: Source
    usage: Usage = Usage()
    notes: Annotated[list[str], Field(description="Why it is a card although there is a model")] = []


def alternative(text: str) -> str:
    """A text that stands for a picture, cut at a word where it is too long for that."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_ALT:
        return text
    kept = text[: LONGEST_ALT - 1]
    return f"{kept.rpartition(' ')[0] or kept}…"
