"""`/analytics/export` as callers use it."""

import base64
import hashlib
import io
import logging
import resource
import socket
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import uvicorn
from sqlalchemy import insert, text

from deployments import analytics
from lib import db
from lib.analytics.exports import EXPORTS
from lib.tables import users
from lib.tabular.files import FORMATS
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.deployments.test_analytics import client, event, send

__all__ = ["client"]

READ = {
    "csv": lambda content: pd.read_csv(io.BytesIO(content)),
    "xlsx": lambda content: pd.read_excel(io.BytesIO(content)),
    "parquet": lambda content: pd.read_parquet(io.BytesIO(content)),
}


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where this process keeps temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def full(client):
    """Forty events of five people with accounts."""
    with db.transaction() as session:
        rows = [{"id": f"u{n}", "clerk_id": f"c{n}", "email": f"=cmd{n}@example.com"} for n in range(5)]
        session.execute(insert(users), rows)
    send(client, [event(n, sessionId="-s", properties={"n": n}) for n in range(40)])
    return client


def held(folder):
    """Files in a folder, and those that are open but have no name there any more."""
    places = (str(path.resolve()) for path in Path("/proc/self/fd").iterdir())
    return [*folder.rglob("*"), *(place for place in places if str(folder) in place)]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_comes_whole_and_says_how_to_see_that(full, temporary, name, form):
    answer = full.get(
        f"/analytics/export/{name}", params={"format": form}, headers=bearer(new_key("admin"))
    )
    assert answer.status_code == 200, answer.text
    digest = hashlib.sha256(answer.content)
    assert answer.headers["x-content-sha256"] == digest.hexdigest()
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert answer.headers["content-type"] == FORMATS[form].media_type
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="analytics-{name}-20')
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    assert answer.headers["x-as-of"].endswith("+00:00")
    assert "x-omitted-columns" not in answer.headers
    rows = READ[form](answer.content)
    assert len(rows) == int(answer.headers["x-row-count"])
    assert len(rows) == {"users": 5, "recipes": 0, "engagement": 30, "events": 40}.get(name, len(rows))
    assert not held(temporary)


def test_other_keys_than_admins_get_no_personal_columns(full):
    told = {"users": "id, email, name", "events": "userId, sessionId, properties", "recipes": "userId"}
    for name, columns in told.items():
        answer = full.get(f"/analytics/export/{name}")
        assert answer.headers["x-omitted-columns"] == columns
        assert not set(columns.split(", ")) & set(READ["csv"](answer.content).columns)
        assert "example.com" not in answer.text
    assert (
        full.get("/analytics/export/recipes").headers["x-omitted-rows"] == "recipes that aren't public"
    )
    assert "x-omitted-columns" not in full.get("/analytics/export/engagement").headers


def test_formulas_are_harmless(full):
    admin = bearer(new_key("admin"))
    found = full.get("/analytics/export/users", headers=admin)
    assert ",'=cmd0@example.com," in found.text
    book = full.get("/analytics/export/users", params={"format": "xlsx"}, headers=admin).content
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(book))["Users"] for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert [cell.value for cell in cells if str(cell.value).startswith("=")] == [
        f"=cmd{n}@example.com" for n in range(5)
    ]


def test_dates_say_which_rows(full):
    params = {"from": "2020-01-01", "to": "2020-02-29", "interval": "month", "timezone": "Asia/Kolkata"}
    answer = full.get("/analytics/export/engagement", params=params)
    assert READ["csv"](answer.content)["date"].tolist() == ["2020-01-01", "2020-02-01"]
    assert "analytics-engagement-2020-01-01-to-2020-02-29.csv" in answer.headers["content-disposition"]
    assert full.get("/analytics/export/events", params=params).headers["x-row-count"] == "0"


@pytest.mark.parametrize(
    ("path", "params", "words"),
    [
        ("everything", {}, "type"),
        ("events", {"format": "pdf"}, "format"),
        ("events", {"timezone": "Mars/Olympus"}, "timezone"),
        ("events", {"from": "2026-02-01", "to": "2026-01-01"}, "after"),
    ],
)
def test_bad_requests_say_what_is_wrong(client, path, params, words):
    assert_problem(client.get(f"/analytics/export/{path}", params=params), 422, words)
    assert_problem(client.get("/analytics/export/events", headers={"Authorization": ""}), 401)


# A zip archive that was never ended complains when it is collected.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_is_a_problem_and_not_half_a_file(full, temporary, form):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600, before[1]))
    try:
        answer = full.get("/analytics/export/events", params={"format": form})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert_problem(answer, 503, "room")
    assert answer.headers["retry-after"] == "60"
    assert not held(temporary)
    assert full.get("/analytics/export/events", params={"format": form}).status_code == 200


@contextmanager
def nobody_reads_events():
    """While this is open, whoever asks PostgreSQL for events waits."""
    with db.transaction() as session:
        session.execute(text("lock table compute.events in access exclusive mode"))
        yield


def waiting():
    """How many wait for a lock."""
    query = "select count(*) from pg_locks where not granted and relation = 'compute.events'::regclass"
    with db.transaction() as session:
        return session.scalar(text(query))


def soon(condition):
    """Wait until something holds."""
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_third_export_at_once_is_refused_and_the_two_are_not_disturbed(full):
    with ThreadPoolExecutor(2) as threads:
        with nobody_reads_events():
            two = [threads.submit(full.get, "/analytics/export/events") for _ in range(2)]
            soon(lambda: waiting() == 2)
            third = full.get("/analytics/export/events")
            assert_problem(third, 429, "2 exports")
            assert third.headers["retry-after"] == "10"
            assert full.get("/analytics/metrics").status_code == 200
        answers = [one.result() for one in two]
    assert [answer.headers["x-row-count"] for answer in answers] == ["40", "40"]
    assert full.get("/analytics/export/events").status_code == 200


@contextmanager
def served(app):
    """A port at which a real server answers."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        soon(lambda: server.started)
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def ask(port, path, key):
    """A connection on which a request has been sent."""
    connection = socket.create_connection(("127.0.0.1", port))
    lines = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {key}", "", "")
    connection.sendall("\r\n".join(lines).encode())
    return connection


def free():
    """How many exports could begin now."""
    return analytics._exporting._value


@pytest.fixture
def answered():
    """The statuses with which requests were answered, as the log has them."""
    found = []
    handler = logging.Handler()
    handler.emit = lambda record: found.append(getattr(record, "status", None))
    logger = logging.getLogger("mealprep.http")
    logger.addHandler(handler)
    yield found
    logger.removeHandler(handler)


def test_a_caller_who_goes_while_a_file_is_written_ends_it(full, temporary, answered):
    key = new_key("read")
    with served(full.app) as port:
        with nobody_reads_events():
            connection = ask(port, "/analytics/export/events", key)
            soon(lambda: waiting() == 1)
            assert free() == 1
            connection.close()
            time.sleep(0.2)
        soon(lambda: free() == 2)
        soon(lambda: not held(temporary))
        soon(lambda: answered == [409])


def test_a_caller_who_goes_while_a_file_is_sent_leaves_none(full, temporary):
    for start in range(0, 10_000, 5000):
        send(
            full,
            [
                event(100 + start + n, properties={"x": f"{hash((n, start)):x}" * 30})
                for n in range(5000)
            ],
        )
    key = new_key("admin")
    with served(full.app) as port:
        connection = ask(port, "/analytics/export/events?from=2020-01-01", key)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
        assert held(temporary)
        connection.close()
        soon(lambda: not held(temporary))
        assert free() == 2
