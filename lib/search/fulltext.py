"""How the recipes hold what a request says: by which of its words, and where these stand."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from lib.nutrition.foods import words
from lib.search.catalogue import Catalogue, as_array
from lib.search.postings import STEPS, TITLE, Places, Postings
from lib.search.terms import HEAT, Sort, Term, telling

Numbers = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]

# What a term counts for where it stands: nowhere, in the steps, in description and names of kinds, among
# the ingredients and tags, in the title.
_VALUES: dict[Sort, tuple[float, ...]] = {
    "word": (0.0, 0.25, 0.5, 0.85, 1.0),
    "food": (0.0, 0.2, 0.6, 0.9, 1.0),
    "dish": (0.0, 0.1, 0.5, 1.0, 1.0),
    "method": (0.0, 0.6, 0.7, 0.8, 1.0),
    "raw": (0.0, 0.0, 0.0, 0.0, 1.0),
    "quick": (0.0, 0.0, 0.0, 0.0, 1.0),
}
_TYPO_VALUE = 0.9
_TITLE_WEIGHT = 0.2


class FullText:
    """The terms of a request in the recipes that meet its filters.

    Args:
        catalogue: brought up to date.
        asked: the terms, whose ways the catalogue's postings have read.
        weights: what each of them counts for.
        passing: the recipes' numbers.

    Attributes:
        terms: how many there are.
        most: how much of what was said any recipe holds, 0 to 1.
    """

    terms: int
    most: float

    def __init__(
        self, catalogue: Catalogue, asked: Sequence[Term], weights: Sequence[float], passing: BitMap
    ) -> None:
        self._catalogue = catalogue
        self._asked = asked
        self.terms = len(asked)
        whole = sum(weights) or 1.0
        self._counts = np.array(
            [
                [v * weight * (_TYPO_VALUE if term.typo else 1.0) / whole for v in _VALUES[term.sort]]
                for term, weight in zip(asked, weights, strict=True)
            ]
        )
        size = passing.max() + 1 if passing else 0
        self._levels = np.zeros((len(asked), size), dtype=np.uint8)
        sought = _sought(asked)
        holding = BitMap()
        for row, term in zip(self._levels, asked, strict=True):
            for level, place in enumerate(_places(catalogue.postings, term, passing)):
                row[as_array(place & passing)] = level
                if term in sought:
                    holding |= place
        self._holding = as_array(holding & passing)
        self._held = self.held(self._holding)
        self.most = float(self._held.max(initial=0.0))
        said = {word for term in asked for word in words(term.ways[0])}
        self._said = len(said)
        self._in_title = np.zeros(size, dtype=np.uint8)
        for word in said:
            self._in_title[as_array(catalogue.postings.titles_with(word) & passing)] += 1

    def levels(self, numbers: Numbers) -> npt.NDArray[np.uint8]:
        """How each term is held, shape `(terms, len(numbers))`: 0 where it isn't, 1 in the steps, up to
        4 in the title."""
        return self._levels[:, numbers]

    def held(self, numbers: Numbers) -> Floats:
        """How much of what was said each of these holds, and where, 0 to 1."""
        held = np.zeros(len(numbers))
        for term, counts, row in zip(self._asked, self._counts, self._levels, strict=True):
            held += counts[-1] * self._ease(numbers) if term.sort == "quick" else counts[row[numbers]]
        return held

    def score(self, numbers: Numbers, held: Floats) -> Floats:
        """How much each of these `held`, also by how much of the title was said."""
        lengths = self._said + self._catalogue.postings.title_lengths(numbers)
        alike: Floats = 2 * self._in_title[numbers] / np.maximum(lengths, 1)
        return (1 - _TITLE_WEIGHT) * held + _TITLE_WEIGHT * alike

    def foods_missing(self, numbers: Numbers) -> Floats:
        """The share of the foods among the terms that stands nowhere but in steps."""
        foods = [place for place, term in enumerate(self._asked) if term.sort == "food"]
        if not foods:
            return np.zeros(len(numbers))
        missing: Floats = (self._levels[foods][:, numbers] < 2).mean(axis=0)
        return missing

    def best(self, limit: int) -> Numbers:
        """So many of those that hold any of the terms by which recipes are sought, by `score`, in no
        order."""
        if len(self._holding) <= limit:
            return self._holding
        scores = self.score(self._holding, self._held)
        return self._holding[np.argpartition(-scores, limit)[:limit]]

    def _ease(self, numbers: Numbers) -> Floats:
        """From 0 to 1: how little time a recipe takes or, where nobody knows, how few ingredients."""
        minutes, needs = self._catalogue.minutes(numbers), self._catalogue.needs(numbers)
        ease = np.where(np.isnan(minutes), (14 - needs) / 9, (75 - minutes) / 55)
        clipped: Floats = ease.clip(0, 1)
        return clipped


def _sought(terms: Sequence[Term]) -> list[Term]:
    """The terms by which recipes are sought: sorts of dishes and methods, which many recipes share, only
    where nothing else is said. Of the others they tell the order."""
    telling_most = [term for term in terms if term.sort in ("word", "food")]
    return telling_most or [term for term in terms if term.sort in ("dish", "method")]


def _places(postings: Postings, term: Term, passing: BitMap) -> Places:
    """The recipes that hold the term in any way, by place, of which the highest counts."""
    nowhere = [BitMap() for _ in range(TITLE)]
    if term.sort == "quick":
        return []
    if term.sort == "raw":
        heated = BitMap.union(*(postings.places(word)[STEPS] for word in HEAT))
        return [*nowhere, passing - heated]
    ways = [postings.places(way) for way in telling(term.ways)]
    if term.sort == "word" and not term.recipes:  # steps may hold what nothing else does
        return [BitMap(), BitMap.union(*(way[STEPS] for way in ways))]
    told = [postings.places(way)[TITLE] for way in term.narrower]
    places = [BitMap.union(*each) for each in zip(*ways, strict=True)]
    return [BitMap(), *places[1:TITLE], BitMap.union(places[TITLE], *told)]
