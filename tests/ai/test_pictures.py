"""Pictures of dishes: a model's, checked and kept, and a card where there is none."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from lib import db
from lib.ai import money, pictures
from lib.ai.catalogue import choices, image_choices
from lib.ai.money import BudgetSpent
from lib.ai.pictures import Studio
from lib.ai.picturing import Dish, PictureRequest, alternative
from lib.images import origins
from lib.images.store import Store
from lib.images.workers import Workers
from lib.settings import settings
from lib.tables import ai_budgets, ai_calls
from tests.ai.conftest import SPENDER
from tests.ai.pictures import PHOTO, image_choice, painter_of
from tests.ai.server import Says, serving
from tests.images.formats import photo, saved

DISH = Dish(title="Lentil Soup", summary="Red lentils with mint.", cuisine="turkish")
ASKED = PictureRequest(recipe_title="Lentil Soup", size=512)


@pytest.fixture(scope="module")
def workers(home):
    found = Workers(1)
    yield found
    found.close()


@pytest.fixture
def studio(workers, database, tmp_path):
    return Studio(workers, Store(str(tmp_path / "store"), tmp_path / "cache"))


def painted(studio, *says, request=ASKED, dish=DISH, options=None, **changed):
    """The studio's answer where a server says that, and what the server was asked."""
    with serving(*says, **(options or {})) as server:
        studio.painter = painter_of(server, **changed)
        return studio.picture(dish, request, SPENDER), server.asked


def calls():
    with db.transaction() as session:
        return session.execute(select(ai_calls).order_by(ai_calls.c.id)).all()


def reserved():
    with db.transaction() as session:
        return float(session.scalar(select(ai_budgets.c.reserved_usd)) or 0)


def files(studio, picture):
    variants = (picture.variants.main, picture.variants.mobile, picture.variants.thumbnail)
    for variant in variants:
        content = studio.store.path(variant.url.rpartition("/")[2]).read_bytes()
        yield variant, Image.open(io.BytesIO(content))


def test_a_models_picture_is_kept_in_three_sizes_that_say_how_they_came_to_be(studio):
    picture, asked = painted(studio, Says(picture=PHOTO))
    assert (picture.width, picture.height) == (512, 512)
    assert picture.source.provider == "local"
    assert picture.alt == "AI-generated picture of Lentil Soup: Red lentils with mint."
    assert picture.digital_source_type == "trainedAlgorithmicMedia"
    assert picture.notes == []
    sides = []
    for variant, image in files(studio, picture):
        assert image.size == (variant.width, variant.height)
        assert origins.read(image.info["xmp"]) == "trainedAlgorithmicMedia"
        sides.append(max(image.size))
    assert sides == [512, 512, 300]
    path, body = asked[0]
    assert path.endswith("/images/generations")
    assert (body["model"], body["n"], body["size"]) == ("painter", 1, "1024x1024")
    assert body["quality"] == "medium"
    assert '"title": "Lentil Soup"' in body["prompt"]
    (call,) = calls()
    assert (call.status, call.input_tokens, call.output_tokens) == ("settled", 120, 80)
    assert float(call.cost_usd) == pytest.approx((120 * 5 + 80 * 30) / 1e6)
    assert picture.usage.cost_usd == pytest.approx(float(call.cost_usd))


@pytest.mark.parametrize(
    ("size", "wanted"), [("1200x800", "1536x1024"), ("600x900", "1024x1536"), (300, "1024x1024")]
)
def test_the_nearest_shape_is_asked_for_and_cut_to_what_was_wanted(studio, size, wanted):
    width, height = (int(each) for each in wanted.split("x"))
    request = PictureRequest(recipe_title="x", size=size)
    content = saved(photo(width // 64, height // 64).resize((width, height)), "JPEG")
    picture, asked = painted(studio, Says(picture=content), request=request)
    assert asked[0][1]["size"] == wanted
    assert (picture.width, picture.height) == request.box
    assert picture.source.provider == "local"


def test_the_same_request_has_the_same_picture_and_costs_once(studio):
    with serving(Says(picture=PHOTO)) as server:
        studio.painter = painter_of(server)
        first = studio.picture(DISH, ASKED, SPENDER)
        again = studio.picture(DISH, ASKED, SPENDER)
        assert len(server.asked) == 1
        assert (again.url, again.usage.cached, again.usage.cost_usd) == (first.url, True, 0)
        other = DISH.model_copy(update={"summary": "With lemon."})
        studio.picture(other, ASKED, SPENDER)
        assert len(server.asked) == 2
        studio.store.remove(first.url.rpartition("/")[2])
        made = studio.picture(DISH, ASKED, SPENDER)
        assert len(server.asked) == 3
        assert studio.store.has(made.url.rpartition("/")[2])


@pytest.mark.parametrize("code", ["moderation_blocked", "content_policy_violation"])
def test_a_refusal_becomes_a_card_that_says_so_and_costs_nothing(studio, code):
    picture, asked = painted(studio, Says(status=400, code=code))
    assert len(asked) == 1
    assert picture.source.provider == "card"
    assert picture.source.refused[0].findings == ["The model refused the request."]
    assert "card was drawn" in picture.notes[0]
    assert picture.digital_source_type == "algorithmicMedia"
    assert [float(call.cost_usd) for call in calls()] == [0, 0]


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (Says(picture=b"this is no image"), "not accepted"),
        (Says(picture=saved(photo(100, 100), "JPEG")), "100×100 pixels; 1024×1024 were asked for"),
        (Says(picture=saved(photo(1024, 300), "JPEG")), "1024×300 pixels"),
        (Says(picture=PHOTO[:4000]), "damaged"),
        (Says(text='{"data": []}'), "no picture"),
        (Says(text='{"data": [{"b64_json": "%%%"}]}'), "no picture"),
        (Says(text='{"data": [{"b64_json": 7}], "usage": "much"}'), "no picture"),
        (Says(text='["surprise"]'), "no picture"),
        (Says(link="http://169.254.169.254/latest"), "can't be fetched"),
    ],
)
def test_what_is_no_usable_picture_is_refused_and_a_card_is_drawn(studio, says, why):
    picture, _ = painted(studio, says)
    assert picture.source.provider == "card"
    assert why in picture.source.refused[0].findings[0]
    assert picture.usage.cost_usd > 0
    assert reserved() == 0


def test_a_bomb_is_refused_before_it_is_decoded(studio):
    bomb = saved(Image.new("1", (32_000, 8_000)), "PNG")
    assert len(bomb) < 100_000
    picture, _ = painted(studio, Says(picture=bomb))
    assert "megapixels are allowed" in picture.source.refused[0].findings[0]


def test_an_answer_without_end_is_read_to_its_limit_and_no_further(studio, monkeypatch):
    monkeypatch.setenv("MEALPREP_IMAGE_MAX_BYTES", "20000")
    settings.cache_clear()
    picture, _ = painted(studio, Says(picture=b"x" * 400_000))
    assert picture.source.provider == "card"
    assert "OpenAIError" in picture.notes[0]
    assert calls()[0].cost_usd == calls()[0].reserved_usd > 0


@pytest.mark.parametrize("status", [429, 500])
def test_failures_that_pass_are_tried_again(studio, status):
    picture, asked = painted(studio, Says(status=status), Says(picture=PHOTO))
    assert picture.source.provider == "local"
    assert len(asked) == 2
    assert [float(call.cost_usd) > 0 for call in calls()] == [False, True]


def test_after_the_last_try_the_next_provider_paints_and_then_the_card(studio, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "0")
    settings.cache_clear()
    with serving(Says(status=500)) as first, serving(Says(picture=PHOTO)) as second:
        studio.painter = painter_of(first, second)
        assert studio.picture(DISH, ASKED, SPENDER).source.provider == "local"
    picture, _ = painted(studio, Says(status=503), request=PictureRequest(recipe_title="y", size=400))
    assert picture.source.provider == "card"
    assert "local/painter: InternalServerError" in picture.notes[0]
    assert reserved() == 0


def test_a_bad_picture_leaves_the_word_to_the_next_provider(studio):
    with serving(Says(picture=b"no")) as first, serving(Says(picture=PHOTO)) as second:
        studio.painter = painter_of(first, second)
        picture = studio.picture(DISH, ASKED, SPENDER)
    assert picture.source.provider == "local"
    assert len(picture.source.refused) == 1
    assert picture.usage.output_tokens == 160


def test_a_timeout_costs_its_worst_case_since_nobody_knows(studio, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_TIMEOUT_S", "0.3")
    monkeypatch.setenv("MEALPREP_AI_RETRIES", "0")
    settings.cache_clear()
    picture, _ = painted(studio, Says(picture=PHOTO, sleep_s=1.0))
    assert picture.source.provider == "card"
    assert calls()[0].cost_usd == calls()[0].reserved_usd > 0


def test_a_connection_that_breaks_is_tried_again(studio):
    picture, asked = painted(studio, Says(hang_up=True), Says(picture=PHOTO))
    assert (picture.source.provider, len(asked)) == ("local", 2)


def test_a_server_that_takes_no_options_is_asked_without_and_so_from_then_on(studio):
    with serving(Says(picture=PHOTO), no_options=True) as server:
        studio.painter = painter_of(server)
        for size in (512, 400):
            request = PictureRequest(recipe_title="x", size=size)
            assert studio.picture(DISH, request, SPENDER).source.provider == "local"
        assert [sorted(body) for _, body in server.asked] == [["model", "n", "prompt", "size"]] * 2


def test_a_server_without_pictures_is_asked_once(studio):
    with serving(Says(status=404)) as server:
        studio.painter = painter_of(server)
        for size in (512, 400):
            request = PictureRequest(recipe_title="x", size=size)
            assert studio.picture(DISH, request, SPENDER).source.provider == "card"
        assert len(server.asked) == 1


def test_what_a_server_could_not_do_is_forgotten_after_an_hour(studio):
    now = [0.0]
    with serving(Says(status=404)) as server:
        studio.painter = painter_of(server)
        studio.painter.clock = lambda: now[0]
        for at in (0.0, 3599.0, 3601.0):
            now[0] = at
            studio.picture(DISH, ASKED, SPENDER)
        assert len(server.asked) == 2


@pytest.mark.parametrize("code", ["billing_hard_limit_reached", "invalid_value"])
def test_an_error_that_names_no_option_drops_none(studio, code):
    picture, asked = painted(studio, Says(status=400, code=code), Says(picture=PHOTO))
    assert picture.source.provider == "card"
    assert len(asked) == 1
    (choice,) = studio.painter.choices
    assert studio.painter._options(choice) == choice.abilities.options


def test_an_address_is_fetched_as_any_callers_is(studio, monkeypatch):
    monkeypatch.setenv("MEALPREP_FETCH_ALLOW", "127.0.0.0/8")
    settings.cache_clear()
    with serving(Says(picture=PHOTO)) as host:
        picture, _ = painted(studio, Says(link=f"{host.url}/picture.jpg"))
    assert picture.source.provider == "local"


def test_a_price_by_picture_is_what_an_answer_without_tokens_costs(studio):
    prices = {"usd_per_image": 0.04, "max_output": 0}
    painted(studio, Says(picture=PHOTO, usage=False), **prices)
    assert float(calls()[0].cost_usd) == pytest.approx(0.04)
    painted(studio, Says(picture=PHOTO, usage=False), request=PictureRequest(recipe_title="z", size=300))
    assert calls()[1].cost_usd == calls()[1].reserved_usd


def test_a_spent_budget_is_said_before_anybody_is_asked(studio, monkeypatch):
    monkeypatch.setenv("MEALPREP_AI_BUDGET_USD", "0.01")
    settings.cache_clear()
    with serving(Says(picture=PHOTO)) as server:
        studio.painter = painter_of(server)
        with pytest.raises(BudgetSpent, match="leaves no room"):
            studio.picture(DISH, ASKED, SPENDER)
        assert server.asked == []


def test_without_a_model_there_is_a_card_in_three_sizes_that_say_what_they_are(studio):
    request = PictureRequest(
        recipe_title="Lentil Soup", style="oil painting", size="900x600", format="jpeg"
    )
    picture = studio.picture(DISH, request, SPENDER)
    assert (picture.width, picture.height, picture.format) == (900, 600, "jpeg")
    assert (picture.source.provider, picture.usage.cost_usd) == ("card", 0)
    assert "a look of its own" in picture.notes[0]
    assert picture.alt.startswith("Drawn illustration for the recipe “Lentil Soup”")
    sizes = []
    for _, image in files(studio, picture):
        assert origins.read(image.info["xmp"]) == "algorithmicMedia"
        sizes.append(image.size)
    assert sizes == [(900, 600), (640, 427), (300, 200)]
    assert studio.picture(DISH, request, SPENDER) == picture
    with db.transaction() as session:
        assert money.budget(session).spent == 0


def test_alternative_texts_end_at_a_word():
    assert alternative("a  b\n c") == "a b c"
    long = alternative("word " * 100)
    assert len(long) <= 250
    assert long.endswith("word…")
    assert len(alternative("x" * 400)) == 250


def test_the_table_says_who_makes_pictures(monkeypatch):
    image_choices.cache_clear()
    assert image_choices() == ()
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    settings.cache_clear()
    image_choices.cache_clear()
    (found,) = image_choices()
    assert found.abilities.max_output > 0
    assert found.abilities.usd_per_million.output > 1
    monkeypatch.setenv("MEALPREP_AI_IMAGE_MODEL", "my-own")
    settings.cache_clear()
    image_choices.cache_clear()
    (found,) = image_choices()
    assert found.model == "my-own"
    assert found.abilities.worst("x") >= 0.1
    assert choices()[0].model != "my-own"
    image_choices.cache_clear()


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ((512, 512), (1024, 1024)),
        ((1000, 640), (1536, 1024)),
        ((300, 600), (1024, 1536)),
        ((900, 890), (1024, 1024)),
    ],
)
def test_the_nearest_size_is_that_of_the_nearest_shape(box, size):
    class Server:
        url = "http://127.0.0.1:9/v1"

    assert image_choice(Server).abilities.nearest(box) == size
    assert pictures._within((2000, 1000), 640) == (640, 320)
