"""Which things are drawn for which words of a recipe: `data/card_motifs.csv`."""

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lib.ai.cards import fruit, pantry, pigments, vegetables, vessels
from lib.ai.cards.canvas import Color, Pen
from lib.settings import ROOT

_TABLE = ROOT / "data" / "card_motifs.csv"
_DRAWINGS = {"fruit": fruit, "pantry": pantry, "vegetables": vegetables, "vessels": vessels}

# In every second recipe, so that they tell little of it.
_STAPLES = frozenset(
    "onion garlic oil milk egg cheese ginger honey sprig anise grapes loaf rice cinnamon".split()
)
_WITH = re.compile(r"\b(?:with|in|and|on|over)\b")
_SERVED_IN_NOTHING = re.compile(
    r"\b(?:crackers|crisps|muffins?|stuffed|boats|triangles|rolls|cubes|squares|cookies?|bark|pops)\b"
)
_BY_SEASON = {
    "spring": "asparagus peas radish greens",
    "summer": "tomato basil lemon corn",
    "autumn": "pumpkin apple mushroom sage",
    "winter": "orange carrot cinnamon cabbage",
}
_USUAL = "tomato basil lemon onion carrot mushroom avocado chili pumpkin herbs garlic olives"


@dataclass(frozen=True, slots=True)
class Motif:
    """A thing that can be drawn.

    Args:
        name: how a text speaks of it.
        draw: draws it with a pen.
        color: the one that it has most of.
    """

    name: str
    draw: Callable[[Pen], None]
    color: Color

    @property
    def is_staple(self) -> bool:
        """Whether it is in every second recipe."""
        return self.draw.__name__ in _STAPLES


@dataclass(frozen=True, slots=True)
class _Words:
    """What words stand for; None where something only sounds like a thing, as "fish sauce" does."""

    motifs: dict[str, Motif | None]
    pattern: re.Pattern[str]

    def all_in(self, text: str) -> list[Motif]:
        """The things that a text names, in its order, each once; of two names the longer one counts."""
        found = [self.motifs[match] for match in self.pattern.findall(text.lower())]
        return list(dict.fromkeys(motif for motif in found if motif is not None))


def things(title: str, ingredients: Sequence[str], season: str, number: int) -> list[Motif]:
    """What to draw, the most telling first: what the title names, then ingredients, then what is usual.

    Args:
        number: chooses where nothing else does.
    """
    words = _words("thing")
    listed = words.all_in(" ; ".join(ingredients))
    order = [*words.all_in(title), *sorted(listed, key=lambda motif: motif.is_staple)]
    usual = words.all_in(_BY_SEASON.get(season) or _USUAL)
    start = number % len(usual)
    return list(dict.fromkeys([*order, *(usual[start:] + usual[:start] if len(order) < 2 else [])]))


def vessel(title: str, category: str) -> Motif | None:
    """What the dish is served in, as far as title or category tell."""
    title = title.lower()
    if _SERVED_IN_NOTHING.search(title):
        return None
    # The dish is named first and what comes with it later: "lasagna with beef ragù".
    for text in (_WITH.split(title, maxsplit=1)[0], category, title):
        found = _words("vessel").all_in(text)
        if found:
            return found[-1]
    return None


@lru_cache
def _words(kind: str) -> _Words:
    motifs: dict[str, Motif | None] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kind"] in (kind, "nothing"):
                motif = _motif(row) if row["drawing"] else None
                motifs |= dict.fromkeys(row["words"].split("; "), motif)
    longest = sorted(motifs, key=len, reverse=True)
    return _Words(motifs, re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b"))


def _motif(row: dict[str, str]) -> Motif:
    module, _, function = row["drawing"].partition(".")
    draw: Callable[[Pen], None] = getattr(_DRAWINGS[module], function)
    color: Color = getattr(pigments, row["color"].upper())
    return Motif(row["name"], draw, color)
