"""Keeps `compute.recipe_index` in step with the app's tables, whoever writes them.

Nobody has to tell us about a change. PostgreSQL stamps every row version with the transaction that
wrote it (`xmin`); a recipe's stamps, those of its ingredients, tags, nutrition and details included,
are hashed into one number, together with the rules that labels follow from. Where that number differs
from the indexed one, the recipe is read again, and embedded again if its text changed. This needs no
trigger on tables that aren't ours.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_args

from sqlalchemy import BigInteger, case, cast, delete, exists, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from lib.nutrition import labels
from lib.nutrition import recipes as nutrition
from lib.nutrition.foods import Food, mentioned
from lib.nutrition.matching import match_name
from lib.recipes.draft import Difficulty, MealType, Season
from lib.search.embedding import Vectors
from lib.tables import (
    ingredients,
    recipe_details,
    recipe_index,
    recipe_ingredients,
    recipe_nutrition,
    recipe_sums,
    recipe_tags,
    recipes,
    tags,
)

Encode = Callable[[list[str]], Vectors]
Progress = Callable[[int], None]

logger = logging.getLogger("mealprep.index")

BATCH = 64
_LONGEST_TEXT = 200_000
_MOST_SYNONYMS = 12
_MOST_MINUTES = 2**31 - 1
# SQLSTATE classes: data exception, program limit exceeded. Nothing else is a row's own fault.
_FAULTS_OF_A_ROW = ("22", "54")
_LOCK = 360_360_002

# Sums over child rows: their order doesn't matter, and a removed row shows as well as a new one.
_VERSIONS = text("""
    with versions as (
        select r.id, hashtextextended(concat_ws(' ',
            r.xmin::text, i.stamp, t.stamp, d.xmin::text, n.xmin::text, cast(:rules as text)), 0)
            as row_versions
        from public.recipes r
        left join (
            select ri.recipe_id,
                   sum(hashtextextended(ri.xmin::text || ' ' || i.xmin::text, 0))::text as stamp
            from public.recipe_ingredients ri
            join public.ingredients i on i.id = ri.ingredient_id
            where cast(:ids as text[]) is null or ri.recipe_id = any(:ids)
            group by ri.recipe_id
        ) i on i.recipe_id = r.id
        left join (
            select rt.recipe_id,
                   sum(hashtextextended(rt.xmin::text || ' ' || t.xmin::text, 1))::text as stamp
            from public.recipe_tags rt
            join public.tags t on t.id = rt.tag_id
            where cast(:ids as text[]) is null or rt.recipe_id = any(:ids)
            group by rt.recipe_id
        ) t on t.recipe_id = r.id
        left join compute.recipe_details d on d.recipe_id = r.id
        left join public.recipe_nutrition n on n.recipe_id = r.id
        where cast(:ids as text[]) is null or r.id = any(:ids)
    )
    select v.id, v.row_versions
    from versions v
    left join compute.recipe_index x on x.recipe_id = v.id
    where x.recipe_id is null or x.row_versions <> v.row_versions or x.model <> :model
    order by v.id
""")


# How often rows of the source tables were written; cheap, and PostgreSQL tells it seconds late at most.
_WRITES = text("""
    select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
    from pg_stat_all_tables
    where (schemaname, relname) in (
        ('public', 'recipes'), ('public', 'recipe_ingredients'), ('public', 'ingredients'),
        ('public', 'recipe_tags'), ('public', 'tags'), ('public', 'recipe_nutrition'),
        ('compute', 'recipe_details')
    )
""")


@dataclass
class Refreshed:
    """What a refresh did, in recipes: read again, of these embedded; gone; and not to be indexed."""

    changed: int = 0
    embedded: int = 0
    removed: int = 0
    failed: int = 0


def writes(session: Session) -> int:
    """A number that differs when a source row may have changed since it was last asked for."""
    return int(session.scalar(_WRITES) or 0)


def refresh(
    sessions: sessionmaker[Session],
    encode: Encode,
    model: str,
    *,
    rebuild: bool = False,
    on_progress: Progress | None = None,
) -> Refreshed:
    """Index what is new or changed and drop what is gone.

    Every batch is a transaction of its own: whoever is killed midway has lost one batch at most, and
    the next refresh goes on from there. Several at once take turns batch by batch.

    Args:
        encode: sentences to vectors.
        model: name of the model behind `encode`; vectors of another one are made anew.
        rebuild: read and embed every recipe again.
        on_progress: called after every batch with the number of recipes in it.
    """
    done = Refreshed()
    with sessions.begin() as session:
        done.removed = _drop_orphans(session)
        if rebuild:
            session.execute(recipe_index.update().values(row_versions=0, content_sha256=""))
        ids = list(_stale(session, model))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        _index_batch(sessions, _fill_nutrition(sessions, batch, model), encode, model, done)
        if on_progress:
            on_progress(len(batch))
    return done


def _stale(session: Session, model: str, ids: list[str] | None = None) -> dict[str, int]:
    """The versions of the recipes that aren't indexed as they are now, of these or of all."""
    wanted = {"model": model, "rules": labels.rules_sha256(), "ids": ids}
    return {row.id: row.row_versions for row in session.execute(_VERSIONS, wanted)}


def _fill_nutrition(sessions: sessionmaker[Session], ids: list[str], model: str) -> dict[str, int]:
    """Store the nutrition of these recipes; their versions with it.

    One snapshot for both: what is written meanwhile shows as a newer version the next time. A recipe
    whose nutrition can't be stored is left without.
    """
    try:
        with sessions.begin() as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            nutrition.fill(session, ids)
            return _stale(session, model, ids)
    except DBAPIError as error:
        if not _fault_of_a_row(error):
            raise
        if len(ids) > 1:
            return {k: v for one in ids for k, v in _fill_nutrition(sessions, [one], model).items()}
        logger.warning("Nutrition can't be stored", extra={"recipes": ids, "error": str(error.orig)})
        with sessions.begin() as session:
            return _stale(session, model, ids)


def _fault_of_a_row(error: DBAPIError) -> bool:
    return (getattr(error.orig, "sqlstate", None) or "")[:2] in _FAULTS_OF_A_ROW


def _index_batch(
    sessions: sessionmaker[Session],
    versions: dict[str, int],
    encode: Encode,
    model: str,
    done: Refreshed,
) -> None:
    """Index these in one transaction; where a row can't be indexed, each in one of its own."""
    try:
        with sessions.begin() as session:
            session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            done.embedded += _index(session, versions, encode, model)
        done.changed += len(versions)
    except DBAPIError as error:
        if not _fault_of_a_row(error):
            raise
        if len(versions) > 1:
            for recipe_id, version in versions.items():
                _index_batch(sessions, {recipe_id: version}, encode, model, done)
        else:
            done.failed += 1
            logger.warning(
                "Recipe can't be indexed", extra={"recipe": [*versions], "error": str(error.orig)}
            )


def _drop_orphans(session: Session) -> int:
    gone = 0
    for table in (recipe_index, recipe_details, recipe_sums):
        existing = exists().where(recipes.c.id == table.c.recipe_id)
        dropped = session.execute(delete(table).where(~existing).returning(table.c.recipe_id)).all()
        gone += len(dropped) if table is recipe_index else 0
    return gone


def _index(session: Session, versions: dict[str, int], encode: Encode, model: str) -> int:
    documents = [_document(row) for row in _read(session, versions)]
    stored = {
        row.recipe_id: row.content_sha256
        for row in session.execute(
            select(recipe_index.c.recipe_id, recipe_index.c.content_sha256).where(
                recipe_index.c.recipe_id.in_(versions), recipe_index.c.model == model
            )
        )
    }
    fresh = [d for d in documents if stored.get(d["recipe_id"]) != d["content_sha256"]]
    vectors = encode([document["sentence"] for document in fresh]) if fresh else ()
    embeddings = {d["recipe_id"]: v for d, v in zip(fresh, vectors, strict=True)}
    for document in documents:
        _write(session, document, embeddings, versions[document["recipe_id"]], model)
    return len(fresh)


def _write(
    session: Session, document: dict[str, Any], embeddings: dict[str, Any], version: int, model: str
) -> None:
    values = {k: v for k, v in document.items() if k not in ("sentence", "weighted")}
    words = [
        func.setweight(func.to_tsvector("english", content), literal_column(f"'{weight}'"))
        for weight, content in document["weighted"].items()
    ]
    values |= {
        "words": words[0].op("||")(words[1]).op("||")(words[2]).op("||")(words[3]),
        "ingredient_words": func.to_tsvector("english", values["ingredient_words"]),
        "row_versions": version,
        "model": model,
        "indexed_at": func.now(),
    }
    key = values["recipe_id"]
    if key in embeddings:
        values["embedding"] = embeddings[key]
        statement = insert(recipe_index).values(values)
        changed = {name: statement.excluded[name] for name in values}
        session.execute(statement.on_conflict_do_update(index_elements=["recipe_id"], set_=changed))
    else:
        session.execute(recipe_index.update().where(recipe_index.c.recipe_id == key).values(values))


def _read(session: Session, ids: Iterable[str]) -> list[Any]:
    """One row per recipe that still exists, with its ingredient lines and tags as arrays."""
    lines = (
        select(func.jsonb_agg(func.jsonb_build_array(ingredients.c.name, recipe_ingredients.c.notes)))
        .join(recipe_ingredients, recipe_ingredients.c.ingredient_id == ingredients.c.id)
        .where(recipe_ingredients.c.recipe_id == recipes.c.id)
    )

    def tagged(category: str | None) -> Any:
        wanted = tags.c.category == category if category else tags.c.name.isnot(None)
        return (
            select(func.array_agg(aggregate_order_by(tags.c.name, tags.c.name)))
            .join(recipe_tags, recipe_tags.c.tag_id == tags.c.id)
            .where(recipe_tags.c.recipe_id == recipes.c.id, wanted)
            .scalar_subquery()
        )

    query = (
        select(
            recipes,
            recipe_details.c.summary,
            recipe_details.c.category,
            func.coalesce(tagged("cuisine")[1], recipe_details.c.cuisine).label("cuisine"),
            func.coalesce(tagged("meal-type")[1], recipe_details.c.meal_type).label("meal_type"),
            func.coalesce(tagged("season")[1], recipe_details.c.season).label("season"),
            lines.scalar_subquery().label("lines"),
            tagged(None).label("tag_names"),
            recipe_nutrition.c.calories.label("energy_kcal"),
            recipe_nutrition.c.protein.label("protein_g"),
            recipe_nutrition.c.carbs.label("carbohydrate_g"),
            recipe_nutrition.c.fat.label("fat_g"),
            recipe_nutrition.c.fiber.label("fiber_g"),
            recipe_nutrition.c.sugar.label("sugars_g"),
            recipe_nutrition.c.sodium.label("sodium_mg"),
            case(
                (recipes.c.cook_time.is_(None) | recipes.c.prep_time.is_(None), None),
                else_=cast(recipes.c.prep_time, BigInteger) + recipes.c.cook_time,
            ).label("total_minutes"),
        )
        .outerjoin(recipe_details, recipe_details.c.recipe_id == recipes.c.id)
        .outerjoin(recipe_nutrition, recipe_nutrition.c.recipe_id == recipes.c.id)
        .where(recipes.c.id.in_(list(ids)))
    )
    return list(session.execute(query))


_NUTRIENTS = (
    "energy_kcal",
    "protein_g",
    "carbohydrate_g",
    "fat_g",
    "fiber_g",
    "sugars_g",
    "sodium_mg",
)


def _document(row: Any) -> dict[str, Any]:
    """What the index says of a recipe, the sentence to embed and the words by weight."""
    lines: list[tuple[str, str | None]] = row.lines or []
    names = [name for name, _ in lines]
    known = labels.evidence(lines)
    foods = _foods(lines)
    allergens = labels.allergens(known)
    nutrients = {name: None if (v := row._mapping[name]) is None else float(v) for name in _NUTRIENTS}
    diets = labels.diets(known, nutrients["carbohydrate_g"], nutrients["fiber_g"])
    kinds = [row.cuisine, row.meal_type, row.category, row.season, *(row.tag_names or [])]
    traits = ", ".join(dict.fromkeys(kind.lower() for kind in kinds if kind))
    about = " ".join(dict.fromkeys(filter(None, [row.summary, row.description])))
    listed = ", ".join(names)
    sentence = ". ".join(filter(None, [row.title, about, traits, listed]))
    weighted = {
        "A": row.title,
        "B": f"{listed}, {traits}",
        "C": f"{about} {', '.join(_synonyms(foods))}",
        "D": " ".join(row.instructions or []),
    }
    facts = {
        "recipe_id": row.id,
        "is_public": row.is_public,
        "cuisine": row.cuisine.strip().lower() if row.cuisine else None,
        "meal_type": _one_of(row.meal_type, MealType),
        "season": _one_of(row.season, Season),
        "difficulty": _one_of(row.difficulty, Difficulty),
        "total_minutes": None if row.total_minutes is None else min(row.total_minutes, _MOST_MINUTES),
        "diets": labels.fits(diets),
        "allergens": labels.present(allergens),
        "clear_allergens": [a for a, status in allergens.items() if status == "clear"],
        "all_known": known.known,
        "ingredient_words": ". ".join([*names, *(food.name for food in foods)]).replace("-", " ")[
            :_LONGEST_TEXT
        ],
        **nutrients,
    }
    return facts | {
        "content_sha256": hashlib.sha256(sentence.encode()).hexdigest(),
        "sentence": sentence,
        "weighted": {weight: words[:_LONGEST_TEXT] for weight, words in weighted.items()},
    }


def _foods(lines: Iterable[tuple[str, str | None]]) -> list[Food]:
    """The foods of the lines, those that notes mention included."""
    found: list[Food] = []
    for name, notes in lines:
        match = match_name(name)
        found += [*([match.food] if match else mentioned(name)), *mentioned(notes or "")]
    return list(dict.fromkeys(found))


def _synonyms(foods: Iterable[Food]) -> list[str]:
    """Other short names of the foods, for those who search by them."""
    return [
        alias
        for food in foods
        for alias in [a for a in food.aliases if a.count(" ") <= 1][:_MOST_SYNONYMS]
    ]


def _one_of(value: str | None, kind: Any) -> str | None:
    """The value in lower case when callers may see it as one of that kind, else None."""
    lowered = value.strip().lower() if value else None
    return lowered if lowered in get_args(kind) else None
