"""A whole shopping list: what is needed, less what is at home, by aisle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lib.nutrition.calculation import Resolve
from lib.nutrition.foods import Food, foods, key
from lib.nutrition.lines import Line
from lib.nutrition.staples import staples
from lib.shopping.aisles import Aisle, aisle_of, aisles
from lib.shopping.balance import Settled, settle, settle_unweighed
from lib.shopping.models import CookedRecipe, LeftOut, ListItem, Section, ShoppingList, Unmerged
from lib.shopping.needs import Key, Need, Needs, Source, by_key, collect
from lib.shopping.pantry import Pantry, stocked
from lib.shopping.sales import Units
from lib.shopping.sorts import stand_ins
from lib.shopping.uses import uses

_STAPLE_MOST_G = 150.0
"""More than this of a staple is bought: a kitchen has flour, but not for two loaves."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is made of.

    Args:
        title: of the list.
        sources: recipes, or lines of the caller's own.
        pantry: what is at home.
        recipes: what is cooked, for the list's head.
        categories: of ingredients, by the key of their name, as the app has them: they tell the aisle
            of what nobody knows.
        left_out: what the sources themselves leave out.
        remarks: what else to say.
    """

    title: str
    sources: Sequence[Source]
    pantry: Sequence[Line] = ()
    recipes: Sequence[CookedRecipe] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    left_out: Sequence[LeftOut] = ()
    remarks: Sequence[str] = ()
    assume_pantry: bool = False


def shopping_list(wanted: Wanted, resolve: Resolve, system: Units = "metric") -> ShoppingList:
    """The list for these sources.

    For every food, bought + pantry = needed + leftover, in grams wherever it can be weighed; no leftover
    is negative.

    Args:
        resolve: finds a line's food.
        system: sizes of packages, and units of what is shown.
    """
    found = collect(wanted.sources, resolve)
    pantry = stocked(wanted.pantry, resolve)
    needs = _with_stand_ins(found.needs, pantry)
    bought: dict[Aisle, list[ListItem]] = {}
    left_out = [*wanted.left_out, *_passed(found, wanted.sources, system)]
    unmerged: list[Unmerged] = []
    groups = dict(by_key(needs))
    for which, group in groups.items():
        settled = _settled(which, group, pantry, wanted, system)
        if settled.left_out:
            left_out.append(settled.left_out)
        if settled.item:
            bought.setdefault(_aisle(group, wanted.categories), []).append(settled.item)
            if reason := _apart(which, group, groups):
                unmerged.append(Unmerged(name=settled.item.text, reason=reason))
    sections = [
        Section(aisle=aisle.title, items=sorted(items, key=_place))
        for aisle, items in sorted(bought.items())
    ]
    return ShoppingList(
        title=wanted.title,
        units=system,
        sections=sections,
        total_items=sum(len(section.items) for section in sections),
        recipes=list(wanted.recipes),
        left_out=left_out,
        unmerged=unmerged,
        unused_pantry=pantry.unused(),
        remarks=list(wanted.remarks),
    )


def _place(item: ListItem) -> tuple[str, bool]:
    """By name; what can be weighed goes first."""
    return item.name, item.grams is None


def _with_stand_ins(needs: Sequence[Need], pantry: Pantry) -> list[Need]:
    """The needs with foods replaced by those that do for them and are bought, or at home, anyway."""
    present = {need.name for need in needs if need.food and not need.label}
    instead: dict[str, Food] = {}
    for name in present:
        if not pantry.has(name):
            other = next((o for o in stand_ins(name) if o in present or pantry.has(o)), None)
            if other:
                instead[name] = foods()[other]

    def replaced(need: Need) -> Need:
        seen = {need.name}
        while (
            need.food and not need.apart and (other := instead.get(need.name)) and other.name not in seen
        ):
            seen.add(other.name)
            need = replace(need, food=other, name=other.name, stands_for=need.stands_for or need.name)
        return need

    return [replaced(need) for need in needs]


def _settled(
    which: Key, group: Sequence[Need], pantry: Pantry, wanted: Wanted, system: Units
) -> Settled:
    food, stock = group[0].food, pantry.of(which, [need.part for need in group])
    if food is None or group[0].apart:
        return settle_unweighed(which, group, stock, wanted.sources, system)
    settled = settle(food, group, stock, wanted.sources, system)
    item = settled.item
    if item is None or not wanted.assume_pantry or which[0] not in staples():
        return settled
    return _at_hand(item) if item.needed.amount <= _STAPLE_MOST_G else settled


def _at_hand(item: ListItem) -> Settled:
    """A staple, which kitchens have."""
    rest = item.needed.model_copy(update={"amount": 0.0, "display": "none"})
    return Settled(
        left_out=LeftOut(
            name=item.name,
            reason="in most kitchens",
            needed=item.needed,
            pantry=item.needed,
            leftover=rest,
            for_recipes=item.for_recipes,
        )
    )


def _passed(found: Needs, sources: Sequence[Source], system: Units) -> list[LeftOut]:
    """What isn't bought at all, once for each name and reason."""
    together: dict[tuple[str, str], list[Need]] = {}
    for passed in found.passed:
        need = Need(passed.source, passed.line, passed.name)
        together.setdefault((passed.name, passed.reason), []).append(need)
    return [
        LeftOut(
            name=name,
            reason=reason,
            for_recipes=uses(needs, [None] * len(needs), sources, system),
        )
        for (name, reason), needs in together.items()
    ]


def _aisle(group: Sequence[Need], categories: Mapping[str, str]) -> Aisle:
    first = group[0]
    if first.food is None and first.line.no_food:
        return aisles()["household"]
    return aisle_of(first.food, categories.get(key(first.line.name)))


def _apart(which: Key, group: Sequence[Need], groups: Mapping[Key, Sequence[Need]]) -> str | None:
    """Why an item isn't added to another one of the same name; None where there is none."""
    first = group[0]
    if first.label and first.food and (first.food.name, "") in groups:
        return f"it may be {first.food.name}, but isn't called so"
    if not first.apart and first.food is not None:
        return None
    if not any(other != which and key(other[0]) == key(which[0]) for other in groups):
        return None
    if first.line.unknown_unit:
        return "the unit isn't known"
    if first.food is None:
        return "it isn't known what this weighs, so other measures of it can't be added"
    return "nobody weighs this"
