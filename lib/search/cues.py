"""The words by which people say what they can't or won't have, how fast, how much, for how many."""

import re

from lib.nutrition.claims import Claim
from lib.nutrition.labels import Diet
from lib.search.filters import Nutrient

_NOT = r"(?:don't|doesn't|do not|does not|didn't|won't|will not|can't|cannot|can not|never|couldn't)"
_REALLY = r"(?: really| ever| actually| much| often)?"

INTOLERANT = re.compile(
    rf"\b(?:(?:allerg(?:ic|y|ies)|alergic|anaphylactic|intoleran(?:t|ce)|sensitiv(?:e|ity)) (?:to|of)"
    rf"|react(?:s|ed)? (?:badly )?to|free (?:of|from)"
    rf"|(?:if|when|whenever|every time) (?:he|she|they|i|we) (?:eats?|has|have)"
    rf"|{_NOT}{_REALLY} (?:have|tolerate|digest|process|handle)"
    rf"|(?:mustn't|must not|shouldn't|not allowed(?: to)?|unable to) (?:have|eat|touch))\b"
)
"""Before what somebody doesn't tolerate: allergens are meant as such."""

UNWANTED = re.compile(
    rf"\b(?:without|w/o|sans|minus|hold(?: the)?|skip(?:ping)?(?: the)?|leav(?:e|ing) (?:out|off)"
    rf"|omit(?:ting)?|exclud(?:e|ing)|avoid(?:s|ing)?|except(?: for)?|other than|any(?:thing)? but"
    rf"|instead of|rather than|in place of|nothing (?:with|containing)|none of"
    rf"|no(?: more| added| extra)?|non(?=-)|zero|not (?:with|any|a (?:big |huge )?fan of|"
    rf"(?:very |too |so |big )?(?:keen|big) on|fond of|into|eating)"
    rf"|{_NOT}{_REALLY} (?:like|eat|enjoy|want|stand|bear|do|touch|love|use|need|care for|stomach|take"
    rf"|include|contain|have any|put)"
    rf"|(?:nobody|no one|none of us|never)\b[^,.;?!]{{0,25}}?\b(?:likes?|liked|eats?)"
    rf"|hates?|hated|dislikes?|detests?|loathes?|despises?"
    rf"|refuses?(?: to eat)?|(?:used|using) up(?: all)?(?: the)?"
    rf"|can live without|(?:picky|fussy|squeamish|funny) about"
    rf"|(?:turn(?:s|ed)? off|put off) by|(?:sick|tired|bored|fed up) (?:of|with)"
    rf"|out of|(?:haven't|hasn't|have not) (?:got|bought)|(?:don't|doesn't|do not) have|lacking"
    rf"|forgot(?: to buy)?|(?:got |gave |giving )?rid of|off(?= the menu))\b"
)
"""Before what somebody doesn't want or doesn't have."""

FREE = re.compile(r"(?:-|\s)free\b(?!-|\s+(?:range|form|of|from|style|standing|run))")
"""Behind what isn't in it."""

BAD_FOR = re.compile(
    r"(?:-|\s)(?:allerg(?:y|ies|ic)|intoleran(?:t|ce)|sensitiv(?:e|ity))\b"
    r"|\s+(?:always |really |just )?(?:makes?|gives?|upsets?) "
    r"(?:me|him|her|us|them|my|his|our|their)\b[^,.;?!-]*"
    r"|\s+(?:doesn't|don't|does not|do not) (?:agree with|sit well with)\b[^,.;?!-]*"
    r"|\s+disagrees? with\b[^,.;?!-]*"
)
"""Behind what somebody doesn't tolerate."""

LESS = re.compile(
    r"\b(?P<food>cheese|egg|dairy|butter|sugar|nut|milk|garlic|onion|wheat|salt|oil)less\b"
)
"""One word with what isn't in it; "flourless" names a cake."""

KEPT_OUT = re.compile(r"\bkeep (?:the |any )?(?P<food>[a-z -]{2,30}?) out\b(?: of (?:it|this))?")

FORBIDDEN = re.compile(
    r"\s+(?:is|are|'s) (?:a )?(?:no-?go|off the (?:table|menu)|off[- ]limits|not allowed|banned"
    r"|forbidden|out of the question|not an option)\b"
)
"""Behind what somebody doesn't want."""

INDISPENSABLE = re.compile(r"\b(?:can't|cannot|couldn't|can not|could not) (?:live|do|be) $")
"""Before a "without" that means the contrary."""

_DIETS: tuple[tuple[str, Diet], ...] = (
    (r"vegans?|plant[- ]based", "vegan"),
    (r"vegetarians?|meat-?less|meat[- ]free|veggie(?= (?:friend|guest|option|version|girl|boy))"
     r"|lacto[- ]ovo", "vegetarian"),
    (r"pesc[ae]tarians?", "pescatarian"),
    (r"gluten[- ]free|free (?:of|from) gluten", "gluten_free"),
    (r"(?:dairy|diary)[- ]free|free (?:of|from) dairy", "dairy_free"),
    (r"keto(?:genic)?(?:[- ]friendly)?", "keto"),
    (r"paleo(?:lithic)?", "paleo"),
    (r"low(?:er)?[- ]carb(?:s|ohydrates?)?(?:[- ]friendly)?|few carbs", "low_carb"),
)  # fmt: skip
DIETS = tuple((re.compile(rf"\b(?:{words})\b"), meant) for words, meant in _DIETS)
NEGATED = re.compile(r"\b(?:not|non|isn't|aren't|anything but|no)(?:-|\s+)(?:a |an )?$")
COELIAC = re.compile(r"\b(?:coeliacs?|celiacs?)\b(?: disease)?")

_UNIT = r"(?P<unit>minutes?|mins?|hours?|hrs?|h)\b"
_MOST = (
    r"(?:under|less than|fewer than|within|max(?:imum)?(?: of)?|no more than|not more than|at most|up to"
    r"|below|inside|only(?: got| have)?|(?:ready|done|made|cooked|on the table) in|takes?(?: only)?|in)"
)
TIMES = (
    re.compile(rf"\b{_MOST}(?: about| just| only| under| less than)? (?P<n>\d+)[- ]?{_UNIT}"),
    re.compile(
        rf"\b(?P<n>\d+)[- ]?{_UNIT}"
        r"(?=\s*(?:or less|or under|tops|max(?:imum)?|at most|limit|meals?|recipes?|dinners?)?)"
    ),
    re.compile(r"\b(?:in|under|within) (?P<n>10|15|20|25|30|35|40|45|60)(?=\s*(?:$|[,.;!?]))"),
)
TIME_TAIL = re.compile(r"^\s*(?:or less|or under|tops|max(?:imum)?|at most|limit|to spare|flat)\b")
LONGEST_PLAIN_MINUTES = 120
"""A longer time without "under" tells how a dish is cooked: "8 hour pork"."""
COOKED_FOR = re.compile(r"\b(?:for|over|at least|more than|after)\s+(?:about )?$")

SERVINGS = re.compile(
    r"\b(?:(?:for|feeds?|serves?|serving|feeding)(?: (?:a|an|the|up to|about|at least|all))*"
    r"(?: (?:crowd|party|family|group|table|gathering|dinner party|household) of)?"
    r" (?P<n>\d+)(?: (?:people|persons?|guests?|adults?|of us|kids?|children|eaters?|diners?"
    r"|colleagues|friends|servings?"
    r"|portions?|hungry \w+))?(?=\s*(?:$|[,.;:!?)]|\b(?:people|and|with|that|in|but|without|no|on"
    r"|tonight|under|please|or|who|from|vegan|vegetarian|at|to|using)\b))"
    r"|(?:crowd|party|family|group|table) of (?P<n2>\d+)"
    r"|(?P<n3>\d+) (?:people|persons|guests|servings|portions|diners|of us)\b"
    r"|\b(?P<n4>\d+)[- ](?:serving|person|portion)\b)"
)
NUMBERS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split(),
        start=1,
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "a dozen": 12, "dozen": 12}

_NUTRIENT_WORDS: dict[Nutrient, str] = {
    "energyKcal": r"k?cal(?:orie)?s?",
    "proteinG": r"proteins?",
    "carbohydrateG": r"carb(?:ohydrate)?s?",
    "fatG": r"fats?",
    "fiberG": r"fib(?:er|re)s?",
    "sugarsG": r"sugars?",
    "sodiumMg": r"(?:sodium|salt)",
}
_AMOUNT = (
    r"(?:between (?P<least>\d+(?:\.\d+)?) and )?(?P<n>\d+(?:\.\d+)?)\+? ?-?"
    r"(?P<unit>g|grams?|mg|milligrams?)?\+?(?: of)? "
)
_PER = r"(?: (?:or less|or more|max|min|each|per (?:serving|portion)))?"
AT_MOST = re.compile(
    r"(?:under|less than|fewer than|below|max(?:imum)?(?: of)?|no more than|not more than|at most|up to"
    r"|within) $"
)
AT_LEAST = re.compile(
    r"(?:over|more than|at least|min(?:imum)?(?: of)?|above|no less than|not less than|with) $"
)
NUTRIENT_AMOUNTS: tuple[tuple[re.Pattern[str], Nutrient], ...] = tuple(
    (re.compile(rf"\b{_AMOUNT}(?:{words})\b{_PER}"), name)
    for name, words in _NUTRIENT_WORDS.items()
)  # fmt: skip

_LOW = r"(?:low(?:er)?|reduced|light(?:er)? (?:on|in)|little|less|not much|low(?:er)? in)"
_HIGH = r"(?:high(?:er)?(?: in)?|rich in|plenty of|lots of|loads of|packed with|full of|extra|more)"
_CLAIMS: tuple[tuple[str, Claim], ...] = (
    (rf"{_LOW}[- ](?:calorie|cal|calories)|light meal", "low_calorie"),
    (rf"{_LOW}[- ](?:saturated fat|sat fat)", "low_saturated_fat"),
    (rf"{_LOW}[- ]fat|low ?fat|fat[- ]free|no fat", "low_fat"),
    (rf"{_LOW}[- ]cholesterol", "low_cholesterol"),
    (rf"{_LOW}[- ](?:sodium|salt)", "low_sodium"),
    (rf"{_LOW}[- ]sugar", "low_sugar"),
    (rf"{_HIGH}[- ]protein|protein[- ](?:rich|packed|heavy)|proteinful", "high_protein"),
    (rf"{_HIGH}[- ]fib(?:er|re)|fib(?:er|re)[- ](?:rich|packed)", "high_fiber"),
)  # fmt: skip
CLAIMS = tuple((re.compile(rf"\b(?:{words})\b"), meant) for words, meant in _CLAIMS)

FILLER = frozenset(
    """
    i i'm i've i'd i'll im ive we we're we've were you me my mine our us he he's she she's they
    they're his her their him them it it's its this that these those there there's theres who who's
    whos whom what what's whats which when where how why a an the some any all of for to from in on at
    by with as and or but so is are am be been being was has have had having do does did done make
    makes making made cook cooking can could would should will shall may might must need needs needed
    want wants wanting looking look find get got give like likes love loves please thanks thank cheers
    hi hello recipe recipes idea ideas suggestion suggestions something anything someone somebody
    everyone thing things dish dishes meal meals food foods option options tonight today tomorrow now
    just only also too very really still even then else here up out over into about because since if
    though although while than son daughter kid's husband wife partner boyfriend girlfriend friend
    friends mum mom mother dad father brother sister nephew niece grandma grandpa guest guests
    roommate flatmate boss colleague toddler baby doctor says said coming comes come visiting allergy
    allergic severe suggest recommend show good nice great best easy-ish ready left house plus going
    gonna cant dont doesnt hates diet version style friendly free craving fancy try trying way ways
    few lot lots plenty kind sort bit maybe perhaps not no
    """.split()
)
"""Words that only make a sentence of a request."""
