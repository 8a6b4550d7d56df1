"""The foods that names and notes speak of, and whether every word of them was understood."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from lib.nutrition import patterns
from lib.nutrition.equipment import EQUIPMENT, LABEL
from lib.nutrition.foods import Food, find, mentioned, places, singular, unaccented, words
from lib.nutrition.lines import Line
from lib.nutrition.matching import match_name
from lib.nutrition.naming import offered, own_part
from lib.nutrition.quantities import take_number, take_unit
from lib.nutrition.units import find_unit
from lib.nutrition.words import BRANDS, KINDS, NEUTRAL, PREPARATION, REMARKS, SHAPES, SORTS, USES

# "half for the sauce": the dish's own parts, of which nothing new is said.
_PARTS = "|".join(
    """
    sauce filling batter dough marinade soup crust cake dressing glaze topping frosting stew curry
    salad roux mash coating greens vegetables fish meat beef chicken falafel beans onions mushrooms
    meatballs rice crumbs paste powder dip dipping spice béchamel ragù batches griddle top tops side
    others cookies pie icing base
    """.split()
)
_PART_OF_DISH = re.compile(
    rf"\b(?:(?:for|of|to) (?:the |a |each )?(?:milder )?|(?:in|into|from|with) the )(?:{_PARTS})"
    rf"(?: and (?:the )?(?:{_PARTS}))?\b"
    r"|(?:\b(?:full|low|reduced)|\d%)[ -]fat\b"
)
# What is taken off or left on, but not what something is cooked "in" or tossed "with".
_TRIMMED = re.compile(
    r"(?<!\bin )(?<!\bwith )(?<!\bin the )(?<!\bwith the )"
    r"\b(?:(?:excess|visible|external|surface|(?:trimmed|cleaned|free) of(?: all| any| its| excess)*)"
    r" (?:skin and )?fat"
    r"|(?:skin and )?fat (?:and (?:skin|sinew|gristle|silverskin) )?(?:trimmed|removed|discarded|cap)"
    r"|crusts? (?:trimmed|removed|discarded|cut off)"
    r"|(?:tails?|roots?|casings?)(?: ends?)? (?:left |still )*"
    r"(?:on|off|intact|attached|trimmed|removed|discarded|cut off))\b"
)
_NO_FOOD = re.compile(
    r"\b(?:(?:through|at|of) (?:the )?(?:root|stem) ends?|"
    r"(?:coffee/spice|spice/coffee|coffee|spice) (?:grinder|mill)s?)\b"
)
# Foods that aren't named: of eggs or sesame, brands ("a2" milk, "French's" onions), sauces with cream.
_HINTS = re.compile(
    r"\b[a-z]\d|\b(?:plus(?: \w+)?|with (?:some|small|toasted|roasted|mixed)) seeds?\b|"
    r"\b(?:\d+|an?|one|two|three|four|five|six|with|in|powdered|beaten|whisked|whipped)\s+whites?\b"
    r"(?!\s+(?!until|and|to|for|then|before|with)[^\W\d])"
    r"|\b(?:such as|preferr?abl[ye]|ideally|like)\b[^,;()]*\b(?:vodka|french['’]s|fried)\b"
)

# Parts and shapes that stand for a food of their own where something brings them in: fish fingers, pasta
# shells, sesame seeds, a roast's juices. "With seeds removed" says what becomes of the food's own.
_WITHIN = r"(?:(?!(?:their|its|own|cut|in|into|to|for|from|by|as)\b)[^\s,;()]+ ){0,3}?"
_BROUGHT_IN = re.compile(
    rf"\b(?:(?:with|and|plus|on|over) {_WITHIN}(?:"
    r"(?:seeds|shells|rinds?|fingers|batons|wedges|patty|patties)"
    r"(?! (?:and \w+ )?(?:still |left |kept |to be )?(?:removed|discarded|reserved|intact|attached|"
    r"scraped|scooped|cut|rubbed|slipped|trimmed|off|on(?! (?:top|the)\b))\b)"
    r"|juices|toppings?|muscles|straws|slices|chunks)"
    rf"|(?:with|plus|over|on) {_WITHIN}(?:fillets|links|rashers|sticks|cutlets|heads|gills|sheets|"
    rf"ribbons|strips|cubes|rounds|bits|tails|casings|slice|wedge)|in {_WITHIN}(?:juices|shells))\b"
)

# What a part is made of stands among the ingredients: "half for the sauce" brings in no bottled sauce.
_OWN_PARTS = "|".join(
    """
    sauce filling batter dough marinade crust dressing glaze topping frosting coating base top tops mash
    roux dip paste icing soup stew curry salad ragù béchamel falafel meatballs patties spice
    """.split()
)
_OWN_PART = re.compile(
    rf"\b(?:for|into|in|to) the (?:{_OWN_PARTS})(?: and (?:the )?(?:{_OWN_PARTS}))?\b"
)

# Of what follows "not", foods count as they would elsewhere; other words only say what is meant.
_NOT_MEANT = re.compile(
    r"\b(?:not(?!-| (?:too|just|only|quite|merely|all|more|to)\b)|do not use|don['’]t use|never)\b"
    r"[^,;.()]*?"
    r"(?=\b(?:but|always|instead|with|only|use|and|plus|then|in|over|into|topped)\b|w/| [-–] |"
    r"[,;.():/&+!?\[–—]|$)"
)
_FREE_OF = re.compile(r"\b\w+[ -]free\b")
_DEGREES = re.compile(r"\d[\d./]*\s*(?:°|degrees)\s*[fc]?\b|°", re.IGNORECASE)
_AND = re.compile(r"\s(?:and|plus|&|with(?=\s\d))\s")
_SAYS_NOTHING = re.compile(r"^(?:accompaniments?|ingredient info)$")
_DIMENSIONS = re.compile(
    r"^[\d\s./x-]+[\s-]inch(?:es)?(?:[\s-](?:thick|long|wide|square|diameter))?\s+(?=[^\W\d])"
)
_COMMA = re.compile(r"\s*[,;]")
_BREAK = re.compile(r"[;.()]")
_NEAR = 5
"""Words behind an "or" in which the noun of what stands before it is sought."""

# Where it can be bought; any other word than these may be a food.
_PLACES = (
    r"(?:super)?markets?|stores?|shops?|grocer(?:ie)?s|delis|sections?|aisles?|online|butchers?|"
    r"nationwide|\w+\.com"
)
_SOLD = re.compile(
    r"(?<!-)\b(?:available|sold|found|bought)(?: (?:is|are|at|in|from|by|and|or|some|many|most|the|an?|"
    r"your|other|better|good|large|well-stocked|asian|japanese|chinese|indian|korean|thai|latin|american|"
    r"mexican|italian|greek|french|middle|eastern|natural|health|foods?|specialty|gourmet|ethnic|produce|"
    rf"frozen|refrigerated|grocery|{_PLACES}),?)* (?:{_PLACES})\b"
)
# A sort or a brand of the food itself, of which the food's own classes say enough.
_SUCH_AS = re.compile(r"(?:^|[,;(.]\s*)(?:such as|preferr?abl[ye]|ideally)\b([^,;()]*)")
_OF_CHOICE = re.compile(r"(\s+(?:and/or|or|and)\s+|/)")
_SPECIAL = re.compile(r"\b(?:vegan|free|dairy|non-?dairy|plant)\b", re.IGNORECASE)
# "1 lime, plus wedges for serving"
_MORE_OF_IT = re.compile(
    r"plus (?:(?:more|extra|additional|thin|a few) ){0,2}(?:wedges|slices|rounds|strips)\b"
)
_BRINGS_IN = re.compile(
    r"\b(?:with|plus|in|on|for|to|over|toppings?|condiments?|sauces?|garnish(?:es)?|accompaniments?|"
    r"serv\w+|dipp\w+|drizzl\w+)\b"
)

Found = list[tuple[Food | None, bool]]
"""Foods with whether they are sure to be in; None for words that nobody knows."""


def named(name: str) -> Found:
    """The food of a name. What a name that isn't understood mentions may be in.

    A name may hold a note behind a comma: where a recipe needs a food twice, the app's tables want
    two names.
    """
    found = match_name(name)
    if found and found.exact and not _has_symbols(name):
        return [(found.food, True)]
    if (bare := patterns.SHAPED.sub("", _DIMENSIONS.sub("", name))) != name and bare:
        return named(bare)
    maybe: Found = [(food, False) for food in mentioned(name)]
    if _SAYS_NOTHING.match(name) or LABEL.match(name) or patterns.HEADING.match(name):
        return maybe
    if tool := EQUIPMENT.match(name):
        return maybe + noted(tool["rest"])
    if footnote := patterns.FOOTNOTE.match(name):
        return noted(name[footnote.end() :])
    for cut in (_COMMA.search(name), patterns.CUT.search(name), own_part(name)):
        if cut is None:
            continue
        head, note = name[: cut.start()], name[cut.start() :]
        plain = match_name(head)
        if plain and plain.exact and not _has_symbols(head):
            return [(plain.food, True), *noted(note, head)]
    parts = [match_name(_without_amount(part)) for part in _AND.split(name)]
    if len(parts) > 1 and all(part and part.exact for part in parts) and not _has_symbols(name):
        return [(part.food, True) for part in parts if part]
    sure: Found = [(found.food, True)] if found else []
    return [(None, True), *sure, *maybe]


def _without_amount(name: str) -> str:
    _, rest = take_number(name)
    unit, after = take_unit(rest)
    return after if unit and after else rest


def aside(line: Line) -> Found:
    """The foods that a heading or a line of tools names."""
    foods: Found = [(food, False) for food in mentioned(line.phrase)]
    return foods + noted(line.preparation)


def empty_headings(names: Sequence[str]) -> Found:
    """What headings with nothing under them may be: "Satay:" at the end of a list is a food, if any."""
    found: Found = []
    eaten = [name for name in names if not _is_aside(name)]
    for name, below in zip_longest(eaten, eaten[1:], fillvalue=""):
        if patterns.HEADING.match(name) and (not below or patterns.HEADING.match(below)):
            found += [] if understood(name) else [(None, True)]
    return found


def _is_aside(name: str) -> bool:
    """Whether it tells of tools, or of what the list says elsewhere."""
    return any(
        said.match(name) for said in (_SAYS_NOTHING, LABEL, EQUIPMENT, patterns.FOOTNOTE)
    ) and not patterns.HEADING.match(name)


def instead(alternatives: Iterable[str]) -> Found:
    """The foods that a line offers in place of its own."""
    return [(food, False) for other in alternatives for food, _ in named(other)]


def noted(notes: str, name: str = "") -> Found:
    """The foods that a note names: it can hide one ("tossed in butter", "with honey").

    Args:
        name: what the note is about; of tomatoes, seeds are no food of their own.
    """
    if not notes:
        return []
    foods: Found = [(food, True) for food in mentioned(_OWN_PART.sub(" part ", notes))]
    sorts, rest = _sorts(_without_own_parts(notes, name), name)
    foods += [(food, False) for food in sorts]
    unsaid = _has_symbols(_DEGREES.sub(" ", notes)) or not understood(rest)
    return [*foods, (None, True)] if unsaid else foods


def _sorts(notes: str, name: str) -> tuple[list[Food], str]:
    """The sorts of its food that a note names without the noun, and what else it says.

    Of chiles, "such as Anaheim" are Anaheim chiles; a vinegar "such as malt" is malt vinegar.
    """
    found: list[Food] = []
    noun = name.lower().split()[-1] if name else ""
    brands = BRANDS.get(noun, frozenset()) if not _SPECIAL.search(name) else frozenset()

    def without_sorts(said: re.Match[str]) -> str:
        if not noun or _BRINGS_IN.search(notes[: said.start()]):
            return said[0]
        rest = [said[0][: said.start(1) - said.start()]]
        for sort in _OF_CHOICE.split(said[1]):
            food = find(f"{sort.strip()} {noun}") if sort.strip() else None
            told = set(words(sort))
            if food:
                found.append(food)
            elif not told or told - brands:
                rest.append(sort)
        return " ".join(" ".join(rest).split())

    rest = _SUCH_AS.sub(without_sorts, notes)
    return found, rest


def _without_own_parts(notes: str, name: str) -> str:
    return ", ".join(_without_own_part(piece.strip(), name) for piece in _COMMA.split(notes))


def _without_own_part(note: str, name: str) -> str:
    if more := _MORE_OF_IT.match(note):
        food = find(name)
        return note[more.end() :] if food and food.category in ("fruit", "vegetable") else note
    whole = f"{name} {note}"
    said = own_part(whole) if name else None
    if said is None or said["own"] or not said["part"] or said.start() < len(name):
        return note
    return whole[len(name) : said.start()] + whole[said.end("part") :]


def left_out(text: str) -> Found:
    """The foods that choices leave out the noun of: "plain or soy yogurt" may be yogurt."""
    if "or" not in text and "/" not in text:
        return []
    found: list[str] = []
    for said in map(words, _BREAK.split(patterns.OR.sub(" or ", text))):
        named = [(" ".join(said[start:end]), start, end) for _, start, end in places(said)]
        for place, word in enumerate(said):
            if word == "or" and place:
                front = next((name for name, _, end in named if end == place), "")
                near = (name for name, start, _ in named if place < start <= place + _NEAR)
                found += [food for name in near for food in offered(front, name)]
    return [(food, False) for name in found if (food := find(name))]


def understood(notes: str) -> bool:
    """Whether every word of a note names a known food or none at all."""
    if _has_symbols(_DEGREES.sub(" ", notes)):
        return False
    foods = mentioned(notes)
    names = (_FREE_OF.sub(" ", name) for food in foods for name in (food.name, *food.aliases))
    known = {word for name in names for word in words(name)}
    rest = unaccented(notes.lower())
    if _HINTS.search(rest) or _BROUGHT_IN.search(rest):
        return False
    for saying_no_food in (_DEGREES, _NOT_MEANT, _SOLD, _PART_OF_DISH, _TRIMMED, _NO_FOOD):
        rest = saying_no_food.sub(" ", rest)
    rest = _SUCH_AS.sub(_without_sorts, rest)
    return all(
        word in known or singular(word) in known or _says_no_food(word)
        for word in re.findall(r"[^\W\d_]+", rest)
    )


def _without_sorts(said: re.Match[str]) -> str:
    """What is left of "preferably Yukon Gold": all but listed sorts, where nothing is brought in."""
    if _BRINGS_IN.search(said.string[: said.start()]):
        return said[0]
    return " ".join(["", *(word for word in re.findall(r"[^\W\d_]+", said[0]) if word not in SORTS)])


def _has_symbols(text: str) -> bool:
    """Whether there are pictures in it: a peanut may be one."""
    return not text.isascii() and any(unicodedata.category(character) == "So" for character in text)


def _says_no_food(word: str) -> bool:
    if word in PREPARATION or word in REMARKS or word in NEUTRAL or word in USES or word in KINDS:
        return True
    return singular(word) in SHAPES or find_unit(word) is not None
