"""Drawing processes that hang, that crash, that take too much, and of which there are too few."""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from lib.errors import Invalid, Overloaded, Unavailable
from lib.reports import rendering
from lib.reports.rendering import Renderer
from tests.conftest import forget
from tests.reports import drawings


@pytest.fixture
def renderer(home):
    made = Renderer(at_once=1)
    yield made
    made.close()


@pytest.fixture
def in_a_hurry(monkeypatch):
    """A second and a half for each report."""
    monkeypatch.setenv("MEALPREP_REPORT_TIMEOUT_S", "1.5")
    forget()
    yield
    monkeypatch.undo()
    forget()


def test_it_is_drawn_in_another_process(renderer):
    assert renderer.render(drawings.well, "words", "a4").content == b"words on a4"
    (pid,) = renderer.pids()
    assert pid != os.getpid()
    assert renderer.render(drawings.well, "more", "letter").content == b"more on letter"
    assert renderer.pids() == [pid]


def test_one_that_hangs_is_ended(in_a_hurry, renderer):
    with pytest.raises(Invalid, match=r"more than 1.5 s"):
        renderer.render(drawings.forever, None, "a4")
    assert renderer.pids() == []
    assert renderer.render(drawings.well, 1, "a4").pages == 1


def test_one_that_crashes_each_time_is_given_up(renderer):
    with pytest.raises(Unavailable):
        renderer.render(drawings.crashing, None, "a4")
    assert renderer.render(drawings.well, 1, "a4").pages == 1


def test_one_that_was_lost_is_drawn_once_more(renderer, tmp_path):
    assert renderer.render(drawings.once, str(tmp_path / "there"), "a4").content == b"at last"


def test_a_process_that_was_killed_between_reports_is_replaced(renderer):
    renderer.render(drawings.well, 1, "a4")
    (pid,) = renderer.pids()
    os.kill(pid, signal.SIGKILL)
    assert renderer.render(drawings.well, 2, "a4").content == b"2 on a4"


def test_one_that_takes_too_much_memory_is_refused(renderer):
    with pytest.raises(Invalid, match="memory"):
        renderer.render(drawings.greedy, None, "a4")


def test_one_that_is_too_large_to_be_received_is_refused(renderer):
    with pytest.raises(Invalid, match="memory"):
        renderer.render(drawings.well, drawings.Swelling(), "a4")
    assert renderer.render(drawings.well, 1, "a4").pages == 1


def test_one_that_fits_no_page_is_refused_and_costs_no_process(renderer):
    renderer.render(drawings.well, 1, "a4")
    before = renderer.pids()
    with pytest.raises(Invalid, match="laid out"):
        renderer.render(drawings.misshapen, None, "a4")
    assert renderer.render(drawings.well, 2, "a4").content == b"2 on a4"
    assert renderer.pids() == before


def test_a_process_that_does_not_start_is_not_the_callers_fault(renderer, monkeypatch):
    monkeypatch.setattr(rendering, "_START_S", 0.0)
    with pytest.raises(Unavailable):
        renderer.render(drawings.well, 1, "a4")
    assert renderer.pids() == []


def test_more_than_may_wait_are_refused(renderer, monkeypatch, tmp_path):
    monkeypatch.setattr(rendering, "_WAITING", 1)
    small = Renderer(at_once=1)
    end = tmp_path / "end"
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(small.render, drawings.waiting, str(end), "a4") for _ in range(2)]
        while small._waiting.acquire(blocking=False):
            small._waiting.release()
            threading.Event().wait(0.01)
        with pytest.raises(Overloaded):
            small.render(drawings.well, 1, "a4")
        end.touch()
        assert [one.result().content for one in both] == [b"done", b"done"]
    small.close()


def test_a_process_retires(renderer, monkeypatch):
    monkeypatch.setattr(rendering, "_RETIRES_AFTER", 2)
    renderer.render(drawings.well, 1, "a4")
    (first,) = renderer.pids()
    renderer.render(drawings.well, 2, "a4")
    assert renderer.pids() == []
    assert not psutil.pid_exists(first)
