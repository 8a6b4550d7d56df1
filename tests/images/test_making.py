"""Pictures that are made once, on a real database and in real processes."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from lib import db
from lib.errors import Invalid
from lib.images.answers import VARIANTS, optimized, resized
from lib.images.making import make
from lib.images.models import Order, Size
from lib.images.store import Store
from lib.images.workers import Workers
from lib.tables import image_answers
from tests.images.formats import photo, saved

ORDER = Order(format="png", sizes=[Size(width=24), Size(width=12)])


class Counting(Workers):
    """Real processes that say how often they were asked, and never answer faster than in a moment."""

    def __init__(self):
        super().__init__(2)
        self.asked, self.counting = 0, threading.Lock()

    def render(self, slot, data, order):
        with self.counting:
            self.asked += 1
        time.sleep(0.05)
        return super().render(slot, data, order)


@pytest.fixture(scope="module")
def processes(home):
    workers = Counting()
    yield workers
    workers.close()


@pytest.fixture
def workers(processes):
    processes.asked = 0
    return processes


@pytest.fixture
def store(tmp_path):
    return Store(str(tmp_path / "images"), tmp_path / "cache")


@pytest.fixture
def picture():
    return saved(photo(48, 32), "PNG")


def kept(store):
    return set(store.names(datetime.now(UTC) + timedelta(days=1)))


def answers():
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(image_answers))


def test_the_second_call_finds_what_the_first_made(database, workers, store, picture):
    first = make(workers, store, picture, ORDER)
    second = make(workers, store, picture, ORDER)
    assert workers.asked == 1
    assert (second.report, list(second.names)) == (first.report, list(first.names))
    assert [Image.open(store.path(name)).size for name in first.names] == [(24, 16), (12, 8)]
    assert kept(store) == set(first.names)


def test_eight_threads_compute_once(database, workers, store, picture):
    start = threading.Barrier(8)

    def ask():
        start.wait()
        return make(workers, store, picture, ORDER)

    with ThreadPoolExecutor(8) as pool:
        made = [each.result() for each in [pool.submit(ask) for _ in range(8)]]
    assert workers.asked == 1
    assert len({tuple(each.names) for each in made}) == 1
    assert answers() == 1


def test_different_pictures_at_once_are_all_made(database, workers, store):
    pictures = [saved(photo(40 + n, 30), "PNG") for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda data: make(workers, store, data, ORDER), pictures))
    assert workers.asked == 6
    assert [each.report.original.width for each in made] == [40 + n for n in range(6)]


@pytest.mark.parametrize(
    "other",
    [
        Order(format="webp", sizes=ORDER.sizes),
        Order(format="png", sizes=[Size(width=24)]),
        Order(format="png", sizes=[Size(width=24, height=24, fit="cover"), Size(width=12)]),
        Order(format="png", sizes=ORDER.sizes, placeholder=True),
        Order(format="png", sizes=ORDER.sizes, quality=50),
        Order(format="auto", sizes=ORDER.sizes, accept=["png"]),
    ],
)
def test_another_order_is_computed_anew(database, workers, store, picture, other):
    make(workers, store, picture, ORDER)
    made = make(workers, store, picture, other)
    assert workers.asked == 2
    assert answers() == 2
    assert len(made.names) == len(other.sizes)


def test_another_picture_is_computed_anew(database, workers, store, picture):
    make(workers, store, picture, ORDER)
    make(workers, store, saved(photo(48, 33), "PNG"), ORDER)
    assert workers.asked == 2


def test_a_file_that_vanished_is_made_again(database, workers, store, picture):
    first = make(workers, store, picture, ORDER)
    store.remove(first.names[1])
    again = make(workers, store, picture, ORDER)
    assert workers.asked == 2
    assert list(again.names) == list(first.names)
    assert all(store.has(name) for name in again.names)
    make(workers, store, picture, ORDER)
    assert workers.asked == 2
    assert answers() == 1


def test_what_is_refused_leaves_nothing_behind_and_is_refused_again(database, workers, store, picture):
    broken = picture[: len(picture) // 2]
    for _ in range(2):
        with pytest.raises(Invalid, match="damaged"):
            make(workers, store, broken, ORDER)
    assert answers() == 0
    assert kept(store) == set()
    assert make(workers, store, picture, ORDER).names


def test_answers_point_at_the_store_or_hold_the_pictures(database, workers, store, picture):
    made = make(workers, store, picture, Order(sizes=VARIANTS, placeholder=True))
    linked, inline = (optimized(made, store, inline=inline) for inline in (False, True))
    assert linked.variants.main.url == f"/images/files/{made.names[0]}"
    assert linked.variants.main.data is None
    assert inline.variants.main.url is None
    assert linked.saved_percent == round(100 * (1 - linked.variants.main.bytes / len(picture)), 1)
    assert [each.url for each in resized(made, store, inline=False).variants] == [
        f"/images/files/{name}" for name in made.names
    ]
