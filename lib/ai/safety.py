"""What no text of ours may say: poisons, raw meat as food, markup, addresses, words to a machine."""

import re
from collections.abc import Iterable, Iterator

_POISON = re.compile(
    r"\b(?:bleach|ammonia|detergent|dish ?soap|hand soap|drain cleaner|antifreeze|methanol"
    r"|methylated|isopropyl"
    r"|rubbing alcohol|gasoline|petrol|kerosene|paint thinner|turpentine|acetone|pesticide"
    r"|insecticide|herbicide"
    r"|rat poison|poison(?:ous|ed)?|cyanide|arsenic|mercury|lead acetate|borax|boric acid|lye"
    r"|caustic soda"
    r"|hydrochloric|sulfuric|sulphuric|hydrogen peroxide|sodium hypochlorite|hypochlorite|chlorine"
    r"|formaldehyde"
    r"|fentanyl|cocaine|heroin|methamphetamine|death cap|destroying angel|foxglove|oleander|hemlock"
    r"|nightshade"
    r"|ricin|castor beans?|cleaning (?:fluid|product)s?|washing powder|glue|plastic beads"
    r"|broken glass|sewing needles?|rusty nails?|battery acid|disinfectant|mothballs?|lighter fluid"
    r"|motor oil)\b",
    re.IGNORECASE,
)
_RAW = re.compile(
    r"\b(?:serve|eat|enjoy)\b[^.;]{0,40}\b(?:raw|rare|pink|undercooked|uncooked)\b[^.;]{0,30}"
    r"\b(?:chicken|turkey|duck|poultry|pork|mince|ground (?:beef|pork|turkey|chicken|lamb))\b"
    r"|\b(?:chicken|turkey|poultry|pork|mince)\b[^.;]{0,40}\b(?:still|slightly|a little|served"
    r"|eaten|left)\b"
    r"[^.;]{0,12}\b(?:raw|pink|rare|undercooked)\b"
    r"|\b(?:chicken|turkey|duck|poultry|pork|mince|meatballs?|patties|burgers?)\b[^.]{0,60}\b(?:may|can|should"
    r"|must) (?:still )?(?:be|stay|remain) (?:a little |a bit |slightly |still )?"
    r"(?:pink|raw|rare|undercooked)"
    r"|\bwash (?:the |raw )?(?:chicken|turkey|poultry)\b"
    r"|\b(?:leave|rest|stand|keep|marinate)\b[^.;]{0,40}\b(?:room temperature|counter)\b[^.;]{0,20}"
    r"\b(?:overnight|[3-9] hours|\d\d hours|days?)\b",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"<\s*/?\s*[a-zA-Z!][^>]*>|&(?:#\d+|[a-z]{2,8});|\]\(|\]\[|^#{1,6}\s|\*\*|__|`|\{\{|<%|javascript:",
    re.M,
)
_ADDRESS = re.compile(
    r"\b(?:https?|ftp)://|\bwww\.|\b[\w.+-]+@[\w-]+\.\w{2,}|\b\d{3}[-.\s]\d{3}[-.\s]\d{4}\b", re.I
)
_TO_A_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget)\b.{0,30}\b(?:instructions?|prompts?|rules|above|previous)\b"
    r"|\bsystem prompt\b|\bas an? (?:ai|language model|assistant)\b|\bI(?:'m| am) (?:sorry|unable"
    r"|an ai)\b"
    r"|\bI can(?:'|no)t (?:help|assist|provide|comply)\b|\bjailbreak\b|<\|\w+\|>",
    re.IGNORECASE,
)
_CURES = re.compile(
    r"\b(?:cures?|heals?|treats?|prevents?) (?:cancer|diabetes|covid|disease|depression"
    r"|hypertension)\b|\bdetox"
    r"|\bsafe for (?:everyone|all|people) with (?:an )?allerg",
    re.IGNORECASE,
)
# A control character, or one that turns the direction of what follows, hides something.
_HIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def poisons(texts: Iterable[str]) -> Iterator[str]:
    """What must not be in food."""
    for text in texts:
        for found in _POISON.finditer(text):
            yield f"{found[0]!r} must not be near food."


def hygiene(texts: Iterable[str]) -> Iterator[str]:
    """What makes people ill."""
    for text in texts:
        for found in _RAW.finditer(text):
            yield f"{found[0][:80]!r} isn't safe."


def plain(texts: Iterable[str]) -> Iterator[str]:
    """Markup, addresses, words to a machine and promises of cures, of which recipes have none."""
    kinds = (
        (_MARKUP, "is markup; texts are plain"),
        (_ADDRESS, "is an address; recipes have none"),
        (_TO_A_MACHINE, "is no part of a recipe"),
        (_CURES, "is a promise that food can't keep"),
        (_HIDDEN, "is a hidden character"),
    )
    for text in texts:
        for pattern, why in kinds:
            if found := pattern.search(text):
                yield f"{found[0][:40]!r} {why}."
