"""What each recipe needs of a food, and all of them together, in words."""

from collections.abc import Sequence

from lib.shopping.amounts import count, mass, said, volume
from lib.shopping.models import RecipeUse
from lib.shopping.needs import Need, Source
from lib.shopping.sales import Units
from lib.shopping.ways import Way

_LONGEST = 200
_NOTHING_G = 0.005


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
    if need.part and need.food and line.amount and line.unit is None:
        whole = count(line.amount.low, line.amount.high, None, need.food.name)
        return (
            f"{need.part} of {whole}"
            if need.part in ("juice", "zest")
            else count(line.amount.low, line.amount.high, None, need.part)
        )
    food = need.asked
    text = said(line, food, food.name if food else need.name, need.grams, system)
    if need.part and line.amount:
        return f"{text} {need.part}"
    return f"{text} cooked" if need.cooked and line.amount else text


def total_in_words(needs: Sequence[Need], grams: float, way: Way, system: Units) -> str:
    """All needs together: in the pieces or spoons that they share, else by weight or volume."""
    if all(need.unsaid for need in needs):
        return "to taste" if any(need.line.to_taste for need in needs) else "as needed"
    lines = [need.line for need in needs if not need.unsaid]
    units = {line.unit.name if line.unit else "piece" for line in lines}
    plain = not any(need.part or need.cooked or need.line.extra or need.line.also for need in needs)
    amount = lines[0].amount
    if plain and amount and len(units) == 1 and (amount.unit is None or amount.unit.kind == "count"):
        number = sum(line.amount.high for line in lines if line.amount)
        return count(number, number, amount.unit, way.name)
    return amount_in_words(grams, way, system)


def amount_in_words(grams: float, way: Way, system: Units) -> str:
    """A weight; of what is sold by volume, that, and of spices and the like spoons say more."""
    if grams < _NOTHING_G:
        return "none"
    return volume(grams / way.per_ml, system) if way.per_ml else mass(grams, system)
