"""Kinds of people by how long they stay and what they come for."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from lib.demo.chance import Floats


class Persona(NamedTuple):
    """How somebody uses the app.

    Args:
        share: of all people.
        stays: weeks until they leave for good, by the median.
        spread: of that time, as the standard deviation of its logarithm.
        days: of a week on which they look around, while they don't rest.
        rests: share of weeks without looking around or planning.
        looks: recipes looked at in a visit, on average.
        saves: share of the suitable recipes seen that are saved.
        plans: share of weeks with a meal plan.
        cooks: share of evening visits that end in cooking something that wasn't planned.
        pays: share that takes a plan with costs at some time.
        posts: share of cooked dishes that are shown to others.
    """

    share: float
    stays: float
    spread: float
    days: float
    rests: float
    looks: float
    saves: float
    plans: float
    cooks: float
    pays: float
    posts: float


PERSONAS = (
    Persona(0.40, 0.06, 1.5, 1.2, 0.10, 2.2, 0.05, 0.05, 0.02, 0.005, 0.0),  # looks in once
    Persona(0.30, 1.7, 1.1, 1.3, 0.35, 3.2, 0.12, 0.12, 0.05, 0.04, 0.01),  # is curious for a while
    Persona(0.15, 19.0, 1.5, 1.1, 0.30, 3.0, 0.16, 0.70, 0.05, 0.32, 0.02),  # plans the family's week
    Persona(0.11, 17.0, 1.5, 1.8, 0.28, 4.2, 0.20, 0.20, 0.22, 0.18, 0.05),  # likes to cook
    Persona(0.04, 90.0, 1.0, 4.2, 0.08, 5.0, 0.24, 0.85, 0.25, 0.62, 0.10),  # can't be without it
)


def of_all(trait: Callable[[Persona], float]) -> Floats:
    """One trait of each persona, in their order."""
    return np.array([trait(persona) for persona in PERSONAS])
