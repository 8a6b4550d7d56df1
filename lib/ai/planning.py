"""What has to be changed of a recipe of the book so that it meets a request."""

import re
from dataclasses import dataclass, field

from lib.ai import adding, lightening, swapping
from lib.ai.adding import Addition
from lib.ai.cookbook import Entry, evidence_of
from lib.ai.needs import Needs, Wanted
from lib.ai.swapping import Substitution
from lib.ai.wording import names_of, short
from lib.nutrition.foods import Food
from lib.recipes.draft import DraftIngredient

_MOST_SWAPS = 7


@dataclass(slots=True)
class Plan:
    """What is to be changed: substitutes, omissions and notes to shorten by place, and additions."""

    swaps: dict[int, Substitution] = field(default_factory=dict)
    omitted: set[int] = field(default_factory=set)
    unnoted: set[int] = field(default_factory=set)
    added: list[Addition] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    worked_in: list[str] = field(default_factory=list)

    @property
    def cost(self) -> float:
        """How far the result is from what was tried in a kitchen."""
        swaps = sum(1.1 - to.closeness for to in self.swaps.values())
        return swaps + 0.4 * len(self.omitted) + 0.45 * len(self.added)


def plan(entry: Entry, needs: Needs) -> Plan | None:
    """What has to be changed of a recipe so that it meets the request; None where it can't."""
    found = Plan()
    if needs.minutes is not None and entry.minutes > needs.minutes:
        return None
    if not _mend(entry, needs, found):
        return None
    kept = {
        place for place, food in enumerate(entry.foods) if any(food.name in w.foods for w in needs.must)
    }
    for wanted in needs.must:
        if not _work_in(entry, wanted, needs, found, kept):
            return None
    for wanted in needs.named:
        _work_in(entry, wanted, needs, found, kept)
    total = entry.minutes + sum(minutes(each) for each in found.added)
    if needs.minutes is not None and total > needs.minutes:
        return None
    return found


def _mend(entry: Entry, needs: Needs, found: Plan) -> bool:
    """Replace or leave out what isn't allowed; whether that can be done."""
    bad = swapping.forbidden(entry, needs)
    if len(bad) > _MOST_SWAPS:
        return False
    taken = {food.name for food in entry.foods}
    weights = swapping.shares(entry) if bad else []
    for place in bad:
        food, line = entry.foods[place], entry.draft.ingredients[place]
        shorter = evidence_of(line.name, swapping.kept_notes(line.notes))
        if needs.allows(food) and not needs.forbids(shorter):
            found.unnoted.add(place)  # only a word of its note isn't known
            continue
        if food.role == "egg" and (entry.draft.category == "eggs" or _in_title(entry, place)):
            return False
        to = swapping.substitution(food, taken, needs)
        if to is not None:
            found.swaps[place] = to
            taken.add(to.food.name)
        elif _can_do_without(food, line, weights[place]) and not _in_title(entry, place):
            found.omitted.add(place)
        else:
            return False
        found.mended += needs.forbids(evidence_of(line.name, line.notes))
    lighter = lightening.lightened(entry, taken, needs)
    if lighter is None or len(found.swaps) + len(lighter) > _MOST_SWAPS:
        return False
    found.swaps = lighter | found.swaps
    found.mended += needs.diets if lighter else []
    return True


_MINOR = frozenset(
    "fresh_herb nut seed condiment pickle dried_fruit salty_seasoning hard_cheese melting_cheese "
    "soft_cheese alcohol cream yogurt sauce syrup sweetener crunchy_topping".split()
)


def _can_do_without(food: Food, line: DraftIngredient, share: float) -> bool:
    served = bool(
        line.notes and re.search(r"to serve|for serving|optional|to finish|garnish", line.notes)
    )
    return food.role.replace(" ", "_") in _MINOR and share < (0.12 if served else 0.04)


def _in_title(entry: Entry, place: int) -> bool:
    names = names_of(tuple(line.name for line in entry.draft.ingredients))
    return any(place in mention.ingredients for mention in names.mentions(entry.draft.title))


def _work_in(entry: Entry, wanted: Wanted, needs: Needs, found: Plan, kept: set[int]) -> bool:
    """See that the dish has the wanted food; whether it has."""
    now = {food.name for place, food in enumerate(entry.foods) if place not in found.swaps}
    now |= {to.food.name for to in found.swaps.values()} | {each.food.name for each in found.added}
    if now & wanted.foods:
        return True
    if not needs.allows(wanted.best):
        return False
    change = adding.instead(entry, wanted, needs, kept | set(found.swaps) | found.omitted)
    if change is not None and change[1].food.name not in now:
        place, to = change
        found.swaps[place] = to
        kept.add(place)
        if not _in_title(entry, place):
            found.worked_in.append(adding.many_of(short(to.food.name), to.food))
        return True
    extra = adding.addition(entry, wanted)
    if extra is None or len(found.added) >= 3:
        return False
    found.added.append(extra)
    found.worked_in.append(adding.many_of(short(extra.food.name), extra.food))
    return True


def minutes(addition: Addition) -> int:
    """How much longer the dish takes for it."""
    said = re.search(r"for (\d+) minutes", addition.sentence)
    return (5 if addition.prep else 0) + (int(said[1]) if said else 0)
