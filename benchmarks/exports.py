"""Exports of a million events over HTTP, and what other programs find in them.

    python -m benchmarks.exports [EVENTS] [FOLDER]

In a database of its own. Prints for each format the seconds, the memory of the server and of the process
that writes, what another caller sees meanwhile, and the rows that pandas, openpyxl, PyArrow and, where
it is installed, LibreOffice find. FOLDER keeps the files.
"""

import argparse
import hashlib
import multiprocessing
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path

import httpx
import openpyxl
import pandas as pd
import psutil
import uvicorn
from pyarrow import parquet
from sqlalchemy import text

from benchmarks import scratch
from benchmarks.analytics_load import roll_up
from deployments import analytics
from deployments.figures import Figures
from lib import db, keys
from lib.analytics import partitions, rollup
from lib.tabular.files import FORMATS

_FIRST, _DAYS = date(2026, 1, 1), 31
_USERS, _RECIPES = 50_000, 5_000
_RANGE = f"from={_FIRST}&to={_FIRST + timedelta(days=_DAYS - 1)}"


def fill(count: int) -> None:
    """Events of a month, summed up, as most of them are when somebody exports them."""
    with db.background_sessions().begin() as session:
        partitions.ensure(session, [_FIRST])
        for table, column, many in (("people", "user_id", _USERS), ("recipes", "recipe_id", _RECIPES)):
            session.execute(
                text(
                    f"insert into compute.event_{table} ({column}) "
                    f"select gen_random_uuid() from generate_series(1, {many})"
                )
            )
        session.execute(
            text("insert into compute.event_types (name) values ('view'), ('save'), ('plan'), ('cook')")
        )
        session.execute(
            text("""
                insert into compute.events
                    (id, occurred_at, person, recipe, type, session_id, properties)
                select gen_random_uuid(),
                       date_trunc('milliseconds', :first + random() * :days * interval '1 day'),
                       1 + floor(power(random(), 3) * :users), 1 + floor(power(random(), 2) * :recipes),
                       1 + floor(power(random(), 2) * 4), 'session-' || (random() * 1e6)::int,
                       jsonb_build_object('device', (array['ios', 'android', 'web'])[1 + n % 3],
                                          'note', case when n % 100 = 0 then '=1+1' else 'seen' end,
                                          'seconds', n % 300)
                from generate_series(1, :count) as n
            """),
            {"first": _FIRST, "days": _DAYS, "users": _USERS, "recipes": _RECIPES, "count": count},
        )
        session.execute(
            text("""
                insert into compute.event_batches (days, events)
                select array_agg(distinct (occurred_at at time zone 'UTC')::date), count(*)
                from compute.events
            """)
        )
    roll_up()
    with db.background_sessions().begin() as session:
        rollup.prune(session)


def _serve(port: int) -> None:
    app = analytics.api()
    app.dependency_overrides[analytics.figures] = Figures
    uvicorn.run(app, port=port, log_level="error")


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """The address of a server in a process of its own, and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(port,))
    server.start()
    assert server.pid is not None
    try:
        yield f"http://127.0.0.1:{port}/analytics", server.pid
    finally:
        server.terminate()
        server.join()


def memory_mb(pid: int) -> float:
    """Memory of a process and those it has started, in MB."""
    found = 0
    for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            found += process.memory_info().rss
    return found / 1e6


@contextmanager
def repeated(what: Callable[[], float], pause_s: float) -> Iterator[list[float]]:
    """What something gives again and again while this is open."""
    found: list[float] = []
    done = threading.Event()

    def repeat() -> None:
        while not done.is_set():
            found.append(what())
            time.sleep(pause_s)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def fetched(client: httpx.Client, form: str, path: Path) -> tuple[httpx.Headers, float, float]:
    """An export's headers, the seconds until its first byte, and all of them."""
    started = time.perf_counter()
    with (
        client.stream("GET", f"/export/events?{_RANGE}&format={form}") as answer,
        path.open("wb") as file,
    ):
        answer.raise_for_status()
        first = time.perf_counter() - started
        for chunk in answer.iter_bytes():
            file.write(chunk)
    return answer.headers, first, time.perf_counter() - started


def asked(client: httpx.Client) -> float:
    """Milliseconds until another caller has an answer."""
    started = time.perf_counter()
    client.get(f"/engagement?{_RANGE}").raise_for_status()
    return (time.perf_counter() - started) * 1000


def _at(times: list[float], share: float) -> float:
    return sorted(times)[int(share * (len(times) - 1))]


def _streamed(path: Path) -> int:
    """Rows as openpyxl reads them one by one."""
    sheet = openpyxl.load_workbook(path, read_only=True)["Events"]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def _by_libreoffice(path: Path) -> int:
    """Rows of what LibreOffice makes a CSV of."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        convert = ["--convert-to", "csv", "--outdir", f"{folder}/out", str(path)]
        subprocess.run([*command, *convert], check=True, capture_output=True, timeout=1800)
        return len(pd.read_csv(Path(folder) / "out" / f"{path.stem}.csv"))


def readers(form: str) -> dict[str, Callable[[Path], int]]:
    """Programs that read a format, and how many rows each finds."""
    found: dict[str, dict[str, Callable[[Path], int]]] = {
        "csv": {"pandas": lambda path: len(pd.read_csv(path))},
        "xlsx": {"pandas": lambda path: len(pd.read_excel(path)), "openpyxl": _streamed},
        "parquet": {
            "pandas": lambda path: len(pd.read_parquet(path)),
            "PyArrow": lambda path: parquet.read_metadata(path).num_rows,
        },
    }
    if shutil.which("soffice") and form != "parquet":
        found[form]["LibreOffice"] = _by_libreoffice
    return found[form]


def measure(count: int, folder: Path) -> None:
    """Print the figures of each format."""
    with db.background_sessions().begin() as session:
        key = keys.issue(session, "benchmark", "admin")
    with served() as (url, pid), httpx.Client(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=1200, trust_env=False,
        transport=httpx.HTTPTransport(retries=100),
    ) as client:  # fmt: skip
        assert client.get(f"/engagement?{_RANGE}").json()["events"] == count
        with repeated(lambda: asked(client), 0.05) as times:
            time.sleep(5)
        print(f"others' p50 {_at(times, 0.5):.0f} ms, p95 {_at(times, 0.95):.0f} ms without an export")
        for form in FORMATS:
            path = folder / f"events.{form}"
            with (
                repeated(lambda: asked(client), 0.05) as times,
                repeated(lambda: memory_mb(pid), 0.05) as memory,
            ):
                headers, first, whole = fetched(client, form, path)
            assert int(headers["x-row-count"]) == count
            assert hashlib.sha256(path.read_bytes()).hexdigest() == headers["x-content-sha256"]
            print(
                f"{form}: {whole:.1f} s ({first:.1f} s to the first byte), "
                f"{path.stat().st_size / 1e6:.0f} MB, memory {memory[0]:.0f} -> {max(memory):.0f} MB, "
                f"others meanwhile p50 {_at(times, 0.5):.0f} ms, p95 {_at(times, 0.95):.0f} ms",
                flush=True,
            )
    for form in FORMATS:
        for program, rows in readers(form).items():
            started = time.perf_counter()
            found = rows(folder / f"events.{form}")
            assert found == count, f"{program} finds {found} rows"
            print(
                f"{form}: {program} finds {found:,} rows in {time.perf_counter() - started:.1f} s",
                flush=True,
            )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=1_000_000)
    parser.add_argument("folder", nargs="?", type=Path)
    asked = parser.parse_args()
    with scratch.database(), tempfile.TemporaryDirectory() as temporary:
        os.environ.setdefault("MEALPREP_LOG_LEVEL", "WARNING")
        fill(asked.events)
        measure(asked.events, asked.folder or Path(temporary))


if __name__ == "__main__":
    main()
