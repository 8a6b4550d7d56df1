"""The routes of `/jobs` as callers use them."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from deployments import jobs as served
from lib import db
from lib.ledger import jobs, leases
from lib.ledger.items import Items
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.ledger import ask, give_up, leased, look, make_due, run_sql, take

CLEANUP = {"name": "cleanup", "args": {"dryRun": True, "olderThanDays": 7}}


@pytest.fixture
def client(database):
    """The app that serves `/jobs`, with an admin key and a Ray that remembers no driver."""
    app = served.api()
    app.dependency_overrides[served.service] = lambda: SimpleNamespace(log=lambda _ray_job_id: None)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("admin"))
        yield client


def submit(client, body=CLEANUP, **headers):
    response = client.post("/jobs", json=body, headers=headers)
    assert response.status_code == 202, response.text
    return response.json()


def test_a_submitted_job_is_where_its_location_says(client):
    response = client.post("/jobs", json=CLEANUP)
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"/jobs/{job['id']}"
    assert job["status"] == "queued"
    assert job["args"] == {"dryRun": True, "olderThanDays": 7}
    assert job["progress"] == {"done": 0, "total": 0, "failed": 0}
    assert job["dashboardUrl"].startswith("http://")
    assert client.get(response.headers["location"]).json() == job


def test_arguments_have_their_defaults_and_may_be_snake_case(client):
    assert submit(client, {"name": "cleanup"})["args"] == {"dryRun": False, "olderThanDays": 30}
    snake = {"name": "cleanup", "args": {"older_than_days": 9}}
    assert submit(client, snake)["args"]["olderThanDays"] == 9


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "body"),
        ({"name": "nonsense"}, "body"),
        ({"name": None, "args": {}}, "body"),
        ({"args": {}}, "body"),
        ({"name": "cleanup", "args": {"olderThanDays": 0}}, "olderThanDays"),
        ({"name": "cleanup", "args": {"olderThanDays": "many"}}, "olderThanDays"),
        ({"name": "cleanup", "args": {"colour": "red"}}, "colour"),
        ({"name": "cleanup", "args": []}, "args"),
        ({"name": "index-recipes", "args": {"spreadFrom": -1}}, "spreadFrom"),
        ({"name": "cleanup", "priority": 101}, "priority"),
        ({"name": "cleanup", "runAfter": "2026-01-01T00:00:00"}, "runAfter"),
        ({"name": "cleanup", "when": "now"}, "when"),
    ],
)
def test_a_bad_request_names_its_field_and_leaves_no_job(client, body, field):
    problem = assert_problem(client.post("/jobs", json=body), 422)
    assert field in problem["errors"][0]["loc"]
    assert client.get("/jobs").json() == {"jobs": []}


def test_the_names_that_there_are_are_told(client):
    problem = assert_problem(client.post("/jobs", json={"name": "nonsense"}), 422)
    assert "'index-recipes'" in problem["errors"][0]["msg"]


def test_the_same_key_and_body_have_the_first_answer_again_and_another_body_is_refused(client):
    key = {"Idempotency-Key": "abc"}
    first = submit(client, **key)
    run_sql("update compute.jobs set status = 'running'")
    assert submit(client, **key) == first
    assert_problem(client.post("/jobs", json={"name": "cleanup"}, headers=key), 409, "Idempotency-Key")
    other = client.post("/jobs", json=CLEANUP, headers=key | bearer(new_key("write")))
    assert other.json()["id"] != first["id"]
    assert len(client.get("/jobs").json()["jobs"]) == 2
    assert_problem(client.post("/jobs", json=CLEANUP, headers={"Idempotency-Key": "x" * 256}), 422)


def test_many_requests_at_once_with_one_key_make_one_job(client):
    barrier = threading.Barrier(8)

    def at_once():
        barrier.wait()
        return submit(client, **{"Idempotency-Key": "k"})["id"]

    with ThreadPoolExecutor(8) as pool:
        told = {done.result() for done in [pool.submit(at_once) for _ in range(8)]}
    assert len(told) == 1
    assert len(client.get("/jobs").json()["jobs"]) == 1


def test_jobs_are_listed_page_by_page_and_by_state_and_name(client):
    ids = [submit(client)["id"] for _ in range(5)]
    first = client.get("/jobs?limit=3").json()
    rest = client.get(f"/jobs?limit=3&cursor={first['nextCursor']}").json()
    assert [job["id"] for job in first["jobs"] + rest["jobs"]] == ids[::-1]
    assert "nextCursor" not in rest
    assert client.get("/jobs?status=dead").json() == {"jobs": []}
    assert len(client.get("/jobs?name=cleanup&status=queued").json()["jobs"]) == 5
    for bad in ("status=sleeping", "limit=0", "limit=1001", "cursor=x", "colour=red"):
        assert_problem(client.get(f"/jobs?{bad}"), 422)


@pytest.mark.parametrize("path", ["", "/items", "/attempts", "/logs", "/events"])
def test_a_job_that_is_not_there_is_a_404(client, path):
    assert_problem(client.get(f"/jobs/none{path}"), 404, "none")
    assert_problem(client.get(f"/jobs/%00{path}"), 422)


def test_items_attempts_and_logs_of_a_job(client):
    lease = leased()
    items = Items(db.sessions(), lease, lambda: None)
    items.done({"a": {"n": 1}, "b": None})
    items.failed({"c": "No egg."})
    with db.transaction() as session:
        leases.conclude(session, lease, "failed", error="1 failed", log='{"message": "hello"}\n')
    url = f"/jobs/{lease.job_id}"
    answer = client.get(f"{url}/items").json()
    assert [(item["key"], item["status"]) for item in answer["items"]] == [
        ("a", "done"),
        ("b", "done"),
        ("c", "failed"),
    ]
    assert answer["items"][0]["result"] == {"n": 1}
    failed = client.get(f"{url}/items?status=failed").json()["items"]
    assert [item["error"] for item in failed] == ["No egg."]
    page = client.get(f"{url}/items?limit=2").json()
    assert client.get(f"{url}/items?cursor={page['nextCursor']}").json()["items"] == answer["items"][2:]
    (attempt,) = client.get(f"{url}/attempts").json()["attempts"]
    assert (attempt["number"], attempt["outcome"]) == (1, "failed")
    logs = client.get(f"{url}/logs")
    assert logs.headers["content-type"].startswith("text/plain")
    assert json.loads(logs.text) == {"message": "hello"}
    assert client.get(url).json()["progress"] == {"done": 2, "total": 3, "failed": 1}


def test_a_driver_that_ray_remembers_has_all_its_output_shown(client):
    client.app.dependency_overrides[served.service] = lambda: SimpleNamespace(
        log=lambda ray_job_id: f"all of {ray_job_id}"
    )
    lease = leased()
    assert client.get(f"/jobs/{lease.job_id}/logs").text == ""
    run_sql("update compute.jobs set ray_job_id = 'job-1'")
    assert client.get(f"/jobs/{lease.job_id}/logs").text == "all of job-1"
    assert client.get(f"/jobs/{lease.job_id}").json()["dashboardUrl"].endswith("/#/jobs/job-1")


def test_cancel_is_at_once_or_asked_for_and_too_late_is_a_conflict(client):
    waiting = submit(client)["id"]
    for _ in range(2):
        answer = client.post(f"/jobs/{waiting}/cancel")
        assert answer.status_code == 202
        assert answer.json()["status"] == "cancelled"
    lease = leased()
    asked = client.post(f"/jobs/{lease.job_id}/cancel").json()
    assert (asked["status"], asked["cancelRequested"]) == ("running", True)
    with db.transaction() as session:
        leases.conclude(session, lease, "succeeded")
    assert_problem(client.post(f"/jobs/{lease.job_id}/cancel"), 409, "succeeded")
    assert_problem(client.post("/jobs/none/cancel"), 404)


def test_retry_queues_what_failed_once_per_key(client):
    job_id = submit(client)["id"]
    assert_problem(client.post(f"/jobs/{job_id}/retry"), 409, "queued")
    run_sql("update compute.jobs set status = 'dead', attempts = 5, error = 'It died.'")
    key = {"Idempotency-Key": "again"}
    answer = client.post(f"/jobs/{job_id}/retry", headers=key)
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert answer.json()["maxAttempts"] == 10
    assert client.post(f"/jobs/{job_id}/retry", headers=key).json() == answer.json()
    assert_problem(client.post(f"/jobs/{job_id}/retry"), 409)


def events(client, job_id):
    with client.stream("GET", f"/jobs/{job_id}/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        kind = ""
        for line in response.iter_lines():
            name, _, value = line.partition(": ")
            if name == "event":
                kind = value
            elif name == "data":
                yield kind, json.loads(value)


def test_events_tell_every_change_and_end_with_the_job(client):
    lease = leased()
    seen = []

    def work():
        items = Items(db.sessions(), lease, lambda: None)
        items.left(["a", "b"])
        threading.Event().wait(1.2)
        items.done({"a": None})
        threading.Event().wait(1.2)
        items.done({"b": None})
        with db.transaction() as session:
            leases.conclude(session, lease, "succeeded", result={})

    worker = threading.Thread(target=work)
    worker.start()
    for kind, job in events(client, lease.job_id):
        seen.append((kind, job["status"], job["progress"]["done"]))
    worker.join()
    assert ("progress", "running", 0) in seen
    assert ("progress", "running", 1) in seen
    assert seen[-1] == ("end", "succeeded", 2)
    assert list(events(client, lease.job_id)) == [("end", client.get(f"/jobs/{lease.job_id}").json())]


def test_schedules_are_shown_changed_paused_and_run(client):
    listed = {each["name"]: each for each in client.get("/jobs/schedules").json()["schedules"]}
    assert listed["cleanup"]["cron"] == "0 3 * * 0"
    assert listed["cleanup"]["enabled"]
    changed = client.patch(
        "/jobs/schedules/cleanup", json={"cron": "15 4 * * *", "timezone": "Europe/Berlin"}
    )
    assert changed.status_code == 200
    assert changed.json()["nextTick"] > listed["cleanup"]["nextTick"][:4]
    paused = client.patch("/jobs/schedules/cleanup", json={"enabled": False}).json()
    assert (paused["enabled"], paused["cron"], "nextTick" in paused) == (False, "15 4 * * *", False)
    run = client.post("/jobs/schedules/cleanup/run", headers={"Idempotency-Key": "now"})
    assert run.status_code == 202
    assert run.json()["name"] == "cleanup"
    again = client.post("/jobs/schedules/cleanup/run", headers={"Idempotency-Key": "now"})
    assert again.json() == run.json()
    assert client.get(run.headers["location"]).status_code == 200
    assert_problem(client.patch("/jobs/schedules/none", json={}), 404)
    assert_problem(client.patch("/jobs/schedules/cleanup", json={"cron": "often"}), 422, "cron")
    assert_problem(client.patch("/jobs/schedules/cleanup", json={"jitter": 1}), 422)


def test_who_may_only_read_changes_nothing_and_schedules_are_the_admins(client):
    job_id = submit(client)["id"]
    reader, writer = bearer(new_key("read")), bearer(new_key("write"))
    for headers, method, path, body in (
        (reader, "POST", "/jobs", CLEANUP),
        (reader, "POST", f"/jobs/{job_id}/cancel", None),
        (reader, "POST", f"/jobs/{job_id}/retry", None),
        (writer, "PATCH", "/jobs/schedules/cleanup", {"enabled": False}),
        (writer, "POST", "/jobs/schedules/cleanup/run", None),
    ):
        assert_problem(client.request(method, path, json=body, headers=headers), 403)
    for path in ("", f"/{job_id}", f"/{job_id}/items", f"/{job_id}/logs", "/schedules"):
        assert client.get(f"/jobs{path}", headers=reader).status_code == 200
    assert client.post("/jobs", json=CLEANUP, headers=writer).status_code == 202
    assert_problem(client.get("/jobs", headers={"Authorization": ""}), 401)


def test_a_job_of_a_kind_that_is_gone_is_still_shown(client):
    job_id = ask()
    give_up(take())
    make_due(job_id)
    run_sql("update compute.jobs set name = 'gone', status = 'dead'")
    assert client.get(f"/jobs/{job_id}").json()["name"] == "gone"
    assert_problem(client.post(f"/jobs/{job_id}/retry"), 404, "gone")
    assert look(job_id).status == "dead"
    with db.transaction() as session:
        assert jobs.page(session, 5).jobs
