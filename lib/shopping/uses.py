"""What each recipe needs of a food, and all of them together, in words."""

from collections.abc import Sequence

from lib.nutrition.quantities import Measure
from lib.shopping.amounts import count, in_spoons, mass, own_piece, pieces, said, volume
from lib.shopping.models import RecipeUse
from lib.shopping.needs import Need, Source
from lib.shopping.sales import Units, sale_of
from lib.shopping.ways import Way

_LONGEST = 200
_NOTHING_G = 0.005
_NONE = "none"
_LEAST_SHARE = 0.12
"""Less of a piece or bunch than this is weighed."""


def uses(
    needs: Sequence[Need], grams: Sequence[float | None], sources: Sequence[Source], system: Units
) -> list[RecipeUse]:
    """One for each recipe; what is on a list of the caller's own has none.

    Args:
        grams: of each need, None where nobody knows.
    """
    by_recipe: dict[str, list[tuple[Need, float | None]]] = {}
    titles: dict[str, str] = {}
    for need, weight in zip(needs, grams, strict=True):
        source = sources[need.source]
        if source.recipe_id:
            titles[source.recipe_id] = source.title
            by_recipe.setdefault(source.recipe_id, []).append((need, weight))
    return [
        RecipeUse(
            recipe_id=recipe_id,
            title=titles[recipe_id],
            display=_joined([in_words(need, system) for need, _ in each]),
            grams=_sum([weight for _, weight in each]),
            optional=all(need.line.optional for need, _ in each),
        )
        for recipe_id, each in by_recipe.items()
    ]


def _sum(weights: Sequence[float | None]) -> float | None:
    known = [weight for weight in weights if weight is not None]
    return round(sum(known), 2) if known else None


def _joined(displays: Sequence[str]) -> str:
    text = " + ".join(dict.fromkeys(displays) if "to taste" in displays else displays)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def in_words(need: Need, system: Units) -> str:
    """A need as its recipe has it, in these units: "2 tbsp juice", "1½ cups cooked"."""
    line = need.line
    name = need.label or (need.asked.name if need.asked else need.name)
    fluid = need.asked is not None and sale_of(need.asked, system).fluid
    fruit = line.amount if line.use == "fruit" and need.food else None
    if need.part and need.food and fruit:
        return f"{need.part} of {count(fruit.low, fruit.high, None, need.food.name)}"
    text = said(line, name, need.grams, fluid, system)
    if line.amount is None or (need.part and all(word in text for word in need.part.split())):
        return text
    cooked = need.cooked and "cooked" not in text
    return f"{text} {need.part}" if need.part else f"{text} cooked" if cooked else text


def total_in_words(needs: Sequence[Need], grams: float, way: Way, system: Units) -> str:
    """All needs together: in the pieces or spoons that they share, else as the shop sells it."""
    if all(need.unsaid for need in needs):
        return "to taste" if any(need.line.to_taste for need in needs) else "as needed"
    said = [need for need in needs if not need.unsaid]
    amounts = [need.line.amount for need in said if need.line.amount]
    if any(need.part or need.cooked or need.line.extra or need.line.also for need in said):
        parts = {need.part for need in said}
        return of_part(parts.pop() if len(parts) == 1 else "", amount_in_words(grams, way, system))
    spooned = sum(amount.base for amount in amounts)
    if all(amount.unit and amount.unit.kind == "volume" for amount in amounts) and in_spoons(spooned):
        return volume(spooned, system)
    noun = _shared_noun(amounts, way)
    number = sum(amount.high for amount in amounts)
    return pieces(number, noun) if noun else amount_in_words(grams, way, system)


def of_part(part: str, words: str) -> str:
    """So many pieces of which only a part counts: "juice of 2 lemons"."""
    return f"{part} of {words}" if part and words != _NONE else words


def _shared_noun(amounts: Sequence[Measure], way: Way) -> str | None:
    """What all of these count: cloves, or the food itself unless it is bought by weight."""
    name = way.name
    if all(own_piece(amount.unit, name) for amount in amounts):
        return None if way.sale.form == "weight" else name
    units = {amount.unit for amount in amounts}
    unit = units.pop()
    return unit.name if unit and unit.kind == "count" and not units else None


def amount_in_words(grams: float, way: Way, system: Units) -> str:
    """An amount in pieces, by volume or by weight, as the shop sells it."""
    if grams < _NOTHING_G:
        return _NONE
    if way.each and grams / way.each >= _LEAST_SHARE:
        return pieces(grams / way.each, way.noun)
    return volume(grams / way.per_ml, system) if way.per_ml else mass(grams, system)
