"""Loads a demo world into the database, and takes it out again.

Each week is a transaction: whoever is killed has lost one at most, and the next run brings what is
missing.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from sqlalchemy import Text, any_, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, sessionmaker

from lib.analytics import forgetting, ingest, rollup
from lib.analytics.ingest import Row
from lib.demo import clock, identity, menu, writing
from lib.demo.rows import Pantry, Told, Window
from lib.demo.world import World
from lib.tables import (
    meal_plan_items,
    meal_plans,
    post_comments,
    post_likes,
    posts,
    shopping_list_items,
    shopping_lists,
    subscriptions,
    user_preferences,
    users,
)

Progress = Callable[[str, float], None]
"""Hears what is done, and which share of it."""

EVENTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which demo.

    Args:
        seed: another one gives other people, beside those of this one.
        users: how many people.
        days: how many of their days, the last one included.
        until: the last day, UTC; of today, what has happened until now.
    """

    seed: int
    users: int
    days: int
    until: date

    def window(self, now: datetime) -> Window:
        """What of their lives is loaded."""
        end = clock.start_of(self.until.toordinal() + 1)
        start = clock.start_of(self.until.toordinal() + 1 - self.days)
        return Window(start, min(end, int(now.timestamp() * 1000)))


@dataclass(slots=True)
class Loaded:
    """What a run has made, by what it is; `there` is how much there was before of it."""

    new: Counter[str] = field(default_factory=Counter)
    there: Counter[str] = field(default_factory=Counter)

    def add(self, name: str, new: int, brought: int) -> None:
        """So many of them are new."""
        self.new[name] += new
        self.there[name] += brought - new


def load(
    sessions: sessionmaker[Session], asked: Asked, progress: Progress, now: datetime | None = None
) -> Loaded:
    """Load what isn't there yet; the same again changes nothing.

    When a world is loaded first, its people join before the day that is asked for; so it stays when more
    days or people of it are loaded later.

    Raises:
        Unavailable: the recipe book isn't there, or not indexed.
    """
    window = asked.window(now or datetime.now(UTC))
    loaded = Loaded()
    with sessions.begin() as session:
        writing.lock(session)
        book = menu.read(session)
        pantry = Pantry(*menu.shopping(session, book))
        known = (one.anchor for one in identity.known(session) if one.seed == asked.seed)
        anchor = next(known, asked.until)
        progress("Inventing people", 0.0)
        world = World(asked.seed, book, asked.users, anchor.toordinal())
        told = Told(world, anchor, window, pantry)
        rows = told.people()
        _count(loaded, rows, writing.put(session, rows))
    _lives(sessions, world, told, asked.until, loaded, progress)
    for share in roll_up(sessions):
        progress("Summing up", share)
    return loaded


def roll_up(sessions: sessionmaker[Session]) -> Iterator[float]:
    """Sum up the days that need it; tells which share of them is done."""
    with sessions.begin() as session:
        days = rollup.waiting(session)
    for done, day in enumerate(days, start=1):
        with sessions.begin() as session:
            rollup.roll_up(session, day)
        yield done / len(days)
    with sessions.begin() as session:
        rollup.prune(session)


def remove(sessions: sessionmaker[Session]) -> Counter[str]:
    """Take out all people of all demos with everything of theirs; tells how much that was.

    What others have written beneath their posts goes with them. Numbers that types of events and recipes
    have been given remain.
    """
    with sessions.begin() as session:
        session.execute(text("set local statement_timeout = 0"))
        writing.lock(session)
        ids = [one.user_id for one in identity.known(session)]
        gone = Counter({"events": forgetting.take_out(session, ids)})
        people = literal(ids, ARRAY(Text))  # as one parameter: there may be more than PostgreSQL takes
        mine = {table: table.c.user_id == any_(people) for table in (meal_plans, shopping_lists, posts)}
        own = {table: select(table.c.id).where(which) for table, which in mine.items()}
        for table, which in (
            (
                post_comments,
                (post_comments.c.user_id == any_(people)) | post_comments.c.post_id.in_(own[posts]),
            ),
            (post_likes, (post_likes.c.user_id == any_(people)) | post_likes.c.post_id.in_(own[posts])),
            (posts, mine[posts]),
            (shopping_list_items, shopping_list_items.c.shopping_list_id.in_(own[shopping_lists])),
            (shopping_lists, mine[shopping_lists]),
            (meal_plan_items, meal_plan_items.c.meal_plan_id.in_(own[meal_plans])),
            (meal_plans, mine[meal_plans]),
            (subscriptions, subscriptions.c.user_id == any_(people)),
            (user_preferences, user_preferences.c.user_id == any_(people)),
            (users, users.c.id == any_(people)),
        ):
            gone[table.name] = session.execute(delete(table).where(which)).rowcount  # type: ignore[attr-defined]
    return gone


def somebody(session: Session, seed: int) -> tuple[str, str] | None:
    """Who has made the most plans in a demo, and the id of their newest; None where nobody has one."""
    newest = func.array_agg(aggregate_order_by(meal_plans.c.id, meal_plans.c.start_date.desc()))[1]
    query = (
        select(users.c.id, newest)
        .join(meal_plans, meal_plans.c.user_id == users.c.id)
        .where(users.c.clerk_id.startswith(f"demo:{seed}:"))
        .group_by(users.c.id)
        .order_by(func.count().desc(), users.c.id)
        .limit(1)
    )
    return session.execute(query).tuples().one_or_none()


def _lives(
    sessions: sessionmaker[Session],
    world: World,
    told: Told,
    until: date,
    loaded: Loaded,
    progress: Progress,
) -> None:
    """Write week by week what people do."""
    last = until.toordinal() + 1  # where it is tomorrow already
    first = clock.monday_of(int(world.people.joined.min())) if len(world.people.joined) else last
    waiting: list[Row] = []
    for done, week in enumerate(world.weeks(last)):
        rows, events = told.week(week), told.events(week)
        waiting += events
        if any(rows.values()):
            with sessions.begin() as session:
                writing.lock(session)
                _count(loaded, rows, writing.put(session, rows))
        while len(waiting) >= EVENTS_AT_ONCE:
            _take(sessions, waiting[:EVENTS_AT_ONCE], loaded)
            waiting = waiting[EVENTS_AT_ONCE:]
        progress("Living their lives", min(1.0, 7 * (done + 1) / (last - first + 1)))
    _take(sessions, waiting, loaded)


def _take(sessions: sessionmaker[Session], rows: list[Row], loaded: Loaded) -> None:
    if rows:
        with sessions.begin() as session:
            new, _ = ingest.write(session, rows)
        loaded.add("events", new, len(rows))


def _count(loaded: Loaded, rows: dict[str, list[tuple[object, ...]]], new: dict[str, int]) -> None:
    for name, brought in rows.items():
        loaded.add(name, new.get(name, 0), len(brought))
