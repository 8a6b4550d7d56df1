"""What steps say of portions: into how many a dish is divided, and which part of it one is."""

import re

from lib.nutrition.foods import singular

WORDS = {
    word: number
    for number, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen".split(),
        start=1,
    )
}
"""Numbers as texts write them."""

SAID = {number: word for word, number in WORDS.items()}
"""Words for numbers."""

_ORDINALS = {
    2: "half",
    3: "a third",
    4: "a quarter",
    5: "a fifth",
    6: "a sixth",
    8: "an eighth",
    10: "a tenth",
    12: "a twelfth",
}
_DIVIDED = (
    r"(?P<verb>\b(?:[Dd]ivide|[Ss]hare|[Ss]poon|[Cc]ut|[Ss]plit|[Pp]ile|[Ff]ill|[Ss]erve|[Ll]adle|[Pp]ack"
    r"|[Pp]ortion|[Pp]our|[Tt]ip)\b[^.;]{0,60}?"
    r"\b(?:into|between|among|over|onto|on|for|in) (?:the |each of )?)"
)
_ONE_VESSEL = re.compile(r"\b(one)( )(\w+s)\b(?:( or )(\w+s)\b)?")
_WHOLE = re.compile(r" (?:with|pieces|portions|squares)\b|[,.;]|$")
_ONE_OF_THEM = re.compile(
    r"\b(?:each|per|every|portions?|box(?:es)?|tubs?|bags?|bowls?|jars?|plates?)\b"
)
_MANY = re.compile(
    rf"\b(?P<n>\d+|{'|'.join(word for word, n in WORDS.items() if n > 1)}|thirty|forty|dozen)\b"
    r"(?! ?(?:minutes?|hours?|days?|weeks?|months?|years?|°|cm|mm|g|kg|ml|l|times?|kinds?|percent)\b)",
    re.IGNORECASE,
)


def portioned(text: str, was: int, now: int) -> str:
    """The text with the other number of servings, where it divides the dish into so many."""
    if was == now:
        return text
    number = rf"(?P<n>{was}|{SAID.get(was, was)})(?P<after>\b(?! (?:g|ml|cm|minutes|hours|days|°)\b))"

    def divided(match: re.Match[str]) -> str:
        follows = text[match.end() :]
        if match["verb"][:3] in ("Cut", "cut", "Spl", "spl") and not _WHOLE.match(follows):
            return match[0]  # into four strips, which are no portions
        return f"{match['verb']}{SAID.get(now, now)}{match['after']}"

    text = re.sub(_DIVIDED + number, divided, text)
    if now == 1:
        text = _ONE_VESSEL.sub(
            lambda m: "".join(singular(word) if word else "" for word in m.groups()), text
        )
    part, other = _ORDINALS.get(was), _ORDINALS.get(now, "a part" if now > 1 else "all")
    if part and part != "half" and _ONE_OF_THEM.search(text):
        text = re.sub(rf"\b{part} of the\b", f"{other} of the", text)
        text = re.sub(rf"\b{part.capitalize()} of the\b", f"{other.capitalize()} of the", text)
    return text


def counts(sentence: str, servings: int) -> bool:
    """Whether a sentence tells how many pieces or portions there are, which other servings change."""
    for said in _MANY.finditer(sentence):
        number = WORDS.get(said["n"].lower(), int(said["n"]) if said["n"].isdigit() else 12)
        if number >= 4 or number == servings:
            return True
    return False
