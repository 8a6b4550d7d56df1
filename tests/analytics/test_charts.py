"""Charts: every one of them, in both themes and formats, and what is written on them."""

import io
import subprocess
import sys
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib import font_manager
from PIL import Image

from lib.analytics import charting, metrics
from lib.analytics.answers import EngagementAnswer, RecipesAnswer, UsersAnswer
from lib.analytics.charting import KINDS, Look
from lib.analytics.charts import Figure, colors, drawing, text, words
from lib.analytics.charts.labels import spread
from lib.analytics.charts.scales import Periods, Values
from lib.analytics.charts.style import STYLES
from lib.errors import Invalid, NotFound

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 11, 2)
TITLES = ("Red Lentil Dal", "Miso Salmon", "Overnight Oats")


def asked(days, interval, **changes):
    """What every answer says of what was asked for."""
    return {
        "as_of": datetime(2026, 11, 30, 9, 2, 31, tzinfo=UTC),
        "from": FIRST,
        "to": FIRST + timedelta(days=days - 1),
        "interval": interval,
        "timezone": "Europe/Berlin",
        "week_start": "monday",
        **changes,
    }


def users(days=29, size=1000, cohorts=5, interval="day", **changes):
    """Users that come and go."""
    dates = [FIRST + timedelta(days=place) for place in range(days)]
    series = [
        {
            "date": day,
            "new": size // 7 + place,
            "returning": size // 2 + place,
            "resurrected": size // 5 + place,
            "active": size // 7 + size // 2 + size // 5 + 3 * place,
            "dormant": size // 3 + place,
        }
        for place, day in enumerate(dates)
    ]
    found = [
        {
            "start": FIRST + timedelta(weeks=place),
            "size": size + place,
            "retained": [1.0, *(round(0.4 / later, 4) for later in range(1, cohorts - place))],
        }
        for place in range(cohorts)
    ]
    return UsersAnswer.model_validate(
        {
            **asked(days, interval, **changes),
            "total": 1,
            "new": 1,
            "by_subscription": {},
            "series": series if size else empty(series),
            "active": {"daily": 0, "weekly": 0, "monthly": 0, "stickiness": 0},
            "retention": {"interval": "week", "cohorts": found if size else []},
            "churn": {"definition": "", "lost": 0},
        }
    )


def empty(series):
    """The same periods, in which nothing is."""
    return [{name: value if name == "date" else 0 for name, value in point.items()} for point in series]


def popular(titles=TITLES, best=4567.0, **changes):
    """Recipes that people like, the first one most."""
    found = [
        {
            "recipe": {"id": str(place), "title": title},
            "views": 12_000 - place,
            "saves": 800 - place,
            "plans": 70 - place,
            "cooks": 9,
            "score": round(best / (place + 1), 2),
        }
        for place, title in enumerate(titles)
    ]
    return RecipesAnswer.model_validate(
        {
            **asked(29, "day", **changes),
            "total": 1,
            "new": 1,
            "public": 1,
            "popular": found,
            "trending": [],
            "by_cuisine": {},
            "by_season": {},
            "by_meal_type": {},
            "by_difficulty": {},
        }
    )


def engagement(days=29, size=30_000, steps=("view", "save", "cook"), interval="day", **changes):
    """Things that people do."""
    series = [
        {
            "date": FIRST + timedelta(days=place),
            "events": size and size + place,
            "users": size // 10,
            "sessions": size // 6,
        }
        for place in range(days)
    ]
    funnel = [
        {
            "step": step,
            "users": size // 4**place,
            "rate": size and round(0.25**place, 4),
            "from_previous": size and (0.25 if place else 1.0),
        }
        for place, step in enumerate(steps)
    ]
    return EngagementAnswer.model_validate(
        {
            **asked(days, interval, **changes),
            "events": sum(point["events"] for point in series),
            "by_type": {},
            "series": series,
            "sessions": {"count": sum(point["sessions"] for point in series)},
            "funnel": funnel,
            "funnel_window_days": 14,
        }
    )


ANSWERS = {
    "user-growth": users(),
    "retention": users(),
    "popular-recipes": popular(),
    "engagement": engagement(),
    "funnel": engagement(),
}
EMPTY = {
    "user-growth": users(size=0),
    "retention": users(size=0),
    "popular-recipes": popular(titles=()),
    "engagement": engagement(size=0),
    "funnel": engagement(size=0),
}


def svg(name, answer, **look):
    """A chart as XML."""
    content = drawing.rendered(charting.kind(name), answer, Look("svg", **look))
    return ET.fromstring(content)  # noqa: S314, it is ours


def written(name, answer, **look):
    """Every piece of text on a chart."""
    return [each.text for each in svg(name, answer, **look).iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", STYLES)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_chart_in_every_theme_and_format_and_always_the_same(kind, theme):
    answer = ANSWERS[kind.name]
    for format_ in charting.MEDIA_TYPES:
        look = Look(format_, theme)
        assert drawing.rendered(kind, answer, look) == drawing.rendered(kind, answer, look)
    image = Image.open(io.BytesIO(drawing.rendered(kind, answer, Look("png", theme, 640, 400, 2))))
    assert image.size == (1280, 800)
    assert image.convert("RGB").getpixel((1, 1)) == tuple(bytes.fromhex(STYLES[theme].paper[1:]))
    assert len(image.convert("RGB").getcolors(1 << 20)) > 50
    root = svg(kind.name, answer, theme=theme, width=640, height=400)
    assert (root.get("width"), root.get("height")) == ("640", "400")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_chart_says_what_it_shows(kind):
    metric = metrics.definition(kind.group, kind.metric)
    answer = ANSWERS[kind.name]
    texts = written(kind.name, answer)
    assert metric.title in texts
    whole = " ".join(texts)
    assert "2–30 November 2026" in whole
    assert "Europe/Berlin" in whole
    assert "as of 30 November 2026, 10:02" in whole
    assert metric.definition in whole
    root = svg(kind.name, answer)
    assert root.find(f"{SVG}title").text == metric.title
    assert metric.definition in root.find(f"{SVG}desc").text
    image = Image.open(io.BytesIO(drawing.rendered(kind, answer, Look())))
    assert image.text == {"Title": metric.title, "Description": root.find(f"{SVG}desc").text}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_empty_chart_says_so(kind):
    texts = written(kind.name, EMPTY[kind.name])
    assert any(sentence.startswith(("Nobody", "Nothing")) for sentence in texts)
    assert not any(each.isdecimal() for each in texts)


def test_numbers_are_the_answers():
    last = ANSWERS["user-growth"].series[-1]
    texts = written("user-growth", ANSWERS["user-growth"])
    for name in ("Returning", "New", "Resurrected", "Dormant"):
        assert texts[texts.index(name) + 1] == f"{getattr(last, name.lower()):,}"

    texts = written("retention", ANSWERS["retention"])
    for cohort in ANSWERS["retention"].retention.cohorts:
        assert f"{cohort.size:,}" in texts
    shares = [share for cohort in ANSWERS["retention"].retention.cohorts for share in cohort.retained]
    assert [each for each in texts if each.endswith("%")] == [f"{100 * share:.0f}%" for share in shares]

    texts = written("popular-recipes", ANSWERS["popular-recipes"])
    for each in ANSWERS["popular-recipes"].popular:
        place = texts.index(each.recipe.title)
        told = [
            f"{each.score:,.0f}",
            *(f"{n:,}" for n in (each.views, each.saves, each.plans, each.cooks)),
        ]
        assert texts[place + 1 : place + 6] == told

    answer = ANSWERS["engagement"]
    texts = written("engagement", answer)
    assert f"{answer.events:,} in all" in texts
    assert f"{answer.sessions.count:,} in all" in texts
    last = answer.series[-1]
    assert {f"{n:,}" for n in (last.events, last.users, last.sessions)} <= set(texts)

    texts = written("funnel", ANSWERS["funnel"])
    for step in ANSWERS["funnel"].funnel:
        assert step.step in texts
        percent = f"{100 * step.rate:.1f}".removesuffix(".0")
        assert f"{step.users:,} · {percent}%" in texts
    assert texts.count("25% went on") == 2


def bars(name, answer, color):
    """The boxes of a color in a chart, as (width, height)."""
    root = svg(name, answer)
    paths = [each for each in root.iter(f"{SVG}path") if f"fill: {color}" in (each.get("style") or "")]
    corners = [
        np.array(part.replace("L", " ").replace("z", "").split(), float).reshape(-1, 2)
        for path in paths
        for part in path.get("d").split("M")[1:]
        if "C" not in part  # a dot
    ]
    return [tuple(np.ptp(each, axis=0)) for each in corners]


def test_bars_are_as_long_as_what_they_stand_for():
    blue = STYLES["light"].blue
    lengths = [width for width, _ in bars("popular-recipes", ANSWERS["popular-recipes"], blue)]
    scores = [each.score for each in ANSWERS["popular-recipes"].popular]
    assert np.array(lengths) / lengths[0] == pytest.approx(np.array(scores) / scores[0], abs=0.002)
    heights = [height for _, height in bars("user-growth", ANSWERS["user-growth"], blue)]
    new = [point.new for point in ANSWERS["user-growth"].series]
    assert np.array(heights) / heights[-1] == pytest.approx(np.array(new[:-1]) / new[-2], abs=0.01)


def test_a_period_that_is_not_whole_is_paler_and_the_chart_says_so():
    blue = STYLES["light"].blue
    going_on = users(days=29)
    assert len(bars("user-growth", going_on, colors.paler(blue, STYLES["light"]))) == 1
    assert "by day; paler: not a whole day" in " ".join(written("user-growth", going_on))
    over = going_on.model_copy(update={"as_of": going_on.as_of + timedelta(days=1)})
    assert bars("user-growth", over, colors.paler(blue, STYLES["light"])) == []
    assert len(bars("user-growth", over, blue)) == 29
    assert "paler" not in " ".join(written("user-growth", over))


@pytest.mark.parametrize("days", [1, 2, 7, 30, 366, 1096])
@pytest.mark.parametrize(("width", "height"), [(400, 300), (800, 450), (2000, 1000)])
def test_dates_can_be_read_however_many_there_are(days, width, height):
    answer = users(days=days)
    root = svg("user-growth", answer, width=width, height=height)
    dates = [
        (float(each.get("x")), each.text)
        for each in root.iter(f"{SVG}text")
        if "middle" in each.get("style") and not each.text.isdecimal()
    ]
    assert dates
    places = sorted((x / 0.75, text.width(label, 11)) for x, label in dates)
    for (before, wide), (after, wider) in pairwise(places):
        assert after - before >= (wide + wider) / 2 + 4


def test_dates_are_labelled_at_beginnings():
    def labels(count, step, interval="day"):
        dates = [date(2025, 1, 1) + timedelta(days=place * step) for place in range(count)]
        found = Periods(dates, interval, "monday", 0, 700)._labels()
        return [label.words for label in found]

    assert labels(7, 1) == ["1 Jan", "2 Jan", "3 Jan", "4 Jan", "5 Jan", "6 Jan", "7 Jan"]
    assert labels(30, 1) == ["6 Jan", "13 Jan", "20 Jan", "27 Jan"]
    assert labels(365, 1)[:3] == ["Jan", "Feb", "Mar"]
    assert labels(1096, 1)[:5] == ["Jan", "Mar", "May", "Jul", "Sep"]


def test_every_share_of_a_year_of_weeks_can_be_read_and_without_room_colors_are_explained():
    answer = users(cohorts=52)
    texts = written("retention", answer)
    assert sum(each.endswith("%") for each in texts) == 52 * 53 // 2
    texts = written("retention", answer, width=500, height=400)
    assert [each for each in texts if each.endswith("%")] == ["0%", "40%"]


def test_titles_of_any_kind_are_shown_in_their_place():
    titles = [
        "Grandmother's very slowly braised short ribs with caramelised onions, " * 4,
        "שקשוקה עם פלפלים",
        "麻婆豆腐と季節の野菜の炒め物、たっぷりの山椒を添えて、家庭の味そのままの一皿",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenauflauf" * 3,
        "$5 dinner $ <b>&\x0b \n\t x_1^2",
        "🍕 Pizza",
    ]
    for width in (400, 800):
        texts = written("popular-recipes", popular(titles=titles), width=width)
        shown = [each for each in texts if "…" in each]
        assert len(shown) >= 2
        assert all(text.width(each, 12) <= 0.4 * (width - 48) + 1 for each in shown)
        assert "שקשוקה עם פלפלים" in " ".join(texts)
        assert "Pizza" in texts
        assert "$5 dinner $ <b>&" in " ".join(texts)


def test_text_is_wrapped_between_words_and_cut_between_characters():
    assert text.wrapped("one two three", 12, 1000, 2) == ["one two three"]
    lines = text.wrapped("one two three four", 12, text.width("one two", 12) + 1, 2)
    assert lines == ["one two", "three…"]
    assert text.wrapped("a", 12, 100, 0) == []
    family = "👨\u200d👩\u200d👧"
    assert list(text._clusters(f"e\u0301{family}x")) == ["e\u0301", family, "x"]
    assert text.fitted("", 12, 10) == ""


def test_more_recipes_than_there_is_room_for_are_counted():
    answer = popular(titles=[f"Recipe {place}" for place in range(50)])
    texts = written("popular-recipes", answer, width=600, height=400)
    shown = sum(each.startswith("Recipe ") for each in texts)
    assert f"and {50 - shown} more" in texts
    assert 5 < shown < 30
    assert sum(each.startswith("Recipe ") for each in written("popular-recipes", answer)) == 50


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(("width", "height"), [(400, 300), (2400, 300), (400, 2400)])
def test_nothing_lies_outside(kind, width, height):
    huge = {
        "user-growth": users(size=9_876_543_210),
        "retention": users(size=9_876_543_210, cohorts=20),
        "popular-recipes": popular(titles=["Soup " * 60] * 100, best=9e12),
        "engagement": engagement(size=9_876_543_210),
        "funnel": engagement(size=9_876_543_210, steps=["x" * 64] * 10),
    }
    root = svg(kind.name, huge[kind.name], width=width, height=height)
    for each in root.iter(f"{SVG}text"):
        style = each.get("style")
        if each.get("x") is None:
            continue
        size = float(style.partition("font-size: ")[2].partition("px")[0])
        wide = text.width(each.text, size, "bold" if "font-weight: 700" in style else "normal")
        x, y = float(each.get("x")), float(each.get("y"))
        left = x - (wide if "anchor: end" in style else wide / 2 if "middle" in style else 0)
        assert left >= 0, each.text
        assert left + wide <= width * 0.75 + 0.5, each.text
        assert 0 < y <= height * 0.75, each.text


def test_values_on_axes_are_round_and_few():
    assert Values(0, 35_000, 0, 50).ticks == [0, 20_000]
    assert Values(-300, 1_700, 0, 300).ticks == [0, 500, 1000, 1500]
    assert Values(0, 0, 0, 100).ticks == [0, 1]
    assert [words.short(n) for n in (1500, 999_999, 1_000_000, 2_500_000_000)] == [
        "1,500", "999,999", "1M", "2.5B",
    ]  # fmt: skip


def test_labels_stand_apart_and_in_order():
    found = spread([10, 12, 14, 200], 0, 300)
    assert found == sorted(found)
    assert min(np.diff(found)) >= 42
    assert spread([290, 295], 0, 300)[-1] <= 300
    assert len(spread([1, 2, 3, 4], 0, 30)) == 4


def test_dates_are_told_in_words():
    assert words.dates(date(2026, 11, 30), date(2026, 11, 30)) == "30 November 2026"
    assert words.dates(date(2026, 10, 3), date(2026, 11, 30)) == "3 October – 30 November 2026"
    assert words.dates(date(2025, 12, 3), date(2026, 1, 2)) == "3 December 2025 – 2 January 2026"
    assert words.as_of(users(days=29)) == "as of 30 November 2026, 10:02"
    assert words.as_of(users(days=10)) == "as of 30 November 2026"
    assert words.percent(0.0004) == "<0.1%"
    assert words.percent(0.25) == "25%"


def test_a_picture_is_drawn_anew_only_when_it_would_show_something_else():
    kind = charting.kind("funnel")
    first = charting.picture(kind, engagement(), Look())
    later = datetime(2026, 11, 30, 9, 2, 59, tzinfo=UTC)
    assert charting.picture(kind, engagement(as_of=later), Look()) is first
    later = datetime(2026, 11, 30, 9, 3, tzinfo=UTC)
    assert charting.picture(kind, engagement(as_of=later), Look()).sha256 != first.sha256
    assert charting.picture(kind, engagement(size=30_004), Look()).sha256 != first.sha256
    assert charting.picture(kind, engagement(), Look(theme="dark")).sha256 != first.sha256
    past = charting.picture(kind, engagement(days=7), Look())
    hour = datetime(2026, 11, 30, 11, tzinfo=UTC)
    assert charting.picture(kind, engagement(days=7, as_of=hour), Look()) is past


def test_threads_draw_what_one_would():
    jobs = [(kind, Look(form)) for kind in KINDS for form in charting.MEDIA_TYPES] * 3
    with ThreadPoolExecutor(8) as threads:
        found = list(
            threads.map(lambda job: charting.picture(job[0], ANSWERS[job[0].name], job[1]), jobs)
        )
    for (kind, look), picture in zip(jobs, found, strict=True):
        assert picture.content == drawing.rendered(kind, ANSWERS[kind.name], look)


def test_a_figure_of_ones_own_is_drawn_on_as_vectors():
    figure = Figure(figsize=(6, 4))
    drawing.draw(charting.kind("retention"), figure, ANSWERS["retention"], STYLES["light"])
    file = io.BytesIO()
    figure.savefig(file, format="pdf", metadata={"CreationDate": None})
    assert file.getvalue().startswith(b"%PDF")
    assert b"/Subtype /Image" not in file.getvalue()


def test_a_picture_may_not_take_too_much_memory():
    with pytest.raises(Invalid, match="pixels"):
        drawing.rendered(charting.kind("funnel"), ANSWERS["funnel"], Look("png", "light", 2400, 2400, 3))


def test_a_chart_nobody_knows_has_suggestions():
    with pytest.raises(NotFound) as raised:
        charting.kind("growth")
    assert raised.value.suggestions == [kind.name for kind in KINDS]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_colors_stand_out_and_are_told_apart(style):
    counted = [style.blue, style.green, style.amber, style.pink]
    assert all(colors.contrast(color, style.paper) >= 3 for color in counted)
    assert all(colors.contrast(color, style.paper) >= 4.5 for color in (style.ink, style.muted))
    assert all(
        colors.contrast(colors.readable(shade), shade) >= 4.5 for shade in colors.shades(style, 64)
    )
    for seen in SEEN.values():
        for one, other in combinations(counted, 2):
            assert np.linalg.norm(lab(one, seen) - lab(other, seen)) > 12


# Machado, Oliveira and Fernandes 2009, at full severity.
SEEN = {
    "all colors": np.eye(3),
    "no red": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "no blue": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]]
    ),
}


def lab(color, seen):
    """A color as it is seen, in CIELAB."""
    channels = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ np.clip(seen @ linear, 0, 1) / (0.9505, 1, 1.089))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_nothing_is_imported_before_the_first_chart_nor_written_into_anybodys_home(tmp_path):
    script = (
        "import sys; from lib.analytics import charting; assert 'matplotlib' not in sys.modules; "
        "from lib.analytics.charts import drawing; assert 'matplotlib.pyplot' not in sys.modules"
    )
    environment = {"HOME": str(tmp_path / "home"), "MEALPREP_HOME": str(tmp_path / "ours")}
    (tmp_path / "home").mkdir()
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    assert not list((tmp_path / "home").iterdir())
    assert list((tmp_path / "ours" / "matplotlib").iterdir())


def test_pictures_have_glyphs_for_any_script():
    """Boxes for four characters would look the same whichever these are."""
    answer, before = ANSWERS["popular-recipes"], list(font_manager.fontManager.ttflist)
    kind = charting.kind("popular-recipes")

    def drawn(title):
        card = answer.popular[0].recipe.model_copy(update={"title": title})
        only = answer.popular[0].model_copy(update={"recipe": card})
        return drawing.rendered(kind, answer.model_copy(update={"popular": [only]}), Look())

    for one, other in (("麻婆豆腐", "宫保鸡丁"), ("ขขขข", "งงงง")):
        assert drawn(one) != drawn(other)
        assert drawn(one) == drawn(one)
    assert font_manager.fontManager.ttflist == before
