"""What goes into the basket: what is missing, rounded up to what shops sell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lib.nutrition.units import units
from lib.recipes.amounts import plural, quantity
from lib.shopping.amounts import volume
from lib.shopping.names import many
from lib.shopping.sales import Pack, Units
from lib.shopping.ways import Way

_FURTHER, _MANY = 0.1, 0.05
"""What packages cost beside the food in them, as shares of it: each one, and each by each other."""

_NO_PIECE = 0.05
"""Share of a piece or bunch by which those in the basket are taken to be larger than average."""
_NO_PACK = 1e-4
"""Share of a package, and of anything else that is measured, below which it comes from rounding."""

_OUNCE, _POUND = units()["oz"].size, units()["lb"].size


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is put into the basket.

    `display` says it in words, `text` with the food's name. `grams` are None where nobody knows.
    """

    amount: float
    unit: str
    display: str
    text: str
    grams: float | None = None
    size: str | None = None


def buy(way: Way, missing: float, system: Units) -> Purchase:
    """What is bought where so many grams are missing.

    Args:
        missing: 0 where nobody says how much: then the least that is sold.
    """
    if way.sale.form == "pack":
        return _packs(way, missing)
    if way.sale.form == "weight":
        return _weight(way.bulk, missing or way.least, system)
    each = way.each or 1.0
    number = max(1, math.ceil(missing / each - _NO_PIECE))
    number = math.ceil(number / way.sale.step) * way.sale.step
    noun = " ".join(filter(None, [way.size, way.noun]))
    display = f"{number} {many(noun) if number > 1 else noun}"
    text = f"{display} {way.bulk}" if way.word else display
    return Purchase(number, way.word or "piece", display, text, max(number * each, missing))


def _weight(name: str, missing: float, system: Units) -> Purchase:
    unit, size, step = _steps(missing, system)
    number = max(1, math.ceil(missing / size / step - _NO_PACK)) * step
    display = f"{quantity(number) if system == 'us' else f'{number:.10g}'} {unit}"
    grams = max(number * size, missing)
    return Purchase(round(number, 4), unit, display, f"{display} {name}", grams)


def _steps(grams: float, system: Units) -> tuple[str, float, float]:
    """The unit at the counter, its grams, and in which steps it is asked for."""
    if system == "us":
        if grams <= _POUND / 4 * (1 + _NO_PACK):
            return "oz", _OUNCE, 1.0
        return "lb", _POUND, 0.25 if grams < 3 * _POUND else 0.5
    if grams > 950 * (1 + _NO_PACK):
        return "kg", 1000.0, 0.1 if grams < 5000 else 0.5
    return "g", 1.0, 10.0 if grams <= 50 else 50.0


def _packs(way: Way, missing: float) -> Purchase:
    number, pack = _fewest(way.sale.packs, missing)
    word = plural(pack.word) if number > 1 else pack.word
    display = f"{number} {word} ({pack.label}{' each' if number > 1 else ''})"
    name = way.bulk
    name = name.removeprefix("canned ") if pack.word == "can" else name
    grams = max(number * pack.grams, missing)
    return Purchase(number, pack.word, display, f"{display} {name}", grams, pack.label)


def _fewest(packs: Sequence[Pack], missing: float) -> tuple[int, Pack]:
    """How many of which size: those that bring home the least, and not many for one."""
    choices = [(max(1, math.ceil(missing / pack.grams - _NO_PACK)), pack) for pack in packs]

    def cost(choice: tuple[int, Pack]) -> float:
        number, pack = choice
        return number * pack.grams * (1 + _FURTHER * number + _MANY * number**2)

    return min(choices, key=cost)


def buy_unweighed(name: str, unit: str, missing: float, system: Units) -> Purchase:
    """What is bought of something that nobody knows the weight of, or how it is sold.

    Args:
        unit: g, ml, or what is counted; "" where nobody says how much.
        missing: in that unit.
    """
    if not unit:
        return Purchase(1, "piece", "as needed", name)
    if unit == "g":
        return _weight(name, missing, system)
    if unit == "ml":
        millilitres = round(missing, 2) or 1.0
        display = volume(millilitres, system)
        return Purchase(millilitres, unit, display, f"{display} {name}")
    number = max(1, math.ceil(missing - _NO_PACK))
    noun = name if unit == "piece" else unit
    display = f"{number} {many(noun) if number > 1 else noun}"
    return Purchase(number, unit, display, display if unit == "piece" else f"{display} {name}")
