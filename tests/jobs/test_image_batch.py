"""The job that optimizes many images, over each of its sources, and what cleanup leaves of them."""

import datetime
import io

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from jobs import image_batch, registry
from jobs.image_batch import Args
from lib import db, fetching
from lib.errors import Forbidden, Invalid, NotFound, Unavailable
from lib.fetching import Fetched
from lib.images import pruning, sources
from lib.images.store import store
from lib.ledger.items import Items
from lib.ledger.leases import LeaseLost
from lib.settings import settings
from tests.images.formats import photo, saved
from tests.ledger import ask, item_states, run_sql, take

KIND = registry.kinds()["image-batch"]


@pytest.fixture(autouse=True)
def fresh_store(database, tmp_path, monkeypatch):
    monkeypatch.setenv("MEALPREP_IMAGE_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("MEALPREP_IMAGE_SOURCES", str(tmp_path / "photos"))
    settings.cache_clear()
    store.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
    store.cache_clear()


@pytest.fixture
def folder(tmp_path):
    photos = tmp_path / "photos"
    (photos / "deep").mkdir(parents=True)
    for number in range(5):
        (photos / f"{number}.jpg").write_bytes(saved(photo(60 + number, 40), "JPEG"))
    (photos / "deep" / "last.PNG").write_bytes(saved(photo(50, 40), "PNG"))
    (photos / "broken.webp").write_bytes(b"no image")
    (photos / "notes.txt").write_text("no image either")
    return photos


def run(check=lambda: None, **args):
    job_id = ask(KIND, args)
    lease = take("driver", kinds=registry.kinds())
    items = Items(db.sessions(), lease, check)
    result = image_batch.run(Args(**args), items)
    items.close()
    return result, item_states(job_id)


def test_a_folder_is_done_and_what_is_broken_says_why(folder):
    result, states = run(prefix=str(folder), format="webp", quality=60)
    assert (result.optimized, result.failed) == (6, 1)
    assert states[str(folder / "broken.webp")] == "failed"
    assert states[str(folder / "deep" / "last.PNG")] == "done"
    assert len(states) == 7
    assert result.bytes_after > 0
    rows = run_sql("select result from compute.job_items where status = 'done'").scalars()
    for answer in rows:
        name = answer["variants"]["main"]["url"].rpartition("/")[2]
        assert store().has(name)


def test_a_run_that_is_stopped_is_gone_on_with(folder, monkeypatch):
    monkeypatch.setattr(image_batch, "_BATCH", 2)
    job_id = ask(KIND, {"prefix": str(folder)})
    lease = take("driver", kinds=registry.kinds())
    done = Items.done
    calls = []

    def once(self, results):
        calls.append(results)
        if len(calls) > 1:
            raise LeaseLost
        done(self, results)

    with monkeypatch.context() as patched:
        patched.setattr(Items, "done", once)
        with pytest.raises(LeaseLost):
            image_batch.run(Args(prefix=str(folder)), Items(db.sessions(), lease, lambda: None))
    before = len(item_states(job_id))
    assert 0 < before < 7
    result = image_batch.run(Args(prefix=str(folder)), Items(db.sessions(), lease, lambda: None))
    assert len(item_states(job_id)) == 7
    assert result.optimized + result.failed <= 7 - before + 1  # a failed one is tried again


@pytest.mark.parametrize("prefix", ["/etc", "photos/../..", "s3://others/photos", "/"])
def test_other_folders_are_not_read(prefix, tmp_path):
    at = str(tmp_path / prefix) if prefix.startswith("photos") else prefix
    with pytest.raises(Forbidden):
        sources.Files(at)


def test_a_link_out_of_the_folder_is_not_followed(folder, tmp_path):
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.jpg").write_bytes(saved(photo(20, 20), "JPEG"))
    (folder / "way-out").symlink_to(tmp_path / "secret")
    with pytest.raises(Forbidden):
        sources.Files(str(folder / "way-out"))
    (folder / "one.jpg").symlink_to(tmp_path / "secret" / "a.jpg")
    with pytest.raises(Invalid, match="elsewhere"):
        sources.Files(str(folder)).read(str(folder / "one.jpg"))


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(NotFound):
        sources.Files(str(tmp_path / "photos" / "none")).all_keys()


def test_urls_are_fetched_and_what_fails_is_left_to_a_retry(monkeypatch):
    def fetched(url, **_limits):
        if "down" in url:
            raise Unavailable("The host doesn't answer.", 5)
        return Fetched(saved(photo(40, 30), "JPEG"), "image/jpeg", url)

    monkeypatch.setattr(fetching, "fetch", fetched)
    urls = ["https://a.example/1.jpg", "https://down.example/2.jpg", "https://a.example/1.jpg"]
    result, states = run(urls=urls)
    assert states == {urls[0]: "done", urls[1]: "failed"}
    assert (result.optimized, result.failed) == (1, 1)


def test_recipes_images_come_from_our_store_or_are_fetched(database, monkeypatch):
    name = store().put(saved(photo(40, 30), "JPEG"), "jpeg")
    with db.transaction() as session:
        session.execute(
            text("insert into users (id, clerk_id, email, name) values ('u', 'c', 'e', 'n')")
        )
        for recipe_id, url in (("ours", f"https://x.example/images/files/{name}"), ("none", None)):
            session.execute(
                text("insert into recipes (id, user_id, title, image_url) values (:id, 'u', 't', :url)"),
                {"id": recipe_id, "url": url},
            )
    _, states = run(recipe_ids=["ours", "none", "missing"])
    assert states == {"ours": "done", "none": "failed", "missing": "failed"}


@pytest.mark.parametrize("args", [{}, {"urls": ["https://a.example"], "prefix": "/x"}])
def test_one_source_must_be_given(args):
    with pytest.raises(ValidationError, match="one of"):
        Args(**args)


def test_cleanup_forgets_only_what_nothing_refers_to(database):
    run_sql("insert into users (id, clerk_id, email, name) values ('u', 'c', 'e', 'n')")
    content = [saved(photo(20, 20 + n), "JPEG") for n in range(3)]
    orphan, shown, answered = (store().put(each, "jpeg") for each in content)
    run_sql(
        "insert into recipes (user_id, title, image_url) values ('u', 't', :url)",
        url=f"https://x.example/images/files/{shown}",
    )
    run_sql(
        "insert into compute.image_answers (key, answer) values ('k', cast(:answer as jsonb))",
        answer=f'{{"names": ["{answered}"]}}',
    )
    store().stage("upload", "00000-a.jpg", io.BytesIO(b"x"))
    young = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    later = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1)
    for kind in pruning.IMAGES:
        with db.transaction() as session:
            assert kind.count(session, young) == 0
            assert kind.count(session, later) == 1
            assert kind.prune(session, later) == 1
            assert kind.count(session, later) == 0
    assert [store().has(name) for name in (orphan, shown, answered)] == [False, True, True]


def test_a_staged_batch_is_one_that_the_job_may_read(database):
    prefix = store().stage("f", "00000-a.jpg", io.BytesIO(saved(photo(30, 20), "JPEG")))
    result, _ = run(prefix=prefix)
    assert result.optimized == 1
