"""What tests of pictures share: pictures as models answer, painters, studios."""

from lib.ai.catalogue import ImageAbilities, ImageChoice, Prices
from lib.ai.painting import Painter
from tests.images.formats import photo, saved

PRICES = Prices(input=5.0, output=30.0, cached=1.0)
PHOTO = saved(photo(1024, 1024), "JPEG", quality=50)


def image_choice(server, name="local", model="painter", **changed):
    """A model that makes pictures on that server."""
    abilities = ImageAbilities(
        **{
            "sizes": ("1024x1024", "1536x1024", "1024x1536"),
            "options": {"quality": "medium", "output_format": "jpeg"},
            "usd_per_million": PRICES,
            "max_output": 2000,
            **changed,
        }
    )
    return ImageChoice(name, server.url, "none", model, abilities)


def painter_of(*servers, **changed):
    """A painter of these servers that doesn't wait between tries."""
    return Painter(tuple(image_choice(each, **changed) for each in servers), pause=lambda _: None)
