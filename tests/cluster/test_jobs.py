"""Jobs on a real cluster, whose processes are killed in the middle."""

import json
import time
from datetime import UTC, datetime, timedelta

import psutil
import pytest

from cli import processes
from tests.cluster.test_stack import run_sql, within


@pytest.fixture
def client(stack):
    with stack.client() as client:
        yield client


def submit(client, name, **args):
    response = client.post("/jobs", json={"name": name, "args": args})
    assert response.status_code == 202, response.text
    return response.json()["id"]


def look(client, job_id):
    return client.get(f"/jobs/{job_id}").json()


def until(client, job_id, check, seconds=60):
    def checked():
        job = look(client, job_id)
        return job if check(job) else None

    return within(seconds, checked)


def until_done(client, job_id, steps):
    return until(client, job_id, lambda job: job["progress"]["done"] >= steps)


def until_ended(client, job_id, seconds=60):
    return until(client, job_id, lambda job: job["status"] not in ("queued", "running"), seconds)


def outcomes(client, job_id):
    return [each.get("outcome") for each in client.get(f"/jobs/{job_id}/attempts").json()["attempts"]]


def times_done(stack, job_id):
    """How often each step was done, by step."""
    counted = "select json_object_agg(what, n) from (select what, count(*) n from public.steps"
    found = run_sql(stack, f"{counted} where job = %s group by what) counted", job_id)[0]
    return {what: n for what, n in found.items() if what.startswith("step")}


def ray_processes(stack, title):
    config = stack.settings
    found = processes.of_stack(config.stack_id, config.run_dir)
    return [process for process in found if title in " ".join(command(process))]


def command(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def test_a_job_is_followed_from_its_start_to_its_end(client, stack):
    job_id = submit(client, "steps", steps=4, seconds=0.4)
    seen = []
    with client.stream("GET", f"/jobs/{job_id}/events", timeout=60) as response:
        for line in response.iter_lines():
            if line.startswith("data: "):
                seen.append(json.loads(line.removeprefix("data: ")))
    assert seen[-1]["status"] == "succeeded"
    assert seen[-1]["result"] == {"steps": 4}
    done = [job["progress"]["done"] for job in seen]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert seen[-1]["rayJobId"] in seen[-1]["dashboardUrl"]
    assert "python -m tests.cluster.steps" in client.get(f"/jobs/{job_id}/logs").text
    assert "python -m tests.cluster.steps" in stack.mealprep("jobs", "logs", job_id[:8]).stdout


def test_of_a_killed_driver_only_the_steps_that_are_left_are_done_again(client, stack):
    job_id = submit(client, "steps", steps=8, seconds=0.5)
    until_done(client, job_id, 3)
    driver = next(p for p in ray_processes(stack, "tests.cluster.steps") if command(p)[0] == "python")
    driver.kill()
    assert until_ended(client, job_id)["status"] == "succeeded"
    assert outcomes(client, job_id) == ["crashed", "succeeded"]
    done = times_done(stack, job_id)
    assert len(done) == 8
    assert sum(done.values()) <= 9  # one may have been done and not yet written down


def test_of_a_killed_worker_too(client, stack):
    job_id = submit(client, "warm-steps", steps=8, seconds=0.4)
    until_done(client, job_id, 3)
    for process in ray_processes(stack, "ray::Worker.work"):
        process.kill()
    assert until_ended(client, job_id)["status"] == "succeeded"
    assert outcomes(client, job_id) == ["crashed", "succeeded"]
    assert sum(times_done(stack, job_id).values()) <= 9


def test_a_killed_dispatcher_leaves_drivers_that_go_on(client, stack):
    job_id = submit(client, "steps", steps=8, seconds=0.5)
    until_done(client, job_id, 2)
    for process in ray_processes(stack, "ray::ServeReplica:jobs:Dispatcher"):
        process.kill()
    assert until_ended(client, job_id)["status"] == "succeeded"
    assert outcomes(client, job_id) == ["succeeded"]
    warm = submit(client, "warm-steps", steps=1)
    assert until_ended(client, warm)["status"] == "succeeded"


@pytest.mark.parametrize("name", ["steps", "warm-steps"])
def test_a_cancelled_job_is_gone_within_seconds_with_its_child_tasks(client, stack, name):
    job_id = submit(client, name, child=True)
    within(60, lambda: ray_processes(stack, "ray::child"))
    asked = time.monotonic()
    assert client.post(f"/jobs/{job_id}/cancel").status_code == 202
    until_ended(client, job_id, 10)
    within(10, lambda: not ray_processes(stack, "ray::child"))
    assert time.monotonic() - asked < 12
    assert look(client, job_id)["status"] == "cancelled"
    assert outcomes(client, job_id) == ["cancelled"]


def test_events_are_counted_before_and_after_they_are_summed_up(client, stack):
    now = datetime.now(UTC) - timedelta(seconds=1)
    sent = [
        {"id": f"event {n}", "userId": f"u{n % 7}", "type": "view", "occurredAt": now.isoformat()}
        for n in range(100)
    ]
    assert client.post("/analytics/events", json={"events": sent}).json()["accepted"] == 100
    before = client.get("/analytics/engagement").json()
    job = until_ended(client, submit(client, "analytics-rollup"))
    assert job["status"] == "succeeded", job
    assert job["result"]["events"] == 100
    after = client.get("/analytics/engagement").json()
    assert after["byType"] == before["byType"]
    assert after["byType"]["view"] == 100
    assert client.post("/analytics/events", json={"events": sent}).json()["duplicates"] == 100
    services = {one["name"]: one for one in client.get("/analytics/system").json()["services"]}
    assert services["analytics"]["replicas"] == 1
    assert client.get("/analytics/system").json()["events"]["waiting"] == 0
