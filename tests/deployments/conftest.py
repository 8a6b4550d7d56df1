"""HTTP clients of the apps, without Serve."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from deployments import home, nutrition, search, web
from lib.errors import Unavailable
from lib.reports.rendering import Renderer
from lib.search.semantic import Searcher
from tests.conftest import bearer, new_key


@pytest.fixture(autouse=True)
def forget_keys():
    """Every test has its own database, so no key of another one may be remembered."""
    web._checked.clear()
    home.probe.cache_clear()


@pytest.fixture(scope="module")
def home_client(shared_book):
    """The app that serves `/` and `/recipes`, with a read key."""
    with TestClient(home.api(), raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


@pytest.fixture(scope="module")
def renderer(home):
    """A drawing process."""
    made = Renderer(at_once=1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def search_client(shared_book, model):
    """The app that serves `/search`, with a read key and the real model in this process."""

    def encode(sentence, _model):
        return model.encode([sentence])[0].tolist()

    app = search.api()
    threads = ThreadPoolExecutor(1)
    service = SimpleNamespace(searcher=Searcher(), encode=encode, threads=threads)
    app.dependency_overrides[search.service] = lambda: service
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


@pytest.fixture(scope="module")
def nutrition_client(shared_book):
    """The app that serves `/nutrition`, with a read key and no embedding model."""

    def encode(_name, _model):
        raise Unavailable("The embedding model is not answering.", 2)

    app = nutrition.api()
    app.dependency_overrides[nutrition.encode] = lambda: encode
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client


def assert_problem(response, status, *words):
    """The response is a problem+json of that status whose detail or errors have the words."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["requestId"] == response.headers["x-request-id"]
    assert {"type", "title", "detail", "instance"} <= problem.keys()
    told = (problem["detail"] + str(problem.get("errors"))).lower()
    for word in words:
        assert word.lower() in told
    return problem
