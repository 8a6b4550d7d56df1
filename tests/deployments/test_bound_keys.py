"""What a key that is bound to a user sees over HTTP: this user's rows, and no sign of another's."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from deployments import ai, analytics, home, jobs, nutrition
from lib import db
from lib.errors import Unavailable
from lib.tables import meal_plans
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.ledger import ask
from tests.recommendation_corpus import add_recipe, add_user, fill, plan, vector


@pytest.fixture
def people(database, rng):
    """Anna and Ben, each with a plan and a private recipe, and their keys."""
    with db.transaction() as session:
        fill(session, 40)
        for name in ("anna", "ben"):
            add_user(session, name)
            plan(session, name, {"r00001": 20}, today=datetime.now(UTC).date())
            add_recipe(session, f"of-{name}", vector(rng), owner=name, public=False)
    return {name: bearer(new_key("write", name, name)) for name in ("anna", "ben")}


@pytest.fixture
def rng():
    """Random numbers, the same every time."""
    return np.random.default_rng(1)


def serving(app):
    """A client of an app, without a key."""
    return TestClient(app, raise_server_exceptions=False)


def both(client, ask_for, people):
    """Anna may see what is hers; to Ben it is as what never was, also in words."""
    own, foreign, never = (
        ask_for(client, "anna", people["anna"]),
        ask_for(client, "anna", people["ben"]),
        ask_for(client, "nobody", people["ben"]),
    )
    assert own.status_code == 200, own.text
    problem, unknown = assert_problem(foreign, 404), assert_problem(never, 404)
    assert problem["detail"].replace("anna", "nobody") == unknown["detail"]
    free = ask_for(client, "anna", bearer(new_key("read")))
    return own, free


def test_recommendations(people):
    with serving(home.api()) as client:
        own, free = both(
            client, lambda c, who, key: c.get(f"/recommendations/user/{who}", headers=key), people
        )
    assert own.json() == free.json()


def test_a_private_recipe(people):
    with serving(home.api()) as client:
        own, free = both(client, lambda c, who, key: c.get(f"/recipes/of-{who}", headers=key), people)
    assert own.json()["id"] == "of-anna"
    assert_problem(free, 404)


def test_a_meal_plan(people):
    with db.transaction() as session:
        rows = session.execute(select(meal_plans.c.user_id, meal_plans.c.id))
        ids = {row.user_id: row.id for row in rows}
    with serving(nutrition.api()) as client:
        own, free = both(
            client,
            lambda c, who, key: c.post(f"/nutrition/meal-plan/{ids.get(who, who)}", headers=key),
            people,
        )
    assert own.json() == free.json()


@pytest.fixture
def job_client(people):
    """The app that serves `/jobs`."""
    app = jobs.api()
    app.dependency_overrides[jobs.service] = lambda: SimpleNamespace(log=lambda _id: None)
    with serving(app) as client:
        yield client


@pytest.mark.parametrize("part", ["", "/items", "/attempts", "/logs"])
def test_a_job(job_client, people, part):
    ids = {"anna": ask(user_id="anna"), "nobody": "nobody"}

    def ask_for(client, who, key):
        response = client.get(f"/jobs/{ids[who]}{part}", headers=key)
        response._content = response.content.replace(ids["anna"].encode(), b"nobody")
        return response

    own, free = both(job_client, ask_for, people)
    assert own.text == free.text


def test_the_list_of_jobs_and_what_may_be_done_with_them(job_client, people):
    mine, foreign, nobodys = ask(user_id="anna"), ask(user_id="ben"), ask()
    seen = job_client.get("/jobs", headers=people["anna"]).json()["jobs"]
    assert [(job["id"], job["userId"]) for job in seen] == [(mine, "anna")]
    every = job_client.get("/jobs", headers=bearer(new_key("read"))).json()["jobs"]
    assert [job["id"] for job in every] == [nobodys, foreign, mine]
    for job_id in (foreign, nobodys):
        for action in ("cancel", "retry"):
            assert_problem(job_client.post(f"/jobs/{job_id}/{action}", headers=people["anna"]), 404)
        assert_problem(job_client.get(f"/jobs/{job_id}/events", headers=people["anna"]), 404)
    done = job_client.post(f"/jobs/{mine}/cancel", headers=people["anna"])
    assert done.json()["status"] == "cancelled"


def assert_refused(response):
    """The response says that the route is about everybody."""
    assert_problem(response, 403, "everybody")


def test_what_is_about_everybody_is_refused(people):
    with serving(analytics.api()) as client:
        for path in ("users", "recipes", "engagement", "system", "metrics", "charts/retention.png"):
            assert_refused(client.get(f"/analytics/{path}", headers=people["anna"]))
        for name in ("users", "events"):
            assert_refused(client.get(f"/analytics/export/{name}", headers=people["anna"]))
        sent = client.post("/analytics/events", json={"events": []}, headers=people["anna"])
        assert_refused(sent)
    app = ai.api()
    app.dependency_overrides[ai.service] = lambda: None
    with serving(app) as client:
        assert_refused(client.get("/ai/usage", headers=people["anna"]))
        writer = bearer(new_key("write", user_id="anna"))
        assert_refused(client.post("/ai/recipes", json={"save": True}, headers=writer))
    with serving(jobs.api()) as client:
        body = {"name": "cleanup"}
        assert_refused(client.post("/jobs", json=body, headers=people["anna"]))
        assert_refused(client.get("/jobs/schedules", headers=people["anna"]))


def test_a_picture_of_a_private_recipe(people):
    app = ai.api()
    asked = []

    def picture(subject, *_):
        asked.append(subject.title)
        raise Unavailable("No more is asked of it here.", 1)

    async def run(work, *args):
        return await ai.run_sync(work, *args)

    studio = SimpleNamespace(picture=picture)
    app.dependency_overrides[ai.service] = lambda: SimpleNamespace(studio=studio, run=run)
    with serving(app) as client:
        body = {"recipeId": "of-anna"}
        assert_problem(client.post("/ai/images", json=body, headers=people["ben"]), 404)
        assert_problem(client.post("/ai/images", json=body, headers=people["anna"]), 503)
    assert len(asked) == 1
