"""The shopping list as callers use it: JSON, CSV, Excel and paper say the same."""

import io
from types import SimpleNamespace

import openpyxl
import pandas as pd
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, select

from deployments import reports
from lib import db
from lib.tables import recipes, shopping_lists, users
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.ledger import look
from tests.reports.reading import sound

ITEMS = {
    "items": [
        "1 onion",
        {"name": "onion", "amount": 0.5, "unit": "cup"},
        "=1+1 unicorns",
        "salt to taste",
    ],
    "pantry": ["salt", "2 moons"],
}


@pytest.fixture(scope="module")
def client(shared_book, renderer):
    """The app over the book, with a read key, and Ann with a stored list."""
    with db.transaction() as session:
        for name in ("ann", "ben"):
            row = {"id": name, "clerk_id": name, "email": f"{name}@example.com"}
            session.execute(insert(users).values(row))
        session.execute(insert(shopping_lists).values(id="anns", user_id="ann", name="Ann's"))
    app = reports.api()
    app.dependency_overrides[reports.service] = lambda: SimpleNamespace(renderer=renderer)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


@pytest.fixture(scope="module")
def some(shared_book):
    with db.transaction() as session:
        return list(session.scalars(select(recipes.c.id).order_by(recipes.c.title).limit(5)))


def listed(client, body, query=""):
    response = client.post(f"/reports/shopping-list{query}", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_json(client):
    data = listed(client, ITEMS)
    assert (data["title"], data["units"], data["totalItems"]) == ("Shopping list", "metric", 2)
    (item,) = data["sections"][0]["items"]
    assert data["sections"][0]["aisle"] == "Fruit and vegetables"
    said = ["onion", 2, "piece", "2 onions", "2 onions", 220]
    assert [item[name] for name in ("name", "amount", "unit", "display", "text", "grams")] == said
    assert item["needed"] == {"amount": 190, "unit": "g", "display": "1¾ onions"}
    assert item["leftover"]["amount"] == 30
    assert item["forRecipes"] == []
    assert data["leftOut"][0]["name"] == "salt"
    assert data["unusedPantry"] == ["2 moons"]


def test_the_same_in_every_form(client, some):
    body = {"recipeIds": some, "pantry": ["1 onion", "salt"], "servings": 3}
    data = listed(client, body, "?units=us")
    csv = client.post("/reports/shopping-list?units=us&format=csv", json=body)
    xlsx = client.post("/reports/shopping-list?units=us&format=xlsx", json=body)
    assert csv.headers["content-disposition"] == 'attachment; filename="shopping-list.csv"'
    tables = [pd.read_csv(io.BytesIO(csv.content)), pd.read_excel(io.BytesIO(xlsx.content))]
    bought = [(section["aisle"], item) for section in data["sections"] for item in section["items"]]
    total = len(bought) + len(data["leftOut"])
    for table, answer in zip(tables, (csv, xlsx), strict=True):
        assert answer.headers["x-row-count"] == str(total) == str(len(table))
        rows = table[table["leftOut"].isna()].to_dict("records")
        for row, (aisle, item) in zip(rows, bought, strict=True):
            names = ("name", "text", "display", "unit", "amount", "grams")
            assert [row[name] for name in names] == [item.get(name) for name in names]
            assert row["aisle"] == aisle
            assert [row[name] for name in ("bought", "pantry", "needed", "leftover")] == [
                item[name]["amount"] for name in ("bought", "pantry", "needed", "leftover")
            ]
            uses = "; ".join(f"{use['title']}: {use['display']}" for use in item["forRecipes"])
            assert row["forRecipes"] == uses
        left = table[table["leftOut"].notna()]
        assert list(left["name"]) == [out["name"] for out in data["leftOut"]]


def test_formulas_are_harmless(client):
    bad = {"items": ["=cmd|' /C calc'!A0", "@SUM(1)"]}
    csv = client.post("/reports/shopping-list?format=csv", json=bad)
    assert not any(cell.startswith(("=", "@")) for cell in csv.text.split(","))
    xlsx = client.post("/reports/shopping-list?format=xlsx", json=bad)
    book = openpyxl.load_workbook(io.BytesIO(xlsx.content))
    kinds = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert kinds <= {"s", "n", "b", "inlineStr"}


def test_paper(client, some):
    body = {"recipeIds": some, "title": "Für die Woche"}
    response = client.post("/reports/shopping-list-pdf?paper=letter", json=body)
    assert response.status_code == 200, response.text
    told = response.headers["content-disposition"]
    assert told == 'attachment; filename="shopping-list-fur-die-woche.pdf"'
    assert b"/MediaBox [ 0 0 612 792 ]" in response.content
    read = sound(response.content)
    assert read.title == "Für die Woche"
    for section in listed(client, body)["sections"]:
        assert section["aisle"] in read.outline
        assert all(item["display"].split(" (")[0] in read.text for item in section["items"])


def test_later(client):
    answer = client.post("/reports/shopping-list-pdf", json=ITEMS, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert job["args"]["kind"] == "shopping-list"
    assert look(job["id"]).args["items"][0] == "1 onion"


@pytest.mark.parametrize("path", ["/reports/shopping-list", "/reports/shopping-list-pdf"])
@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 422, "exactly one"),
        ({"items": []}, 422, "items"),
        ({"items": ["1 onion"], "recipeIds": ["x"]}, 422, "exactly one"),
        ({"items": ["1 onion"] * 10_000}, 422, "items"),
        ({"items": [" "]}, 422, "items"),
        ({"items": ["-3 onions"]}, 422, "negative"),
        ({"items": [{"name": "onion", "amount": 1e9}]}, 422, "100000"),
        ({"items": ["90000 kg onions"]}, 422, "tonne"),
        ({"items": ["1 onion"], "pantry": ["1/0 onion"]}, 422, "pantry"),
        ({"recipeIds": ["nope", "never"]}, 404, "nope, never"),
        ({"mealPlanId": "nope"}, 404, "meal plan"),
        ({"shoppingListId": "nope"}, 404, "shopping list"),
        ({"shoppingListId": "anns"}, 422, "no items"),
        ({"items": ["1 onion"], "servings": 0}, 422, "servings"),
        ({"items": ["1 onion"], "cheese": 1}, 422, "cheese"),
    ],
)
def test_refused(client, path, body, status, word):
    assert_problem(client.post(path, json=body), status, word)


def test_anothers_list_is_not_there(client):
    own, foreign = (bearer(new_key("read", name, name)) for name in ("ann", "ben"))
    body = {"shoppingListId": "anns"}
    assert_problem(client.post("/reports/shopping-list", json=body, headers=foreign), 404)
    assert_problem(client.post("/reports/shopping-list", json=body, headers=own), 422, "no items")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"items": []}, ["body", "items"]),
        ({"items": [{"name": "x" * 2000}]}, ["body", "items", 0, "name"]),
        ({"items": [{"amount": 1}]}, ["body", "items", 0, "name"]),
        ({"items": ["egg"], "servings": "many"}, ["body", "servings"]),
    ],
)
def test_bad_fields_are_told_by_the_names_that_callers_know(client, body, place):
    response = client.post("/reports/shopping-list", json=body)
    problem = assert_problem(response, 422, ".".join(map(str, place)))
    assert [error["loc"] for error in problem["errors"]] == [place]
    assert "[" not in problem["detail"]
