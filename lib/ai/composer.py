"""The composer: recipes from the book, adapted to a request; deterministic, and without any model."""

from collections.abc import Iterator
from dataclasses import replace

from lib.ai import choosing
from lib.ai.adapting import Adapted, apply
from lib.ai.cookbook import cookbook
from lib.ai.needs import Needs
from lib.errors import Invalid

NAME = "composer"
MODEL = "recipe-book"

_LOC = {
    "diets": "dietaryRestrictions",
    "avoid": "avoidAllergens",
    "must": "ingredients",
    "cuisine": "cuisine",
    "season": "season",
    "meal_type": "mealType",
    "minutes": "maxTotalMinutes",
    "dish": "recipeName",
    "without": "recipeName",
}
_NOTHING: dict[str, object] = {"diets": (), "avoid": (), "must": (), "without": (), "dish": ()}


def compose(needs: Needs) -> Iterator[Adapted]:
    """Recipes that meet the request, the nearest first; none is like one before."""
    for entry, plan in choosing.nearest(needs):
        adapted = apply(entry, needs, plan)
        if adapted is not None:
            yield adapted


def refuse(needs: Needs) -> Invalid:
    """Why nothing meets the request: which of its limits, if dropped, would let something through."""
    given = [name for name in _LOC if getattr(needs, name)]
    if needs.cuisine and not choosing.regions(needs.cuisine) & choosing.known_cuisines():
        known = ", ".join(sorted(choosing.known_cuisines()))
        fields: list[tuple[tuple[str | int, ...], str]] = [(("body", "cuisine"), f"known are: {known}")]
        return Invalid(f"Nothing of the cuisine {needs.cuisine!r} is known.", fields)
    conflicting = [name for name in given if _possible(_dropped(needs, name))]
    named = conflicting or given
    told = "; ".join(f"{_LOC[name]} ({_said(needs, name)})" for name in named)
    if len(named) == 1 and len(given) == 1:
        detail = f"Nothing meets this: {told}."
    elif conflicting:
        rest = [f"{_LOC[name]} ({_said(needs, name)})" for name in given if name not in named]
        beside = f" together with {'; '.join(rest)}" if rest else ""
        detail = f"These can't be met{' together' if len(named) > 1 else ''}: {told}{beside}."
    else:
        detail = f"These can't be met together: {told}."
    return Invalid(
        detail, [(("body", _LOC[name]), "conflicts with the rest of the request") for name in named]
    )


def _dropped(needs: Needs, name: str) -> Needs:
    changed = {name: _NOTHING.get(name)}
    if name == "dish":
        changed["named"] = ()
    return replace(needs, **changed)  # type: ignore[arg-type]


def _possible(needs: Needs) -> bool:
    return next(compose(needs), None) is not None


def _said(needs: Needs, name: str) -> str:
    value = getattr(needs, name)
    if name == "must":
        return ", ".join(wanted.name for wanted in value)
    if name == "minutes":
        return f"{value} minutes"
    return ", ".join(map(str, value)).replace("_", " ") if isinstance(value, tuple) else str(value)


def warm_up() -> None:
    """Read the book before the first request."""
    cookbook()
