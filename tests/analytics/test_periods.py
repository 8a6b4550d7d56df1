"""Dates in time zones: days of 23 and 25 hours, weeks that begin on either day, months."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analytics.periods import Range, range_of
from lib.errors import Invalid

HOUR_MS = 3_600_000
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Cairo",
)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        # The clock jumps at midnight, so the date begins at one.
        ("America/Santiago", date(2026, 9, 6), 23),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
        ("UTC", date(2026, 3, 29), 24),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(zone, day, hours):
    asked = Range(day, day, zone)
    assert (asked.end - asked.start) / HOUR_MS == hours


def test_a_date_that_never_was_is_empty():
    # Samoa went from 29 December 2011 to the 31st.
    asked = Range(date(2011, 12, 30), date(2011, 12, 30), "Pacific/Apia")
    assert asked.end == asked.start


@given(
    st.dates(date(2000, 1, 1), date(2035, 1, 1)),
    st.integers(0, 400),
    st.sampled_from(ZONES),
    st.sampled_from(("day", "week", "month")),
    st.sampled_from(("monday", "sunday")),
)
def test_periods_cover_the_range_without_gap_or_overlap(first, days, zone, interval, week_start):
    asked = Range(first, first + timedelta(days=days), zone, interval, week_start)
    periods = asked.periods
    assert periods[0].start == asked.start
    assert periods[-1].end == asked.end
    assert all(one.end == other.start for one, other in pairwise(periods))
    before = asked.period_before
    assert before.start < before.end
    assert before.date < periods[0].date <= asked.first
    for period in periods:
        assert asked.floor(period.date) == period.date
        if interval == "week":
            assert period.date.strftime("%A").lower() == week_start
    assert asked.before.days == asked.days
    assert asked.before.end == asked.start


def test_without_dates_it_is_the_thirty_days_that_end_today_there():
    now = datetime(2026, 4, 20, 23, 30, tzinfo=UTC)
    here = range_of(None, None, "day", "UTC", "monday", now)
    there = range_of(None, None, "day", "Asia/Tokyo", "monday", now)
    assert (here.first, here.last) == (date(2026, 3, 22), date(2026, 4, 20))
    assert there.last == date(2026, 4, 21)


def test_only_from_goes_until_today():
    now = datetime(2026, 4, 20, tzinfo=UTC)
    asked = range_of(date(2026, 1, 1), None, "day", "UTC", "monday", now)
    assert asked.last == date(2026, 4, 20)


def test_what_is_no_range_is_refused():
    for first, last, zone in (
        (date(2026, 2, 1), date(2026, 1, 1), "UTC"),
        (date(1970, 1, 1), date(1970, 1, 2), "UTC"),
        (date(2000, 1, 1), date(2026, 1, 1), "UTC"),
        (None, None, "../../etc/passwd"),
    ):
        with pytest.raises(Invalid):
            range_of(first, last, "day", zone, "monday")
