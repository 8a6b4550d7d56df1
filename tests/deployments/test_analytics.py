"""`/analytics` as callers use it."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, text

from deployments import analytics
from lib import db
from lib.analytics import metrics, rollup
from lib.analytics.answers import ClusterFigures, ServiceFigures
from lib.tables import recipes, subscriptions, users
from tests.analytics.test_lost_connections import ENDS, end_waiter
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem

CLUSTER = ClusterFigures(
    nodes=1,
    cpus=2,
    cpus_used=1.5,
    gpus=0,
    gpus_used=0,
    memory_bytes=8_000,
    memory_used_bytes=4_000,
    object_store_bytes=1_000,
)
SERVICES = [ServiceFigures(name="search", requests=7, error_rate=0.0, p50_ms=3.5, replicas=1)]


@pytest.fixture
def client(database):
    """The app over an empty database, with a write key."""
    app = analytics.api()
    found = SimpleNamespace(services=SERVICES, cluster=CLUSTER, at=datetime.now(UTC))
    app.dependency_overrides[analytics.figures] = lambda: SimpleNamespace(look=lambda: found)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("write"))
        yield client


def event(number, **changes):
    """An event as callers send it."""
    at = datetime.now(UTC) - timedelta(hours=3, minutes=number)
    return {
        "id": f"e{number}",
        "userId": f"u{number % 5}",
        "type": ("view", "save", "plan", "cook")[number % 4],
        "occurredAt": at.isoformat(),
        **changes,
    }


def send(client, events, **headers):
    """Send events, and return the answer."""
    response = client.post("/analytics/events", json={"events": events}, headers=headers)
    assert response.status_code == 202, response.text
    return response.json()


def test_events_are_counted_at_once(client):
    assert send(client, [event(n) for n in range(40)]) == {
        "accepted": 40,
        "duplicates": 0,
        "rejected": [],
    }
    answer = client.get("/analytics/engagement").json()
    assert answer["events"] == 40
    assert answer["byType"] == {"cook": 10, "plan": 10, "save": 10, "view": 10}
    assert sum(point["events"] for point in answer["series"]) == 40
    assert len(answer["series"]) == 30
    assert [step["step"] for step in answer["funnel"]] == ["view", "save", "plan", "cook"]


def test_what_is_sent_twice_counts_once(client):
    some = [event(n) for n in range(10)]
    send(client, [*some, some[0]])
    assert send(client, [*some, event(11)]) == {"accepted": 1, "duplicates": 10, "rejected": []}
    later = [one | {"occurredAt": event(n + 500)["occurredAt"]} for n, one in enumerate(some)]
    assert send(client, later)["duplicates"] == 10
    assert client.get("/analytics/engagement").json()["events"] == 11


def test_a_key_gives_the_first_answer_again(client):
    body = [event(n) for n in range(3)]
    first = send(client, body, **{"Idempotency-Key": "k"})
    assert send(client, body, **{"Idempotency-Key": "k"}) == first
    other = client.post("/analytics/events", json={"events": body[:1]}, headers={"Idempotency-Key": "k"})
    assert_problem(other, 409, "idempotency-key")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"userId": ""}, "userId"),
        ({"type": "no spaces"}, "type"),
        ({"type": "9"}, "type"),
        ({"occurredAt": "2026-01-01T00:00:00"}, "timezone"),
        ({"occurredAt": "yesterday"}, "occurredAt"),
        ({"occurredAt": "2999-01-01T00:00:00Z"}, "future"),
        ({"occurredAt": "1970-01-01T00:00:00Z"}, "ten years"),
        ({"occurredAt": "0001-01-01T00:00:00+14:00"}, "ten years"),
        ({"properties": {"a": "x" * 9000}}, "bytes"),
        ({"properties": {"a": "\x00"}}, "NUL"),
        ({"properties": {"a": "\ud800"}}, "Unicode"),
        ({"properties": {"a\x00": 1}}, "NUL"),
        ({"properties": {"a": float("inf")}}, "properties"),
        ({"properties": [1]}, "properties"),
        ({"id": "a\x00"}, "NUL"),
        ({"id": None}, "id"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_bad_event_is_rejected_and_the_others_are_taken(client, changes, words):
    body = json.dumps({"events": [event(1), event(2, **changes), event(3)]})
    response = client.post(
        "/analytics/events",
        content=body.encode(errors="surrogatepass"),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 202, response.text
    answer = response.json()
    assert answer["accepted"] == 2
    assert [one["index"] for one in answer["rejected"]] == [1]
    assert words in answer["rejected"][0]["reason"]


def test_what_is_no_event_at_all_is_rejected(client):
    answer = send(client, [None, 7, "x", [], event(1)])
    assert [one["index"] for one in answer["rejected"]] == [0, 1, 2, 3]


def test_an_empty_list_is_nothing(client):
    assert send(client, []) == {"accepted": 0, "duplicates": 0, "rejected": []}


def test_too_many_events_are_refused(client):
    response = client.post("/analytics/events", json={"events": [1] * 10_001})
    assert_problem(response, 422, "10000")


def test_types_without_end_are_refused(client):
    send(client, [event(n, type=f"t{n}") for n in range(499)])
    answer = send(client, [event(1000 + n, type=f"new{n}") for n in range(3)] + [event(2000, type="t1")])
    assert answer["accepted"] == 1
    assert "500" in answer["rejected"][0]["reason"]


def test_the_clock_may_be_five_minutes_ahead(client):
    soon = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    assert send(client, [event(1, occurredAt=soon)])["accepted"] == 1


def test_users_answer_as_the_contract_says(client):
    with db.transaction() as session:
        rows = [{"id": f"u{n}", "clerk_id": f"c{n}", "email": f"{n}@example.com"} for n in range(5)]
        session.execute(insert(users), rows)
        plans = [{"user_id": "u0", "plan": "basic"}, {"user_id": "u1", "plan": "free"}]
        session.execute(insert(subscriptions), plans)
    send(client, [event(n) for n in range(40)])
    answer = client.get("/analytics/users").json()
    assert answer["total"] == answer["new"] == 5
    assert "growthRate" not in answer
    assert answer["bySubscription"] == {"basic": 1, "free": 1}
    assert answer["active"]["monthly"] == 5
    assert answer["active"].keys() == {"daily", "weekly", "monthly", "stickiness"}
    assert sum(point["new"] for point in answer["series"]) == 5
    assert sum(cohort["size"] for cohort in answer["retention"]["cohorts"]) == 5
    assert answer["churn"]["lost"] == 0
    assert "before the range" in answer["churn"]["definition"]
    assert answer["from"] < answer["to"]
    assert answer["timezone"] == "UTC"


def test_nothing_is_zeros_and_not_an_error(client):
    users_ = client.get("/analytics/users", params={"from": "2020-01-01", "to": "2020-01-10"}).json()
    assert len(users_["series"]) == 10
    assert {
        value for point in users_["series"] for value in point.values() if value != point["date"]
    } == {0}
    engagement = client.get("/analytics/engagement").json()
    assert engagement["sessions"] == {"count": 0}
    assert {step["users"] for step in engagement["funnel"]} == {0}
    assert client.get("/analytics/recipes").json()["popular"] == []


def test_a_date_that_never_was_has_nothing(client):
    send(client, [event(1)])
    there = {"from": "2011-12-30", "to": "2011-12-30", "timezone": "Pacific/Apia"}
    for path in ("users", "recipes", "engagement"):
        response = client.get(f"/analytics/{path}", params=there)
        assert response.status_code == 200, response.text


def test_recipes_answer_as_the_contract_says(client):
    with db.transaction() as session:
        session.execute(insert(users), [{"id": "u0", "clerk_id": "c0", "email": "0@example.com"}])
        rows = [
            {"id": f"r{n}", "user_id": "u0", "title": f"Dish {n}", "prep_time": 10 * n} for n in range(4)
        ]
        session.execute(insert(recipes), rows)
        session.execute(text("update recipes set is_public = false where id = 'r3'"))
    events = [event(n, recipeId=f"r{n % 4}", type="view") for n in range(40)]
    send(
        client, [*events, event(50, recipeId="r2", type="cook"), event(51, recipeId="gone", type="cook")]
    )
    answer = client.get("/analytics/recipes").json()
    assert (answer["total"], answer["public"], answer["avgPrepMinutes"]) == (4, 3, 15.0)
    assert [one["recipe"]["id"] for one in answer["popular"]] == ["r2", "r0", "r1"]
    assert answer["popular"][0] | {"score": 0, "recipe": 0} == {
        "views": 10, "saves": 0, "plans": 0, "cooks": 1, "score": 0, "recipe": 0,
    }  # fmt: skip
    assert 9 < answer["popular"][1]["score"] <= 10  # a few of them may be yesterday's
    assert answer["trending"][0]["recipe"]["id"] == "r2"
    assert len(client.get("/analytics/recipes", params={"limit": 1}).json()["popular"]) == 1


def test_system_answers_as_the_contract_says(client):
    answer = client.get("/analytics/system").json()
    assert answer["services"] == [
        {"name": "search", "requests": 7, "errorRate": 0.0, "p50Ms": 3.5, "replicas": 1}
    ]
    assert answer["database"]["sizeBytes"] > 1_000_000
    assert answer["database"]["connections"] >= 1
    assert answer["jobs"]["queued"] == 0
    assert answer["cluster"]["cpus"] == 2
    assert answer["events"] == {"waiting": 0}


def test_every_figure_is_defined(client):
    found = client.get("/analytics/metrics").json()["metrics"]
    assert len(found) == len(metrics.METRICS)
    assert all(one["definition"].endswith(".") and one["unit"] for one in found)


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "after"),
        ({"from": "1999-13-01"}, "from"),
        ({"from": "1980-01-01", "to": "2026-01-01"}, "days"),
        ({"to": "9999-12-31"}, "2150"),
        ({"to": "1970-01-01"}, "1975"),
        ({"interval": "hour"}, "interval"),
        ({"weekStart": "tuesday"}, "weekStart"),
        ({"funnel": "view,,cook"}, "funnel"),
        ({"funnel": ",".join("abcdefghijk")}, "10"),
        ({"windowDays": 0}, "windowDays"),
        ({"windowDays": 1000}, "windowDays"),
    ],
)
def test_bad_parameters_say_which(client, params, words):
    assert_problem(client.get("/analytics/engagement", params=params), 422, words)


def test_scopes(client):
    reader = bearer(new_key("read"))
    sent = client.post("/analytics/events", json={"events": []}, headers=reader)
    assert_problem(sent, 403, "write")
    assert_problem(client.delete("/analytics/users/u1"), 403, "admin")
    assert client.get("/analytics/users", headers=reader).status_code == 200


def test_forgetting_answers_with_a_receipt(client):
    send(client, [event(n) for n in range(40)])
    with db.transaction() as session:
        for day in rollup.waiting(session):
            rollup.roll_up(session, day)
    admin = bearer(new_key("admin"))
    receipt = client.delete("/analytics/users/u1", headers=admin).json()
    assert receipt["events"] == 8
    assert client.delete("/analytics/users/u1", headers=admin).json() == receipt
    assert client.get("/analytics/engagement").json()["events"] == 32
    assert_problem(client.delete("/analytics/users/nobody", headers=admin), 404, "nobody")


def test_ids_of_any_script_and_length_are_theirs(client):
    some = [
        event(n, id=id_, userId=id_)
        for n, id_ in enumerate(("π", "🍲" * 50, "'; drop table", "a\tb", "\\N"))
    ]
    assert send(client, some)["accepted"] == 5
    assert send(client, some)["duplicates"] == 5


def test_random_json_never_breaks_it(client):
    rng = random.Random(5)

    def anything(depth=0):
        kinds = [None, True, 3, -1e308, "x", "", "2026-01-01T00:00:00Z"]
        if depth < 3:
            kinds += [
                [anything(depth + 1)],
                {rng.choice(["id", "type", "userId", "a"]): anything(depth + 1)},
            ]
        return rng.choice(kinds)

    keys = ("id", "userId", "type", "occurredAt", "sessionId", "recipeId", "properties")
    for _ in range(30):
        answer = send(client, [{key: anything() for key in keys} for _ in range(20)])
        assert answer["accepted"] + answer["duplicates"] + len(answer["rejected"]) == 20


@pytest.mark.parametrize("how", ENDS)
def test_what_is_cut_off_while_events_are_read_may_be_asked_again(client, how):
    send(client, [event(1)])
    with ThreadPoolExecutor(1) as pool:
        asked = []
        end_waiter(
            db.background_sessions(),
            "compute.event_days",
            lambda: asked.append(pool.submit(client.get, "/analytics/engagement")),
            how,
        )
        response = asked[0].result()
    assert_problem(response, 503)
    assert response.headers["retry-after"] == "2"
    assert client.get("/analytics/engagement").json()["events"] == 1
