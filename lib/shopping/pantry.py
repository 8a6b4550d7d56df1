"""What is at home, by the lines of the list that it takes from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lib.nutrition.calculation import Resolve
from lib.nutrition.lines import Line
from lib.shopping.needs import Key, Need, Passed, Source, collect, lower


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is of one thing, as lines of the pantry say it.

    Args:
        needs: each as if it were needed, so that it is measured as what is needed is.
    """

    needs: Sequence[Need] = ()

    def of_part(self, part: str) -> list[Need]:
        """Juice or whites that are kept; of "" what is whole."""
        return [need for need in self.needs if need.part == part]

    @property
    def enough(self) -> bool:
        """Whether nobody said how much of the whole there is."""
        return any(need.unsaid for need in self.of_part(""))

    @property
    def amount(self) -> float:
        """In grams, or in its own unit."""
        amounts = (need.amount if need.grams is None else need.grams for need in self.of_part(""))
        return sum(amount or 0.0 for amount in amounts)


@dataclass(slots=True)
class Pantry:
    """Everything at home."""

    needs: Sequence[Need]
    passed: Sequence[Passed] = ()
    places: dict[Key, list[int]] = field(init=False)
    """Of needs, by their key."""
    used: set[int] = field(default_factory=set)
    """Places of needs that something takes from."""

    def __post_init__(self) -> None:
        self.places = {}
        for place, need in enumerate(self.needs):
            self.places.setdefault(need.key, []).append(place)

    def of(self, wanted: Key, parts: Sequence[str] = ()) -> Stock:
        """What there is of one thing; from now on it counts as used.

        Args:
            parts: of it that are wanted; other ones are of no use.
        """
        found = [place for place in self._found(wanted) if self.needs[place].part in ("", *parts)]
        self.used.update(found)
        return Stock([self.needs[place] for place in found])

    def _found(self, wanted: Key) -> Iterator[int]:
        yield from self.places.get(wanted, ())
        unsaid = (wanted[0], "")
        if unsaid != wanted:  # who writes "unicorn powder" alone doesn't know how a recipe measures it
            yield from (place for place in self.places.get(unsaid, ()) if self.needs[place].unsaid)

    def has(self, name: str) -> bool:
        """Whether there is any of that food as a whole."""
        return any(not self.needs[place].part for place in self.places.get((name, ""), ()))

    def unused(self) -> list[str]:
        """What nothing took from; a line of two foods is used if one of them is."""
        used = {self.needs[place].line.text for place in self.used}
        lines = [*(need.line for need in self.needs), *(passed.line for passed in self.passed)]
        return [text for text in dict.fromkeys(line.text for line in lines) if text not in used]


def stocked(lines: Sequence[Line], resolve: Resolve) -> Pantry:
    """The pantry of these lines; of a range the lower end."""
    found = collect([Source([lower(line) for line in lines])], resolve)
    return Pantry(found.needs, found.passed)
