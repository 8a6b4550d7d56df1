"""Which recipes of the book come nearest to a request, and which of them are unlike each other."""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from lib.ai.cookbook import Entry, cookbook
from lib.ai.needs import Needs, ways
from lib.ai.planning import Plan, plan
from lib.nutrition.foods import by_key, find, key, words
from lib.search.kinds import dishes

_REGIONS = {
    "mediterranean": "greek italian spanish turkish lebanese moroccan portuguese french",
    "middle eastern": "lebanese persian turkish",
    "asian": "chinese japanese korean thai vietnamese indonesian filipino laotian indian nepali",
    "east asian": "chinese japanese korean",
    "southeast asian": "thai vietnamese indonesian filipino laotian",
    "south asian": "indian nepali",
    "latin american": "mexican cuban brazilian peruvian chilean argentine",
    "latin": "mexican cuban brazilian peruvian chilean argentine",
    "south american": "brazilian peruvian chilean argentine",
    "caribbean": "jamaican cuban",
    "african": "moroccan ethiopian nigerian west african",
    "scandinavian": "swedish danish finnish nordic",
    "nordic": "swedish danish finnish scandinavian",
    "eastern european": "polish russian ukrainian hungarian georgian",
    "european": "french italian spanish german british polish greek portuguese swiss dutch irish",
    "north african": "moroccan",
    "levantine": "lebanese|middle eastern",
    "arabic": "lebanese|middle eastern",
    "iranian": "persian",
    "american": "cajun tex-mex hawaiian chinese-american",
    "southern": "cajun american",
    "mexican": "tex-mex",
    "tex-mex": "mexican",
    "english": "british",
    "british": "irish",
    "irish": "british",
}
_MEALS = {"lunch": "dinner", "dinner": "lunch"}
UNLIKE_ENOUGH = 60.0
"""Share of two titles' words, in percent, from which they are one dish."""


@lru_cache(200)
def regions(cuisine: str) -> frozenset[str]:
    """The cuisines of the book that a name stands for, itself included."""
    others = _REGIONS.get(cuisine, "")
    parts = others.split("|") if "|" in others else [others]
    found = {cuisine}
    for part in parts:
        found |= {part} if part in known_cuisines() else set(part.split())
        found |= {each for each in known_cuisines() if " " in each and each in part}
    return frozenset(found)


@lru_cache
def known_cuisines() -> frozenset[str]:
    """The cuisines of the book."""
    return frozenset(entry.draft.cuisine for entry in cookbook())


def within(entry: Entry, needs: Needs) -> bool:
    """Whether the recipe is of the cuisine, meal and season that are asked for."""
    draft = entry.draft
    if needs.cuisine and draft.cuisine not in regions(needs.cuisine):
        return False
    if needs.season and draft.season not in (None, needs.season):
        return False
    return not needs.meal_type or draft.meal_type in (needs.meal_type, _MEALS.get(needs.meal_type))


def nearest(needs: Needs, among: Sequence[Entry] | None = None) -> Iterator[tuple[Entry, Plan]]:
    """The recipes that can be made to meet the request, the nearest first, each with its changes.

    Those like the ones before come later.
    """
    scored: list[tuple[float, Entry, Plan]] = []
    for entry in among if among is not None else cookbook():
        named = _named(entry, needs) if needs.dish else 0.0
        if not within(entry, needs) or (needs.dish and named <= 0):
            continue
        changes = plan(entry, needs)
        if changes is not None:
            scored.append((named + _fit(entry, needs) - changes.cost, entry, changes))
    seen: list[Entry] = []
    while scored:
        best = max(scored, key=lambda each: (each[0] - likeness(each[1], seen), each[1].id))
        scored.remove(best)
        seen.append(best[1])
        yield best[1], best[2]


def _fit(entry: Entry, needs: Needs) -> float:
    draft = entry.draft
    fit = 0.6 * (draft.meal_type == needs.meal_type)
    fit += 0.5 * (needs.season is not None and draft.season == needs.season)
    fit += 0.5 * (needs.cuisine is not None and draft.cuisine == needs.cuisine)
    fit += sum(0.5 for wanted in needs.must if any(food.name in wanted.foods for food in entry.foods))
    fit += sum(0.6 for wanted in needs.must if set(words(wanted.best.name)) & entry.title)
    return fit - 0.12 * abs(math.log2(needs.servings / draft.servings))


def _named(entry: Entry, needs: Needs) -> float:
    """How far the recipe is the dish that was named, 0 to about 4.

    What sort of dish it is ("risotto") says more than what is in it, which can be changed.
    """
    held = whole = 0.0
    told: set[bool] = set()
    sorts = False
    for word in [word for word in needs.dish if word in _vocabulary()]:
        food = find(word)
        is_sort = food is None or food.category in ("prepared", "soup")
        weight = 1.3 if is_sort else 0.7
        share = _held(entry, word)
        whole, held, sorts = whole + weight, held + share * weight, sorts or is_sort
        if share > _IN_THE_BODY:
            told.add(is_sort)
    if not told or held / whole < _LEAST_HELD:
        return 0.0
    wanted = sum(0.8 if any(f.name in each.foods for f in entry.foods) else -0.8 for each in needs.named)
    alike = fuzz.token_sort_ratio(" ".join(needs.dish), " ".join(sorted(entry.title))) / 100
    found = max(3.0 * held / whole + alike + wanted, 0.01)
    return found if True in told or not sorts else _OTHER_SORT * found


_IN_THE_BODY = 0.35
_LEAST_HELD = 0.34
"""Share of a dish's name that a recipe must hold to be taken for it."""

_OTHER_SORT = 0.4


def _held(entry: Entry, word: str) -> float:
    """How far the recipe holds a word of the dish's name: in its title, as a sort of it, elsewhere."""
    narrower = {each for dish in dishes().get(key(word), ()) for each in words(dish)}
    if word in entry.title:
        return 1.0
    if word in words(entry.draft.category):
        return 0.9
    if narrower & entry.title or any(way in entry.title for way in ways(word)):
        return 0.6
    if len(word) > 4 and any(fuzz.ratio(word, other) >= 84 for other in entry.title):
        return 0.7
    if word in entry.body or any(way in entry.body for way in ways(word)):
        return _IN_THE_BODY
    return 0.0


@lru_cache
def _vocabulary() -> frozenset[str]:
    """Words that say something of a dish; others, such as whose grandmother made it, say nothing."""
    book = {word for entry in cookbook() for word in entry.title | entry.body}
    return frozenset(book | {word for name in by_key() for word in name.split()} | set(dishes()))


def likeness(entry: Entry, seen: Sequence[Entry]) -> float:
    """How far the recipe repeats those that were taken: the same sort of dish, cuisine, or main food."""
    like = 0.0
    for other in seen:
        same = 0.35 * (entry.draft.category == other.draft.category)
        same += 0.2 * (entry.draft.cuisine == other.draft.cuisine)
        both = len(entry.kinds & other.kinds) / max(1, len(entry.kinds | other.kinds))
        title = len(entry.title & other.title) / max(1, len(entry.title | other.title))
        like = max(like, same + 0.4 * both + 0.8 * title)
    return like
