"""The balance of one food: bought + pantry = needed + leftover."""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.nutrition.foods import Food
from lib.shopping.amounts import in_unit
from lib.shopping.buying import Purchase, buy, buy_unweighed
from lib.shopping.models import LeftOut, ListItem, Quantity, RecipeUse
from lib.shopping.needs import Key, Need, Source
from lib.shopping.notes import notes
from lib.shopping.pantry import Stock
from lib.shopping.sales import Units
from lib.shopping.sums import measured
from lib.shopping.uses import amount_in_words, of_part, total_in_words, uses
from lib.shopping.ways import grams_of, way_of

_PLACES = 2
"""Decimals of every amount; the balance holds for the rounded ones."""

AT_HOME = "at home"
"""Why something isn't bought."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a food: something to buy, or a reason why not."""

    item: ListItem | None = None
    left_out: LeftOut | None = None


def settle(
    food: Food, needs: Sequence[Need], stock: Stock, sources: Sequence[Source], system: Units
) -> Settled:
    """The balance of a food that can be weighed, in grams as bought.

    Args:
        needs: all of this food.
        stock: what of it is at home.
    """
    way = way_of(food, needs, system)
    grams = [grams_of(need, way) for need in needs]
    sums = measured(needs, stock, way)
    known = [None if need.unsaid else weight for need, weight in zip(needs, grams, strict=True)]
    needed = round(sums.needed, _PLACES)

    def quantity(amount: float, display: str = "") -> Quantity:
        words = display or amount_in_words(amount, way, system)
        return Quantity(amount=round(amount, _PLACES), unit="g", display=words)

    at_home = of_part(sums.kept, amount_in_words(sums.stocked, way, system))
    books = _Books(
        needed=quantity(needed, total_in_words(needs, needed, way, system)),
        pantry=quantity(needed) if stock.enough else quantity(sums.stocked, at_home),
        by_recipe=uses(needs, known, sources, system),
        notes=notes(needs, way, sums.shared, system),
    )
    missing = round(needed - books.pantry.amount, _PLACES)
    if stock.enough or missing < 0 or (missing == 0 and sums.covered):
        return books.left_out(way.name, quantity(-missing))
    purchase = buy(way, max(sums.needed - sums.stocked, 0.0), system)
    bought = quantity(max(purchase.grams or 0.0, missing), purchase.display)
    return books.item(purchase, way.name, bought, quantity(bought.amount - missing), needs)


def settle_unweighed(
    which: Key, needs: Sequence[Need], stock: Stock, sources: Sequence[Source], system: Units
) -> Settled:
    """The balance of something unknown, or never weighed, in the unit that its lines have.

    Where no line says how much in a unit that is known, there is nothing to add up: its amounts are 0.

    Args:
        which: its name and that unit.
    """
    unit = which[1]
    needed = sum(need.amount or 0.0 for need in needs)

    def quantity(amount: float, display: str = "") -> Quantity:
        words = display or in_unit(amount, unit, system)
        return Quantity(amount=round(amount, _PLACES), unit=unit, display=words)

    name = needs[0].name
    text = _as_written(needs, sources) if not unit else ""
    grams = [need.grams for need in needs]
    enough = stock.enough or all(any(kept.unsaid for kept in stock.of_part(n.part)) for n in needs)
    books = _Books(
        needed=quantity(needed, text),
        pantry=quantity(needed if enough else stock.amount),
        by_recipe=uses(needs, grams, sources, system),
        notes=notes(needs),
    )
    missing = books.needed.amount - books.pantry.amount
    if enough or missing < 0 or (missing == 0 and stock.amount):
        return books.left_out(name, quantity(-missing))
    if text:
        written = needs[0].line.unknown_unit
        purchase = Purchase(1, "", text, text if written else name)
        return books.item(purchase, name, quantity(0.0, text), quantity(0.0), needs)
    purchase = buy_unweighed(name, unit, missing, system)
    bought = purchase.grams if purchase.grams is not None else purchase.amount
    left = quantity(round(bought, _PLACES) - missing)
    return books.item(purchase, name, quantity(bought, purchase.display), left, needs)


def _as_written(needs: Sequence[Need], sources: Sequence[Source]) -> str:
    """What lines say whose amounts can't be read; how often their recipe is made, they don't know."""
    written = [need for need in needs if need.line.unknown_unit]
    if not written:
        return "to taste" if any(need.line.to_taste for need in needs) else "as needed"
    texts = [(need.line.text, sources[need.source].factor) for need in written]
    return " + ".join(text if times == 1 else f"{text} (× {times:.3g})" for text, times in texts)


@dataclass(frozen=True, slots=True)
class _Books:
    """What is known of a food before it is bought."""

    needed: Quantity
    pantry: Quantity
    by_recipe: list[RecipeUse]
    notes: list[str]

    def left_out(self, name: str, leftover: Quantity) -> Settled:
        return Settled(
            left_out=LeftOut(
                name=name,
                reason=AT_HOME,
                needed=self.needed,
                pantry=self.pantry,
                leftover=leftover,
                for_recipes=self.by_recipe,
            )
        )

    def item(
        self, purchase: Purchase, name: str, bought: Quantity, leftover: Quantity, needs: Sequence[Need]
    ) -> Settled:
        return Settled(
            ListItem(
                name=name,
                text=purchase.text,
                amount=purchase.amount,
                unit=purchase.unit,
                size=purchase.size,
                display=purchase.display,
                grams=bought.amount if bought.unit == "g" else None,
                bought=bought,
                pantry=self.pantry,
                needed=self.needed,
                leftover=leftover,
                for_recipes=self.by_recipe,
                notes=self.notes,
                optional=all(need.line.optional for need in needs),
            )
        )
