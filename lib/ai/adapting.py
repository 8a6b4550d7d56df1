"""Adapts a recipe of the book to a request; ingredients, steps, times and title go on agreeing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lib.ai import portions, presenting, scaling, sense, siding, swapping
from lib.ai.adding import Addition
from lib.ai.cookbook import Entry
from lib.ai.grammar import replaced
from lib.ai.models import BasedOn, Change
from lib.ai.needs import Needs
from lib.ai.planning import Plan, minutes
from lib.ai.rewording import reworded
from lib.ai.sense import Pair
from lib.ai.siding import Side
from lib.ai.wording import Names, names_of
from lib.recipes.draft import STEPS, DraftIngredient, RecipeDraft

_PLACE = {"soup": "soup", "stew": "stew", "curry": "curry", "braise": "pot", "slow-cooker": "pot",
          "sauce": "sauce", "stir-fry": "pan", "grains": "pan"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Adapted:
    """A recipe that was made from another one, and what was changed."""

    draft: RecipeDraft
    based_on: BasedOn
    changes: list[Change]
    cost: float


def apply(entry: Entry, needs: Needs, found: Plan) -> Adapted | None:
    """The recipe with its changes; None where a text would no longer make sense."""
    draft = entry.draft
    listed = tuple(line.name for line in draft.ingredients)
    names = names_of(listed)
    new = {place: to.food.name for place, to in found.swaps.items()}
    pairs = [Pair(place, entry.foods[place], to.food) for place, to in found.swaps.items()]
    made = _steps(entry, names, new, found, pairs)
    if made is None:
        return None
    steps = made.steps
    factor = needs.servings / draft.servings
    lines = _lines(entry, found, names, new, made.water)
    _add(draft.category, found.added, steps)
    for name in STEPS:
        scale = scaling.steps if name in STEPS[:3] else scaling.storage
        said = scale(steps[name], factor)
        steps[name] = [portions.portioned(text, draft.servings, needs.servings) for text in said]
    lines = scaling.scaled(lines, factor)
    scaling.singled(steps, entry.draft.ingredients, lines)
    steps["prep_instructions"] += _pans(needs.servings, draft.servings, bool(draft.cook_minutes))
    extra = sum(minutes(each) for each in found.added)
    worked = bool(found.swaps or found.omitted or found.added)
    presented = presenting.texts(entry, found, needs, pairs)
    if presented is None:
        return None
    data = (
        draft.model_dump()
        | steps
        | presented
        | {
            "servings": needs.servings,
            "season": needs.season or draft.season,
            "meal_type": needs.meal_type or draft.meal_type,
            "cook_minutes": draft.cook_minutes + extra,
            "ingredients": [line.model_dump() for line in lines],
            "tags": presenting.tags(entry, lines, needs.servings, draft.cook_minutes + extra),
            "source": f"MealPrep360 composer, from {draft.title}" if worked or factor != 1 else None,
        }
    )
    return Adapted(
        RecipeDraft.model_validate(data),
        BasedOn(id=entry.id, title=draft.title),
        list(_changes(entry, found, needs)),
        found.cost,
    )


def _steps(
    entry: Entry, names: Names, new: dict[int, str], found: Plan, pairs: list[Pair]
) -> Side | None:
    """All steps after the changes, before they are scaled; None where they make no sense."""
    bare = sense.meatless(entry.foods, pairs)
    steps: dict[str, list[str]] = {}
    for name in STEPS:
        cooking = name in STEPS[:3]
        said = [
            reworded(text, names, new, found.omitted, pairs, cooking=cooking, bare=bare)
            for text in getattr(entry.draft, name)
        ]
        if any(text is None for text in said):
            return None
        steps[name] = [text for text in said if text]
    if not pairs:
        return Side(steps)
    now = names_of(
        tuple(new.get(place, line.name) for place, line in enumerate(entry.draft.ingredients))
    )
    for name in STEPS[3:]:
        steps[name] = sense.kept(steps[name], now, pairs)
    made = Side(steps)
    for pair in pairs:
        if pair.new.name == siding.NAME and pair.old.role == "grain side":
            side = siding.of_cauliflower(made.steps, now, pair, entry.draft.ingredients)
            if side is None:
                return None
            made = Side(side.steps, made.water | side.water)
    return made if sense.holds(made.steps, now, pairs, bare=bare) else None


def _lines(
    entry: Entry, found: Plan, names: Names, new: dict[int, str], water: dict[int, float]
) -> list[DraftIngredient]:
    lines: list[DraftIngredient] = []
    each: list[DraftIngredient] = [*entry.draft.ingredients]
    for place, line in enumerate(each):
        if place in found.omitted or water.get(place) == 0:
            continue
        if place in water:
            line = line.model_copy(update={"amount": water[place], "unit": "ml", "notes": None})
        if to := found.swaps.get(place):
            line = swapping.line_for(line, to.food, to.ratio)
        if place in found.unnoted:
            line = line.model_copy(update={"notes": swapping.kept_notes(line.notes)})
        if line.notes and new:
            notes = replaced(line.notes, names.mentions(line.notes), new)
            line = line.model_copy(update={"notes": notes})
        lines.append(line)
    return [*lines, *(each.line for each in found.added)]


def _add(category: str, added: list[Addition], steps: dict[str, list[str]]) -> None:
    for each in added:
        if each.prep:
            steps["prep_instructions"].append(each.prep)
        if each.way in ("simmered", "wilted"):
            where = _PLACE.get(category, "pan")
            said = re.sub(
                r"^(Add|Stir in) the (.+?)( with| and|,)",
                rf"\1 the \2 to the {where}\3",
                each.sentence,
                count=1,
            )
            said = (
                said.replace("Stir in the", "Stir the").replace(f" to the {where}", f" into the {where}")
                if (each.sentence.startswith("Stir in"))
                else said
            )
            steps["cooking_instructions"].append(said)
        elif each.way == "boiled":
            steps["cooking_instructions"].append(each.sentence)
        else:
            steps["serving_instructions"].append(each.sentence)


def _pans(servings: int, meant: int, heated: bool) -> list[str]:
    """What to mind where the vessels in the steps don't fit the amounts any more."""
    told = f"This makes {servings} serving{'s' if servings > 1 else ''} instead of {meant}"
    if servings >= 1.7 * meant:
        more = "larger pots and dishes than the steps say, or several" if heated else "a larger bowl"
        return [f"{told}: take {more}."]
    if servings <= 0.6 * meant and heated:
        return [
            f"{told}: take smaller pots and dishes than the steps say, and look earlier if it is done."
        ]
    return []


def _changes(entry: Entry, found: Plan, needs: Needs) -> Iterator[Change]:
    for place, to in found.swaps.items():
        note = f" {to.note}" if to.note else ""
        yield Change(kind="swapped", what=f"{to.food.name} for {entry.foods[place].name}.{note}")
    for place in sorted(found.omitted):
        yield Change(kind="left out", what=entry.foods[place].name)
    for place in sorted(found.unnoted):
        yield Change(kind="left out", what=f"part of the note on {entry.foods[place].name}")
    for each in found.added:
        yield Change(kind="added", what=each.food.name)
    if needs.servings != entry.draft.servings:
        yield Change(kind="scaled", what=f"from {entry.draft.servings} to {needs.servings} servings")
