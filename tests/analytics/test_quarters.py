"""Days that are cut at quarters of an hour."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analytics import quarters, recipe_counts, summaries
from lib.analytics.columns import Columns
from lib.analytics.periods import DAY_MS
from lib.analytics.quarters import QUARTER_MS, QUARTERS

START = 20_000 * DAY_MS
EVENTS = st.lists(
    st.tuples(st.integers(0, DAY_MS - 1), st.integers(1, 6), st.integers(0, 3), st.integers(1, 4)),
    max_size=60,
)


def day_of(events):
    """Events of one day, as columns."""
    at, person, recipe, kind = zip(*sorted(events), strict=True) if events else ((),) * 4
    return Columns(
        np.array(at, np.int64) + START,
        np.array(person, np.uint32),
        np.array(recipe, np.uint32),
        np.array(kind, np.uint16),
    )


@given(EVENTS, st.integers(1, QUARTERS - 1), st.booleans())
def test_a_part_of_a_day_is_what_its_events_are(events, quarter, early):
    day = day_of(events)
    edge = START + quarter * QUARTER_MS
    start, end = (START, edge) if early else (edge, START + DAY_MS)
    part = quarters.cut(start, end)
    assert part is not None
    within = day.between(start, end)
    assert quarters.summary(quarters.quarters(day, START), part) == summaries.summary(within)
    found = recipe_counts.within(recipe_counts.ordered(day, START, recipe_counts.counts(day)), part)
    for column, expected in zip(found, recipe_counts.counts(within), strict=True):
        np.testing.assert_array_equal(column, expected)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, DAY_MS, (0, QUARTERS)),
        (0, QUARTER_MS, (0, 1)),
        (DAY_MS - QUARTER_MS, DAY_MS, (QUARTERS - 1, QUARTERS)),
        (1, DAY_MS, None),
        (0, QUARTER_MS + 1, None),
        (QUARTER_MS, 2 * QUARTER_MS, None),
    ],
)
def test_only_what_begins_or_ends_with_the_day_is_cut_at_quarters(start, end, expected):
    assert quarters.cut(START + start, START + end) == expected
