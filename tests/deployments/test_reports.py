"""`/reports` as callers use it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from deployments import reports
from lib import db
from lib.reports import files
from lib.reports.document import Rendered
from lib.tables import meal_plans, recipes, users
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.ledger import look
from tests.reports.reading import sound

MONDAY = date(2026, 11, 30)
LATER = {"Prefer": "respond-async"}


@pytest.fixture(scope="module")
def client(shared_book, renderer):
    """The app over the book, with a read key and two users: Ann, who has a plan, and Ben."""
    with db.transaction() as session:
        for name in ("ann", "ben"):
            session.execute(
                insert(users).values(
                    id=name, clerk_id=name, email=f"{name}@example.com", name=name.title()
                )
            )
        plan = {"id": "anns", "user_id": "ann", "name": "Ann’s week", "start_date": MONDAY}
        session.execute(insert(meal_plans).values(plan | {"end_date": MONDAY + timedelta(days=6)}))
    app = reports.api()
    app.dependency_overrides[reports.service] = lambda: SimpleNamespace(renderer=renderer)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


@pytest.fixture(scope="module")
def some(shared_book):
    with db.transaction() as session:
        return list(session.scalars(select(recipes.c.id).order_by(recipes.c.title).limit(2)))


def inline(*ids):
    items = [{"date": str(MONDAY), "mealType": "dinner", "recipeId": one, "servings": 2} for one in ids]
    return {
        "mealPlan": {"name": "Mine", "startDate": str(MONDAY), "endDate": str(MONDAY), "items": items}
    }


def test_a_plan(client, some):
    response = client.post("/reports/meal-plan-pdf?paper=letter&units=us", json=inline(*some))
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'attachment; filename="meal-plan-mine.pdf"'
    read = sound(response.content)
    assert response.headers["x-page-count"] == str(len(read.pages))
    assert b"/MediaBox [ 0 0 612 792 ]" in response.content
    stored = client.post("/reports/meal-plan-pdf", json={"mealPlanId": "anns"})
    assert "Nothing is planned" in sound(stored.content).text


def test_a_book(client, some):
    response = client.post("/reports/recipe-book-pdf", json={"recipe_ids": some, "title": "Crème & co"})
    assert response.headers["content-disposition"] == 'attachment; filename="recipe-book-creme-co.pdf"'
    assert sound(response.content).title == "Crème & co"


def test_later_and_fetched(client, some):
    body = {"recipeIds": some}
    first = client.post("/reports/recipe-book-pdf?paper=letter", json=body, headers=LATER)
    assert first.status_code == 202, first.text
    assert first.headers["preference-applied"] == "respond-async"
    job = first.json()
    assert first.headers["location"] == f"/jobs/{job['id']}"
    assert (job["name"], job["status"]) == ("report", "queued")
    assert job["args"] == {
        "kind": "recipe-book",
        "recipeIds": some,
        "paper": "letter",
        "units": "metric",
    }
    assert_problem(client.get(f"/reports/files/{job['id']}"), 404, "report")
    with db.transaction() as session:
        files.keep(session, job["id"], None, "book.pdf", Rendered(b"%PDF", 7, {}))
    fetched = client.get(f"/reports/files/{job['id']}")
    assert (fetched.content, fetched.headers["x-page-count"]) == (b"%PDF", "7")
    assert fetched.headers["content-disposition"] == 'attachment; filename="book.pdf"'


def test_asked_twice_it_is_one_job(client, some):
    said = LATER | {"Idempotency-Key": "one"}
    first, again = (
        client.post("/reports/recipe-book-pdf", json={"recipeIds": some}, headers=said) for _ in range(2)
    )
    assert first.json()["id"] == again.json()["id"]
    other = client.post("/reports/recipe-book-pdf", json={"recipeIds": some[:1]}, headers=said)
    assert_problem(other, 409)


def test_large_ones_are_jobs(client, some, monkeypatch):
    monkeypatch.setattr(reports, "MOST_AT_ONCE", 1)
    response = client.post("/reports/recipe-book-pdf", json={"recipeIds": some})
    assert response.status_code == 202
    assert look(response.json()["id"]).name == "report"
    assert client.post("/reports/meal-plan-pdf", json=inline(*some)).status_code == 202


@pytest.mark.parametrize("headers", [{}, LATER])
def test_what_is_not_there_is_said(client, some, headers):
    plan = client.post("/reports/meal-plan-pdf", json={"mealPlanId": "never"}, headers=headers)
    assert_problem(plan, 404, "meal plan")
    assert_problem(
        client.post("/reports/recipe-book-pdf", json={"userId": "never"}, headers=headers), 404, "user"
    )
    missing = client.post(
        "/reports/recipe-book-pdf", json={"recipeIds": [*some, "gone-3"]}, headers=headers
    )
    assert_problem(missing, 404, "gone-3")
    unknown = client.post("/reports/meal-plan-pdf", json=inline("gone-4"), headers=headers)
    assert_problem(unknown, 404, "gone-4")
    empty = client.post("/reports/recipe-book-pdf", json={"userId": "ben"}, headers=headers)
    assert_problem(empty, 404, "neither recipes")


def test_private_recipes_are_printed_at_once_and_refused_as_a_job(client, some):
    with db.transaction() as session:
        secret = {"id": "bens-secret", "user_id": "cleo", "title": "Secret", "is_public": False}
        cleo = {"id": "cleo", "clerk_id": "cleo", "email": "cleo@example.com", "name": "Cleo"}
        session.execute(insert(users).values(cleo))
        session.execute(insert(recipes).values(secret))
    admin = bearer(new_key("admin"))
    for path, body in (
        ("recipe-book-pdf", {"recipeIds": ["bens-secret"]}),
        ("meal-plan-pdf", inline("bens-secret")),
        ("shopping-list-pdf", {"recipeIds": [*some, "bens-secret"]}),
    ):
        assert client.post(f"/reports/{path}", json=body, headers=admin).status_code == 200
        refused = client.post(f"/reports/{path}", json=body, headers=admin | LATER)
        assert_problem(refused, 422, "private recipes")
    whole = client.post("/reports/recipe-book-pdf", json={"userId": "cleo"}, headers=admin | LATER)
    assert whole.status_code == 202


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("meal-plan-pdf", {}, "mealPlanId or mealPlan"),
        ("meal-plan-pdf?paper=a0", {"mealPlanId": "a"}, "letter"),
        ("meal-plan-pdf?units=old", {"mealPlanId": "a"}, "metric"),
        ("recipe-book-pdf", {}, "userId or recipeIds"),
        ("recipe-book-pdf", {"recipeIds": []}, "at least 1"),
        ("recipe-book-pdf", {"recipeIds": ["a"], "color": "red"}, "color"),
        ("recipe-book-pdf", {"recipeIds": ["a"] * 1001}, "at most 1000"),
    ],
)
def test_what_cannot_be_is_said(client, path, body, words):
    assert_problem(client.post(f"/reports/{path}", json=body), 422, words)


def test_a_key_is_needed(client):
    assert_problem(client.post("/reports/meal-plan-pdf", json={}, headers={"Authorization": ""}), 401)


def test_anothers_things_are_as_what_never_was(client, some):
    ann, ben = (bearer(new_key("read", name, name)) for name in ("ann", "ben"))
    mine = client.post("/reports/meal-plan-pdf", json={"mealPlanId": "anns"}, headers=ann)
    assert mine.status_code == 200
    for body, path in (
        ({"mealPlanId": "anns"}, "meal-plan-pdf"),
        ({"userId": "ann"}, "recipe-book-pdf"),
    ):
        for extra in ({}, LATER):
            assert_problem(client.post(f"/reports/{path}", json=body, headers=ben | extra), 404)
    job = client.post("/reports/recipe-book-pdf", json={"recipeIds": some}, headers=ann | LATER).json()
    assert job["userId"] == "ann"
    with db.transaction() as session:
        files.keep(session, job["id"], "ann", "book.pdf", Rendered(b"%PDF", 7, {}))
    assert client.get(f"/reports/files/{job['id']}", headers=ann).status_code == 200
    assert_problem(client.get(f"/reports/files/{job['id']}", headers=ben), 404)
