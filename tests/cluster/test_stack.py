"""What a user does with the stack, from `up` to `down`."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from cli import processes
from tests.cluster.conftest import DASHBOARD_PORT, HTTP_PORT, PORT_BASE


def search(client, query, **body):
    response = client.post("/search/semantic", json={"query": query, **body})
    assert response.status_code == 200, response.text
    return response.json()


def within(seconds, check):
    """The first true answer of `check`, asked again and again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := check():
            return answer
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} s")


def run_sql(stack, statement, *parameters):
    url = (stack.home / "database-url").read_text().strip().replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(statement, parameters).fetchone()


def test_up_again_finds_what_runs_and_prints_a_line_that_works(stack):
    again = stack.mealprep("up")
    assert again.returncode == 0, again.stdout
    assert "Starting Ray" not in again.stdout
    curl = next(line for line in again.stdout.splitlines() if line.startswith("curl "))
    answer = json.loads(subprocess.run(["sh", "-c", curl], capture_output=True, check=True).stdout)
    assert len(answer["results"]) == 3


def test_everything_answers_on_one_port(stack):
    with stack.client() as client:
        assert client.get("/ready").json() == {
            "status": "ready",
            "services": dict.fromkeys(
                ("ai", "analytics", "home", "images", "jobs", "nutrition", "reports", "search"), "ok"
            ),
            "database": "ok",
        }
        assert client.get("/health").json() == {"status": "ok"}
        assert "MealPrep360" in client.get("/").text
        assert client.get("/openapi.json").json()["paths"].keys() >= {"/search/semantic", "/recipes"}
        first = search(client, "Argentinian hand pies")["results"][0]["recipe"]
        assert first["title"] == "Baked Beef Empanadas"
        assert client.get(f"/recipes/{first['id']}").json()["servings"] == first["servings"]
        alike = client.get(f"/recommendations/recipe/{first['id']}?limit=3").json()["results"]
        assert len(alike) == 3
        at_hand = {"have": ["chickpeas", "onion", "garlic"], "limit": 1}
        found = client.post("/search/by-ingredients", json=at_hand).json()["results"][0]
        assert "chickpea" in " ".join(found["used"])


def test_errors_pass_through_the_ingress_as_problems(stack):
    with stack.client() as client:
        cases = [
            (client.get("/recipes/none"), 404),
            (client.get("/nowhere"), 404),
            (client.get("/search/nowhere"), 404),
            (client.get("/search/semantic"), 405),
            (client.post("/search/semantic", json={}), 422),
            (client.get("/recipes", headers={"Authorization": "Bearer no"}), 401),
            # The last one: whoever is told so early loses the connection.
            (client.post("/search/semantic", content=b"x" * (10 * 1024 * 1024)), 413),
        ]
        for response, status in cases:
            assert response.status_code == status
            assert response.headers["content-type"] == "application/problem+json"
            assert response.headers.get_list("x-request-id") == [response.json()["requestId"]]


def test_a_row_written_by_sql_is_found_without_a_call(stack):
    with stack.client() as client:
        identifier = run_sql(
            stack,
            "insert into recipes (user_id, title, description) select id, %s, %s from users"
            " limit 1 returning id",
            "Quokka birthday pie",
            "A pie for the birthday of a small marsupial.",
        )[0]

        def found():
            best = search(client, "marsupial birthday pie", limit=1)["results"]
            return best and best[0]["recipe"]["id"] == identifier

        assert within(60, found)
        run_sql(stack, "update recipes set title = 'Wombat pie' where id = %s returning id", identifier)
        within(60, lambda: client.get(f"/recipes/{identifier}").json()["title"] == "Wombat pie")
        run_sql(stack, "delete from recipes where id = %s returning id", identifier)
        within(60, lambda: not found())


def test_keys_are_made_rotated_and_revoked_by_the_command(stack):
    key = stack.mealprep("keys", "create", "reader", "--scope", "read").stdout.strip()
    rotated = stack.mealprep("keys", "rotate", "reader").stdout.strip()
    with stack.client() as client:

        def status(token):
            headers = {"Authorization": f"Bearer {token}"}
            return client.get("/recipes", headers=headers).status_code

        assert status(rotated) == 200
        assert status(key) == 401
        assert "1 revoked" in stack.mealprep("keys", "revoke", "reader").stdout
        within(15, lambda: status(rotated) == 401)
    listed = stack.mealprep("keys", "list").stdout
    assert "reader" in listed
    assert rotated not in listed
    assert stack.mealprep("keys", "revoke", "reader").returncode == 1


def test_what_the_stack_keeps_is_for_its_owner_only(stack):
    config = stack.settings
    for private in (config.run_dir, config.postgres_socket_dir):
        assert private.stat().st_mode & 0o077 == 0


def test_import_reports_each_recipe(stack, tmp_path):
    recipe = {"@type": "Recipe", "name": "Toast", "recipeIngredient": ["1 slice bread"]}
    file = tmp_path / "recipes.json"
    file.write_text(json.dumps({"@graph": [recipe, {"@type": "Recipe", "name": "Air"}]}))
    done = stack.mealprep("import", str(file))
    assert done.returncode == 1
    assert "Toast: created" in done.stdout
    assert "not loaded: ingredients" in done.stdout
    assert "Toast: unchanged" in stack.mealprep("import", str(file)).stdout
    assert "can't be read" in stack.mealprep("import", str(tmp_path / "none.yaml")).stdout


def test_the_dashboard_and_the_job_api_want_the_token(stack):
    url = f"http://127.0.0.1:{DASHBOARD_PORT}"
    token = (stack.home / "ray-token").read_text().strip()
    assert (stack.home / "ray-token").stat().st_mode & 0o777 == 0o600
    assert (stack.home / "api-key").stat().st_mode & 0o777 == 0o600
    for path in ("/api/jobs/", "/api/serve/applications/"):
        assert httpx.get(url + path, trust_env=False).status_code == 401
        headers = {"Authorization": f"Bearer {token}"}
        assert httpx.get(url + path, headers=headers, trust_env=False).status_code == 200


def test_a_job_runs_by_ray_job_submit_and_by_the_command(stack):
    exports = stack.mealprep("env").stdout.replace("export ", "")
    environment = stack.environment | dict(line.split("=", 1) for line in exports.splitlines())
    command = "ray job submit -- python -m jobs.index_recipes --rebuild --spread-from 1"  # by Ray Data
    submitted = subprocess.run(
        command.split(),
        env=environment | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert submitted.returncode == 0, submitted.stdout + submitted.stderr
    recipes = run_sql(stack, "select count(*) from recipes")[0]
    assert f'"embedded": {recipes}' in submitted.stdout
    with stack.client() as client:
        (job,) = client.get("/jobs?name=index-recipes&limit=1").json()["jobs"]
        assert job["status"] == "succeeded"
        assert job["progress"] == {"done": recipes, "total": recipes, "failed": 0}
        assert job["rayJobId"] in submitted.stdout
        assert '"embedded"' in client.get(f"/jobs/{job['id']}/logs").text
    done = stack.mealprep("jobs", "submit", "index-recipes")
    assert done.returncode == 0, done.stdout
    assert '"embedded": 0' in done.stdout
    assert "succeeded" in stack.mealprep("jobs", "list").stdout
    bad = stack.mealprep("jobs", "submit", "index-recipes", "--colour", "red")
    assert bad.returncode == 2
    assert "unrecognized arguments: --colour red" in bad.stderr
    assert "no job" in stack.mealprep("jobs", "submit", "nonsense").stdout


def test_status_logs_and_doctor_tell_what_runs(stack):
    status = stack.mealprep("status").stdout
    for part in ("PostgreSQL", "Ray", "HAProxy", "home", "search"):
        assert part in status
    assert "down" not in status
    assert '"message": "request"' in stack.mealprep("logs").stdout
    assert "database system is ready" in stack.mealprep("logs", "postgres", "-n", "200").stdout
    doctor = stack.mealprep("doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_a_second_stack_is_told_which_port_is_taken(stack, tmp_path):
    other = stack.mealprep("up", MEALPREP_HOME=str(tmp_path / "other"))
    assert other.returncode == 1
    told = other.stdout.splitlines()[-1]
    assert told.startswith(f"Port {HTTP_PORT} is taken by PID")
    assert "MEALPREP_HTTP_PORT" in told


@pytest.mark.parametrize("victim", ["Search", "Indexer"])
def test_a_killed_replica_comes_back(stack, victim):
    process = next(p for p in _ray(stack) if p.cmdline()[:1] == [f"ray::ServeReplica:search:{victim}"])
    process.kill()
    with stack.client() as client:
        tried = []

        def recovered():
            tried.append(1)
            try:
                response = client.post("/search/semantic", json={"query": f"soup {len(tried)}"})
            except httpx.RemoteProtocolError:  # the connection died with the replica
                return False
            assert response.status_code in (200, 503)
            if response.status_code == 503:
                assert response.headers["content-type"] == "application/problem+json"
            return response.status_code == 200 and client.get("/ready").status_code == 200

        within(60, recovered)


def test_a_killed_haproxy_comes_back(stack):
    for process in _ray(stack):
        if processes.module(process) == "haproxy":
            process.kill()

    def answers():
        try:
            with stack.client() as client:
                response = client.get("/health")
        except httpx.TransportError:
            return False
        assert response.status_code in (200, 503)
        assert response.is_success or response.headers["content-type"] == "application/problem+json"
        return response.is_success

    within(60, answers)


def test_a_killed_postgresql_comes_back_with_its_data(stack):
    pid = int((stack.home / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, 9)
    with stack.client() as client:

        def recovered():
            response = client.get("/recipes?limit=1")
            assert response.status_code in (200, 503), response.text
            return response.status_code == 200 and client.get("/ready").status_code == 200

        within(60, recovered)
        assert client.get("/recipes?limit=100").json()["recipes"]


def test_up_removes_what_a_dead_node_left_and_starts_anew(stack):
    for process in _ray(stack):
        if processes.module(process) in ("gcs_server", "raylet"):
            process.kill()
    again = stack.mealprep("up")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "Starting Ray" in again.stdout
    with stack.client() as client:
        assert search(client, "soup")["total"] > 60


def test_down_leaves_no_process_and_no_port_and_keeps_the_data(stack):
    assert stack.mealprep("down").returncode == 0
    assert _ray(stack) == []
    ports = {HTTP_PORT, DASHBOARD_PORT, *range(PORT_BASE, PORT_BASE + 1000)}
    assert not ports & processes.listeners().keys()
    assert not (stack.home / "postgres" / "postmaster.pid").exists()
    assert (stack.home / "postgres" / "PG_VERSION").read_text().strip() == "18"


def _ray(stack):
    config = stack.settings
    return processes.of_stack(config.stack_id, config.run_dir)
