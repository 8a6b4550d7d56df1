"""Decoding processes that are killed, that hang, that take too much, and that lose their parent."""

import io
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import psutil
import pytest
from PIL import Image

from lib.errors import Invalid, Overloaded
from lib.images.models import Order, Size
from lib.images.workers import Workers
from lib.settings import ROOT
from tests.conftest import forget
from tests.images.formats import photo, saved
from tests.images.mutations import mutations

SMALL = Order(format="png", sizes=[Size(width=24)])
MOST_RESIDENT = 700 * 2**20
PARENT = """
import sys, time
from lib.images.models import Order
from lib.images.workers import Workers
workers = Workers(2)
workers.start()
print(*workers.pids(), flush=True)
if sys.argv[1] == "midway":
    with workers.slot() as slot:
        workers.render(slot, open(sys.argv[2], "rb").read(), Order(format="avif", quality=95))
time.sleep(600)
"""


@pytest.fixture(scope="module")
def shared(home):
    workers = Workers(2)
    yield workers
    workers.close()


@pytest.fixture
def of_settings(home, monkeypatch):
    """Makes workers under other settings."""
    made = []

    def start(many=1, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"MEALPREP_IMAGE_{name}", str(value))
        forget()
        made.append(Workers(many))
        return made[-1]

    yield start
    for workers in made:
        workers.close()
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="module")
def slow():
    """A JPEG that takes seconds to become an AVIF."""
    noise = np.random.default_rng(1).integers(0, 256, (1800, 2400, 3)).astype(np.uint8)
    return saved(Image.fromarray(noise), "JPEG", quality=50)


def render(workers, data, order=SMALL):
    with workers.slot() as slot:
        return workers.render(slot, data, order)


def gone(pids, within_s):
    """Whether the processes end in that time; one that nobody has reaped has ended, too."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if not any(map(runs, pids)):
            return True
        time.sleep(0.05)
    return False


def runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_results_come_back(shared):
    report, (content,) = render(shared, saved(photo(), "JPEG"))
    assert Image.open(io.BytesIO(content)).size == (24, 16)
    assert (report.rendered[0].width, report.rendered[0].bytes) == (24, len(content))
    info = shared.info(saved(photo(), "PNG"), position=False)
    assert (info.width, info.height, info.format) == (96, 64, "png")


def test_what_is_wrong_with_a_picture_comes_back_and_costs_no_process(shared):
    render(shared, saved(photo(), "JPEG"))
    before = set(shared.pids())
    with pytest.raises(Invalid, match="damaged"):
        render(shared, saved(photo(), "PNG")[:-900])
    with pytest.raises(Invalid, match="PDF is not accepted"):
        shared.info(b"%PDF-1.7", position=False)
    assert set(shared.pids()) == before


def test_processes_hold_no_secrets(shared, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@nowhere")
    workers = Workers(1)
    try:
        workers.start()
        environment = psutil.Process(workers.pids()[0]).environ()
    finally:
        workers.close()
    assert not any(
        "secret" in value or name.startswith("MEALPREP_") for name, value in environment.items()
    )


def test_a_process_that_is_killed_while_idle_costs_nobody_an_answer(shared):
    for _ in range(3):
        render(shared, saved(photo(), "JPEG"))
        for pid in shared.pids():
            os.kill(pid, signal.SIGKILL)
        assert render(shared, saved(photo(), "PNG"))[0].rendered[0].width == 24
    assert all(map(runs, shared.pids()))


def test_a_process_that_is_killed_midway_costs_nobody_an_answer(shared, slow):
    shared.info(slow, position=False)
    before = {pid: computed_s(pid) for pid in shared.pids()}
    order = Order(format="avif", quality=90, sizes=[Size(width=1000)])
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(render, shared, slow, order)
        busy = None
        while busy is None and not answer.done():
            busy = next((pid for pid in before if computed_s(pid) > before[pid] + 0.2), None)
            time.sleep(0.01)
        os.kill(busy, signal.SIGKILL)
        report, _ = answer.result()
    assert report.rendered[0].width == 1000
    assert busy not in shared.pids()


def computed_s(pid):
    return sum(psutil.Process(pid).cpu_times()[:2])


def test_a_picture_that_kills_its_process_each_time_is_refused(of_settings, slow):
    workers = of_settings(1)
    stop = threading.Event()

    def kill_all():
        while not stop.is_set():
            for pid in workers.pids():
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    with ThreadPoolExecutor(1) as pool:
        killing = pool.submit(kill_all)
        try:
            with pytest.raises(Invalid, match="crashes its decoder"):
                render(workers, slow, Order(format="avif"))
        finally:
            stop.set()
            killing.result()
    assert render(workers, saved(photo(), "PNG"))[0].rendered


def test_a_decoder_that_hangs_is_ended_and_the_next_caller_is_served(of_settings, slow):
    workers = of_settings(1, TIMEOUT_S=2)
    render(workers, saved(photo(), "PNG"))
    (hanging,) = workers.pids()
    os.kill(hanging, signal.SIGSTOP)
    start = time.monotonic()
    with pytest.raises(Invalid, match="takes more than 2 s"):
        render(workers, saved(photo(), "PNG"))
    assert time.monotonic() - start < 4
    assert not runs(hanging)
    assert render(workers, saved(photo(), "PNG"))[0].rendered


def test_work_that_takes_too_long_is_ended(of_settings, slow):
    workers = of_settings(1, TIMEOUT_S=0.05)
    start = time.monotonic()
    with pytest.raises(Invalid, match=r"takes more than 0\.05 s"):
        render(workers, slow, Order(format="avif", quality=95))
    assert time.monotonic() - start < 2
    assert workers.pids() == []


def test_whoever_finds_no_free_process_is_told_to_come_back(of_settings):
    workers = of_settings(1, TIMEOUT_S=0.2)
    with workers.slot(), pytest.raises(Overloaded) as problem, workers.slot():
        pass
    assert problem.value.retry_after_s > 0
    with workers.slot():
        pass


def test_a_slot_comes_back_whatever_happened_in_it(of_settings):
    workers = of_settings(1, TIMEOUT_S=5)
    for data in (b"", b"%PDF", saved(photo(), "PNG")[:50]):
        with pytest.raises(Invalid):
            render(workers, data)
    with pytest.raises(KeyError), workers.slot():
        raise KeyError
    assert render(workers, saved(photo(), "PNG"))[0].rendered


def test_a_picture_that_needs_too_much_memory_is_refused(of_settings):
    workers = of_settings(1, MEMORY_MB=16)
    with pytest.raises(Invalid, match=r"would take \d+ MB; 16 are allowed"):
        render(workers, saved(Image.new("RGB", (2000, 1500)), "PNG"))
    assert render(workers, saved(photo(), "PNG"))[0].rendered


def test_processes_may_take_little_more_than_pictures_are_allowed(of_settings):
    workers = of_settings(1, MEMORY_MB=64)
    render(workers, saved(photo(), "PNG"))
    soft, hard = psutil.Process(workers.pids()[0]).rlimit(psutil.RLIMIT_DATA)
    assert 64 * 2**20 < soft == hard <= (64 + 1024) * 2**20


def test_memory_that_runs_out_while_decoding_costs_that_picture_only(of_settings):
    workers = of_settings(1)
    workers.info(saved(photo(), "PNG"), position=False)
    process = psutil.Process(workers.pids()[0])
    soft, hard = process.rlimit(psutil.RLIMIT_DATA)
    process.rlimit(psutil.RLIMIT_DATA, (process.memory_info().data + 8 * 2**20, hard))
    with pytest.raises(Invalid, match="memory"):
        render(workers, saved(Image.new("RGB", (4000, 3000)), "PNG"))
    process.rlimit(psutil.RLIMIT_DATA, (soft, hard))
    assert render(workers, saved(photo(), "PNG"))[0].rendered


def test_four_threads_share_two_processes(shared):
    pictures = [saved(photo(40 + n, 30), "PNG") for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        reports = list(pool.map(lambda data: render(shared, data)[0], pictures))
    assert [report.original.width for report in reports] == [40 + n for n in range(40)]
    assert len(shared.pids()) <= 2


def test_a_thousand_damaged_pictures_harm_nobody(shared):
    order = Order(format="webp", quality=70, sizes=[Size(width=16)])

    def outcome(data):
        try:
            report, (content,) = render(shared, data, order)
        except Invalid as problem:
            return problem.detail
        assert Image.open(io.BytesIO(content)).size == (
            report.rendered[0].width,
            report.rendered[0].height,
        )
        return ""

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, mutations(11, 1000)))
    assert 100 < outcomes.count("") < 900
    assert not [said for said in outcomes if "crashes its decoder" in said or "takes more than" in said]
    assert sum(psutil.Process(pid).memory_info().rss for pid in shared.pids()) < MOST_RESIDENT
    assert render(shared, saved(photo(), "PNG"))[0].rendered


def test_closing_ends_all_processes(of_settings):
    workers = of_settings(3)
    workers.start()
    pids = workers.pids()
    assert len(pids) == 3
    workers.close()
    assert gone(pids, 2)
    assert workers.pids() == []


@pytest.mark.parametrize("when", ["idle", "midway"])
def test_processes_end_when_their_parent_is_killed(home, tmp_path, slow, when):
    picture = tmp_path / "slow.jpg"
    picture.write_bytes(slow)
    command = [sys.executable, "-c", PARENT, when, str(picture)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        try:
            pids = [int(pid) for pid in parent.stdout.readline().split()]
            assert len(pids) == 2
            time.sleep(1)
        finally:
            parent.kill()
    assert gone(pids, 3)
