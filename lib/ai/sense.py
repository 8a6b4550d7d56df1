"""Whether steps still make sense with what stands in, and what is said of the old food only.

Meat is browned until no longer pink, an egg peeled, wheat dough kneaded until elastic. Where such a
phrase has a counterpart it is put in; a note in the freezer's instructions is left out; a step that
can't be put right makes the recipe one that isn't served.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.ai.swapping import is_loose
from lib.ai.wording import Names
from lib.nutrition.foods import Food
from lib.recipes.draft import STEPS

FLESH = frozenset({"poultry", "red meat", "ground meat", "cured meat", "sausage", "fish", "shellfish"})
"""Roles of meat and fish as such; stocks and sauces of them are cooked like any other."""

_COOKED = STEPS[:3]
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
# What is done with flesh only; a step that says it of something else makes no sense.
_FLESHLY = re.compile(
    r"\b(?:bones?|skin[ -]side|skin is|crisp skin|juices (?:run|settle)|still pink|carve|shred"
    r"|flakes?\b(?! of)|fat side|rendered|renders|(?:its|their|the) fat|fat has|raw meat"
    r"|pull(?:s|ed)? (?:the meat|apart)"
    r"|medium-rare|opaque|scum|foam that|butcher|(?:against|across) the grain"
    r"|firm enough to (?:cut|slice)"
    r"|fillets? flake|connective|gelatin|sinew|marbl|tenderi|breast side|drumsticks?|giblets|legs?)\b",
    re.IGNORECASE,
)
_RAW_FLESH = re.compile(
    r"\b(?:raw|uncooked|(?:not|never) been frozen|(?:sold|bought) frozen|previously frozen|never frozen"
    r"|cooked the same day|refreeze|on a plate|bones?|skin|its fat|their fat|set fat|hardened fat|jelly"
    r"|gelatin|tenderi[sz]es|woolly|next to the bone|juices)\b",
    re.IGNORECASE,
)
_DEGREES = (
    r"(?:6\d|7\d) °C \(1\d\d °F\)"
    r"(?: or (?:more|hotter|above)| inside"
    r"|(?: in| at| next to)? the (?:thickest part|cent(?:er|re)|middle|bone))*"
)
_READS = re.compile(
    rf"\b(?P<link>is|are|reads?|reach(?:es)?|(?:has|have) reached|registers?|measures?|shows?)"
    rf"(?: at)?(?: at least| about| well above| above)? {_DEGREES}"
)
_DONENESS = re.compile(
    rf",? ?(?:and )?(?:(?:to|at|of) )?(?:at least |well above |above |about )?{_DEGREES}"
    r"(?=[,.;]|$| and| until),?"
)
# What is said of flesh, and what is said of other things instead.
_NOT_FLESH = (
    (re.compile(rf"(?P<one>\w+), (?P<other>\w+),? and (?:at least )?{_DEGREES}"),
     r"\g<one> and \g<other>"),
    (_DONENESS, ""),
    (re.compile(
        r"\b(?:no longer (?:pink|red)|no pink (?:is left|remains|shows)"
        r"|loses? (?:its|their) pink(?: color)?)(?: outside| inside| in the middle)?"
    ), "lightly browned"),
    (re.compile(r"\bpink and (?:just )?curled\b"), "golden"),
    (re.compile(r"\bcooked through\b"), "hot all the way through"),
    (re.compile(r" (?:with|and) (?:its|their|any) (?:resting )?juices\b"), ""),
    (re.compile(r"\b(?:skinless|boneless),? "), ""),
    (re.compile(r"\b(?P<a>[Tt]urkey |[Cc]hicken |[Bb]eef |[Pp]ork |[Ll]amb )?(?P<m>[Mm])eatball"),
     lambda m: "Ball" if m["m"] == "M" else "ball"),
)  # fmt: skip
_OF_HEAT = 2
_NOT_EGG = ((re.compile(r",? one (?:at a time|by one|after (?:the )?other)"), " a little at a time"),)

_CUT_ONE_BY_ONE = re.compile(
    r"\b(?:brown(?:s|ed|ing)?|sears?|seared|char(?:red)?|grill|broil|skewers?|crumbled?|cubes?|sliced?|cut"
    r"|shred|carve|halved?|pound|press|strips?|fingers|fillets?|batons|chunks|each side|per side|a side"
    r"|uneven pieces|in one layer|bites?)\b",
    re.IGNORECASE,
)
_SHAPED = re.compile(
    r"\b(?:roll|shape|form|press|mold|pat|thread)\b[^.]{0,60}\b(?:balls|patties|meatballs|cakes|burgers|sausages"
    r"|skewers?|ovals|logs?|koftes?)\b",
    re.IGNORECASE,
)
_WHOLE_EGG = re.compile(
    r"\b(?:boil(?:ed)?|peel(?:ed)?|in (?:its|their) shells?|crack|break|poach|fry|fried|quarter(?:ed)?"
    r"|halved?|grated?"
    r"|hard|soft|sunny|wells?|drop|per person|each|apiece|slide|roll up|rolled|omelet|yolks?|whites?"
    r"|stiff|peaks?)\b",
    re.IGNORECASE,
)
_KNEADED = re.compile(
    r"\b(?:knead|elastic|stretchy|yeast|dough hook|windowpane|roll out|rolled out)\b", re.IGNORECASE
)
_DRY_SUGAR = re.compile(
    r"\b(?:caramel|melts?|melted|cream|creamy|lighter|sprinkle|rub|dust|crystals)\b",
    re.IGNORECASE,
)
_WARMED = re.compile(
    r"\b(?:warm|toast|fry|bake|roast|griddle|crisp|cook|soften|heat|char|wedges|oven)", re.IGNORECASE
)
_MINUTES = re.compile(r"(?P<low>\d+(?:\.\d+)?)(?:(?:-| to )(?P<high>\d+))? (?P<unit>minutes?|hours?)\b")
_HEATED = re.compile(r"\b(?:simmer|brais|cook|bak|stew|roast|low for|high for)", re.IGNORECASE)
_LONGEST = 45
"""Minutes that tofu, seitan or cooked beans stay what they are in a pot."""

_BEARS_LONG_COOKING = frozenset({"jackfruit", "plant-based ground"})
_MANY = r"(?:two|three|four|five|six|seven|eight|ten|twelve|\d+|both|several)"


@dataclass(frozen=True, slots=True)
class Pair:
    """A food and what stands in for it, by the ingredient's place."""

    place: int
    old: Food
    new: Food

    @property
    def fleshless(self) -> bool:
        """Whether something stands in for meat or fish that is neither."""
        return self.old.role in FLESH and self.new.role not in FLESH

    @property
    def eggless(self) -> bool:
        """Whether something stands in for whole eggs."""
        return self.old.role == "egg" and self.new.name not in ("egg", "egg white", "egg yolk")


def meatless(foods: Sequence[Food], pairs: Sequence[Pair]) -> bool:
    """Whether meat or fish was in the dish, and none is left.

    Args:
        foods: the ingredients' as they were.
    """
    changed = {pair.place for pair in pairs if pair.fleshless}
    return bool(changed) and not any(
        food.role in FLESH for place, food in enumerate(foods) if place not in changed
    )


def put_right(text: str, pairs: Iterable[Pair], *, cooking: bool, bare: bool) -> str:
    """The text with what is said of the old foods only put otherwise.

    Args:
        cooking: whether it tells how the dish is cooked; the heat of leftovers holds for all foods.
        bare: whether the dish is `meatless` now; else what is said of meat may be meant for the rest.
    """
    if bare:
        if cooking:
            text = _READS.sub(_hot, text)
        for said, instead in _NOT_FLESH[0 if cooking else _OF_HEAT :]:
            text = said.sub(instead, text)
    if any(pair.eggless for pair in pairs):
        parts = re.split(r"(?<=[.!?])(\s+)", text)
        for said, instead in _NOT_EGG:
            parts = [said.sub(instead, part) if "egg" in part else part for part in parts]
        text = "".join(parts)
    return re.sub(r"\bis hot and (steaming|hot)\b", r"is \1", text)


def _hot(match: re.Match[str]) -> str:
    return "are hot" if match["link"] in ("are", "have reached") else "is hot"


def kept(said: Sequence[str], names: Names, pairs: Iterable[Pair]) -> list[str]:
    """Instructions for freezer and storage without the sentences that hold for raw flesh only."""
    places = {pair.place for pair in pairs if pair.fleshless}
    if not places:
        return list(said)
    texts = []
    for text in said:
        left = [
            sentence
            for sentence in _SENTENCE.split(text)
            if not (_RAW_FLESH.search(sentence) and _speaks(names, sentence, places))
        ]
        if left:
            texts.append(" ".join(left))
    return texts


def _speaks(names: Names, sentence: str, places: set[int]) -> bool:
    return any(mention.ingredients & places for mention in names.mentions(sentence))


def holds(
    steps: Mapping[str, Sequence[str]], names: Names, pairs: Sequence[Pair], *, bare: bool
) -> bool:
    """Whether what is done with the new foods can be done with them.

    Args:
        steps: as they are after the change, by their fields.
        names: of the ingredients as they are after the change.
        bare: whether the dish is `meatless` now.
    """
    if any(not steps[name] for name in STEPS if name != "cooking_instructions"):
        return False
    texts = [text for name in _COOKED for text in steps[name]]
    sentences = [sentence for text in texts for sentence in _SENTENCE.split(text)]
    places = {pair.place for pair in pairs if pair.fleshless}
    if places and any(
        _FLESHLY.search(sentence) and (bare or _speaks(names, sentence, places))
        for sentence in sentences
    ):
        return False
    return all(_one_holds(pair, steps, sentences, names) for pair in pairs)


def _one_holds(
    pair: Pair, steps: Mapping[str, Sequence[str]], sentences: Sequence[str], names: Names
) -> bool:
    old, new = pair.old, pair.new
    about = [sentence for sentence in sentences if _speaks(names, sentence, {pair.place})]
    if is_loose(new) and not is_loose(old) and any(map(_CUT_ONE_BY_ONE.search, about)):
        return False
    if is_loose(new) and pair.fleshless and any(map(_SHAPED.search, sentences)):
        return False
    if pair.eggless and any(map(_WHOLE_EGG.search, about)):
        return False
    if old.role == "flour" and "gluten-free" in new.name and any(map(_KNEADED.search, sentences)):
        return False
    if old.role == "sweetener" and new.role == "syrup" and any(map(_DRY_SUGAR.search, about)):
        return False
    if old.role == "pasta" and new.role == "vegetable":
        return False
    if old.role == "wrap" and new.role == "leafy green" and any(map(_WARMED.search, about)):
        return False
    if _in_numbers(new, about):
        return False
    tender = pair.fleshless and (new.role == "plant protein" or is_loose(new))
    if tender and new.name not in _BEARS_LONG_COOKING:
        return not _stewed(steps["cooking_instructions"], names, pair.place)
    return True


def _in_numbers(new: Food, about: Sequence[str]) -> bool:
    """Whether what is weighed is spoken of by the piece."""
    if new.unit == "piece":
        return False
    name = re.escape(new.name.split()[-1])
    return any(
        re.search(rf"\b{_MANY} (?:[a-z-]+ )?{name}\b(?!s)", sentence, re.IGNORECASE)
        for sentence in about
    )


def _stewed(cooking: Sequence[str], names: Names, place: int) -> bool:
    """Whether it is in the pot for longer than it bears."""
    inside = False
    for text in cooking:
        inside = inside or _speaks(names, text, {place})
        if inside and _HEATED.search(text) and _longest(text) >= _LONGEST:
            return True
    return False


def _longest(text: str) -> float:
    return max(
        (
            float(said["low"]) * (60 if said["unit"].startswith("hour") else 1)
            for said in _MINUTES.finditer(text)
        ),
        default=0.0,
    )
