"""Ingredient lines as cooks write them, taken apart: how much, of what, done how."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from lib.nutrition import patterns
from lib.nutrition.equipment import EQUIPMENT, LABEL
from lib.nutrition.foods import singular
from lib.nutrition.naming import choices, name_and_remarks
from lib.nutrition.quantities import (
    LONGEST_LINE,
    LONGEST_TEXT,
    NUMBER,
    Measure,
    clean,
    take_measure,
    take_number,
    take_unit,
)
from lib.nutrition.units import Unit, find_unit
from lib.nutrition.words import LEADING, PREPARATION, SIZES

_DEEPEST = 4
"""Parentheses in parentheses that are read."""
_MOST_ADDED = 4  # foods ("plus 1 cup stock") that are read
_UNREAD = "too many things for one line"
_ONE_OF = ("pinch", "dash", "handful", "drizzle", "dollop", "bunch")
"""Units that mean one where no number stands before them."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, taken apart; what it doesn't say is None or empty.

    `amount` is of `amount.unit`, or a count. `package` is what one of them holds ("2 (400 g) cans") or
    weighs; `also` the same amount said again ("1 cup (60 g)"); `extra` comes on top ("plus 2 tbsp").
    `phrase` is the name with words of preparation left in, `alternatives` what may stand in its place,
    `inches` a length or width. `more` are other foods that the line adds ("plus 1 cup stock"). `use`
    tells what it is for: serving, garnish, frying, greasing. `unknown_unit` says that the amount is of a
    unit that nobody knows. `no_food` marks headings of lists and things that aren't eaten.
    """

    text: str
    amount: Measure | None = None
    package: Measure | None = None
    also: Measure | None = None
    extra: Measure | None = None
    size: str | None = None
    inches: str = ""
    name: str = ""
    phrase: str = ""
    preparation: str = ""
    alternatives: tuple[str, ...] = ()
    use: str | None = None
    to_taste: bool = False
    optional: bool = False
    more: tuple["Line", ...] = ()
    unknown_unit: bool = False
    no_food: bool = False

    @property
    def unit(self) -> Unit | None:
        """The unit of the amount."""
        return self.amount.unit if self.amount else None


def parse(text: str) -> Line:
    """Take a line apart. Any text will do; one that says nothing has an empty name."""
    whole = clean(text)
    if len(whole) > LONGEST_LINE or len(text) > LONGEST_TEXT:  # what is cut off might be a food
        return Line(text=text, name=f"{whole[:199]}…", phrase=whole)
    if equipment := EQUIPMENT.match(whole):
        rest = equipment["rest"].strip(" ,()")
        return Line(text=text, name=whole, phrase=whole, preparation=rest, no_food=True)
    if LABEL.match(whole):
        return Line(text=text, name=whole, phrase=whole, no_food=True)
    if footnote := patterns.FOOTNOTE.match(whole):
        return Line(text=text, name=whole, preparation=whole[footnote.end() :], no_food=True)
    if patterns.HEADING.match(whole) and "(" not in whole:
        return Line(text=text, name=whole.rstrip(":"), phrase=whole, no_food=True)
    bare = patterns.PREFIX.sub("", whole)
    parts, rest = _amounts(bare)
    if parts.amount is None:
        parts, rest = _elsewhere(bare)
    line = _describe(replace(parts, text=whole), rest)
    return replace(_from_fruit(line), text=text)


@lru_cache(8192)  # the same recipes are asked about again and again
def from_parts(name: str, amount: float | None, unit: str | None, notes: str | None = None) -> Line:
    """The line of an ingredient that is given in parts.

    Args:
        name: of the food, as a recipe has it.
        amount: 0 means none of it; None that the recipe doesn't say.
        unit: None or "" counts pieces; of a unit that nobody knows there is no amount.
        notes: what else is said.
    """
    word = (unit or "").strip()
    known = find_unit(word) if word else None
    counted = known is not None or word.lower() in ("", "piece", "whole", *SIZES)
    said = ", ".join(filter(None, [name, notes]))
    # With a number in front, what the notes say of weights and packages is read too.
    plain = name[:1].isdigit() or amount is None
    line = parse(said if plain else f"1 {known.name if known else ''} {said}")
    if amount is None and not word:
        return line
    measure = Measure(amount, amount, known) if amount is not None and amount >= 0 and counted else None
    shown = " ".join(filter(None, ["" if amount is None else f"{amount:g}", word, said]))
    size = SIZES.get(word.lower(), line.size)
    return replace(line, text=shown, amount=measure, size=size, unknown_unit=not counted)


def _amounts(text: str) -> tuple[Line, str]:
    """What stands in front of the name, and the rest."""
    rest = _skip(patterns.ABOUT, text)
    if length := patterns.INCHES.match(rest):  # "1-inch piece of ginger"
        unit, after = take_unit(rest[length.end() :])
        if unit:
            return Line("", amount=Measure(1, 1, unit)), _of(after)
        if not take_number(rest[length.end() :])[0]:
            return Line("", inches=length[1].strip()), text
    count, after = take_number(rest)
    if count is None:
        described, size = _size(rest)
        unit, after = take_unit(described)
        if unit and unit.name in _ONE_OF and after:
            return Line("", amount=Measure(1, 1, unit), size=size), _of(after)
        return Line(""), text
    if after.startswith("-") and not _measures(after[1:]):  # "5-spice powder"
        return Line(""), text
    return _counted(count, after.lstrip("- "))


def _counted(count: Measure, rest: str) -> tuple[Line, str]:
    """What stands between the number and the name: contents, size, unit."""
    if times := patterns.TIMES.match(rest):  # "2 x 400 g cans"
        rest = rest[times.end() :]
    rest, inches = _take_inches(rest)
    package, rest = _package(rest)
    rest, size = _size(rest)
    if package is None:
        package, rest = _package(rest)
    if not inches:
        rest, inches = _take_inches(rest)
    if described := patterns.DESCRIBED_UNIT.match(rest):  # "2 thick slices"
        rest = rest[described.end() :]
    unit, after = _unit(rest)
    # "15 oz can beans"
    if unit and unit.kind != "count" and package is None and patterns.HELD.match(after):
        package, count = Measure(count.low, count.high, unit), Measure(1, 1)
        unit, after = take_unit(after)
    amount, after = _less(Measure(count.low, count.high, unit), after)
    also, extra, package, after = _again(amount, package, after)
    line = Line("", amount, package, also, extra, size, inches)
    return line, _of(after)


def _less(amount: Measure, text: str) -> tuple[Measure, str]:
    """The amount without what is taken off it: "1 cup minus 2 tablespoons"."""
    said = patterns.MINUS.match(text)
    off, after = take_measure(text[said.end() :]) if said else (None, text)
    if off is None or not (amount.unit and off.unit and amount.unit.kind == off.unit.kind):
        return amount, text
    share = off.base / amount.unit.size
    if share >= amount.low:
        return amount, text
    return Measure(amount.low - share, amount.high - share, amount.unit), after


def _unit(text: str) -> tuple[Unit | None, str]:
    """The unit before a name; a word that is all there is, is the name: "3 cloves"."""
    unit, after = take_unit(text)
    if unit is None:
        return None, text
    if other := patterns.OR_UNIT.match(after):  # "1 can or bottle beer"
        after = after[other.end() :]
    alone = not after.strip(" .)") or after.startswith(",")
    if unit.kind == "count" and alone:
        return None, text
    if unit.name == "fillet" and after.lower().startswith("mignon"):
        return None, text
    return unit, after


def _measures(text: str) -> bool:
    return take_unit(text)[0] is not None or text[:1] in " (" or text[:4].lower() == "inch"


def _take_inches(text: str) -> tuple[str, str]:
    match = patterns.INCHES.match(text)
    return (text[match.end() :], match[1].strip()) if match else (text, "")


def _skip(pattern: re.Pattern[str], text: str) -> str:
    while (match := pattern.match(text)) and match.end() < len(text):
        text = text[match.end() :]
    return text


def _size(text: str) -> tuple[str, str | None]:
    size: str | None = None
    rest = _skip(patterns.ABOUT, text)
    while match := patterns.SIZE.match(rest):
        size = size or SIZES[match[1].lower()]
        rest = patterns.OR_SO_MANY.sub("", rest[match.end() :])
        rest = _skip(patterns.ABOUT, rest)
    return rest, size


def _package(text: str) -> tuple[Measure | None, str]:
    """The contents or weight of one, as in "(14.5 oz) can" or "6-ounce fillets"."""
    bare = text.startswith("(")
    inner, closed = (text[1:].partition(")")[::2]) if bare else (text, "")
    inner = _skip(patterns.ABOUT, inner)
    if not inner[:1].isdigit() and not inner.startswith("."):
        return None, text
    if bare and NUMBER.fullmatch(inner):  # "1 (3 1/2) pound chicken"
        inner, closed = f"{inner} {closed.lstrip()}", ""
        bare = False
    measure, after = take_measure(inner)
    if measure is None or measure.unit is None or measure.unit.kind == "count":
        return None, text
    if bare and (left := _left(after)):  # what else stands in the parentheses stays in the text
        closed = f"{closed} ({left})"
    return measure, (closed if bare else after).lstrip(" -,")


def _left(text: str) -> str:
    """What parentheses say beside a measure, but for "each" and the like."""
    return "" if patterns.PLAIN.fullmatch(text) else text.strip(" ,;")


def _again(
    amount: Measure, package: Measure | None, text: str
) -> tuple[Measure | None, Measure | None, Measure | None, str]:
    """What is said right behind the unit: the same in another unit, contents, something on top."""
    also = extra = None
    if text.startswith("/"):
        also, text = take_measure(text[1:].lstrip())
        text = text.lstrip("/ ")
    if text.startswith("("):
        inner, _, after = text[1:].partition(")")
        measure, left = take_measure(_skip(patterns.ABOUT, inner))
        if measure and measure.unit and measure.unit.kind != "count":
            also, package = _place(amount, measure, inner, package, also)
            text = f"{after} ({left})".lstrip(" ,-") if _left(left) else after.lstrip(" ,-")
    if amount.unit and amount.unit.kind != "count" and text[:1].isdigit():  # "1 lb 2 oz"
        second, after = take_measure(text)
        if second and second.unit and second.unit.kind == amount.unit.kind:
            return also, second, package, after
    if amount.unit and (more := patterns.PLUS.match(text)):
        extra, after = take_measure(text[more.end() :])
        text = after if extra else text
    return also, extra, package, text


def _place(
    amount: Measure, measure: Measure, said: str, package: Measure | None, also: Measure | None
) -> tuple[Measure | None, Measure | None]:
    """Whether a measure in parentheses is of one of them or of all."""
    counted = amount.unit is None or amount.unit.kind == "count"
    container = amount.unit is not None and amount.unit.name in patterns.HOLDERS
    one = patterns.EACH.search(said) or (container and "total" not in said.lower())
    if counted and one and package is None:
        return also, measure
    return also or measure, package


def _of(text: str) -> str:
    rest = text.lstrip(" .,)-")
    return rest[3:] if rest[:3].lower() == "of " else rest


def _elsewhere(text: str) -> tuple[Line, str]:
    """An amount that comes after the name: "sugar, 200 g", "juice of 1 lemon"."""
    if fruit := patterns.FROM_FRUIT.match(text):
        parts, rest = _amounts(fruit["rest"])
        if parts.amount:
            part = "juice" if "juice" in fruit[0].lower().split(" of ")[0] else fruit["part"].lower()
            name, _, after = rest.partition(",")
            return replace(parts, use="fruit"), f"{singular(name.strip())} {part}, {after}"
    if (tail := patterns.TRAILING.search(text)) and tail.start():
        parts, rest = _amounts(text[tail.end() :].rstrip(")"))
        if parts.amount and not rest and (parts.amount.unit or tail[0].strip() == ","):
            return parts, text[: tail.start()]
    if (label := patterns.LABELLED.match(text)) and take_measure(text[label.end() :])[0]:
        return _amounts(text[label.end() :])
    return Line(""), text


def _describe(line: Line, rest: str) -> Line:
    """The line with its name, preparation and remarks."""
    asides: list[str] = []

    def aside(match: re.Match[str]) -> str:
        asides.append(match[1].strip())
        return " "

    bare, before = rest, ""
    for _ in range(_DEEPEST):  # from the inside out
        if bare == before or not ("(" in bare or "[" in bare):
            break
        before, bare = bare, patterns.ASIDE.sub(aside, bare)
    bare = bare.replace("(", " ").replace(")", " ").lstrip(" .,*-")
    name, remarks = name_and_remarks(" ".join(bare.split()))
    name, alternatives = choices(name)
    line = _more(line, [*asides, *remarks])
    said = line.text.lower()
    use = patterns.USE.search(said)
    phrase, size, unit = name.lower(), line.size, None
    if line.size is None and (match := patterns.SIZE.match(phrase)):
        phrase, size = phrase[match.end() :], SIZES[match[1].lower()]
    if line.amount and line.amount.unit is None:
        phrase, unit = _own_unit(phrase)
    amount = replace(line.amount, unit=unit) if line.amount and unit else line.amount
    plain, done = _plain(phrase)
    preparation = ", ".join(filter(None, [done, *remarks, *asides]))
    return replace(
        line,
        amount=amount,
        size=size,
        name=plain,
        phrase=phrase,
        preparation=preparation,
        alternatives=tuple(other.lower().strip() for other in alternatives),
        use=line.use or (use[1].lower() if use else None),
        to_taste="to taste" in said,
        optional=bool(patterns.OPTIONAL.search(said)),
    )


def _more(line: Line, remarks: list[str]) -> Line:
    """The line with the measures that its remarks hold."""
    if line.amount is None:
        return line
    for remark in remarks:
        if per := patterns.PER_POUND.search(remark):
            if line.unit is None and line.package is None:
                count = (float(per[1]) + float(per[2] or per[1])) / 2
                pound = find_unit("lb")
                line = replace(line, package=Measure(1 / count, 1 / count, pound)) if count else line
            continue
        if more := patterns.MORE.search(remark):
            said = remark[more.end() :]
            extra, rest = take_measure(said)
            if extra and patterns.OF_THE_SAME.match(rest):
                line = replace(line, extra=line.extra or extra)
            else:  # "plus 1 cup stock"
                line = replace(line, more=(*line.more, *_added(said, len(line.more))))
            continue
        measure, _ = take_measure(_skip(patterns.ABOUT, remark))
        mass = measure is not None and measure.unit is not None and measure.unit.kind == "mass"
        if measure and mass and line.also is None and line.amount:
            also, package = _place(line.amount, measure, remark, line.package, line.also)
            line = replace(line, also=also, package=package)
    return line


def _added(text: str, before: int) -> tuple[Line, ...]:
    """What a line adds, after so many others; of too many nothing is known, and that is told once."""
    if before + len(patterns.MORE.findall(text)) < _MOST_ADDED:
        added = parse(text)
        return replace(added, more=()), *added.more
    return () if before > _MOST_ADDED else (Line(text=text, name=_UNREAD, phrase=_UNREAD),)


def _own_unit(phrase: str) -> tuple[str, Unit | None]:
    """Takes the unit off names such as "garlic cloves" and "celery stalks"."""
    front, _, last = phrase.rpartition(" ")
    front = patterns.THIN.sub("", front)
    unit = find_unit(last)
    own = unit is not None and (
        unit.name in patterns.OWN_UNITS or (unit.name == "rib" and front.endswith("celery"))
    )
    if front and own and front not in LEADING | {"whole"}:
        return front, unit
    return phrase, None


def _plain(phrase: str) -> tuple[str, str]:
    """The phrase without words of preparation, and these."""
    words = phrase.split()
    kept = [word for word in words if word.strip(",") not in PREPARATION]
    if kept and kept[0] in ("and", "or", "&"):  # "peeled and diced potatoes"
        kept.pop(0)
    if not kept or len(kept) == len(words):
        return phrase, ""
    return " ".join(kept), " ".join(word for word in words if word not in kept)


def _from_fruit(line: Line) -> Line:
    """ "1 lemon, juiced" is the juice of one."""
    part = patterns.FRUIT_PART.search(line.preparation) if line.preparation else None
    if part is None or line.unit is not None or not (fruit := patterns.CITRUS.fullmatch(line.name)):
        return line
    whole = "juice" if "juice" in line.preparation.lower() else "zest"
    name = f"{fruit[1].lower()} {whole}"
    return replace(line, name=name, phrase=name, use="fruit")
