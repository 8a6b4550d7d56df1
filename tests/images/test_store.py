"""Pictures in a folder and in a bucket."""

import errno
import hashlib
import os
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from lib.errors import NotFound, Unavailable
from lib.images.store import Store, media_type

PICTURE = b"not really a picture, but the store looks at names only"
NAME = f"{hashlib.sha256(PICTURE).hexdigest()}.webp"
ABSENT = f"{'0' * 64}.webp"
BAD_NAMES = [
    "",
    "..",
    "../secret.webp",
    "../../secret.webp",
    "/etc/passwd",
    NAME.replace(".webp", ".gif"),
    NAME.replace(".webp", ".svg"),
    NAME.replace(".webp", ""),
    NAME.upper(),
    NAME + "\n",
    NAME + "/..",
    "x" + NAME,
    NAME[1:],
    f"{'g' * 64}.webp",
]


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    root = tmp_path / "images" if request.param == "folder" else f"memory://{uuid.uuid4().hex}/images"
    return Store(str(root), tmp_path / "cache")


def names(store):
    """All of them, however new."""
    return list(store.names(datetime.now(UTC) + timedelta(days=1)))


def test_a_picture_is_kept_under_the_hash_of_its_content(store):
    assert store.put(PICTURE, "webp") == NAME
    assert store.has(NAME)
    assert store.path(NAME).read_bytes() == PICTURE
    assert names(store) == [NAME]


def test_twice_is_the_same_as_once(store):
    assert store.put(PICTURE, "webp") == store.put(PICTURE, "webp")
    assert names(store) == [NAME]


def test_the_extension_is_part_of_the_name(store):
    stored = {store.put(PICTURE, target) for target in ("jpeg", "png", "webp", "avif")}
    assert {name.partition(".")[2] for name in stored} == {"jpg", "png", "webp", "avif"}
    assert set(names(store)) == {*stored}
    assert {media_type(name) for name in stored} == {
        f"image/{t}" for t in ("jpeg", "png", "webp", "avif")
    }


def test_an_empty_store_has_no_names(store):
    assert names(store) == []
    assert not store.has(ABSENT)


def test_what_is_not_there_is_not_found(store):
    store.put(PICTURE, "webp")
    with pytest.raises(NotFound):
        store.path(ABSENT)
    assert not store.has(ABSENT)


def test_removed_pictures_are_gone_and_can_come_back(store):
    store.put(PICTURE, "webp")
    assert store.path(NAME).read_bytes() == PICTURE
    store.remove(NAME)
    store.remove(NAME)
    store.remove(ABSENT)
    assert not store.has(NAME)
    assert names(store) == []
    with pytest.raises(NotFound):
        store.path(NAME)
    assert store.put(PICTURE, "webp") == NAME
    assert store.path(NAME).read_bytes() == PICTURE


@pytest.mark.parametrize("name", BAD_NAMES)
def test_bad_names_are_not_found(store, name):
    store.put(PICTURE, "webp")
    with pytest.raises(NotFound):
        store.path(name)


@pytest.mark.parametrize("name", ["../secret.webp", "../../a/../secret.webp", "xx/../../../secret.webp"])
def test_bad_names_reach_nothing_outside(tmp_path, name):
    store = Store(str(tmp_path / "a" / "images"), tmp_path / "cache")
    store.put(PICTURE, "webp")
    secret = tmp_path / "secret.webp"
    secret.write_bytes(b"secret")
    for reach in (store.path, store.has, store.remove):
        with pytest.raises(NotFound):
            reach(name)
    assert secret.exists()


def test_names_are_those_that_were_there_before(tmp_path):
    store = Store(str(tmp_path / "images"), tmp_path / "cache")
    name = store.put(PICTURE, "webp")
    old = datetime.now(UTC) - timedelta(days=3)
    os.utime(store.path(name), (old.timestamp(), old.timestamp()))
    assert list(store.names(old + timedelta(hours=1))) == [name]
    assert list(store.names(old - timedelta(hours=1))) == []


def test_other_files_in_the_folder_are_no_pictures(tmp_path):
    store = Store(str(tmp_path / "images"), tmp_path / "cache")
    name = store.put(PICTURE, "webp")
    beside = store.path(name).parent
    (beside / "notes.txt").write_text("hello")
    (beside / f"{name}.0badcafe.part").write_bytes(b"half")
    assert names(store) == [name]


@pytest.mark.parametrize("attempt", range(3))
def test_nobody_sees_half_a_picture(tmp_path, attempt):
    store = Store(str(tmp_path / "images"), tmp_path / "cache")
    pictures = {store_name(bytes([n]) * 3_000_000): bytes([n]) * 3_000_000 for n in range(4)}
    start = threading.Barrier(12)

    def write(content):
        start.wait()
        store.put(content, "webp")

    def read(name):
        start.wait()
        seen = []
        while len(seen) < 30:
            try:
                seen.append(store.path(name).read_bytes() == pictures[name])
            except NotFound:
                continue
        return all(seen)

    with ThreadPoolExecutor(12) as pool:
        writing = [pool.submit(write, content) for content in pictures.values()]
        reading = [pool.submit(read, name) for name in [*pictures] * 2]
        for each in writing:
            each.result()
        assert all(each.result() for each in reading)
    assert set(names(store)) == set(pictures)


def test_nobody_sees_half_a_picture_that_is_being_fetched(tmp_path):
    bucket = f"dir::file://{tmp_path}/bucket"  # files that are read as a bucket's are: through a copy
    name = Store(bucket, tmp_path / "cache").put(PICTURE * 100_000, "webp")
    for attempt in range(10):
        reader = Store(bucket, tmp_path / f"cache-{attempt}")
        start = threading.Barrier(8)

        def read(reader=reader, start=start):
            start.wait()
            return len(reader.path(name).read_bytes())

        with ThreadPoolExecutor(8) as pool:
            sizes = [each.result() for each in [pool.submit(read) for _ in range(8)]]
        assert set(sizes) == {len(PICTURE) * 100_000}


def store_name(content):
    return f"{hashlib.sha256(content).hexdigest()}.webp"


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_and_leaves_nothing_behind(store, monkeypatch, tmp_path):
    def half_and_full(path, content, **kwargs):
        with files.open(path, "wb") as file:
            file.write(content[:10])
        full()

    files = store._files
    with monkeypatch.context() as patch:
        patch.setattr(files, "pipe_file", half_and_full if store._is_local else full)
        with pytest.raises(Unavailable) as problem:
            store.put(PICTURE, "webp")
    assert problem.value.retry_after_s > 0
    assert "No space" not in problem.value.detail
    assert not store.has(NAME)
    assert names(store) == []
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert store.put(PICTURE, "webp") == NAME


@pytest.mark.parametrize("method", ["put", "has", "path", "names", "remove"])
def test_a_store_that_does_not_answer_is_unavailable(method, monkeypatch, tmp_path):
    store = Store(f"memory://{uuid.uuid4().hex}/images", tmp_path / "cache")
    store.put(PICTURE, "webp")
    for name in ("exists", "pipe_file", "open", "info", "find", "rm_file"):
        monkeypatch.setattr(store._files, name, down)
    calls = {
        "put": lambda: store.put(PICTURE + b"!", "webp"),
        "has": lambda: store.has(NAME),
        "path": lambda: store.path(NAME),
        "names": lambda: names(store),
        "remove": lambda: store.remove(NAME),
    }
    with pytest.raises(Unavailable):
        calls[method]()


def down(*args, **kwargs):
    raise ConnectionError("connection refused by 10.0.0.7")
