"""What is needed of a food and what of that is at home, measured alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.shopping.needs import Need
from lib.shopping.pantry import Stock
from lib.shopping.ways import Way, grams_of


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of a food, in grams as bought.

    `stocked` is what is at home and of use: of juice or whites no more than is needed of them.
    `covered` says that some of it is for each need, also those without an amount. `shared` are the parts
    that one piece gives together: a lemon its juice and its zest. `kept` is the part that is at home, ""
    where it is the whole or several.
    """

    needed: float
    stocked: float
    covered: bool
    shared: Sequence[str]
    kept: str


def measured(needs: Sequence[Need], stock: Stock, way: Way) -> Sums:
    """The sums of these needs, where one fruit gives juice and zest and one egg yolk and white.

    Args:
        needs: all of one food.
        stock: what of it is at home; it serves as a whole, or as the part that it is.
    """
    wanted, there = _by_part(needs, way), _by_part(stock.needs, way)
    for need in stock.needs:
        if need.part and need.unsaid:  # "lemon juice": enough for all that is needed of it
            there[need.part] = wanted.get(need.part, 0.0)
    lacking = {
        part: max(grams - there.get(part, 0.0), 0.0) if part else grams for part, grams in wanted.items()
    }
    needed = _joint(wanted)
    stocked = there.get("", 0.0) + needed - _joint(lacking)
    covered = all("" in there or need.part in there for need in needs)
    kept = next(iter(there)) if len(there) == 1 else ""
    return Sums(needed, stocked, covered, _shared(wanted), kept)


def _by_part(needs: Sequence[Need], way: Way) -> dict[str, float]:
    """Grams of each part; of "" those of the whole."""
    sums: dict[str, float] = {}
    for need in needs:
        sums[need.part] = sums.get(need.part, 0.0) + grams_of(need, way)
    return sums


def _joint(parts: Mapping[str, float]) -> float:
    """What all of these take: the whole, and for parts of one piece as much as the largest does."""
    return parts.get("", 0.0) + sum(
        max(parts[part] for part in together) for together in _together(parts)
    )


def _together(parts: Iterable[str]) -> list[list[str]]:
    """Parts that the same pieces give: of boiled eggs others than of raw ones."""
    found: dict[str, list[str]] = {}
    for part in parts:
        if part:
            found.setdefault(part.rpartition(" ")[0], []).append(part)
    return list(found.values())


def _shared(parts: Iterable[str]) -> list[str]:
    return [part for together in _together(parts) if len(together) > 1 for part in together]
