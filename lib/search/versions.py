"""Which recipes have changed since they were indexed, whoever changed them.

PostgreSQL stamps every row version with the transaction that wrote it (`xmin`). A recipe's stamps,
those of its ingredients, tags, nutrition and details included, are hashed into one number, together
with the rules that labels follow from; where it differs from the indexed one, the recipe has changed.
To compare all of them costs seconds at hundreds of thousands of recipes, so usually only those are
compared of which a row was written since the last look; what only deletes did shows in the counters.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from lib.nutrition import labels
from lib.search import documents
from lib.search.kinds import FILE

# Sums over child rows: their order doesn't matter, and a removed row shows as well as a new one.
_STALE = text("""
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
    left join compute.recipe_vectors e on e.recipe_id = v.id and e.model = :model
    where x.recipe_id is null or x.removed or x.row_versions <> v.row_versions or e.recipe_id is null
    order by v.id
""")

_TOUCHED = text("""
    with horizon as materialized (select age(cast(cast(:since as xid8) as xid)) as age)
    select id from public.recipes, horizon where age(recipes.xmin) <= horizon.age
    union
    select recipe_id from public.recipe_ingredients r, horizon where age(r.xmin) <= horizon.age
    union
    select recipe_id from public.recipe_tags r, horizon where age(r.xmin) <= horizon.age
    union
    select recipe_id from public.recipe_nutrition r, horizon where age(r.xmin) <= horizon.age
    union
    select recipe_id from compute.recipe_details r, horizon where age(r.xmin) <= horizon.age
    union
    select r.recipe_id from public.recipe_ingredients r
    join public.ingredients i on i.id = r.ingredient_id, horizon where age(i.xmin) <= horizon.age
    union
    select r.recipe_id from public.recipe_tags r
    join public.tags t on t.id = r.tag_id, horizon where age(t.xmin) <= horizon.age
""")

# How often rows of the source tables were written; cheap, and PostgreSQL tells it seconds late at most.
_WRITES = text("""
    select coalesce(sum(n_tup_ins + n_tup_upd), 0) as changes, coalesce(sum(n_tup_del), 0) as deletes
    from pg_stat_all_tables
    where (schemaname = 'public' and relname in ('recipes', 'recipe_ingredients', 'ingredients',
           'recipe_tags', 'tags', 'recipe_nutrition'))
       or (schemaname = 'compute' and relname = 'recipe_details')
""")


@dataclass(frozen=True, slots=True)
class Writes:
    """How often source rows were written and deleted; another number says that there is more."""

    changes: int
    deletes: int


def writes(session: Session) -> Writes:
    """The counters as they are now."""
    row = session.execute(_WRITES).one()
    return Writes(int(row.changes), int(row.deletes))


def horizon(session: Session) -> str:
    """A point in time for `touched`: no transaction before it is still running."""
    return str(session.scalar(text("select pg_snapshot_xmin(pg_current_snapshot())::text")))


def touched(session: Session, since: str) -> list[str]:
    """The recipes of which a row was written after that horizon; deleted rows don't show."""
    return sorted(session.scalars(_TOUCHED, {"since": since}))


def stale(session: Session, model: str, ids: list[str] | None = None) -> dict[str, int]:
    """The versions of the recipes that aren't indexed as they are now, of these or of all."""
    wanted = {"model": model, "rules": rules(), "ids": ids}
    return {row.id: row.row_versions for row in session.execute(_STALE, wanted)}


def rules() -> str:
    """Changes when what the index derives from a recipe's rows does."""
    return f"{labels.rules_sha256()} {_own_rules_sha256()}"


@lru_cache
def _own_rules_sha256() -> str:
    return hashlib.sha256(FILE.read_bytes() + Path(documents.__file__).read_bytes()).hexdigest()
