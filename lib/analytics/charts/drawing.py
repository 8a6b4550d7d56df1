"""Draws any chart: on a figure, or as a file."""

import io
import re
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from lib.analytics import metrics
from lib.analytics.answers import Asked
from lib.analytics.charting import MOST_PIXELS, MOST_SIDE, Kind, Look
from lib.analytics.charts import activity, funnel, glyphs, lifecycle, popular, retention, words
from lib.analytics.charts.figure import FigureSheet
from lib.analytics.charts.sheet import Sheet
from lib.analytics.charts.style import INCH, STYLES, Style
from lib.boxes import Box
from lib.errors import Invalid

_WIDTH, _HEIGHT = 800.0, 450.0


class _Drawing(NamedTuple):
    """How a kind of chart is drawn from its answer.

    Args:
        draw: on a sheet's room.
        told: what it shows, in words.
        how: what is said of the dates, besides which they are.
        size: at which it can be read, where that may be larger than usual.
    """

    draw: Callable[[Sheet, Box, Any], None]
    told: Callable[[Any], str]
    how: Callable[[Any], str] = lambda _: ""
    size: Callable[[Any], tuple[float, float]] = lambda _: (0, 0)


_DRAWINGS = {
    "user-growth": _Drawing(lifecycle.draw, lifecycle.told, lifecycle.how),
    "retention": _Drawing(retention.draw, retention.told, retention.how, retention.size),
    "popular-recipes": _Drawing(popular.draw, popular.told, size=popular.size),
    "engagement": _Drawing(activity.draw, activity.told, activity.how),
    "funnel": _Drawing(funnel.draw, funnel.told, funnel.how, funnel.size),
}


def draw(kind: Kind, figure: Figure, answer: Asked, style: Style, others: tuple[str, ...] = ()) -> None:
    """Draw a chart on a figure; its size and format are its owner's.

    Args:
        figure: empty.
        answer: of the kind's group.
        others: names of typefaces for what the house's one lacks.
    """
    metric = metrics.definition(kind.group, kind.metric)
    sheet = FigureSheet(figure, style, others)
    room = sheet.frame(metric.title, subtitle(kind, answer), metric.definition)
    plot(kind, sheet, room, answer)


def plot(kind: Kind, sheet: Sheet, room: Box, answer: Asked) -> None:
    """Draw a chart without what stands around it."""
    _DRAWINGS[kind.name].draw(sheet, room, answer)


def how(kind: Kind, answer: Asked) -> str:
    """What is said of the dates, besides which they are; often nothing."""
    return _DRAWINGS[kind.name].how(answer)


def told(kind: Kind, answer: Asked) -> str:
    """What a chart shows, in words."""
    return _DRAWINGS[kind.name].told(answer)


def size(kind: Kind, answer: Asked) -> tuple[int, int]:
    """Width and height at which a chart can be read, as far as charts may be so large."""
    width, height = _DRAWINGS[kind.name].size(answer)
    return round(min(max(width, _WIDTH), MOST_SIDE)), round(min(max(height, _HEIGHT), MOST_SIDE))


def described(kind: Kind, answer: Asked) -> str:
    """What a chart shows, for those who don't see it."""
    metric = metrics.definition(kind.group, kind.metric)
    return f"{told(kind, answer)} {', '.join(subtitle(kind, answer))}. {metric.definition}"


def rendered(kind: Kind, answer: Asked, look: Look) -> bytes:
    """A chart as a file; the same answer gives the same bytes.

    Raises:
        Invalid: so many pixels would take too much memory.
    """
    width, height = size(kind, answer)
    width, height = look.width or width, look.height or height
    if look.format == "png" and width * height * look.scale**2 > MOST_PIXELS:
        raise Invalid(
            f"scale: at {width} by {height}, {look.scale} makes more than {MOST_PIXELS:,} pixels."
        )
    figure = Figure(figsize=(width / INCH, height / INCH), dpi=INCH * look.scale)
    title, style = metrics.definition(kind.group, kind.metric).title, STYLES[look.theme]
    if look.format == "svg":
        draw(kind, figure, answer, style)
        return _svg(figure, title, described(kind, answer))
    with glyphs.lent(glyphs.strings(answer)) as others:
        draw(kind, figure, answer, style, others)
        return _png(figure, title, described(kind, answer))


def _png(figure: Figure, title: str, description: str) -> bytes:
    file = io.BytesIO()
    said: dict[str, Any] = {"Software": None, "Title": title, "Description": description}
    figure.savefig(file, format="png", metadata=said, pil_kwargs={"compress_level": 3})
    return file.getvalue()


def _svg(figure: Figure, title: str, description: str) -> bytes:
    file = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(file, format="svg", metadata=nothing)
    width, height = (round(float(side) * INCH) for side in figure.get_size_inches())
    size = f'width="{width}" height="{height}"'  # instead of points
    content = re.sub(r'width="[^"]*" height="[^"]*"', size, file.getvalue(), count=1)
    # Screen readers look for these two first of all.
    told = f"<title>{escape(title)}</title>\n <desc>{escape(description)}</desc>\n <defs>"
    return content.replace("<defs>", told, 1).replace("<svg ", '<svg role="img" ', 1).encode()


def subtitle(kind: Kind, answer: Asked) -> list[str]:
    """Which dates a chart shows, divided how, in which zone, as of when."""
    return words.asked_for(answer, how(kind, answer))
