"""Articles from the book's own facts: what a dish takes, holds and needs in the freezer."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from lib.ai import choosing, safety
from lib.ai.adding import many_of
from lib.ai.cookbook import Entry, cookbook, lines, per_serving
from lib.ai.models import BlogRequest
from lib.ai.needs import Needs, understand_words
from lib.ai.phrases import VOICES, Voice, duration
from lib.ai.wording import short
from lib.errors import Invalid
from lib.nutrition.calculation import calculate
from lib.nutrition.foods import words
from lib.recipes.draft import MealType

_WORDS = {"short": 350, "medium": 700, "long": 1200}
_NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()
# Words of topics that are about cooking ahead as such, not about a dish.
_GENERAL = frozenset(
    "meal prep preparation planning plan freezer freezing frozen batch cooking cook ahead food "
    "healthy eating "
    "kitchen weeknight weekday week dinner lunch breakfast snack family budget cheap easy quick "
    "simple recipe "
    "recipes storage storing leftover leftovers beginner beginners tip tips guide homemade comfort "
    "protein "
    "vegetable vegetables friendly make-ahead weekend crowd kid kids lunchbox season seasonal "
    "warming cozy hearty light "
    "spring summer autumn fall winter".split()
)
_SEASONS = {
    "spring": "spring",
    "summer": "summer",
    "autumn": "autumn",
    "fall": "autumn",
    "winter": "winter",
}
# Sorts of dishes that a topic may be about, by the book's categories.
_SORTS = {
    "baking": {"bake", "bread", "dough", "pancakes"},
    "soup": {"soup"},
    "stew": {"stew", "braise", "slow-cooker"},
    "curry": {"curry"},
    "salad": {"salad"},
    "pasta": {"pasta"},
    "bread": {"bread", "dough"},
    "dessert": {"dessert"},
}
_STAPLE_ROLES = frozenset("salt water spice cooking_fat acid sweetener leavener thickener".split())
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Article:
    """An article, and the recipes that it is about."""

    title: str
    excerpt: str
    content: str
    about: list[Entry]


def length(request: BlogRequest) -> int:
    """How many words are wanted."""
    return request.length if isinstance(request.length, int) else _WORDS[request.length]


def choose(request: BlogRequest) -> list[Entry]:
    """The recipes to write about: those that topic and keywords speak of, unlike each other.

    Raises:
        Invalid: the topic has nothing to do with the book, or holds what no article may.
    """
    if problem := next(safety.plain([request.topic, *request.keywords]), None):
        raise Invalid(f"The topic can't be used: {problem}", [(("body", "topic"), problem)])
    needs = understand_words(request.topic)
    said = words(f"{request.topic} {' '.join(request.keywords)}")
    season = next((_SEASONS[word] for word in said if word in _SEASONS), None)
    meals = {meal for meal in get_args(MealType) if meal in said}
    among = [
        entry
        for entry in cookbook()
        if (season is None or entry.draft.season in (None, season))
        and (not meals or entry.draft.meal_type in meals)
        and _meets(entry, needs)
    ]
    sorts = {category for word in said for category in _SORTS.get(word, ())}
    sorted_out = [entry for entry in among if entry.draft.category in sorts and _is_pastry(entry)]
    among = sorted_out if len(sorted_out) > 1 else among
    about = [word for word in said if word not in _GENERAL and len(word) > 2]
    topic = set(words(request.topic))
    scored = [(_about(entry, about) + _tagged(entry, topic), entry) for entry in among]
    scored = [
        (score + (season is not None and entry.draft.season == season), entry) for score, entry in scored
    ]
    told = [entry for score, entry in scored if score > 0]
    general = bool(set(said) & _GENERAL) or bool(needs.diets)
    if not told and not general:
        fields: list[tuple[tuple[str | int, ...], str]] = [
            (("body", "topic"), "nothing in the book is about it")
        ]
        raise Invalid(f"The recipe book has nothing on {request.topic!r}.", fields)
    if not among:
        raise Invalid(
            "No recipe of the book is all that the topic says.",
            [(("body", "topic"), "asks for too much")],
        )
    count = max(2, min(7, round(length(request) / 160)))
    return _unlike(scored, count, among_all=not told or general)


def _meets(entry: Entry, needs: Needs) -> bool:
    if not set(needs.diets) <= entry.diets or not set(needs.avoid) <= entry.clear:
        return False
    return needs.minutes is None or entry.minutes <= needs.minutes


def _about(entry: Entry, about: Sequence[str]) -> float:
    score = 0.0
    for word in about:
        score += 1.0 * (word in entry.title) + 0.5 * (word in entry.body) + 0.3 * (word in entry.kinds)
    return score


def _is_pastry(entry: Entry) -> bool:
    """Whether a bake is what one thinks of when baking is spoken of: no fish with vegetables."""
    return entry.draft.category != "bake" or entry.draft.meal_type in ("breakfast", "snack")


def _tagged(entry: Entry, said: Collection[str]) -> float:
    """A point for each of its tags that the topic names."""
    return float(sum(set(words(tag)) <= set(said) for tag in entry.draft.tags))


def _unlike(scored: Sequence[tuple[float, Entry]], count: int, *, among_all: bool) -> list[Entry]:
    left = [each for each in scored if among_all or each[0] > 0]
    chosen: list[Entry] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda each: (each[0] - choosing.likeness(each[1], chosen), each[1].id))
        left.remove(best)
        chosen.append(best[1])
    return chosen


def compose(request: BlogRequest, about: Sequence[Entry]) -> Article:
    """The article in the tone and about the length that are asked for."""
    voice = VOICES[request.tone]
    topic = " ".join(request.topic.split()).rstrip(".!?: ")
    count = len(about)
    places = {
        "topic": topic[:1].upper() + topic[1:],
        "topic_lower": _within(topic),
        "count": _NUMBERS[count],
    }
    turn = sum(map(ord, topic)) % 2
    title = voice.titles[turn].format(
        **{**places, "count": _NUMBERS[count].capitalize(), "topic": _titled(topic)}
    )
    opening = f"{voice.openings[turn].format(**places)} {voice.promise}"
    opening = opening[:1].upper() + opening[1:]
    parts = [
        opening,
        *(part for place, entry in enumerate(about) for part in _section(voice, entry, place)),
    ]
    parts += [*_shared(voice, about), *_order(voice, about), *_storage(voice, about)]
    parts += [f"## Before you start\n\n{voice.closing}"]
    parts = _fitted(parts, length(request), about)
    content = _with_keywords("\n\n".join(parts), request.keywords, voice, about)
    excerpt = _SENTENCE.split(opening)[0][:200]
    return Article(title=title[:120], excerpt=excerpt, content=content, about=list(about))


def _within(topic: str) -> str:
    """The topic as it stands within a sentence: names and acronyms keep their capitals."""
    first, *rest = topic.split()
    names = {word for entry in cookbook() for word in entry.draft.cuisine.split()}
    if topic.istitle():
        return " ".join(w if w.lower() in names else w.lower() for w in (first, *rest))
    proper = first.lower() in names or not first[1:].islower()
    return " ".join([first if proper else first.lower(), *rest])


def _titled(topic: str) -> str:
    small = {"and", "or", "with", "for", "the", "a", "an", "of", "to", "in", "on", "from", "that"}
    said = topic.split()
    capital = [w if w in small and place else w[:1].upper() + w[1:] for place, w in enumerate(said)]
    return re.sub(r"-([a-z])", lambda match: f"-{match[1].upper()}", " ".join(capital))


def _section(voice: Voice, entry: Entry, place: int) -> list[str]:
    """A recipe: what it is, what it takes and holds, how it is frozen and brought back."""
    draft = entry.draft
    each = per_serving(calculate(lines(draft.ingredients), draft.servings), draft.servings)
    places = {
        "minutes": duration(entry.minutes),
        "prep": duration(draft.prep_minutes),
        "days": _days(draft.storage_days),
        "kcal": round(each.get("energy_kcal", 0)),
        "protein": round(each.get("protein_g", 0)),
        "servings": draft.servings,
    }
    said = draft.description.strip()
    facts = [voice.times[place % len(voice.times)] if draft.cook_minutes else voice.uncooked]
    facts += [voice.figures[place % len(voice.figures)]] if "energy_kcal" in each else []
    frozen = (
        not re.match(r"^(?:do not|don't|not) ", draft.freezer_prep[0], re.IGNORECASE)
        and draft.storage_days > 7
    )
    facts += [voice.keeps[place % len(voice.keeps)]] if frozen else []
    told = " ".join(fact.format(**places) for fact in facts)
    head = (
        f"## {draft.title}\n\n{draft.summary} {told} {voice.link} [{draft.title}](/recipes/{entry.id})."
    )
    keeping = f"{draft.freezer_prep[0]} {draft.defrost_instructions[0]}"
    return [head, said, keeping]


def _days(days: int) -> str:
    return f"{days} days" if days < 28 or days % 30 else f"{days // 30} month{'s' if days > 30 else ''}"


def _shared(voice: Voice, about: Sequence[Entry]) -> Iterator[str]:
    """What several of the dishes need."""
    counted = Counter(
        food.name
        for entry in about
        for food in entry.foods
        if food.role.replace(" ", "_") not in _STAPLE_ROLES
    )
    kinds = {food.name: food for entry in about for food in entry.foods}
    common = [many_of(short(name), kinds[name]) for name, n in counted.most_common(6) if n > 1]
    if len(common) >= 2:
        *front, last = common
        shared = voice.shopping.format(shared=f"{', '.join(front)} and {last}")
        yield f"## One shopping list\n\n{shared}"


def _order(voice: Voice, about: Sequence[Entry]) -> Iterator[str]:
    by_time = sorted(about, key=lambda entry: entry.minutes)
    if len(by_time) > 1 and by_time[-1].minutes > by_time[0].minutes:
        quick, slow = by_time[0], by_time[-1]
        told = voice.order.format(
            slow=slow.draft.title,
            slow_minutes=duration(slow.minutes),
            quick=quick.draft.title,
            quick_minutes=duration(quick.minutes),
        )
        yield f"## In which order to cook\n\n{told}"


def _storage(voice: Voice, about: Sequence[Entry]) -> Iterator[str]:
    rows = "\n".join(f"- {entry.draft.title}: {_days(entry.draft.storage_days)}" for entry in about)
    yield f"## How long it keeps\n\n{voice.table}\n\n{rows}"


def _fitted(parts: list[str], wanted: int, about: Sequence[Entry]) -> list[str]:
    """The parts that make up the length: background and freezer notes go first, facts stay."""
    optional = [1 + 3 * place + 1 for place in range(len(about))] + [
        1 + 3 * place + 2 for place in range(len(about))
    ]
    kept = dict(enumerate(parts))
    for place in reversed(optional):
        if sum(len(part.split()) for part in kept.values()) <= wanted * 1.1:
            break
        kept.pop(place, None)
    return list(kept.values())


def _with_keywords(content: str, keywords: Sequence[str], voice: Voice, about: Sequence[Entry]) -> str:
    """The article with the words that were asked for, each by the recipe that it suits best."""
    left = list(about)
    for turn, keyword in enumerate(dict.fromkeys(keywords)):
        if keyword.lower() in content.lower():
            continue
        asked = set(words(keyword))
        left = left or list(about)
        best = max(left, key=lambda entry: (len(asked & entry.title), len(asked & entry.body), entry.id))
        left.remove(best)
        place = content.index("\n\n", content.index(f"](/recipes/{best.id})"))
        sentence = voice.keyword[turn % len(voice.keyword)].format(keyword=keyword)
        content = f"{content[:place]} {sentence}{content[place:]}"
    return content
