"""Which ingredients a request forbids, and what stands in: by the table of the swaps' service."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from lib.ai.cookbook import Entry, evidence_of
from lib.ai.measures import measured
from lib.ai.needs import Needs
from lib.nutrition import labels
from lib.nutrition.foods import Food, find, foods, words
from lib.nutrition.lines import from_parts
from lib.nutrition.swaps import substitutes
from lib.nutrition.weighing import weigh
from lib.recipes.draft import DraftIngredient

CLOSE_ENOUGH = 0.5
_SECOND_STEP = 0.9
_FLESH = frozenset({"meat", "poultry", "fish", "crustacean", "mollusc"})
_SPOONED = frozenset({"tsp", "tbsp", "cup", "ml", "l", "pinch"})
_CUT = frozenset(
    "in into cut finely thinly roughly coarsely sliced chopped crumbled grated diced cubed halved "
    "melted softened half divided shredded torn plus".split()
)


_OF_FLESH = frozenset("skin grain bone fat sinew rind".split())
_UNCUT = frozenset({"milk", "cream", "yogurt", "egg", "cooking fat", "flour", "sweetener", "syrup"})
# Foods that are cooked so differently that none may take another's place in the same steps.
_COOKED_APART: tuple[frozenset[str], ...] = tuple(
    frozenset(names.split("|"))
    for names in (
        "couscous|whole-wheat couscous",
        "bulgur|freekeh|cracked wheat",
        "semolina|farina|cream of wheat",
        "quinoa|millet|amaranth",
        "dumpling wrapper|wonton wrapper|gyoza wrapper",
        "spring roll wrapper|egg roll wrapper",
        "phyllo dough",
        "rice paper",
    )
)


@dataclass(frozen=True, slots=True)
class Substitution:
    """A food for another: `ratio` grams of it for one, and how near that comes, 0 to 1."""

    food: Food
    ratio: float
    closeness: float
    note: str = ""


def forbidden(entry: Entry, needs: Needs) -> list[int]:
    """The places of the ingredients that the request doesn't allow."""
    whole = entry.diets.union(labels.BY_CARBOHYDRATE)
    if not needs.without and whole.issuperset(needs.diets) and entry.clear.issuperset(needs.avoid):
        return []
    return [
        place
        for place, (line, food) in enumerate(zip(entry.draft.ingredients, entry.foods, strict=True))
        if needs.forbids(evidence_of(line.name, line.notes)) or not needs.allows(food)
    ]


def substitution(food: Food, taken: Collection[str], needs: Needs) -> Substitution | None:
    """The nearest food that is allowed and not in the dish yet; None where there is none near enough."""
    near = [
        found
        for found in reachable(food.name)
        if found.food.name not in taken
        and found.closeness >= CLOSE_ENOUGH
        and cooked_alike(food, found.food)
        and needs.allows(found.food)
        and (is_flesh(food) or not is_flesh(found.food))
    ]
    return max(near, key=lambda found: (found.closeness, found.food.name), default=None)


def cooked_alike(one: Food, other: Food) -> bool:
    """Whether the same steps do for both: couscous only soaks, quinoa has to boil."""
    if one.role == "pasta":  # only shells can be filled, only sheets layered
        shape = one.name.split()[-1]
        if shape == "sheets" and other.name == "chickpea pasta":
            return True
        return shape not in ("shells", "sheets") or shape in other.name
    return not any((one.name in names) != (other.name in names) for names in _COOKED_APART)


def is_loose(food: Food) -> bool:
    """Whether it comes in many small pieces that can't be cut, browned one by one or shaped."""
    return food.role in ("legume", "grain side")


@lru_cache(4096)
def reachable(name: str) -> tuple[Substitution, ...]:
    """What stands in for a food by the table, what does for that, and the same food made without."""
    found: dict[str, Substitution] = {}
    for first in substitutes().get(name, []):
        if first.food.name == name:
            continue
        _keep(found, Substitution(first.food, first.ratio, first.closeness, first.note))
        for second in substitutes().get(first.food.name, []):
            if second.food.name not in (name, first.food.name):
                ratio, close = (
                    first.ratio * second.ratio,
                    first.closeness * second.closeness * _SECOND_STEP,
                )
                _keep(found, Substitution(second.food, ratio, close, second.note))
    said = name.split()
    for made in ("gluten-free", "vegan", "vegetarian", "dairy-free", "unsalted vegan"):
        for left in range(min(3, len(said))):
            other = foods().get(f"{made} {' '.join(said[left:])}")
            if other and other.name != name:
                _keep(found, Substitution(other, 1.0, 0.85 - 0.1 * left))
    return tuple(found.values())


def _keep(found: dict[str, Substitution], new: Substitution) -> None:
    if new.food.name not in found or new.closeness > found[new.food.name].closeness:
        found[new.food.name] = new


def line_for(old: DraftIngredient, new: Food, ratio: float) -> DraftIngredient:
    """The ingredient line of a substitute: as much of it as stands in, in a unit that suits it."""
    amount, unit = (old.amount or 1.0) * ratio, old.unit
    was = find(old.name)
    same = (
        was is not None and (was.unit == new.unit or unit in ("g", "kg")) and unit not in ("can", "leaf")
    )
    if not (
        unit in _SPOONED or (same and unit in ("g", "kg", "piece", "clove", "slice", "bunch", "handful"))
    ):
        weight = weigh(from_parts(old.name, old.amount, old.unit, old.notes), was) if was else None
        grams = weight.grams * ratio if weight else 100.0
        amount, unit = _suited(grams, new)
    if ratio != 1 or unit != old.unit:
        amount, unit = measured(amount, unit, new.name)
    return DraftIngredient(
        name=new.name,
        amount=round(max(amount, 0.01), 2),
        unit=unit,
        notes=kept_notes(old.notes, new),
    )


def _suited(grams: float, food: Food) -> tuple[float, str]:
    """Grams, or spoons where a cook takes spoons."""
    if food.unit == "tbsp" and grams <= 120:
        one = weigh(from_parts(food.name, 1, "tbsp"), food)
        if one and one.grams:
            return round(grams / one.grams * 2) / 2 or 0.5, "tbsp"
    return grams, "g"


def kept_notes(notes: str | None, new: Food | None = None) -> str | None:
    """Of notes on another food, how it is cut, where the new one can be cut so, and what it is for."""
    if not notes:
        return None
    parts = [part.strip() for part in notes.replace(";", ",").split(",")]
    whole = new is None or not (is_loose(new) or new.unit in ("tsp", "tbsp") or new.role in _UNCUT)
    kept = [
        part
        for part in parts
        if whole and words(part)[:1] and words(part)[0] in _CUT and not _OF_FLESH & set(words(part))
    ]
    kept += [part for part in parts if part.startswith(("to serve", "for serving")) and part not in kept]
    return ", ".join(kept) or None


def is_flesh(food: Food) -> bool:
    """Whether it is of an animal's body."""
    return bool(_FLESH & food.classes)


@lru_cache(1000)
def grams(entry: Entry) -> list[float]:
    """Grams of each ingredient, for the whole recipe."""
    found = []
    for line, food in zip(entry.draft.ingredients, entry.foods, strict=True):
        weight = weigh(from_parts(line.name, line.amount, line.unit, line.notes), food)
        found.append(weight.grams if weight else 0.0)
    return found


@lru_cache(1000)
def shares(entry: Entry) -> list[float]:
    """Each ingredient's share of the dish's weight, 0 to 1; water and stock don't count."""
    each = [
        0.0 if food.role in ("water", "stock") else weight
        for food, weight in zip(entry.foods, grams(entry), strict=True)
    ]
    whole = sum(each) or 1.0
    return [weight / whole for weight in each]
