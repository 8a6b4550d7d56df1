"""Typefaces are made once for all tests of reports."""

import pytest


@pytest.fixture(autouse=True)
def at_home(home):
    """The session's MEALPREP_HOME."""
    return home
