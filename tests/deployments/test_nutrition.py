"""The nutrition routes as callers use them."""

import json
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import func, select, text

from deployments import nutrition
from lib import db
from lib.nutrition import resolving, store
from lib.nutrition.fdc import LOOKED_UP, unclassed
from lib.nutrition.foods import foods
from lib.nutrition.labels import ALLERGENS, DIETS
from lib.nutrition.nutrients import Nutrients, from_mapping
from lib.nutrition.portions import Portion
from lib.search.embedding import model_name
from lib.settings import settings
from lib.tables import foods as food_table
from lib.tables import meal_plan_items, meal_plans, recipe_nutrition, recipes
from tests.conftest import bearer, forget, new_key
from tests.deployments.conftest import assert_problem

NAMES = {field.alias for field in Nutrients.model_fields.values()}
NOBODY = {"Authorization": ""}
DEAD = "postgresql://postgres@127.0.0.1:1/none"


def told(response):
    """The JSON of an answer, in which every number is one and nothing is null."""

    def refuse(constant):
        raise AssertionError(f"{constant} in {response.text}")

    assert response.status_code == 200, response.text
    answer = json.loads(response.text, parse_constant=refuse)
    assert None not in leaves(answer), response.text
    return answer


def leaves(node):
    """Everything in it that has no parts."""
    if isinstance(node, dict | list):
        parts = node.values() if isinstance(node, dict) else node
        return [leaf for part in parts for leaf in leaves(part)]
    return [node]


def post(client, path, body):
    """The response to a body that may hold NaN and Infinity."""
    headers = {"Content-Type": "application/json"}
    return client.post(f"/nutrition/{path}", content=json.dumps(body), headers=headers)


def calculated(client, *ingredients, **fields):
    return told(post(client, "calculate", {"ingredients": ingredients, **fields}))


def food(client, name, **params):
    return told(client.get(f"/nutrition/ingredient/{name}", params=params))


@pytest.fixture
def vectors(nutrition_client):
    """Vectors by name, which are given during the test; every name that was asked for."""
    known, asked = {}, []

    def encode(name, _model):
        asked.append(name)
        return known.get(name, unit(100))

    overrides = nutrition_client.app.dependency_overrides
    before, overrides[nutrition.encode] = overrides[nutrition.encode], lambda: encode
    known["asked"] = asked
    yield known
    overrides[nutrition.encode] = before


@pytest.fixture(scope="module")
def stored_foods(shared_book):
    """Three foods of the table with vectors at right angles, and one that was imported."""
    names = ["butter", "chickpeas", "egg"]
    zorblax = unclassed(
        "zorblax",
        9_000_001,
        "Zorblax, raw",
        "survey_fndds_food",
        from_mapping({"energy_kcal": 50.0, "protein_g": 2.0}),
        [Portion("cup", "", 200.0, "cup", ours=False)],
    )
    with db.transaction() as session:
        store.save(session, [foods()[name] for name in names], "bundled")
        assert store.add(session, [zorblax])["written"] == 1
    encode = lambda sentences: [unit(names.index(name)) for name in sentences]  # noqa: E731
    assert store.embed_missing(db.sessions(), encode, model_name()) == len(names)


def unit(*places):
    """A vector of length 1 between these axes."""
    return [len(places) ** -0.5 if place in places else 0.0 for place in range(384)]


def test_calculate_answers_as_the_contract_says(nutrition_client):
    answer = calculated(nutrition_client, "2 large eggs, beaten", "1 pinch unobtainium", servings=2)
    assert answer.keys() >= {
        *("servings", "total", "perServing", "dailyValues", "intervals", "ingredients", "unmatched"),
        *("notCounted", "incomplete", "coverage", "diets", "allergens"),
    }
    (egg,) = answer["ingredients"]
    assert egg["input"] == "2 large eggs, beaten"
    assert egg["parsed"].items() >= {"amount": 2, "name": "eggs", "preparation": "beaten"}.items()
    assert egg["food"].keys() >= {"fdcId", "description", "dataType"}
    assert egg["food"]["fdcId"] == 171287
    assert 0.5 < egg["confidence"] <= 1
    assert egg["nutrients"].keys() <= NAMES
    (unknown,) = answer["unmatched"]
    assert unknown["input"] == "1 pinch unobtainium"
    assert unknown["reason"]
    assert (answer["servings"], answer["coverage"]) == (2, 0.5)
    assert (answer["diets"].keys(), answer["allergens"].keys()) == (set(DIETS), set(ALLERGENS))


@pytest.mark.parametrize(
    ("line", "grams", "kcal"),
    [
        ("2 large eggs", 100, 143),
        ("1 cup all-purpose flour", 125, 455),
        ("1 stick butter", 113, 810.2),
        ("1 tbsp olive oil", 13.5, 119.3),
        ("100 g butter", 100, 717),
        ("1 cup whole milk", 244, 148.8),
        ("1 kg sugar", 1000, 3870),
    ],
)
def test_one_line_comes_to_usdas_figures(nutrition_client, line, grams, kcal):
    answer = calculated(nutrition_client, line)
    assert answer["ingredients"][0]["grams"] == pytest.approx(grams, rel=0.002)
    assert answer["total"]["energyKcal"] == pytest.approx(kcal, rel=0.005)
    assert answer["perServing"] == answer["total"] == answer["ingredients"][0]["nutrients"]
    assert answer["coverage"] == 1


def test_lines_add_up_and_are_divided_by_servings(nutrition_client):
    lines = ["2 large eggs", "1 cup all-purpose flour", "1 stick butter"]
    answer = calculated(nutrition_client, *lines, servings=4)
    assert answer["total"]["energyKcal"] == pytest.approx(143 + 455 + 810.2, abs=0.5)
    for name, value in answer["total"].items():
        each = [item["nutrients"][name] for item in answer["ingredients"] if name in item["nutrients"]]
        assert sum(each) == pytest.approx(value, abs=0.15)
        assert answer["perServing"][name] == pytest.approx(value / 4, abs=0.06)
    energy = answer["intervals"]["energyKcal"]
    assert energy["p10"] < answer["perServing"]["energyKcal"] < energy["p90"]


def test_daily_values_are_percent_per_serving(nutrition_client):
    answer = calculated(nutrition_client, "4 large eggs", servings=2)
    assert answer["dailyValues"].items() >= {"cholesterolMg": 124, "sodiumMg": 6, "proteinG": 25}.items()
    assert "energyKcal" not in answer["dailyValues"]


@pytest.mark.parametrize(
    ("lines", "diets", "allergens"),
    [
        (
            ["1 cup all-purpose flour", "100 g butter"],
            {"vegan": "no", "vegetarian": "yes", "gluten_free": "no", "low_carb": "no"},
            {"milk": "contains", "wheat": "contains", "gluten": "contains", "peanut": "clear"},
        ),
        (
            ["200 g chicken breast", "1 tbsp olive oil"],
            {"vegetarian": "no", "keto": "yes", "low_carb": "yes", "dairy_free": "yes"},
            {"milk": "clear", "egg": "clear", "gluten": "clear"},
        ),
        (["1 cup rolled oats"], {"vegan": "yes", "gluten_free": "unknown"}, {"gluten": "may"}),
        (["2 carrots, tossed in butter"], {"vegan": "no"}, {"milk": "contains"}),
        (
            ["100 g butter", "1 cup unobtainium"],
            {"vegan": "no", "vegetarian": "unknown", "keto": "unknown"},
            {"milk": "contains", "egg": "unknown"},
        ),
    ],
)
def test_labels_follow_from_the_lines(nutrition_client, lines, diets, allergens):
    answer = calculated(nutrition_client, *lines)
    assert answer["diets"].items() >= diets.items()
    assert answer["allergens"].items() >= allergens.items()


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ({"name": "egg", "amount": 2}, "2 eggs"),
        ({"name": "egg", "amount": 2, "unit": "large"}, "2 large eggs"),
        ({"name": "all-purpose flour", "amount": 1, "unit": "cup"}, "1 cup all-purpose flour"),
        ({"name": "Butter", "amount": 1.5, "unit": "Tablespoons"}, "1½ tbsp butter"),
        ({"name": "carrot", "amount": 2, "notes": "tossed in butter"}, "2 carrots, tossed in butter"),
    ],
)
def test_an_ingredient_in_parts_counts_as_its_line(nutrition_client, part, line):
    in_parts = calculated(nutrition_client, part)
    as_line = calculated(nutrition_client, line)
    for key in ("total", "diets", "allergens", "coverage"):
        assert in_parts[key] == as_line[key]
    assert in_parts["ingredients"][0]["parsed"]["amount"] == part["amount"]


def test_a_known_food_without_an_amount_is_told_apart(nutrition_client):
    answer = calculated(nutrition_client, "2 large eggs", "rice", {"name": "carrot"})
    assert [entry["input"] for entry in answer["notCounted"]] == ["rice", "carrot"]
    assert answer["unmatched"] == []
    assert answer["coverage"] == pytest.approx(1 / 3, abs=0.001)
    assert answer["diets"]["keto"] == answer["diets"]["low_carb"] == "unknown"


@pytest.mark.parametrize("sent", ["1 cup choclate chp", {"name": "choclate chp", "amount": 1}])
def test_what_is_not_known_comes_back_with_suggestions(nutrition_client, sent):
    (entry,) = calculated(nutrition_client, sent)["unmatched"]
    assert "chocolate chips" in entry["suggestions"]


def test_swaps_take_snake_case_too(nutrition_client):
    body = {"ingredients": ["1 stick butter"], "servings": 4}
    camel = post(nutrition_client, "suggest-swaps", {**body, "avoidAllergens": ["milk"]})
    snake = post(nutrition_client, "suggest-swaps", {**body, "avoid_allergens": ["milk"]})
    assert told(camel) == told(snake)
    assert told(camel)["swaps"]


def test_an_imported_food_is_found_by_its_name_but_has_no_labels(nutrition_client, stored_foods):
    answer = calculated(nutrition_client, "2 cups zorblax")
    (item,) = answer["ingredients"]
    assert (item["matchedBy"], item["grams"], item["food"]["fdcId"]) == ("imported", 400, 9_000_001)
    assert answer["total"] == {"energyKcal": 200.0, "proteinG": 8.0}
    assert answer["coverage"] == 1
    assert set(answer["allergens"].values()) == {"unknown"}
    assert "yes" not in answer["diets"].values()
    mixed = calculated(nutrition_client, "1 cup zorblax", "100 g butter")
    assert mixed["allergens"].items() >= {"milk": "contains", "egg": "unknown"}.items()
    found = food(nutrition_client, "Zorblax", amount=50, unit="g")
    assert found["per100g"] == {"energyKcal": 50.0, "proteinG": 2.0}
    assert found["amount"]["nutrients"] == {"energyKcal": 25.0, "proteinG": 1.0}


@pytest.mark.parametrize(
    ("name", "vector", "confidence"),
    [("qwyxo", unit(1), 0.65), ("qwyxa", [0.0, 0.9, 0.19**0.5] + [0.0] * 381, 0.591)],
)
def test_a_name_near_in_meaning_is_taken_with_doubts(
    nutrition_client, stored_foods, vectors, name, vector, confidence
):
    vectors[name] = vector
    found = food(nutrition_client, name)
    assert found["food"]["name"] == "chickpeas"
    assert found["confidence"] == pytest.approx(confidence, abs=0.003)
    answer = calculated(nutrition_client, f"100 g {name}")
    assert answer["ingredients"][0]["matchedBy"] == "meaning"
    assert answer["total"]["energyKcal"] == food(nutrition_client, "chickpeas")["per100g"]["energyKcal"]
    assert set(answer["allergens"].values()) == {"unknown"}
    assert vectors["asked"] == [name]


def test_a_name_far_from_every_food_stays_unknown(nutrition_client, stored_foods, vectors):
    vectors["qwyxi"] = unit(0, 1)
    answer = calculated(nutrition_client, "100 g qwyxi", "100 g butter")
    assert [entry["input"] for entry in answer["unmatched"]] == ["100 g qwyxi"]
    assert_problem(nutrition_client.get("/nutrition/ingredient/qwyxi"), 404)


def test_only_unknown_names_are_embedded_and_not_all_of_a_long_list(nutrition_client, vectors):
    names = ["".join(letters) for letters in product("qvxz", repeat=4)][:50]
    answer = calculated(nutrition_client, *names)
    assert len(answer["unmatched"]) == 50
    assert 0 < len(vectors["asked"]) <= 20
    del vectors["asked"][:]
    calculated(nutrition_client, "2 large eggs", "salt", "for the sauce:", "🍲")
    assert vectors["asked"] == []


def test_what_fdc_knows_is_looked_up_once(nutrition_client, monkeypatch):
    asked = []

    class Fdc:
        def find(self, name):
            asked.append(name)
            figures = from_mapping({"energy_kcal": 70.0})
            found = unclassed(name, 9_000_002, "Blorple", "foundation_food", figures, (), LOOKED_UP)
            return found if name == "blorple" else None

    monkeypatch.setattr(resolving, "_fdc", Fdc)
    assert len(calculated(nutrition_client, "100 g blorple")["unmatched"]) == 1
    assert asked == []
    monkeypatch.setenv("FDC_API_KEY", "key")
    settings.cache_clear()
    try:
        for _ in range(2):
            answer = calculated(nutrition_client, "200 g blorple", "1 cup qwyzzo")
            assert [item["matchedBy"] for item in answer["ingredients"]] == ["fdc"]
            assert answer["total"] == {"energyKcal": 140.0}
            assert len(answer["unmatched"]) == 1
    finally:
        monkeypatch.undo()
        settings.cache_clear()
    assert asked == ["blorple", "qwyzzo"]
    with db.transaction() as session:
        kept = select(func.count()).select_from(food_table).where(food_table.c.origin == "fdc")
        assert session.scalar(kept) == 1


def test_without_an_embedding_model_known_foods_are_counted(nutrition_client):
    answer = calculated(nutrition_client, "2 large eggs", "1 cup qwyxu")
    assert answer["total"]["energyKcal"] == 143
    assert len(answer["unmatched"]) == 1


def test_without_a_database_known_foods_are_counted(
    nutrition_client, stored_foods, vectors, monkeypatch
):
    vectors["qwyxy"] = unit(1)
    swaps = {"ingredients": ["1 stick butter"]}
    told(post(nutrition_client, "suggest-swaps", swaps))  # from now on the key is known
    monkeypatch.setenv("DATABASE_URL", DEAD)
    forget()
    try:
        answer = calculated(nutrition_client, "2 large eggs", "1 cup zorblax", "1 cup qwyxy")
        assert answer["total"]["energyKcal"] == 143
        assert len(answer["unmatched"]) == 2
        assert food(nutrition_client, "egg")["per100g"]["energyKcal"] == 143
        assert told(post(nutrition_client, "suggest-swaps", swaps))["swaps"]
        assert_problem(post(nutrition_client, "meal-plan/x", {}), 503, "database")
    finally:
        monkeypatch.undo()
        forget()


LONG = 1000
BAD_INGREDIENTS = [
    [],
    ["2 eggs"] * 201,
    ["2 eggs"] * 10_000,
    ["x" * 1001],
    [""],
    [" \n"],
    ["2 eggs", None],
    [7],
    [["2 eggs"]],
    ["egg\x00"],
    ["\ud800"],
    "2 eggs",
    {"name": "egg"},
    [{}],
    [{"amount": 2}],
    [{"name": ""}],
    [{"name": "x" * 301}],
    [{"name": "egg", "amount": -1}],
    [{"name": "egg", "amount": 1e6}],
    [{"name": "egg", "amount": float("nan")}],
    [{"name": "egg", "amount": float("inf")}],
    [{"name": "egg", "amount": -float("inf")}],
    [{"name": "egg", "amount": "many"}],
    [{"name": "egg", "unit": "x" * 41}],
    [{"name": "egg", "notes": "x" * 501}],
    [{"name": "egg", "size": "large"}],
]
BAD_SERVINGS = [0, -1, float("nan"), float("inf"), -float("inf"), 1e5, "many", None, [2]]
BAD_FIELDS = [
    *(("ingredients", bad) for bad in BAD_INGREDIENTS),
    *(("servings", bad) for bad in BAD_SERVINGS),
    ("colour", "red"),
]
BAD_SWAPS = [
    ("goals", ["more_fun"]),
    ("goals", "less_sodium"),
    ("goals", ["less_sodium"] * 7),
    ("diets", ["carnivore"]),
    ("diets", ["vegan"] * 9),
    ("avoidAllergens", ["dust"]),
    ("avoidAllergens", ["milk"] * 16),
    ("limit", 0),
    ("limit", 51),
    ("limit", 2.5),
]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS, ids=range(len(BAD_FIELDS)))
@pytest.mark.parametrize("path", ["calculate", "suggest-swaps"])
def test_a_bad_field_is_named(nutrition_client, path, field, value):
    response = post(nutrition_client, path, {"ingredients": ["2 eggs"], field: value})
    problem = assert_problem(response, 422, field)
    assert problem["errors"][0]["loc"][:2] == ["body", field]
    assert len(response.content) < 20_000


@pytest.mark.parametrize(("field", "value"), BAD_SWAPS)
def test_a_bad_wish_is_named(nutrition_client, field, value):
    response = post(nutrition_client, "suggest-swaps", {"ingredients": ["2 eggs"], field: value})
    assert assert_problem(response, 422)["errors"][0]["loc"][:2] == ["body", field]


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"null", b"{", b"\xff", b'{"ingredients": }'])
def test_what_is_no_json_object_is_told(nutrition_client, body):
    headers = {"Content-Type": "application/json"}
    for path in ("calculate", "suggest-swaps"):
        response = nutrition_client.post(f"/nutrition/{path}", content=body, headers=headers)
        assert_problem(response, 400 if body == b"\xff" else 422)


@pytest.mark.parametrize(
    "line",
    [
        "-3 eggs",
        "\u22123 eggs",
        "-1/2 cup milk",
        "1/0 cup sugar",
        "9" * 300 + " cups sugar",
    ],
)
def test_an_impossible_amount_is_refused_by_its_place(nutrition_client, line):
    for path in ("calculate", "suggest-swaps"):
        body = {"ingredients": ["2 large eggs", line, {"name": "butter", "amount": 1, "unit": "cup"}]}
        problem = assert_problem(post(nutrition_client, path, body), 422, "amount")
        assert [bad["loc"] for bad in problem["errors"]] == [["body", "ingredients", 1]]


@pytest.mark.parametrize(
    "line",
    [
        "🥚🥚",
        "2 🥚",
        "два яйца",
        "鸡蛋 2 个",
        "٢ بيض",
        "- 3 eggs",
        "nan eggs",
        "inf cups sugar",
        "0 eggs",
        "999999 kg butter",
        "1-0 cups flour",
        "x" * LONG,
        "1 " * (LONG // 2),
        "(" * LONG,
        "or " * 333,
        "1 cup (" + "1 cup (" * 140,
        "'; drop table foods; --",
        "{{7*7}} %s %(x)s",
        "123",
        "???",
        "\u200b",
        "e\u0301gg\u202e",
    ],
)
def test_odd_lines_are_only_lines(nutrition_client, line):
    part = {"name": line[:300], "amount": 99_999, "unit": "kg"}
    for ingredients in ([line], ["2 large eggs", line], [part]):
        answer = calculated(nutrition_client, *ingredients, servings=0.001)
        assert 0 <= answer["coverage"] <= 1
        assert all(0 <= value < 1e12 for value in answer["total"].values())
        told(post(nutrition_client, "suggest-swaps", {"ingredients": ingredients, "servings": 10_000}))


def test_200_lines_are_answered(nutrition_client):
    lines = [*["2 large eggs"] * 180, *["1 cup " + "sugar " * 165] * 20]
    answer = calculated(nutrition_client, *lines)
    assert (len(answer["ingredients"]), len(answer["unmatched"])) == (180, 20)
    assert answer["total"]["energyKcal"] == 143 * 180


def test_an_ingredient_answers_as_the_contract_says(nutrition_client):
    egg = food(nutrition_client, "egg", amount=2, unit="large")
    assert egg.keys() >= {"query", "food", "per100g", "portions", "amount", "alternatives"}
    assert egg["query"] == "egg"
    assert egg["food"]["fdcId"] == 171287
    assert egg["per100g"]["energyKcal"] == 143
    assert {"description": "1 large", "grams": 50.0} in egg["portions"]
    assert (egg["amount"]["grams"], egg["amount"]["nutrients"]["energyKcal"]) == (100, 143)
    assert egg["amount"]["nutrients"] == egg["per100g"]
    assert "amount" not in food(nutrition_client, "egg")


@pytest.mark.parametrize(
    ("name", "amount", "unit", "grams", "kcal"),
    [
        ("all-purpose flour", 1, "cup", 125, 455),
        ("All-Purpose Flour", 8, "oz", 226.8, 825.5),
        ("butter", 0.5, "stick", 56.5, 405.1),
        ("butter", 1, "stick", 113, 810.2),
        ("eggs", 3, "", 150, 214.5),
        ("aubergine", 200, "g", 200, 50),
    ],
)
def test_an_amount_of_an_ingredient_is_weighed(nutrition_client, name, amount, unit, grams, kcal):
    found = food(nutrition_client, name, amount=amount, unit=unit)["amount"]
    assert found["grams"] == pytest.approx(grams, rel=0.002)
    assert found["nutrients"]["energyKcal"] == pytest.approx(kcal, rel=0.005)


def test_an_unknown_ingredient_is_a_404_with_suggestions(nutrition_client):
    response = nutrition_client.get("/nutrition/ingredient/choclate chp")
    problem = assert_problem(response, 404, "chocolate chips")
    assert "chocolate chips" in problem["suggestions"]
    for name in ("unobtainium", "🍲", "яйцо", "%ff", "%3F%3F%3F", "';--", "{{7*7}}", "123"):
        assert_problem(nutrition_client.get(f"/nutrition/ingredient/{name}"), 404)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("egg?amount=-1", "amount"),
        ("egg?amount=nan", "amount"),
        ("egg?amount=inf", "amount"),
        ("egg?amount=1e400", "amount"),
        ("egg?amount=100001", "amount"),
        ("egg?amount=two", "amount"),
        ("egg?amount=1&unit=" + "x" * 41, "unit"),
        ("egg?amount=1&unit=%00", "unit"),
        ("x" * 301, "name"),
        ("egg%00", "name"),
    ],
)
def test_a_bad_parameter_is_named(nutrition_client, path, field):
    problem = assert_problem(nutrition_client.get(f"/nutrition/ingredient/{path}"), 422, field)
    assert problem["errors"][0]["loc"][-1] == field


def test_swaps_answer_as_the_contract_says(nutrition_client):
    body = {"ingredients": ["1 stick butter"], "servings": 4, "goals": ["less_sodium"], "limit": 50}
    answer = told(post(nutrition_client, "suggest-swaps", body))
    assert answer.keys() == {"swaps", "before", "after"}
    keys = {"from", "to", "grams", "changePerServing", "fixes", "role", "note"}
    assert all(swap.keys() >= keys for swap in answer["swaps"])
    swap = next(swap for swap in answer["swaps"] if swap["to"] == "unsalted butter")
    assert swap.items() >= {"from": "1 stick butter", "grams": 113, "fixes": ["less_sodium"]}.items()
    assert answer["before"]["sodiumMg"] == pytest.approx(643 * 1.13 / 4, abs=0.1)
    assert swap["changePerServing"]["sodiumMg"] == pytest.approx((11 - 643) * 1.13 / 4, abs=0.1)
    change = answer["swaps"][0]["changePerServing"]["sodiumMg"]
    assert answer["after"]["sodiumMg"] == pytest.approx(answer["before"]["sodiumMg"] + change, abs=0.15)


def test_swaps_serve_diets_and_allergies(nutrition_client):
    body = {"ingredients": ["1 stick butter", "1 cup whole milk", "2 tbsp olive oil"], "servings": 4}
    answer = told(post(nutrition_client, "suggest-swaps", {**body, "diets": ["vegan"]}))
    assert {swap["from"] for swap in answer["swaps"]} == {"1 stick butter", "1 cup whole milk"}
    assert all("vegan" in swap["fixes"] for swap in answer["swaps"])
    answer = told(post(nutrition_client, "suggest-swaps", {**body, "avoidAllergens": ["milk", "soy"]}))
    assert answer["swaps"]
    for swap in answer["swaps"]:
        labels = calculated(nutrition_client, f"{swap['grams']} g {swap['to']}")["allergens"]
        assert (labels["milk"], labels["soy"]) == ("clear", "clear")


def test_of_unknown_foods_nothing_is_swapped(nutrition_client):
    answer = told(post(nutrition_client, "suggest-swaps", {"ingredients": ["1 cup unobtainium", "🍲"]}))
    assert answer == {"swaps": [], "before": {}, "after": {}}


@pytest.fixture
def plan(shared_book):
    """The id of a plan of two days, with a recipe of the book for 3 on the first; its calories for 1."""
    start = date(2026, 11, 22)  # a Sunday
    with db.transaction() as session:
        query = select(recipe_nutrition.c.recipe_id, recipe_nutrition.c.calories, recipes.c.user_id)
        row = session.execute(query.join(recipes, recipes.c.id == recipe_nutrition.c.recipe_id)).first()
        new = meal_plans.insert().values(
            user_id=row.user_id, name="Week", start_date=start, end_date=start + timedelta(days=1)
        )
        plan_id = session.scalar(new.returning(meal_plans.c.id))
        item = {"day_of_week": 0, "meal_type": "dinner", "servings": 3, "recipe_id": row.recipe_id}
        session.execute(meal_plan_items.insert().values(meal_plan_id=plan_id, **item))
    yield plan_id, row.recipe_id, row.calories
    with db.transaction() as session:
        session.execute(text("delete from meal_plans where id = :id"), {"id": plan_id})


def test_a_meal_plan_answers_as_the_contract_says(nutrition_client, plan):
    plan_id, recipe_id, calories = plan
    body = {"targets": {"energyKcal": {"max": 1}, "protein_g": {"min": 0}}}
    answer = told(post(nutrition_client, f"meal-plan/{plan_id}", body))
    assert answer.keys() == {"mealPlanId", "days", "average", "total", "targets", "gaps"}
    assert answer["mealPlanId"] == plan_id
    assert [day["date"] for day in answer["days"]] == ["2026-11-22", "2026-11-23"]
    (meal,) = answer["days"][0]["meals"]
    assert meal.keys() >= {"mealType", "recipe", "servings", "nutrients"}
    assert meal["recipe"]["id"] == recipe_id
    assert (meal["mealType"], meal["servings"]) == ("dinner", 3)
    assert meal["nutrients"]["energyKcal"] == pytest.approx(calories * 3, abs=2)
    assert answer["days"][0]["total"] == answer["total"] == answer["average"] == meal["nutrients"]
    assert answer["days"][1] == {"date": "2026-11-23", "meals": [], "total": {}}
    assert answer["targets"] == {"energyKcal": {"max": 1}, "proteinG": {"min": 0}}
    assert [(gap.get("date"), gap["nutrient"], gap["kind"]) for gap in answer["gaps"]] == [
        (None, "energyKcal", "above"),
        ("2026-11-22", "energyKcal", "above"),
    ]


def test_a_meal_plan_without_targets_has_no_gaps(nutrition_client, plan):
    for response in (
        nutrition_client.post(f"/nutrition/meal-plan/{plan[0]}"),
        post(nutrition_client, f"meal-plan/{plan[0]}", {}),
    ):
        assert told(response).keys() == {"mealPlanId", "days", "average", "total"}


@pytest.mark.parametrize("plan_id", ["unknown", "🍲", "';--", "%ff", "..%2f..", "x" * 100])
def test_an_unknown_meal_plan_is_a_404(nutrition_client, plan_id):
    assert_problem(nutrition_client.post(f"/nutrition/meal-plan/{plan_id}"), 404)


@pytest.mark.parametrize(
    "targets",
    [
        [],
        "much",
        {"joy": 5},
        {"energyKcal": -1},
        {"energyKcal": "much"},
        {"energyKcal": float("nan")},
        {"energyKcal": float("inf")},
        {"energyKcal": 1e9},
        {"energyKcal": {"min": -1}},
        {"energyKcal": {"max": float("nan")}},
        {"energyKcal": {"least": 5}},
    ],
)
def test_a_bad_target_is_named(nutrition_client, plan, targets):
    response = post(nutrition_client, f"meal-plan/{plan[0]}", {"targets": targets})
    assert assert_problem(response, 422)["errors"][0]["loc"][:2] == ["body", "targets"]


def test_a_bad_meal_plan_id_is_named(nutrition_client):
    for plan_id in ("x" * 101, "%00"):
        assert_problem(nutrition_client.post(f"/nutrition/meal-plan/{plan_id}"), 422, "plan_id")


def test_every_nutrition_route_needs_a_key(nutrition_client):
    body = {"ingredients": ["2 eggs"]}
    for headers in (NOBODY, bearer("wrong")):
        for path in ("calculate", "suggest-swaps", "meal-plan/x"):
            assert_problem(nutrition_client.post(f"/nutrition/{path}", json=body, headers=headers), 401)
        assert_problem(nutrition_client.get("/nutrition/ingredient/egg", headers=headers), 401)
    for scope in ("read", "write", "admin"):
        answer = nutrition_client.post("/nutrition/calculate", json=body, headers=bearer(new_key(scope)))
        assert answer.status_code == 200
