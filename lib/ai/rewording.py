"""A text of the book as it is after a dish has changed."""

from collections.abc import Sequence

from lib.ai import omitting, sense
from lib.ai.grammar import is_dish_word, replaced
from lib.ai.sense import Pair
from lib.ai.wording import Names

_MOST_OMISSIONS = 8


def reworded(
    text: str,
    names: Names,
    new: dict[int, str],
    omitted: set[int],
    pairs: Sequence[Pair],
    *,
    cooking: bool,
    bare: bool,
) -> str | None:
    """The text after the changes; None where it can't be said without what is left out.

    Args:
        names: of the ingredients, as they were.
        new: the foods that stand in, by the ingredient's place.
        omitted: places of what is left out.
        pairs: what stands in for what.
        cooking: whether it tells how the dish is cooked.
        bare: whether the dish is without meat and fish now.
    """
    if omitted:
        shorter = _without(text, names, omitted)
        if shorter is None:
            return None
        text = shorter[:1].upper() + shorter[1:]
    if new:
        text = replaced(text, names.mentions(text), new)
    return sense.put_right(text, pairs, cooking=cooking, bare=bare) if pairs else text


def _without(text: str, names: Names, omitted: set[int]) -> str | None:
    for _ in range(_MOST_OMISSIONS):
        mentions = names.mentions(text)
        gone = next(
            (m for m in mentions if m.ingredients and m.ingredients <= omitted and not is_dish_word(m)),
            None,
        )
        if gone is None:
            break
        shorter = omitting.without(text, gone, mentions)
        if shorter is None:
            return None
        text = shorter
    return text
