"""What tests of the AI service share: a good recipe as a model writes it, doors to servers, clients."""

import json
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from deployments import ai, web
from lib.ai.catalogue import Abilities, Choice, Prices, choices
from lib.ai.money import Spender
from lib.ai.pictures import Studio
from lib.ai.provider import Door
from lib.images.store import store
from lib.images.workers import Workers
from lib.search.semantic import Searcher
from lib.settings import settings
from tests.conftest import bearer, new_key

SPENDER = Spender("key", "recipes")
PRICES = Prices(input=1.0, output=2.0, cached=0.1)


@pytest.fixture(autouse=True)
def no_paid_calls(home, monkeypatch):
    """No key of the machine's user is used, whatever a test forgets."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings.cache_clear()
    choices.cache_clear()
    web._checked.clear()
    yield
    choices.cache_clear()
    settings.cache_clear()


def choice(server, protocol="chat", strict=True, name="local", model="small"):
    """A model of that server."""
    abilities = Abilities(
        protocol=protocol, strict_schema=strict, usd_per_million=PRICES, max_output=4000
    )
    return Choice(name, server.url, "none", model, abilities)


def door_to(*servers, **options):
    """A door to these servers that doesn't wait between tries."""
    waits = []
    door = Door(tuple(choice(server, **options) for server in servers), pause=waits.append)
    return SimpleNamespace(door=door, waits=waits)


def written(**changed):
    """A recipe as a model writes it, all of which is right."""
    return {
        "title": "Chickpea and Spinach Stew",
        "summary": "A thick tomato stew of chickpeas with spinach and cumin.",
        "description": "Cumin carries it. It thickens as it stands and is better the next day.",
        "cuisine": "spanish",
        "category": "stew",
        "mealType": "dinner",
        "difficulty": "easy",
        "servings": 4,
        "prepMinutes": 15,
        "cookMinutes": 30,
        "ingredients": [
            {"name": "olive oil", "amount": 2, "unit": "tbsp", "notes": ""},
            {"name": "onion", "amount": 1, "unit": "piece", "notes": "chopped"},
            {"name": "garlic", "amount": 3, "unit": "clove", "notes": "sliced"},
            {"name": "ground cumin", "amount": 2, "unit": "tsp", "notes": ""},
            {"name": "canned tomatoes", "amount": 400, "unit": "g", "notes": ""},
            {"name": "canned chickpeas", "amount": 480, "unit": "g", "notes": "drained"},
            {"name": "spinach", "amount": 300, "unit": "g", "notes": ""},
            {"name": "salt", "amount": 1, "unit": "tsp", "notes": ""},
        ],
        "prepInstructions": ["Chop the onion and slice the garlic.", "Drain the chickpeas."],
        "cookingInstructions": [
            "Warm the olive oil and cook the onion for 8 minutes. Add garlic and cumin for 1 minute.",
            "Add the tomatoes, chickpeas and salt and simmer for 15 minutes.",
            "Stir in the spinach and cook for 3 minutes, until it has wilted.",
        ],
        "servingInstructions": ["Serve hot in deep bowls."],
        "freezerPrep": ["Cool within 2 hours, pack in shallow boxes and freeze."],
        "defrostInstructions": ["Thaw overnight in the refrigerator and heat to 74 °C (165 °F)."],
        "containerSuggestions": ["Lidded boxes of 500 ml."],
        "storageDays": 90,
        "tags": ["budget", "one-pot"],
        **changed,
    }


def said(*recipes):
    """Recipes as the text of an answer."""
    return json.dumps({"recipes": list(recipes)})


def with_ingredient(name, amount=50, unit="g", notes="", step=None, **changed):
    """The good recipe with another ingredient in it, which a step uses."""
    good = written(**changed)
    good["ingredients"].append({"name": name, "amount": amount, "unit": unit, "notes": notes})
    good["cookingInstructions"].append(step or f"Stir in the {name}.")
    return good


@pytest.fixture
def client(shared_book, model):
    """The app with a write key, the real embedding model, and no model to write."""
    yield from _client(model, None)


def _client(model, door):
    def encode(sentence, _model):
        return model.encode([sentence])[0].tolist()

    async def run(work, *args):
        return await ai.run_sync(work, *args)

    app = ai.api()
    studio = Studio(Workers(1), store())
    service = SimpleNamespace(searcher=Searcher(), encode=encode, door=door, run=run, studio=studio)
    app.dependency_overrides[ai.service] = lambda: service
    with TestClient(app, raise_server_exceptions=False) as found:
        found.headers |= bearer(new_key("write"))
        found.service = service
        yield found
    studio.workers.close()
