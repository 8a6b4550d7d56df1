"""The recommender beside its peers, on anybody's interactions.

    python -m benchmarks.recommendations interactions.csv

The file holds `user,item` or `user,item,timestamp` (a date, a time or seconds) a line; a header may be
there. Of each user the newest fifth is held out, without timestamps any fifth, and every item that the
user hasn't chosen yet is ranked. Content counts where the items' vectors are in the database. Without a
file, interactions with the recipes in the database are made up.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sqlalchemy.exc import SQLAlchemyError

from benchmarks.interactions import SEED, made_up, read, split
from lib import db
from lib.errors import MealPrepError
from lib.recommendations import candidates, scoring, training
from lib.recommendations.behaviour import Interactions
from lib.recommendations.models import Als, Array, Ease, ItemKnn, Popularity, Recommender, chosen_by
from lib.recommendations.variety import DISCOVERY_EVERY
from lib.search.models import active
from lib.tables import EMBEDDING_DIMENSIONS

_AT_ONCE = 256
_BUCKETS = {"<5": (1, 4), "5-19": (5, 19), "20+": (20, sys.maxsize)}
_REMEMBERED = 40
_PLACES = 25
_BLIND = ("popularity", "item-kNN", "EASE", "ALS")
"""Those that can say nothing of new items."""


@dataclass
class Figures:
    """What one recommender reached."""

    seconds: float
    ndcg10: float
    ndcg20: float
    tail20: float
    coverage: float
    buckets: list[float]
    new: float | None


@dataclass
class Data:
    """Interactions split in two by marks of those shown; vectors of the items that have one."""

    shown: csr_matrix
    wanted: csr_matrix
    interactions: Interactions
    marks: np.ndarray
    vectors: Array | None


class Content:
    """Items like those that somebody chose."""

    def __init__(self, vectors: Array) -> None:
        self._vectors = vectors

    def scores(self, rows: csr_matrix) -> Array:
        """Likeness to what each row holds, as the service computes it."""
        return np.stack([self._one(row.indices) for row in rows])

    def _one(self, chosen: np.ndarray) -> Array:
        tastes = self._vectors[chosen[:_REMEMBERED]]
        tastes = tastes[tastes.any(axis=1)]
        if not len(tastes):
            return np.zeros(len(self._vectors), np.float32)
        return scoring.likeness(self._vectors, tastes, [1.0] * len(tastes))[0]


class Shipped:
    """What the service does: popularity, with enough behaviour ALS too, and likeness in content.

    Args:
        discovery: whether every tenth place goes to what is alike and hardly chosen yet.
    """

    def __init__(self, data: Data, *, discovery: bool) -> None:
        self._als = Als.fit(data.shown, SEED)
        self._counts = chosen_by(data.shown)
        self._content = None if data.vectors is None else Content(data.vectors)
        self._discovery = discovery
        self.weight = training.measured(data.interactions.part(data.marks), SEED)[0]

    def scores(self, rows: csr_matrix) -> Array:
        """The sum of the parts, reordered where some places are for discovery."""
        others = self._others(rows)
        if self._content is None:
            return others
        most = float(self._counts.max())
        trust = most / (most + scoring.FEW) * (1 - scoring.CONTENT_SHARE)
        likeness = self._content.scores(rows)
        total = trust * others + (1 - trust) * likeness
        if not self._discovery:
            return total
        total[rows.nonzero()] = -np.inf
        for row, unheard in zip(total, likeness - trust * others, strict=True):
            unheard[row == -np.inf] = -np.inf
            _discover(row, unheard)
        return total

    def _others(self, rows: csr_matrix) -> Array:
        others = np.tile(training.of_best(np.log1p(self._counts)), (rows.shape[0], 1))
        active = np.flatnonzero(np.diff(rows.indptr) >= training.ENOUGH)
        if len(active) and self.weight:
            seen = rows[active]
            alike = self._als.scores(seen)
            alike[seen.nonzero()] = 0
            others[active] = training.mixed(alike, self._counts, self.weight)
        return others


def _discover(row: Array, unheard: Array) -> None:
    """Give every tenth of the first places to the best unheard-of, as the service does."""
    places = min(_PLACES, len(row))
    best, other = np.argsort(-row)[:places], np.argsort(-unheard)[:places]
    order: dict[int, None] = {}
    for place in range(places):
        turn = place % DISCOVERY_EVERY == DISCOVERY_EVERY - 1
        order[next(item for item in (other if turn else best) if item not in order)] = None
    row[[*order]] = row.max() + np.arange(places, 0, -1)


class Random:
    """Any order."""

    def scores(self, rows: csr_matrix) -> Array:
        """Numbers that mean nothing."""
        return np.random.default_rng(SEED).random(rows.shape, dtype=np.float32)


def vectors_of(ids: list[str]) -> Array | None:
    """The items' vectors, 0 where there is none; None where there are none at all."""
    found = np.zeros((len(ids), EMBEDDING_DIMENSIONS), np.float32)
    try:
        with db.transaction() as session:
            model = active(session)
            if model is None:
                return None
            place = {recipe_id: number for number, recipe_id in enumerate(ids)}
            for start in range(0, len(ids), 5000):
                part = candidates.vectors(session, model, ids[start : start + 5000])
                for recipe_id, vector in part.items():
                    found[place[recipe_id]] = vector
    except (MealPrepError, SQLAlchemyError):
        return None
    return found if found.any() else None


def people_in_parts(data: Data) -> Iterator[np.ndarray]:
    """Those of whom something was held out and something shown."""
    who = np.flatnonzero((np.diff(data.wanted.indptr) > 0) & (np.diff(data.shown.indptr) > 0))
    for start in range(0, len(who), _AT_ONCE):
        yield who[start : start + _AT_ONCE]


def measure(model: Recommender, data: Data, seconds: float) -> Figures:
    """Rank everything for everybody."""
    counts = chosen_by(data.shown)
    head = np.argsort(-counts, kind="stable")[: max(1, len(counts) // 100)]
    without_head = _columns(data.wanted, np.setdiff1d(np.arange(len(counts)), head))
    unseen = np.flatnonzero(counts == 0)
    new_only = _columns(data.wanted, unseen)
    at10, at20, tail, new, lengths = [], [], [], [], []
    shown_to_somebody = np.zeros(len(counts), dtype=bool)
    for who in people_in_parts(data):
        rows, wanted = data.shown[who], data.wanted[who]
        scores = np.array(model.scores(rows), dtype=np.float32)
        at10.append(training.ndcg(scores, rows, wanted, 10))
        at20.append(training.ndcg(scores, rows, wanted, 20))
        lengths.append(np.diff(rows.indptr))
        fresh = scores.copy()
        fresh[rows.nonzero()] = -np.inf
        shown_to_somebody[np.argsort(-fresh, axis=1, kind="stable")[:, :10].ravel()] = True
        fresh[:, head] = -np.inf
        tail.append(_of_those(training.ndcg(fresh, rows, without_head[who], 20), without_head[who]))
        if len(unseen):
            only = new_only[who][:, unseen]
            nothing = csr_matrix(only.shape, dtype=np.float32)
            new.append(_of_those(training.ndcg(scores[:, unseen], nothing, only, 20), only))
    each, length = np.concatenate(at20), np.concatenate(lengths)
    told = np.concatenate(new) if new else np.zeros(0)
    return Figures(
        seconds=seconds,
        ndcg10=float(np.concatenate(at10).mean()),
        ndcg20=float(each.mean()),
        tail20=_mean(np.concatenate(tail)),
        coverage=float(shown_to_somebody.mean()),
        buckets=[_mean(each[(length >= low) & (length <= high)]) for low, high in _BUCKETS.values()],
        new=float(told.mean()) if len(told) else None,
    )


def _columns(matrix: csr_matrix, kept: np.ndarray) -> csr_matrix:
    """The matrix with nothing in the other columns."""
    marks = np.zeros(matrix.shape[1], dtype=np.float32)
    marks[kept] = 1
    found = matrix.multiply(marks).tocsr()
    found.eliminate_zeros()
    return found


def _of_those(values: np.ndarray, wanted: csr_matrix) -> np.ndarray:
    return values[np.diff(wanted.indptr) > 0]


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def models(data: Data) -> Iterator[tuple[str, Recommender, float]]:
    """Each recommender with the seconds that it took to train."""
    makers = {
        "random": Random,
        "popularity": lambda: Popularity(data.shown),
        "item-kNN": lambda: ItemKnn.fit(data.shown),
        "EASE": lambda: Ease.fit(data.shown),
        "ALS": lambda: Als.fit(data.shown, SEED),
    }
    if data.vectors is not None:
        vectors = data.vectors
        makers["content"] = lambda: Content(vectors)
        makers["-discovery"] = lambda: Shipped(data, discovery=False)
    makers["shipped"] = lambda: Shipped(data, discovery=True)
    for name, make in makers.items():
        started = time.perf_counter()
        model = make()
        yield name, model, time.perf_counter() - started


def main() -> None:
    """Print one table."""
    rng = np.random.default_rng(SEED)
    try:
        if len(sys.argv) > 1:
            known, timed = read(Path(sys.argv[1]))
            print(f"{sys.argv[1]}, {'newest' if timed else 'random'} fifth held out")
        else:
            known, timed = made_up(rng), False
            print("MADE-UP interactions: they show that it works, not how well it does in life")
    except (OSError, UnicodeDecodeError, ValueError, MealPrepError) as error:
        sys.exit(f"failed: {error}")
    marks = split(known, timed, rng)
    data = Data(known.matrix(marks), known.matrix(~marks), known, marks, vectors_of(known.recipe_ids))
    counts = chosen_by(data.shown)
    blind = _BLIND if data.vectors is not None else (*_BLIND, "shipped")
    print(
        f"{known.people:,} users, {len(known.recipe_ids):,} items, {len(known.person):,} interactions, "
        f"{int((counts == 0).sum()):,} items new in the held-out part"
    )
    print("vectors: " + ("from the database" if data.vectors is not None else "none, content is n/a"))
    titles = ["", "train s", "NDCG@10", "NDCG@20", "tail@20", "cover@10", *_BUCKETS, "new items"]
    print("".join(f"{title:>11}" for title in titles))
    for name, model, seconds in models(data):
        found = measure(model, data, seconds)
        ndcgs = [found.ndcg10, found.ndcg20, found.tail20]
        row = [f"{seconds:.1f}", *(f"{value:.4f}" for value in ndcgs), f"{found.coverage:.1%}"]
        row += ["n/a" if value != value else f"{value:.4f}" for value in found.buckets]
        row.append("n/a" if found.new is None or name in blind else f"{found.new:.4f}")
        print("".join(f"{cell:>11}" for cell in [name, *row]))


if __name__ == "__main__":
    main()
