"""The funnel: a bar for each step, as long as the share of people who came to it."""

import numpy as np

from lib.analytics.answers import EngagementAnswer, FunnelStep
from lib.analytics.charts import text, words
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import LABEL, LINE, SMALL
from lib.boxes import Box

_ROW, _AROUND = 62.0, 170.0
_MOST_BAR = 34.0
_NAMES_SHARE = 0.26
# From this height of a row on there is room for what became of the step before.
_BETWEEN_FROM = 42.0


def how(answer: EngagementAnswer) -> str:
    """What is told of the dates."""
    return f"within {answer.funnel_window_days} days"


def size(answer: EngagementAnswer) -> tuple[float, float]:
    """Width and height that suit it."""
    return 0, _AROUND + len(answer.funnel) * _ROW


def draw(sheet: Sheet, room: Box, answer: EngagementAnswer) -> None:
    """Bars from above, with users, their share of the first step, and of the step before."""
    steps = answer.funnel
    if not steps[0].users:
        first = text.line(steps[0].step)
        sheet.nothing(room, f"Nobody entered the funnel, by “{first}”, on these dates.")
        return
    names = [text.line(step.step) for step in steps]
    wide = min(text.widest(names, LABEL), room.width * _NAMES_SHARE)
    values = [_value(step) for step in steps]
    left = room.left + wide + 14
    right = room.right - text.widest(values, LABEL) - 8
    row = min(_ROW * 1.2, room.height / len(steps))
    half = min(_MOST_BAR, row * 0.55) / 2
    for place, (step, name, value) in enumerate(zip(steps, names, values, strict=True)):
        middle = room.top + (place + 0.5) * row
        lines = text.wrapped(name, LABEL, wide, 2 if row >= 2 * LABEL * LINE else 1)
        top = middle - (len(lines) - 1) * LABEL * LINE / 2 + LABEL * 0.36
        for number, one in enumerate(lines):
            sheet.text(left - 14, top + number * LABEL * LINE, one, LABEL, align="right")
        end = left + step.rate * (right - left)
        track = np.array([[left, middle - half, right, middle + half]])
        sheet.boxes(track, sheet.style.grid)
        sheet.boxes(
            np.array([[left, middle - half, max(end, left + 1), middle + half]]), sheet.style.blue
        )
        sheet.text(room.right, middle + LABEL * 0.36, value, LABEL, align="right")
        if place and row >= _BETWEEN_FROM:
            on = f"{words.percent(step.from_previous)} went on"
            sheet.text(left, middle - row / 2 + SMALL * 0.36, on, SMALL, color=sheet.style.muted)


def _value(step: FunnelStep) -> str:
    return f"{words.number(step.users)} · {words.percent(step.rate)}"


def told(answer: EngagementAnswer) -> str:
    """In words."""
    if not answer.funnel[0].users:
        return "Nobody entered the funnel."
    steps = [
        f"{text.line(step.step)}: {words.number(step.users)} ({words.percent(step.rate)})"
        for step in answer.funnel
    ]
    return f"Users who came to each step: {', '.join(steps)}."
