"""Cards of the book's recipes: how long they take, and a sheet of some to look at.

    python -m benchmarks.cards                    # milliseconds at 640 and 1024 pixels
    python -m benchmarks.cards --sheet cards.png  # writes 24 of them in one picture

Each card is drawn twice; counted is the second time, when the typefaces are there, as they are in a
replica that has drawn a few.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

from PIL import Image

from lib.ai import cards
from lib.ai.cards import Card
from lib.recipes import book

_SIDES = (640, 1024)
_ACROSS, _DOWN, _SHOWN = 6, 4, 360


def main() -> None:
    """Measure, or write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sheet", type=Path, help="write a picture of 24 cards there")
    target: Path | None = parser.parse_args().sheet
    looks = _looks()
    if target is not None:
        _sheet(looks).save(target)
        return
    for side in _SIDES:
        for form in ("PNG", "JPEG"):
            took = sorted(_milliseconds(look, side, form == "PNG") for look in looks)
            p95 = took[len(took) * 95 // 100]
            said = f"p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, longest {took[-1]:.0f} ms"
            sys.stdout.write(f"{len(took)} cards of {side} pixels as {form}: {said}\n")


def _looks() -> list[Card]:
    drafts = [item.draft for item in book.book() if item.draft]
    return [
        cards.look(
            draft.title,
            draft.cuisine or "",
            draft.season or "",
            draft.meal_type or "",
            draft.category or "",
            [line.name for line in draft.ingredients],
        )
        for draft in drafts
    ]


def _milliseconds(look: Card, side: int, lossless: bool) -> float:
    cards.draw(look, (side, side))
    started = time.perf_counter()
    cards.encoded(cards.draw(look, (side, side)).image, "PNG" if lossless else "JPEG")
    return (time.perf_counter() - started) * 1000


def _sheet(looks: list[Card]) -> Image.Image:
    """Cards from all over the book, side by side."""
    many, gap = _ACROSS * _DOWN, 12
    step = _SHOWN + gap
    sheet = Image.new("RGB", (_ACROSS * step + gap, _DOWN * step + gap), (110, 110, 110))
    for place, look in enumerate(looks[:: max(1, len(looks) // many)][:many]):
        drawn = cards.draw(look, (2 * _SHOWN, 2 * _SHOWN)).image
        at = (gap + place % _ACROSS * step, gap + place // _ACROSS * step)
        sheet.paste(drawn.resize((_SHOWN, _SHOWN), Image.Resampling.LANCZOS), at)
    return sheet


if __name__ == "__main__":
    main()
