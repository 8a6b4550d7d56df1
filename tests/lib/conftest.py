"""What tests of the search index share."""

import pytest

from lib import db
from lib.search.catalogue import Catalogue


@pytest.fixture(scope="module")
def catalogue(shared_book):
    """The book's facts and words in memory; for tests that only read."""
    found = Catalogue()
    with db.transaction() as session:
        found.update(session)
    return found
