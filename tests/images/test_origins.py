"""What a picture says of how it came to be outlasts sizes and formats; other metadata does not."""

import io
from typing import get_args

import pytest
from PIL import Image, PngImagePlugin

from lib.images import origins, pipeline
from lib.images.formats import TARGETS
from lib.images.limits import Limits
from lib.images.models import Order, Size
from lib.images.origins import Origin
from tests.images.formats import photo, saved

URI = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SIZES = [Size(width=80, height=80), Size(width=40, height=40), Size(width=20, height=20)]


def labelled(kind, xmp):
    if kind == "png":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", xmp)
        return saved(photo(), "PNG", pnginfo=chunks)
    return saved(photo(), kind.upper(), xmp=xmp.encode())


def xmp_of(content):
    found = Image.open(io.BytesIO(content)).info.get("xmp", b"")
    return found if isinstance(found, str) else found.decode()


def rendered(data, **order):
    return pipeline.render(data, Order(**order), Limits())[1]


@pytest.mark.parametrize("target", TARGETS)
def test_an_order_is_labelled_in_every_size_and_format(target):
    pictures = rendered(
        saved(photo(), "JPEG"), sizes=SIZES, format=target, quality=70, origin="algorithmicMedia"
    )
    assert len(pictures) == 3
    for content in pictures:
        assert origins.read(xmp_of(content)) == "algorithmicMedia"
        assert f'DigitalSourceType="{URI}algorithmicMedia"' in xmp_of(content)


@pytest.mark.parametrize("source", TARGETS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_label_that_comes_leaves_and_what_else_was_there_does_not(source, target):
    xmp = f"<x author='me'><Iptc4xmpExt:DigitalSourceType>{URI}trainedAlgorithmicMedia</x></x>"
    for sizes in ([], SIZES):
        for content in rendered(labelled(source, xmp), sizes=sizes, format=target, quality=60):
            assert origins.read(xmp_of(content)) == "trainedAlgorithmicMedia"
            assert "author" not in xmp_of(content)


@pytest.mark.parametrize("target", TARGETS)
def test_pictures_without_a_label_get_none(target):
    xmp = f"<x>{URI}digitalCapture {URI}trainedAlgorithmicMediaOfAnotherKind</x>"
    for data in (saved(photo(), "JPEG"), labelled("jpeg", xmp)):
        for content in rendered(data, sizes=SIZES, format=target, quality=70):
            assert "xmp" not in Image.open(io.BytesIO(content)).info


@pytest.mark.parametrize("target", ["webp", "png", "avif"])
def test_animations_are_labelled_too(target):
    frames = [photo(40, 30), photo(40, 31).resize((40, 30))]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=100)
    (content,) = rendered(data, format=target, quality=60, origin="compositeSynthetic")
    assert Image.open(io.BytesIO(content)).n_frames == 2
    assert origins.read(xmp_of(content)) == "compositeSynthetic"


@pytest.mark.parametrize("xmp", [None, b"", b"\xff\xfe\x00", "x" * 300_000, 7, f"{URI}nothing"])
def test_what_can_not_be_read_names_no_origin(xmp):
    assert origins.read(xmp) is None


@pytest.mark.parametrize("origin", get_args(Origin))
def test_every_packet_says_what_it_should(origin):
    assert origins.read(origins.packet(origin)) == origin
    assert origins.read(origins.packet(origin).encode()) == origin
