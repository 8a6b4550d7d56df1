"""Lines of ingredient lists that name tools and paper, which nobody eats."""

import re

# Nouns with a space in them are separated by "|" as the others are.
_ANYWHERE = r"""
skewers?|toothpicks?|(?:aluminum|tin|kitchen) foil|parchment(?: paper)?|wax(?:ed)? paper|cheesecloth|
kitchen (?:string|twine)|butcher'?s twine|(?:hickory |apple ?wood )?(?:wood|smoke) chips|ramekins?|
popsicle (?:sticks|molds?)|(?:cupcake|muffin) (?:liners|cases)|
(?:baking|roasting|cooking|piping|pastry|ziploc|zip-top) bags?|cookie cutters?|(?:\w+ )?thermometer|
cedar planks?
"""
# "Skillet cornbread" and "pot roast" are eaten: behind these the line ends or something else begins.
_BY_THEMSELVES = r"""
plastic wrap|pie weights|(?:spice|coffee|spice/coffee|coffee/spice) (?:mill|grinder)|
mortar(?: and pestle)?|slow cooker|pressure cooker|food processor|(?:immersion |hand )?blender|
ice[- ]cream (?:maker|machine)|
(?:(?:sauce|frying|sauté|baking|roasting|loaf|cake|tart|pie|grill|springform|muffin|tube|bundt) )?pans?|
jelly-roll pans?|
saucepans?|skillets?|pots?|dutch ovens?|woks?|griddle|(?:baking|cookie) sheets?|
(?:baking|gratin|casserole|soufflé|souffle|pie) (?:dish(?:es)?|plates?)|(?:v-)?slicer|mandoline?s?|
microplane(?: grater)?|graters?|(?:(?:biscuit|round) )?cutters?|(?:kitchen )?(?:blow)?torch|
(?:(?:dariole|tart|brioche|soufflé) )?molds?|(?:cooling|wire) racks?|(?:(?:offset|fish) )?spatulas?|
pastry (?:brush|tip)|(?:grilling )?baskets?|charcoal(?: briquettes)?|(?:paper )?(?:muffin |baking )+cups|
(?:mason|canning)(?:-type)? jars
"""
# No food among them: "fish skewers" are eaten.
_SAID_OF_THEM = r"""
wooden|bamboo|metal|glass|ceramic|stainless|steel|cast|iron|aluminum|paper|plastic|nonstick|non-stick|
nonreactive|heatproof|ovenproof|flameproof|disposable|decorative|standard|long|short|shallow|deep|heavy|
heavy[- ]duty|heavy-bottomed|large|medium|small|mini|wide|clean|soaked|square|round|oval|rectangular|
rimmed|ridged|well-seasoned|adjustable-blade|japanese|charcoal|electric|instant-read|deep-?fat|
deep-fry|baking|roasting|cooking|grill(?:ing)?|springform|bundt|tube|sheet|wire|kitchen|deep-dish|removable|bottomed?|squares?|sheets?|
pieces?|rectangles?|lengths?|of|about|to|by|inch(?:es)?|cm|quarts?|qt|cups?|pairs?|an?|one|two|three|
four|few|some|or
"""


def _any_of(listed: str) -> str:
    return f"(?:{''.join(listed.splitlines())})"


EQUIPMENT = re.compile(
    rf"^(?:[\d\s./x\"'()-]|{_any_of(_SAID_OF_THEM)}(?=[\s()\"-]))*"
    rf"(?:{_any_of(_ANYWHERE)}(?![\w-])|"
    rf"{_any_of(_BY_THEMSELVES)}(?=$|\s*[,;(*]|\s+(?:or|and|with|for|fitted|lined)\b))(?P<rest>.*)$",
    re.IGNORECASE,
)
"""A line of a tool; its group `rest` may name foods."""

LABEL = re.compile(r"^(?:special )?equipment\b", re.IGNORECASE)
"""What a line begins with that lists tools."""
