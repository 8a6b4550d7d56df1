"""The analytics report says what `/analytics` answers, and prints whatever there is."""

import io
import pickle
from datetime import UTC, date, datetime, timedelta

import pdfplumber
import pytest
from fastapi.testclient import TestClient

from deployments import analytics as served
from deployments import reports, web
from lib import db
from lib.analytics import metrics
from lib.demo import loading
from lib.demo.loading import Asked
from lib.reports import analytics, analytics_loading
from lib.reports.analytics_orders import AnalyticsOrder
from lib.reports.paper import SHEETS
from lib.reports.rendering import Renderer
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.reports.reading import flat, sound

LAST = date(2026, 3, 15)
FIRST = LAST - timedelta(days=29)
BEFORE = (FIRST - timedelta(days=30), FIRST - timedelta(days=1))


@pytest.fixture(scope="module")
def demo(shared_book):
    """Forty people and 75 of their days."""
    now = datetime(2026, 6, 1, tzinfo=UTC)
    loading.load(db.background_sessions(), Asked(5, 40, 75, LAST), lambda *_: None, now)


@pytest.fixture(scope="module")
def answers(demo):
    """What the API says: of the dates and of those before, by group."""
    web._checked.clear()
    found = []
    with TestClient(served.api()) as client:
        client.headers |= bearer(new_key("read"))
        for first, last in ((FIRST, LAST), BEFORE):
            asked = {"from": str(first), "to": str(last)}
            groups = ("users", "recipes", "engagement")
            found.append({g: client.get(f"/analytics/{g}", params=asked).json() for g in groups})
    return found


def loaded(**fields):
    with db.transaction() as session:
        return analytics_loading.load(session, AnalyticsOrder(**fields))


@pytest.fixture(scope="module")
def report(demo):
    """What is printed of these dates."""
    return loaded(from_=FIRST, to=LAST)


@pytest.fixture(scope="module", params=["a4", "letter"])
def read(request, report):
    """The report as others read it."""
    return sound(analytics.draw(report, request.param).content)


def cells(*values):
    """As they stand in a row of a table."""
    return " ".join(str(value) for value in values)


def percent(share):
    return f"{100 * share:.1f}".removesuffix(".0") + "%"


def signed(change):
    """In percent; U+2212 is the minus."""
    if abs(change) < 0.0005:
        return "±0"
    return ("+" if change > 0 else "−") + f"{abs(100 * change):.1f}".removesuffix(".0")


def test_every_number_is_that_of_the_api(read, answers):
    now, before = answers
    users, users_before = now["users"], before["users"]
    for title, of in (
        ("Users", lambda a: a["total"]),
        ("New users", lambda a: a["new"]),
        ("Monthly active users", lambda a: a["active"]["monthly"]),
        ("Weekly active users", lambda a: a["active"]["weekly"]),
        ("Daily active users", lambda a: a["active"]["daily"]),
        ("Lost users", lambda a: a["churn"]["lost"]),
    ):
        assert cells(title, f"{of(users):,}", f"{of(users_before):,}") in read.text, title
    stickiness = [percent(each["active"]["stickiness"]) for each in (users, users_before)]
    assert cells("Stickiness", *stickiness) in read.text
    churned = [percent(each["churn"]["rate"]) for each in (users, users_before)]
    assert cells("Churn", *churned) in read.text
    for plan, count in users["bySubscription"].items():
        assert cells(plan, count) in read.text
    engagement, engaged_before = now["engagement"], before["engagement"]
    assert cells("Events", f"{engagement['events']:,}", f"{engaged_before['events']:,}") in read.text
    counts = [f"{each['sessions']['count']:,}" for each in (engagement, engaged_before)]
    assert cells("Sessions", *counts) in read.text
    seconds = [round(each["sessions"]["medianSeconds"]) for each in (engagement, engaged_before)]
    told = [f"{each // 60} min {each % 60} s" if each >= 60 else f"{each} s" for each in seconds]
    assert cells("Median session", *told) in read.text
    for kind, count in engagement["byType"].items():
        assert cells(kind, f"{count:,}", "") in read.text
    for step in engagement["funnel"]:
        assert f"{step['users']:,} · {percent(step['rate'])}" in read.text


def test_every_change_is_against_as_many_days_just_before(read, answers):
    now, before = answers
    new = f"{before['users']['new']:,}"
    assert f"{signed(now['users']['growthRate'])}% from {new}" in read.text
    assert "Changes are against 15 January – 13 February 2026, just before." in read.text
    more = now["engagement"]["events"] / before["engagement"]["events"] - 1
    assert f"{signed(more)}% from {before['engagement']['events']:,}" in read.text


def test_recipes_and_cohorts_are_those_of_the_api(read, answers):
    recipes, users = answers[0]["recipes"], answers[0]["users"]
    for each in recipes["popular"]:
        counts = cells(*(each[name] for name in ("views", "saves", "plans", "cooks")))
        assert counts in read.text
        assert each["recipe"]["title"].split()[0] in read.text
    for each in recipes["trending"][:5]:
        counts = cells(*(each[name] for name in ("views", "saves", "plans", "cooks")))
        assert cells(each["recipe"]["title"], "×", f"{each['change']:.2f}", counts) in read.text
    for kind in ("byMealType", "byDifficulty", "bySeason"):
        for name, count in recipes[kind].items():
            assert cells(name, count) in read.text
    for cohort in users["retention"]["cohorts"]:
        start = date.fromisoformat(cohort["start"])
        shares = ["<1%" if 0 < s < 0.005 else f"{100 * s:.0f}%" for s in cohort["retained"]]
        row = cells(f"{start.day} {start:%b} {start.year}", f"{cohort['size']:,}")
        assert row in read.text
        if cohort["size"]:
            assert cells(*shares) in read.text


def test_all_figures_are_defined(report):
    """Definitions stand in the middle one of three columns."""
    sheet, parts = SHEETS["a4"], []
    with pdfplumber.open(io.BytesIO(analytics.draw(report, "a4").content)) as opened:
        for page in opened.pages[-2:]:
            left = sheet.side + sheet.inner_width * 3 / 14.4
            right = sheet.side + sheet.inner_width * 13 / 14.4
            top, bottom = sheet.top - 10, sheet.height - sheet.bottom + 10
            parts.append(page.crop((left, top, right, bottom)).extract_text())
    told = flat(" ".join(parts))
    for metric in metrics.METRICS:
        if metric.group != "system":
            assert metric.definition in told, metric.name


def test_dates_and_moment_are_told(read, report):
    moment = report.now.users.as_of
    assert f"14 February – 15 March 2026, UTC, as of {moment.day} {moment:%B %Y}" in read.text
    assert read.outline == [
        "Analytics", "Users", "Retention", "Recipes", "Engagement", "What the figures mean",
    ]  # fmt: skip
    assert (read.title, read.language) == ("Analytics", "en")


def test_the_same_report_has_the_same_bytes_in_any_process(report):
    renderer = Renderer(at_once=1)
    try:
        apart = renderer.render(analytics.draw, report, "a4")
    finally:
        renderer.close()
    again = pickle.loads(pickle.dumps(report))  # noqa: S301
    assert apart.content == analytics.draw(again, "a4").content


def test_charts_are_vectors_and_no_pictures(report):
    content = analytics.draw(report, "a4").content
    assert b"/Subtype /Image" not in content
    assert len(content) < 200_000


@pytest.mark.parametrize(("days", "interval"), [(1, "day"), (45, "day"), (46, "week"), (400, "month")])
def test_a_range_is_divided_so_that_charts_can_be_read(demo, days, interval):
    found = loaded(from_=LAST - timedelta(days=days - 1), to=LAST)
    assert found.now.users.interval == found.now.engagement.interval == interval
    assert loaded(from_=FIRST, to=LAST, interval="week").now.users.interval == "week"
    assert sound(analytics.draw(found, "letter").content).pages


def test_without_events_it_says_so(demo):
    nothing = loaded(from_=date(1990, 1, 1), to=date(1990, 1, 30), timezone="Asia/Tokyo")
    read = sound(analytics.draw(nothing, "a4").content)
    assert "Nothing happened on these dates." in read.text
    assert "Nobody was active on these dates." in read.text
    assert "Asia/Tokyo" in read.text
    assert "nothing to compare with" in read.text
    assert "nan" not in read.text.lower().split()


def test_names_of_any_script_and_with_markup_are_printed(report):
    titles = ("Mac & <b>Cheese</b>", "麻婆豆腐", "ひやしちゅうか", "Борщ", "🍲 Suppe", "x" * 300)
    popular = [
        each.model_copy(update={"recipe": each.recipe.model_copy(update={"title": title})})
        for each, title in zip(report.now.recipes.popular, titles, strict=False)
    ]
    recipes = report.now.recipes.model_copy(update={"popular": popular, "trending": []})
    changed = analytics.Answers(report.now.users, recipes, report.now.engagement)
    read = sound(analytics.draw(analytics.AnalyticsReport(changed, report.before), "a4").content)
    for title in titles[:4]:
        assert title in read.text
    assert "x" * 20 in read.text


class _Here:
    """What a replica has."""

    renderer = Renderer(at_once=1)


@pytest.fixture(scope="module")
def client(demo):
    """The app that serves `/reports`, with a read key."""
    web._checked.clear()
    app = reports.api()
    app.dependency_overrides[reports.service] = lambda: _Here
    with TestClient(app, raise_server_exceptions=False) as client:
        client.headers |= bearer(new_key("read"))
        yield client
    _Here.renderer.close()


def test_it_is_fetched_like_any_report(client, report):
    response = client.get(f"/reports/analytics-pdf?from={FIRST}&to={LAST}&paper=letter")
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/pdf"
    name = f"analytics-{FIRST}-{LAST}.pdf"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert sound(response.content).pages[0].splitlines()[0] == "Analytics"


def test_it_may_be_a_job(client):
    response = client.get(
        f"/reports/analytics-pdf?from={FIRST}&to={LAST}", headers={"Prefer": "respond-async"}
    )
    assert response.status_code == 202, response.text
    job = response.json()
    assert job["args"] == {"kind": "analytics", "paper": "a4", "units": "metric"} | job["args"]
    assert (job["args"]["from"], job["args"]["to"]) == (str(FIRST), str(LAST))


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-02&to=2026-03-01",
        "from=yesterday",
        "timezone=Mars/Base",
        "interval=year",
        "paper=a5",
    ],
)
def test_dates_that_make_no_range_are_told(client, query):
    assert_problem(client.get(f"/reports/analytics-pdf?{query}"), 422, query.partition("=")[0])


def test_a_key_of_one_user_does_not_see_it(client):
    with db.transaction() as session:
        user_id, _ = loading.somebody(session, 5)
    bound = bearer(new_key("read", "bound", user_id))
    assert_problem(client.get("/reports/analytics-pdf", headers=bound), 403, "everybody")
    assert_problem(client.get("/reports/analytics-pdf", headers={"Authorization": ""}), 401)
