"""From recipes' lines to what is needed: scaled, matched, weighed as shops weigh."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lib.nutrition.calculation import Resolve
from lib.nutrition.foods import Food, foods, key
from lib.nutrition.lines import Line
from lib.nutrition.matching import Match
from lib.nutrition.quantities import Measure
from lib.nutrition.words import NEUTRAL, ORIGINS, PREPARATION, SHAPES
from lib.shopping.sorts import as_sold

_MIXES = {"salt and pepper": ("salt", "black pepper")}
_LONGEST_NAME = 120
_NO_DIFFERENCE = SHAPES | ORIGINS | PREPARATION | NEUTRAL

Key = tuple[str, str]
"""What is one line of the list: a food's name, or an unknown one's with how it is measured."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where lines come from: a recipe that is cooked `factor` times, or a list of the caller's own."""

    lines: Sequence[Line]
    recipe_id: str = ""
    title: str = ""
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Need:
    """An amount of something, for one line of one source.

    `line` is scaled. `grams` are of `food` as bought, or None: there is no amount, or nobody knows what
    it weighs. `amount` is then in `unit`, of the line's own. `asked` is the food before it became what
    is bought for it, `part` and `pieces` are as in `Sold`; `stands_for` is what the food does for, too;
    `label` what it is called instead of its food, which is only near: "smoked gouda" isn't gouda.
    """

    source: int
    line: Line
    name: str
    food: Food | None = None
    asked: Food | None = None
    grams: float | None = None
    amount: float | None = None
    unit: str = ""
    part: str = ""
    pieces: float = 0.0
    cooked: bool = False
    stands_for: str = ""
    label: str = ""

    @property
    def key(self) -> Key:
        """Which line of the list it belongs to."""
        if self.food and not self.apart:
            return self.label or self.food.name, ""
        return key(self.name) or self.name, self.unit

    @property
    def apart(self) -> bool:
        """Whether its amount can't be added to others of its food."""
        return self.line.unknown_unit or (self.grams is None and self.amount is not None)

    @property
    def unsaid(self) -> bool:
        """Whether nothing says how much."""
        return self.grams is None and self.amount is None


@dataclass(frozen=True, slots=True)
class Passed:
    """A line that nothing is bought for."""

    source: int
    line: Line
    name: str
    reason: str


@dataclass(slots=True)
class Needs:
    """What is needed, and what was passed over."""

    needs: list[Need] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)


def collect(sources: Sequence[Source], resolve: Resolve) -> Needs:
    """Everything that these sources need, in their order; of a range the upper end."""
    found = Needs()
    for place, source in enumerate(sources):
        for line in source.lines:
            for part in (line, *line.more):
                _add(found, place, scaled(part, source.factor), resolve)
    return found


def scaled(line: Line, factor: float) -> Line:
    """The line for so many times as many servings."""
    if factor == 1:
        return line
    return _measured(line, lambda m: replace(m, low=m.low * factor, high=m.high * factor))


def _add(found: Needs, place: int, line: Line, resolve: Resolve) -> None:
    if not line.text.strip() or (line.no_food and line.text.rstrip().endswith(":")):
        return  # an empty line, or the heading of a part of a recipe
    matched = resolve(line) if line.name and not line.no_food else None
    food = matched.food if matched else None
    name = food.name if food else shown_name(line)
    if food and food.role == "water":
        found.passed.append(Passed(place, line, name, "comes from the tap"))
    elif line.amount and line.amount.high == 0:
        found.passed.append(Passed(place, line, name, "none of it is needed"))
    elif food and name in _MIXES:
        half = scaled(line, 1 / len(_MIXES[name]))
        found.needs += [need_of(place, half, foods()[part]) for part in _MIXES[name]]
    else:
        need = need_of(place, line, food)
        label = shown_name(line) if matched and not _same_thing(matched) and not need.part else ""
        found.needs.append(replace(need, label=label) if label else need)


def _same_thing(matched: Match) -> bool:
    """Whether a line's name means its food and no other one; shape and origin make no difference."""
    return matched.exact or all(word in _NO_DIFFERENCE or word.isdigit() for word in matched.left)


def need_of(source: int, line: Line, food: Food | None) -> Need:
    """What a line needs.

    Args:
        food: that it was matched with; None when nobody knows it.
    """
    full = _upper(line)
    if food is None:
        return Need(source, line, shown_name(line), None, None, *_own_measure(full))
    sold = as_sold(full, food)
    name = sold.food.name
    if sold.grams or full.amount is None:
        return Need(
            source,
            line,
            name,
            sold.food,
            food,
            sold.grams,
            part=sold.part,
            pieces=sold.pieces,
            cooked=sold.cooked,
        )
    # A banana leaf, which is never weighed.
    return Need(source, line, name, sold.food, food, *_own_measure(full))


def _upper(line: Line) -> Line:
    """The line with the upper ends of its ranges: too little is worse than too much."""
    ranges = (measure for measure in (line.amount, line.also, line.extra) if measure)
    if not line.more and all(measure.low == measure.high for measure in ranges):
        return line
    return replace(_measured(line, lambda measure: replace(measure, low=measure.high)), more=())


def lower(line: Line) -> Line:
    """The line with the lower ends of its ranges: so much there is for certain."""
    less = _measured(line, lambda measure: replace(measure, high=measure.low))
    return replace(less, more=tuple(map(lower, line.more)))


def _measured(line: Line, change: Callable[[Measure], Measure]) -> Line:
    """The line with other measures, but for packages' contents."""

    def changed(measure: Measure | None) -> Measure | None:
        return measure and change(measure)

    return replace(line, amount=changed(line.amount), also=changed(line.also), extra=changed(line.extra))


def _own_measure(line: Line) -> tuple[float | None, float | None, str]:
    """Grams where the line says them, and the amount in grams, millilitres or the line's own pieces."""
    for measure in (line.amount, line.also):
        if measure and measure.unit and measure.unit.kind == "mass":
            return measure.base, measure.base, "g"
    amount = line.amount
    if amount is None:
        return None, None, ""
    if line.package and line.package.unit and line.package.unit.kind == "mass":
        grams = amount.high * line.package.base
        return grams, grams, "g"
    if amount.unit is None or amount.unit.kind == "count":
        return None, amount.high, amount.unit.name if amount.unit else "piece"
    return None, amount.base, "ml"


def shown_name(line: Line) -> str:
    """What something unknown is called."""
    name = line.phrase or line.name or " ".join(line.text.split())
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def by_key(needs: Sequence[Need]) -> Iterator[tuple[Key, list[Need]]]:
    """The needs of each line of the list; where an unknown food has an amount elsewhere, "some of it"
    joins that."""
    groups: dict[Key, list[Need]] = {}
    for need in needs:
        groups.setdefault(need.key, []).append(need)
    for (name, unit), group in list(groups.items()):
        others = [other for other in groups if other[0] == name and other[1]]
        if not unit and others and group[0].food is None:
            groups[others[0]] += groups.pop((name, unit))
    yield from groups.items()
