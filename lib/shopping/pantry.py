"""What is at home, by the lines of the list that it takes from."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lib.nutrition.calculation import Resolve
from lib.nutrition.foods import key
from lib.nutrition.lines import Line
from lib.shopping.needs import Key, Need, Source, collect


@dataclass(slots=True)
class Stock:
    """Of one thing: `amount` in grams, or in its own unit; `enough` when nobody said how much."""

    amount: float = 0.0
    enough: bool = False
    said: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pantry:
    """Everything at home."""

    stocks: dict[Key, Stock]
    used: set[Key] = field(default_factory=set)

    def of(self, wanted: Key) -> Stock:
        """What there is of one thing; from now on it counts as used."""
        found = self.stocks.get(wanted)
        # Nobody who writes "unicorn powder" without an amount knows how a recipe measures it.
        unsaid = (wanted[0], "")
        if found is None and (other := self.stocks.get(unsaid)) and other.enough:
            found, wanted = other, unsaid
        if found is None:
            return Stock()
        self.used.add(wanted)
        return found

    def has(self, name: str) -> bool:
        """Whether there is any of that food."""
        return (name, "") in self.stocks

    def unused(self) -> list[str]:
        """What nothing took from."""
        return [
            text for which, stock in self.stocks.items() if which not in self.used for text in stock.said
        ]


def stocked(lines: Sequence[Line], resolve: Resolve) -> Pantry:
    """The pantry of these lines."""
    stocks: dict[Key, Stock] = {}
    found = collect([Source(lines)], resolve)
    for need in found.needs:
        stock = stocks.setdefault(need.key, Stock())
        stock.said.append(need.line.text)
        amount = _amount(need)
        stock.enough |= amount is None
        stock.amount += amount or 0.0
    for passed in found.passed:
        stocks.setdefault((key(passed.name), "passed"), Stock()).said.append(passed.line.text)
    return Pantry(stocks)


def _amount(need: Need) -> float | None:
    return need.grams if need.grams is not None else need.amount
