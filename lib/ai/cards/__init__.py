"""Recipes as drawn cards: a title, colors of its cuisine, its season, and the things that it is made of.

The same recipe has the same card, to the byte, and the same composition at every size. It takes a few
hundredths of a second.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PIL import Image

from lib.ai.cards import motifs
from lib.ai.cards.canvas import Canvas, Color, Pen, mixed
from lib.ai.cards.compositions import COMPOSITIONS, SERVED, Composition, cloth, season_mark
from lib.ai.cards.lettering import Block, Look, fitted
from lib.ai.cards.motifs import Motif
from lib.ai.cards.palettes import Palette, contrast, ink, palettes, suiting
from lib.ai.cards.sheet import Sheet, Words
from lib.boxes import Box

_LONGEST_TITLE = 300
"""Letters of a title that a card shows at most."""
_READABLE = 4.5
"""WCAG's least contrast of small words."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a card looks like, at whatever size it is drawn."""

    title: str
    cuisine: str
    meal_type: str
    season: str
    palette: Palette
    composition: Composition
    things: tuple[Motif, ...]
    vessel: Motif | None
    number: int

    @property
    def label(self) -> str:
        """The small line above the title."""
        return "  ·  ".join(part.upper() for part in (self.cuisine, self.meal_type) if part)

    @property
    def alt(self) -> str:
        """What is seen on it."""
        in_it = self.vessel if self.composition in SERVED else None
        shown = [in_it.name] if in_it else []
        shown += [thing.name for thing in self.things if thing.name not in shown][: 3 - len(shown)]
        *front, last = shown
        listed = f"{', '.join(front)} and {last}" if front else last
        cuisine = f"{self.cuisine[:1].upper()}{self.cuisine[1:]}"
        kind = " ".join(part for part in (cuisine, self.meal_type) if part)
        told = f" ({kind})" if kind else ""
        return f"Drawn illustration for the recipe “{self.title}”{told}: {listed} in flat colors."


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card that was drawn, with where its words are."""

    image: Image.Image
    words: Words
    title: Block
    label: Block | None


def card(
    title: str,
    cuisine: str = "",
    season: str = "",
    meal_type: str = "",
    *,
    category: str = "",
    ingredients: Sequence[str] = (),
    size: tuple[int, int] = (1024, 1024),
    form: Literal["PNG", "JPEG"] = "PNG",
) -> bytes:
    """A recipe's card as a file.

    Args:
        size: width and height in pixels.
    """
    found = look(title, cuisine, season, meal_type, category, ingredients)
    return encoded(draw(found, size).image, form)


def look(
    title: str,
    cuisine: str = "",
    season: str = "",
    meal_type: str = "",
    category: str = "",
    ingredients: Sequence[str] = (),
) -> Card:
    """What a recipe's card looks like, which follows from what is said of it alone."""
    title = " ".join(title.split())[:_LONGEST_TITLE].rstrip()
    digest = hashlib.sha256(title.casefold().encode()).digest()
    number = int.from_bytes(digest[:6], "big")
    things = motifs.things(title, ingredients, season, number)
    vessel = motifs.vessel(title, category)
    composition = COMPOSITIONS[digest[6] % len(COMPOSITIONS)]
    shown = [vessel.color] * 3 if vessel and composition in SERVED else []
    choices = palettes(cuisine, season, number)
    return Card(
        title=title,
        cuisine=cuisine.strip(),
        meal_type=meal_type.strip(),
        season=season,
        palette=suiting(choices, [*shown, *(thing.color for thing in things[:3])]),
        composition=composition,
        things=tuple(things[:6]),
        vessel=vessel,
        number=number,
    )


def draw(what: Card, size: tuple[int, int]) -> Drawn:
    """The card, and where its words are.

    Args:
        size: width and height in pixels.

    Raises:
        Invalid: the title has a character that can't be drawn.
    """
    canvas = Canvas(*size, what.palette.ground)
    sheet = Sheet(canvas, what.palette, list(what.things), what.vessel, len(what.title), what.number)
    words = what.composition(sheet)
    label, title = _set(what, words, sheet.unit)
    color = ink(words.panel)
    mark = what.palette.accent
    if contrast(mark, words.panel) < 2:
        mark = color
    if label is not None:
        _rule(what, canvas, words, label, mark, sheet.unit)
    image = canvas.image()
    title.draw(image, color)
    if label is not None:
        soft = mixed(color, words.panel, 0.25)
        label.draw(image, soft if contrast(soft, words.panel) >= _READABLE else color)
    return Drawn(image, words, title, label)


def frieze(what: Card, size: tuple[int, int]) -> Image.Image:
    """The card's things in its colors, without words: for a strip beside a title that is there already.

    Args:
        size: width and height in pixels.
    """
    canvas = Canvas(*size, what.palette.ground)
    cloth(canvas, what.things[:3], what.palette)
    return canvas.image()


def encoded(image: Image.Image, form: Literal["PNG", "JPEG"]) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    if form == "PNG":
        image.save(file, form, compress_level=1)
    else:
        image.save(file, form, quality=90, subsampling=0)
    return file.getvalue()


def _set(what: Card, words: Words, unit: float) -> tuple[Block | None, Block]:
    """Label and title, one below the other, in the middle of their box's height."""
    box, size = words.box, max(9.0, 0.026 * unit)
    label, gap = None, 0.0
    if what.label:
        beside = 2.2 * size if what.season else 0.0
        row = Box(
            box.left + beside, box.top, box.right - (beside if words.centered else 0), box.top + 2 * size
        )
        label = fitted(what.label, row, Look("sans", 600, words.centered), size)
        gap = label.ink.height + 2.3 * size
    room = Box(box.left, box.top + gap, box.right, box.bottom)
    title = fitted(what.title, room, Look("serif", 700, words.centered), 0.098 * unit)
    top = label.ink.top if label else title.ink.top
    down = (box.top + box.bottom - top - title.ink.bottom) / 2
    return label.moved(0, down) if label else None, title.moved(0, down)


def _rule(what: Card, canvas: Canvas, words: Words, label: Block, color: Color, unit: float) -> None:
    """A short line below the label, and the season's mark beside it."""
    size, thick = label.size, max(1.5, 0.005 * unit)
    y, long = label.ink.bottom + 0.85 * size, 0.075 * unit
    left = (words.box.left + words.box.right - long) / 2 if words.centered else words.box.left
    canvas.part(left, y, left + long, y + thick).paint(color)
    x = label.ink.left - 1.25 * size
    middle = (label.ink.top + label.ink.bottom) / 2
    season_mark(Pen(canvas, x, middle, 0.8 * size), what.season, color, words.panel)
