"""Takes an ingredient out of a sentence, where the sentence can do without it."""

import re

from lib.ai.wording import Mention

_LEADING = re.compile(
    r"(?:(?:the|a|an|some|most of|half of|the rest of|the remaining|a little|plenty of|remaining"
    r"|another|more"
    r"|rest of|reserved|chopped|toasted|grated|crumbled|sliced|fresh|a splash of|a pinch of|a drizzle of"
    r"|a handful of|a few|\d+(?:\.\d+)? (?:g|ml|tbsp|tsp) of) )+$"
)
_TRAILING = re.compile(
    r"^(?: (?:leaves|seeds|wedges|slices|cubes|pieces|juice|zest|powder|sauce|flakes|crumbs))*"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def without(text: str, mention: Mention, others: list[Mention]) -> str | None:
    """The text without what is mentioned there; None where the sentence would not stand.

    Args:
        mention: what to leave out.
        others: all that the text mentions.
    """
    lead = _LEADING.search(text[: mention.start])
    start = lead.start() if lead else mention.start
    end = mention.end + _TRAILING.match(text[mention.end :]).end()  # type: ignore[union-attr]
    before, after = text[:start], text[end:]
    if after.startswith(" and ") and lead and lead[0].startswith(("the ", "The ")):
        before = f"{before}{lead[0][:4]}"  # "the honey and onion" leaves "the onion"
    if cut := _from_list(before, after):
        return cut
    if before.endswith(" with ") and re.match(r"^(?:[.,;)]|$)", after):
        return before.removesuffix(" with ") + after
    if before.endswith(" in ") and re.match(r"^ (?:and|until)\b", after):
        return None
    return _without_sentence(text, mention, others)


def _from_list(before: str, after: str) -> str | None:
    if before.endswith(", "):
        if after.startswith((" and ", ", ")):
            return before[:-2] + after
        return None
    if before.endswith((" and ", ", and ")):
        kept = before.removesuffix(" and ").removesuffix(",")
        clause = re.split(r"[.;:]|\b(?:then|until|while)\b", kept)[-1]
        if ", " in clause:  # "A, B and X" leaves "A and B"
            front, _, last = kept.rpartition(", ")
            if len(last.split()) <= 4:
                kept = f"{front} and {last}"
        return kept + after
    if after.startswith(" and ") and not re.match(r"^ and \w+ (?:the|it|them|for|until)\b", after):
        return before + after.removeprefix(" and ")
    if after.startswith(", ") and not re.match(
        r"^, (?:then|and|until|which|so|stirring|covered)\b", after
    ):
        return before + after.removeprefix(", ")
    return None


def _without_sentence(text: str, mention: Mention, others: list[Mention]) -> str | None:
    """Without the whole sentence, when it is about nothing else."""
    start = 0
    for sentence in _SENTENCE.split(text):
        end = start + len(sentence)
        if start <= mention.start < end:
            inside = [each for each in others if start <= each.start < end and each.ingredients]
            alone = all(each.ingredients == mention.ingredients for each in inside)
            rest = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
            return rest if alone else None
        start = end + 1
    return None
