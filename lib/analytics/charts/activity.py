"""Activity: events, users and sessions, one above the other over the same dates."""

import numpy as np

from lib.analytics.answers import EngagementAnswer
from lib.analytics.charts import text, words
from lib.analytics.charts.scales import Periods, Values, below
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import LABEL, SMALL
from lib.boxes import Box

_HEADER = 26.0
_APART = 14.0


def how(answer: EngagementAnswer) -> str:
    """What is told of the dates."""
    return words.by_period(answer)


def draw(sheet: Sheet, room: Box, answer: EngagementAnswer) -> None:
    """A panel for each of the three, with a scale of its own."""
    points = answer.series
    if not answer.events and not any(point.sessions for point in points):
        sheet.nothing(room, "Nothing happened on these dates.")
        return
    dates = [point.date for point in points]
    begun = answer.sessions.count
    panels = (
        ("Events", f"{words.number(answer.events)} in all", [p.events for p in points],
         sheet.style.blue),
        ("Users", f"by {answer.interval}", [p.users for p in points], sheet.style.green),
        ("Sessions", f"{words.number(begun)} in all", [p.sessions for p in points],
         sheet.style.amber),
    )  # fmt: skip
    area = room.inside(bottom=below(dates))
    height = (area.height - _APART * (len(panels) - 1)) / len(panels)
    tops = [area.top + place * (height + _APART) for place in range(len(panels))]
    scales = [
        Values(0, max(counts), top + _HEADER, top + height)
        for (_, _, counts, _), top in zip(panels, tops, strict=True)
    ]
    left = area.left + max(values.room for values in scales)
    last = words.last(points[-1].date, answer)
    lasts = [words.number(counts[-1]) for _, _, counts, _ in panels]
    right = area.right - max(text.widest(lasts, LABEL), text.width(last, SMALL)) - 10
    cut = words.cut(answer)
    periods = Periods(dates, answer.interval, answer.week_start, left, right, cut)
    sheet.text(right + 10, area.top + LABEL, last, SMALL, color=sheet.style.muted)
    for (name, note, counts, color), top, values, count in zip(panels, tops, scales, lasts, strict=True):
        sheet.text(area.left, top + LABEL, name, LABEL, weight="bold")
        beside = area.left + text.width(f"{name} ", LABEL, "bold") + 4
        sheet.text(beside, top + LABEL, note, LABEL, color=sheet.style.muted)
        values.draw(sheet, left, right)
        heights = values.y(np.array(counts, float))
        periods.bars(sheet, values.y(np.zeros(len(counts))), heights, color)
        values.zero(sheet, left, right)
        y = min(max(float(heights[-1]) + LABEL * 0.36, top + _HEADER + 4), top + height)
        sheet.text(right + 10, y, count, LABEL)
    periods.draw(sheet, area.bottom, Box(room.left, 0, room.right, 0))


def told(answer: EngagementAnswer) -> str:
    """In words."""
    if not answer.events:
        return "Nothing happened."
    most = max(answer.series, key=lambda point: point.events)
    when = words.during(most.date, answer.interval)
    return (
        f"{words.number(answer.events)} events, {words.number(answer.sessions.count)} sessions in all. "
        f"Most events were {when}: {words.number(most.events)}, by {words.number(most.users)} users."
    )
