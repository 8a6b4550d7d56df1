"""The analytics report on pages: key figures first, then chapters with charts, then what all means."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from reportlab.platypus import CondPageBreak, Flowable, PageBreak

from lib.analytics import charting, metrics
from lib.analytics.answers import Asked
from lib.analytics.charts import drawing, words
from lib.analytics.metrics import Group
from lib.reports import analytics_figures
from lib.reports.analytics import AnalyticsReport
from lib.reports.analytics_figures import FIGURES, NONE, Figure
from lib.reports.charts import Chart
from lib.reports.document import About, Rendered, render
from lib.reports.layout import Cell, Layout
from lib.reports.paper import Paper
from lib.reports.style import COLORS, Align

_TILES = 3
_MOST_OF_A_KIND = 8
_TRENDING = 5
_CHAPTER_ROOM = 240.0
"""In points; a chapter begins on a new page where there is less."""
_CHAPTERS: tuple[Group, ...] = ("users", "recipes", "engagement")
_KINDS = ("Cuisine", "Meal", "Difficulty", "Season")


def draw(report: AnalyticsReport, paper: Paper) -> Rendered:
    """The report as a PDF."""
    text = report.now.recipes.model_dump_json() + report.now.engagement.model_dump_json()
    pages = _Pages(report, Layout(paper, text))
    about = About(
        title="Analytics",
        subject=f"Users, recipes and engagement, {pages.dates}",
        as_of=report.now.users.as_of,
        note=f"Analytics, {pages.dates}",
    )
    return render(pages.story(), about, pages.layout)


class _Pages:
    """Makes the parts of the report."""

    def __init__(self, report: AnalyticsReport, layout: Layout) -> None:
        self.report, self.layout = report, layout
        asked = report.now.users
        self.dates = words.dates(asked.from_, asked.to)
        before = report.before.users
        self.before = words.dates(before.from_, before.to)

    def story(self) -> list[Flowable]:
        """All of it, from the first page to the last."""
        return [
            *self._first_page(),
            PageBreak(),
            *self._users(),
            *self._retention(),
            *self._recipes(),
            *self._engagement(),
            *self._definitions(),
        ]

    def _first_page(self) -> list[Flowable]:
        asked = self.report.now.users
        said = [self.dates, asked.timezone, words.as_of(asked)]
        return [
            self.layout.heading("Analytics", 0, "overview", "title"),
            self.layout.paragraph(", ".join(said), "lead"),
            self._tiles([figure for figure in FIGURES if figure.on_first_page]),
            self.layout.paragraph(f"Changes are against {self.before}, just before.", "small"),
            *self._chart("engagement", self.report.now.engagement, 225),
            *self._in_words(),
        ]

    def _in_words(self) -> list[Flowable]:
        now = self.report.now
        answers = {"users": now.users, "recipes": now.recipes, "engagement": now.engagement}
        told = [drawing.told(kind, answers[kind.group]) for kind in charting.KINDS]
        heading = self.layout.paragraph("In words", "subheading")
        return [heading, *(self.layout.paragraph(each, "item", bullet="•") for each in told)]

    def _tiles(self, figures: Sequence[Figure]) -> Flowable:
        tiles: list[Cell] = [
            [
                self.layout.paragraph(figure.name, "small"),
                self.layout.paragraph(figure.text(self.report.now), "figure"),
                self.layout.paragraph(self._beside(figure), "small"),
            ]
            for figure in figures
        ]
        tiles += [""] * (-len(tiles) % _TILES)
        rows = [tiles[at : at + _TILES] for at in range(0, len(tiles), _TILES)]
        lines = ("LINEABOVE", (0, 0), (-1, -1), 0.8, COLORS.grid)
        room = [("TOPPADDING", (0, 0), (-1, -1), 7), ("BOTTOMPADDING", (0, 0), (-1, -1), 6)]
        return self.layout.table(rows, [1] * _TILES, header=0, rules=False, extra=[lines, *room])

    def _beside(self, figure: Figure) -> str:
        change = figure.change(self.report)
        was = figure.text(self.report.before)
        if was == NONE:
            return "nothing to compare with"
        return f"from {was}" if change == NONE else f"{change} from {was}"

    def _users(self) -> list[Flowable]:
        users = self.report.now.users
        return [
            self._chapter("Users", "users"),
            self._figures("users"),
            *self._chart("user-growth", users, 190),
            *self._counts("Subscriptions, as of now", "Plan", "Users", users.by_subscription),
        ]

    def _retention(self) -> list[Flowable]:
        users = self.report.now.users
        height = min(330.0, 60.0 + 22.0 * len(users.retention.cohorts))
        parts = [
            self._chapter("Retention", "retention"),
            *self._chart("retention", users, max(height, 90.0), titled=False),
        ]
        return [CondPageBreak(_CHAPTER_ROOM), self.layout.together(parts)]

    def _recipes(self) -> list[Flowable]:
        recipes = self.report.now.recipes
        popular = 20.0 + 22.0 * max(3, len(recipes.popular))
        return [
            CondPageBreak(_CHAPTER_ROOM),
            self._chapter("Recipes", "recipes"),
            self._figures("recipes"),
            *self._chart("popular-recipes", recipes, popular),
            *self._trending(),
            *self._kinds(),
        ]

    def _engagement(self) -> list[Flowable]:
        engagement = self.report.now.engagement
        funnel = 10.0 + 34.0 * len(engagement.funnel)
        return [
            CondPageBreak(_CHAPTER_ROOM),
            self._chapter("Engagement", "engagement"),
            self._figures("engagement"),
            *self._chart("funnel", engagement, funnel),
            *self._counts("Events by type", "Type", "Events", engagement.by_type),
        ]

    def _chapter(self, title: str, key: str) -> Flowable:
        return self.layout.heading(title, 0, key, "chapter")

    def _figures(self, group: Group) -> Flowable:
        now, before = self.report.now, self.report.before
        rows: list[list[Cell]] = [["Figure", "Value", "Before", "Change"]]
        rows += [
            [figure.name, figure.text(now), figure.text(before), figure.change(self.report)]
            for figure in analytics_figures.of(group)
        ]
        return self.layout.table(rows, [5, 2, 2, 2], align=["left", "right", "right", "right"])

    def _chart(self, name: str, answer: Asked, height: float, *, titled: bool = True) -> list[Flowable]:
        kind = charting.kind(name)
        metric = metrics.definition(kind.group, kind.metric)
        how = drawing.how(kind, answer)
        parts = [
            *([self.layout.paragraph(metric.title, "subheading")] if titled else []),
            *([self.layout.paragraph(how[0].upper() + how[1:], "small")] if how else []),
            Chart(kind, answer, self.layout, height),
            self.layout.space(10),
        ]
        return [self.layout.together(parts)]

    def _counts(self, title: str, what: str, unit: str, counts: Mapping[str, int]) -> list[Flowable]:
        if not counts:
            return []
        whole = sum(counts.values()) or 1
        rows: list[list[Cell]] = [[what, unit, "Share"]]
        rows += [[name, words.number(n), words.percent(n / whole)] for name, n in _sorted(counts)]
        table = self.layout.table(rows, [7, 2, 2], align=["left", "right", "right"])
        return [self.layout.together([self.layout.paragraph(title, "subheading"), table])]

    def _trending(self) -> list[Flowable]:
        trending = self.report.now.recipes.trending[:_TRENDING]
        if not trending:
            return []
        rows: list[list[Cell]] = [["Recipe", "Change", "Views", "Saves", "Plans", "Cooks"]]
        for each in trending:
            counts = (each.views, each.saves, each.plans, each.cooks)
            change = f"× {words.number(each.change, 2)}"
            rows.append([each.recipe.title, change, *map(words.number, counts)])
        right: list[Align] = ["left", "right", "right", "right", "right", "right"]
        table = self.layout.table(rows, [6, 2, 1.3, 1.3, 1.3, 1.3], align=right)
        title = metrics.definition("recipes", "trending").title
        return [self.layout.together([self.layout.paragraph(title, "subheading"), table])]

    def _kinds(self) -> list[Flowable]:
        """Four lists side by side."""
        recipes = self.report.now.recipes
        lists = (recipes.by_cuisine, recipes.by_meal_type, recipes.by_difficulty, recipes.by_season)
        if not any(lists):
            return []
        columns = [_most(counts) for counts in lists]
        rows: list[list[Cell]] = [[cell for kind in _KINDS for cell in (kind, "")]]
        for entries in zip_longest(*columns, fillvalue=("", "")):
            rows.append([cell for entry in entries for cell in entry])
        apart = [("LEFTPADDING", (at, 0), (at, -1), 22) for at in range(2, 2 * len(_KINDS), 2)]
        table = self.layout.table(
            rows, [3.4, 1] * len(_KINDS), align=["left", "right"] * len(_KINDS), extra=apart
        )
        heading = self.layout.paragraph("What there is", "subheading")
        return [self.layout.together([heading, table])]

    def _definitions(self) -> list[Flowable]:
        parts: list[Flowable] = [
            CondPageBreak(_CHAPTER_ROOM / 2),
            self._chapter("What the figures mean", "definitions"),
        ]
        for group in _CHAPTERS:
            rows: list[list[Cell]] = [[group.title(), "Meaning", "Unit"]]
            rows += [[one.title, one.definition, one.unit] for one in metrics.of(group)]
            parts.append(self.layout.table(rows, [3, 10, 1.4]))
        return parts


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The largest first."""
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))


def _most(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """The largest, and the others together."""
    found = _sorted(counts)
    shown, others = found[:_MOST_OF_A_KIND], found[_MOST_OF_A_KIND:]
    rows = [(name, words.number(n)) for name, n in shown]
    return rows + (
        [(f"{len(others)} others", words.number(sum(n for _, n in others)))] if others else []
    )
