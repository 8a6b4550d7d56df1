"""Trains the recommender on everybody's behaviour, and measures it on what it wasn't shown."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from lib.recommendations.behaviour import Interactions
from lib.recommendations.models import Als, Array, blocks, chosen_by

ENOUGH = 20
"""So many recipes must a person have chosen for others' choices to say more than popularity does."""
MOST_RECIPES = 20_000
_MEASURED_AT = 20
_PEOPLE_AT_ONCE = 256
_MOST_MEASURED = 2000
_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
_USUAL_WEIGHT = 0.75
_LEAST_MEASURED = 30


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model: factors and popularity of each recipe, and how much the factors count beside it."""

    recipe_ids: list[str]
    factors: Array
    popularity: Array
    weight: float
    figures: dict[str, float]


def train(behaviour: Interactions, today: datetime.date, seed: int = 0) -> Trained:
    """Learn from everything, after having measured on each person's last choice."""
    behaviour = _most_chosen(behaviour)
    weight, figures = measured(behaviour, seed)
    return Trained(
        recipe_ids=behaviour.recipe_ids,
        factors=Als.fit(behaviour.matrix(), seed).factors,
        popularity=behaviour.popularity(today),
        weight=weight,
        figures=figures,
    )


def mixed(collaborative: Array, popularity: Array, weight: float) -> Array:
    """Both as shares of their best, added up by weight: what stands for "others like it"."""
    return weight * of_best(np.maximum(collaborative, 0)) + (1 - weight) * of_best(np.log1p(popularity))


def of_best(values: Array) -> Array:
    """Each value as a share of the highest in its row."""
    best = values.max(axis=-1, keepdims=True, initial=0.0)
    shares: Array = np.divide(values, best, out=np.zeros_like(values), where=best > 0)
    return shares


def last_choices(behaviour: Interactions) -> NDArray[np.bool_]:
    """Marks the newest interaction of everybody who has at least two."""
    order = np.lexsort((behaviour.recipe, behaviour.day, behaviour.person))
    person = behaviour.person[order]
    ends = np.append(person[1:] != person[:-1], True)
    several = np.bincount(behaviour.person, minlength=behaviour.people)[person] > 1
    marks = np.zeros(len(order), dtype=np.bool_)
    marks[order] = ends & several
    return marks


def ndcg(scores: Array, seen: csr_matrix, wanted: csr_matrix, at: int) -> NDArray[np.float64]:
    """NDCG of each row when all columns but the seen ones are ranked."""
    scores = scores.copy()
    scores[seen.nonzero()] = -np.inf
    at = min(at, scores.shape[1])
    places = np.argpartition(-scores, at - 1, axis=1)[:, :at]
    order = np.argsort(-np.take_along_axis(scores, places, axis=1), axis=1, kind="stable")
    top = np.take_along_axis(places, order, axis=1)
    is_wanted = np.zeros(scores.shape, dtype=np.bool_)
    is_wanted[wanted.nonzero()] = True
    discounts = 1 / np.log2(np.arange(2, at + 2))
    best = np.append(0.0, np.cumsum(discounts))[np.minimum(np.diff(wanted.indptr), at)]
    gained = np.take_along_axis(is_wanted, top, axis=1) @ discounts
    shares: NDArray[np.float64] = np.divide(gained, best, out=np.zeros(len(best)), where=best > 0)
    return shares


def _most_chosen(behaviour: Interactions) -> Interactions:
    """Without the recipes that fewest people chose, where there are too many."""
    counts = np.bincount(behaviour.recipe, minlength=len(behaviour.recipe_ids))
    kept = np.sort(np.argsort(-counts, kind="stable")[:MOST_RECIPES])
    if len(kept) == len(counts):
        return behaviour
    renumbered = np.full(len(counts), -1, dtype=np.int32)
    renumbered[kept] = np.arange(len(kept), dtype=np.int32)
    which = renumbered[behaviour.recipe] >= 0
    return Interactions(
        people=behaviour.people,
        recipe_ids=[behaviour.recipe_ids[place] for place in kept],
        person=behaviour.person[which],
        recipe=renumbered[behaviour.recipe[which]],
        weight=behaviour.weight[which],
        day=behaviour.day[which],
    )


def measured(behaviour: Interactions, seed: int) -> tuple[float, dict[str, float]]:
    """The weight that serves people with enough behaviour best, and NDCG of it and of popularity.

    Measured on everybody's last choice, which isn't learned from meanwhile.
    """
    held_out = last_choices(behaviour)
    shown, wanted = behaviour.matrix(~held_out), behaviour.matrix(held_out)
    active = np.flatnonzero((np.diff(shown.indptr) >= ENOUGH) & (np.diff(wanted.indptr) > 0))
    active = np.random.default_rng(seed).permutation(active)[:_MOST_MEASURED]
    if len(active) == 0:
        return _USUAL_WEIGHT, {"measured_people": 0}
    weight, means = best_weight(Als.fit(shown, seed), shown, wanted, active)
    return weight, {
        "measured_people": len(active),
        "ndcg_at_20": means[weight],
        "popularity_ndcg_at_20": means[0.0],
    }


def best_weight(
    model: Als, shown: csr_matrix, wanted: csr_matrix, people: Sequence[int] | NDArray[np.int64]
) -> tuple[float, dict[float, float]]:
    """The best of a few weights, and each one's mean NDCG; with few people to measure, the usual one."""
    popularity = chosen_by(shown)
    found: dict[float, list[NDArray[np.float64]]] = {weight: [] for weight in _WEIGHTS}
    rows = (blocks(matrix[people], _PEOPLE_AT_ONCE) for matrix in (shown, wanted))
    for seen, goal in zip(*rows, strict=True):
        scores = model.scores(seen)
        scores[seen.nonzero()] = 0
        for weight in _WEIGHTS:
            found[weight].append(ndcg(mixed(scores, popularity, weight), seen, goal, _MEASURED_AT))
    means = {weight: round(float(np.concatenate(each).mean()), 4) for weight, each in found.items()}
    if len(people) < _LEAST_MEASURED:
        return _USUAL_WEIGHT, means
    return max(_WEIGHTS, key=lambda weight: (means[weight], -weight)), means
