"""What every app does around its routes: keys, errors, limits, ids."""

import asyncio
import threading

import httpx
import pytest
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from deployments import web
from deployments.web import Db, create_app, needs
from lib import db, keys
from lib.errors import Forbidden, Invalid, NotFound, Overloaded, Unavailable
from lib.settings import settings
from lib.wire import Text, Wire
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem

PUBLIC = frozenset({"/raise/", "/sql", "/nowhere"})


class Body(Wire):
    name: Text
    count: int = 0


def routes():
    router = APIRouter()
    errors = {
        "forbidden": Forbidden("No."),
        "invalid": Invalid("No.", [(("body", "name"), "is odd")]),
        "missing": NotFound("No."),
        "busy": Overloaded("No.", 3),
        "down": Unavailable("No.", 7),
        "pool": PoolTimeout(),
        "bug": RuntimeError("the secret reason"),
    }

    @router.get("/raise/{name}")
    def fail(name: str):
        raise errors[name]

    @router.get("/sql")
    def sql(db: Db, statement: str) -> str:
        return str(db.scalar(text(statement)))

    @router.post("/echo", dependencies=[Depends(needs("read"))])
    def echo(body: Body) -> Body:
        return body

    @router.post("/write", dependencies=[Depends(needs("write"))])
    def write(body: Body) -> Body:
        return body

    return router


@pytest.fixture(scope="module")
def client(shared_book):
    with TestClient(create_app(routes(), public=PUBLIC), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("forbidden", 403),
        ("missing", 404),
        ("invalid", 422),
    ],
)
def test_each_of_our_errors_has_its_status(client, name, status):
    assert_problem(client.get(f"/raise/{name}"), status, "no.")


def test_an_invalid_request_names_the_field(client):
    problem = assert_problem(client.get("/raise/invalid"), 422)
    assert problem["errors"] == [{"loc": ["body", "name"], "msg": "is odd"}]


@pytest.mark.parametrize(("name", "status", "after"), [("busy", 429, "3"), ("down", 503, "7")])
def test_what_passes_with_time_says_when_to_retry(client, name, status, after):
    response = client.get(f"/raise/{name}")
    assert_problem(response, status)
    assert response.headers["retry-after"] == after


def test_no_free_connection_is_overload(client):
    assert_problem(client.get("/raise/pool"), 429, "connection")


def test_a_fault_of_ours_tells_the_request_id_and_nothing_else(client):
    response = client.get("/raise/bug", headers={"X-Request-Id": "my-id-1"})
    problem = assert_problem(response, 500)
    assert problem["requestId"] == "my-id-1"
    assert "secret" not in response.text


def test_a_bug_in_sql_is_a_500_without_the_statement(client):
    response = client.get("/sql", params={"statement": "select nonsense"})
    assert_problem(response, 500)
    assert "nonsense" not in response.text


def test_a_statement_that_takes_too_long_is_a_503(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_DB_TIMEOUT_S", "1")
    settings.cache_clear()
    db.engine.cache_clear()
    db.sessions.cache_clear()
    with TestClient(create_app(routes(), public=PUBLIC), raise_server_exceptions=False) as client:
        response = client.get("/sql", params={"statement": "select pg_sleep(30)"})
    assert_problem(response, 503, "database")
    assert response.headers["retry-after"]


def test_a_database_that_is_not_there_is_a_503(client, database, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    for remembered in (settings, db.engine, db.sessions):
        remembered.cache_clear()
    assert_problem(client.get("/sql", params={"statement": "select 1"}), 503, "database")
    unknown = bearer("mp_00000000_" + "0" * 48)
    assert_problem(client.post("/echo", json={"name": "x"}, headers=unknown), 503)


def test_unknown_routes_and_wrong_methods_are_problems(client):
    assert_problem(client.get("/nowhere"), 404, "/docs")
    response = client.put("/write", headers=bearer(new_key("read")))
    assert_problem(response, 405, "put")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize("given", ["a", 'Trace 1/2: "x"', "<script>", "x" * 200])
def test_a_request_id_comes_back_as_it_was_sent(client, given):
    response = client.get("/nowhere", headers={"X-Request-Id": given})
    assert response.headers["x-request-id"] == given
    assert_problem(response, 404)


@pytest.mark.parametrize("given", ["x" * 201, "ümlaut".encode(), b"\x01"])
def test_an_unusable_request_id_is_refused(client, given):
    assert_problem(client.get("/nowhere", headers={"X-Request-Id": given}), 400, "x-request-id")


def test_without_a_request_id_there_is_a_new_one_each_time(client):
    ids = {client.get("/nowhere").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": "Bearer mp_00000000_" + "0" * 48},
        {"Authorization": "Bearer ' or 1=1 --"},
        {"Authorization": "Bearer " + "x" * 5000},
        {"Authorization": "Bearer \xff\xfe"},
    ],
)
def test_without_a_valid_key_nothing_is_answered(client, header):
    encoded = {name: value.encode("latin-1") for name, value in header.items()}
    response = client.post("/echo", json={"name": "x"}, headers=encoded)
    assert_problem(response, 401, "key")
    assert response.headers["www-authenticate"] == "Bearer"


def test_without_a_key_no_body_is_read(client):
    assert_problem(client.post("/echo", content=b"{", headers={}), 401)
    large = b"x" * (10 * 1024 * 1024)
    assert_problem(client.post("/echo", content=large, headers={}), 401)
    assert_problem(client.get("/elsewhere"), 401)


def test_scopes(client):
    for scope, expected in (("read", 403), ("write", 200), ("admin", 200)):
        headers = bearer(new_key(scope))
        assert client.post("/echo", json={"name": "x"}, headers=headers).status_code == 200
        assert client.post("/write", json={"name": "x"}, headers=headers).status_code == expected


def test_a_revoked_key_is_refused_once_the_check_is_forgotten(client):
    key = new_key("read", "short-lived")
    assert client.post("/echo", json={"name": "x"}, headers=bearer(key)).status_code == 200
    with db.transaction() as session:
        keys.revoke(session, "short-lived")
    web._checked.clear()  # which time does within KEY_CACHE_S
    assert_problem(client.post("/echo", json={"name": "x"}, headers=bearer(key)), 401)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"text"', 422),
        (b"{}", 422),
        (b'{"name": 1}', 422),
        (b'{"name": null}', 422),
        (b'{"name": "a", "count": 1e999}', 422),
        (b'{"name": "a", "count": NaN}', 422),
        (b'{"name": "a", "extra": 1}', 422),
        (b'{"name": "\\u0000"}', 422),
        (b'{"name": "\\ud800"}', 422),
        (b'{"name": "\xff"}', 400),
        (b'\xff\xfe{\x00"\x00', 422),
        (b"[" * 100_000, 400),
        (b'{"name": "' + b"x" * 900_000 + b'"', 422),
    ],
)
def test_a_bad_body_is_a_problem_that_says_why(client, content, status):
    headers = bearer(new_key("read")) | {"Content-Type": "application/json"}
    response = client.post("/echo", content=content, headers=headers)
    assert_problem(response, status)
    assert len(response.content) < 5000


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_refused(client, kind):
    headers = bearer(new_key("read")) | {"Content-Type": kind}
    response = client.post("/echo", content=b'{"name": "x"}', headers=headers)
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"


def test_a_body_above_the_limit_is_refused_by_its_length_and_while_it_streams(client):
    headers = bearer(new_key("read")) | {"Content-Type": "application/json"}
    large = b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert_problem(client.post("/echo", content=large, headers=headers), 413, "1048576")

    taken = 0

    def chunks():
        nonlocal taken
        for start in range(0, len(large), 65536):
            taken += 1
            yield large[start : start + 65536]

    assert_problem(client.post("/echo", content=chunks(), headers=headers), 413, "1048576")


def test_more_requests_at_once_than_allowed_get_429(database, monkeypatch):
    monkeypatch.setenv("MEALPREP_MAX_IN_FLIGHT", "2")
    settings.cache_clear()
    release = threading.Event()
    router = APIRouter()

    @router.get("/slow")
    def slow() -> str:
        release.wait(10)
        return "done"

    @router.get("/alive")
    async def alive() -> str:
        return "yes"

    app = create_app(router, public=frozenset({"/slow", "/alive"}), exempt=frozenset({"/alive"}))

    async def run():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            waiting = [asyncio.create_task(client.get("/slow")) for _ in range(2)]
            await asyncio.sleep(0.2)
            refused, exempt = await client.get("/slow"), await client.get("/alive")
            release.set()
            done = await asyncio.gather(*waiting)
            return refused, exempt, done, await client.get("/slow")

    refused, exempt, done, after = asyncio.run(run())
    assert_problem(refused, 429)
    assert refused.headers["retry-after"] == "1"
    assert exempt.status_code == 200
    assert [response.status_code for response in [*done, after]] == [200, 200, 200]


def test_a_failed_commit_is_not_a_200(database):
    router = APIRouter()

    @router.post("/deferred")
    def deferred(db: Db) -> str:
        db.execute(text("create temp table t (id int unique deferrable initially deferred)"))
        db.execute(text("insert into t values (1), (1)"))
        return "stored"

    with TestClient(
        create_app(router, public=frozenset({"/deferred"})), raise_server_exceptions=False
    ) as client:
        assert_problem(client.post("/deferred"), 500)


def test_a_thread_outlives_the_request_that_it_was_started_for():
    seen = threading.local()
    router = APIRouter()

    @router.get("/count")
    def count() -> int:
        seen.requests = getattr(seen, "requests", 0) + 1
        return seen.requests

    app = create_app(router, public=frozenset({"/count"}))
    # As in a replica: a loop that runs for ever, where no task is the main one.
    loop, stop = asyncio.new_event_loop(), asyncio.Event()
    runner = threading.Thread(target=loop.run_forever)
    runner.start()

    async def live(started):
        async with app.router.lifespan_context(app):
            started.set()
            await stop.wait()

    async def asked():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.get("/count")).json()

    started = threading.Event()
    living = asyncio.run_coroutine_threadsafe(live(started), loop)
    assert started.wait(5)
    counts = [asyncio.run_coroutine_threadsafe(asked(), loop).result(5) for _ in range(3)]
    loop.call_soon_threadsafe(stop.set)
    living.result(5)
    loop.call_soon_threadsafe(loop.stop)
    runner.join(5)
    loop.close()
    assert counts == [1, 2, 3]
