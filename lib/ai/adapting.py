"""Adapts a recipe of the book to a request; ingredients, steps, times and title go on agreeing."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lib.ai import adding, lightening, omitting, scaling, swapping, titles
from lib.ai.adding import Addition
from lib.ai.cookbook import Entry, evidence_of
from lib.ai.models import BasedOn, Change
from lib.ai.needs import Needs, Wanted
from lib.ai.swapping import Substitution
from lib.ai.wording import Mention, Names, replaced, short
from lib.nutrition.foods import Food
from lib.recipes.draft import STEPS, DraftIngredient, RecipeDraft

_PLACE = {"soup": "soup", "stew": "stew", "curry": "curry", "braise": "pot", "slow-cooker": "pot",
          "sauce": "sauce", "stir-fry": "pan", "grains": "pan"}  # fmt: skip
# What is done with flesh only; a step that says it of something else makes no sense.
_FLESHLY = re.compile(
    r"\b(?:bones?|skin side|skin-side|skin is|juices run|still pink|carve|shred|flakes?\b(?! of)"
    r"|fat side"
    r"|rendered|its fat|their fat|raw meat|pull the meat|medium-rare|opaque|scum|foam that|butcher"
    r"|fillets? flake)\b",
    re.IGNORECASE,
)
_DEGREES = r"(?:6\d|7\d) °C \(1\d\d °F\)(?: in the (?:thickest part|centre|center|middle))?"
_READS = re.compile(rf"\b(?:reads?|reach(?:es)?|registers?)(?: at least| about| well above)? {_DEGREES}")
_DONENESS = re.compile(
    rf",? ?(?:and )?(?:(?:to|at|is|of) )?(?:at least |well above |above |about )?{_DEGREES}"
    r"(?=[,.;]|$| and| until),?"
)
# What is said of flesh, and what is said of other things instead.
_SAID_INSTEAD = (
    (_READS, "is hot"),
    (_DONENESS, ""),
    (re.compile(r"\bno longer pink(?: outside| inside| in the middle)?"), "lightly browned"),
    (re.compile(r"\bcooked through\b"), "hot all the way through"),
    (re.compile(r" (?:with|and) (?:its|their|any) (?:resting )?juices\b"), ""),
    (re.compile(r"\b(skinless|boneless),? "), ""),
)
# What is done with one piece, and can't be with many small ones.
_ONE_PIECE = re.compile(
    r"\b(?:press|cube|slice|cut|shred|carve|halve|skewer|pound)\b[^.,;]{0,20}"
    r"\b(?:chickpeas|lentils|\w* ?beans|edamame)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_MOST_SWAPS = 7
_EXTRA_MINUTES = {"simmered": 10, "wilted": 5}


@dataclass(frozen=True, slots=True)
class Adapted:
    """A recipe that was made from another one, and what was changed."""

    draft: RecipeDraft
    based_on: BasedOn
    changes: list[Change]
    cost: float


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
    minutes = entry.minutes + sum(_minutes(each) for each in found.added)
    if needs.minutes is not None and minutes > needs.minutes:
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
    names = Names([line.name for line in entry.draft.ingredients])
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


def _minutes(addition: Addition) -> int:
    said = re.search(r"for (\d+) minutes", addition.sentence)
    return (5 if addition.prep else 0) + (int(said[1]) if said else 0)


def apply(entry: Entry, needs: Needs, found: Plan) -> Adapted | None:
    """The recipe with its changes; None where a text would no longer make sense."""
    draft = entry.draft
    names = Names([line.name for line in draft.ingredients])
    new = {place: to.food.name for place, to in found.swaps.items()}
    fleshless = any(
        swapping.is_flesh(entry.foods[place]) and not swapping.is_flesh(to.food)
        for place, to in found.swaps.items()
    )
    steps: dict[str, list[str]] = {}
    for name in STEPS:
        said = [_reworded(text, names, new, found.omitted, fleshless) for text in getattr(draft, name)]
        if any(text is None for text in said):
            return None
        steps[name] = [text for text in said if text]
    if fleshless and any(_FLESHLY.search(text) for name in STEPS[:3] for text in steps[name]):
        return None
    unlike = {to.food.role for to in found.swaps.values()} & {"legume"}
    if unlike and any(_ONE_PIECE.search(text) for name in STEPS[:2] for text in steps[name]):
        return None
    factor = needs.servings / draft.servings
    lines = _lines(entry, found, names, new)
    _add(draft.category, found.added, steps)
    for name in STEPS[:3]:
        steps[name] = scaling.steps(steps[name], factor)
    steps["prep_instructions"] += _pans(needs.servings, draft.servings, bool(draft.cook_minutes))
    extra = sum(_minutes(each) for each in found.added)
    summary = _reworded(draft.summary, names, new, set(), fleshless)
    data = (
        draft.model_dump()
        | steps
        | {
            "title": _title(entry, names, new, found),
            "summary": summary if not found.omitted else _safe(summary, names, found.omitted),
            "description": _description(entry, names, found),
            "servings": needs.servings,
            "season": needs.season or draft.season,
            "meal_type": needs.meal_type or draft.meal_type,
            "cook_minutes": draft.cook_minutes + extra,
            "ingredients": [line.model_dump() for line in scaling.scaled(lines, factor)],
            "tags": _tags(draft.tags, fleshless),
            "source": f"MealPrep360 composer, from {draft.title}"
            if _changed(found) or factor != 1
            else None,
        }
    )
    return Adapted(
        RecipeDraft.model_validate(data),
        BasedOn(id=entry.id, title=draft.title),
        list(_changes(entry, found, needs)),
        found.cost,
    )


def _changed(found: Plan) -> bool:
    return bool(found.swaps or found.omitted or found.added)


def _reworded(
    text: str, names: Names, new: dict[int, str], omitted: set[int], fleshless: bool
) -> str | None:
    """The text as it is after the changes; None where it can't be."""
    if omitted:
        for _ in range(8):
            mentions = names.mentions(text)
            gone = next((m for m in mentions if m.ingredients and m.ingredients <= omitted), None)
            if gone is None:
                break
            shorter = omitting.without(text, gone, mentions)
            if shorter is None:
                return None
            text = shorter
        text = text[:1].upper() + text[1:]
    if new:
        text = replaced(text, names.mentions(text), new)
    if fleshless:
        for said, instead in _SAID_INSTEAD:
            text = said.sub(instead, text)
    return text


def _lines(entry: Entry, found: Plan, names: Names, new: dict[int, str]) -> list[DraftIngredient]:
    lines: list[DraftIngredient] = []
    each: list[DraftIngredient] = [*entry.draft.ingredients]
    for place, line in enumerate(each):
        if place in found.omitted:
            continue
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


def _title(entry: Entry, names: Names, new: dict[int, str], found: Plan) -> str:
    new = {place: titles.capitals(short(name)) for place, name in new.items()}
    # Shells are shells, whatever they are made of.
    told = [
        each
        for each in names.mentions(entry.draft.title)
        if each.food or not _same_shape(entry, each, found)
    ]
    title = titles.attributive(replaced(entry.draft.title, told, new), new.values())
    return titles.with_foods(titles.marked(title, found.mended), found.worked_in)


def _same_shape(entry: Entry, mention: Mention, found: Plan) -> bool:
    return all(
        place in found.swaps and found.swaps[place].food.role == entry.foods[place].role
        for place in mention.ingredients
    )


def _safe(text: str | None, names: Names, gone: set[int]) -> str | None:
    said = text or ""
    return None if any(m.ingredients & gone for m in names.mentions(said)) else said


def _description(entry: Entry, names: Names, found: Plan) -> str:
    """What still holds of the description, and what was changed."""
    touched = set(found.swaps) | found.omitted
    kept = [
        sentence
        for sentence in _SENTENCE.split(entry.draft.description.strip())
        if not any(mention.ingredients & touched for mention in names.mentions(sentence))
    ]
    new = [short(to.food.name) for to in found.swaps.values()]
    new += [short(each.food.name) for each in found.added]
    if new:
        *front, last = dict.fromkeys(new)
        kept.append(
            f"Adapted here with {', '.join(front)} and {last}."
            if front
            else f"Adapted here with {last}."
        )
    return " ".join(kept) or entry.draft.summary


def _tags(tags: list[str], fleshless: bool) -> list[str]:
    return [tag for tag in tags if not (fleshless and tag == "high-protein")]


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


Adapt = Callable[[Entry, Needs], Adapted | None]


def adapt(entry: Entry, needs: Needs) -> Adapted | None:
    """The recipe as the request wants it; None where it can't be made so."""
    found = plan(entry, needs)
    return None if found is None else apply(entry, needs, found)
