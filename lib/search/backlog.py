"""Whether so many recipes wait to be indexed that the indexer shouldn't be left alone with them."""

from sqlalchemy import text
from sqlalchemy.orm import Session

MANY = 1000
"""More than the indexer does by itself in a minute or two."""

_WAITING = text("""
    select count(*) from (
        select from public.recipes r
        where not exists (select from compute.recipe_index x where x.recipe_id = r.id and not x.removed)
        limit :many
    ) waiting
""")


def is_long(session: Session) -> bool:
    """Whether many recipes have never been indexed."""
    return bool(session.scalar(_WAITING, {"many": MANY}) == MANY)
