"""The pages of a meal plan: the week at a glance, and each recipe on its own."""

from collections.abc import Sequence

from reportlab.platypus import Flowable, PageBreak

from lib.reports.document import About, Rendered, render
from lib.reports.layout import Cell, Layout
from lib.reports.paper import Paper
from lib.reports.recipe_pages import recipe
from lib.reports.sheets import PlannedDay, PlannedMeal, PlanReport

_EMPTY = "Nothing is planned for these days yet."
_FOR_ALL = (
    "Calories, protein, carbohydrates and fat are of all planned servings together, computed from USDA "
    "figures of the ingredients."
)
_DAY, _MEAL, _TOTAL = 1.5, 2.4, 2.1
"""Widths of columns."""


def draw(report: PlanReport, paper: Paper) -> Rendered:
    """The PDF."""
    layout = Layout(paper, report.model_dump_json())
    story = [
        layout.heading(report.title, 0, "week", "title"),
        layout.paragraph(report.dates, "lead"),
        *(_week(report, layout) if report.columns else [layout.paragraph(_EMPTY)]),
    ]
    for sheet in report.recipes:
        story += [PageBreak(), *recipe(sheet, layout, 1)]
    about = About(report.title, f"Meal plan, {report.dates}", report.as_of)
    return render(story, about, layout)


def _week(report: PlanReport, layout: Layout) -> list[Flowable]:
    names = ["Day", *(kind.capitalize() for kind in report.columns), "All together"]
    rows: list[Sequence[Cell]] = [names]
    rows += [_day(day, report.columns, layout) for day in report.days]
    widths = [_DAY, *[_MEAL] * len(report.columns), _TOTAL]
    parts: list[Flowable] = [layout.table(rows, widths)]
    if report.average:
        average = ", ".join(report.average)
        parts.append(layout.paragraph([("On average: ", "bold"), f"{average} a day."]))
    if report.aims:
        parts.append(layout.heading("Targets", 1, "targets", "subheading"))
        parts.append(_aims(report, layout))
    parts += [layout.paragraph(text, "small") for text in (_FOR_ALL, *report.doubts)]
    return parts


def _aims(report: PlanReport, layout: Layout) -> Flowable:
    rows = [["Each day", "Target", "On average", "Days that miss it"]]
    rows += [[aim.name, aim.target, aim.average, aim.missed] for aim in report.aims]
    return layout.table(rows, [2, 2, 2, 2], align=["left", "right", "right", "right"])


def _day(day: PlannedDay, columns: Sequence[str], layout: Layout) -> list[Cell]:
    when = [layout.paragraph(day.weekday, "cell-strong"), layout.paragraph(day.date, "cell-small")]
    meals = [
        [part for meal in day.meals.get(column, []) for part in _meal(meal, layout)]
        for column in columns
    ]
    totals = [
        layout.paragraph(text, "cell-small" if place else "cell-strong")
        for place, text in enumerate(day.totals)
    ]
    nothing = [layout.paragraph("–", "cell-small")]
    return [when, *(meal or nothing for meal in meals), totals or nothing]


def _meal(meal: PlannedMeal, layout: Layout) -> list[Flowable]:
    return [
        layout.paragraph(meal.title, "cell", link=meal.key),
        layout.paragraph(meal.said, "cell-small"),
        layout.space(2),
    ]
