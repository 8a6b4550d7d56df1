"""The place in a recipe that shows best why it was found, with the matched words marked."""

import html
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lib.nutrition.foods import words
from lib.search.terms import WORD, Term
from lib.tables import ingredients, recipe_details, recipe_ingredients, recipes

_LONGEST = 220


def snippets(
    session: Session, matched: Mapping[str, Sequence[str]], asked: Sequence[Term]
) -> dict[str, str]:
    """A snippet for each recipe, as HTML, by recipe id.

    Args:
        matched: what each recipe holds of what was said, by recipe id.
    """
    if not matched:
        return {}
    listed = (
        select(func.string_agg(ingredients.c.name, ", "))
        .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
        .where(recipe_ingredients.c.recipe_id == recipes.c.id)
        .scalar_subquery()
    )
    rows = session.execute(
        select(recipes.c.id, recipes.c.description, recipe_details.c.summary, listed.label("listed"))
        .outerjoin(recipe_details, recipe_details.c.recipe_id == recipes.c.id)
        .where(recipes.c.id.in_(matched))
    )
    ways = {term.said: {word for way in term.ways for word in words(way)} for term in asked}
    found = {}
    for row in rows:
        marks = {word for said in matched[row.id] for word in ways.get(said, ())}
        texts = [text for text in (row.summary, row.description, row.listed) if text]
        found[row.id] = _best(texts, marks)
    return found


def _best(texts: Sequence[str], marks: set[str]) -> str:
    """The text, cut to length around its marks, that has most of the marked words."""
    shown = [(_marked_words(text, marks), text) for text in texts]
    if not shown:
        return ""
    places, text = max(shown, key=lambda each: len({word for _, _, word in each[0]}))
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
