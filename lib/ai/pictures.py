"""A dish's picture: a model's where there is one, else a card that is drawn here.

Whoever made it, its bytes go through the image service: decoded in a process apart, within its limits,
made into three sizes that say how they came to be, and stored by their hash.
"""

import logging
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from lib.ai import cards, earlier, money, prompts
from lib.ai.models import RefusedDraft, Source, Usage
from lib.ai.money import Spender
from lib.ai.painting import Painted, Painter
from lib.ai.picturing import Dish, Picture, PictureRequest, alternative
from lib.errors import Invalid
from lib.images import answers, making
from lib.images.answers import SIDES
from lib.images.formats import Target
from lib.images.models import Order, Size
from lib.images.origins import Origin
from lib.images.store import Store
from lib.images.workers import Workers
from lib.recipes import store as recipe_store
from lib.recipes.readers import Reader

logger = logging.getLogger("mealprep.ai")

CARD, DRAWN = "card", "drawn"
"""Provider and model of a card."""

_CARD_QUALITY = 85
"""Of a card's files: most of it is flat, so that a measure of the whole would let letters fray."""
_MOST_SHORTER = 2
"""How many times shorter a side may be than what was asked for."""


def dish(session: Session, request: PictureRequest, reader: Reader) -> Dish:
    """What the picture is to be of.

    Args:
        reader: must be allowed to see the recipe.

    Raises:
        NotFound: there is no such recipe.
    """
    own = request.model_dump(
        by_alias=False, include={"cuisine", "season", "meal_type"}, exclude_none=True
    )
    if request.recipe_id is None:
        return Dish(title=request.recipe_title or "", summary=request.description or "", **own)
    known = recipe_store.get(session, request.recipe_id, reader)
    stored = {
        name: getattr(known, name) or "" for name in ("cuisine", "season", "meal_type", "category")
    }
    return Dish(
        title=known.title,
        summary=request.description or known.summary or known.description or "",
        ingredients=[line.name for line in known.ingredients],
        **(stored | own),
    )


@dataclass(slots=True)
class _Tried:
    """What came of asking models: what it cost, and why there is no picture."""

    usage: Usage = field(default_factory=Usage)
    refused: list[RefusedDraft] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def count(self, painted: Painted) -> None:
        """Add what a picture has cost, whatever becomes of it."""
        self.usage.input_tokens += painted.input_tokens
        self.usage.output_tokens += painted.output_tokens
        self.usage.cost_usd = round(self.usage.cost_usd + painted.cost_usd, 8)

    @property
    def notes(self) -> list[str]:
        """What callers should know of a card that they get instead."""
        if self.refused:
            return [
                "No picture of a model could be used, so a card was drawn; `source.refused` says why."
            ]
        return [f"No model has made a picture ({'; '.join(self.reasons)}), so a card was drawn."]


@dataclass(slots=True)
class Studio:
    """Makes pictures of dishes, and keeps them.

    Args:
        workers: decode what comes.
        store: takes what is made.
        painter: asks models; None where there is none.
    """

    workers: Workers
    store: Store
    painter: Painter | None = None

    def picture(self, subject: Dish, request: PictureRequest, spender: Spender) -> Picture:
        """A model's picture, or a card.

        Raises:
            Invalid: the title has a character that can't be drawn.
            BudgetSpent: a model is asked for, and its budget is spent.
            Overloaded: too many pictures are being made.
            Unavailable: database or store can't be reached.
        """
        if self.painter is None:
            return self.card(subject, request, spender)
        known = earlier.picture(subject, request)
        if known is not None and self._has(known):
            money.note(spender, "cache", known.source.model)
            return known.model_copy(update={"usage": Usage(cached=True)})
        tried = _Tried()
        found = self._painted(self.painter, subject, request, spender, tried)
        if found is None:
            return self.card(subject, request, spender, tried)
        earlier.keep_picture(subject, request, found)
        return found

    def card(
        self, subject: Dish, request: PictureRequest, spender: Spender, tried: _Tried | None = None
    ) -> Picture:
        """The dish's card, which needs nobody."""
        money.note(spender, CARD, DRAWN)
        look = cards.look(**subject.model_dump(by_alias=False, exclude={"summary"}))
        source = Source(provider=CARD, model=DRAWN)
        notes = [_NO_STYLE] if request.style else []
        if tried is not None:
            source.refused, notes = tried.refused, tried.notes + notes
        found = self._kept(
            cards.encoded(cards.draw(look, request.box).image, "PNG"),
            request,
            "algorithmicMedia",
            alternative(look.alt),
            source,
        )
        return found.model_copy(update={"notes": notes, "usage": tried.usage if tried else Usage()})

    def _painted(
        self, painter: Painter, subject: Dish, request: PictureRequest, spender: Spender, tried: _Tried
    ) -> Picture | None:
        """The first picture of a model that can be used."""
        for painted in painter.paint(prompt(subject, request), request.box, spender, tried.reasons):
            tried.count(painted)
            try:
                return self._accepted(painted, subject, request, tried)
            except Invalid as error:
                logger.warning(
                    "A picture was refused", extra={"model": painted.model, "why": error.detail}
                )
                tried.refused.append(RefusedDraft(model=painted.model, findings=[error.detail]))
        return None

    def _accepted(
        self, painted: Painted, subject: Dish, request: PictureRequest, tried: _Tried
    ) -> Picture:
        if painted.failed:
            raise Invalid(painted.failed)
        seen = self.workers.info(painted.content, position=False)
        width, height = painted.box
        if seen.width * _MOST_SHORTER < width or seen.height * _MOST_SHORTER < height:
            raise Invalid(f"It has {seen.width}×{seen.height} pixels; {width}×{height} were asked for.")
        source = Source(provider=painted.provider, model=painted.model, refused=tried.refused)
        found = self._kept(painted.content, request, "trainedAlgorithmicMedia", _alt(subject), source)
        return found.model_copy(update={"usage": tried.usage})

    def _kept(
        self, content: bytes, request: PictureRequest, origin: Origin, alt: str, source: Source
    ) -> Picture:
        """The picture in three sizes, stored."""
        order = _order(request.box, request.format or "auto", origin)
        made = answers.optimized(
            making.make(self.workers, self.store, content, order), self.store, inline=False
        )
        main = made.variants.main
        return Picture(
            url=main.url or "",
            width=main.width,
            height=main.height,
            format=main.format,
            alt=alt,
            variants=made.variants,
            placeholder=made.placeholder,
            digital_source_type=origin,
            source=source,
        )

    def _has(self, known: Picture) -> bool:
        """Whether the picture's files are still there."""
        every = (known.variants.main, known.variants.mobile, known.variants.thumbnail)
        return all(self.store.has((each.url or "").rpartition("/")[2]) for each in every)


_NO_STYLE = "A card has a look of its own; for a style of yours, a picture model is needed."


def prompt(subject: Dish, request: PictureRequest) -> str:
    """What a model is asked for."""
    told = subject.model_dump(by_alias=True, exclude_defaults=True)
    if request.style:
        told["style"] = request.style
    return prompts.rendered("image", dish=told)


def _order(box: tuple[int, int], form: Target | str, origin: Origin) -> Order:
    """The whole picture and two smaller ones, all of the box's shape."""
    _, *smaller = SIDES.values()
    shapes = [box, *(_within(box, side) for side in smaller)]
    sizes = [Size(width=width, height=height, fit="cover") for width, height in shapes]
    quality = "auto" if origin == "trainedAlgorithmicMedia" else _CARD_QUALITY
    return Order.model_validate(
        {"sizes": sizes, "format": form, "quality": quality, "placeholder": True, "origin": origin}
    )


def _within(box: tuple[int, int], side: int) -> tuple[int, int]:
    share = min(1.0, side / max(box))
    return round(box[0] * share), round(box[1] * share)


def _alt(subject: Dish) -> str:
    """What a model's picture shows, as far as it was told; that a model made it comes first."""
    said = f"AI-generated picture of {subject.title}"
    if subject.summary:
        said = f"{said}: {subject.summary}"
    return alternative(said)
