"""Where a text speaks of which ingredient.

Steps say "the beans" of canned white beans and "the chicken" of chicken thighs. A mention is told by the
longest name at its place: "milk" within "coconut milk" is none of milk.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lib.nutrition.foods import Food, by_key, find, key, singular, unaccented, words
from lib.search.kinds import kinds_of

_TOKEN = re.compile(r"[^\W_]+(?:[%'’][^\W_]+)*%?")
_LONGEST = 6

# The last word of these names says which part of the food it is; steps leave it out.
_PARTS = frozenset(
    "thigh breast fillet leg drumstick shoulder rib loin tenderloin steak chuck sprout floret leaf "
    "wing short stew meat shell pod kernel crown".split()
)
GENERAL: dict[str, tuple[str, ...]] = {
    "poultry": ("meat", "bird", "poultry"),
    "red meat": ("meat",),
    "ground meat": ("meat", "mince"),
    "cured meat": ("meat",),
    "sausage": ("sausage", "meat"),
    "fish": ("fish", "fillet"),
    "shellfish": ("shellfish", "seafood"),
    "pasta": ("pasta", "noodle"),
    "melting cheese": ("cheese",),
    "hard cheese": ("cheese",),
    "soft cheese": ("cheese",),
    "legume": ("bean", "pulse", "legume"),
    "nut": ("nut",),
    "seed": ("seed",),
    "cooking fat": ("oil", "fat"),
    "spread": ("fat",),
    "mushroom": ("mushroom",),
    "fresh herb": ("herb",),
    "leafy green": ("green", "leaf"),
    "stock": ("broth", "stock"),
    "milk": ("milk",),
    "bread": ("bread",),
    "wrap": ("wrap", "round"),
    "sweetener": ("sugar",),
    "syrup": ("syrup",),
    "fruit": ("fruit", "berry"),
    "vegetable": ("vegetable",),
    "starchy vegetable": ("vegetable",),
    "alcohol": ("wine",),
    "flour": ("flour",),
}
"""General words for the foods of a role."""

# Words in front of a name that steps leave out, and that say nothing a cook must know there.
_LEFT_OUT = frozenset(
    "extra-firm firm cooked canned low-sodium unsalted unsweetened fresh dried frozen "
    "reduced-sodium silken "
    "lean 93/7 ground boneless skinless unsulphured light nonfat low-fat raw vegetarian gluten-free "
    "alcohol-free salt-free rolled".split()
)
_TELL_LITTLE = frozenset(
    "breadcrumb powder paste leaf seed flake extract stick berry pepper sauce flour wrapper".split()
)
_KINDS = frozenset({"beef", "pork", "lamb", "chicken", "turkey", "steak", "bean", "lentil", "squash",
                    "chili pepper", "white fish"})  # fmt: skip
# What is said of a food, or is a part of it, that leaves it the one among the ingredients.
_SAID_BEFORE = frozenset(
    "raw fresh fried toasted roasted boiled cooked chopped frozen melted warm cold small large "
    "sliced grated "
    "whole leftover jumbo broken thin thick tender creamy silky ripe baked hot drained soaked dried "
    "minced crushed caramelized soft crisp thawed".split()
)
_SAID_AFTER = frozenset(
    "juice zest clove wedge slice leaf rind peel half frond sprig stalk skin yolk white".split()
)
_KEPT_WHOLE = frozenset({"ground turmeric", "dried soybean", "vegetarian oyster sauce"})
_SPOKEN = {
    "plant-based ground": "plant-based mince",
    "gluten-free flour blend": "flour",
    "toasted wheat germ": "wheat germ",
}


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names something to eat: ingredients by number, or a food of the table."""

    start: int
    end: int
    said: str
    ingredients: frozenset[int]
    food: Food | None


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


@lru_cache(4000)
def _tokens(text: str) -> tuple[_Token, ...]:
    return tuple(
        _Token(found.start(), found.end(), _normal(found[0])) for found in _TOKEN.finditer(text)
    )


@lru_cache(20_000)
def _normal(word: str) -> str:
    return singular(unaccented(word).lower().replace("’", "'"))


@lru_cache
def _longest_from() -> dict[str, int]:
    """How many words the longest name has that begins with a word."""
    found: dict[str, int] = {}
    for name in by_key():
        first, _, rest = name.partition(" ")
        found[first] = max(found.get(first, 0), 1 + rest.count(" ") + bool(rest))
    return found


@lru_cache(5000)
def forms(name: str) -> tuple[str, ...]:
    """How steps may speak of a food of that name, as keys, the most telling first."""
    said = words(name)
    found = [" ".join(said[start:]) for start in range(len(said))]
    if len(said) > 1 and said[-1] in _PARTS:
        front = [word for word in said[:-1] if word not in _PARTS]
        found += [" ".join(front[start:]) for start in range(len(front))]
    if len(said) > 1 and said[-1] in _TELL_LITTLE and said[0] != "baking":
        found.append(" ".join(said[:-1]))
        found.append(said[-2])
    if name in _SPOKEN:
        found.append(key(_SPOKEN[name]))
    food = find(name)
    general = GENERAL.get(food.role, ()) if food else ()
    kinds = [kind for kind in kinds_of([food]) if kind in _KINDS] if food and _is_one(food) else []
    return tuple(dict.fromkeys(each for each in (*found, *general, *kinds) if each))


def _is_one(food: Food) -> bool:
    """Whether steps may call it by its kind: beef is a chuck steak, not beef stock."""
    return food.role not in (
        "stock",
        "sauce",
        "salty seasoning",
        "condiment",
        "soup",
        "snack",
        "cooking fat",
    )


_MOST_KNOWN = 120


@lru_cache(1000)
def names_of(names: tuple[str, ...]) -> "Names":
    """The names of a recipe's ingredients, kept with what its texts were found to name."""
    return Names(names)


class Names:
    """The names of a recipe's ingredients, sought in its texts.

    Args:
        names: of the ingredients, in their order.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._by_form: dict[str, set[int]] = {}
        self._first: dict[str, int] = {}
        for place, name in enumerate(names):
            for form in forms(name):
                self._by_form.setdefault(form, set()).add(place)
        # A whole name goes before other names' parts: "pepper" where there is also bell pepper.
        for place, name in enumerate(names):
            self._by_form[key(name)] = {place}
        self._known: dict[str, list[Mention]] = {}
        for form in self._by_form:
            first = form.partition(" ")[0]
            self._first[first] = max(self._first.get(first, 0), 1 + form.count(" "))

    def mentions(self, text: str) -> list[Mention]:
        """What the text names, in order."""
        if text in self._known:
            return self._known[text]
        said = _tokens(text)
        found: list[Mention] = []
        start = 0
        while start < len(said):
            mention, used = self._at(text, said, start)
            if mention:
                found.append(mention)
            start += used
        if len(self._known) < _MOST_KNOWN:
            self._known[text] = found
        return found

    def _at(self, text: str, said: Sequence[_Token], start: int) -> tuple[Mention | None, int]:
        first_word = said[start].word
        longest = min(_LONGEST, max(_longest_from().get(first_word, 0), self._first.get(first_word, 0)))
        if not longest:
            return None, 1
        most = 1
        while most < longest and start + most < len(said) and self._joined(text, said, start + most):
            most += 1
        for length in range(most, 0, -1):
            phrase = " ".join(token.word for token in said[start : start + length])
            own, food = self._by_form.get(phrase), by_key().get(phrase)
            if not (own or food) or (own is None and (" and " in phrase or _is_dish(food))):
                continue
            first, last = start, start + length - 1
            if own is None and (inner := self._inside(said, first, last)):
                first, last, own = inner
            where = (said[first].start, said[last].end, text[said[first].start : said[last].end])
            return Mention(*where, frozenset(own or ()), food), length
        return None, 1

    def _inside(self, said: Sequence[_Token], first: int, last: int) -> tuple[int, int, set[int]] | None:
        """The ingredient in a name that only says more of it: the lime in "lime juice"."""
        while first < last and said[first].word in _SAID_BEFORE:
            first += 1
        while first < last and said[last].word in _SAID_AFTER:
            last -= 1
        own = self._by_form.get(" ".join(token.word for token in said[first : last + 1]))
        return (first, last, own) if own else None

    @staticmethod
    def _joined(text: str, said: Sequence[_Token], place: int) -> bool:
        return text[said[place - 1].end : said[place].start] in (" ", "-")


def _is_dish(food: Food | None) -> bool:
    return food is not None and food.category in ("prepared", "soup")


def short(name: str) -> str:
    """How steps speak of a food: "extra-firm tofu" is "tofu" there."""
    if name in _KEPT_WHOLE or name in _SPOKEN:
        return _SPOKEN.get(name, name)
    said = name.split()
    while len(said) > 1 and said[0] in _LEFT_OUT:
        said.pop(0)
    if len(said) > 1 and said[-1] in ("fillet", "breast", "thigh") and said[0] != "white":
        said.pop()
    return " ".join(said)
