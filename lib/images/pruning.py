"""Pictures that nothing refers to any more, and uploads that their job has long dealt with."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lib.images.store import NAME, URL, store
from lib.ledger.pruning import BATCH
from lib.tables import blog_posts, image_answers, recipes, users

_URLS = (recipes.c.image_url, users.c.avatar_url, blog_posts.c.featured_image)


class OrphanedImages:
    """Stored pictures that no answer names and no row of the app shows."""

    name = "orphanedImages"

    def count(self, session: Session, before: datetime) -> int:
        """How many of them are older."""
        return sum(1 for _ in self._found(session, before))

    def prune(self, session: Session, before: datetime) -> int:
        """Delete some of them, no more than a batch; returns how many."""
        some = list(islice(self._found(session, before), BATCH))
        for name in some:
            store().remove(name)
        return len(some)

    def _found(self, session: Session, before: datetime) -> Iterator[str]:
        # A picture is stored before its answer, both within one transaction's time.
        wanted = {
            *session.scalars(
                select(text("jsonb_array_elements_text(answer -> 'names')")).select_from(image_answers)
            )
        }
        for column in _URLS:
            for url in session.scalars(select(column).where(column.contains(URL, autoescape=True))):
                wanted |= {match.group() for match in re.finditer(NAME, url)}
        return (name for name in store().names(before) if name not in wanted)


class StagedUploads:
    """Files that came for a batch and are still there."""

    name = "stagedUploads"

    def count(self, _session: Session, before: datetime) -> int:
        """How many of them are older."""
        return sum(1 for _ in store().staged(before))

    def prune(self, _session: Session, before: datetime) -> int:
        """Delete some of them, no more than a batch; returns how many."""
        some = list(islice(store().staged(before), BATCH))
        for path in some:
            store().unstage(path)
        return len(some)


IMAGES = (OrphanedImages(), StagedUploads())
