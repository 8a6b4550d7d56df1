"""The shopping list on paper: two columns of lines to tick off, by aisle."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Frame,
    FrameBreak,
    NextPageTemplate,
    PageTemplate,
)

from lib.recipes.amounts import plural
from lib.reports.checklist import INDENT, CheckLine
from lib.reports.document import About, Rendered, footer, render
from lib.reports.layout import COLUMN_GAP, Heading, Layout, Span
from lib.reports.paper import Paper
from lib.reports.words import words
from lib.shopping.models import LeftOut, ListItem, RecipeUse, Section, ShoppingList

_BELOW_HEAD = 12.0
_LONGEST_HEAD = 240
_LONGEST_TITLE = 60
_LONGEST_NAME = 300
_LONGEST_NOTE = 120
_LEAST_KEPT, _MOST_KEPT = 60.0, 200.0
"""Height that a title wants below it, in points: all of the first line unless that is very high."""
_SHORTER = re.compile(r" (?:with|and|in|on|for|&) |, |: | \(")
_TELLING = 8
"""Letters of a title that tell which recipe it is."""


@dataclass(frozen=True)
class ShoppingReport:
    """A list to print.

    Args:
        as_of: the moment that it is of.
    """

    data: ShoppingList
    as_of: datetime.datetime


def draw(report: ShoppingReport, paper: Paper) -> Rendered:
    """The list as a PDF."""
    data = report.data
    layout = Layout(paper, text=data.model_dump_json())
    head = [
        layout.paragraph(_cut(data.title, _LONGEST_HEAD), "title"),
        layout.paragraph(_lead(data), "lead"),
    ]
    story: list[Flowable] = [NextPageTemplate("two"), *head, FrameBreak()]
    names = _short_titles(data)
    for place, section in enumerate(data.sections):
        story += _section(layout, section, place, names)
    story += _notes(layout, data)
    about = About(_cut(data.title, _LONGEST_HEAD), f"{_lead(data)}.", report.as_of)
    return render(story, about, layout, _first_page(layout, head))


def _first_page(layout: Layout, head: Sequence[Flowable]) -> PageTemplate:
    """A page whose head goes over both columns."""
    sheet, width = layout.sheet, layout.column(2)
    taken = sum(part.wrap(layout.width, sheet.inner_height)[1] + part.getSpaceAfter() for part in head)
    below = sheet.inner_height - taken - _BELOW_HEAD
    frames = [
        _frame(layout, 0, layout.width, sheet.bottom + below, taken + _BELOW_HEAD),
        *(_frame(layout, left, width, sheet.bottom, below) for left in (0, width + COLUMN_GAP)),
    ]
    return PageTemplate("first", frames, onPage=footer)


def _frame(layout: Layout, left: float, width: float, bottom: float, height: float) -> Frame:
    return Frame(
        layout.sheet.side + left, bottom, width, height,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip


def _lead(data: ShoppingList) -> str:
    """How much it is: "48 things from 9 aisles, for 6 recipes"."""
    parts = f"{_many(data.total_items, 'thing')} from {_many(len(data.sections), 'aisle')}"
    return f"{parts}, for {_many(len(data.recipes), 'recipe')}" if data.recipes else parts


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _section(layout: Layout, section: Section, place: int, names: Mapping[str, str]) -> list[Flowable]:
    """An aisle."""
    title = layout.heading(section.aisle, 0, f"aisle-{place}", "subheading")
    return _headed(layout, title, [_line(layout, item, names) for item in section.items])


def _headed(layout: Layout, title: Heading, parts: Sequence[Flowable]) -> list[Flowable]:
    """A title that stays with the first of these parts, unless that is very long."""
    first = parts[0].wrap(layout.column(2), layout.sheet.inner_height)[1]
    kept = max(min(first, _MOST_KEPT), _LEAST_KEPT)
    room = title.getSpaceBefore() + title.wrap(layout.column(2), inf)[1] + title.getSpaceAfter() + kept
    return [CondPageBreak(room), title, *parts]


def _line(layout: Layout, item: ListItem, names: Mapping[str, str]) -> CheckLine:
    small = "; ".join(filter(None, [_for_recipes(item, names), *_balance(item)]))
    width = layout.column(2) - INDENT
    return CheckLine(
        words(layout, _main(item), "cell-line", width),
        words(layout, small, "cell-small", width) if small else None,
    )


def _main(item: ListItem) -> list[str | Span]:
    """The amount in bold, the name, and what to look for."""
    text = _cut(item.text, _LONGEST_NAME)
    bold = item.display if text.startswith(item.display) else ""
    spans: list[str | Span] = [(bold, "bold")] if bold else []
    rest = text.removeprefix(bold)
    spans += [rest] if rest else []
    notes = [_cut(note, _LONGEST_NOTE) for note in item.notes]
    said = ", ".join([*notes, *(["if you like"] if item.optional else [])])
    return [*spans, (f", {said}", "italic")] if said else spans


def _for_recipes(item: ListItem, names: Mapping[str, str]) -> str:
    """Which recipes need it, and how much each where that isn't said already."""
    return " · ".join(
        f"{names[use.recipe_id]}{_amount(use, item)}{' (optional)' if use.optional else ''}"
        for use in item.for_recipes
    )


def _amount(use: RecipeUse, item: ListItem) -> str:
    """How much, without the name of what the line is about."""
    if use.display == item.display and len(item.for_recipes) == 1:
        return ""
    return f" {use.display.removesuffix(plural(item.name)).removesuffix(item.name).rstrip()}"


def _balance(item: ListItem) -> Iterator[str]:
    said = {item.display, *(use.display for use in item.for_recipes)}
    several = len(item.for_recipes) != 1
    if several and item.needed.amount and item.needed.display not in said:
        yield f"{item.needed.display} in all"
    if item.pantry.amount:
        yield f"{item.pantry.display} at home"
    if item.leftover.amount and item.needed.amount:
        yield f"leaves {item.leftover.display}"


def _short_titles(data: ShoppingList) -> dict[str, str]:
    """What recipes are called in small print: up to "with" and the like, where that tells them apart."""
    titles = {use.recipe_id: use.title for s in data.sections for i in s.items for use in i.for_recipes}
    short = {key: _SHORTER.split(title, maxsplit=1)[0] for key, title in titles.items()}
    times = Counter(short.values())
    return {
        key: _cut(
            title if times[short[key]] > 1 or len(short[key]) < _TELLING else short[key], _LONGEST_TITLE
        )
        for key, title in titles.items()
    }


def _notes(layout: Layout, data: ShoppingList) -> list[Flowable]:
    """What isn't bought, what wasn't added up, and what the list is for."""
    blocks = (
        ("Not on this list", [_left_out(each) for each in data.left_out]),
        ("Kept apart", [f"{each.name}: {each.reason}" for each in data.unmerged]),
        ("At home, and not needed", data.unused_pantry),
        ("Recipes", [_recipe(each.title, each.servings) for each in data.recipes]),
        ("Please note", data.remarks),
    )
    story: list[Flowable] = []
    width = layout.column(2)
    for place, (title, texts) in enumerate(blocks):
        if texts:
            head = layout.heading(title, 0, f"note-{place}", "subheading")
            text = " · ".join(_cut(text, _LONGEST_NAME) for text in texts)
            story += _headed(layout, head, [words(layout, text, "small", width)])
    return story


def _left_out(each: LeftOut) -> str:
    if each.needed is None or each.pantry is None or not each.needed.amount:
        return f"{each.name}: {each.reason}"
    rest = f", leaves {each.leftover.display}" if each.leftover and each.leftover.amount else ""
    return f"{each.name}: {each.needed.display}, {each.reason}{rest}"


def _recipe(title: str, servings: float | None) -> str:
    said = f", {servings:g} serving{'' if servings == 1 else 's'}" if servings else ""
    return f"{_cut(title, _LONGEST_TITLE * 2)}{said}"


def _cut(text: str, longest: int = _LONGEST_TITLE) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
