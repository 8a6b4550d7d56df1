"""Foods in PostgreSQL: the bundled table for those who query it, and what was added to it."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session, sessionmaker

from lib.nutrition.foods import Food, find, foods, key
from lib.nutrition.nutrients import as_dict, from_mapping
from lib.nutrition.portions import Portion
from lib.tables import food_portions
from lib.tables import foods as table

Encode = Callable[[list[str]], Iterable[Any]]

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many foods were written, and how many of the bundled ones are gone."""

    written: int
    removed: int


def load(session: Session) -> Loaded:
    """Bring the bundled foods in the database up to date; the same again writes nothing."""
    wanted = {name: _sha256(food) for name, food in foods().items()}
    rows = session.execute(
        select(table.c.name, table.c.content_sha256).where(table.c.origin == "bundled")
    )
    stored = {row.name: row.content_sha256 for row in rows}
    changed = [foods()[name] for name, sha in wanted.items() if stored.get(name) != sha]
    gone = [name for name in stored if name not in wanted]
    session.execute(delete(table).where(table.c.name.in_(gone)))
    save(session, changed, "bundled")
    return Loaded(len(changed), len(gone))


def add(session: Session, new: Iterable[Food]) -> Counter[str]:
    """Write imported foods, never in place of a bundled food or of a newer record of the same name.

    Returns:
        How many were "written", how many "unchanged", how many names are "bundled", and how many
        records are "older" than another of the same name; FoodData Central's ids grow with time.
    """
    counts: Counter[str] = Counter()
    wanted: dict[str, Food] = {}
    for food in new:
        if find(food.name):
            counts["bundled"] += 1
            continue
        other = wanted.setdefault(food.name, food)
        if other is not food:
            counts["older"] += 1
            wanted[food.name] = max(other, food, key=lambda one: one.fdc_id)
    rows = session.execute(
        select(table.c.name, table.c.fdc_id, table.c.origin, table.c.content_sha256).where(
            table.c.name.in_(wanted)
        )
    )
    for row in rows:
        if row.origin == "bundled":
            fate = "bundled"
        elif row.origin == "import" and row.fdc_id > wanted[row.name].fdc_id:
            fate = "older"
        elif row.origin == "import" and row.content_sha256 == _sha256(wanted[row.name]):
            fate = "unchanged"
        else:
            continue
        counts[fate] += 1
        del wanted[row.name]
    save(session, wanted.values(), "import")
    counts["written"] += len(wanted)
    return counts


def save(session: Session, new: Iterable[Food], origin: str) -> None:
    """Write foods, in place of those of the same names."""
    batch: list[Food] = []
    for food in new:
        batch.append(food)
        if len(batch) == _BATCH:
            _write(session, batch, origin)
            batch = []
    _write(session, batch, origin)


def _write(session: Session, new: list[Food], origin: str) -> None:
    by_name = {food.name: food for food in new}
    if not by_name:
        return
    session.execute(delete(table).where(table.c.name.in_(by_name)))
    session.execute(insert(table), [_row(food, origin) for food in by_name.values()])
    portions = [
        {"food": food.name, **_portion_row(portion)}
        for food in by_name.values()
        for portion in food.portions
    ]
    if portions:
        session.execute(insert(food_portions), portions)


def _portion_row(portion: Portion) -> dict[str, object]:
    return {
        "unit": portion.unit,
        "detail": portion.detail,
        "grams": portion.grams,
        "text": portion.text,
        "ours": portion.ours,
    }


def _row(food: Food, origin: str) -> dict[str, object]:
    return {
        "name": food.name,
        "lookup": key(food.name),
        "fdc_id": food.fdc_id,
        "description": food.description,
        "data_type": food.data_type,
        "aisle": food.aisle,
        "category": food.category,
        "role": food.role,
        "unit": food.unit,
        "note": food.note,
        "classes": sorted(food.classes),
        "may": sorted(food.may),
        "aliases": list(food.aliases),
        "classed": food.classed,
        "edible": food.edible,
        "cooked_yield": food.cooked_yield,
        "per_100g": as_dict(food.per_100g),
        "origin": origin,
        "content_sha256": _sha256(food),
    }


def _sha256(food: Food) -> str:
    row = [
        *(food.name, food.fdc_id, food.description, food.data_type, food.classed),
        *(food.aisle, food.category, food.role, food.unit),
        *(food.note, sorted(food.classes), sorted(food.may), food.aliases, food.edible),
        *(food.cooked_yield, as_dict(food.per_100g)),
        [list(_portion_row(portion).values()) for portion in food.portions],
    ]
    return hashlib.sha256(json.dumps(row).encode()).hexdigest()


def added(session: Session, names: Iterable[str]) -> dict[str, Food]:
    """The imported and looked-up foods of these names, by the name asked for."""
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(key(name), []).append(name)
    rows = session.execute(
        select(table).where(table.c.lookup.in_(wanted), table.c.origin != "bundled")
    ).all()
    portions: dict[str, list[Portion]] = {}
    for row in session.execute(
        select(food_portions)
        .where(food_portions.c.food.in_([row.name for row in rows]))
        .order_by(food_portions.c.id)
    ):
        portion = Portion(row.unit, row.detail, row.grams, row.text, row.ours)
        portions.setdefault(row.food, []).append(portion)
    return {
        name: _stored(row, portions.get(row.name, [])) for row in rows for name in wanted[row.lookup]
    }


def _stored(row: Row[Any], portions: Iterable[Portion]) -> Food:
    return Food(
        name=row.name,
        fdc_id=row.fdc_id,
        description=row.description,
        data_type=row.data_type,
        aisle=row.aisle or "",
        category=row.category or "",
        role=row.role or "other",
        unit=row.unit or "g",
        classes=frozenset(row.classes),
        may=frozenset(row.may),
        aliases=tuple(row.aliases),
        edible=row.edible,
        cooked_yield=row.cooked_yield,
        note=row.note or "",
        per_100g=from_mapping(row.per_100g),
        portions=tuple(portions),
        classed=row.classed,
    )


def nearest(session: Session, vector: Sequence[float], limit: int = 3) -> list[tuple[str, float]]:
    """The bundled foods whose names come closest in meaning, with the cosine, best first."""
    distance = table.c.embedding.cosine_distance(vector)
    query = (
        select(table.c.name, (1 - distance).label("cosine"))
        .where(table.c.origin == "bundled", table.c.embedding.isnot(None))
        .order_by(distance)
        .limit(limit)
    )
    return [(row.name, float(row.cosine)) for row in session.execute(query)]


def embed_missing(sessions: sessionmaker[Session], encode: Encode, model: str) -> int:
    """Embed the names of bundled foods that have no vector of this model yet.

    Args:
        sessions: one transaction per batch; what is done stays done.
        encode: as the search index uses it.
        model: the model's name.
    """
    done = 0
    while True:
        with sessions.begin() as session:
            names = session.scalars(
                select(table.c.name)
                .where(table.c.origin == "bundled", or_(table.c.model.is_(None), table.c.model != model))
                .order_by(table.c.name)
                .limit(_BATCH)
                .with_for_update(skip_locked=True)
            ).all()
            if not names:
                return done
            for name, vector in zip(names, encode(list(names)), strict=True):
                values = {"embedding": vector, "model": model}
                session.execute(update(table).where(table.c.name == name).values(values))
        done += len(names)


def count(session: Session) -> int:
    """How many foods there are."""
    return session.scalar(select(func.count()).select_from(table)) or 0
