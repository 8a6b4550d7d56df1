"""Animations through the pipeline, each frame compared with Pillow's own rendering."""

import io
from functools import partial

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lib.errors import Invalid
from lib.images.answers import VARIANTS
from lib.images.limits import Limits
from lib.images.models import Order, Size
from lib.images.pipeline import render
from tests.images.formats import control, gif, gif_frame, photo, saved
from tests.images.hostile_files import many_frames_gif
from tests.images.odd_animations import animated_webp, moving
from tests.images.odd_files import FILES

DURATIONS = [50, 120, 300, 70]


def frames(content):
    """Every frame as RGBA, and how long each is shown."""
    image = Image.open(io.BytesIO(content))
    pictures, times = [], []
    for place in range(image.n_frames):
        image.seek(place)
        image.load()
        times.append(image.info.get("duration"))
        pictures.append(image.convert("RGBA"))
    return pictures, times


def made(data, **order):
    report, pictures = render(data, Order(**order), Limits())
    return report, pictures[0]


def ball(place):
    image = Image.new("RGB", (80, 60), "navy")
    ImageDraw.Draw(image).ellipse((place * 15, 15, place * 15 + 25, 40), fill="orange")
    return image


def ball_gif():
    more = [ball(place) for place in (1, 2, 3)]
    return saved(ball(0), "GIF", save_all=True, append_images=more, duration=DURATIONS, loop=0)


def on_white(image):
    white = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(white, image).convert("RGB"), np.int16)


def check_same_frames(found, expected, tolerance):
    assert len(found) == len(expected)
    for place, (one, other) in enumerate(zip(found, expected, strict=True)):
        assert one.size == other.size
        assert np.abs(on_white(one) - on_white(other)).mean() <= tolerance, place


@pytest.mark.parametrize("target", ["webp", "png", "avif"])
def test_animations_keep_their_frames_and_their_times(target):
    report, content = made(ball_gif(), format=target)
    found, times = frames(content)
    assert report.rendered[0].frames == 4
    assert times == DURATIONS
    check_same_frames(found, frames(ball_gif())[0], 4)


def test_gifs_become_webps_by_themselves():
    report, content = made(ball_gif())
    assert report.rendered[0].format == "webp"
    assert Image.open(io.BytesIO(content)).n_frames == 4


@pytest.mark.parametrize("disposal", [1, 2, 3], ids=["keep", "clear", "restore"])
@pytest.mark.parametrize("target", ["webp", "png", "avif"])
def test_frames_are_disposed_of_as_pillow_does(disposal, target):
    data = moving(disposal)
    report, content = made(data, format=target, quality=95)
    assert report.rendered[0].frames == 4
    check_same_frames(frames(content)[0], frames(data)[0], 1 if target == "png" else 8)


@pytest.mark.parametrize("target", ["webp", "png", "avif"])
def test_what_a_cleared_frame_leaves_clear_stays_clear(target):
    box = np.full((16, 16), 200, np.uint8)
    clear = control(2, transparent=200) + gif_frame(box)
    half = control(2, transparent=7) + gif_frame(box[:8])
    data = gif(16, 16, control(2, transparent=7) + gif_frame(box), clear, half)
    _, content = made(data, format=target, quality=95)
    for found in (frames(data)[0], frames(content)[0]):
        assert [image.getpixel((5, 5))[3] for image in found] == [255, 0, 255]
        assert [image.getpixel((5, 12))[3] for image in found] == [255, 0, 0]


@pytest.mark.parametrize(
    "make",
    [
        partial(animated_webp, lossless=True),
        FILES["animated.png"].make,
        FILES["animated.avif"].make,
    ],
    ids=["webp", "png", "avif"],
)
def test_animations_of_every_format_are_read(make):
    data = make()
    report, content = made(data, format="png")
    found, times = frames(content)
    expected, stated = frames(data)
    assert report.rendered[0].frames == len(found) == len(expected)
    assert times == [time or 100 for time in stated]
    check_same_frames(found, expected, 1)


def test_frames_that_are_hardly_shown_are_shown_as_browsers_do():
    data = saved(ball(0), "GIF", save_all=True, append_images=[ball(1), ball(2)], duration=[10, 0, 20])
    assert frames(made(data, format="webp")[1])[1] == [100, 100, 20]


def test_animations_are_scaled_and_cut_frame_by_frame():
    _, content = made(
        ball_gif(), format="webp", sizes=[Size(width=30, height=30, fit="cover")], quality=95
    )
    found = frames(content)[0]
    expected = [
        ball(place).resize((40, 30), Image.Resampling.BOX).crop((5, 0, 35, 30)) for place in range(4)
    ]
    check_same_frames(found, [image.convert("RGBA") for image in expected], 5)


@pytest.mark.parametrize("target", ["webp", "png", "avif"])
def test_the_frames_stated_are_those_in_the_file(target):
    same = control() + gif_frame(np.full((16, 16), 200, np.uint8))
    report, content = made(gif(16, 16, same * 2, control() + gif_frame(np.eye(16)), same), format=target)
    found, times = frames(content)
    assert report.rendered[0].frames == len(found)
    assert sum(times) == 400


def test_still_formats_show_the_first_frame():
    report, content = made(ball_gif(), format="jpeg", quality=95)
    assert report.rendered[0].frames == 1
    check_same_frames([Image.open(io.BytesIO(content)).convert("RGBA")], [ball(0).convert("RGBA")], 3)


def test_still_formats_are_all_that_is_needed_of_a_picture_of_one_frame():
    report, content = made(saved(ball(0), "GIF"), format="webp")
    assert report.rendered[0].frames == 1
    assert not getattr(Image.open(io.BytesIO(content)), "is_animated", False)


def test_who_accepts_no_moving_format_gets_the_first_frame():
    report, content = made(ball_gif(), accept=["jpeg"])
    assert (report.rendered[0].format, report.rendered[0].frames) == ("jpeg", 1)
    assert Image.open(io.BytesIO(content)).format == "JPEG"


def test_animations_are_given_in_three_sizes():
    report, pictures = render(ball_gif(), Order(sizes=VARIANTS), Limits())
    assert [each.frames for each in report.rendered] == [4, 4, 4]
    assert {Image.open(io.BytesIO(content)).n_frames for content in pictures} == {4}


def test_too_many_frames_or_pixels_in_all_are_refused():
    with pytest.raises(Invalid, match="41 frames; 40 are allowed"):
        render(many_frames_gif(41), Order(), Limits(frames=40))
    with pytest.raises(Invalid, match=r"(4|3\.6) megapixels; 3 are allowed"):
        render(many_frames_gif(40, 300), Order(), Limits(frames=40, megapixels=3))


def test_the_second_picture_of_a_still_format_is_not_a_frame():
    for name in ("two-pictures.jpg", "two-pictures.heic"):
        report, content = made(FILES[name].make(), format="webp", quality=90)
        assert report.rendered[0].frames == 1
        expected = photo().convert("RGBA")
        check_same_frames([Image.open(io.BytesIO(content)).convert("RGBA")], [expected], 30)
