"""`/search` as callers use it: shapes of answers, and problems that name the field."""

import pytest

from tests.deployments.conftest import assert_problem

HAVE = ["chickpeas", "spinach", "greek yogurt", "zorblax"]


def ask(client, route, **body):
    response = client.post(f"/search/{route}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_by_ingredients_answers_as_the_contract_says(search_client):
    answer = ask(search_client, "by-ingredients", have=HAVE, limit=40)
    assert answer.keys() == {"unknown", "results", "total", "tookMs"}
    assert answer["unknown"] == ["zorblax"]
    assert len(answer["results"]) == 40 or len(answer["results"]) == answer["total"]
    for hit in answer["results"]:
        assert hit.keys() == {"recipe", "used", "substituted", "missing", "pantry", "coverage"}
        assert {"id", "title", "diets", "allergens"} <= hit["recipe"].keys()
        assert 0 < hit["coverage"] <= 1
        for each in hit["substituted"]:
            assert each.keys() == {"needed", "use", "note"}
    assert any(hit["substituted"] for hit in answer["results"])


def test_ingredients_are_paged(search_client):
    whole = ask(search_client, "by-ingredients", have=HAVE, limit=100)
    pages = [
        ask(search_client, "by-ingredients", have=HAVE, limit=9, offset=start)
        for start in range(0, whole["total"], 9)
    ]
    assert [hit for page in pages for hit in page["results"]][:100] == whole["results"]
    assert {page["total"] for page in pages} == {whole["total"]}


def test_max_missing_pantry_and_filters_hold(search_client):
    body = {"have": ["eggs", "butter", "milk", "flour", "sugar"], "limit": 100}
    few = ask(search_client, "by-ingredients", **body, maxMissing=3)
    assert few["total"] == len(few["results"]) > 0
    assert all(len(hit["missing"]) <= 3 for hit in few["results"])
    bare = ask(search_client, "by-ingredients", **body, assumePantry=False)
    assert not any(hit["pantry"] for hit in bare["results"])
    vegan = ask(search_client, "by-ingredients", **body, filters={"diets": ["vegan"]})
    assert all("vegan" in hit["recipe"]["diets"] for hit in vegan["results"])


def test_snake_case_is_accepted_by_ingredients_too(search_client):
    have = ["eggs", "milk"]
    snake = ask(search_client, "by-ingredients", have=have, max_missing=4, assume_pantry=False)
    camel = ask(search_client, "by-ingredients", have=have, maxMissing=4, assumePantry=False)
    assert {**snake, "tookMs": 0} == {**camel, "tookMs": 0}


BAD_HAVES = [
    ({}, "have"),
    ({"have": []}, "have"),
    ({"have": "rice"}, "have"),
    ({"have": None}, "have"),
    ({"have": ["rice"] * 51}, "have"),
    ({"have": [""]}, "have"),
    ({"have": ["x" * 101]}, "have"),
    ({"have": [7]}, "have"),
    ({"have": ["rice\x00"]}, "have"),
    ({"have": ["rice"], "maxMissing": -1}, "maxMissing"),
    ({"have": ["rice"], "maxMissing": 101}, "maxMissing"),
    ({"have": ["rice"], "maxMissing": 1.5}, "maxMissing"),
    ({"have": ["rice"], "offset": 10_001}, "offset"),
    ({"have": ["rice"], "offset": -1}, "offset"),
    ({"have": ["rice"], "limit": 0}, "limit"),
    ({"have": ["rice"], "limit": 101}, "limit"),
    ({"have": ["rice"], "assumePantry": "perhaps"}, "assumePantry"),
    ({"have": ["rice"], "filters": {"diets": ["carnivore"]}}, "diets"),
    ({"have": ["rice"], "filters": {"claims": ["tasty"]}}, "claims"),
    ({"have": ["rice"], "filters": {"minServings": 0}}, "minServings"),
    ({"have": ["rice"], "more": True}, "more"),
]


@pytest.mark.parametrize(("body", "field"), BAD_HAVES)
def test_a_bad_list_of_ingredients_says_which_field(search_client, body, field):
    problem = assert_problem(search_client.post("/search/by-ingredients", json=body), 422)
    assert problem["errors"][0]["loc"][0] == "body"
    assert field in [str(part) for part in problem["errors"][0]["loc"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": "soup", "offset": 10_001}, "offset"),
        ({"query": "soup", "limit": 101}, "limit"),
        ({"query": " \n\t "}, "query"),
        ({"query": "soup", "filters": {"excludeIngredients": [""]}}, "excludeIngredients"),
        ({"query": "soup", "filters": {"claims": ["tasty"]}}, "claims"),
        ({"query": "soup", "filters": {"minServings": 1001}}, "minServings"),
    ],
)
def test_a_bad_search_says_which_field(search_client, body, field):
    problem = assert_problem(search_client.post("/search/semantic", json=body), 422)
    assert field in [str(part) for part in problem["errors"][0]["loc"]]


@pytest.mark.parametrize(
    ("route", "body"), [("semantic", {"query": "soup"}), ("by-ingredients", {"have": ["rice"]})]
)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic dTpw"])
def test_without_a_key_nothing_is_told(search_client, route, body, header):
    headers = {"Authorization": header}
    assert_problem(search_client.post(f"/search/{route}", json=body, headers=headers), 401)


def test_what_a_request_demands_is_in_the_answer(search_client):
    query = "brocolli soup, no nuts, under 60 minutes"
    answer = ask(search_client, "semantic", query=query, filters={"maxTotalMinutes": 45})
    assert answer["query"] == query
    interpreted = answer["interpreted"]
    assert interpreted["text"] == "brocolli soup"
    assert interpreted["corrections"] == {"brocolli": "broccoli"}
    assert interpreted["filters"]["maxTotalMinutes"] == 45
    assert interpreted["filters"]["excludeIngredients"] == ["nuts"]
    assert answer["results"]
    for hit in answer["results"]:
        assert hit.keys() == {"recipe", "score", "why"}
        assert hit["why"].keys() == {"semantic", "text", "matched", "snippet"}
        assert hit["recipe"]["totalMinutes"] <= 45
        assert "tree_nut" not in hit["recipe"]["allergens"]


def test_limits_that_contradict_each_other_find_nothing(search_client):
    filters = {"nutrients": {"proteinG": {"max": 20}}}
    answer = ask(search_client, "semantic", query="at least 30 g protein", filters=filters)
    assert (answer["results"], answer["total"]) == ([], 0)
    assert answer["interpreted"]["filters"]["nutrients"]["proteinG"] == {"min": 30, "max": 20}


def test_a_page_behind_the_last_is_empty(search_client):
    for route, body in (("semantic", {"query": "soup"}), ("by-ingredients", {"have": ["rice"]})):
        first = ask(search_client, route, **body)
        last = ask(search_client, route, **body, offset=10_000)
        assert (last["results"], last["total"]) == ([], first["total"])


@pytest.mark.parametrize("name", ["🍲", "'; drop table recipes; --", "суп", "\\", "%s {{7*7}}", "<b>"])
def test_odd_names_are_only_unknown(search_client, name):
    answer = ask(search_client, "by-ingredients", have=[name, "rice"])
    assert answer["unknown"] == [name]
    assert answer["total"] == ask(search_client, "by-ingredients", have=["rice"])["total"]
