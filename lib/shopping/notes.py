"""What else there is to know at the shelf."""

import re
from collections.abc import Iterator, Sequence

from lib.recipes.amounts import plural
from lib.shopping.amounts import mass
from lib.shopping.needs import Need
from lib.shopping.sales import Units
from lib.shopping.ways import Way

_MOST = 4
_SORTS = frozenset(
    """
    unsalted salted low-sodium reduced-sodium full-fat low-fat low-moisture boneless skinless bone-in
    skin-on ripe firm mild sweet dry unsweetened sweetened raw pitted thick-cut thick wide smooth
    crunchy waxy floury lean tart crisp aged mature frozen smoked unsmoked large small young soft
    """.split()
)
"""Words of preparation that say what to take from the shelf, not what to do in the kitchen."""
_AND = frozenset({"or", "and", "very", "a", "but"})
_PIECES = re.compile(r"[,;]")
_WORDS = re.compile(r"[\w-]+")


def notes(
    needs: Sequence[Need], way: Way | None = None, shared: Sequence[str] = (), system: Units = "metric"
) -> list[str]:
    """Notes on an item, the most important first.

    Args:
        way: how it is bought; None when nobody knows.
        shared: parts that come from the same pieces, as a lemon's juice and zest.
    """
    return list(dict.fromkeys(_notes(needs, way, shared, system)))[:_MOST]


def _notes(
    needs: Sequence[Need], way: Way | None, shared: Sequence[str], system: Units
) -> Iterator[str]:
    if shared:
        yield f"{' and '.join(shared)} of the same {plural(needs[0].name)}"
    if way and (drained := way.drained):
        yield f"{mass(drained, system)} drained"
    for need in needs:
        if need.stands_for:
            yield f"does for {need.stands_for}, too"
        if need.cooked:
            yield "to be cooked first"
    for need in needs:
        if need.line.alternatives:
            yield f"or {need.line.alternatives[0]}"
    for need in needs:
        for piece in _PIECES.split(need.line.preparation):
            words = _WORDS.findall(piece.lower())
            if set(words) & _SORTS and set(words) <= _SORTS | _AND:
                yield " ".join(words).removeprefix("a ")
