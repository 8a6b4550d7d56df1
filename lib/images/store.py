"""Pictures by the hash of their content, in a folder or a bucket."""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import fsspec
from botocore.exceptions import BotoCoreError
from fsspec.implementations.local import LocalFileSystem

from lib.errors import NotFound, Unavailable
from lib.images.formats import EXTENSIONS, FORMAT_OF, MEDIA_TYPES, Target
from lib.settings import settings

NAME = re.compile(rf"([0-9a-f]{{64}})\.({'|'.join(FORMAT_OF)})")
INCOMING = "incoming"
"""Folder of what came and waits for a job."""

_PREFIX = 2
UNREACHABLE = (OSError, BotoCoreError)
"""What a folder or bucket raises that can't be reached."""


class Store:
    """Where pictures lie.

    A name is made of its content, so that nothing is ever changed and everything may be kept by anybody.

    Args:
        url: of a folder or a bucket, as fsspec reads it: a path, `s3://bucket/prefix`, `memory://…`.
        cache: folder in which a bucket's pictures are kept once they were read.
    """

    def __init__(self, url: str, cache: Path) -> None:
        self.url = url
        self._files, self._root = fsspec.url_to_fs(url, use_listings_cache=False)
        self._is_local = isinstance(self._files, LocalFileSystem)
        self._cache = cache

    def put(self, content: bytes, target: Target) -> str:
        """Keep a picture; its name is `{sha256}.{extension}`. Twice is the same as once.

        Raises:
            Unavailable: it can't be written.
        """
        name = f"{hashlib.sha256(content).hexdigest()}.{EXTENSIONS[target]}"
        path = self._path(name)
        try:
            if self._files.exists(path):
                return name
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            if self._is_local:
                # A reader must never see half of it.
                beside = f"{path}.{secrets.token_hex(4)}.part"
                try:
                    self._files.pipe_file(beside, content)
                    Path(beside).replace(path)
                finally:
                    Path(beside).unlink(missing_ok=True)
            else:
                self._files.pipe_file(path, content)
        except UNREACHABLE as error:
            raise Unavailable("The image store can't be written to.", 30) from error
        return name

    def has(self, name: str) -> bool:
        """Whether the picture is there."""
        try:
            return bool(self._files.exists(self._path(name)))
        except UNREACHABLE as error:
            raise Unavailable("The image store does not answer.", 5) from error

    def path(self, name: str) -> Path:
        """A local file with the picture's content.

        Raises:
            NotFound: there is no such picture.
        """
        path = self._path(name)
        kept = Path(path) if self._is_local else self._cache / name
        if kept.is_file():
            return kept
        if self._is_local:
            raise NotFound("There is no image of this name.")
        try:
            return self._fetched(name, kept)
        except FileNotFoundError:
            raise NotFound("There is no image of this name.") from None
        except UNREACHABLE as error:
            raise Unavailable("The image store does not answer.", 5) from error

    def _fetched(self, name: str, kept: Path) -> Path:
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_name(f"{name}.{secrets.token_hex(4)}.part")
        try:
            self._files.get_file(self._path(name), str(beside))
            beside.replace(kept)
        finally:
            beside.unlink(missing_ok=True)
        return kept

    def names(self, before: datetime) -> Iterator[str]:
        """Every picture that was stored before then."""
        for path in self._found(self._root, before):
            name = path.rpartition("/")[2]
            if NAME.fullmatch(name):
                yield name

    def staged(self, before: datetime) -> Iterator[str]:
        """The paths of files that were staged before then."""
        yield from self._found(f"{self._root}/{INCOMING}", before)

    def unstage(self, path: str) -> None:
        """Forget a staged file."""
        self._files.rm_file(path)

    def remove(self, name: str) -> None:
        """Forget a picture; one that isn't there is forgotten already."""
        path = self._path(name)
        try:
            if self._files.exists(path):
                self._files.rm_file(path)
        except UNREACHABLE as error:
            raise Unavailable("The image store does not answer.", 5) from error
        (self._cache / name).unlink(missing_ok=True)

    def stage(self, folder: str, name: str, content: BinaryIO) -> str:
        """Keep a file as it came until a job has dealt with it; returns the folder, for `Files`.

        Raises:
            Unavailable: it can't be written.
        """
        path = f"{self._root}/{INCOMING}/{folder}/{name}"
        try:
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._files.open(path, "wb") as file:
                shutil.copyfileobj(content, file)
            return f"{self.url.rstrip('/')}/{INCOMING}/{folder}"
        except UNREACHABLE as error:
            raise Unavailable("The image store can't be written to.", 30) from error

    def _found(self, folder: str, before: datetime) -> Iterator[str]:
        try:
            for path in self._files.find(folder):
                if self._files.modified(path) < before:
                    yield path
        except UNREACHABLE as error:
            raise Unavailable("The image store does not answer.", 5) from error

    def _path(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise NotFound("There is no image of this name.")
        return f"{self._root}/{name[:_PREFIX]}/{name}"


def media_type(name: str) -> str:
    """The media type of a picture by its name."""
    return MEDIA_TYPES[FORMAT_OF[name.rpartition(".")[2]]]


@lru_cache
def store() -> Store:
    """The configured store."""
    config = settings()
    return Store(config.image_store or str(config.home / "images"), config.home / "cache" / "images")
