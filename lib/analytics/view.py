"""What an answer is computed from: a snapshot, a range of dates, and what metrics need of both."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from pyroaring import BitMap

from lib.analytics import accounts, session_days
from lib.analytics.accounts import Accounts
from lib.analytics.periods import Period, Range
from lib.analytics.session_days import Begun
from lib.analytics.snapshot import Snapshot
from lib.analytics.summaries import Summary, merged

DEFAULT_FUNNEL = ("view", "save", "plan", "cook")
DEFAULT_WINDOW_DAYS = 14


@dataclass(frozen=True)
class View:
    """A range of dates as of one moment.

    Args:
        snapshot: what is read from.
        range: which dates.
        funnel: types of events, step by step.
        window_days: how long the way through the funnel may take.
        limit: most recipes of a list.
    """

    snapshot: Snapshot
    range: Range
    funnel: tuple[str, ...] = DEFAULT_FUNNEL
    window_days: int = DEFAULT_WINDOW_DAYS
    limit: int = 10

    @cached_property
    def summaries(self) -> list[Summary]:
        """Of each period."""
        self.snapshot.preload(self.range.start, self.range.end)
        return [self.snapshot.summary(period.start, period.end) for period in self.range.periods]

    @cached_property
    def whole(self) -> Summary:
        """Of the whole range."""
        return merged(self.summaries)

    @cached_property
    def seen_before(self) -> BitMap:
        """Who did anything before the range."""
        return self.snapshot.users(0, self.range.start)

    def active(self, period: Period) -> BitMap:
        """Who did anything in a period."""
        return self.snapshot.summary(period.start, period.end).users

    def active_in_last(self, days: int) -> BitMap:
        """Who did anything in the last days of the range, and of what comes before it."""
        first = self.range.last - timedelta(days=days - 1)
        return self.snapshot.users(self.range.instant(first), self.range.end)

    @cached_property
    def names(self) -> dict[int, str]:
        """Names of types of events, by number."""
        return {number: name for name, number in self.snapshot.types.items()}

    @property
    def events(self) -> int:
        """In the whole range."""
        return self.whole.total

    @cached_property
    def sessions(self) -> list[Begun]:
        """Those that begin in the range, day by day."""
        return session_days.begun(self.snapshot, self.range.start, self.range.end)

    @cached_property
    def accounts(self) -> Accounts:
        """The app's accounts, the same ones for all figures."""
        return accounts.of(self.snapshot.session)
