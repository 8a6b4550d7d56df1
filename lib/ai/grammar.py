"""Puts another food's name into a sentence, and makes verbs, pronouns and articles agree with it."""

import re
from collections.abc import Iterable

from lib.ai.wording import GENERAL, Mention, short
from lib.nutrition.foods import find, key, singular, unaccented, words
from lib.recipes.amounts import plural

_COUNTED = frozenset(
    {"vegetable", "starchy vegetable", "fruit", "mushroom", "aromatic", "egg", "nut", "wrap"}
)
# What a whole dish or a part of it is called too; "the sauce" is not the fish sauce in it.
_DISHES = frozenset(
    "curry sauce stew soup broth stock gravy paste dressing marinade glaze dip dough batter filling "
    "mixture topping".split()
)
# General words that go for what stands in as well, although they are in its name.
_KEPT = frozenset("cheese pasta noodle bean bread wine macaroni meatball sausage".split())
_ALSO_VERBS = frozenset({"wrap", "round", "roll", "butter", "flour", "oil", "season", "juice", "cream"})
_NOUN_BEFORE = re.compile(r"\b(?:the|a|an|each|every|of|this|that|in|with|more|some|\w+ed|frozen|\d+) $")

_VERBS = {
    "are": "is",
    "have": "has",
    "were": "was",
    "do": "does",
    "go": "goes",
    **{
        verb: f"{verb}s"
        for verb in "look need turn come take break fall soften brown keep stay sink float hold give "
        "lose freeze thaw glisten smell taste start begin dry cook darken release pull lift suit melt "
        "crisp shrink swell absorb stick feel rise set make".split()
    },
}
_TO_ONE = _VERBS
_TO_MANY = {one: many for many, one in _VERBS.items()}
_HANDLED = (
    r"(?:[Tt]urn|[Ss]et|[Ll]ift|[Tt]ake|[Rr]emove|[Pp]ut|[Ll]eave|[Ss]pread|[Tt]oss|[Ss]tir|[Bb]reak|[Cc]ut"
    r"|[Ss]lice|[Ll]et|[Mm]ove|[Rr]eturn|[Dd]rain|[Ss]eason|[Pp]at|[Ss]erve|[Cc]oat|[Ss]coop|[Tt]ip|[Kk]eep"
    r"|[Cc]ook|[Ff]ry|[Bb]rown|[Tt]ransfer|[Cc]ool|[Ww]arm|[Hh]eat|[Aa]dd|[Bb]ury|[Cc]rush|[Mm]ash|[Rr]inse"
    r"|[Pp]ush|[Bb]eat|[Bb]oil|[Pp]our|[Pp]ress|[Ss]immer|[Ss]often|[Cc]over|[Ss]kim|[Ss]queeze|[Ss]hake"
    r"|[Cc]hop|[Ww]hisk|[Ff]old|[Mm]ix|[Uu]se|[Ss]tore|[Pp]ack|[Ff]reeze|[Tt]haw|[Cc]rumble|[Rr]oast"
    r"|with|without)"
)
_HANDLING = (
    r"(?:[Tt]urning|[Ss]etting|[Ll]etting|[Ss]tirring|[Tt]ossing|[Ll]eaving|[Bb]reaking|[Cc]rushing"
    r"|[Kk]eeping)"
)
_IT = re.compile(rf"(?P<verb>\b(?:{_HANDLED}|{_HANDLING})) it\b")
_THEM = re.compile(r"\bthem\b")
_IT_IS = re.compile(
    r"\b(?P<until>until|when|while|once|if|as|so that|because|before|and|but) it "
    r"(?P<verb>is|has|was|looks|takes"
    r"|browns|turns|softens|starts|begins|feels|crisps|holds|falls|breaks)\b"
    r"(?! (?:thick|thickened|syrupy|smooth|glossy|reduced|a (?:thick|smooth)))"
)
_THEY = re.compile(r"\b(?P<who>[Tt]hey) (?P<verb>\w+)\b")
_OTHERS = re.compile(r"\b(?:the|of|and|in|all) (?:[a-z-]+ )?(?P<noun>[a-z]{3,}s)\b")
_NO_PLURALS = frozenset(
    "minutes hours days months seconds times pieces batches sides glass less grams".split()
)


def replaced(text: str, mentions: Iterable[Mention], new: dict[int, str]) -> str:
    """The text with other names where it speaks of these ingredients.

    Args:
        mentions: of the text, as `Names` finds them.
        new: the name to take instead, by the ingredient's number.
    """
    each = list(mentions)
    names = [_instead(text, mention, new) for mention in each]
    if not any(names):
        return text
    starts = [0, *(mention.end for mention in each)]
    between = [
        text[start:end] for start, end in zip(starts, [*(m.start for m in each), len(text)], strict=True)
    ]
    for place, (mention, name) in enumerate(zip(each, names, strict=True)):
        if name is None:
            continue
        between[place] = _article(between[place], name)
        many, were = _is_many(name, mention.said), _is_many(mention.said, mention.said)
        if many == were:
            continue
        subject = not between[place].endswith((" and ", " or "))
        for after in range(place + 1, len(between)):
            between[after] = agreeing(between[after], many=many, subject=subject)
            subject = False
            if after < len(each) and _is_many(each[after].said, each[after].said) == were:
                break  # "it" and "them" mean this one from here on
    said = [name or mention.said for mention, name in zip(each, names, strict=True)]
    return _unrepeated("".join(part for pair in zip(between, [*said, ""], strict=True) for part in pair))


def is_dish_word(mention: Mention) -> bool:
    """Whether it may mean the whole dish, or a part of it, rather than an ingredient."""
    return key(mention.said) in _DISHES


def _instead(text: str, mention: Mention, new: dict[int, str]) -> str | None:
    """The name to put there; None where what is said may stay."""
    ours = [place for place in mention.ingredients if place in new]
    if not ours or len(ours) < len(mention.ingredients) or len({new[place] for place in ours}) > 1:
        return None
    said = key(mention.said)
    if is_dish_word(mention) or _still_fits(mention.said, new[ours[0]]):
        return None
    if said in _ALSO_VERBS and not _NOUN_BEFORE.search(text[: mention.start].lower()):
        return None
    name = in_place_of(mention.said, new[ours[0]])
    if key(name) == said:
        return None
    if said.endswith("sheet") and "sheet" not in name:
        name = f"{name} sheets" if is_plural(mention.said) else f"{name} sheet"
    if mention.said[:1].isupper() and (not mention.start or text[: mention.start].endswith(". ")):
        name = name[:1].upper() + name[1:]
    return name


def _article(before: str, name: str) -> str:
    """What stands before a name, with the article that it takes."""
    found = re.search(r"\b(?P<a>[Aa])n? $", before)
    if found is None:
        return before
    front = before[: found.start()]
    if is_plural(name):
        return f"{front}{'Some' if found['a'] == 'A' else 'some'} "
    return f"{front}{found['a']}{'n' if name[:1].lower() in 'aeiou' else ''} "


def _unrepeated(text: str) -> str:
    """Without a word that stands twice: "toasted toasted wheat germ"."""
    text = re.sub(r"\b([a-z]{4,}) \1\b", r"\1", text)
    return re.sub(r"\b(?:minced|ground) (?=plant-based mince)", "", text)


def agreeing(rest: str, *, many: bool, subject: bool) -> str:
    """What follows a food that was one and is several now, or the other way round.

    Args:
        rest: the text up to the next food that is named.
        subject: whether a verb that follows at once speaks of it alone.
    """
    table = _TO_MANY if many else _TO_ONE
    verb = re.match(r" (?P<between>(?:still|just|also|now|then) )?(?P<verb>\w+)\b", rest)
    if subject and verb and verb["verb"] in table:
        rest = f" {verb['between'] or ''}{table[verb['verb']]}{rest[verb.end() :]}"
    if many:
        rest = _IT.sub(r"\g<verb> them", rest)
        return _IT_IS.sub(lambda m: f"{m['until']} they {_TO_MANY.get(m['verb'], m['verb'])}", rest)
    other = next((m for m in _OTHERS.finditer(rest) if m["noun"] not in _NO_PLURALS), None)
    end = other.start() if other else len(rest)
    own, left = rest[:end], rest[end:]
    own = _THEY.sub(lambda m: f"{'It' if m['who'] == 'They' else 'it'} {_one(m['verb'])}", own)
    return _THEM.sub("it", own) + left


def _one(verb: str) -> str:
    return _TO_ONE.get(verb, verb)


def one_of_many(text: str, many: str, one: str) -> str:
    """The text with one of what it speaks of as several."""
    parts = re.split(rf"\b((?i:{many}))\b(?! (?:noodles?|muffins?))", text)
    said = parts[0]
    for word, rest in zip(parts[1::2], parts[2::2], strict=True):
        said += one.capitalize() if word[:1].isupper() else one
        said += agreeing(rest, many=False, subject=True)
    return said


def is_plural(said: str) -> bool:
    """Whether the last word is a plural."""
    last = unaccented(said.split()[-1]).lower() if said.split() else ""
    return singular(last) != last


def _is_many(said: str, otherwise: str) -> bool:
    """Whether one speaks of it as of several; of what is the same word for both, as of the other."""
    if key(said) in ("shrimp", "bacon"):
        return True if key(said) == "shrimp" else is_plural(otherwise)
    return is_plural(said)


def _still_fits(said: str, name: str) -> bool:
    """Whether a general word, such as "vegetables", goes for the other food too."""
    food, word = find(name), key(said)
    if food is None or word not in GENERAL.get(food.role, ()):
        return False
    return word in _KEPT or word not in words(name)


def in_place_of(said: str, name: str) -> str:
    """The name as it fits where something else was said: one or several."""
    new = short(name)
    food = find(name)
    small = food is not None and food.role in ("nut", "seed", "mushroom")
    counted = food is not None and food.role in _COUNTED and food.unit == "piece"
    if is_plural(said) and (small or counted) and not is_plural(new):
        new = plural(new)
    return new
