"""`/ai/images` over HTTP."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image
from sqlalchemy import select, update

from lib import db
from lib.images.store import store
from lib.recipes import book
from lib.settings import settings
from lib.tables import recipes
from tests.ai.pictures import PHOTO, painter_of
from tests.ai.server import Says, serving
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem


@pytest.fixture
def painted(client):
    """What the app answers while a server paints, and what that was asked."""

    def ask(body, *says, **headers):
        with serving(*says) as server:
            client.service.studio.painter = painter_of(server)
            response = client.post("/ai/images", json=body, headers=headers)
        client.service.studio.painter = None
        return response, server.asked

    return ask


def some_recipe():
    return next(item for item in book.book() if item.draft.cuisine == "thai")


def test_a_recipe_gets_a_card_without_a_model(client):
    item = some_recipe()
    response = client.post("/ai/images", json={"recipeId": item.id, "size": 512})
    assert response.status_code == 200, response.text
    got = response.json()
    assert got["url"].startswith("/images/files/")
    assert (got["width"], got["height"]) == (512, 512)
    assert item.draft.title in got["alt"]
    assert got["source"]["provider"] == "card"
    assert got["digitalSourceType"] == "algorithmicMedia"
    assert got["usage"]["costUsd"] == 0
    content = store().path(got["url"].rpartition("/")[2]).read_bytes()
    assert Image.open(io.BytesIO(content)).size == (512, 512)
    assert set(got["variants"]) == {"main", "mobile", "thumbnail"}


@pytest.mark.parametrize("title", ["﷽", "﷽" * 300])
def test_whatever_the_title_is_a_card_is_drawn(client, title):
    response = client.post("/ai/images", json={"recipeTitle": title})
    assert response.status_code == 200, response.text


def test_a_title_is_enough_and_snake_case_is_accepted(client):
    camel = {"recipeTitle": "Soup of the Day", "mealType": "lunch", "size": "400x300"}
    snake = {"recipe_title": "Soup of the Day", "meal_type": "lunch", "size": "400x300"}
    answers = [client.post("/ai/images", json=body).json() for body in (camel, snake)]
    assert answers[0] == answers[1]
    assert (answers[0]["width"], answers[0]["height"]) == (400, 300)


def test_a_model_paints_where_there_is_one(painted):
    body = {"recipeId": some_recipe().id, "style": "watercolor", "size": 400, "format": "png"}
    response, asked = painted(body, Says(picture=PHOTO))
    got = response.json()
    assert got["source"] == {
        "provider": "local",
        "model": "painter",
        "basedOn": [],
        "changes": [],
        "refused": [],
    }
    assert (got["format"], got["digitalSourceType"]) == ("png", "trainedAlgorithmicMedia")
    assert got["usage"]["costUsd"] > 0
    assert '"style": "watercolor"' in asked[0][1]["prompt"]
    assert '"ingredients"' in asked[0][1]["prompt"]


def test_a_refusal_is_a_card_with_a_note(painted):
    response, _ = painted(
        {"recipeTitle": "Refused", "size": 300}, Says(status=400, code="moderation_blocked")
    )
    got = response.json()
    assert got["source"]["provider"] == "card"
    assert got["source"]["refused"][0]["findings"] == ["The model refused the request."]
    assert got["notes"]


def test_a_spent_budget_is_a_429_that_says_when(painted, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_BUDGET_USD", "0")
    settings.cache_clear()
    response, asked = painted({"recipeTitle": "Too dear", "size": 300}, Says(picture=PHOTO))
    assert_problem(response, 429, "budget")
    assert int(response.headers["retry-after"]) > 0
    assert asked == []


def test_the_same_key_gives_the_first_picture_again_and_pays_once(painted, client):
    key = {"Idempotency-Key": "one-picture"}
    body = {"recipeTitle": "Once", "size": 300}
    first, asked = painted(body, Says(picture=PHOTO), **key)
    assert len(asked) == 1
    again = client.post("/ai/images", json=body, headers=key)  # no model any more
    assert again.json() == first.json()
    other = client.post("/ai/images", json=body | {"size": 320}, headers=key)
    assert_problem(other, 409)


def test_two_that_come_at_once_with_one_key_pay_once(client):
    body, key = {"recipeTitle": "At once", "size": 300}, {"Idempotency-Key": "at-once"}
    with serving(Says(picture=PHOTO, sleep_s=0.5)) as server, ThreadPoolExecutor(2) as pool:
        client.service.studio.painter = painter_of(server)
        sent = [pool.submit(client.post, "/ai/images", json=body, headers=key) for _ in range(2)]
        one, other = (each.result() for each in sent)
    client.service.studio.painter = None
    assert one.status_code == 200, one.text
    assert one.json() == other.json()
    assert len(server.asked) == 1


def test_an_unknown_recipe_is_a_404_and_a_private_one_too(client):
    assert_problem(client.post("/ai/images", json={"recipeId": "nobody"}), 404)
    recipe_id = some_recipe().id
    with db.transaction() as session:
        session.execute(update(recipes).where(recipes.c.id == recipe_id).values(is_public=False))
    try:
        assert_problem(client.post("/ai/images", json={"recipeId": recipe_id}), 404)
        admin = bearer(new_key("admin"))
        response = client.post("/ai/images", json={"recipeId": recipe_id, "size": 256}, headers=admin)
        assert response.status_code == 200
    finally:
        with db.transaction() as session:
            session.execute(update(recipes).where(recipes.c.id == recipe_id).values(is_public=True))
    with db.transaction() as session:
        assert session.scalar(select(recipes.c.image_url).where(recipes.c.id == recipe_id)) is None


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "recipeTitle"),
        ({"recipeId": "a", "recipeTitle": "b"}, "one of"),
        ({"recipeTitle": "  "}, "recipeTitle"),
        ({"recipeTitle": "x" * 301}, "recipeTitle"),
        ({"recipeTitle": "x", "size": 100}, "size"),
        ({"recipeTitle": "x", "size": 5000}, "size"),
        ({"recipeTitle": "x", "size": "4000x4000"}, "size"),
        ({"recipeTitle": "x", "size": "1024x256"}, "times as long"),
        ({"recipeTitle": "x", "size": "large"}, "size"),
        ({"recipeTitle": "x", "format": "gif"}, "format"),
        ({"recipeTitle": "x", "season": "monsoon"}, "season"),
        ({"recipeTitle": "x", "nonsense": 1}, "nonsense"),
    ],
)
def test_bad_fields_are_refused(client, body, word):
    assert_problem(client.post("/ai/images", json=body), 422, word)


def test_pictures_are_stored_so_the_key_must_be_one_that_writes(client):
    assert_problem(
        client.post("/ai/images", json={"recipeTitle": "x"}, headers=bearer(new_key("read"))), 403
    )
