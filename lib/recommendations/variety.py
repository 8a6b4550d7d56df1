"""Chooses recipes that are good and unlike each other."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from lib.nutrition.foods import unaccented
from lib.recommendations.candidates import Candidate
from lib.recommendations.models import Array

SAME_DISH = 0.92
"""Cosine from which two recipes are one dish: of the 29 such pairs among 6,200 recipes every one names
the same dish, 13 of them in the same words; of the 500 pairs between 0.86 and 0.9 few do."""
_UNLIKENESS_GIVES = 0.3
DISCOVERY_EVERY = 10
"""One place of so many goes to what is alike and hardly chosen yet: it costs little, and new recipes
would never be seen otherwise."""
_LEAST_OF_A_CUISINE = 2
_SHARE_OF_A_CUISINE = 0.4

_FILLING = frozenset(
    """
    a an the of with and in on my our your best ever easy simple quick classic perfect ultimate favorite
    favourite homemade recipe s i ii iii iv v vi vii
    """.split()
)


def room(candidates: Iterable[Candidate], limit: int) -> int:
    """How many of so many places they can fill with no more of one cuisine than is allowed."""
    counts = Counter(candidate.cuisine or "" for candidate in candidates)
    most = _most_of_a_cuisine(limit)
    return sum(min(count, most) if name else count for name, count in counts.items())


def _most_of_a_cuisine(places: int) -> int:
    return max(_LEAST_OF_A_CUISINE, round(_SHARE_OF_A_CUISINE * places))


@lru_cache(50_000)
def plain_title(title: str) -> str:
    """The words that name the dish: "Mom's Best Chili (II)" is "mom chili"."""
    words = re.findall(r"[^\W_]+", unaccented(title.lower()))
    return " ".join(word for word in words if word not in _FILLING) or " ".join(words)


def varied(
    candidates: Sequence[Candidate],
    relevance: Array,
    limit: int,
    *,
    unlike: Sequence[Candidate] = (),
    discovery: Array | None = None,
    mixed_cuisines: bool = False,
) -> list[tuple[Candidate, float]]:
    """The best, each worth more the less it is like those before it; never one dish twice.

    Args:
        unlike: dishes that none of the chosen may be.
        discovery: what counts instead at every tenth place.
        mixed_cuisines: of one cuisine come two, or four in ten; more only when nothing else is left.

    Returns:
        Each with its score, which falls from one to the next.
    """
    if not candidates:
        return []
    vectors = np.stack([candidate.vector for candidate in candidates])
    titles = [plain_title(candidate.title) for candidate in candidates]
    open_ = np.ones(len(candidates), dtype=np.bool_)
    likeness = np.zeros(len(candidates), dtype=np.float32)

    def close(dish: Candidate) -> None:
        title = plain_title(dish.title)
        open_[vectors @ dish.vector >= SAME_DISH] = False
        open_[[place for place, other in enumerate(titles) if other == title]] = False

    for dish in unlike:
        close(dish)
    cuisines = np.array([candidate.cuisine or "" for candidate in candidates])
    taken: Counter[str] = Counter()
    chosen: list[tuple[Candidate, float]] = []
    score = float("inf")
    while len(chosen) < limit and open_.any():
        most = _most_of_a_cuisine(len(chosen) + 1)
        full = [name for name, count in taken.items() if name and count >= most]
        allowed = open_ & ~np.isin(cuisines, full) if mixed_cuisines else open_
        tenth = len(chosen) % DISCOVERY_EVERY == DISCOVERY_EVERY - 1
        counts = relevance if discovery is None or not tenth else discovery
        worth = counts + _UNLIKENESS_GIVES * (1 - likeness)
        value = np.where(allowed if allowed.any() else open_, worth, -np.inf)
        place = int(value.argmax())
        best = candidates[place]
        # One that comes for variety's sake counts no more than the one before it.
        score = min(score, max(0.0, float(value[place])))
        chosen.append((best, score))
        taken[best.cuisine or ""] += 1
        open_[place] = False
        close(best)
        likeness = np.maximum(likeness, vectors @ best.vector)
    return chosen
