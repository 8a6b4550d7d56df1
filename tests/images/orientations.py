"""A picture that shows which way it is turned, saved turned in every way that EXIF knows."""

from functools import cache

from PIL import Image, ImageDraw

from tests.images.formats import exif, saved, short, tiff, with_segments

WIDTH, HEIGHT = 160, 112
CORNERS = {"top left": "red", "top right": "lime", "bottom left": "blue", "bottom right": "yellow"}
ORIENTATION = 0x0112
STORED = {  # the operation that undoes what a viewer does for an orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@cache
def upright() -> Image.Image:
    """Four corners of different colors around a black arrow that points up; shared."""
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(image)
    for place, color in CORNERS.items():
        x = 0 if "left" in place else WIDTH - 40
        y = 0 if "top" in place else HEIGHT - 40
        draw.rectangle((x, y, x + 39, y + 39), fill=color)
    draw.polygon([(80, 16), (56, 48), (72, 48), (72, 96), (88, 96), (88, 48), (104, 48)], fill="black")
    return image


def stored(orientation: int) -> Image.Image:
    """The picture's pixels as a camera held that way stores them."""
    operation = STORED[orientation]
    return upright() if operation is None else upright().transpose(operation)


def turned(orientation: int) -> bytes:
    """A JPEG that is upright once its EXIF orientation is applied."""
    jpeg = saved(stored(orientation), "JPEG", quality=95, subsampling=0)
    return with_segments(jpeg, exif(short(ORIENTATION, orientation)))


def turned_png(orientation: int) -> bytes:
    """The same as PNG, with an eXIf chunk."""
    return saved(stored(orientation), "PNG", exif=tiff(short(ORIENTATION, orientation)))


def turned_webp(orientation: int) -> bytes:
    """The same as lossless WebP, with an EXIF chunk."""
    return saved(stored(orientation), "WEBP", lossless=True, exif=tiff(short(ORIENTATION, orientation)))


def orientations() -> dict[int, bytes]:
    """The picture as JPEG under each of EXIF's orientations 1 to 8."""
    return {orientation: turned(orientation) for orientation in STORED}
