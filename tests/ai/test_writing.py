"""Models that write well, badly, too much or not at all, and what is made of it."""

import json

import pytest

from lib.ai.models import RecipeRequest
from lib.ai.parsing import json_in, recipes_in
from lib.ai.recipes import Recipes
from lib.ai.written import WrittenRecipes, draft, schema
from lib.settings import settings
from tests.ai.conftest import SPENDER, door_to, said, with_ingredient, written
from tests.ai.server import Says, serving


def ask(server, **request):
    return Recipes(RecipeRequest(**request), SPENDER, door_to(server).door).answer()


def test_a_good_recipe_leaves_with_its_certificate_and_what_it_cost(database):
    with serving(Says(said(written()))) as server:
        answer = ask(server)
    (got,) = answer.recipes
    assert (got.title, got.source.provider, got.source.model) == (
        "Chickpea and Spinach Stew",
        "local",
        "small",
    )
    assert got.certificate.passed
    assert got.nutrition.energy_kcal == pytest.approx(got.calories_per_serving, abs=1)
    assert answer.usage.cost_usd > 0


def test_a_bad_draft_goes_back_with_the_findings_and_is_mended(database):
    with serving(Says(said(with_ingredient("butter"))), Says(said(written()))) as server:
        answer = ask(server, dietary_restrictions=["vegan"])
        repair = server.asked[1][1]["messages"][1]["content"]
    assert "butter" in repair
    assert "It must be vegan" in repair
    (got,) = answer.recipes
    assert got.source.provider == "local"
    assert "vegan" in " ".join(got.source.refused[0].findings)


def test_too_many_are_cut_and_too_few_filled_up(database):
    with serving(Says(said(written(), written(title="Another"), written(title="Third")))) as server:
        assert len(ask(server).recipes) == 1
    with serving(Says(said(written()))) as server:
        answer = ask(server, count=3)
    assert [each.source.provider for each in answer.recipes] == ["local", "composer", "composer"]


def test_the_same_recipe_twice_is_one(database):
    with serving(Says(said(written(), written(title="Spinach and Chickpea Stew")))) as server:
        answer = ask(server, count=2)
    assert answer.recipes[1].source.provider == "composer"
    assert "repeats" in json.dumps([each.findings for each in answer.recipes[1].source.refused])


@pytest.mark.parametrize(
    "says",
    [
        Says("I would love to, but no."),
        Says(refusal="No."),
        Says(""),
        Says('{"recipes": []}'),
        Says(status=500),
    ],
)
def test_without_a_recipe_the_composer_answers(database, monkeypatch, says):
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "0")
    settings.cache_clear()
    with serving(says) as server:
        (got,) = ask(server).recipes
    assert got.source.provider == "composer"
    assert got.certificate.passed


def test_the_same_request_is_answered_again_for_nothing_in_whatever_order_it_is_written(database):
    with serving(Says(said(written()))) as server:
        first = ask(server, avoid_allergens=["milk", "egg"], recipe_name="Chickpea Stew")
        again = ask(server, avoid_allergens=["egg", "milk"], recipe_name="chickpea  stew", save=True)
        other = ask(server, avoid_allergens=["milk"], recipe_name="Chickpea Stew")
        assert len(server.asked) == 2
    assert not first.usage.cached
    assert again.usage.cached
    assert again.usage.cost_usd == 0
    assert again.recipes == first.recipes
    assert not other.usage.cached


def test_progress_and_recipes_are_told_as_they_come(database):
    told = []
    with serving(Says(said(written()))) as server:
        asked = Recipes(RecipeRequest(), SPENDER, door_to(server).door, lambda *at: told.append(at))
        asked.found = lambda recipe: told.append(("recipe", recipe.title))
        asked.answer()
    assert told[0] == ("writing", 0)
    assert told[-1] == ("recipe", "Chickpea and Spinach Stew")
    assert any(stage == "writing" and number > 1000 for stage, number in told if stage != "recipe")


@pytest.mark.parametrize(
    "text",
    [
        '```json\n{"recipes": [{"title": "A"}]}\n```',
        'Here you are:\n{"recipes": [{"title": "A"}]} Enjoy!',
        '[{"title": "A"}]',
        '{"title": "A"}',
        '{"recipe": {"title": "A"}}',
        '<think>hmm { }</think>{"recipes": [{"title": "A",}],}',
        '{"recipes": [{"title": "A"}, {"title": "B", "summary": "cut o',
        "{“recipes”: [{“title”: “A”}]}",
    ],
)
def test_json_is_found_in_what_models_say(text):
    assert recipes_in(text)[0]["title"] == "A"


@pytest.mark.parametrize(
    "text", ["", "no json", "{" * 5000, "[" * 100_000, '{"a": ' * 200, "null", "5", '"x"']
)
def test_what_is_no_json_is_no_recipe(text):
    assert recipes_in(text) == []


def test_a_cut_list_keeps_what_is_whole():
    assert json_in('{"a": [1, 2, {"b": 3}, {"c": "unfin') == {"a": [1, 2, {"b": 3}]}


def test_other_names_lines_and_numbers_in_words_clothes_are_understood():
    found = draft(
        {
            "name": "Bean Soup",
            "serves": "4 servings",
            "prep_time": "10 min",
            "cookTime": "20",
            "ingredients": [
                "2 cups vegetable stock",
                {"item": "salt", "quantity": "1/2", "unit": "tsp"},
            ],
            "instructions": "1 Boil the stock.\n2 Add the salt.",
        }
    )
    assert (found.title, found.servings, found.prep_minutes, found.cook_minutes) == (
        "Bean Soup",
        4,
        10,
        20,
    )
    assert [(line.name, line.amount, line.unit) for line in found.ingredients] == [
        ("vegetable stock", 2.0, "cup"),
        ("salt", 0.5, "tsp"),
    ]
    assert len(found.cooking_instructions) == 2


def test_the_schema_is_one_that_strict_servers_take():
    def walk(node):
        if isinstance(node, dict):
            if node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(schema(WrittenRecipes))


@pytest.fixture
def meaning(model):
    """The vector of a request's words."""
    return lambda words: model.encode([words.lower()])[0].tolist()


def in_words(server, meaning, name, **request):
    asked = RecipeRequest(recipe_name=name, **request)
    return Recipes(asked, SPENDER, door_to(server).door, vector=meaning(name)).answer()


def test_the_same_dish_in_other_words_is_answered_for_nothing_and_says_so(database, meaning):
    with serving(Says(said(written()))) as server:
        first = in_words(server, meaning, "chickpea and spinach stew")
        again = in_words(server, meaning, "stew of spinach and chickpeas")
        assert len(server.asked) == 1
    assert again.recipes == first.recipes
    assert again.usage.cached
    assert "nearly the same words" in again.notes[0]


@pytest.mark.parametrize(
    ("first", "second", "demands"),
    [
        ("stew with chickpeas", "stew without chickpeas", {}),
        ("spicy chickpea stew", "not spicy chickpea stew", {}),
        ("chickpea stew", "chickpea soup", {}),
        ("chickpea spinach stew", "chickpea lentil stew", {}),
        ("chickpea stew in 30 minutes", "chickpea stew in 60 minutes", {}),
        ("chickpea stew", "stew of chickpeas", {"avoid_allergens": ["milk"]}),
        ("chickpea stew", "stew of chickpeas", {"servings": 6}),
        ("chickpea stew", "stew of chickpeas", {"dietary_restrictions": ["vegan"]}),
    ],
)
def test_other_demands_are_never_answered_by_near_words(database, meaning, first, second, demands):
    with serving(Says(said(written())), Says(said(written(servings=6)))) as server:
        in_words(server, meaning, first)
        again = in_words(server, meaning, second, **demands)
        assert len(server.asked) > 1
    assert not again.usage.cached


def test_nearness_can_be_turned_off(database, meaning, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_NEARNESS", "1")
    settings.cache_clear()
    with serving(Says(said(written()))) as server:
        in_words(server, meaning, "chickpea and spinach stew")
        assert not in_words(server, meaning, "spinach and chickpea stew").usage.cached
