"""`/recommendations` as callers use it."""

from datetime import UTC, datetime

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from deployments import home
from lib import db
from lib.tables import recipes
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.recommendation_corpus import add_user, fill, plan


@pytest.fixture
def client(database):
    """The app over two hundred random recipes, with a read key; one vegan and one who plans."""
    with db.transaction() as session:
        fill(session, 200)
        session.execute(update(recipes).where(recipes.c.id == "r00001").values(is_public=True))
        session.execute(update(recipes).where(recipes.c.id == "r00002").values(is_public=False))
        add_user(session, "vegan", dietary_restrictions=["Vegan"], allergens=["Tree nuts"])
        add_user(session, "planner")
        plan(session, "planner", {"r00001": 20}, today=datetime.now(UTC).date())
    with TestClient(home.api(), raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


def test_recommendations_answer_as_the_contract_says(client):
    for path, name, strategy in (
        ("/recommendations/user/planner", "userId", "content"),
        ("/recommendations/user/vegan", "userId", "new_user"),
        ("/recommendations/recipe/r00001", "recipeId", None),
    ):
        response = client.get(path, params={"limit": 7})
        assert response.status_code == 200, response.text
        answer = response.json()
        assert answer.keys() == {name, "results"} | ({"strategy"} if strategy else set())
        assert answer[name] == path.rpartition("/")[2]
        assert answer.get("strategy") == strategy
        assert len(answer["results"]) == 7
        for result in answer["results"]:
            assert result.keys() == {"recipe", "score", "reason"}
            assert {"id", "title", "diets", "allergens"} <= result["recipe"].keys()
            assert result["reason"]


def test_the_limits_of_a_person_hold_over_http(client):
    answer = client.get("/recommendations/user/vegan", params={"limit": 50}).json()
    assert answer["results"]
    assert all("vegan" in result["recipe"]["diets"] for result in answer["results"])


def test_ten_come_unless_said_otherwise(client):
    assert len(client.get("/recommendations/user/planner").json()["results"]) == 10


@pytest.mark.parametrize("kind", ["user/planner", "recipe/r00001"])
@pytest.mark.parametrize("limit", ["0", "51", "-1", "many", "1.5", ""])
def test_a_bad_limit_is_told(client, kind, limit):
    problem = assert_problem(client.get(f"/recommendations/{kind}?limit={limit}"), 422)
    assert problem["errors"][0]["loc"] == ["query", "limit"]


@pytest.mark.parametrize("kind", ["user", "recipe"])
def test_bad_and_unknown_ids_are_told(client, kind):
    assert_problem(client.get(f"/recommendations/{kind}/nobody"), 404, "no", kind)
    assert_problem(client.get(f"/recommendations/{kind}/{'x' * 201}"), 422)
    assert_problem(client.get(f"/recommendations/{kind}/a%00b"), 422)


def test_a_private_recipe_is_unknown_to_every_key(client):
    assert_problem(client.get("/recommendations/recipe/r00002"), 404)
    admin = bearer(new_key("admin", "another"))
    assert_problem(client.get("/recommendations/recipe/r00002", headers=admin), 404)


@pytest.mark.parametrize("path", ["user/planner", "recipe/r00001"])
def test_a_key_is_needed(client, path):
    assert_problem(client.get(f"/recommendations/{path}", headers={"Authorization": ""}), 401)


def test_the_bundled_book_has_neighbours(home_client):
    [beef] = [
        recipe["id"]
        for recipe in home_client.get("/recipes", params={"limit": 100}).json()["recipes"]
        if recipe["title"] == "Beef Bourguignon"
    ]
    answer = home_client.get(f"/recommendations/recipe/{beef}").json()
    titles = [result["recipe"]["title"] for result in answer["results"]]
    assert len(titles) == 10
    assert "Beef Bourguignon" not in titles
    assert sum("Beef" in title for title in titles) >= 2
