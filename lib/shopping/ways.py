"""By the piece, by weight or in packages: how a food goes into the basket for those who need it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from lib.nutrition.foods import Food
from lib.nutrition.lines import Line
from lib.nutrition.quantities import Measure
from lib.nutrition.units import find_unit
from lib.shopping.names import in_bulk
from lib.shopping.needs import Need
from lib.shopping.sales import Pack, Sale, Units, bought_grams, sale_of

# How far a recipe's package may differ from the shop's and still be it: by what it says, or by guess.
_SAME_STATED, _SAME_GUESSED = 1.18, 1.7

_PIECES = frozenset(
    "piece fillet breast thigh leg drumstick wing rack link ear ball stalk rib patty roll bulb leaf "
    "spear pod cutlet".split()
)
"""Units that count what a shop counts, too."""
_HOLDERS = frozenset(
    "can jar bottle bag box carton container envelope package packet pouch tub tube block loaf pot "
    "stick".split()
)
_LEAST_G, _MOST_LEAST_G = 50.0, 200.0
_BRINE_BELOW = 0.95


@dataclass(frozen=True, slots=True)
class Way:
    """How a food is bought.

    `label` is its name where the food is only near. `each` is what one piece or bunch weighs; of pieces
    that recipes count, the average of theirs, so that two large onions are two. `word` is what is
    counted, "" for the food itself, `size` the pieces'. `least` are the grams that are bought where
    nobody says how much.
    """

    sale: Sale
    food: Food
    label: str = ""
    each: float = 0.0
    word: str = ""
    size: str = ""
    least: float = 0.0

    @property
    def noun(self) -> str:
        """What is counted."""
        return self.word or self.name

    @property
    def name(self) -> str:
        """What it is called."""
        return self.label or self.food.name

    @property
    def bulk(self) -> str:
        """What it is called behind a weight or a package."""
        return self.label or in_bulk(self.food)

    @property
    def per_ml(self) -> float | None:
        """Grams of a millilitre, where shops sell it by volume."""
        if not self.sale.fluid:
            return None
        pack = self.sale.packs[0]
        return pack.grams / pack.contents.base

    @property
    def drained(self) -> float | None:
        """Grams that are left of the smallest can without its brine, where it has some."""
        if not self.sale.packs or self.sale.fluid:
            return None
        pack = self.sale.packs[0]
        return pack.grams if pack.grams < _BRINE_BELOW * pack.contents.base else None


def way_of(food: Food, needs: Sequence[Need], system: Units) -> Way:
    """As the shop sells it and as the recipes ask for it.

    What shops sell by the piece is counted where a recipe counts or spoons it, and weighed where all
    weigh it; what they weigh is counted where all recipes count it: "4 chicken legs".
    """
    sale, label = sale_of(food, system), needs[0].label
    if sale.form == "pack":
        return Way(_as_counted(sale, needs), food, label)
    if sale.word:
        return Way(sale, food, label, _one(food, sale.word), sale.word)
    if _counts(sale, needs):
        counted = [need for need in needs if need.grams and _is_counted(need)]
        return replace(_by_piece(food, sale.step, counted), label=label)
    least = min(max(_one(food), _LEAST_G), _MOST_LEAST_G)
    return Way(Sale("weight"), food, label, least=least)


def _counts(sale: Sale, needs: Sequence[Need]) -> bool:
    weighed = [need for need in needs if need.grams]
    if not sale.either:
        return sale.form == "count"
    if sale.form == "count":
        return not weighed or any(map(_is_counted, weighed)) or not all(map(_is_mass, weighed))
    return bool(weighed) and all(map(_is_counted, weighed))


def _by_piece(food: Food, step: int, counted: Sequence[Need]) -> Way:
    pieces = sum(need.line.amount.high for need in counted if need.line.amount)
    each = sum(need.grams or 0.0 for need in counted) / pieces if pieces else _one(food)
    units = {need.line.unit.name if need.line.unit else "piece" for need in counted}
    sizes = {need.line.size or "medium" for need in counted}
    word = units.pop() if len(units) == 1 else "piece"
    size = sizes.pop() if len(sizes) == 1 and food.role != "egg" else "medium"
    return Way(
        Sale("count", step=step),
        food,
        "",
        each,
        "" if word == "piece" or word in food.name.split() else word,
        "" if size == "medium" else size,
    )


def _is_counted(need: Need) -> bool:
    amount = need.line.amount
    if amount is None or need.part or need.cooked or need.line.extra:
        return False
    return amount.unit is None or amount.unit.name in _PIECES


def _is_mass(need: Need) -> bool:
    """Whether a line weighs the food itself, not the juice of so many."""
    return need.line.unit is not None and need.line.unit.kind == "mass" and not need.part


def _one(food: Food, word: str = "") -> float:
    """Grams of one of that food, or of a bunch of it."""
    line = Line("", Measure(1, 1, find_unit(word) if word else None), name=food.name, phrase=food.name)
    return bought_grams(line, food) or 0.0


def grams_of(need: Need, way: Way) -> float:
    """What a need comes to where the food is bought this way: fruits for juice, the shop's cans."""
    if need.part:
        return need.pieces * way.each
    packed = _in_packs(need, way.sale)
    return packed if packed is not None else need.grams or 0.0


def _in_packs(need: Need, sale: Sale) -> float | None:
    """Grams of what a recipe counts in packages; None where it counts none, or quite other ones."""
    pack = _pack_of(need, sale)
    return need.line.amount.high * pack.grams if pack and need.line.amount else None


def _pack_of(need: Need, sale: Sale) -> Pack | None:
    """The shop's package that a recipe's is: a can is one of the shop's, if it is near it."""
    amount = need.line.amount
    if not sale.packs or not need.grams or amount is None or amount.unit is None or need.line.extra:
        return None
    if amount.unit.name not in _HOLDERS | {pack.word for pack in sale.packs}:
        return None
    said = need.line.package
    kind = sale.packs[0].contents.unit
    if said and said.unit and kind and said.unit.kind == kind.kind:  # the same can, drained or not
        return _nearest(sale, said.base, lambda pack: pack.contents.base, _SAME_STATED)
    one = need.grams / amount.high
    return _nearest(sale, one, lambda pack: pack.grams, _SAME_STATED if said else _SAME_GUESSED)


def _nearest(sale: Sale, wanted: float, measure: Callable[[Pack], float], allowed: float) -> Pack | None:
    """The package whose size comes nearest; None where even that is too far away."""
    nearest = min(sale.packs, key=lambda pack: abs(math.log(measure(pack) / wanted)))
    return nearest if 1 / allowed <= measure(nearest) / wanted <= allowed else None


def _as_counted(sale: Sale, needs: Sequence[Need]) -> Sale:
    """The sale with those packages only that recipes count: two small cans open one after the other."""
    counted = {pack for need in needs if (pack := _pack_of(need, sale))}
    return replace(sale, packs=tuple(p for p in sale.packs if p in counted)) if counted else sale
