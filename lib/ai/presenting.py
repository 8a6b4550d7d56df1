"""How a dish that has changed presents itself: title, summary and description."""

import re
from collections.abc import Sequence

from lib.ai import portions, sense, titles
from lib.ai.adding import many_of
from lib.ai.cookbook import Entry, lines, per_serving
from lib.ai.grammar import is_plural, replaced
from lib.ai.needs import Needs
from lib.ai.planning import Plan
from lib.ai.rewording import reworded
from lib.ai.sense import Pair
from lib.ai.wording import Mention, Names, names_of, short
from lib.nutrition.calculation import calculate
from lib.nutrition.foods import singular
from lib.recipes.amounts import plural
from lib.recipes.draft import DraftIngredient

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
# A sentence that begins so says something of the one before it.
_LEANS = re.compile(
    r"^(?:It|They|Them|Its|Their|These|Those|This|That|Both|Neither|Either|So|But|And|The same|Here"
    r"|There|Two of them)\b"
)
_MINUTES = re.compile(r"^(\d+) minutes?$")
_LEAST_PROTEIN_G = 20.0
# Nobody calls a dish after the milk in it, unless it is a kind that says something, such as buttermilk.
_NO_NAMESAKES = frozenset({"milk"})


def texts(entry: Entry, found: Plan, needs: Needs, pairs: Sequence[Pair]) -> dict[str, object] | None:
    """Title, summary and description; None where the summary is about what is left out."""
    draft = entry.draft
    names = names_of(tuple(line.name for line in draft.ingredients))
    new = {place: to.food.name for place, to in found.swaps.items()}
    if any(mention.ingredients & found.omitted for mention in names.mentions(draft.summary)):
        return None
    bare = sense.meatless(entry.foods, pairs)
    summary = reworded(draft.summary, names, new, set(), pairs, cooking=True, bare=bare)
    return {
        "title": _title(entry, names, new, found, bare=bare),
        "summary": summary,
        "description": _description(entry, names, found, needs.servings) or summary,
    }


def _title(entry: Entry, names: Names, new: dict[int, str], found: Plan, *, bare: bool) -> str:
    title = _without_milk(entry, names, new)
    told = {place: titles.capitals(short(name)) for place, name in new.items()}
    head = len(re.split(r" (?:with|in|of) ", title)[0])
    mentions = []
    for mention in names.mentions(title):
        # Shells are shells, whatever they are made of.
        if not mention.food and _same_shape(entry, mention, found):
            continue
        mentions.append(mention)
        for place in mention.ingredients & told.keys():
            if mention.start > head and found.swaps[place].food.role in ("nut", "seed"):
                told[place] = plural(told[place])
            if mention.end < head and not is_plural(mention.said):  # "Lentil and Ricotta Bake"
                *front, last = told[place].split()
                told[place] = " ".join([*front, titles.capitals(singular(last.lower()))])
    title = titles.attributive(replaced(title, mentions, told), told.values())
    if bare:
        title = titles.meatless(title, vegan="vegan" in found.mended)
    return titles.with_foods(titles.marked(title, found.mended), found.worked_in)


def _without_milk(entry: Entry, names: Names, new: dict[int, str]) -> str:
    title = entry.draft.title
    for mention in reversed(names.mentions(title)):
        swapped = mention.ingredients & new.keys()
        if swapped and all(entry.foods[place].role in _NO_NAMESAKES for place in swapped):
            title = f"{title[: mention.start]}{title[mention.end :].lstrip()}"
    return title


def _same_shape(entry: Entry, mention: Mention, found: Plan) -> bool:
    return all(
        place in found.swaps and found.swaps[place].food.role == entry.foods[place].role
        for place in mention.ingredients
    )


def _description(entry: Entry, names: Names, found: Plan, servings: int) -> str:
    """What still holds of the description, and what was changed."""
    draft = entry.draft
    touched = set(found.swaps) | found.omitted
    kept: list[str] = []
    broken = False
    for sentence in _SENTENCE.split(draft.description.strip()):
        if any(mention.ingredients & touched for mention in names.mentions(sentence)) or (
            servings != draft.servings and portions.counts(sentence, draft.servings)
        ):
            broken = True
        elif not (broken and _LEANS.match(sentence)):
            broken = False
            kept.append(sentence)
    new = [
        many_of(short(to.food.name), to.food)
        for place, to in found.swaps.items()
        if short(to.food.name) != short(entry.foods[place].name)
    ]
    new += [many_of(short(each.food.name), each.food) for each in found.added]
    if new:
        *front, last = dict.fromkeys(new)
        listed = f"{', '.join(front)} and {last}" if front else last
        kept.append(f"This version is made with {listed}.")
    return " ".join(kept)


def tags(
    entry: Entry, ingredients: Sequence[DraftIngredient], servings: int, cook_minutes: int
) -> list[str]:
    """The tags that still hold: of time, and of protein where something was changed."""
    total = entry.draft.prep_minutes + cook_minutes
    kept = [
        tag for tag in entry.draft.tags if not ((said := _MINUTES.match(tag)) and total > int(said[1]))
    ]
    same = [line.name for line in ingredients] == [line.name for line in entry.draft.ingredients]
    if "high-protein" in kept and not same:
        each = per_serving(calculate(lines(ingredients), servings), servings)
        if each.get("protein_g", 0.0) < _LEAST_PROTEIN_G:
            kept.remove("high-protein")
    return kept
