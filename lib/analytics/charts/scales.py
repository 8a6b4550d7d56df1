"""Where values and periods lie, and which of them are labelled."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from lib.analytics.charts import text, words
from lib.analytics.charts.colors import paler
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import LINE, SMALL
from lib.analytics.periods import Interval, WeekStart
from lib.boxes import Box

# Pixels between labelled values, and at least between labels of dates.
_VALUES_APART = 46.0
_LABELS_APART = 14.0
_WIDEST_BAR = 56.0
# Months between labels.
_MONTHS_APART = (1, 2, 3, 6, 12, 24, 60, 120)
# From this width of a period on there is space between bars.
_SPACED_FROM = 4.0


class Label(NamedTuple):
    """Of a date: its place among the periods, and its words."""

    place: int
    words: str


def below(dates: Sequence[date]) -> float:
    """The height that labels of dates take below a plot."""
    return SMALL + 12 + (SMALL * LINE if dates[0].year != dates[-1].year else 0)


class Values:
    """Values from a lowest to a highest one, upwards.

    Args:
        top, bottom: where the highest and the lowest value lie.
    """

    def __init__(self, lowest: float, highest: float, top: float, bottom: float) -> None:
        self._low, self._high = lowest, max(highest, lowest + 1)
        self._top, self._bottom = top, bottom
        self.ticks = self._labelled(max(1, round((bottom - top) / _VALUES_APART)))

    def y(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values lie."""
        share = (value - self._low) / (self._high - self._low)
        return self._bottom - share * (self._bottom - self._top)

    @property
    def room(self) -> float:
        """The width of the labels, and of the space beside them."""
        return text.widest(self._labels(), SMALL) + 8

    def _labelled(self, parts: int) -> list[float]:
        """Round values; one beside zero at least."""
        for more in range(4):
            locator = MaxNLocator(parts + more, steps=[1, 2, 2.5, 5, 10], integer=True, min_n_ticks=1)
            ticks = [float(tick) for tick in locator.tick_values(self._low, self._high)]
            ticks = [tick for tick in ticks if self._low <= tick <= self._high]
            if len(ticks) > 1:
                return ticks
        return [0.0]

    def _labels(self) -> list[str]:
        return [words.short(abs(tick)) for tick in self.ticks]

    def draw(self, sheet: Sheet, left: float, right: float) -> None:
        """Lines at the labelled values, and labels left of them; below zero, without a sign."""
        for tick, label in zip(self.ticks, self._labels(), strict=True):
            y = float(self.y(np.array(tick)))
            sheet.line([(left, y), (right, y)], sheet.style.grid)
            sheet.text(left - 8, y + SMALL * 0.36, label, SMALL, color=sheet.style.muted, align="right")

    def zero(self, sheet: Sheet, left: float, right: float) -> None:
        """The line that bars stand on, over them."""
        y = float(self.y(np.array(0.0)))
        sheet.line([(left, y), (right, y)], sheet.style.muted)


class Periods:
    """Periods side by side, all of one width.

    Args:
        dates: their first days.
        cut: places of those that aren't whole; their bars are paler.
    """

    def __init__(
        self,
        dates: Sequence[date],
        interval: Interval,
        week_start: WeekStart,
        left: float,
        right: float,
        cut: Sequence[int] = (),
    ) -> None:
        self._dates = dates
        self._interval = interval
        self._week_start = week_start
        self._cut = cut
        self._left = left
        self.step = (right - left) / len(dates)

    def center(self, place: int) -> float:
        """Where the middle of a period lies."""
        return self._left + (place + 0.5) * self.step

    def edges(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Where the bars of periods begin and end."""
        gap = self.step * 0.25 if self.step >= _SPACED_FROM else 0.0
        width = min(self.step - gap, _WIDEST_BAR)
        centers = self._left + (np.arange(len(self._dates)) + 0.5) * self.step
        return centers - width / 2, centers + width / 2

    def bars(
        self, sheet: Sheet, low: NDArray[np.float64], high: NDArray[np.float64], color: str
    ) -> None:
        """Draw a bar for each period, from one place to another; bars that touch become one area."""
        left, right = self.edges()
        if self.step >= _SPACED_FROM:
            corners, some = np.stack([left, high, right, low], axis=1), low != high
            cut = np.isin(np.arange(len(low)), self._cut)
            sheet.boxes(corners[some & ~cut], color)
            if (some & cut).any():
                sheet.boxes(corners[some & cut], paler(color, sheet.style))
            return
        across = np.stack([left, right], axis=1).ravel()
        over, under = np.repeat(high, 2), np.repeat(low, 2)
        there, back = np.stack([across, over], axis=1), np.stack([across, under], axis=1)[::-1]
        sheet.area(np.concatenate([there, back]), color)

    def draw(self, sheet: Sheet, bottom: float, limits: Box) -> None:
        """Label the dates below a plot, as many as can be read; years only where there are several."""
        several = self._dates[0].year != self._dates[-1].year
        year = None
        for label in self._labels():
            half = text.width(label.words, SMALL) / 2
            x = min(max(self.center(label.place), limits.left + half), limits.right - half)
            y = bottom + SMALL + 8
            sheet.text(x, y, label.words, SMALL, color=sheet.style.muted, align="center")
            if several and self._dates[label.place].year != year:
                year = self._dates[label.place].year
                sheet.text(
                    x, y + SMALL * LINE, str(year), SMALL, color=sheet.style.muted, align="center"
                )

    def _labels(self) -> list[Label]:
        for labels in self._candidates():
            places = [label.place * self.step for label in labels]
            widths = [text.width(label.words, SMALL) for label in labels]
            apart = [
                (after - before) - (wide + wider) / 2
                for before, after, wide, wider in zip(
                    places, places[1:], widths, widths[1:], strict=False
                )
            ]
            if labels and min(apart, default=_LABELS_APART) >= _LABELS_APART:
                return labels
        return [Label(0, self._words(self._dates[0]))]

    def _candidates(self) -> Iterator[list[Label]]:
        """Ways to label, from every period to months that are years apart."""
        weekday = 0 if self._week_start == "monday" else 6
        ways: list[Callable[[int, date], bool]] = [lambda _place, _day: True]
        if self._interval == "day":
            ways += [
                lambda place, _day: place % 2 == 0,
                lambda _place, day: day.weekday() == weekday,
                lambda _place, day: day.weekday() == weekday and day.toordinal() // 7 % 2 == 0,
            ]
        elif self._interval == "week":
            ways += [lambda place, _day: place % 2 == 0, lambda place, _day: place % 4 == 0]
        for chosen in ways:
            yield [Label(n, self._words(day)) for n, day in enumerate(self._dates) if chosen(n, day)]
        begun = [(n, day) for n, day in enumerate(self._dates) if self._begins_month(n, day)]
        for months in _MONTHS_APART:
            yield [
                Label(n, f"{day:%b}")
                for n, day in begun
                if (12 * day.year + day.month - 1) % months == 0
            ]

    def _begins_month(self, place: int, day: date) -> bool:
        """Whether a period is the first one that begins in its month."""
        if self._interval == "week":
            return place > 0 and self._dates[place - 1].month != day.month
        return day.day == 1

    def _words(self, day: date) -> str:
        return f"{day:%b}" if self._interval == "month" else words.day(day)
