"""The routes as callers use them."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from deployments import home, search, vectors
from deployments.vectors import Encoder
from lib import db
from lib.recipes import store
from lib.recipes.draft import RecipeDraft
from lib.search import embedding, index
from lib.search.embedding import model_name
from lib.search.semantic import Searcher
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem


def test_search_answers_as_the_contract_says(search_client):
    body = {"query": "chickpea and sweet potato curry with coconut", "limit": 3}
    response = search_client.post("/search/semantic", json=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer.keys() == {"query", "interpreted", "results", "total", "tookMs"}
    assert answer["interpreted"].keys() == {"text", "filters", "corrections"}
    assert len(answer["results"]) == 3
    best = answer["results"][0]
    assert best["recipe"]["title"] == "Chickpea and Sweet Potato Coconut Curry"
    assert best["why"].keys() == {"semantic", "text", "matched", "snippet"}
    assert "vegan" in best["recipe"]["diets"]
    assert answer["tookMs"] > 0


def test_snake_case_is_accepted_too(search_client):
    body = {"query": "dinner", "filters": {"max_total_minutes": 60, "meal_type": ["dinner"]}}
    camel = {"query": "dinner", "filters": {"maxTotalMinutes": 60, "mealType": ["dinner"]}}
    answers = [search_client.post("/search/semantic", json=b).json() for b in (body, camel)]
    assert answers[0]["results"] == answers[1]["results"]
    assert answers[0]["total"] > 0


BAD_SEARCHES = [
    {},
    {"query": ""},
    {"query": "   "},
    {"query": 7},
    {"query": None},
    {"query": ["soup"]},
    {"query": "x" * 501},
    {"query": "soup\x00"},
    {"query": "soup", "limit": 0},
    {"query": "soup", "limit": 101},
    {"query": "soup", "limit": "many"},
    {"query": "soup", "offset": -1},
    {"query": "soup", "offset": 10**30},
    {"query": "soup", "filters": []},
    {"query": "soup", "filters": {"diets": ["carnivore"]}},
    {"query": "soup", "filters": {"excludeAllergens": ["dust"]}},
    {"query": "soup", "filters": {"maxTotalMinutes": -5}},
    {"query": "soup", "filters": {"nutrients": {"energyKcal": {}}}},
    {"query": "soup", "filters": {"nutrients": {"energyKcal": {"min": 5, "max": 1}}}},
    {"query": "soup", "filters": {"nutrients": {"joy": {"min": 5}}}},
    {"query": "soup", "filters": {"includeIngredients": ["x"] * 51}},
    {"query": "soup", "filters": {"cuisine": [""]}},
    {"query": "soup", "filter": {}},
]


@pytest.mark.parametrize("body", BAD_SEARCHES)
def test_a_bad_search_says_which_field(search_client, body):
    problem = assert_problem(search_client.post("/search/semantic", json=body), 422)
    assert problem["errors"][0]["loc"][0] == "body"


@pytest.mark.parametrize(
    "query",
    [
        "'; drop table recipes; --",
        "{{7*7}} ${7*7} %s %(x)s",
        "soup & | ! <-> :* ()",
        "🍲",
        "суп с чечевицей",
        "\\",
        "a" * 500,
        "the of and",
    ],
)
def test_odd_words_are_only_words(search_client, query):
    filters = {"includeIngredients": [], "cuisine": [query[:100]]}
    for body in ({"query": query}, {"query": query, "filters": filters}):
        response = search_client.post("/search/semantic", json=body)
        assert response.status_code == 200
    named = {"excludeIngredients": [query[:100]], "includeIngredients": [query[:100]]}
    response = search_client.post("/search/semantic", json={"query": "soup", "filters": named})
    assert response.json()["total"] == 0


def test_without_the_model_of_the_vectors_it_is_a_503(search_client):
    overrides = search_client.app.dependency_overrides
    working = overrides[search.service]
    lost = SimpleNamespace(**vars(working()) | {"searcher": Searcher(), "encode": Encoder().encode})
    lost.searcher.model = lambda _session: "0123456789ab-int8"
    overrides[search.service] = lambda: lost
    response = search_client.post("/search/semantic", json={"query": "never asked before"})
    overrides[search.service] = working
    assert_problem(response, 503, "model")
    assert response.headers["retry-after"] == "2"


def test_a_damaged_model_is_a_503(search_client, model, tmp_path, monkeypatch):
    whole = embedding.converted()
    damaged = tmp_path / whole.name
    shutil.copytree(whole, damaged)
    (damaged / "model.onnx").write_bytes(b"none")
    monkeypatch.setattr(embedding, "converted", lambda _name=None: damaged)
    overrides = search_client.app.dependency_overrides
    working = overrides[search.service]
    here = SimpleNamespace(**vars(working()) | {"encode": Encoder().encode})
    overrides[search.service] = lambda: here
    response = search_client.post("/search/semantic", json={"query": "never asked before that"})
    overrides[search.service] = working
    assert_problem(response, 503, "model")


def test_the_model_is_loaded_when_it_is_first_asked_for_and_once(model, monkeypatch):
    loaded = []

    def load(name):
        loaded.append(name)
        return model

    monkeypatch.setattr(vectors, "Embedder", load)
    encoder = Encoder()
    assert loaded == []
    name = embedding.model_name()
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: encoder.encode("soup", name), range(8))]
    assert found == [model.encode(["soup"])[0].tolist()] * 8
    encoder.encode("soup", "older-int8")
    encoder.encode("soup", "oldest-int8")
    encoder.encode("soup", name)
    assert loaded == [name, "older-int8", "oldest-int8"]


def test_recipes_page_by_page(home_client):
    seen, cursor = [], {}
    while True:
        page = home_client.get("/recipes", params={"limit": 25, **cursor}).json()
        seen += [recipe["id"] for recipe in page["recipes"]]
        if "nextCursor" not in page:
            break
        cursor = {"cursor": page["nextCursor"]}
    assert len(seen) == len(set(seen)) >= 60


def test_recipes_by_cuisine_and_more(home_client):
    page = home_client.get("/recipes?cuisine=Indian&cuisine=thai&limit=100").json()
    assert {recipe["cuisine"] for recipe in page["recipes"]} == {"indian", "thai"}
    page = home_client.get("/recipes?diets=vegan&maxTotalMinutes=60&mealType=snack").json()
    assert all("vegan" in recipe["diets"] for recipe in page["recipes"])


def test_recipes_page_by_page_with_long_titles_in_any_script(home_client, model):
    titles = {"🍲" * 200, ("суп " * 50).strip(), "x" * 200}
    with db.transaction() as session:
        for number, title in enumerate(titles):
            draft = RecipeDraft(title=title, ingredients=[{"name": "carrot"}])
            store.save(session, f"long-{number}", draft)
    index.refresh(db.sessions(), model.encode, model_name())
    seen, cursor = set(), ""
    while True:
        page = home_client.get("/recipes", params={"limit": 1, "cursor": cursor}).json()
        seen |= {recipe["title"] for recipe in page["recipes"]}
        if "nextCursor" not in page:
            break
        cursor = page["nextCursor"]
    assert titles <= seen
    with db.transaction() as session:
        session.execute(text("delete from recipes where id like 'long-%'"))
    index.refresh(db.sessions(), model.encode, model_name())


def test_recipes_without_an_allergen(home_client):
    page = home_client.get("/recipes?excludeAllergens=milk&excludeIngredients=egg&limit=100").json()
    assert page["recipes"]
    assert not any("milk" in recipe["allergens"] for recipe in page["recipes"])


def test_a_private_recipe_is_seen_by_admins_only(home_client):
    identifier = home_client.get("/recipes?limit=1").json()["recipes"][0]["id"]
    change = "update recipes set is_public = :public where id = :id"
    with db.transaction() as session:
        session.execute(text(change), {"public": False, "id": identifier})
    try:
        assert_problem(home_client.get(f"/recipes/{identifier}"), 404)
        admin = bearer(new_key("admin"))
        assert home_client.get(f"/recipes/{identifier}", headers=admin).status_code == 200
        listed = home_client.get("/recipes?limit=100").json()["recipes"]
        assert identifier not in {recipe["id"] for recipe in listed}
    finally:
        with db.transaction() as session:
            session.execute(text(change), {"public": True, "id": identifier})


def test_a_whole_recipe(home_client):
    cards = home_client.get("/recipes?cuisine=indian&limit=100").json()["recipes"]
    card = next(card for card in cards if card["title"] == "Red Lentil Dal with Spinach")
    recipe = home_client.get(f"/recipes/{card['id']}").json()
    assert recipe.items() >= card.items()
    assert {"text", "name", "amount", "unit"} <= recipe["ingredients"][0].keys()
    assert recipe["freezerPrep"]
    assert recipe["dietaryInfo"]["vegan"] == "yes"
    assert recipe["allergenInfo"]["milk"] == "clear"
    assert "null" not in json.dumps(recipe)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/recipes/unknown", 404),
        ("/recipes/%00", 422),
        ("/recipes/" + "x" * 201, 422),
        ("/recipes/..%2f..%2fetc%2fpasswd", 404),
        ("/recipes/';--", 404),
        ("/recipes/{{7*7}}", 404),
        ("/recipes/a/b", 404),
        ("/recipes/%ff%fe", 404),
        ("/recipes?limit=0", 422),
        ("/recipes?limit=101", 422),
        ("/recipes?limit=x", 422),
        ("/recipes?limit=1&limit=x", 422),
        ("/recipes?cursor=nonsense", 422),
        ("/recipes?cursor=%00", 422),
        ("/recipes?cursor=W10", 422),
        ("/recipes?mealType=tea", 422),
        ("/recipes?diet=vegan", 422),
        ("/recipes?excludeAllergens=dust", 422),
        ("/recipes" + "?season=winter" + "&season=winter" * 9, 422),
        ("/recipes?maxTotalMinutes=-1", 422),
        ("/recipes?maxTotalMinutes=99999999999999999999", 422),
    ],
)
def test_bad_paths_and_parameters(home_client, path, status):
    assert_problem(home_client.get(path), status)


def test_every_route_but_the_public_ones_needs_a_key(home_client, search_client):
    nobody = {"Authorization": ""}
    for path in ("/", "/docs", "/openapi.json", "/health"):
        assert home_client.get(path, headers=nobody).status_code == 200
    assert_problem(home_client.get("/recipes", headers=nobody), 401)
    assert_problem(home_client.get("/recipes/x", headers=nobody), 401)
    body = {"query": "x"}
    assert_problem(search_client.post("/search/semantic", json=body, headers=nobody), 401)


def test_home_shows_where_things_are(home_client):
    page = home_client.get("/").text
    assert "http://127.0.0.1:8265" in page
    assert 'href="/docs"' in page
    assert "$" not in page.split("<script>")[0]


def test_the_documentation_needs_nothing_from_elsewhere(home_client):
    page = home_client.get("/docs").text
    assert "https://" not in page
    for asset, kind in (("swagger-ui.css", "text/css"), ("swagger-ui-bundle.js", "text/javascript")):
        assert f"/docs/{asset}" in page
        response = home_client.get(f"/docs/{asset}")
        assert response.headers["content-type"].startswith(kind)
        assert len(response.content) > 100_000
    assert_problem(home_client.get("/docs/nothing.js"), 422)


def test_readiness_names_what_is_not_ready(book_database, monkeypatch):
    states = {"home": "ok", "search": "ok"}
    monkeypatch.setattr(home, "services", lambda: states)
    with TestClient(home.api()) as client:
        assert client.get("/ready").json() == {
            "status": "ready",
            "services": states,
            "database": "ok",
        }
        states["search"] = "waiting for Indexer"
        home.probe.cache_clear()
        response = client.get("/ready")
        assert response.status_code == 503
        assert response.headers["retry-after"]
        assert response.json()["services"]["search"] == "waiting for Indexer"
        monkeypatch.setattr(home, "database", lambda: "not answering")
        home.probe.cache_clear()
        assert client.get("/ready").json()["database"] == "not answering"


def test_readiness_does_not_wait_for_what_hangs(book_database, monkeypatch):
    monkeypatch.setattr(home, "_CHECK_TIMEOUT_S", 0.2)
    monkeypatch.setattr(home, "services", lambda: __import__("time").sleep(3) or {})
    with TestClient(home.api()) as client:
        response = client.get("/ready")
    assert response.status_code == 503
    assert response.json()["services"] == {"serve": "no answer"}


def test_a_write_key_may_read(home_client):
    for scope in ("write", "admin"):
        assert home_client.get("/recipes", headers=bearer(new_key(scope))).status_code == 200
