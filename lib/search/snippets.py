"""The place in a recipe that shows best why it was found, with the matched words marked."""

import html
from collections.abc import Sequence
from functools import lru_cache

from lib.nutrition.foods import words
from lib.search.terms import WORD, Term

_LONGEST = 220


def marks(asked: Sequence[Term], matched: Sequence[str]) -> set[str]:
    """The words to mark in a recipe that holds these of the terms."""
    return {word for term in asked if term.said in matched for way in term.ways for word in words(way)}


def snippet(texts: Sequence[str], marks: set[str]) -> str:
    """The text as HTML, cut to length around its marks, that has most of the marked words."""
    if not texts:
        return ""
    text = max(texts, key=lambda each: len(marks.intersection(map(_keyed, WORD.findall(each)))))
    places = _marked_words(text, marks)
    start = max(0, places[0][0] - 60) if places and len(text) > _LONGEST else 0
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = len(text) if len(text) - start <= _LONGEST else text.rfind(" ", start, start + _LONGEST)
    end = end if end > start else start + _LONGEST
    pieces, position = ["…" if start else ""], start
    for first, last, _ in places:
        if start <= first and last <= end:
            pieces += [
                html.escape(text[position:first]),
                f"<mark>{html.escape(text[first:last])}</mark>",
            ]
            position = last
    pieces += [html.escape(text[position:end]), "…" if end < len(text) else ""]
    return "".join(pieces)


def _marked_words(text: str, marks: set[str]) -> list[tuple[int, int, str]]:
    return [
        (match.start(), match.end(), said)
        for match in WORD.finditer(text)
        if (said := _keyed(match.group())) in marks
    ]


@lru_cache(50_000)
def _keyed(word: str) -> str:
    return (words(word) or [""])[0]
