"""Recommenders that learn from who chose what: one row per person, one column per recipe.

`Als` is the one that serves ([ADR 6](docs/decisions/0006-recommender.md)); the benchmark sets the others
beside it. All of them score every recipe for rows they have never seen, so that what somebody did a
second ago counts.
"""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

Array = NDArray[np.float32]

THREADS = 2
FACTORS = 24
ALPHA = 5.0
REGULARISATION = 60.0
_SWEEPS = 12
_BLOCK = 4096
_EASE_REGULARISATION = 300.0
_EASE_ITEMS = 5000
_NEIGHBOURS = 100
_SHRINKAGE = 10.0


class Recommender(Protocol):
    """Scores every column for each row; only the order within a row means something."""

    def scores(self, rows: csr_matrix) -> Array:
        """A score for each column, per row."""
        ...


class Popularity:
    """Everybody gets what most people chose."""

    def __init__(self, matrix: csr_matrix) -> None:
        self.counts = chosen_by(matrix)

    def scores(self, rows: csr_matrix) -> Array:
        """How many chose each column."""
        return np.broadcast_to(self.counts, rows.shape)


class Als:
    """Matrix factorisation for implicit feedback (Hu, Koren and Volinsky 2008).

    Not having chosen a recipe counts as a weak no, having chosen it as a yes that weighs `1 + ALPHA *
    value`. A person's factors are the solution of one small system over what that person chose.
    """

    def __init__(self, factors: Array) -> None:
        self.factors = factors
        self._gram = factors.T @ factors + REGULARISATION * np.eye(factors.shape[1], dtype=np.float32)

    @classmethod
    def fit(cls, matrix: csr_matrix, seed: int = 0) -> "Als":
        """Alternate between people and recipes; both sides of a block of people in one pass."""
        items = matrix.shape[1]
        start = np.random.default_rng(seed).normal(0, 0.1, (items, FACTORS))
        model = cls(start.astype(np.float32))
        with threadpool_limits(THREADS):
            for _ in range(_SWEEPS):
                model = cls(model._better(matrix))
        return model

    def _better(self, matrix: csr_matrix) -> Array:
        """The recipes' factors after everybody's have been solved for these."""
        items, size = self.factors.shape
        gram = REGULARISATION * np.eye(size, dtype=np.float32)
        systems = np.zeros((items, size * size), dtype=np.float32)
        sides = np.zeros((items, size), dtype=np.float32)
        for rows in blocks(matrix):
            people = self.people(rows)
            gram += people.T @ people
            systems += ALPHA * (rows.T @ _squares(people))
            sides += _confidence(rows).T @ people
        return _solved(gram, systems, sides)

    def people(self, rows: csr_matrix) -> Array:
        """The factors of people who chose this."""
        used = np.unique(rows.indices)
        chosen, factors = rows[:, used], self.factors[used]
        return _solved(self._gram, ALPHA * (chosen @ _squares(factors)), _confidence(chosen) @ factors)

    def scores(self, rows: csr_matrix) -> Array:
        """How near to a yes each column is."""
        return self.people(rows) @ self.factors.T


class Ease:
    """Linear item-to-item weights in closed form (Steck 2019), over the columns most people chose.

    With P the inverse of XᵀX + λI, a column's weights are -P / diag(P) and 0 on the diagonal. 5,000
    columns take three float64 matrices of 200 MB while inverting, and keep one of 100 MB.
    """

    def __init__(self, weights: Array, columns: NDArray[np.int64], width: int) -> None:
        self.weights = weights
        self._columns = columns
        self._width = width

    @classmethod
    def fit(
        cls,
        matrix: csr_matrix,
        regularisation: float = _EASE_REGULARISATION,
        most_items: int = _EASE_ITEMS,
    ) -> "Ease":
        """Solve for the weights of the `most_items` most chosen columns."""
        order = np.argsort(-chosen_by(matrix), kind="stable")[:most_items]
        columns = np.sort(order)
        kept = _ones(matrix)[:, columns].astype(np.float64)
        gram = (kept.T @ kept).toarray()
        gram[np.diag_indices_from(gram)] += regularisation
        with threadpool_limits(THREADS):
            inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
        weights = inverse / -np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return cls(weights.astype(np.float32), columns, matrix.shape[1])

    def scores(self, rows: csr_matrix) -> Array:
        """The sums of the weights of what each row chose."""
        found = np.zeros((rows.shape[0], self._width), dtype=np.float32)
        found[:, self._columns] = _ones(rows)[:, self._columns] @ self.weights
        return found


class ItemKnn:
    """Columns that the same people chose: cosine, shrunk where few did, the nearest 100 of each."""

    def __init__(self, near: csr_matrix) -> None:
        self._near = near

    @classmethod
    def fit(cls, matrix: csr_matrix) -> "ItemKnn":
        """Compare all columns that have anything in common."""
        ones = _ones(matrix)
        lengths = np.sqrt(chosen_by(matrix))
        together = (ones.T @ ones).tocsr()
        together.setdiag(0)
        together.eliminate_zeros()
        rows, columns, counts = _triples(together)
        value = counts / (lengths[rows] * lengths[columns] + _SHRINKAGE)
        keep = _best_of_each(rows, value.astype(np.float32), _NEIGHBOURS)
        shape = together.shape
        return cls(csr_matrix((value[keep], (rows[keep], columns[keep])), shape, dtype=np.float32))

    def scores(self, rows: csr_matrix) -> Array:
        """The sums of the similarities to what each row chose."""
        found: Array = (_ones(rows) @ self._near).toarray()
        return found


def chosen_by(matrix: csr_matrix) -> Array:
    """How many rows chose each column."""
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return counts.astype(np.float32)


def blocks(matrix: csr_matrix, size: int = _BLOCK) -> Iterator[csr_matrix]:
    """The rows, some at a time."""
    for start in range(0, matrix.shape[0], size):
        yield matrix[start : start + size]


def _ones(matrix: csr_matrix) -> csr_matrix:
    return csr_matrix(
        (np.ones_like(matrix.data, dtype=np.float32), matrix.indices, matrix.indptr), matrix.shape
    )


def _confidence(rows: csr_matrix) -> csr_matrix:
    return csr_matrix((1 + ALPHA * rows.data, rows.indices, rows.indptr), rows.shape)


def _squares(factors: Array) -> Array:
    """Each row's outer product with itself, laid flat: a sum over them is one sparse product."""
    products = factors[:, :, None] * factors[:, None, :]
    return products.reshape(len(factors), -1)


def _solved(gram: Array, systems: Array, sides: Array) -> Array:
    size = gram.shape[0]
    found: Array = np.linalg.solve(gram + systems.reshape(-1, size, size), sides[:, :, None])
    return found[:, :, 0].astype(np.float32)


def _triples(
    matrix: csr_matrix,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    triples = matrix.tocoo()
    return triples.row.astype(np.int64), triples.col.astype(np.int64), triples.data


def _best_of_each(rows: NDArray[np.int64], values: Array, most: int) -> NDArray[np.int64]:
    """Places of the `most` highest values of each row."""
    order = np.lexsort((-values, rows))
    first = np.searchsorted(rows[order], rows[order])
    found: NDArray[np.int64] = order[np.arange(len(order)) - first < most]
    return found
