"""Keeps `compute.recipe_index` and the vectors in step with the app's tables, whoever writes them.

Nobody has to tell us about a change, and no trigger stands on tables that aren't ours: see
`lib.search.versions`. A recipe is embedded again only if the text that is embedded changed.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from lib.nutrition import recipes as nutrition
from lib.search import documents, models, versions
from lib.search.documents import Document
from lib.search.embedding import Vectors
from lib.tables import (
    recipe_claims,
    recipe_details,
    recipe_index,
    recipe_sums,
    recipe_vectors,
    recipes,
    search_words,
)

Encode = Callable[[list[str]], Vectors]
Progress = Callable[[int], None]

logger = logging.getLogger("mealprep.index")

BATCH = 64
_NEVER_READ = 0
"""In place of a recipe's versions: it is read and embedded, whatever is there."""

# SQLSTATE classes: data exception, program limit exceeded. Nothing else is a row's own fault.
_FAULTS_OF_A_ROW = ("22", "54")
_LOCKS = 360_360
_FORGOTTEN_AFTER = "interval '1 day'"
_THIS_TRANSACTION: ColumnElement[int] = literal_column("pg_current_xact_id()::text::bigint")


@dataclass
class Refreshed:
    """What a refresh did, in recipes: read again, of these embedded; gone; and not to be indexed."""

    changed: int = 0
    embedded: int = 0
    removed: int = 0
    failed: int = 0

    def add(self, other: "Refreshed") -> None:
        """Count what another did too."""
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """Documents as of one snapshot, their versions, and which of them have their vector already."""

    documents: list[Document]
    versions: dict[str, int]
    embedded: dict[str, str]


def refresh(
    sessions: sessionmaker[Session],
    encode: Encode,
    model: str,
    *,
    rebuild: bool = False,
    ids: list[str] | None = None,
    on_progress: Progress | None = None,
) -> Refreshed:
    """Index what is new or changed and drop what is gone.

    Every batch is a transaction of its own: whoever is killed midway has lost one batch at most, and
    the next refresh goes on from there. Several may run at once.

    Args:
        encode: sentences to vectors.
        model: name of the model behind `encode`. If it isn't the active one, its vectors are made
            beside those, and take their place when all are there.
        rebuild: read and embed every recipe again.
        ids: look at these recipes only, not for what is gone.
        on_progress: called after every batch with the number of recipes in it.
    """
    done, stale = begin(sessions, model, rebuild=rebuild, ids=ids)
    for start in range(0, len(stale), BATCH):
        batch = stale[start : start + BATCH]
        done.add(index_batch(sessions, batch, encode, model))
        if on_progress:
            on_progress(len(batch))
    finish(sessions, model)
    return done


def begin(
    sessions: sessionmaker[Session], model: str, *, rebuild: bool = False, ids: list[str] | None = None
) -> tuple[Refreshed, list[str]]:
    """Drop what is gone; tells how much that was, and which recipes are to be indexed."""
    done = Refreshed()
    with sessions.begin() as session:
        models.register(session, model)
        if ids is None:
            done.removed = _drop_orphans(session)
        if rebuild:
            session.execute(recipe_index.update().values(row_versions=_NEVER_READ))
            session.execute(delete(search_words))
        return done, list(versions.stale(session, model, ids))


def finish(sessions: sessionmaker[Session], model: str) -> bool:
    """Make the model the active one if every recipe has its vector; whether it is."""
    with sessions.begin() as session:
        session.execute(text("select pg_advisory_xact_lock(:lock, 0)"), {"lock": _LOCKS + 1})
        return models.finish(session, model)


def index_batch(
    sessions: sessionmaker[Session], ids: list[str], encode: Encode, model: str
) -> Refreshed:
    """Index these recipes; where a row can't be, the others are indexed without it.

    They are read in one snapshot, embedded outside any transaction, and written if no recipe has
    changed meanwhile; one that has is left for the next time.
    """
    done = Refreshed()
    _fill_nutrition(sessions, ids)
    prepared = _prepare(sessions, ids, model)
    fresh = [d for d in prepared.documents if prepared.embedded.get(d.recipe_id) != d.sha256]
    vectors = encode([document.sentence for document in fresh]) if fresh else ()
    embeddings = {d.recipe_id: v for d, v in zip(fresh, vectors, strict=True)}
    _write_batch(sessions, prepared.documents, prepared.versions, embeddings, model, done)
    return done


def _prepare(sessions: sessionmaker[Session], ids: list[str], model: str) -> _Prepared:
    with sessions.begin() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        stale = versions.stale(session, model, ids)
        table = recipe_vectors.c
        stored = session.execute(
            select(table.recipe_id, table.content_sha256)
            .join(recipe_index, recipe_index.c.recipe_id == table.recipe_id)
            .where(table.model == model, table.recipe_id.in_(stale))
            .where(recipe_index.c.row_versions != _NEVER_READ)
        )
        embedded = {row.recipe_id: row.content_sha256 for row in stored}
        return _Prepared(documents.read(session, stale), stale, embedded)


def _lock(session: Session, ids: Collection[str]) -> None:
    """Let nobody else write these recipes' rows till the transaction ends; sorted against deadlock."""
    session.execute(
        text("""
            select pg_advisory_xact_lock(:lock, key)
            from (select distinct hashtext(id) as key from unnest(cast(:ids as text[])) id order by 1) k
        """),
        {"lock": _LOCKS, "ids": list(ids)},
    )


def _fill_nutrition(sessions: sessionmaker[Session], ids: list[str]) -> None:
    """Store the nutrition of these recipes; one whose nutrition can't be stored is left without."""
    try:
        with sessions.begin() as session:
            _lock(session, ids)
            nutrition.fill(session, ids)
    except DBAPIError as error:
        if not _fault_of_a_row(error):
            raise
        if len(ids) > 1:
            for one in ids:
                _fill_nutrition(sessions, [one])
            return
        logger.warning("Nutrition can't be stored", extra={"recipes": ids, "error": str(error.orig)})


def _fault_of_a_row(error: DBAPIError) -> bool:
    return (getattr(error.orig, "sqlstate", None) or "")[:2] in _FAULTS_OF_A_ROW


def _write_batch(
    sessions: sessionmaker[Session],
    batch: list[Document],
    read: dict[str, int],
    embeddings: dict[str, Any],
    model: str,
    done: Refreshed,
) -> None:
    """Write these in one transaction; where a row can't be written, each in one of its own."""
    ids = [document.recipe_id for document in batch]
    if not ids:
        return
    try:
        with sessions.begin() as session:
            _lock(session, ids)
            now = versions.stale(session, model, ids)
            current = [d for d in batch if now.get(d.recipe_id) == read[d.recipe_id]]
            for document in current:
                _write(session, document, read[document.recipe_id])
            _write_vectors(session, current, embeddings, model)
            _write_words(session, current)
        done.changed += len(current)
        done.embedded += sum(document.recipe_id in embeddings for document in current)
    except DBAPIError as error:
        if not _fault_of_a_row(error):
            raise
        if len(batch) > 1:
            for document in batch:
                _write_batch(sessions, [document], read, embeddings, model, done)
        else:
            done.failed += 1
            logger.warning("Recipe can't be indexed", extra={"recipe": ids, "error": str(error.orig)})


def _write(session: Session, document: Document, version: int) -> None:
    words = [
        func.setweight(func.to_tsvector("english", content), literal_column(f"'{weight}'"))
        for weight, content in document.weighted.items()
    ]
    values = document.facts | {
        "recipe_id": document.recipe_id,
        "words": words[0].op("||")(words[1]).op("||")(words[2]).op("||")(words[3]),
        "steps": func.strip(func.to_tsvector("english", document.steps)),
        "row_versions": version,
        "written_by": _THIS_TRANSACTION,
        "removed": False,
        "indexed_at": func.now(),
    }
    statement = insert(recipe_index).values(values)
    changed = {name: statement.excluded[name] for name in values}
    session.execute(statement.on_conflict_do_update(index_elements=["recipe_id"], set_=changed))


def _write_vectors(
    session: Session, batch: list[Document], embeddings: dict[str, Any], model: str
) -> None:
    fresh = [document for document in batch if document.recipe_id in embeddings]
    if not fresh:
        return
    statement = insert(recipe_vectors).from_select(
        ["model", "recipe_id", "number", "content_sha256", "embedding"],
        select(
            bindparam("m", type_=recipe_vectors.c.model.type),
            recipe_index.c.recipe_id,
            recipe_index.c.number,
            bindparam("s", type_=recipe_vectors.c.content_sha256.type),
            bindparam("e", type_=recipe_vectors.c.embedding.type),
        ).where(recipe_index.c.recipe_id == bindparam("r")),
    )
    changed = {name: statement.excluded[name] for name in ("content_sha256", "embedding", "number")}
    session.execute(
        statement.on_conflict_do_update(index_elements=["model", "recipe_id"], set_=changed),
        [{"m": model, "r": d.recipe_id, "s": d.sha256, "e": embeddings[d.recipe_id]} for d in fresh],
    )


def _write_words(session: Session, batch: list[Document]) -> None:
    """Count the words; one that is counted twice makes no difference to what they are used for."""
    counts: dict[str, int] = {}
    for document in batch:
        for word in document.vocabulary:
            counts[word] = counts.get(word, 0) + 1
    if not counts:
        return
    statement = insert(search_words).values(
        [{"word": word, "recipes": count} for word, count in sorted(counts.items())]
    )
    more = search_words.c.recipes + statement.excluded.recipes
    session.execute(statement.on_conflict_do_update(index_elements=["word"], set_={"recipes": more}))


def _drop_orphans(session: Session) -> int:
    """Mark what refers to no recipe as removed, so that who holds a copy learns of it, then drop it."""

    def gone(table: Any) -> Any:
        return ~exists().where(recipes.c.id == table.c.recipe_id)

    for table in (recipe_details, recipe_sums, recipe_claims, recipe_vectors):
        session.execute(delete(table).where(gone(table)))
    old = recipe_index.c.removed & (
        recipe_index.c.indexed_at < func.now() - literal_column(_FORGOTTEN_AFTER)
    )
    session.execute(delete(recipe_index).where(old))
    marked = session.execute(
        recipe_index.update()
        .where(gone(recipe_index), ~recipe_index.c.removed)
        .values(
            removed=True,
            is_public=False,
            indexed_at=func.now(),
            written_by=_THIS_TRANSACTION,
        )
        .returning(recipe_index.c.recipe_id)
    )
    return len(marked.all())
