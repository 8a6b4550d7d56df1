"""Pictures by the hash of their content, in a folder or a bucket."""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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
URL = "/images/files/"
"""Path under which a picture is served by its name."""

INCOMING = "incoming"
"""Folder of what came and waits for a job."""

_PREFIX = 2
_NONE = "There is no image of this name."
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
        with _writing():
            if self._files.exists(path):
                return name
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            if self._is_local:
                with _whole(Path(path)) as part:
                    self._files.pipe_file(str(part), content)
            else:
                self._files.pipe_file(path, content)
        return name

    def has(self, name: str) -> bool:
        """Whether the picture is there."""
        with _reading():
            return bool(self._files.exists(self._path(name)))

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
            raise NotFound(_NONE)
        with _reading():
            try:
                kept.parent.mkdir(parents=True, exist_ok=True)
                with _whole(kept) as part:
                    self._files.get_file(path, str(part))
            except FileNotFoundError:
                raise NotFound(_NONE) from None
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
        with _reading():
            self._files.rm_file(path)

    def remove(self, name: str) -> None:
        """Forget a picture; one that isn't there is forgotten already."""
        path = self._path(name)
        with _reading():
            if self._files.exists(path):
                self._files.rm_file(path)
        (self._cache / name).unlink(missing_ok=True)

    def stage(self, folder: str, name: str, content: BinaryIO) -> str:
        """Keep a file as it came until a job has dealt with it; returns the folder, for `Files`.

        Raises:
            Unavailable: it can't be written.
        """
        path = f"{self._root}/{INCOMING}/{folder}/{name}"
        with _writing():
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            with self._files.open(path, "wb") as file:
                shutil.copyfileobj(content, file)
        return f"{self.url.rstrip('/')}/{INCOMING}/{folder}"

    def _found(self, folder: str, before: datetime) -> Iterator[str]:
        with _reading():
            for path in self._files.find(folder):
                if self._files.modified(path) < before:
                    yield path

    def _path(self, name: str) -> str:
        if not NAME.fullmatch(name):
            raise NotFound(_NONE)
        return f"{self._root}/{name[:_PREFIX]}/{name}"


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file beside the path that takes its place in one step: nobody ever reads half of it."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except UNREACHABLE as error:
        raise Unavailable("The image store does not answer.", 5) from error


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except UNREACHABLE as error:
        raise Unavailable("The image store can't be written to.", 30) from error


def media_type(name: str) -> str:
    """The media type of a picture by its name."""
    return MEDIA_TYPES[FORMAT_OF[name.rpartition(".")[2]]]


@lru_cache
def store() -> Store:
    """The configured store."""
    config = settings()
    return Store(config.image_store or str(config.home / "images"), config.home / "cache" / "images")
