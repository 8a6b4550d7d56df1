"""A recipe on its page: title and times, ingredients and label on the left, the steps on the right."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from reportlab.platypus import Flowable

from lib.reports.columns import Columns
from lib.reports.label import WIDTH, NutritionFacts
from lib.reports.layout import Layout, Text
from lib.reports.pictures import Picture
from lib.reports.sheets import Ingredient, RecipeSheet, Section
from lib.reports.style import TINT

_PICTURE_HEIGHT = 168.0
_LONG_TITLE = 90
"""Characters from which a title is set smaller."""
_NO_STEPS = "This recipe has no steps."
_NO_INGREDIENTS = "This recipe lists no ingredients."


class _Looks(NamedTuple):
    """Styles of what the columns hold."""

    heading: str
    ingredient: str
    step: str


_USUAL = _Looks("subheading", "ingredient", "step")
_TIGHT = _Looks("subheading-tight", "ingredient-tight", "step-tight")
_SCALES = (1.0, 0.9, 0.8, 0.7)
_DOT = " · "


def recipe(sheet: RecipeSheet, layout: Layout, level: int, *, pictured: bool = False) -> list[Flowable]:
    """The parts of a recipe's page, or pages.

    Args:
        level: of its bookmark.
        pictured: whether there is a picture above it, or a drawn strip.
    """
    parts: list[Flowable] = []
    if pictured:
        parts.append(Picture(sheet.picture, layout.width, _PICTURE_HEIGHT, sheet.illustration))
    style = "title" if len(sheet.title) <= _LONG_TITLE else "heading"
    parts.append(layout.heading(sheet.title, level, sheet.key, style))
    if sheet.meta:
        parts.append(layout.paragraph(_DOT.join(sheet.meta), "meta"))
    if sheet.summary:
        parts.append(layout.paragraph(sheet.summary, "summary"))
    if sheet.labels:
        parts.append(layout.paragraph(" ".join(sheet.labels), "small"))
    if sheet.planned:
        parts.append(_planned(sheet.planned, layout))
    tighter = partial(_columns, sheet, layout, _TIGHT)
    return [*parts, _columns(sheet, layout, _USUAL, tighter)]


def _columns(
    sheet: RecipeSheet, layout: Layout, looks: _Looks, tighter: Callable[[], Columns] | None = None
) -> Columns:
    return Columns(
        _left(sheet, layout, looks),
        _right(sheet, layout, looks),
        [part for section in sheet.keeping for part in _section(section, layout, looks)],
        _labels(sheet, layout),
        WIDTH,
        layout.width,
        tighter,
    )


def _planned(lines: Sequence[str], layout: Layout) -> Flowable:
    """When it is eaten, in a box."""
    cell: list[Flowable] = [layout.paragraph(line, "planned") for line in lines]
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), 8) for side in ("LEFT", "RIGHT")]
    padding += [("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]
    return layout.table(
        [[cell]], [1], header=0, rules=False, extra=[("BACKGROUND", (0, 0), (-1, -1), TINT), *padding]
    )


def _left(sheet: RecipeSheet, layout: Layout, looks: _Looks) -> list[Flowable]:
    parts: list[Flowable] = [layout.paragraph("Ingredients", looks.heading)]
    parts += [layout.paragraph(_line(entry), looks.ingredient) for entry in sheet.ingredients]
    if not sheet.ingredients:
        parts.append(layout.paragraph(_NO_INGREDIENTS, "note"))
    return [*parts, layout.space(8)]


def _line(entry: Ingredient) -> Text:
    if not entry.amount:
        return entry.rest
    return [(entry.amount, "bold"), f" {entry.rest}"]


def _right(sheet: RecipeSheet, layout: Layout, looks: _Looks) -> list[Flowable]:
    parts = [part for section in sheet.sections for part in _section(section, layout, looks)]
    if not sheet.sections:
        parts.append(layout.paragraph(_NO_STEPS, "note"))
    return parts


def _labels(sheet: RecipeSheet, layout: Layout) -> list[Flowable]:
    if sheet.facts is None:
        return []
    label = partial(NutritionFacts, sheet.facts, layout.fonts)
    return [label(), *(label(brief=True, scale=scale) for scale in _SCALES)]


def _section(section: Section, layout: Layout, looks: _Looks) -> list[Flowable]:
    parts: list[Flowable] = [layout.paragraph(section.title, looks.heading)]
    for number, step in enumerate(section.steps, start=1):
        bullet = f"{number}." if section.numbered else "–"
        parts.append(layout.paragraph(step, looks.step, bullet=bullet))
    return parts
