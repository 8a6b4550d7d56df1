"""Trained models in PostgreSQL: written in one transaction, read once by each process."""

import datetime
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sqlalchemy import ScalarSelect, delete, func, insert, select
from sqlalchemy.orm import Session

from lib.recommendations.models import Als, Array
from lib.recommendations.training import Trained
from lib.tables import recommender_models

_LOCK = 360_360_004
_TYPE = np.dtype("<f4")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A model in force."""

    version: int
    trained_at: datetime.datetime
    recipe_ids: list[str]
    place: dict[str, int]
    popularity: Array
    weight: float
    als: Als

    def scores(self, chosen: dict[str, float]) -> Array | None:
        """A score for each recipe it knows, for who chose these; None where it knows none of them."""
        known = {place: chosen[key] for key in chosen if (place := self.place.get(key)) is not None}
        if not known:
            return None
        row = csr_matrix(
            (np.array([*known.values()], np.float32), ([0] * len(known), [*known])),
            shape=(1, len(self.recipe_ids)),
        )
        scores: Array = self.als.scores(row)[0]
        return scores


def save(session: Session, trained: Trained) -> int:
    """Put a model in force when the transaction commits, and drop those before the previous one.

    Of two at once the second waits for the first, and is in force in the end.

    Returns:
        The version.
    """
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    values = {
        "recipe_ids": trained.recipe_ids,
        "factors": trained.factors.astype(_TYPE).tobytes(),
        "popularity": trained.popularity.astype(_TYPE).tobytes(),
        "weight": trained.weight,
        "figures": trained.figures,
    }
    version = recommender_models.c.version
    new: int = session.scalars(insert(recommender_models).values(values).returning(version)).one()
    kept = select(version).order_by(version.desc()).limit(2)
    session.execute(delete(recommender_models).where(version.not_in(kept)))
    return new


_loading = threading.Lock()
_kept: Model | None = None


def newest() -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Columns that tell the newest model, for `current`: version and time."""
    columns = recommender_models.c
    latest = select(columns.version, columns.trained_at).order_by(columns.version.desc()).limit(1)
    return (
        latest.with_only_columns(columns.version).scalar_subquery(),
        latest.with_only_columns(columns.trained_at).scalar_subquery(),
    )


def current(session: Session, version: int | None, trained_at: datetime.datetime | None) -> Model | None:
    """The model of that version and time, as `newest` told them; None for none."""
    global _kept
    if version is None:
        return None
    with _loading:
        if _kept is None or (_kept.version, _kept.trained_at) != (version, trained_at):
            row = session.execute(
                select(recommender_models).where(recommender_models.c.version == version)
            ).first()
            # Gone when two newer ones have come since.
            _kept = _model(row) if row else None
        return _kept


def _model(row: Any) -> Model:
    popularity = np.frombuffer(row.popularity, _TYPE)
    factors = np.frombuffer(row.factors, _TYPE).reshape(len(row.recipe_ids), -1)
    return Model(
        version=row.version,
        trained_at=row.trained_at,
        recipe_ids=row.recipe_ids,
        place={recipe_id: place for place, recipe_id in enumerate(row.recipe_ids)},
        popularity=popularity,
        weight=row.weight,
        als=Als(factors),
    )
