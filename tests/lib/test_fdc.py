"""FoodData Central's search, spoken by a server of the test's own."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from lib import db
from lib.cache import Cache
from lib.nutrition import fdc, resolving, store
from lib.nutrition.fdc import FoodDataCentral, stated_amount
from lib.nutrition.nutrients import as_dict
from lib.settings import Settings, settings

KEY = "a-secret-key"


def hit(fdc_id=900001, description="Zibblefruit", data_type="SR Legacy", amounts=None, measures=()):
    amounts = {1008: 52, 1003: 0.26} if amounts is None else amounts
    numbers = {1008: "208", 1003: "203", 1063: "269.3", 2047: "957"}
    return {
        "fdcId": fdc_id,
        "description": description,
        "dataType": data_type,
        "foodNutrients": [
            {"nutrientId": code, "nutrientNumber": numbers.get(code, ""), "value": value}
            | {"nutrientName": "some", "unitName": "KCAL" if code == 1008 else "G"}
            for code, value in amounts.items()
        ],
        "foodMeasures": [
            {"disseminationText": text, "gramWeight": grams, "rank": 1, "modifier": "10205"}
            for text, grams in measures
        ],
    }


class Central:
    """The server: answers with `foods`, or with `status` and `body`, after `delay_s`."""

    def __init__(self):
        self.foods = [hit()]
        self.status, self.body, self.headers, self.delay_s = 200, None, {}, 0.0
        self.asked = []
        central = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                central.asked.append(SimpleNamespace(path=self.path, headers=self.headers, body=body))
                time.sleep(central.delay_s)
                answer = {"totalHits": len(central.foods), "currentPage": 1, "foods": central.foods}
                content = json.dumps(answer).encode() if central.body is None else central.body
                self.send_response(central.status)
                for name, value in central.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/fdc/v1"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def client(self, key=KEY, timeout_s=2.0):
        return FoodDataCentral(Settings(FDC_API_KEY=key, FDC_URL=self.url, FDC_TIMEOUT_S=timeout_s))


@pytest.fixture
def central():
    central = Central()
    yield central
    central.server.shutdown()
    central.server.server_close()


@pytest.fixture
def clock(monkeypatch):
    """The client's clock, which the test moves."""
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(fdc, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def test_a_food_is_found_with_its_figures_and_portions(central):
    central.foods = [
        hit(900002, "Zibblefruit juice drink, sweetened, canned"),
        hit(measures=[("1 cup", 158), ("1/2 piece", 40), ("Quantity not specified", 186), (" ", 3)]),
    ]
    food = central.client().find("Zibblefruits")
    assert (food.name, food.fdc_id, food.data_type) == ("zibblefruit", 900001, "sr_legacy_food")
    assert not food.classed
    assert as_dict(food.per_100g) == {"energy_kcal": 52, "protein_g": 0.26}
    assert [(one.unit, one.grams) for one in food.portions] == [("cup", 158), ("piece", 80)]
    assert central.asked[0].path == "/fdc/v1/foods/search"
    assert central.asked[0].body["query"] == "Zibblefruits"
    assert "Branded" not in central.asked[0].body["dataType"]


def test_the_key_goes_in_the_header_never_in_the_url(central):
    central.client().find("zibblefruit")
    (request,) = central.asked
    assert request.headers["X-Api-Key"] == KEY
    assert KEY not in request.path + json.dumps(request.body)


def test_what_is_missing_falls_back_and_what_is_negative_is_nothing(central):
    central.foods = [hit(amounts={2048: 3, 2047: 2, 1005: -0.4, 1063: 4, 1062: 900})]
    food = central.client().find("zibblefruit")
    assert as_dict(food.per_100g) == {"energy_kcal": 2, "carbohydrate_g": 0, "sugars_g": 4}


@pytest.mark.parametrize(
    "foods",
    [
        [],
        [hit(description="Zibblefruit and cheese casserole")],
        [hit(amounts={1003: 1})],
        [hit(amounts={1062: 900})],
    ],
    ids=["none", "another", "no energy", "kilojoules only"],
)
def test_what_is_not_like_the_name_or_has_no_energy_is_not_taken(central, foods):
    central.foods = foods
    assert central.client().find("zibblefruit") is None


def test_without_a_key_nobody_is_asked(central):
    assert central.client(key="").find("zibblefruit") is None
    assert central.asked == []


@pytest.mark.parametrize(
    ("header", "rests_s"),
    [
        ("120", 120),
        (None, 600),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 600),
        ("999999999", 3600),
        ("nan", 600),
        ("-5", 1),
    ],
)
def test_too_many_requests_let_it_rest_as_long_as_it_says(central, clock, header, rests_s):
    client = central.client()
    central.status, central.headers = 429, {"Retry-After": header} if header else {}
    assert client.find("zibblefruit") is None
    central.status = 200
    clock.now += rests_s - 0.5
    assert client.find("zibblefruit") is None
    assert len(central.asked) == 1
    clock.now += 1
    assert client.find("zibblefruit")


@pytest.mark.parametrize("status", [500, 503, 403])
def test_an_error_lets_it_rest_a_minute(central, clock, status):
    client = central.client()
    central.status = status
    assert client.find("zibblefruit") is None
    assert client.find("zibblefruit") is None
    assert len(central.asked) == 1
    central.status = 200
    clock.now += 61
    assert client.find("zibblefruit")


def test_no_answer_in_time_is_no_food_and_lets_it_rest(central):
    client = central.client(timeout_s=0.1)
    central.delay_s = 0.5
    start = time.monotonic()
    assert client.find("zibblefruit") is None
    assert client.find("zibblefruit") is None
    assert time.monotonic() - start < 0.4
    assert len(central.asked) == 1


def test_nobody_listening_is_no_food(central):
    client = central.client()
    central.server.shutdown()
    central.server.server_close()
    assert client.find("zibblefruit") is None


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"foods": {}}', b'{"foods": [{"fdcId": "x"}]}', b"\xff\xfe", b"null"],
)
def test_garbage_is_no_food(central, body):
    central.body = body
    assert central.client().find("zibblefruit") is None


def test_a_redirect_does_not_carry_the_key_elsewhere(central):
    central.status, central.headers = 302, {"Location": f"{central.url}/elsewhere"}
    assert central.client().find("zibblefruit") is None
    assert len(central.asked) == 1


def test_it_is_asked_at_most_so_often_an_hour(central, clock, monkeypatch):
    assert fdc.PER_HOUR == 1000
    monkeypatch.setattr(fdc, "PER_HOUR", 3)
    client = central.client()
    for _ in range(3):
        assert client.find("zibblefruit")
        clock.now += 60
    assert client.find("zibblefruit") is None
    assert len(central.asked) == 3
    clock.now += 3600 - 3 * 60 + 1
    assert client.find("zibblefruit")
    assert client.find("zibblefruit") is None
    assert len(central.asked) == 4


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 cup", 1),
        ("1/2 cup", 0.5),
        ("1 1/2 cup", 1.5),
        ("0.25 cup", 0.25),
        (".5 cup", 0.5),
        ("cup", None),
        ("", None),
        ('1" wedge', None),
        ("1-3 rings", None),
        ("1/0 cup", None),
    ],
)
def test_the_amount_of_a_portion_text(text, amount):
    assert stated_amount(text) == amount


@pytest.fixture
def keyed(central, sessions, monkeypatch):
    """The product's own client asks the test's server."""
    monkeypatch.setenv("FDC_API_KEY", KEY)
    monkeypatch.setenv("FDC_URL", central.url)
    settings.cache_clear()
    resolving._fdc.cache_clear()
    yield sessions
    resolving._fdc.cache_clear()


def elsewhere(sessions, *names, cache=None, vectors=None):
    with sessions.begin() as session:
        return resolving.elsewhere(session, cache or Cache(60), names, vectors or {})


def test_what_was_found_is_kept_and_nobody_is_asked_again(central, keyed):
    central.foods = [hit(measures=[("1 cup", 158)])]
    first = elsewhere(keyed, "zibblefruits")["zibblefruits"]
    assert len(central.asked) == 1
    again = elsewhere(keyed, "zibblefruits", "zibblefruit")
    assert len(central.asked) == 1
    for match in (first, *again.values()):
        assert (match.how, match.confidence, match.exact) == ("fdc", 0.7, False)
        assert (match.food.fdc_id, match.food.classed) == (900001, False)
        assert [(one.unit, one.grams) for one in match.food.portions] == [("cup", 158)]
    assert set(again) == {"zibblefruits", "zibblefruit"}


def test_what_nobody_knows_is_asked_once_while_the_cache_lasts(central, keyed):
    central.foods = []
    cache = Cache(60)
    for _ in range(2):
        assert elsewhere(keyed, "zibblefruit", cache=cache) == {}
    assert len(central.asked) == 1


def test_a_request_looks_up_no_more_than_a_few_names(central, keyed):
    central.foods = []
    elsewhere(keyed, *(f"zibblefruit {letter}" for letter in "abcdefgh"))
    assert len(central.asked) == resolving._MOST_LOOKUPS


def test_two_requests_that_find_the_same_food_both_have_it(central, keyed):
    food = central.client().find("zibblefruit")
    with keyed.begin() as first:
        store.save(first, [food], "fdc")
        second = threading.Thread(
            target=lambda: found.append(elsewhere(keyed, "zibblefruit", "zibblefruit juice"))
        )
        found = []
        second.start()
        while len(central.asked) < 3:
            time.sleep(0.01)
        time.sleep(0.1)
    second.join()
    assert found[0]["zibblefruit"].food.fdc_id == 900001


def test_an_import_comes_before_what_could_be_looked_up(central, keyed):
    with keyed.begin() as session:
        food = fdc.unclassed("zibblefruit", 5, "Zibblefruit", "branded_food", fdc.from_mapping({}), ())
        store.add(session, [food])
    assert elsewhere(keyed, "zibblefruit")["zibblefruit"].how == "imported"
    assert central.asked == []


def test_without_a_key_or_a_database_names_stay_unknown(sessions, monkeypatch):
    monkeypatch.delenv("FDC_API_KEY", raising=False)
    assert elsewhere(sessions, "zibblefruit") == {}
    assert elsewhere(sessions) == {}
    nowhere = db.new_engine("postgresql+psycopg://nobody@127.0.0.1:1/none", 1, 1)
    assert elsewhere(db.sessionmaker(nowhere), "zibblefruit") == {}
