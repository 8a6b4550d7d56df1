"""`/images` as callers use it: with real decoding processes, files on disk, and PostgreSQL."""

import base64
import io
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from deployments import images
from lib import fetching
from lib.errors import Unavailable
from lib.fetching import Fetched
from lib.images import store, workers
from lib.images.sources import Files
from lib.settings import settings
from tests.conftest import bearer, new_key
from tests.deployments.conftest import assert_problem
from tests.images.formats import photo, saved


@pytest.fixture(scope="module")
def service(shared_book):
    made = images.Images()
    yield made
    made.workers.close()


@pytest.fixture(scope="module")
def client(service):
    app = images.api()
    app.dependency_overrides[images.service] = lambda: service
    with TestClient(app, raise_server_exceptions=False) as found:
        found.headers |= bearer(new_key("write"))
        yield found


@pytest.fixture(scope="module")
def content():
    return saved(photo(1200, 800), "JPEG")


def shown(data):
    return Image.open(io.BytesIO(data))


def optimize(client, content, query="", **options):
    response = client.post(f"/images/optimize{query}", files={"file": ("a.jpg", content)}, **options)
    assert response.status_code == 200, response.text
    return response.json()


def test_optimize_answers_as_the_contract_says(client, content):
    answer = optimize(client, content)
    assert answer.keys() == {"original", "variants", "savedPercent", "placeholder"}
    assert answer["original"] == {
        "width": 1200, "height": 800, "bytes": len(content), "format": "jpeg",
    }  # fmt: skip
    widths = {name: each["width"] for name, each in answer["variants"].items()}
    assert widths == {"main": 1024, "mobile": 640, "thumbnail": 300}
    for each in answer["variants"].values():
        assert {"url", "width", "height", "bytes", "format", "quality", "ssim"} <= each.keys()
        file = client.get(each["url"])
        assert len(file.content) == each["bytes"]
        assert shown(file.content).size == (each["width"], each["height"])
    assert 0 <= answer["savedPercent"] <= 100
    assert base64.b64decode(answer["placeholder"]["thumbhash"])


def test_a_form_base64_and_a_data_url_are_the_same_picture(client, content):
    encoded = base64.b64encode(content).decode()
    answers = [optimize(client, content)] + [
        client.post("/images/optimize", json={"image": image}).json()
        for image in (encoded, f"data:image/png;base64,{encoded}")
    ]
    assert answers[0] == answers[1] == answers[2]


def test_a_url_is_fetched_within_the_limits(client, content, monkeypatch):
    asked = {}

    def fetched(url, **limits):
        asked.update(limits, url=url)
        return Fetched(content, "image/jpeg", url)

    monkeypatch.setattr(fetching, "fetch", fetched)
    by_url = client.post("/images/optimize", json={"url": "https://example.com/a.jpg"})
    assert by_url.json() == optimize(client, content)
    assert asked["most_bytes"] == settings().image_max_bytes
    info = client.get("/images/info", params={"url": "https://example.com/a.jpg"})
    assert info.json()["width"] == 1200


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://[::1]/", "file:///etc/passwd"])
def test_a_url_that_leads_inside_is_refused(client, url):
    assert_problem(client.post("/images/optimize", json={"url": url}), 422)
    assert_problem(client.get("/images/info", params={"url": url}), 422)


def test_a_host_that_does_not_answer_is_a_503(client, monkeypatch):
    def fetched(url, **_limits):
        raise Unavailable("The host doesn't answer.", 5)

    monkeypatch.setattr(fetching, "fetch", fetched)
    response = client.get("/images/info", params={"url": "https://example.com/a.jpg"})
    assert_problem(response, 503)
    assert response.headers["retry-after"] == "5"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("image/avif,image/webp,*/*", "avif"),
        ("image/webp", "webp"),
        ("image/jpeg", "jpeg"),
        ("", "webp"),
    ],
)
def test_auto_follows_the_accept_header(client, accept, chosen):
    small = saved(photo(64, 48), "JPEG")
    answer = optimize(client, small, headers={"Accept": accept})
    assert answer["variants"]["main"]["format"] == chosen


def test_inline_sends_the_content(client, content):
    variants = optimize(client, content, "?inline=true&format=png")["variants"]
    assert "url" not in variants["thumbnail"]
    assert shown(base64.b64decode(variants["thumbnail"]["data"])).size == (300, 200)


@pytest.mark.parametrize(
    ("query", "word"),
    [("?format=gif", "format"), ("?quality=0", "quality"), ("?quality=101", "quality")],
)
def test_bad_options_name_the_field(client, content, query, word):
    response = client.post(f"/images/optimize{query}", files={"file": content})
    assert_problem(response, 422, word)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "either image or url"),
        ({"image": "x", "url": "https://example.com"}, "either image or url"),
        ({"image": "no base64!"}, "base64"),
        ({"image": "data:image/png,x"}, "base64"),
        ({"image": ""}, "empty"),
        ({"image": 7}, "image"),
        ({"picture": "x"}, "picture"),
        ([], "object"),
    ],
)
def test_bad_bodies_say_what_to_send(client, body, word):
    assert_problem(client.post("/images/optimize", json=body), 422, word)


def test_other_bodies_say_what_to_send(client, content):
    headers = {"Content-Type": "application/json"}
    assert_problem(client.post("/images/optimize", content=b"{", headers=headers), 422, "JSON")
    assert_problem(client.post("/images/optimize", content=content), 422, "multipart")
    assert_problem(client.post("/images/optimize", data={"file": "text"}), 422, "multipart")
    two = [("file", ("a", content)), ("file", ("b", content))]
    assert_problem(client.post("/images/optimize", files=two), 422, "one file")
    none = client.post("/images/optimize", files={"file": ("a.jpg", b"")})
    assert_problem(none, 422, "empty")


def test_a_file_above_the_limit_is_refused_in_every_form(client, monkeypatch, service):
    monkeypatch.setenv("MEALPREP_IMAGE_MAX_BYTES", "1000")
    settings.cache_clear()
    try:
        large = saved(photo(200, 200), "JPEG")
        assert_problem(client.post("/images/optimize", files={"file": large}), 422, "1000")
        encoded = base64.b64encode(large).decode()
        assert_problem(client.post("/images/optimize", json={"image": encoded}), 422, "1000")
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_resize_fits_cuts_and_fills(client, content):
    sizes = [
        {"width": 100},
        {"width": 100, "height": 100, "fit": "cover", "focus": "smart"},
        {"width": 100, "height": 100, "fit": "contain"},
    ]
    answer = client.post(
        "/images/resize", files={"file": content}, data={"sizes": json.dumps(sizes), "format": "webp"}
    ).json()
    assert [(v["width"], v["height"]) for v in answer["variants"]] == [(100, 67), (100, 100), (100, 100)]
    encoded = base64.b64encode(content).decode()
    same = client.post("/images/resize", json={"image": encoded, "sizes": sizes, "format": "webp"})
    assert same.json() == answer


@pytest.mark.parametrize(
    "sizes",
    [[], [{}], [{"width": 0}], [{"width": 20_000}], [{"width": 10, "fit": "squash"}], "x", [{"w": 1}]],
)
def test_bad_sizes_name_the_field(client, content, sizes):
    encoded = base64.b64encode(content).decode()
    assert_problem(client.post("/images/resize", json={"image": encoded, "sizes": sizes}), 422, "sizes")
    assert_problem(client.post("/images/resize", json={"image": encoded}), 422, "sizes")


def test_convert_answers_with_the_image(client, content):
    response = client.post("/images/convert?format=webp&quality=50", files={"file": content})
    assert response.headers["content-type"] == "image/webp"
    assert shown(response.content).size == (1200, 800)
    inline = client.post("/images/convert?format=webp&quality=50&inline=true", files={"file": content})
    assert base64.b64decode(inline.json()["variants"][0]["data"]) == response.content
    assert_problem(client.post("/images/convert", files={"file": content}), 422, "format")


def test_an_animation_stays_one(client):
    frames = [Image.new("RGB", (40, 30), color) for color in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    response = client.post("/images/convert?format=webp", files={"file": file.getvalue()})
    assert shown(response.content).n_frames == 3


def test_info_tells_the_place_only_if_asked(client):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    content = saved(photo(60, 40), "JPEG", exif=exif)
    info = client.post("/images/info", files={"file": content}).json()
    assert info == {
        "width": 40, "height": 60, "format": "jpeg", "mode": "RGB", "bytes": len(content), "frames": 1,
        "orientation": 6, "hasAlpha": False, "hasIcc": False, "megapixels": 0.0,
        "exif": {"Make": "Maker", "Orientation": "6"},
    }  # fmt: skip
    info = client.post("/images/info?gps=true", files={"file": content}).json()
    assert info["exif"]["GPSLatitudeRef"] == "N"


def test_files_never_change_and_come_in_ranges(client, content):
    url = optimize(client, content)["variants"]["thumbnail"]["url"]
    whole = client.get(url)
    assert whole.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert whole.headers["content-type"] == "image/webp"
    etag = whole.headers["etag"]
    assert etag.strip('"') in url
    again = client.get(url, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole.content)}"
    assert client.get(url, headers={"Range": f"bytes={10**9}-"}).status_code == 416


@pytest.mark.parametrize("name", ["0" * 64 + ".webp", "x.webp", "0" * 64 + ".svg", "..%2Fapi-key"])
def test_a_file_that_is_not_there_is_a_404(client, name):
    assert_problem(client.get(f"/images/files/{name}"), 404)


def test_a_batch_keeps_its_order_and_loses_nothing(client, content):
    files = [
        ("files", ("good.jpg", content)),
        ("files", ("ünïcode 名.txt", b"no image")),
        ("files", ("empty.png", b"")),
        ("files", ("small.png", saved(photo(30, 20), "PNG"))),
    ]
    answer = client.post("/images/batch-optimize?format=jpeg", files=files).json()
    assert (answer["processed"], answer["failed"]) == (2, 2)
    assert [r["index"] for r in answer["results"]] == [0, 1, 2, 3]
    assert [r["status"] for r in answer["results"]] == ["ok", "failed", "failed", "ok"]
    assert answer["results"][0]["variants"] == optimize(client, content, "?format=jpeg")["variants"]
    problem = answer["results"][1]["problem"]
    assert problem["status"] == 422
    assert problem["requestId"]
    assert answer["results"][1]["name"] == "ünïcode 名.txt"


def test_a_batch_may_be_a_job(client, content):
    files = [("files", ("../Käse.jpg", content)), ("files", ("b.txt", b"no image"))]
    response = client.post("/images/batch-optimize?async=true&format=webp", files=files)
    assert response.status_code == 202
    job = response.json()
    assert response.headers["location"] == f"/jobs/{job['id']}"
    assert (job["name"], job["status"], job["args"]["format"]) == ("image-batch", "queued", "webp")
    source = Files(job["args"]["prefix"])
    names = [key.rpartition("/")[2] for key in source.all_keys()]
    assert names == ["00000-.._Käse.jpg", "00001-b.txt.jpg"]
    assert [source.read(key) for key in source.all_keys()] == [content, b"no image"]


def test_more_than_a_hundred_files_are_a_job(client):
    files = [("files", (f"{n}.jpg", b"x")) for n in range(101)]
    assert client.post("/images/batch-optimize", files=files).status_code == 202


def test_keys_that_may_only_read_make_nothing(client, content):
    client_key = client.headers["Authorization"]
    client.headers |= bearer(new_key("read"))
    try:
        assert_problem(client.post("/images/optimize", files={"file": content}), 403, "write")
        assert client.post("/images/info", files={"file": content}).status_code == 200
    finally:
        client.headers["Authorization"] = client_key


def test_two_callers_at_once_have_it_made_once(client, service, monkeypatch):
    made = []
    render = workers.Workers.render

    def counted(self, slot, data, order):
        made.append(order)
        return render(self, slot, data, order)

    monkeypatch.setattr(workers.Workers, "render", counted)
    content = saved(photo(333, 222), "JPEG")
    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(lambda _: optimize(client, content), range(6)))
    assert len(made) == 1
    assert all(answer == answers[0] for answer in answers)


def test_a_full_disk_is_a_503_and_leaves_nothing(client, content, monkeypatch):
    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store.store()._files, "pipe_file", full)
    response = client.post("/images/optimize?quality=33", files={"file": content})
    assert_problem(response, 503)
    monkeypatch.undo()
    assert optimize(client, content, "?quality=33")["variants"]["main"]["quality"] == 33
    assert not list((settings().home / "images").rglob("*.part"))
