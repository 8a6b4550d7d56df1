"""The lifecycle: who is active, period by period, and who stayed away."""

from itertools import pairwise

import numpy as np

from lib.analytics.answers import UsersAnswer
from lib.analytics.charts import labels, words
from lib.analytics.charts.labels import Named
from lib.analytics.charts.scales import Periods, Values, below
from lib.analytics.charts.sheet import Sheet
from lib.boxes import Box


def how(answer: UsersAnswer) -> str:
    """What is told of the dates."""
    return words.by_period(answer)


def draw(sheet: Sheet, room: Box, answer: UsersAnswer) -> None:
    """Active users stacked above zero, those who stayed away below."""
    points = answer.series
    stacked = np.array([[p.returning, p.new, p.resurrected] for p in points], float).T
    dormant = np.array([p.dormant for p in points], float)
    if not stacked.any() and not dormant.any():
        sheet.nothing(room, "Nobody was active on these dates.")
        return
    dates = [point.date for point in points]
    style = sheet.style
    colors = (style.green, style.blue, style.amber, style.pink)
    last = points[-1]
    counts = (last.returning, last.new, last.resurrected, last.dormant)
    names = ("Returning", "New", "Resurrected", "Dormant")
    named = [Named(*each) for each in zip(names, map(words.number, counts), colors, strict=True)]
    where = labels.places(sheet, room.inside(bottom=below(dates)), named, words.last(last.date, answer))
    values = Values(-dormant.max(), stacked.sum(axis=0).max(), where.plot.top, where.plot.bottom)
    plot = where.plot.inside(left=values.room)
    cut = words.cut(answer)
    periods = Periods(dates, answer.interval, answer.week_start, plot.left, plot.right, cut)
    values.draw(sheet, plot.left, plot.right)
    edges = np.cumsum(np.vstack([np.zeros(len(points)), stacked]), axis=0)
    bands = [*pairwise(edges), (-dormant, np.zeros(len(points)))]
    for (low, high), color in zip(bands, colors, strict=True):
        periods.bars(sheet, values.y(low), values.y(high), color)
    values.zero(sheet, plot.left, plot.right)
    periods.draw(sheet, plot.bottom, Box(room.left, 0, plot.right, 0))
    middles = [float(values.y((low[-1:] + high[-1:]) / 2)[0]) for low, high in bands]
    labels.draw(sheet, where, named, middles)


def told(answer: UsersAnswer) -> str:
    """In words."""
    points = answer.series
    if not any(p.active or p.dormant for p in points):
        return "Nobody was active."
    most = max(points, key=lambda p: p.active)
    last = points[-1]
    return (
        f"{words.number(last.active)} active users {words.during(last.date, answer.interval)}: "
        f"{words.number(last.returning)} returning, {words.number(last.new)} new, "
        f"{words.number(last.resurrected)} resurrected; {words.number(last.dormant)} dormant. "
        f"Most were active {words.during(most.date, answer.interval)}: {words.number(most.active)}."
    )
