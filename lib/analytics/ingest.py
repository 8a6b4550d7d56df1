"""Takes events in: each once, whatever is sent twice, and none that can't be true.

All that is written stands in the caller's transaction. Whoever writes events or sums them up holds a
lock in common; who forgets a person holds it alone, so that nothing of the person slips in meanwhile.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from pydantic import AwareDatetime, Field, JsonValue, StringConstraints, TypeAdapter, ValidationError
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy import text
from sqlalchemy.orm import Session

from lib.analytics import partitions
from lib.db import driver
from lib.wire import Text, Wire

AHEAD = timedelta(minutes=5)
"""How far a client's clock may be ahead of ours."""
OLDEST = timedelta(days=3653)
"""How long ago an event may have occurred; a clock that was never set says 1970."""
MOST_TYPES = 500
_MOST_PROPERTIES_BYTES = 8192
LOCK = "mealprep events"
# Not of this world's names, so that no other text becomes the same id.
_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "https://mealprep360/events")

_Id = Annotated[Text, StringConstraints(min_length=1, max_length=200)]


class Event(Wire):
    """Something that somebody did."""

    id: Annotated[
        _Id, Field(description="Chosen by the sender; an event with a known id is a duplicate")
    ]
    user_id: _Id
    type: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.:-]{0,63}$"),
        Field(description="As `view`, `save`, `plan` or `cook`", examples=["view"]),
    ]
    occurred_at: AwareDatetime
    session_id: _Id | SkipJsonSchema[None] = None
    recipe_id: _Id | SkipJsonSchema[None] = None
    properties: dict[str, JsonValue] | SkipJsonSchema[None] = None


class Rejected(Wire):
    """An event that wasn't taken, and why."""

    index: int
    reason: str


class Taken(Wire):
    """What became of some events."""

    accepted: int
    duplicates: int
    rejected: list[Rejected]


class Row(NamedTuple):
    """An event that is known to be valid.

    Args:
        place: among those that came with it.
        id: a UUID.
        occurred_at: in UTC, in whole milliseconds.
        properties: as JSON.
    """

    place: int
    id: str
    occurred_at: datetime
    user_id: str
    type: str
    session_id: str | None
    recipe_id: str | None
    properties: str | None


_one = TypeAdapter(Event)
_INCOMING = text("""
    create temporary table if not exists incoming (
        place int, id uuid, occurred_at timestamptz, user_id text, type text, session_id text,
        recipe_id text, properties jsonb
    ) on commit delete rows
""")
_FORGOTTEN = text("""
    delete from incoming where sha256(convert_to(user_id, 'UTF8'))
        in (select user_sha256 from compute.forgotten_people)
    returning place
""")
# Sorted, so that two who bring the same can't wait for each other; what is known costs no number.
_NUMBERS = (
    text("""
        insert into compute.event_people (user_id)
        select distinct user_id from incoming as new
        where not exists (select from compute.event_people as known where known.user_id = new.user_id)
        order by user_id on conflict do nothing
    """),
    text("""
        insert into compute.event_types (name)
        select distinct type from incoming as new
        where not exists (select from compute.event_types as known where known.name = new.type)
        order by type on conflict do nothing
    """),
    text("""
        insert into compute.event_recipes (recipe_id)
        select distinct recipe_id from incoming as new
        where recipe_id is not null and not exists (
            select from compute.event_recipes as known where known.recipe_id = new.recipe_id)
        order by recipe_id on conflict do nothing
    """),
)
_WRITE = text("""
    with fresh as (
        insert into compute.event_ids (id) select distinct id from incoming order by id
        on conflict do nothing returning id
    ), wanted as (
        select distinct on (new.id) new.* from incoming as new join fresh using (id)
        order by new.id, new.place
    ), written as (
        insert into compute.events
            (id, occurred_at, person, type, recipe, session_id, properties)
        select wanted.id, wanted.occurred_at, people.number, types.number, coalesce(recipes.number, 0),
               wanted.session_id, wanted.properties
        from wanted
        join compute.event_people as people using (user_id)
        join compute.event_types as types on types.name = wanted.type
        left join compute.event_recipes as recipes on recipes.recipe_id = wanted.recipe_id
        order by wanted.occurred_at
        returning occurred_at
    ), batch as (
        insert into compute.event_batches (days, events)
        select array_agg(distinct (occurred_at at time zone 'UTC')::date), count(*) from written
        having count(*) > 0
    )
    select count(*) from written
""")


def take(session: Session, sent: Sequence[Any], now: datetime | None = None) -> Taken:
    """Write events down.

    Args:
        sent: each as JSON; one that isn't an event is rejected, and the others are taken.
        now: the time of receipt.
    """
    now = now or datetime.now(UTC)
    rows: list[Row] = []
    rejected: dict[int, str] = {}
    for place, one in enumerate(sent):
        try:
            rows.append(_row(place, _one.validate_python(one), now))
        except ValidationError as error:
            rejected[place] = _reason(error)
        except ValueError as error:
            rejected[place] = str(error)
    accepted, refused = write(session, rows)
    rejected |= refused
    return Taken(
        accepted=accepted,
        duplicates=len(sent) - len(rejected) - accepted,
        rejected=[Rejected(index=place, reason=rejected[place]) for place in sorted(rejected)],
    )


def write(session: Session, rows: Sequence[Row]) -> tuple[int, dict[int, str]]:
    """Write valid events down: how many are new, and by their place why some aren't taken."""
    if not rows:
        return 0, {}
    lock(session)
    partitions.ensure(session, {row.occurred_at.date() for row in rows})
    refused = _copied(session, rows)
    for statement in _NUMBERS:
        session.execute(statement)
    return session.scalar(_WRITE) or 0, refused


def lock(session: Session, *, alone: bool = False) -> None:
    """Keep events as they are, in common with others or alone, until the transaction ends."""
    how = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    session.execute(text(f"select {how}(hashtextextended(:name, 0))"), {"name": LOCK})


def _row(place: int, event: Event, now: datetime) -> Row:
    try:
        at = event.occurred_at.astimezone(UTC)
    except OverflowError:  # before the year 1 or after 9999, there
        at = event.occurred_at.replace(tzinfo=UTC)
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    if at > now + AHEAD:
        raise ValueError("occurredAt: lies in the future; is the sender's clock right?")
    if at < now - OLDEST:
        raise ValueError("occurredAt: lies more than ten years back; is the sender's clock right?")
    return Row(
        place=place,
        id=_uuid(event.id),
        occurred_at=at,
        user_id=event.user_id,
        type=event.type,
        session_id=event.session_id,
        recipe_id=event.recipe_id,
        properties=None if event.properties is None else _json(event.properties),
    )


def _json(properties: dict[str, JsonValue]) -> str:
    try:
        found = json.dumps(properties, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise ValueError("properties: numbers must be finite") from None
    if "\\u0000" in found or not _is_unicode(found):
        raise ValueError("properties: must be valid Unicode without NUL characters")
    if len(found.encode()) > _MOST_PROPERTIES_BYTES:
        raise ValueError(f"properties: more than {_MOST_PROPERTIES_BYTES} bytes")
    return found


def _uuid(given: str) -> str:
    """A UUID as it is; of any other text, always the same one."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return str(uuid.uuid5(_IDS, given))


def _is_unicode(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def _copied(session: Session, rows: Sequence[Row]) -> dict[int, str]:
    """Bring the rows to PostgreSQL; says which it doesn't take."""
    session.execute(_INCOMING)
    with (
        driver(session) as connection,
        connection.cursor() as cursor,
        cursor.copy("copy incoming from stdin") as copy,
    ):
        for row in rows:
            copy.write_row(row)
    gone = session.scalars(_FORGOTTEN)
    refused = dict.fromkeys(gone, "userId: this person is forgotten, and nothing is kept of them")
    return refused | _too_many_types(session)


def _too_many_types(session: Session) -> dict[int, str]:
    known, new = session.execute(
        text("""
            select (select count(*) from compute.event_types),
                   (select count(distinct type) from incoming
                    where type not in (select name from compute.event_types))
        """)
    ).one()
    if not new or known + new <= MOST_TYPES:
        return {}
    gone = session.scalars(
        text("""
            delete from incoming where type not in (select name from compute.event_types) returning place
        """)
    )
    return dict.fromkeys(
        gone, f"type: there are {MOST_TYPES} types already; put details into properties"
    )
