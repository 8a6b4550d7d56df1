"""`/analytics/charts` as callers use it."""

import io
import xml.etree.ElementTree as ET
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from deployments import analytics
from lib import db
from lib.analytics import charting, ingest
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem

CHARTS = "/analytics/charts"
DATES = {"from": "2026-03-01", "to": "2026-03-31"}


@pytest.fixture
def client(database):
    """The app over an empty database, with a read key."""
    with TestClient(analytics.api(), raise_server_exceptions=False) as found:
        found.headers |= bearer(new_key("read"))
        yield found


def take(count, start=0):
    """Events of March 2026: of every user the first so many steps of the funnel."""
    steps = ("view", "save", "plan", "cook")
    events = [
        {
            "id": f"e{start + user}-{step}",
            "userId": f"u{start + user}",
            "type": step,
            "occurredAt": (
                datetime(2026, 3, 2, 8, tzinfo=UTC) + timedelta(days=user % 20, minutes=place)
            ).isoformat(),
        }
        for user in range(count)
        for place, step in enumerate(steps[: user % 4 + 1])
    ]
    with db.transaction() as session:
        taken = ingest.take(session, events, datetime(2026, 4, 20, tzinfo=UTC))
        assert taken.accepted == len(events)


def texts(response):
    """What is written on an SVG."""
    assert response.status_code == 200, response.text
    root = ET.fromstring(response.content)  # noqa: S314, it is ours
    return [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("kind", charting.KINDS, ids=lambda kind: kind.name)
def test_every_chart_is_answered_over_events_and_over_none(client, kind):
    for count in (0, 40):
        take(count)
        found = client.get(f"{CHARTS}/{kind.name}.png", params={**DATES, "theme": "dark", "scale": 2})
        assert found.status_code == 200, found.text
        assert found.headers["content-type"] == "image/png"
        assert found.headers["cache-control"] == "private, max-age=60"
        assert Image.open(io.BytesIO(found.content)).width == 1600
        found = client.get(f"{CHARTS}/{kind.name}.svg", params=DATES)
        assert found.headers["content-type"] == "image/svg+xml"
        assert "1–31 March 2026" in " ".join(texts(found))


def test_a_chart_shows_the_figures_of_the_answer(client):
    take(41)
    answer = client.get("/analytics/engagement", params=DATES | {"funnel": "view,plan"}).json()
    shown = texts(client.get(f"{CHARTS}/funnel.svg", params=DATES | {"funnel": "view,plan"}))
    assert [step["users"] for step in answer["funnel"]] == [41, 20]
    assert {"41 · 100%", "20 · 48.8%", "48.8% went on"} <= set(shown)
    shown = texts(client.get(f"{CHARTS}/engagement.svg", params=DATES))
    assert f"{answer['events']:,} in all" in shown


def test_zone_and_interval_are_kept_to(client):
    take(20)
    asked = DATES | {"interval": "week", "weekStart": "sunday", "timezone": "Asia/Kathmandu"}
    shown = " ".join(texts(client.get(f"{CHARTS}/user-growth.svg", params=asked)))
    assert "by week, from Sunday on" in shown
    assert "Asia/Kathmandu" in shown


def test_who_has_the_picture_isnt_sent_it_again(client):
    take(10)
    first = client.get(f"{CHARTS}/engagement.png", params=DATES)
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get(f"{CHARTS}/engagement.png", params=DATES, headers=known)
    assert again.status_code == 304
    assert not again.content
    assert again.headers["etag"] == first.headers["etag"]
    take(10, start=100)
    changed = client.get(f"{CHARTS}/engagement.png", params=DATES, headers=known)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_what_cant_be_drawn_is_a_problem(client):
    unknown = client.get(f"{CHARTS}/users.png")
    assert_problem(unknown, 404, "users")
    assert unknown.json()["suggestions"] == [kind.name for kind in charting.KINDS]
    for bad in (
        {"width": 399},
        {"width": 2401},
        {"height": 299},
        {"height": 2401},
        {"scale": 0},
        {"scale": 4},
        {"theme": "sepia"},
        {"width": 2400, "height": 2400, "scale": 3},
        {"from": "2026-04-01", "to": str(date(2026, 3, 1))},
        {"timezone": "Mars/Olympus"},
        {"windowDays": 0},
    ):
        assert_problem(client.get(f"{CHARTS}/funnel.png", params=bad), 422)
    assert_problem(client.get(f"{CHARTS}/funnel.gif"), 422)


def test_charts_need_a_key(client):
    del client.headers["Authorization"]
    assert_problem(client.get(f"{CHARTS}/funnel.png"), 401)
