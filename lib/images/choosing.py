"""Which format a picture is written in when the caller leaves that to us."""

import re

from lib.images.decoding import Pixels
from lib.images.encoding import WITH_ALPHA
from lib.images.formats import TARGETS, USUAL, Target
from lib.images.models import MAX_SIDE

_FLAT_SHARE = 0.6
_NEVER = re.compile(r"q=0(\.0*)?")
_BEST_FIRST: tuple[Target, ...] = ("avif", "webp", "jpeg", "png")
_BEST_FOR_GRAPHICS: tuple[Target, ...] = ("webp", "png", "avif", "jpeg")
_MEDIA = {f"image/{name}": name for name in TARGETS}


def accepted(header: str) -> list[Target]:
    """The formats that an `Accept` header names; the usual ones if it names none.

    AVIF takes ten times as long as WebP, so it is only for those who ask for it by name.
    """
    named: set[Target] = set()
    refused: set[Target] = set()
    wild = not header.strip()
    for part in header.lower().split(","):
        media, *parameters = (piece.replace(" ", "") for piece in part.strip().split(";"))
        never = any(_NEVER.fullmatch(each) for each in parameters)
        if media in _MEDIA:
            (refused if never else named).add(_MEDIA[media])
        elif media in ("*/*", "image/*"):
            wild = wild or not never
    # Who names no image at all, as a program that wants JSON, can have any.
    usual = {*USUAL} if wild or not named else set()
    return [name for name in _BEST_FIRST if name in (named | usual) - refused]


def is_graphic(pixels: Pixels) -> bool:
    """Whether this was drawn and not photographed: most pixels equal their neighbor exactly."""
    first, second = pixels[:, :-1], pixels[:, 1:]
    if not first.size:
        return True
    same = first == second
    return float((same if same.ndim == 2 else same.all(axis=2)).mean()) >= _FLAT_SHARE


def has_alpha(pixels: Pixels) -> bool:
    """Whether something can be seen through."""
    return pixels.ndim == 3 and pixels.shape[2] == 4 and bool((pixels[..., 3] < 255).any())


def chosen(accept: list[Target], *, graphic: bool, alpha: bool, moving: bool, longest: int) -> Target:
    """The accepted format that is smallest for such a picture as a rule.

    Args:
        longest: side in pixels; WebP can't carry every one.
    """
    order = _BEST_FOR_GRAPHICS if graphic else _BEST_FIRST
    if longest > MAX_SIDE:
        order = tuple(name for name in order if name != "webp")
    allowed = [name for name in order if name in accept] or ["jpeg"]
    able = [name for name in allowed if not (alpha or moving) or name in WITH_ALPHA]
    return (able or allowed)[0]
