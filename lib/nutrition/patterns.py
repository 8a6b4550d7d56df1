"""Patterns that ingredient lines are taken apart with."""

import re

from lib.nutrition.words import SIZES, USES

SIZE_WORDS = frozenset(SIZES)
# In "3 large or vegan eggs" a choice begins, of which "large" is a part.
_NO_CHOICE = r"(?!(?:and/)?or\s+(?!\d)|/)"
ABOUT = re.compile(
    r"(?:about|approx(?:\.|imately)?|approximately|around|roughly|scant|generous|heaping|heaped|"
    r"rounded|level|packed|lightly|firmly|loosely|well|good|big|at least|up to|up|nearly|almost|"
    r"another|additional|extra|and|or|~|each|the|some|very|plus)(?![\w-])\s*+" + _NO_CHOICE,
    re.IGNORECASE,
)
SIZE = re.compile(
    rf"({'|'.join(SIZES)})(?:[\s-]*sized?)?(?![\w-])[\s,]*+(?:to (?:large|medium) )?+{_NO_CHOICE}",
    re.IGNORECASE,
)
INCHES = re.compile(
    r"\(?\s*(\d+ \d+/\d+|\d+/\d+|\d+(?:\.\d+)?)\s*(?:-?\s*(?:-|to)\s*\d[\d./]*)?\s*-?\s*"
    r"(?:inch(?:es)?|in\.|\"|cm|centimet(?:er|re)s?)"
    r"(?:[\s-]+(?:thick|long|square|wide|round|diameter))?\s*\)?(?![\w\"])\s*[-,]?\s*",
    re.IGNORECASE,
)
TIMES = re.compile(r"x\s*(?=\d)", re.IGNORECASE)
PLUS = re.compile(r"(?:,?\s*(?:plus|and|\+|&)\s*)(?=[\d.])", re.IGNORECASE)
OF_THE_SAME = re.compile(
    r"\W*(?:$|(?:more|extra|additional|for|to|if|as|or so|at|divided|melted)\b)", re.IGNORECASE
)
MORE = re.compile(r"\bplus\s+(?=\d)", re.IGNORECASE)
HELD = re.compile(
    r"(?:cans?|tins?|jars?|bags?|packages?|pkg|box|bottles?|cartons?|tubs?|containers?)\s+(?!of the)",
    re.I,
)
OR_UNIT = re.compile(
    r"(?:and/)?or (?:cans?|bottles?|jars?|packages?|packs?|boxe?s?|tins?)\s+", re.IGNORECASE
)
OR_SO_MANY = re.compile(rf"^(?:and/)?or \d[\d ./-]* (?=(?:{'|'.join(SIZES)})\b)", re.IGNORECASE)
THIN = re.compile(r"^(?:very |paper-|wafer-)?thin(?:ly)? ")
MINUS = re.compile(r"(?:,?\s*(?:minus|less)\s+)(?=[\d.])", re.IGNORECASE)
DESCRIBED_UNIT = re.compile(
    r"(?:(?:(?:paper|wafer)-thin|thick|thin|full|fat|long|wide|fresh|dried|whole|ripe|flat|firm|thinly|nice|"
    r"single|double|standard)[\s,-]+)+"
    r"(?=(?:slices?|racks?|bunch(?:es)?|sprigs?|stalks?|strips?|heads?|rashers?|pieces?|sheets?|cans?|slabs?|"
    r"cups?|handfuls?|leaf|leaves|sticks?|ears?|loaf|loaves|fillets?|wedges?|package|pack|jar)\b)",
    re.IGNORECASE,
)
PLAIN = re.compile(
    r"(?:each|apiece|total|in all|in total|all together|or so|weight|size|\W)*", re.IGNORECASE
)
EACH = re.compile(r"\b(?:each|apiece|per)\b", re.IGNORECASE)
PER_POUND = re.compile(
    r"(\d+)(?:\s*(?:-|to|/)\s*(\d+))?\s*(?:count|ct)?\.?\s*(?:per|to the|/|a)\s*(?:pound|lb)",
    re.IGNORECASE,
)
FROM_FRUIT = re.compile(
    r"^(?:(?:finely |freshly )?(?:grated |squeezed |strained )?)(?:the )?(?P<part>juice|zest|rind|peel)"
    r"(?P<both>(?: and| &) (?:juice|zest|rind|peel|pulp))?(?:,? (?:of|from)) (?P<rest>.+)$",
    re.IGNORECASE,
)
FRUIT_PART = re.compile(r"\b(juiced?|zest(?:ed)?)\b", re.IGNORECASE)
CITRUS = re.compile(
    r"(?:(?:large|small|medium|fresh|ripe|juicy|organic|whole|meyer|key|navel|blood|unwaxed) )*"
    r"(lemon|lime|orange|grapefruit|clementine|tangerine)s?",
    re.IGNORECASE,
)
ASIDE = re.compile(r"\s*[(\[]([^()\[\]]*)(?:[)\]]|$)")
SPLIT = re.compile(r",|;| - |\s-(?=[a-z])|: |(?<=[a-z]):(?=[a-z])| \.\.+ ", re.IGNORECASE)
CUT = re.compile(
    r"\s+(?:(?:or )?(?:more )?to taste|(?:or )?as (?:needed|required|desired)|or (?:more|less|so)\b|"
    r"if (?:needed|desired|necessary|you)|cut (?:in|into|crosswise|lengthwise|up)|to (?:serve|garnish|"
    r"finish|cover|drizzle|decorate|grease|coat|brush|dust)|for (?:\w+ )?(?:" + "|".join(USES) + r")|"
    r"such as|like|preferably|at room temp(?:erature)?|plus (?:more|extra|additional)|more for|divided|"
    r"optional|from about|\(?optional\)?|i used|about \d|see note|"
    r"as (?:an? )?accompaniments?|made (?:by|from|with)|dissolved in|mixed with|composed of|"
    r"removed with|(?:is|are) available|can be (?:found|bought)|according to|"
    r"to your (?:liking|taste)|recipe follows|in half|on the side|you can|add more|"
    r"(?:beaten|blended|whisked|stirred|to blend)(?: to blend)? with|diluted (?:in|with)|if using)"
    r"(?![\w-]).*$|\s+(?:\*|\+\s?\d|(?:plus|with) \d).*$",
    re.IGNORECASE,
)
PARTS_SAID = re.compile(
    r"\s+(?:(?:with|including) (?:(?P<own>its|their)|(?:the|some))?\s*"
    r"(?:(?:small|whole|tender|green|long|outer) )?"
    r"(?P<part>skins?|peels?|rinds?|seeds?|stems?|tops?|juices?|liquid|leaves|fronds|bones?|roots?|sprigs?)"
    r"(?: attached)?|(?P<more>plus (?:(?:some|small|whole|tender|additional) )?(?:sprigs?|leaves))|"
    r"(?P<held>from (?:an? |the )?(?:jar|can|\d[\d ./]*-?\s?(?:ounce|oz|pound|lb|g|kg))))(?!\w).*$",
    re.IGNORECASE,
)
OR = re.compile(r"\s+(?:and/or|or)\s+|\s*/\s*(?=[a-z])", re.IGNORECASE)
PREFIX = re.compile(
    r"^(?:optional(?: (?:toppings?|garnish(?:es)?|extras?|add-ins?))?|"
    r"(?:for|to) (?:the )?(?:serving|serve|garnish)|garnish(?:es)?|toppings?)"
    r"(?:,? \(?(?:if desired|optional)\)?)?\s*:\s*(?=\S)",
    re.IGNORECASE,
)
SHAPED = re.compile(
    r"^(?:(?:about )?\d[\d\s./x-]*(?:to [\d\s./-]+)?(?:inch(?:es)?|cm|\")[\s-]*"
    r"(?:(?:thick|long|wide|square|diameter)[\s,-]*)?|(?:matchstick|bite)-sized?\s+|"
    r"(?:paper|wafer)-thin\s+|(?:very )?thin\s+|(?:diagonal|julienne|fine)\s+)*"
    r"(?:slices?|cubes|pieces?|strips?|chunks?|wedges?|rounds?|matchsticks?|dice|lengths|spears|segments?|"
    r"half-moons|shavings|curls|batons)\s+(?:of\s+)?(?=\w)",
    re.IGNORECASE,
)
OPTIONAL = re.compile(r"\boptional|if desired|if you (?:like|want)\b", re.IGNORECASE)
HEADING = re.compile(r"^(?:for (?:the|your)\s+[\w\s&'-]{2,40}|[^\d]{2,60}:)$", re.IGNORECASE)
FOOTNOTE = re.compile(
    r"^\W*(?:(?:ingredient (?:info|tips?)|(?:cooks?['’]? ?)?(?:notes?|tips?))\W*:|"
    r"(?=(?:(?:is|are|also) )*(?:available|sold|found) (?:at|in|from|by|online)\b))",
    re.IGNORECASE,
)
USE = re.compile(
    r"\b(?:for|to)\s+(?:the |your |deep[ -]|fat[ -]|pan[ -]|shallow[ -]|a )*(" + "|".join(USES) + r")\b",
    re.IGNORECASE,
)
TRAILING = re.compile(r"[\s,:(-]+(?=(?:\d|\.\d)[\d\s./,-]*\s*[a-z]*\.?\)?$)", re.IGNORECASE)
OWN_UNITS = frozenset("clove stalk slice sprig rasher head stem strip".split())
HOLDERS = frozenset(
    "can jar bottle bag box carton container envelope package packet pouch tub tube block "
    "loaf punnet pot".split()
)
LABELLED = re.compile(
    r"^(?:info|approx|approximately|circa|ca|qty|amount)\b[.:]? (?=[\d.])", re.IGNORECASE
)
