"""Percentiles of durations that come in parts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.analytics import durations

MILLISECONDS = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 3_000_000), st.integers(0, 2**40))


@given(
    st.lists(st.lists(MILLISECONDS, max_size=30), min_size=1, max_size=6).filter(any),
    st.floats(0, 100),
)
def test_they_are_those_of_all_together(parts, percent):
    found = [durations.durations(np.array(part, np.int64)) for part in parts]
    expected = np.percentile(np.concatenate([np.array(part) for part in parts]), percent)
    (told,) = durations.percentiles(found, [percent])
    assert told == pytest.approx(expected, rel=1e-9, abs=1e-6)
