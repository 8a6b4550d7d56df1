"""Requests for the same dish in other words: what must be identical, and what need only be near."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from pydantic import BaseModel

from lib.ai.models import RecipeRequest
from lib.ai.needs import understand
from lib.errors import MealPrepError
from lib.search import embedding

# Words whose contrary, or whose absence, has nearly the same vector.
_DECISIVE = re.compile(
    r"\b(?:no|not|non\w*|nor|neither|never|without|w/o|w/out|minus|except|instead|rather|but|\w*free|skip|hold"
    r"|avoid\w*|exclud\w*|omit\w*|sans|anything|nothing|hates?|allerg\w*|intoleran\w*|c(?:o?e)liac\w*|cannot"
    r"|low\w*|high\w*|reduced|light|lite|extra|more|raw|un\w+ed|halal|kosher|haram|fodmap\w*|diabet\w*|gluten\w*"
    r"|keto\w*|paleo\w*|pregnan\w*|\w*less)\b|n['’]t\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Wording:
    """A request's words, by which an earlier answer may do for it.

    Args:
        demands: everything that must be identical, as JSON values.
        model: that made the vector.
        vector: 384 numbers of length 1: the meaning of the words.
    """

    demands: dict[str, object]
    model: str
    vector: Sequence[float]


def meant(request: BaseModel, *without: str) -> dict[str, object]:
    """A request's fields as JSON values; whether a recipe is to be kept makes no difference to it."""
    return tidy(request.model_dump(mode="json", exclude={"save", *without}))


def tidy(said: dict[str, object]) -> dict[str, object]:
    """JSON values, the same for what is written in another order or case."""
    found = dict(said)
    for name, value in said.items():
        if isinstance(value, list):
            found[name] = sorted(str(each).strip().lower() for each in value)
        elif isinstance(value, str):
            found[name] = " ".join(value.lower().split())
    return found


def sentence(request: RecipeRequest) -> str | None:
    """The words to embed; None where nothing may be near: there are none, or one of them decides.

    "With" and "without" mean the contrary and have nearly the same vector, as have "low" and "high".
    """
    said = " ".join((request.recipe_name or "").lower().split())
    return said if said and not _DECISIVE.search(said) else None


def wording(request: RecipeRequest, vector: Sequence[float] | None) -> Wording | None:
    """What an earlier request must share with this one; None where only the same one will do."""
    if vector is None or sentence(request) is None:
        return None
    try:
        needs = understand(request)
    except MealPrepError:
        return None
    demands = meant(request, "recipe_name") | {
        "read": [sorted(needs.diets), sorted(needs.avoid), sorted(needs.without), needs.minutes],
        "foods": sorted(each.name for each in needs.named),
        "numbers": sorted(_NUMBER.findall(request.recipe_name or "")),
    }
    length = float(np.linalg.norm(vector))
    return Wording(demands, embedding.model_name(), [number / length for number in vector])
