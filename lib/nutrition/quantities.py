"""Numbers and measures at the start of a text: "1 1/2", "2-3", "½", "a dozen", "14.5 oz"."""

import html
import re
import unicodedata
from dataclasses import dataclass

from lib.nutrition.units import Unit, find_unit

LONGEST_LINE = 1000
LONGEST_TEXT = 50_000
"""Characters that are looked at; a line of more is none."""

_LEAST, _MOST = 1e-4, 1e6

_WORDS: dict[str, float] = {
    word: float(number)
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve".split(), start=1
    )
} | {
    "a": 1,
    "an": 1,
    "half": 0.5,
    "quarter": 0.25,
    "couple": 2,
    "few": 3,
    "several": 4,
    "fifteen": 15,
    "sixteen": 16,
    "twenty": 20,
    "dozen": 12,
}
_AFTER = {"dozen": 12.0, "half": 0.5}
_UNSAID = frozenset({"a", "an", "few", "several", "couple"})
"""Words that stand before a unit ("a few sprigs") without saying an exact number."""

_NUMBER = r"\d+ \d+/\d+|\d+/\d+|\d+(?:[.,]\d+)?|\.\d+"
NUMBER = re.compile(rf"(?:{_NUMBER})(?![\d/])")
_RANGE = re.compile(
    rf"\s*(?:-?\s*(?:to|or)\s+|-\s*)(?P<high>{_NUMBER})(?![\d/])(?!\s*(?:%|-?\s?inch))", re.IGNORECASE
)
_THOUSANDS = re.compile(r"(?<![\d.,])([1-9]\d{0,2}),(?=\d{3}(?!\d))")
_MIXED = re.compile(r"(?<![/\d])(\d+)(?:\s*-\s*|\s+(?:and|&)\s+)(?=([1-9])/([2-9]|10|16)(?!\d))")
_WORD = re.compile(r"[A-Za-z#]+\.?")
_BULLET = re.compile(r"^(?:[-–—•▢☐□*·>]\s*|\d+[.)]\s+(?=\d)|n/a\b[\s,:]*(?=\w))+", re.IGNORECASE)
_HALF_WORD = re.compile(r"\b([a-z]+)-\s?(or|and|to) ([a-z]+)-([a-z]+)\b", re.IGNORECASE)
_GLUED_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")
_DASHES = str.maketrans({"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "⁄": "/", "’": "'", "‘": "'",
                         "“": '"', "”": '"', "®": None, "™": None, "×": "x", "″": '"'})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount from `low` to `high` of a unit; without a unit it is a count."""

    low: float
    high: float
    unit: Unit | None = None

    @property
    def middle(self) -> float:
        """The number to count with."""
        return (self.low + self.high) / 2

    @property
    def base(self) -> float:
        """Grams, millilitres or pieces, by the unit's kind."""
        return self.middle * (self.unit.size if self.unit else 1)


def clean(text: str) -> str:
    """The text in plain characters: fractions as "1 1/2", one kind of dash, single spaces."""
    text = " ".join(text[:LONGEST_TEXT].split())
    if len(text) > LONGEST_LINE:
        return text[: LONGEST_LINE + 1]
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", _GLUED_FRACTION.sub(" ", text)).translate(_DASHES)
    text = _BULLET.sub("", " ".join(text.split()))
    if "-" in text:
        text = _HALF_WORD.sub(r"\1-\4 \2 \3-\4", text)  # "short- or medium-grain"
    if "," in text:
        text = _THOUSANDS.sub(r"\1", text)
    return _MIXED.sub(_mixed, text)


def _mixed(match: re.Match[str]) -> str:
    whole, top, bottom = match.groups()
    return f"{whole} " if int(top) < int(bottom) else match[0]


def number(written: str) -> float | None:
    """The value of a number as written; None when it has none, is tiny or beyond a million."""
    value = 0.0
    for part in written.replace(",", ".").split():
        top, _, bottom = part.partition("/")
        if bottom and not float(bottom):
            return None
        value += float(top) / float(bottom or 1)
    return value if value == 0 or _LEAST <= value <= _MOST else None


_POWER = re.compile(r"[\d.]+e[+-]?\d", re.IGNORECASE)


def impossible_amount(text: str) -> str | None:
    """Why the number that the text starts with can't be an amount; None when it can, or there is none.

    A dash and a space before a number is a bullet, a dash right before it a minus.
    """
    bare = text.lstrip()
    if bare[:1] in "-\u2212\u2013" and bare[1:2].isnumeric():
        return "the amount is negative"
    if _POWER.match(bare):
        return "write the amount without an exponent"
    first = NUMBER.match(clean(text))
    if first is None or not first[0].strip("0.,/ "):
        return None
    if number(first[0]) is None:
        return f"the amount must be at least {_LEAST:g} and at most {_MOST:,.0f}"
    return None


def take_number(text: str) -> tuple[Measure | None, str]:
    """The count or range that the text starts with, and what follows it."""
    match = NUMBER.match(text)
    if match is None or match[0].startswith("00"):  # "00 flour"
        return _take_word(text)
    low = number(match[0])
    if low is None:
        return None, text
    rest = text[match.end() :]
    high = low
    if span := _RANGE.match(rest):
        upper = number(span["high"])
        if upper is not None and low < upper <= 20 * low:
            high, rest = upper, rest[span.end() :]
    rest = rest.lstrip()
    if rest.startswith("%"):
        return None, text
    if rest[:5].lower() == "dozen":
        return Measure(low * 12, high * 12), rest[5:].lstrip()
    return Measure(low, high), rest


def _take_word(text: str) -> tuple[Measure | None, str]:
    value: float | None = None
    rest = text
    while match := _WORD.match(rest):
        word = match[0].lower()
        if word in _WORDS and (value is None or word in _AFTER or word in _UNSAID):
            value = _WORDS[word] if value is None else value * (_AFTER.get(word) or max(1, _WORDS[word]))
        elif not (word == "of" and value is not None and rest[3:5].lower() in ("a ", "an")):
            break
        rest = rest[match.end() :].lstrip()
    if value is None or not rest or rest[:7].lower() == "little ":
        return None, text
    if span := re.match(r"(?:to|or)\s+(\w+)\s+", rest):
        upper = _WORDS.get(span[1].lower()) or (number(span[1]) if span[1].isdigit() else None)
        if upper and value < upper <= 20:
            return Measure(value, upper), rest[span.end() :]
    return Measure(value, value), rest


_FLUID = re.compile(r"(?:fl|fluid)\.?\s*(?:oz|ounces?)\b\.?", re.IGNORECASE)


def take_unit(text: str) -> tuple[Unit | None, str]:
    """The unit that the text starts with, and what follows it."""
    if text[:2].lower() == "fl" and (match := _FLUID.match(text)):
        return find_unit("floz"), text[match.end() :].lstrip()
    match = _WORD.match(text)
    if match is None:
        return None, text
    after = text[match.end() :]
    if after[:1].isalnum() or after[:1] == "'":
        return None, text
    unit = find_unit(match[0])
    if unit and unit.kind == "count" and after[:1] == "-" and after[1:2].isalpha():  # "rib-eye"
        return None, text
    return (unit, after.lstrip()) if unit else (None, text)


def take_measure(text: str) -> tuple[Measure | None, str]:
    """The number with a unit that the text starts with, and what follows it."""
    amount, rest = take_number(text)
    if amount is None:
        return None, text
    unit, rest = take_unit(rest.lstrip(" -"))
    return (Measure(amount.low, amount.high, unit), rest) if unit else (None, text)
