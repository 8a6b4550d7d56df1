"""The Nutrition Facts label, drawn: the vertical format of 21 CFR 101.9(d)(12)."""

from functools import lru_cache

from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from lib.nutrition.facts import Fact, Facts
from lib.reports.fonts import Fonts
from lib.reports.style import COLORS
from lib.typefaces import Weight

WIDTH = 172.0
"""In points."""
_PAD = 6.0
_LINE = 11.6
_FIXED = 126.0
"""What all but nutrients and notes takes."""
_SMALL = 6.4
_FOOTNOTE = (
    "* The % Daily Value (DV) tells you how much a nutrient in a serving of food contributes to a daily "
    "diet. 2,000 calories a day is used for general nutrition advice."
)
_BRIEF = "* % Daily Value (DV): of a 2,000 calorie diet."
_ADDED = "Computed from USDA figures of the ingredients; added sugars aren't stated."
_INCOMPLETE = "Some ingredients aren't accounted for: true values are higher."
_INDENT = 10.0


class NutritionFacts(Flowable):
    """A label; its height follows from what it says.

    Args:
        brief: with a short footnote, as (f) allows on small packages.
        scale: of its size.
    """

    def __init__(self, facts: Facts, fonts: Fonts, *, brief: bool = False, scale: float = 1.0) -> None:
        super().__init__()
        self._facts, self._fonts, self._scale = facts, fonts, scale
        self._notes = [
            line
            for text in (_BRIEF if brief else _FOOTNOTE, _INCOMPLETE if facts.incomplete else _ADDED)
            for line in _wrapped(text, fonts.first("sans", "regular"))
        ]
        rows = len(facts.main) + len(facts.minor)
        self._height = _FIXED + rows * _LINE + len(self._notes) * (_SMALL + 1.6)
        self.width, self.height = WIDTH * scale, self._height * scale

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Its size, whatever room there is."""
        return self.width, self.height

    def draw(self) -> None:
        """Onto the canvas, from the top."""
        self.canv.scale(self._scale, self._scale)
        pen = _Pen(self.canv, self._fonts, self._height)
        facts = self._facts
        pen.frame(WIDTH, self._height)
        pen.text("Nutrition Facts", 23.5, "bold", 26, fill=True)
        pen.rule(0.5, 4)
        pen.text(f"{facts.servings} servings per recipe", 8.5, "regular", 11)
        size = f"1 of {facts.servings}" + (f" ({facts.serving_g:,} g raw)" if facts.serving_g else "")
        pen.pair("Serving size", size, 8.5, "bold", 11.5)
        pen.rule(6, 8)
        pen.text("Amount per serving", 7, "bold", 9)
        pen.pair("Calories", facts.calories, 17, "bold", 18, large=22)
        pen.rule(3.5, 6)
        pen.pair("", "% Daily Value*", 7, "bold", 9.5)
        for fact in facts.main:
            pen.fact(fact)
        pen.rule(6, 6.5)
        for place, fact in enumerate(facts.minor):
            pen.fact(fact, ruled=place > 0)
        pen.rule(3.5, 5.5)
        for line in self._notes:
            pen.text(line, _SMALL, "regular", _SMALL + 1.6)


@lru_cache
def _wrapped(text: str, font: str) -> list[str]:
    """The lines of a note; there are few, and each label has some."""
    lines: list[str] = simpleSplit(text, font, _SMALL, WIDTH - 2 * _PAD)
    return lines


class _Pen:
    """Writes from the top down."""

    def __init__(self, canvas: Canvas, fonts: Fonts, top: float) -> None:
        self._canvas, self._fonts = canvas, fonts
        self._y = top - _PAD
        self._right = WIDTH - _PAD
        canvas.setFillColor(COLORS.ink)
        canvas.setStrokeColor(COLORS.ink)

    def frame(self, width: float, height: float) -> None:
        self._canvas.setLineWidth(1)
        self._canvas.rect(0.5, 0.5, width - 1, height - 1)

    def rule(self, thickness: float, height: float) -> None:
        """A line across; `height` is what it takes with the white around it."""
        self._canvas.setLineWidth(thickness)
        middle = self._y - height / 2
        self._canvas.line(_PAD, middle, self._right, middle)
        self._y -= height

    def text(self, text: str, size: float, weight: Weight, height: float, *, fill: bool = False) -> None:
        """A line; with `fill`, as large as it can be."""
        if fill:
            size *= (self._right - _PAD) / self._fonts.width(text, "sans", weight, size)
        self._write(_PAD, self._y - height + height * 0.24, text, size, weight)
        self._y -= height

    def pair(
        self, left: str, right: str, size: float, weight: Weight, height: float, large: float = 0
    ) -> None:
        """Something on either side."""
        base = self._y - height + height * 0.24
        self._write(_PAD, base, left, size, weight)
        room = self._right - _PAD - self._fonts.width(left, "sans", weight, size) - 4
        wide = self._fonts.width(right, "sans", weight, large or size)
        if wide > room:
            large = (large or size) * room / wide
            wide = room
        self._write(self._right - wide, base, right, large or size, weight)
        self._y -= height

    def fact(self, fact: Fact, *, ruled: bool = True) -> None:
        """A nutrient: its name, its amount, its percentage."""
        if ruled:
            self._canvas.setLineWidth(0.4)
            self._canvas.line(_PAD, self._y, self._right, self._y)
        base = self._y - _LINE * 0.74
        at = _PAD + (_INDENT if fact.level == 1 else 0)
        weight: Weight = "regular" if fact.level else "bold"
        at = self._write(at, base, f"{fact.name} ", 8.2, weight)
        self._write(at, base, fact.amount, 8.2, "regular")
        wide = self._fonts.width(fact.percent, "sans", "bold", 8.2)
        self._write(
            self._right - wide, base, fact.percent, 8.2, "regular" if fact.level == 2 else "bold"
        )
        self._y -= _LINE

    def _write(self, x: float, y: float, text: str, size: float, weight: Weight) -> float:
        """Returns where the text ends."""
        for name, part in self._fonts.runs(text, "sans", weight):
            self._canvas.setFont(name, size)
            self._canvas.drawString(x, y, part)
            x += self._canvas.stringWidth(part, name, size)
        return x
