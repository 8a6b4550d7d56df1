"""Reads what a request demands ("nut-free cookies under 30 minutes") and turns it into filters.

A demand is read before spelling is corrected, since a correction could eat a "no". What isn't demanded
stays as text to rank by.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lib.nutrition.foods import find, key, unaccented
from lib.nutrition.labels import Diet
from lib.search import cues, objects
from lib.search.filters import Filters, Nutrient, Range
from lib.search.kinds import by_key as kind_by_key
from lib.search.objects import GROUPS, SINGLE, Known

_CONTRACTED = re.compile(r"\b(do|does|did|ca|have|has|wo|would|is|are|was|were|must|should|could)nt\b")
_HOURS = (
    (re.compile(r"\b(?:an|one|1) hour and a half\b|\b(?:one|1) and a half hours\b"), "90 minutes"),
    (re.compile(r"\b(?:a )?quarter of an hour\b"), "15 minutes"),
    (re.compile(r"\bthree quarters of an hour\b"), "45 minutes"),
    (re.compile(r"\bhalf (?:an? )?hour\b|\bhalf-hour\b"), "30 minutes"),
    (re.compile(r"\b(?:an|one|a) hour\b"), "1 hour"),
)
_NUMBER = re.compile(rf"\b(?:{'|'.join(sorted(cues.NUMBERS, key=len, reverse=True))})\b")
_MOST_NAMES = 40
_LONGEST_NAME = 100
_MOST_AMOUNT = 1_000_000
_FRACTIONS = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3}
_FRACTION = re.compile(rf"(\d+)?\s?([{''.join(_FRACTIONS)}])")
_SLASHED = re.compile(r"\b(?:(\d+) )?(\d)/(\d)(?= ?-?(?:hours?|hrs?|h)\b)")
_PART_HOURS = re.compile(r"(?<![\d.])(\d+\.\d+) ?-?(?:hours?|hrs?|h)\b")


@dataclass(slots=True)
class Request:
    """A request as understood: hard filters, and the text that is left to rank by."""

    query: str
    text: str
    filters: Filters
    found: bool = False

    @property
    def sentence(self) -> str:
        """What to embed; "no pork", which only demands something, would come close to pork."""
        return self.text or "a recipe"


@dataclass(slots=True)
class _Reading:
    text: str
    known: Known
    taken: list[tuple[int, int]] = field(default_factory=list)
    diets: list[Diet] = field(default_factory=list)
    allergens: list[str] = field(default_factory=list)
    ingredients: list[str] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    nutrients: dict[Nutrient, Range] = field(default_factory=dict)
    minutes: list[int] = field(default_factory=list)
    servings: list[int] = field(default_factory=list)

    def take(self, start: int, end: int) -> None:
        self.taken.append((start, end))

    def free(self, start: int, end: int) -> bool:
        return all(end <= a or start >= b for a, b in self.taken)


def read(query: str, known: Known) -> Request:
    """What the query demands.

    Args:
        known: whether a word is one that the recipes use; such a word is never taken for a typo.
    """
    reading = _Reading(normalised(query), known)
    for step in (_nutrients, _claims, _diets, _times, _servings, _intolerances, _exclusions):
        step(reading)
    left = _left(reading)
    found = bool(reading.taken)
    filters = Filters(
        diets=_once(reading.diets),
        exclude_allergens=_once(reading.allergens),
        exclude_ingredients=_once(reading.ingredients)[:_MOST_NAMES],
        claims=_once(reading.claims),
        nutrients=reading.nutrients,
        max_total_minutes=min(reading.minutes, default=None),
        min_servings=max(reading.servings, default=None),
    )
    return Request(query=query, text=left if found else query.strip(), filters=filters, found=found)


def combined(given: Filters, read: Filters) -> Filters:
    """Both callers' and read filters hold; of two limits the stricter one."""
    minutes = [m for m in (given.max_total_minutes, read.max_total_minutes) if m is not None]
    servings = [n for n in (given.min_servings, read.min_servings) if n is not None]
    nutrients = dict(given.nutrients)
    for name, bounds in read.nutrients.items():
        nutrients[name] = _narrower(nutrients[name], bounds) if name in nutrients else bounds
    lists = ("diets", "exclude_allergens", "exclude_ingredients", "claims")
    return given.model_copy(
        update={
            **{name: _once([*getattr(given, name), *getattr(read, name)]) for name in lists},
            "max_total_minutes": min(minutes, default=None),
            "min_servings": max(servings, default=None),
            "nutrients": nutrients,
        }
    )


def _narrower(one: Range, other: Range) -> Range:
    least = [b.min for b in (one, other) if b.min is not None]
    most = [b.max for b in (one, other) if b.max is not None]
    # An empty range is no contradiction in the request's form: nothing meets it.
    return Range.model_construct(min=max(least, default=None), max=min(most, default=None))


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def normalised(query: str) -> str:
    """Lower case, plain quotes, no accents, contractions with their apostrophe, numbers as digits."""
    text = _FRACTION.sub(lambda m: f"{int(m[1] or 0) + _FRACTIONS[m[2]]:g}", query)
    text = text.replace("’", "'").replace("‘", "'").replace("–", "-").replace("—", " - ")
    text = " ".join(unaccented(text).lower().split())
    text = _CONTRACTED.sub(lambda m: f"{m[1]}n't", text)
    text = _SLASHED.sub(lambda m: f"{int(m[1] or 0) + int(m[2]) / max(int(m[3]), 1):.4f}", text)
    text = _PART_HOURS.sub(lambda m: f"{round(float(m[1]) * 60)} minutes", text)
    for pattern, plain in _HOURS:
        text = pattern.sub(plain, text)
    return _NUMBER.sub(lambda m: str(cues.NUMBERS[m[0]]), text)


def _nutrients(reading: _Reading) -> None:
    for pattern, name in cues.NUTRIENT_AMOUNTS:
        for match in pattern.finditer(reading.text):
            front = reading.text[: match.start()]
            cue, more, less = _bound(front, match[0])
            amount = float(match["n"])
            if amount > _MOST_AMOUNT or not (more or less or match["least"] or name == "energyKcal"):
                continue
            scale = _milligrams(match) if name == "sodiumMg" else 1.0
            if match["least"]:
                bounds = Range.model_construct(min=float(match["least"]) * scale, max=amount * scale)
            else:
                bounds = Range(min=amount * scale) if more else Range(max=amount * scale)
            known = reading.nutrients.get(name)
            reading.nutrients[name] = _narrower(known, bounds) if known else bounds
            reading.take(match.start() - len(cue), match.end())


def _bound(front: str, said: str) -> tuple[str, bool, bool]:
    """The words before an amount that bound it, and whether from below or from above."""
    least, most = cues.AT_LEAST.search(front), cues.AT_MOST.search(front)
    if least and most:  # "no less than" ends in "less than"
        least, most = (least, None) if least.start() < most.start() else (None, most)
    more = bool(least) or "+" in said or "or more" in said
    less = bool(most) or "or less" in said or "max" in said
    cue = least or most
    return (cue[0] if cue else ""), more and not less, less


def _milligrams(match: re.Match[str]) -> float:
    """Milligrams of sodium in one unit of what was said; salt is 39.3% sodium by weight."""
    grams = (match["unit"] or "mg").startswith("g")
    return (1000 if grams else 1) * (0.393 if "salt" in match[0] else 1.0)


def _claims(reading: _Reading) -> None:
    for pattern, claim in cues.CLAIMS:
        for match in pattern.finditer(reading.text):
            if reading.free(*match.span()) and not _names_a_product(reading.text, match):
                reading.claims.append(claim)
                reading.take(*match.span())


def _names_a_product(text: str, match: re.Match[str]) -> bool:
    """ "low-sodium soy sauce" is a food, not a demand."""
    following = text[match.end() :].split()[:3]
    return any(
        find(f"{match[0]} {' '.join(following[:length])}") is not None
        for length in range(1, len(following) + 1)
    )


def _diets(reading: _Reading) -> None:
    for pattern, diet in cues.DIETS:
        for match in pattern.finditer(reading.text):
            if cues.NEGATED.search(reading.text[: match.start()]):
                continue
            reading.diets.append(diet)
            reading.take(*match.span())
            if diet == "gluten_free":
                reading.allergens.append("gluten")
            if diet == "dairy_free":
                reading.allergens.append("milk")
    for match in cues.COELIAC.finditer(reading.text):
        reading.allergens.append("gluten")
        reading.diets.append("gluten_free")
        reading.take(*match.span())


def _times(reading: _Reading) -> None:
    for place, pattern in enumerate(cues.TIMES):
        for match in pattern.finditer(reading.text):
            if not reading.free(*match.span()):
                continue
            unit = match.groupdict().get("unit") or "m"
            minutes = int(match["n"][:9]) * (60 if unit.startswith("h") else 1)
            if not 0 < minutes <= 100_000:
                continue
            tail = cues.TIME_TAIL.match(reading.text[match.end() :])
            if place == 1 and not tail:
                long = minutes > cues.LONGEST_PLAIN_MINUTES
                if long or cues.COOKED_FOR.search(reading.text[: match.start()]):
                    continue
            reading.minutes.append(minutes)
            reading.take(match.start(), match.end() + (tail.end() if tail else 0))


def _servings(reading: _Reading) -> None:
    for match in cues.SERVINGS.finditer(reading.text):
        if reading.free(*match.span()):
            number = int(next(filter(None, match.groups()))[:9])
            if number == 1 and match["n3"]:  # "one of us is"
                continue
            if 0 < number <= 1000:
                reading.servings.append(number)
                reading.take(*match.span())


def _intolerances(reading: _Reading) -> None:
    for match in cues.INTOLERANT.finditer(reading.text):
        found = objects.after(reading.text, match.end(), reading.known)
        if found:
            _exclude(reading, found.names, strict=True)
            reading.take(match.start(), found.end)
    for pattern in (cues.BAD_FOR, cues.FREE):
        for match in pattern.finditer(reading.text):
            if reading.free(*match.span()):
                _exclude_before(reading, match, strict=True)


def _exclusions(reading: _Reading) -> None:
    for match in cues.UNWANTED.finditer(reading.text):
        if not reading.free(*match.span()) or cues.INDISPENSABLE.search(reading.text[: match.start()]):
            continue
        found = objects.after(reading.text, match.end() + (match[0] == "non"), reading.known)
        if found and reading.free(found.start, found.end):
            _exclude(reading, found.names, strict=False)
            reading.take(match.start(), found.end)
    for pattern in (cues.LESS, cues.KEPT_OUT):
        for match in pattern.finditer(reading.text):
            if name := objects.named(match["food"], reading.known):
                _exclude(reading, [name], strict=False)
                reading.take(*match.span())
    for match in cues.FORBIDDEN.finditer(reading.text):
        _exclude_before(reading, match, strict=False)


def _exclude_before(reading: _Reading, match: re.Match[str], *, strict: bool) -> None:
    found = objects.before(reading.text, match.start(), reading.known)
    if found and reading.free(found.start, found.end):
        _exclude(reading, found.names, strict=strict)
        reading.take(found.start, match.end())


def _exclude(reading: _Reading, names: Iterable[str], *, strict: bool) -> None:
    """Exclude what the names say.

    Args:
        strict: somebody doesn't tolerate it, so all that holds the allergen goes.
    """
    for name in names:
        asked = key(name)
        name = name if len(name) <= _LONGEST_NAME else asked[:_LONGEST_NAME]
        group = GROUPS.get(asked)
        nothing_else = asked not in kind_by_key() and find(name) is None
        if group and (strict or nothing_else):
            reading.allergens += group
            continue
        if strict:
            reading.allergens += SINGLE.get(asked, ())
        reading.ingredients.append(name)


def _left(reading: _Reading) -> str:
    """What was not taken, without words that only make it a sentence."""
    text = list(reading.text)
    for start, end in reading.taken:
        text[start:end] = " " * (end - start)
    words = re.findall(r"[^\W_]+(?:['-][^\W_]+)*", "".join(text))
    return " ".join(word for word in words if word not in cues.FILLER)
