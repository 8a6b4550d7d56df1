"""Colors of a card: four of each family of cuisines, in several roles, and a little of the season's."""

from dataclasses import dataclass

from lib.ai.cards.canvas import Color, lightness, mixed

_DARK, _PALE = (20, 16, 22), (255, 250, 238)
_SEASON_SHARE = 0.3
_ENOUGH = 0.88
_CLOSE = 96
"""Distance of colors below which a thing is hard to tell from its ground."""


@dataclass(frozen=True, slots=True)
class Palette:
    """What is painted in which color.

    Args:
        ground: behind the things.
        second: beside it, for arches, stripes and tiles.
        panel: behind the words.
        accent: small marks.
    """

    ground: Color
    second: Color
    panel: Color
    accent: Color


def ink(panel: Color) -> Color:
    """The color of words there, dark or pale, whichever stands out more."""
    return max(_DARK, _PALE, key=lambda color: contrast(color, panel))


def contrast(one: Color, other: Color) -> float:
    """How much two colors stand out from each other: WCAG's ratio, 1 to 21."""
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


def _hex(text: str) -> Color:
    return int(text[0:2], 16), int(text[2:4], 16), int(text[4:6], 16)


# Deep, warm, soft, paper; and which cuisines have them.
_FAMILIES = {
    "2f5d3a d9583b f4d9ae fbf3e3": "italian",
    "27375f c2475a cddbeb faf5ec": "french swiss belgian",
    "8f2d2a eba53a f6dcb0 fcf4e4": "spanish portuguese cuban",
    "1f4e8c 4f9fc4 d5e6ee fbf8f0": "greek mediterranean",
    "14555a e0a03b c6e2da fbf3e2": "lebanese turkish persian arabic israeli syrian middle-eastern",
    "7a2f4b d8693a f3d0ae fbf2e4": "moroccan tunisian algerian",
    "7b2450 ee9b2f fbdb9a fdf4e1": "indian nepali pakistani bangladeshi afghan uzbek sri-lankan",
    "0f5b5b e4673e cbe7d2 fbf6e9": "thai vietnamese laotian filipino indonesian malaysian asian",
    "2b3f63 d5503f e6ddd0 faf7f1": "japanese",
    "8e1f24 e9b04a f5d8be fcf5e9": "chinese taiwanese chinese-american",
    "2e4057 e2574c dbe5ea fbf7f0": "korean",
    "1d6b72 f0883a f9d4c0 fdf5e6": "mexican tex-mex peruvian chilean argentine brazilian latin-american",
    "136f63 f3b23c c9eae0 fcf7e8": "caribbean jamaican hawaiian",
    "28486b c84b3c f2ddb8 fbf6ea": "american cajun southern",
    "35533f c9803c dbe2cc faf6eb": "british irish scottish welsh",
    "5a2a3c d98e45 ebdcc4 faf5ea": "german polish hungarian russian ukrainian dutch austrian georgian "
    "eastern-european czech romanian",
    "2f4858 7fa6b6 d4e1e6 f9f8f4": "swedish finnish danish norwegian scandinavian nordic icelandic",
    "4a3322 e08e2b f4d9a0 fcf4e1": "ethiopian nigerian west-african african kenyan ghanaian senegalese",
}  # fmt: skip
_BY_CUISINE = {
    name: [_hex(each) for each in colors.split()]
    for colors, names in _FAMILIES.items()
    for name in names.split()
}
_ANY = [[_hex(each) for each in colors.split()] for colors in _FAMILIES]
_SEASONS: dict[str, Color] = {
    "spring": (244, 206, 212),
    "summer": (252, 222, 128),
    "autumn": (228, 158, 96),
    "winter": (196, 216, 232),
}


def known(cuisine: str) -> bool:
    """Whether it has colors of its own."""
    return _key(cuisine) in _BY_CUISINE


def palettes(cuisine: str, season: str, number: int) -> list[Palette]:
    """The palettes that suit, in an order that the number gives; of any if the cuisine has none."""
    family = _BY_CUISINE.get(_key(cuisine)) or _ANY[number % len(_ANY)]
    deep, warm, soft, paper = family
    if season in _SEASONS:
        soft = mixed(soft, _SEASONS[season], _SEASON_SHARE)
    every = [
        Palette(soft, warm, paper, deep),
        Palette(deep, warm, paper, warm),
        Palette(warm, soft, paper, deep),
        Palette(paper, soft, deep, warm),
        Palette(soft, deep, soft, warm),
        Palette(deep, soft, deep, warm),
    ]
    start = number // len(_ANY) % len(every)
    return every[start:] + every[:start]


def suiting(choices: list[Palette], things: list[Color]) -> Palette:
    """The first palette on whose ground even the least of these things is seen as well as on any."""
    seen = [min(_seen(palette, each) for each in things) for palette in choices]
    enough = _ENOUGH * max(seen)
    return next(palette for palette, each in zip(choices, seen, strict=True) if each >= enough)


def _seen(palette: Palette, thing: Color) -> float:
    return min(1.0, _distance(palette.ground, thing) / _CLOSE) + 0.5 * min(
        1.0, _distance(palette.second, thing) / _CLOSE
    )


def _distance(one: Color, other: Color) -> float:
    """As the eye weighs red, green and blue, roughly."""
    shares = zip((0.9, 1.4, 0.7), one, other, strict=True)
    return float(sum((weight * (a - b)) ** 2 for weight, a, b in shares) ** 0.5)


def _key(cuisine: str) -> str:
    return "-".join(cuisine.lower().split())
