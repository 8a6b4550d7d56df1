"""Where a batch of images comes from: URLs, a folder or bucket prefix, or recipes in the database."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import fsspec
from fsspec.implementations.local import LocalFileSystem
from sqlalchemy import select

from lib import db, fetching
from lib.errors import Forbidden, Invalid, NotFound
from lib.images.limits import check_bytes
from lib.images.store import UNREACHABLE, URL, store
from lib.settings import settings
from lib.tables import recipes

_FETCH_TIMEOUT_S = 30
PICTURE = re.compile(r"\.(jpe?g|png|webp|avif|gif|heic|heif)$", re.IGNORECASE)


class Source(Protocol):
    """Images by key."""

    def all_keys(self) -> list[str]:
        """Every image's key, in order."""

    def read(self, key: str) -> bytes:
        """An image's content; raises a `MealPrepError` that says why it can't be had."""


class Urls:
    """Images on the public internet; a key is a URL."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = list(urls)

    def all_keys(self) -> list[str]:
        """The URLs, each once."""
        return list(dict.fromkeys(self._urls))

    def read(self, key: str) -> bytes:
        """Fetch it."""
        return fetched(key)


class Files:
    """Images in a folder or below a bucket's prefix; a key is a path.

    Args:
        prefix: must lie within our own store or `MEALPREP_IMAGE_SOURCES`.

    Raises:
        Forbidden: it doesn't.
    """

    def __init__(self, prefix: str) -> None:
        self._files, root = fsspec.url_to_fs(prefix, use_listings_cache=False)
        self._local = isinstance(self._files, LocalFileSystem)
        self._root = self._plain(root)
        allowed = [each.strip() for each in settings().image_sources.split(",") if each.strip()]
        if not any(self._is_within(each) for each in (*allowed, store().url)):
            raise Forbidden("This folder may not be read; MEALPREP_IMAGE_SOURCES lists those that may.")

    def all_keys(self) -> list[str]:
        """The paths of what is named as images are, however deep.

        Raises:
            NotFound: there is no such folder.
        """
        found = self._files.find(self._root)
        if not found and not self._files.exists(self._root):
            raise NotFound("There is no such folder or prefix.")
        return sorted(path for path in found if PICTURE.search(path))

    def read(self, key: str) -> bytes:
        """Read it."""
        most = settings().image_max_bytes
        if not f"{self._plain(key)}/".startswith(f"{self._root}/"):
            raise Invalid("The file is a link that leads elsewhere.")
        try:
            check_bytes(self._files.size(key), most)
            content: bytes = self._files.cat_file(key)
        except FileNotFoundError:
            raise NotFound("The file is gone.") from None
        except UNREACHABLE:
            raise Invalid("The file can't be read.") from None
        return content

    def _is_within(self, allowed: str) -> bool:
        files, root = fsspec.url_to_fs(allowed)
        inside = f"{self._root}/".startswith(f"{self._plain(root).rstrip('/')}/")
        return type(files) is type(self._files) and inside

    def _plain(self, path: str) -> str:
        """Without links and dots, which could lead elsewhere."""
        if self._local:
            return str(Path(path).resolve())
        if ".." in path.split("/"):
            raise Invalid("A prefix can't have '..' in it.")
        return path.rstrip("/")


class RecipeImages:
    """The images of recipes; a key is a recipe's id."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = list(ids)

    def all_keys(self) -> list[str]:
        """The ids, each once."""
        return list(dict.fromkeys(self._ids))

    def read(self, key: str) -> bytes:
        """Fetch it, or take it from our own store."""
        with db.transaction() as session:
            row = session.execute(select(recipes.c.image_url).where(recipes.c.id == key)).first()
        if row is None:
            raise NotFound("There is no recipe with this id.")
        if not row.image_url:
            raise NotFound("The recipe has no image.")
        _, ours, name = row.image_url.partition(URL)
        return store().path(name).read_bytes() if ours else fetched(row.image_url)


def fetched(url: str) -> bytes:
    """The image at a public URL.

    Raises:
        Invalid: the URL can't be used.
        Unavailable: its host doesn't answer.
    """
    most = settings().image_max_bytes
    found = fetching.fetch(url, most_bytes=most, timeout_s=_FETCH_TIMEOUT_S, accept="image/*")
    return found.content
